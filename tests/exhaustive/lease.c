// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lease against its naive twin: every sequence up to a depth, every reachable state.
 * Owns the bounds of the search only; the world and its oracle are in lease_world.h.
 */
#include "explore.h"
#include "lease_world.h"

#include "../unit/ktap.h"

/* What follows depends on the order of tickets and of grants, not on their numbers. */
static u64 lease_key(void)
{
	const struct lease_twin *t = lease_world.twin;
	u64 key = lease_world.max_holders;
	u32 i, j, older, held;

	for (i = 0; i < LESSEES; i++) {
		for (older = held = j = 0; j < LESSEES; j++) {
			older += t[j].ticket && t[j].ticket < t[i].ticket;
			held += t[j].state == GW_LEASE_HOLDER && t[j].since < t[i].since;
		}
		key = key * 4 + t[i].state;
		key = key * 8 + (t[i].ticket ? older + 1 : 0);
		key = key * 8 + (t[i].state == GW_LEASE_HOLDER ? held : 0);
	}
	return key;
}

static struct explore explorer(u32 max_holders, u32 max_queued)
{
	lease_world_init(max_holders, max_queued);
	return (struct explore){
		.world = &lease_world, .size = sizeof(lease_world), .nr_ops = LEASE_OPS,
		.step = lease_step, .key = lease_key,
	};
}

static void sequences(u32 max_queued, u32 depth)
{
	struct explore e = explorer(1, max_queued);

	CHECK(explore_sequences(&e, depth));
	printf("# queue of %u: %llu steps, depth %u\n", max_queued,
	       (unsigned long long)e.nr_steps, depth);
}

static void test_no_queue(void)
{
	sequences(0, 5);
}

static void test_short_queue(void)
{
	sequences(1, 5);
}

static void test_sequences(void)
{
	sequences(LESSEES, 5);
}

static void test_closure(void)
{
	u32 max_queued, nr;

	for (max_queued = 0; max_queued <= LESSEES; max_queued++) {
		struct explore e = explorer(1, max_queued);

		nr = explore_closure(&e);
		CHECK(nr > 1);
		printf("# queue of %u: %u states, %llu steps\n", max_queued, nr,
		       (unsigned long long)e.nr_steps);
	}
}

static const struct ktap_test tests[] = {
	{ "lease: all sequences without a queue", test_no_queue },
	{ "lease: all sequences with a queue that is too short", test_short_queue },
	{ "lease: all sequences", test_sequences },
	{ "lease: all operations in all reachable states", test_closure },
};

KTAP_MAIN(tests)
