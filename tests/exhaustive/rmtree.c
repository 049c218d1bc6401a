// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object tree against a naive driver: every short sequence of whole requests, and every two
 * requests in every order of their steps. Owns the bounds of the search only; the world is in
 * rmtree_world.h.
 */
#include "explore.h"
#include "rmtree_world.h"

#include "../unit/ktap.h"

static struct rmtree_world saved;

/* What is left in the end must be nothing, from here too. */
static const char *compare_and_finish(void)
{
	const char *why;

	saved = rw;
	why = rmtree_finish();
	rw = saved;
	return why;
}

static const char *whole_step(u32 op)
{
	const char *why = rmtree_whole(op % REQUESTS, op >= REQUESTS);

	return why ? why : compare_and_finish();
}

static void test_sequences(void)
{
	struct explore e = {
		.world = &rw, .size = sizeof(rw), .nr_ops = REQUESTS, .step = whole_step,
	};

	rmtree_world_init();
	CHECK(explore_sequences(&e, 4));
	printf("# %llu steps, depth 4\n", (unsigned long long)e.nr_steps);
}

static void test_failures(void)
{
	struct explore e = {
		.world = &rw, .size = sizeof(rw), .nr_ops = 2 * REQUESTS, .step = whole_step,
	};

	rmtree_world_init();
	CHECK(explore_sequences(&e, 3));
	printf("# %llu steps, depth 3\n", (unsigned long long)e.nr_steps);
}

/*
 * Two threads, three steps each: begin, call, end. @order has a bit per step, set for the second
 * thread. A request that can not begin is out.
 */
static const char *interleave(u32 first, u32 second, u32 order, u32 fails)
{
	const char *why = NULL;
	u32 i, at[2] = { 0, 0 };

	for (i = 0; i < 6 && !why; i++) {
		u32 who = order >> i & 1;

		if (at[who]++)
			rmtree_step(who, fails >> who & 1);
		else
			rmtree_begin(who, who ? second : first);
		why = rmtree_compare();
	}
	return why;
}

/* What was there before: prefixes, as requests. */
static const u8 prefixes[][4] = {
	{ 0xff }, { 0, 0xff }, { 0, 3, 0xff }, { 0, 8, 0xff }, { 0, 11, 0xff }, { 0, 14, 0xff },
	{ 0, 11, 18, 0xff }, { 0, 14, 18, 0xff }, { 0, 11, 14, 0xff }, { 3, 9, 12, 0xff },
};

static void start_from(const u8 *prefix)
{
	rmtree_world_init();
	for (; *prefix != 0xff; prefix++)
		CHECK(!rmtree_whole(*prefix, false));
}

static bool try_orders(u32 first, u32 second, const struct rmtree_world *from, u64 *nr)
{
	u32 order, fails;
	const char *why;

	for (order = 0; order < 64; order++)
		for (fails = 0; fails < 4 && __builtin_popcount(order) == 3; fails++, ++*nr) {
			rw = *from;
			why = interleave(first, second, order, fails);
			if (!why)
				why = rmtree_finish();
			CHECK_SAY(!why, "(%s: requests %u and %u, order %#x, failing %#x)", why,
				  first, second, order, fails);
			if (why)
				return false;
		}
	return true;
}

static void test_threads(void)
{
	static struct rmtree_world from;
	u32 p, first, second;
	u64 nr = 0;

	for (p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
		start_from(prefixes[p]);
		from = rw;
		for (first = 0; first < REQUESTS; first++)
			for (second = 0; second < REQUESTS; second++)
				if (!try_orders(first, second, &from, &nr))
					printf("# prefix %u\n", p);
	}
	printf("# %llu interleavings\n", (unsigned long long)nr);
}

static const struct ktap_test tests[] = {
	{ "rmtree: all sequences of requests", test_sequences },
	{ "rmtree: all sequences with failing calls", test_failures },
	{ "rmtree: all pairs of requests, interleaved", test_threads },
};

KTAP_MAIN(tests)
