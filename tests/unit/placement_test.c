// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement's promises, one by one, in the words of core/placement.h, and the ends of its number
 * ranges. Every small table against an oracle is tests/exhaustive's business.
 */
#include "core/placement.h"

#include <linux/errno.h>
#include <linux/limits.h>

#include "inventory.h"
#include "ktap.h"

#define GIB (1ull << 30)

static u32 out[BOARD_GPUS];

static int choose(u32 nr_gpus, u64 bytes)
{
	struct gw_ask a = ask(nr_gpus, bytes);

	gw_board_link(&tb.b);
	CHECK(gw_board_sane(&tb.b));
	return gw_place_choose(&tb.b, &a, out);
}

static bool chose(u32 nr_gpus, u64 bytes, u32 first, u32 last)
{
	return !choose(nr_gpus, bytes) && out[0] == first && out[nr_gpus - 1] == last;
}

/* @nr GPUs of @total with this much free. */
static void table(u32 nr, u64 total, const u64 *free_bytes)
{
	u32 i;

	board_new(nr);
	for (i = 0; i < nr; i++) {
		board_gpu(i, total);
		if (free_bytes[i] < total)
			board_fill(i, total - free_bytes[i], 2, false);
	}
}
#define TABLE(total, ...)							\
	do {									\
		const u64 frees[] = { __VA_ARGS__ };				\
										\
		table(sizeof(frees) / sizeof(frees[0]), total, frees);		\
	} while (0)

static void test_errors(void)
{
	TABLE(80 * GIB, 80 * GIB, 10 * GIB, 80 * GIB);
	tb.offers[2].use = GW_OFFER_DRAINED;
	CHECK(choose(0, 0) == -EINVAL);
	CHECK(choose(1, 80 * GIB + 1) == -ENOSPC);
	CHECK(choose(3, GIB) == -ENOSPC);
	CHECK(choose(~0u, GIB) == -ENOSPC);
	CHECK(choose(2, 16 * GIB) == -EAGAIN);
	CHECK(chose(2, 10 * GIB, 0, 1));
	board_new(0);
	CHECK(choose(1, 0) == -ENOSPC);
	board_new(3);
	CHECK(choose(1, 0) == -ENOSPC);
}

static void test_small_holes_first(void)
{
	TABLE(80 * GIB, 80 * GIB, 17 * GIB, 15 * GIB, 17 * GIB);
	CHECK(chose(1, 16 * GIB, 1, 1));
	CHECK(chose(1, 15 * GIB, 2, 2));
	CHECK(chose(1, 18 * GIB, 0, 0));
	CHECK(chose(3, 15 * GIB, 1, 3));
}

static void put_near(u32 gpu, u32 nvlink, u32 pcie, s32 numa)
{
	tb.offers[gpu].nvlink = nvlink;
	tb.offers[gpu].pcie = pcie;
	tb.offers[gpu].numa = numa;
}

static void test_near(void)
{
	struct gw_reason why[6];
	struct gw_ask a = ask(2, 4);

	/* The tightest pair shares nothing, the next only a node, the next a switch. */
	TABLE(90, 4, 4, 6, 6, 8, 8);
	put_near(0, 0, 0, 0);
	put_near(1, 0, 0, 1);
	put_near(2, 0, 1, 0);
	put_near(3, 0, 2, 0);
	put_near(4, 7, 3, 1);
	put_near(5, 8, 3, 1);
	CHECK(chose(2, 4, 4, 5));
	put_near(3, 7, 2, 0);		/* an NVLink across nodes and switches goes first */
	CHECK(chose(2, 4, 3, 4));
	CHECK(!gw_place_explain(&tb.b, &a, why) && why[3].near == GW_NEAR_NVLINK);
	put_near(3, 0, 2, 0);
	put_near(5, 0, 4, 1);
	CHECK(chose(2, 4, 0, 2));	/* nothing but nodes: the first of the tighter node */
	CHECK(chose(3, 4, 0, 3));
	CHECK(chose(4, 4, 0, 3));	/* no node has four: the tightest anywhere */
}

static void test_equal_domains(void)
{
	TABLE(9, 9, 5, 5, 5, 5);
	put_near(0, 0, 0, 1);
	put_near(1, 0, 0, 0);
	put_near(2, 0, 0, 0);
	put_near(3, 0, 0, 1);
	put_near(4, 0, 0, 1);
	CHECK(chose(2, 4, 1, 2));
	tb.offers[2].use = GW_OFFER_QUARANTINED;
	CHECK(chose(2, 4, 3, 4));
}

static void test_ends_of_ranges(void)
{
	const u64 half = 1ull << 63;

	TABLE(U64_MAX, half + 1, half + 1, half, 3);
	put_near(0, 0, 0, 0);
	put_near(1, 0, 0, 0);
	put_near(2, 0, 0, S32_MAX);
	put_near(3, 0, 0, S32_MAX);
	/* The leftovers of the first node do not wrap to 0. */
	CHECK(chose(2, 1, 2, 3));
	CHECK(chose(2, half + 1, 0, 1));
	CHECK(choose(2, U64_MAX) == -EAGAIN);
	CHECK(chose(4, 0, 0, 3));
	TABLE(1, 1, 0);
	put_near(0, U32_MAX, U32_MAX, S32_MIN);
	put_near(1, U32_MAX, U32_MAX, S32_MIN);
	CHECK(chose(2, 0, 0, 1));
	CHECK(choose(2, 1) == -EAGAIN);
	tb.offers[0].reserve_bytes = U64_MAX;
	CHECK(choose(2, 1) == -ENOSPC && chose(1, 0, 0, 0));
}

static void test_out_untouched(void)
{
	TABLE(4, 2, 4);
	memset(out, 0xcc, sizeof(out));
	CHECK(choose(2, 3) == -EAGAIN && out[0] == 0xcccccccc);
	CHECK(choose(2, 5) == -ENOSPC && out[0] == 0xcccccccc);
	CHECK(chose(1, 3, 1, 1) && out[1] == 0xcccccccc);
}

static u32 why(u32 nr_gpus, u64 bytes, u32 gpu)
{
	struct gw_reason r[BOARD_GPUS];
	struct gw_ask a = ask(nr_gpus, bytes);

	a.groups = 1;
	gw_place_explain(&tb.b, &a, r);
	CHECK(r[gpu].wanted_bytes == bytes);
	CHECK(r[gpu].free_bytes <= r[gpu].room_bytes && r[gpu].kept_bytes <= r[gpu].room_bytes);
	return r[gpu].why;
}

static void test_explain(void)
{
	TABLE(10, 10, 10, 10, 10, 10, 10, 4, 6);
	tb.offers[0].use = GW_OFFER_ABSENT;
	tb.offers[1].use = GW_OFFER_QUARANTINED;
	tb.offers[2].use = GW_OFFER_DRAINED;
	tb.offers[3].groups = 2;
	tb.offers[4].reserve_bytes = 6;
	tb.offers[5].use = GW_OFFER_BUSY;
	CHECK(why(1, 5, 0) == GW_WHY_ABSENT);
	CHECK(why(1, 5, 1) == GW_WHY_QUARANTINED);
	CHECK(why(1, 5, 2) == GW_WHY_DRAINED);
	CHECK(why(1, 5, 3) == GW_WHY_GROUP);
	CHECK(why(1, 5, 4) == GW_WHY_TOO_SMALL && why(1, 4, 4) == GW_WHY_CHOSEN);
	CHECK(why(1, 5, 5) == GW_WHY_BUSY);
	CHECK(why(1, 5, 6) == GW_WHY_TOO_FULL);
	CHECK(why(1, 5, 7) == GW_WHY_CHOSEN);
	CHECK(why(1, 4, 7) == GW_WHY_OTHER);
	CHECK(why(2, 5, 7) == GW_WHY_TOO_FEW);
	CHECK(why(GW_GRANT_GPUS + 1, 5, 7) == GW_WHY_TOO_FEW);
	CHECK(choose(4, 5) == -EAGAIN || choose(4, 5) == -ENOSPC);
	gw_board_keep(&tb.b, &tb.fill[6], true);
	CHECK(why(1, 5, 6) == GW_WHY_KEPT && why(1, 4, 6) == GW_WHY_OTHER);
	gw_board_keep(&tb.b, &tb.fill[6], false);
	CHECK(why(1, 5, 6) == GW_WHY_TOO_FULL);
}

/* A dedicated VM and another never share a GPU, whoever came first; with itself it may. */
static void test_dedicated(void)
{
	struct gw_ask mine = ask(1, 2);

	board_new(1);
	board_gpu(0, 9);
	board_fill(0, 1, 2, true);
	CHECK(why(1, 2, 0) == GW_WHY_DEDICATED && choose(1, 2) == -EAGAIN);
	CHECK(why(1, 9, 0) == GW_WHY_DEDICATED);
	gw_board_keep(&tb.b, &tb.fill[0], true);
	CHECK(why(1, 2, 0) == GW_WHY_KEPT && choose(1, 2) == -ENOSPC);
	mine.vm = 2;
	CHECK(!gw_place_choose(&tb.b, &mine, out));
	gw_board_give(&tb.b, &tb.fill[0]);
	board_fill(0, 1, 3, false);
	CHECK(!gw_place_choose(&tb.b, &mine, out));
	gw_board_keep(&tb.b, &tb.fill[0], false);
	mine.is_dedicated = true;
	CHECK(gw_place_choose(&tb.b, &mine, out) == -EAGAIN);
	mine.vm = 3;
	CHECK(!gw_place_choose(&tb.b, &mine, out));
	CHECK(gw_place_possible(&tb.b, &mine));
}

static void test_possible(void)
{
	struct gw_ask a = ask(2, 5);

	TABLE(5, 0, 0);
	tb.offers[0].use = GW_OFFER_DRAINED;
	tb.offers[1].use = GW_OFFER_QUARANTINED;
	CHECK(gw_place_possible(&tb.b, &a) && gw_place_choose(&tb.b, &a, out) == -ENOSPC);
	a.groups = 2;
	CHECK(!gw_place_possible(&tb.b, &a));
	a = ask(2, 6);
	CHECK(!gw_place_possible(&tb.b, &a));
	a = ask(3, 5);
	CHECK(!gw_place_possible(&tb.b, &a));
	a = ask(0, 5);
	CHECK(!gw_place_possible(&tb.b, &a));
	tb.offers[1].use = GW_OFFER_ABSENT;
	a = ask(2, 5);
	CHECK(!gw_place_possible(&tb.b, &a));
}

#define SEEN(field, wrong)							\
	do {									\
		__typeof__(field) right = (field);				\
										\
		(field) = (wrong);						\
		CHECK(!gw_board_sane(&tb.b));					\
		(field) = right;						\
		CHECK(gw_board_sane(&tb.b));					\
	} while (0)

static void test_board_books(void)
{
	struct gw_grant wide;
	struct gw_ask a = ask(3, 4);
	const u32 all[] = { 0, 1, 2 };

	TABLE(10, 10, 9, 8);
	gw_grant_init(&wide);
	gw_board_take(&tb.b, &wide, &a, all, 77);
	CHECK(gw_board_sane(&tb.b) && wide.nr == 3 && wide.since_ns == 77);
	CHECK(tb.offers[1].placed_bytes == 5 && tb.offers[1].least_bytes == 1);
	CHECK(tb.offers[0].least_bytes == 4);
	gw_board_keep(&tb.b, &wide, true);
	CHECK(gw_board_sane(&tb.b) && tb.offers[2].kept_bytes == 4);
	CHECK(tb.offers[0].least_bytes == U64_MAX && tb.offers[2].least_bytes == 2);
	SEEN(tb.offers[1].placed_bytes, 4);
	SEEN(tb.offers[1].placed_bytes, 6);
	SEEN(tb.offers[1].kept_bytes, 0);
	SEEN(tb.offers[1].least_bytes, 4);
	SEEN(tb.offers[1].nr_holds, 1);
	SEEN(tb.offers[1].nr_holds, 3);
	SEEN(tb.offers[1].nr_dedicated, 1);
	SEEN(tb.offers[1].total_bytes, 4);
	SEEN(tb.offers[1].reserve_bytes, 6);
	SEEN(tb.offers[1].use, GW_OFFER_ABSENT);
	SEEN(wide.holds[1].gpu, 0);
	SEEN(wide.nr, 2);
	SEEN(wide.ask.is_dedicated, true);
	gw_board_give(&tb.b, &wide);
	gw_board_give(&tb.b, &wide);
	CHECK(gw_board_sane(&tb.b) && !wide.nr && tb.offers[0].nr_holds == 0);
	CHECK(tb.offers[1].placed_bytes == 1 && !tb.offers[2].kept_bytes);
}

static const struct ktap_test tests[] = {
	{ "place: not now, never, nonsense", test_errors },
	{ "place: the smallest sufficient hole", test_small_holes_first },
	{ "place: NVLink before switch before node before anywhere", test_near },
	{ "place: of equal domains the first", test_equal_domains },
	{ "place: ends of the number ranges", test_ends_of_ranges },
	{ "place: writes what it chose and nothing else", test_out_untouched },
	{ "place: says why for each GPU", test_explain },
	{ "place: a dedicated VM shares no GPU", test_dedicated },
	{ "place: what an empty host could do", test_possible },
	{ "board: grants add up, damage is seen", test_board_books },
};

KTAP_MAIN(tests)
