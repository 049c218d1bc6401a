// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue, placement, passing and eviction together: every sequence up to a depth, every state
 * that can be reached. Owns the bounds of the search; the world is in pool_world.h.
 */
#include "explore.h"
#include "pool_world.h"

#include "../unit/ktap.h"

static u64 mix(u64 key, u64 value)
{
	key = (key ^ value) * 0x9e3779b97f4a7c15ull;
	return key ^ key >> 29;
}

/* All that what follows can depend on; of times only which are aged, or will be next. */
static u64 key(void)
{
	u64 key = pool.offers[0].use * 8 + pool.offers[pool.b.nr - 1].use, waited;
	u32 i, j, older, longer;

	for (i = 0; i < WANTS; i++) {
		const struct gw_want *w = &pool.w[i];

		for (older = longer = j = 0; j < WANTS; j++) {
			older += pool.w[j].queued && pool.w[j].ticket < w->ticket;
			longer += pool.w[j].grant.nr && pool.w[j].grant.since_ns < w->grant.since_ns;
		}
		waited = w->queued ? pool.now - w->since_ns : 0;
		key = mix(key, gpus_of(w));
		key = mix(key, w->queued ? 1 + older + 4 * w->nr_passed : 0);
		key = mix(key, waited < AGE ? waited : AGE);
		key = mix(key, w->queued || w->grant.nr ? 1 + pool.shape[i] : 0);
		key = mix(key, w->queued && w->priority);
		key = mix(key, w->grant.nr ? longer : 0);
	}
	return key >> 2;
}

static struct explore explorer(u32 nr_gpus, u32 max_backfill)
{
	pool_init(nr_gpus, max_backfill);
	return (struct explore){
		.world = &pool, .size = sizeof(pool), .nr_ops = OPS, .step = pool_step,
		.key = key,
	};
}

static void try_sequences(u32 nr_gpus, u32 depth)
{
	struct explore e = explorer(nr_gpus, 1);

	CHECK(explore_sequences(&e, depth));
	printf("# %llu steps, %u GPUs, depth %u\n", (unsigned long long)e.nr_steps, nr_gpus,
	       depth);
}

static void test_two_gpus(void)
{
	try_sequences(2, 4);
}

static void test_three_gpus(void)
{
	try_sequences(3, 4);
}

/* Leaving, time, eviction, and the shapes that get in each other's way most. */
static const char *few_step(u32 op)
{
	static const u32 few[] = { 0, 1, 2, 4, 6 };

	if (op < WANTS)
		return pool_step(op);
	if (op < 6 * WANTS)
		return pool_step(OP_ARRIVE + few[op / WANTS - 1] * WANTS + op % WANTS);
	return pool_step(op == 6 * WANTS ? OP_TIME : OP_EVICT);
}

static void test_closure(void)
{
	struct explore e = explorer(2, 1);
	u32 nr;

	e.nr_ops = 6 * WANTS + 2;
	e.step = few_step;
	nr = explore_closure(&e);
	CHECK(nr > 1);
	printf("# %u states, %llu steps\n", nr, (unsigned long long)e.nr_steps);
}

static const struct ktap_test tests[] = {
	{ "pool: all sequences on two GPUs", test_two_gpus },
	{ "pool: all sequences on three GPUs of two domains", test_three_gpus },
	{ "pool: all operations in all reachable states", test_closure },
};

KTAP_MAIN(tests)
