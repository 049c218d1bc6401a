/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wants, a queue and a board, served after every operation, and judged by an oracle that knows
 * the rule of core/schedule.h in its own words: who must go, who must not, who is not delayed.
 * Owns the world and its operations; pool_oracle.h is the judge.
 */
#ifndef GPUWARD_POOL_WORLD_H
#define GPUWARD_POOL_WORLD_H

#include "core/evict.h"

#include <linux/errno.h>

#include <stdlib.h>
#include <string.h>

#ifndef WANTS
#define WANTS 3
#endif
#define MAX_GPUS 3
#define AGE 4
#define SPOT 2

/* Small, large, spanning; of a higher class, spot, dedicated, of one group, impossible. */
static const struct shape {
	u32 class, nr_gpus;
	u64 bytes, groups;
	bool is_dedicated;
} shapes[] = {
	{ 1, 1, 1, 3 }, { 1, 1, 3, 3 }, { 1, 2, 2, 3 }, { 0, 1, 4, 1 }, { SPOT, 1, 2, 3 },
	{ SPOT, 2, 1, 3 }, { 1, 1, 1, 3, true }, { 1, 1, 2, 2 },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

enum {
	OP_LEAVE = 0,			/* each want leaves the queue or its GPUs */
	OP_PRIORITY = WANTS,		/* the priority of each changes */
	OP_ARRIVE = 2 * WANTS,		/* each arrives in each shape, if it is away */
	OP_DRAIN = OP_ARRIVE + WANTS * SHAPES,	/* the first GPU is drained or returned */
	OP_CLEAN,			/* the last GPU is to be cleaned, or clean */
	OP_TIME,			/* half the time passes that makes a want aged */
	OP_EVICT,			/* spot grants go for others */
	OPS,
};

static struct pool {
	struct gw_queue q;
	struct gw_board b;
	struct gw_offer offers[MAX_GPUS];
	struct gw_want w[WANTS];
	u32 shape[WANTS];
	u32 ahead[WANTS];	/* how many were ahead when it turned aged */
	bool was_aged[WANTS];
	u64 first_ticket;	/* of the first in the queue, when it is aged and all GPUs are ready */
	u32 holds_since[WANTS];	/* the grant that each had when that one became it, 0 none */
	u32 nr_grants[WANTS];
	u64 now;
	u32 nr_served;		/* by the last gw_serve() */
} pool;

static inline u32 index_of(const struct gw_want *w)
{
	return w - pool.w;
}

static void pool_init(u32 nr_gpus, u32 max_backfill)
{
	static const u64 total[MAX_GPUS] = { 4, 4, 5 };
	u32 i;

	memset(&pool, 0, sizeof(pool));
	gw_queue_init(&pool.q);
	pool.q.age_ns = AGE;
	pool.q.max_backfill = max_backfill;
	gw_board_init(&pool.b, pool.offers, nr_gpus);
	for (i = 0; i < nr_gpus; i++) {
		pool.offers[i].use = GW_OFFER_READY;
		pool.offers[i].groups = i ? 3 : 1;
		pool.offers[i].total_bytes = total[i];
		pool.offers[i].reserve_bytes = i == 2;
		pool.offers[i].nvlink = 1 + (i == 2);	/* two domains */
	}
	gw_board_link(&pool.b);
	for (i = 0; i < WANTS; i++)
		gw_want_init(&pool.w[i]);
}

/* A reservation comes without a program, which comes and goes with another priority. */
static bool is_idle(const struct gw_want *w)
{
	return !w->class && !w->priority;
}

static void arrive(struct gw_want *w, u32 shape)
{
	const struct shape *s = &shapes[shape];

	if (w->queued || w->grant.nr)
		return;
	pool.shape[index_of(w)] = shape;
	pool.was_aged[index_of(w)] = false;
	w->class = s->class;
	w->priority = 0;
	w->is_idle = is_idle(w);
	w->ask = (struct gw_ask){
		.nr_gpus = s->nr_gpus, .bytes_per_gpu = s->bytes, .groups = s->groups,
		.vm = index_of(w), .is_dedicated = s->is_dedicated,
	};
	w->grant.is_evictable = s->class == SPOT;
	gw_queue_insert(&pool.q, w, pool.now);
}

static void leave(struct gw_want *w)
{
	gw_queue_remove(&pool.q, w);
	gw_board_give(&pool.b, &w->grant);
	gw_want_done(w);
}

static void toggle(u32 gpu, u32 use)
{
	struct gw_offer *o = &pool.offers[gpu];

	o->use = o->use == use ? GW_OFFER_READY : use;
	gw_board_link(&pool.b);
}

#include "pool_oracle.h"

/* All victims go at once: those for whom they were named must be served then. */
static const char *evict(void)
{
	bool is_for[WANTS] = { }, was_queued[WANTS], starts = false;
	struct list_head victims;
	struct gw_grant *g;
	const char *why;
	u32 i, nr;

	INIT_LIST_HEAD(&victims);
	why = check_victims(gw_evict(&pool.q, &pool.b, SPOT, &victims), &victims);
	for (i = 0; i < WANTS; i++) {
		was_queued[i] = pool.w[i].queued;
		is_for[i] = was_queued[i] && pool.w[i].has_victims;
	}
	for (nr = 0; (g = gw_evict_pop(&victims)); nr++)
		leave((struct gw_want *)((char *)g - offsetof(struct gw_want, grant)));
	if (why)
		return why;
	why = serve_checked();
	for (i = 0; i < WANTS && !why; i++)
		if (is_for[i] && !pool.w[i].grant.nr)
			return "a victim went in vain";
	for (i = 0; i < WANTS; i++)
		starts |= was_queued[i] && pool.w[i].grant.nr && pool.w[i].class < SPOT &&
			  !pool.w[i].is_idle;
	return why ?: nr && !starts ? "no program starts by those who went" : NULL;
}

static const char *pool_step(u32 op)
{
	struct gw_want *w = &pool.w[op % WANTS];

	if (op < OP_PRIORITY) {
		leave(w);
	} else if (op < OP_ARRIVE) {
		w->priority = !w->priority;
		w->is_idle = is_idle(w);
		gw_queue_requeue(&pool.q, w);
	} else if (op < OP_DRAIN) {
		arrive(w, (op - OP_ARRIVE) / WANTS);
	} else if (op == OP_DRAIN) {
		toggle(0, GW_OFFER_DRAINED);
	} else if (op == OP_CLEAN) {
		toggle(pool.b.nr - 1, GW_OFFER_BUSY);
	} else if (op == OP_TIME) {
		pool.now += AGE / 2;
	} else {
		return evict();
	}
	return serve_checked();
}

#endif /* GPUWARD_POOL_WORLD_H */
