/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A capacity queue with a few wants, and a naive twin without a list: the place of a want is
 * how many go before it. One step does the same to both and compares all that can be seen.
 */
#ifndef GPUWARD_QUEUE_WORLD_H
#define GPUWARD_QUEUE_WORLD_H

#include "core/queue.h"

#include <linux/limits.h>

#ifndef WANTS
#define WANTS 3
#endif

/* Class and priority: every relation there is, and the ends of the range. */
static const struct rank {
	u32 class;
	s32 priority;
} ranks[] = {
	{ 0, 0 }, { 1, S32_MIN }, { 1, 0 }, { 1, S32_MAX }, { U32_MAX, 0 },
};
#define RANKS (sizeof(ranks) / sizeof(ranks[0]))
#define QUEUE_OPS (WANTS * (3 + RANKS) + 1)
#define AGE 1

struct want_twin {
	u64 ticket;
	u64 since;
	u32 rank;
	bool queued;
	bool is_aged;
};

static struct queue_world {
	struct gw_queue q;
	struct gw_want w[WANTS];
	struct want_twin twin[WANTS];
	u64 last_ticket;
	u64 now;
} queue_world;

static void queue_world_init(void)
{
	struct queue_world *qw = &queue_world;
	u32 i;

	memset(qw, 0, sizeof(*qw));
	gw_queue_init(&qw->q);
	qw->q.age_ns = AGE;
	for (i = 0; i < WANTS; i++)
		gw_want_init(&qw->w[i]);
}

static bool twin_before(const struct want_twin *a, const struct want_twin *b)
{
	const struct rank *x = &ranks[a->rank], *y = &ranks[b->rank];

	if (a->is_aged || b->is_aged)
		return a->is_aged && (!b->is_aged || a->ticket < b->ticket);
	return x->class < y->class ||
	       (x->class == y->class && x->priority > y->priority) ||
	       (x->class == y->class && x->priority == y->priority && a->ticket < b->ticket);
}

/* Place from 1, 0 when not queued. */
static u32 twin_place(u32 of)
{
	const struct want_twin *t = queue_world.twin;
	u32 i, place = 1;

	for (i = 0; i < WANTS; i++)
		place += t[i].queued && twin_before(&t[i], &t[of]);
	return t[of].queued ? place : 0;
}

static const char *queue_compare(void)
{
	struct queue_world *qw = &queue_world;
	struct gw_want *head = NULL;
	u32 i, nr = 0;

	if (!gw_queue_sane(&qw->q))
		return "the queue is not sane";
	for (i = 0; i < WANTS; i++) {
		nr += qw->twin[i].queued;
		if (twin_place(i) == 1)
			head = &qw->w[i];
		if (qw->w[i].queued != qw->twin[i].queued ||
		    qw->w[i].is_aged != qw->twin[i].is_aged ||
		    qw->w[i].ticket != qw->twin[i].ticket ||
		    gw_queue_position(&qw->q, &qw->w[i]) != twin_place(i))
			return "another mark, ticket or position";
	}
	if (gw_queue_head(&qw->q) != head)
		return "another head";
	return qw->q.nr == nr && qw->q.last_ticket == qw->last_ticket ? NULL : "other counts";
}

/* So much time passes that all who wait are aged. */
static const char *queue_tick(void)
{
	struct queue_world *qw = &queue_world;
	u64 next = U64_MAX;
	u32 i;

	gw_queue_age(&qw->q, ++qw->now);
	for (i = 0; i < WANTS; i++) {
		struct want_twin *t = &qw->twin[i];

		t->is_aged |= t->queued && qw->now - t->since >= AGE;
		if (t->queued && !t->is_aged && t->since + AGE < next)
			next = t->since + AGE;
	}
	if (gw_queue_next_age(&qw->q) != next && next != U64_MAX)
		return "another time of the next to be aged";
	return queue_compare();
}

/* Operations: insert, remove, done, and requeue with each rank, each per want; time. */
static const char *queue_step(u32 op)
{
	struct queue_world *qw = &queue_world;
	struct want_twin *t = &qw->twin[op % WANTS];
	struct gw_want *w = &qw->w[op % WANTS];

	if (op == QUEUE_OPS - 1)
		return queue_tick();
	switch (op / WANTS) {
	case 0:
		gw_queue_insert(&qw->q, w, qw->now);
		if (!t->ticket) {
			t->ticket = ++qw->last_ticket;
			t->since = qw->now;
		}
		t->queued = true;
		break;
	case 1:
		gw_queue_remove(&qw->q, w);
		t->queued = false;
		break;
	case 2:
		gw_want_done(w);
		if (!t->queued) {
			t->ticket = 0;
			t->is_aged = false;
		}
		break;
	default:
		t->rank = op / WANTS - 3;
		w->class = ranks[t->rank].class;
		w->priority = ranks[t->rank].priority;
		gw_queue_requeue(&qw->q, w);
	}
	return queue_compare();
}

#endif /* GPUWARD_QUEUE_WORLD_H */
