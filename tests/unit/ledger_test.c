// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ledger by itself: limits at their edges, what must not change on failure, the view.
 * Owns no other rule than the words of core/ledger.h.
 */
#include "core/ledger.h"

#include <linux/errno.h>
#include <linux/limits.h>

#include "ktap.h"

static struct gw_ledger l;

static void start(u64 limit)
{
	memset(&l, 0xcc, sizeof(l));
	gw_ledger_init(&l);
	CHECK(gw_ledger_sane(&l) && gw_ledger_is_zero(&l));
	CHECK(!gw_ledger_place(&l, 3, limit));
}

static u64 used(void)
{
	CHECK(gw_ledger_sane(&l));
	return l.slots[3].used;
}

static void test_charge(void)
{
	start(100);
	CHECK(!gw_ledger_charge(&l, 3, 0) && !used());
	CHECK(!gw_ledger_charge(&l, 3, 60) && gw_ledger_left(&l, 3) == 40);
	CHECK(gw_ledger_charge(&l, 3, 41) == -EDQUOT && used() == 60);
	CHECK(gw_ledger_charge(&l, 3, U64_MAX) == -EDQUOT && used() == 60);
	CHECK(gw_ledger_charge(&l, 3, U64_MAX - 59) == -EDQUOT && used() == 60);
	CHECK(!gw_ledger_charge(&l, 3, 40) && used() == 100 && !gw_ledger_left(&l, 3));
	CHECK(gw_ledger_charge(&l, 3, 1) == -EDQUOT && !gw_ledger_charge(&l, 3, 0));
	CHECK(gw_ledger_uncharge(&l, 3, 101) == -ERANGE && used() == 100);
	CHECK(gw_ledger_uncharge(&l, 3, U64_MAX) == -ERANGE && used() == 100);
	CHECK(!gw_ledger_is_zero(&l));
	CHECK(!gw_ledger_uncharge(&l, 3, 100) && !used() && gw_ledger_is_zero(&l));
	CHECK(gw_ledger_uncharge(&l, 3, 1) == -ERANGE && !gw_ledger_uncharge(&l, 3, 0));
	CHECK(l.slots[3].peak == 100 && !l.slots[3].over);
}

static void test_extremes(void)
{
	start(U64_MAX);
	CHECK(!gw_ledger_charge(&l, 3, U64_MAX) && used() == U64_MAX);
	CHECK(gw_ledger_charge(&l, 3, 1) == -EDQUOT);
	CHECK(gw_ledger_settle(&l, 3, 0, 1) == -EOVERFLOW && used() == U64_MAX);
	CHECK(!gw_ledger_settle(&l, 3, U64_MAX, 5) && used() == 5);
	CHECK(gw_ledger_settle(&l, 3, 4, U64_MAX) == -EOVERFLOW && used() == 5);
	CHECK(!gw_ledger_settle(&l, 3, 5, U64_MAX) && used() == U64_MAX);
	start(0);
	CHECK(!gw_ledger_charge(&l, 3, 0) && gw_ledger_charge(&l, 3, 1) == -EDQUOT && !used());
}

static void test_places(void)
{
	u32 wrong[] = { 0, 2, 4, 15, 16, U32_MAX }, i;
	struct gw_ledger_view v;

	start(10);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(gw_ledger_charge(&l, wrong[i], 0) == -EINVAL);
		CHECK(gw_ledger_uncharge(&l, wrong[i], 0) == -EINVAL);
		CHECK(gw_ledger_settle(&l, wrong[i], 0, 0) == -EINVAL);
		CHECK(gw_ledger_set_limit(&l, wrong[i], 10) == -EINVAL);
		CHECK(gw_ledger_unplace(&l, wrong[i]) == -EINVAL);
		CHECK(!gw_ledger_left(&l, wrong[i]) && !gw_ledger_room(&l, wrong[i]));
		memset(&v, 0xcc, sizeof(v));
		gw_ledger_view(&l, wrong[i], 100, &v);
		CHECK(!v.total && !v.used && !v.free);
	}
	CHECK(gw_ledger_place(&l, 16, 10) == -EINVAL && gw_ledger_place(&l, 3, 20) == -EEXIST);
	CHECK(!gw_ledger_place(&l, 0, 20) && !gw_ledger_place(&l, 15, 30));
	CHECK(!gw_ledger_charge(&l, 3, 10) && gw_ledger_left(&l, 0) == 20);
	CHECK(gw_ledger_unplace(&l, 3) == -EBUSY && used() == 10);
	CHECK(!gw_ledger_uncharge(&l, 3, 10) && !gw_ledger_unplace(&l, 3));
	CHECK(gw_ledger_sane(&l) && gw_ledger_charge(&l, 3, 0) == -EINVAL);
	CHECK(!gw_ledger_place(&l, 3, 1) && !l.slots[3].peak);
}

/* Without limits there is still nothing where no GPU is. */
static void test_no_place_unlimited(void)
{
	struct gw_ledger_view v;

	start(10);
	gw_ledger_set_unlimited(&l, true);
	CHECK(!gw_ledger_left(&l, 2) && !gw_ledger_left(&l, 16));
	CHECK(gw_ledger_charge(&l, 2, 0) == -EINVAL);
	gw_ledger_view(&l, 2, 100, &v);
	CHECK(!v.total && !v.used && !v.free);
}

static void test_every_slot(void)
{
	u32 slot;

	for (slot = 0; slot < GW_LEDGER_SLOTS; slot++) {
		gw_ledger_init(&l);
		CHECK(!gw_ledger_place(&l, slot, 10));
		gw_ledger_set_unlimited(&l, true);
		CHECK(!gw_ledger_charge(&l, slot, 15) && !gw_ledger_is_zero(&l));
		gw_ledger_set_unlimited(&l, false);
		CHECK(l.slots[slot].over == 5 && gw_ledger_sane(&l));
		l.slots[slot].used++;
		CHECK(!gw_ledger_sane(&l));
	}
}

static void test_settle(void)
{
	start(100);
	CHECK(!gw_ledger_charge(&l, 3, 90) && !gw_ledger_settle(&l, 3, 90, 70) && used() == 70);
	CHECK(l.slots[3].peak == 90);
	CHECK(!gw_ledger_settle(&l, 3, 70, 80) && used() == 80 && !l.slots[3].over);
	CHECK(!gw_ledger_settle(&l, 3, 80, 70) && l.slots[3].peak == 90);
	CHECK(!gw_ledger_charge(&l, 3, 30) && !gw_ledger_settle(&l, 3, 30, 35) && used() == 105);
	CHECK(l.slots[3].over == 5 && l.slots[3].peak == 105 && !gw_ledger_left(&l, 3));
	CHECK(gw_ledger_charge(&l, 3, 1) == -EDQUOT && !gw_ledger_charge(&l, 3, 0));
	CHECK(gw_ledger_settle(&l, 3, 106, 0) == -ERANGE && used() == 105);
	/* Less is no new record, more is. */
	CHECK(!gw_ledger_settle(&l, 3, 35, 33) && used() == 103 && l.slots[3].over == 5);
	CHECK(!gw_ledger_settle(&l, 3, 33, 34) && used() == 104 && l.slots[3].over == 5);
	CHECK(!gw_ledger_settle(&l, 3, 34, 38) && used() == 108 && l.slots[3].over == 8);
	CHECK(!gw_ledger_uncharge(&l, 3, 108) && gw_ledger_is_zero(&l));
}

static void test_limit(void)
{
	start(100);
	CHECK(!gw_ledger_charge(&l, 3, 80));
	CHECK(gw_ledger_set_limit(&l, 3, 79) == -EBUSY && l.slots[3].limit == 100);
	CHECK(!gw_ledger_set_limit(&l, 3, 80) && !gw_ledger_left(&l, 3));
	CHECK(!gw_ledger_set_limit(&l, 3, 200) && !gw_ledger_charge(&l, 3, 120) && used() == 200);
	/* Beyond the limit by rounding: growing helps even where it does not suffice. */
	CHECK(!gw_ledger_settle(&l, 3, 120, 130) && used() == 210);
	CHECK(gw_ledger_set_limit(&l, 3, 199) == -EBUSY && !gw_ledger_set_limit(&l, 3, 205));
	CHECK(!gw_ledger_set_limit(&l, 3, 205));	/* the same again */
	CHECK(used() == 210 && !gw_ledger_left(&l, 3));
}

static void test_unlimited(void)
{
	start(100);
	gw_ledger_set_unlimited(&l, false);
	CHECK(gw_ledger_left(&l, 3) == 100 && gw_ledger_room(&l, 3) == 100);
	gw_ledger_set_unlimited(&l, true);
	CHECK(!gw_ledger_charge(&l, 3, 1000) && used() == 1000 && !l.slots[3].over);
	CHECK(!gw_ledger_settle(&l, 3, 1000, 1001) && used() == 1001 && !l.slots[3].over);
	CHECK(gw_ledger_left(&l, 3) == U64_MAX - 1001 && !gw_ledger_room(&l, 3));
	CHECK(gw_ledger_charge(&l, 3, U64_MAX - 1000) == -EDQUOT && used() == 1001);
	/* Said twice, it is still unlimited. */
	gw_ledger_set_unlimited(&l, true);
	CHECK(!l.slots[3].over);
	/* Limits again: what is used stays used, and nothing more is granted. */
	gw_ledger_set_unlimited(&l, false);
	CHECK(used() == 1001 && l.slots[3].over == 901 && gw_ledger_charge(&l, 3, 1) == -EDQUOT);
	CHECK(!gw_ledger_uncharge(&l, 3, 901) && !gw_ledger_left(&l, 3));
	CHECK(used() == 100 && gw_ledger_charge(&l, 3, 1) == -EDQUOT);
	CHECK(!gw_ledger_uncharge(&l, 3, 1) && !gw_ledger_charge(&l, 3, 1));
	gw_ledger_set_unlimited(&l, true);
	gw_ledger_set_unlimited(&l, false);
	CHECK(used() == 100 && l.slots[3].over == 901);
}

static void test_view(void)
{
	static const u64 uses[] = { 0, 1, 50, 100, 107 };
	static const u64 gpus[] = { 0, 60, 100, 1000, U64_MAX };
	struct gw_ledger_view v;
	u32 i, g, unlimited;

	for (i = 0; i < 5; i++)
		for (g = 0; g < 5; g++)
			for (unlimited = 0; unlimited < 2; unlimited++) {
				start(100);
				CHECK(!gw_ledger_settle(&l, 3, 0, uses[i]));
				gw_ledger_set_unlimited(&l, unlimited);
				gw_ledger_view(&l, 3, gpus[g], &v);
				CHECK(v.used + v.free == v.total && v.used <= v.total);
				CHECK(v.total == (unlimited || gpus[g] < 100 ? gpus[g] : 100));
				CHECK(v.used == (uses[i] < v.total ? uses[i] : v.total));
			}
}

static void test_sane(void)
{
	start(100);
	l.slots[3].used = 1;
	CHECK(!gw_ledger_sane(&l));
	l.slots[3].used = l.slots[3].peak = 101;
	CHECK(!gw_ledger_sane(&l));
	l.slots[3].over = 1;
	CHECK(gw_ledger_sane(&l));
	l.slots[2].limit = 1;
	CHECK(!gw_ledger_sane(&l));
	l.slots[2] = (struct gw_ledger_slot){ .used = 1 };
	CHECK(!gw_ledger_sane(&l));
	l.slots[2] = (struct gw_ledger_slot){ .peak = 1 };
	CHECK(!gw_ledger_sane(&l));
	l.slots[2] = (struct gw_ledger_slot){ .over = 1 };
	CHECK(!gw_ledger_sane(&l));
	l.slots[2] = (struct gw_ledger_slot){ 0 };
	CHECK(gw_ledger_sane(&l));
}

static const struct ktap_test tests[] = {
	{ "ledger: charge to the limit and back", test_charge },
	{ "ledger: all ones and zero", test_extremes },
	{ "ledger: slots with and without a GPU", test_places },
	{ "ledger: no GPU, no limit either", test_no_place_unlimited },
	{ "ledger: every slot counts", test_every_slot },
	{ "ledger: settle less and more", test_settle },
	{ "ledger: change the limit", test_limit },
	{ "ledger: unlimited", test_unlimited },
	{ "ledger: used and free are total", test_view },
	{ "ledger: sane tells what is not", test_sane },
};

KTAP_MAIN(tests)
