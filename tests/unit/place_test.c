// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement's promises, one by one, in the words of core/place.h, and the ends of its number
 * ranges. Every small table against an oracle is tests/explore's business.
 */
#include "core/place.h"

#include <linux/errno.h>
#include <linux/limits.h>

#include "ktap.h"

#define GIB (1ull << 30)

static u32 out[8];

#define CHOOSE(offers, nr, bytes) \
	gw_place_choose(offers, sizeof(offers) / sizeof((offers)[0]), nr, bytes, out)

static void test_errors(void)
{
	const struct gw_offer o[] = {
		{ 0, 0, 80 * GIB, 80 * GIB, true }, { 1, 0, 80 * GIB, 10 * GIB, true },
		{ 2, 0, 80 * GIB, 80 * GIB, false },
	};

	CHECK(CHOOSE(o, 0, 0) == -EINVAL);
	CHECK(CHOOSE(o, 1, 80 * GIB + 1) == -ENOSPC);
	CHECK(CHOOSE(o, 3, GIB) == -ENOSPC);
	CHECK(CHOOSE(o, ~0u, GIB) == -ENOSPC);
	CHECK(CHOOSE(o, 2, 16 * GIB) == -EAGAIN);
	CHECK(CHOOSE(o, 2, 10 * GIB) == 0 && out[0] == 0 && out[1] == 1);
	CHECK(gw_place_choose(o, 0, 1, GIB, out) == -ENOSPC);
	CHECK(gw_place_choose(NULL, 0, 1, 0, out) == -ENOSPC);
}

static void test_small_holes_first(void)
{
	const struct gw_offer o[] = {
		{ 0, 0, 80 * GIB, 80 * GIB, true }, { 1, 1, 80 * GIB, 17 * GIB, true },
		{ 2, 0, 80 * GIB, 15 * GIB, true }, { 3, -1, 80 * GIB, 17 * GIB, true },
	};

	CHECK(CHOOSE(o, 1, 16 * GIB) == 0 && out[0] == 1);
	CHECK(CHOOSE(o, 1, 15 * GIB) == 0 && out[0] == 2);
	CHECK(CHOOSE(o, 1, 18 * GIB) == 0 && out[0] == 0);
}

static void test_one_node(void)
{
	const struct gw_offer o[] = {
		{ 0, 1, 80 * GIB, 50 * GIB, true }, { 1, 0, 80 * GIB, 50 * GIB, true },
		{ 2, 0, 80 * GIB, 80 * GIB, true }, { 3, 1, 80 * GIB, 60 * GIB, true },
		{ 4, -1, 80 * GIB, 50 * GIB, true }, { 5, -1, 80 * GIB, 50 * GIB, true },
	};

	/* The fuller node, though the tightest two of all have no known node. */
	CHECK(CHOOSE(o, 2, 48 * GIB) == 0 && out[0] == 0 && out[1] == 3);
	/* No node has three: the tightest three. */
	CHECK(CHOOSE(o, 3, 48 * GIB) == 0 && out[0] == 0 && out[1] == 1 && out[2] == 4);
}

static void test_equal_nodes(void)
{
	const struct gw_offer o[] = {
		{ 0, 1, 9, 9, true }, { 1, 0, 9, 5, true }, { 2, 0, 9, 5, true },
		{ 3, 1, 9, 5, true }, { 4, 1, 9, 5, true },
	};

	CHECK(CHOOSE(o, 2, 4) == 0 && out[0] == 1 && out[1] == 2);
}

static void test_ends_of_ranges(void)
{
	const u64 half = 1ull << 63;
	const struct gw_offer huge[] = {
		{ 0, 0, U64_MAX, half + 1, true }, { 1, 0, U64_MAX, half + 1, true },
		{ 2, S32_MAX, U64_MAX, half, true }, { 3, S32_MAX, U64_MAX, 3, true },
	};
	const struct gw_offer odd[] = {
		{ ~0u, S32_MIN, 1, 1, true }, { ~0u, S32_MIN, 1, 0, true },
	};

	/* The leftovers of the first node do not wrap to 0. */
	CHECK(CHOOSE(huge, 2, 1) == 0 && out[0] == 2 && out[1] == 3);
	CHECK(CHOOSE(huge, 2, half + 1) == 0 && out[0] == 0 && out[1] == 1);
	CHECK(CHOOSE(huge, 2, U64_MAX) == -EAGAIN);
	CHECK(CHOOSE(huge, 4, 0) == 0 && out[0] == 0 && out[3] == 3);
	CHECK(CHOOSE(odd, 2, 0) == 0 && out[0] == 0 && out[1] == 1);
	CHECK(CHOOSE(odd, 2, 1) == -EAGAIN);
}

static void test_out_untouched(void)
{
	const struct gw_offer o[] = { { 0, 0, 4, 2, true }, { 1, 0, 4, 4, true } };

	memset(out, 0xcc, sizeof(out));
	CHECK(CHOOSE(o, 2, 3) == -EAGAIN && out[0] == 0xcccccccc);
	CHECK(CHOOSE(o, 2, 5) == -ENOSPC && out[0] == 0xcccccccc);
	CHECK(CHOOSE(o, 1, 3) == 0 && out[0] == 1 && out[1] == 0xcccccccc);
}

static const struct ktap_test tests[] = {
	{ "place: not now, never, nonsense", test_errors },
	{ "place: the smallest sufficient hole", test_small_holes_first },
	{ "place: one NUMA node when one can do it", test_one_node },
	{ "place: of equal nodes the first", test_equal_nodes },
	{ "place: ends of the number ranges", test_ends_of_ranges },
	{ "place: writes what it chose and nothing else", test_out_untouched },
};

KTAP_MAIN(tests)
