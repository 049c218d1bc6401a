// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capacity queue against its naive twin: every sequence up to a depth, every reachable
 * state. Owns the bounds of the search only; the world and its oracle are in queue_world.h.
 */
#include "explore.h"
#include "queue_world.h"

#include "../unit/ktap.h"

/* What follows depends on the order of tickets, not on their numbers. */
static u64 queue_key(void)
{
	const struct want_twin *t = queue_world.twin;
	u64 key = 0;
	u32 i, j, older;

	for (i = 0; i < WANTS; i++) {
		for (older = j = 0; j < WANTS; j++)
			older += t[j].ticket && t[j].ticket < t[i].ticket;
		key = key * 8 + t[i].rank;
		key = key * 8 + (t[i].ticket ? older + 1 : 0);
		key = key * 2 + t[i].queued;
		key = key * 2 + t[i].is_aged;
		key = key * 2 + (t[i].ticket && queue_world.now > t[i].since);
	}
	return key;
}

static struct explore explorer(void)
{
	queue_world_init();
	return (struct explore){
		.world = &queue_world, .size = sizeof(queue_world), .nr_ops = QUEUE_OPS,
		.step = queue_step, .key = queue_key,
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
	{ "queue: all sequences", test_sequences },
	{ "queue: all operations in all reachable states", test_closure },
};

KTAP_MAIN(tests)
