// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue and placement together, served strictly in order: nothing is reserved twice, the head
 * is never passed, and nobody waits for what is free.
 * Owns a naive server; the real one is kmod/pool.
 */
#include "core/place.h"
#include "core/queue.h"

#include "explore.h"

#include <linux/errno.h>

#include "../unit/ktap.h"

#define WANTS 4
#define GPUS 3

static const u64 total[GPUS] = { 2, 3, 3 };
static const s32 numa[GPUS] = { 0, 1, 1 };

/* Shapes: small, large, spanning, of a higher class, impossible. */
static const struct { u32 class; u32 nr_gpus; u64 bytes; } shapes[] = {
	{ 1, 1, 1 }, { 1, 1, 3 }, { 1, 3, 2 }, { 0, 2, 2 }, { 1, 2, 4 },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))
#define OPS (WANTS * (SHAPES + 1))

static struct pool {
	struct gw_queue q;
	struct gw_want w[WANTS];
	u32 placed[WANTS];	/* bit per GPU reserved for it */
	u32 shape[WANTS];
} pool;

static u64 free_bytes(u32 gpu)
{
	u64 used = 0;
	u32 i;

	for (i = 0; i < WANTS; i++)
		if (pool.placed[i] & 1u << gpu)
			used += pool.w[i].ask.bytes_per_gpu;
	return total[gpu] - used;
}

/* Could it be reserved now, however clumsily? */
static bool could_fit(const struct gw_want *w)
{
	u32 i, nr = 0;

	for (i = 0; i < GPUS; i++)
		nr += free_bytes(i) >= w->ask.bytes_per_gpu;
	return nr >= w->ask.nr_gpus;
}

/* Takes the head out, placed or failed for good; 0 when the head has to wait. */
static u32 serve_head(struct gw_want *head)
{
	struct gw_offer offers[GPUS];
	struct gw_board board;
	u32 out[GPUS], i;
	int ret;

	/* The sums are enough to choose by. */
	gw_board_init(&board, offers, GPUS);
	for (i = 0; i < GPUS; i++) {
		offers[i].use = GW_OFFER_READY;
		offers[i].groups = 1;
		offers[i].total_bytes = total[i];
		offers[i].placed_bytes = total[i] - free_bytes(i);
		offers[i].numa = numa[i];
	}
	gw_board_link(&board);
	ret = gw_place_choose(&board, &head->ask, out);
	if (ret == -EAGAIN)
		return 0;
	for (i = 0; !ret && i < head->ask.nr_gpus; i++)
		pool.placed[head - pool.w] |= 1u << out[i];
	gw_queue_remove(&pool.q, head);
	gw_want_done(head);
	return 1;
}

static const char *serve(void)
{
	struct gw_want *head;
	u32 i;

	while ((head = gw_queue_head(&pool.q))) {
		for (i = 0; i < WANTS; i++)
			if (pool.w[i].queued && &pool.w[i] != head &&
			    (pool.w[i].class < head->class ||
			     (pool.w[i].class == head->class &&
			      pool.w[i].ticket < head->ticket)))
				return "somebody was passed";
		if (!serve_head(head))
			return could_fit(head) ? "the head waits for what is free" : NULL;
		for (i = 0; i < GPUS; i++)
			if (free_bytes(i) > total[i])
				return "more is reserved than there is";
	}
	return NULL;
}

/* Operations: each want leaves; each want arrives in each shape if it is away. */
static const char *step(u32 op)
{
	u32 i = op % WANTS, shape = op / WANTS - 1;
	struct gw_want *w = &pool.w[i];
	const char *why;

	if (op < WANTS) {
		gw_queue_remove(&pool.q, w);
		gw_want_done(w);
		pool.placed[i] = 0;
	} else if (!w->queued && !pool.placed[i]) {
		pool.shape[i] = shape;
		w->class = shapes[shape].class;
		w->ask.groups = GW_ANY_GROUP;
		w->ask.nr_gpus = shapes[shape].nr_gpus;
		w->ask.bytes_per_gpu = shapes[shape].bytes;
		gw_queue_insert(&pool.q, w);
	}
	why = serve();
	if (why)
		return why;
	for (i = 0; i < WANTS; i++)
		if (pool.w[i].queued && could_fit(&pool.w[i]) &&
		    gw_queue_position(&pool.q, &pool.w[i]) == 1)
			return "a want that fits waits at the head";
	return gw_queue_sane(&pool.q) ? NULL : "the queue is not sane";
}

static u64 key(void)
{
	u64 key = 0;
	u32 i;

	for (i = 0; i < WANTS; i++) {
		key = key * 8 + pool.placed[i];
		key = key * 8 + gw_queue_position(&pool.q, &pool.w[i]);
		key = key * 8 + (pool.placed[i] || pool.w[i].queued ? pool.shape[i] : 0);
	}
	return key;
}

static struct explore explorer(void)
{
	u32 i;

	memset(&pool, 0, sizeof(pool));
	gw_queue_init(&pool.q);
	for (i = 0; i < WANTS; i++)
		gw_want_init(&pool.w[i]);
	return (struct explore){
		.world = &pool, .size = sizeof(pool), .nr_ops = OPS, .step = step, .key = key,
	};
}

static void test_sequences(void)
{
	struct explore e = explorer();

	CHECK(explore_sequences(&e, 4));
	printf("# %llu steps, depth 4\n", (unsigned long long)e.nr_steps);
}

static void test_closure(void)
{
	struct explore e = explorer();
	u32 nr = explore_closure(&e);

	CHECK(nr > 1);
	printf("# %u states, %llu steps\n", nr, (unsigned long long)e.nr_steps);
}

static const struct ktap_test tests[] = {
	{ "pool: all sequences of arrivals and departures", test_sequences },
	{ "pool: all arrivals and departures in all reachable states", test_closure },
};

KTAP_MAIN(tests)
