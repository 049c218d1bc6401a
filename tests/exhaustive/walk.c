// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool's world with more wants than can be explored whole: long walks from fixed seeds.
 * Owns the length of the walks; the world and its judge are pool_world.h's.
 */
#define WANTS 7
#include "pool_world.h"

#include "../unit/ktap.h"

static u64 seed;

static u32 roll(u32 below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
}

static u64 nr_passes, nr_aged, nr_victims;

/* Arrivals and leaving as often as each other; a walk that only arrives sees little. */
static u32 choose_op(void)
{
	u32 kind = roll(100);

	if (kind < 45)
		return OP_ARRIVE + roll(WANTS * SHAPES);
	if (kind < 80)
		return OP_LEAVE + roll(WANTS);
	if (kind < 85)
		return OP_PRIORITY + roll(WANTS);
	if (kind < 86)
		return OP_DRAIN + roll(2);
	return kind < 93 ? OP_TIME : OP_EVICT;
}

static void walk(u32 nr_gpus, u32 max_backfill, u32 steps)
{
	const char *why = NULL;
	u32 i, at;

	pool_init(nr_gpus, max_backfill);
	for (at = 0; at < steps && !why; at++) {
		u32 op = choose_op();

		why = pool_step(op);
		CHECK_SAY(!why, "(%s, at step %u, operation %u)", why, at, op);
		for (i = 0; i < WANTS; i++) {
			nr_passes += pool.w[i].nr_passed;
			nr_aged += pool.w[i].is_aged;
			nr_victims += pool.w[i].has_victims;
			CHECK(pool.w[i].nr_passed <= max_backfill);
		}
	}
}

static void test_walks(void)
{
	u32 i;

	for (i = 0; i < 60; i++) {
		seed = 0x9e3779b97f4a7c15ull * (i + 1);
		walk(2 + i % 2, i % 4, 4000);
	}
	/* A walk that meets none of it proves nothing. */
	CHECK(nr_passes && nr_aged && nr_victims);
	printf("# %llu passes, %llu aged, %llu helped by victims, summed over all steps\n",
	       (unsigned long long)nr_passes, (unsigned long long)nr_aged,
	       (unsigned long long)nr_victims);
}

static const struct ktap_test tests[] = {
	{ "pool: long walks with many wants", test_walks },
};

KTAP_MAIN(tests)
