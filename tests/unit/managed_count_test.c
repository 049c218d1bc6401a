// SPDX-License-Identifier: GPL-2.0-only
/*
 * The count of managed memory by itself: pending and charged, zombies, what must never wrap.
 * Owns no other rule than the words of nv/uvm/managed_count.h.
 */
#include "nv/uvm/managed_count.h"

#include <linux/errno.h>
#include <linux/limits.h>

#include "ktap.h"

static struct gw_managed m;

static void start(void)
{
	m = (struct gw_managed){ };
	CHECK(gw_managed_sane(&m));
}

static void registered(u64 bytes)
{
	CHECK(gw_managed_register(&m) == bytes);
	gw_managed_charged(&m);
	CHECK(gw_managed_sane(&m));
}

static void test_pending(void)
{
	start();
	CHECK(!gw_managed_map(&m, 30) && !gw_managed_map(&m, 12));
	CHECK(!gw_managed_unmap(&m, 2, false) && m.bytes == 40);
	registered(40);
	CHECK(!gw_managed_register(&m));
	CHECK(gw_managed_unmap(&m, 10, false) == 10 && m.bytes == 30);
	CHECK(gw_managed_unmap(&m, 31, false) == 30 && !m.bytes);
	CHECK(!gw_managed_unmap(&m, 1, false));
	CHECK(!gw_managed_close(&m) && gw_managed_sane(&m));
}

static void test_failed_register(void)
{
	start();
	CHECK(!gw_managed_map(&m, 40));
	CHECK(gw_managed_register(&m) == 40);
	CHECK(!gw_managed_unregister(&m));		/* over quota: nothing was charged */
	CHECK(gw_managed_sane(&m) && !m.is_charged);
	registered(40);
	CHECK(!gw_managed_register(&m));
	CHECK(!gw_managed_unregister(&m));		/* the first GPU stays */
	CHECK(m.is_charged && gw_managed_unregister(&m) == 40 && !m.is_charged);
	CHECK(!gw_managed_unregister(&m) && gw_managed_sane(&m));
	CHECK(m.bytes == 40 && !gw_managed_close(&m));
}

static void test_zombies(void)
{
	start();
	CHECK(!gw_managed_map(&m, 40));
	registered(40);
	CHECK(!gw_managed_unmap(&m, 15, true) && m.zombies == 15 && m.bytes == 40);
	CHECK(gw_managed_unmap(&m, 40, false) == 25);	/* zombies are no mapping's */
	CHECK(!gw_managed_unmap(&m, 1, true) && m.zombies == 15 && gw_managed_sane(&m));
	CHECK(gw_managed_clean_up(&m, 10) == 10 && m.bytes == 5 && m.zombies == 5);
	CHECK(gw_managed_clean_up(&m, 10) == 5 && !m.bytes && gw_managed_sane(&m));
	CHECK(!gw_managed_clean_up(&m, 1));
	CHECK(!gw_managed_map(&m, 7) && !gw_managed_unmap(&m, 7, true));
	CHECK(gw_managed_close(&m) == 7 && !m.bytes && !m.zombies && !m.nr_gpus);
}

static void test_extremes(void)
{
	start();
	CHECK(!gw_managed_map(&m, U64_MAX));
	CHECK(gw_managed_map(&m, 1) == -EOVERFLOW && m.bytes == U64_MAX);
	registered(U64_MAX);
	CHECK(gw_managed_close(&m) == U64_MAX);
	m.zombies = 1;
	CHECK(!gw_managed_sane(&m));
	m = (struct gw_managed){ .is_charged = true };
	CHECK(!gw_managed_sane(&m));
}

static const struct ktap_test tests[] = {
	{ "managed: pending until a GPU is there", test_pending },
	{ "managed: a GPU that was not registered after all", test_failed_register },
	{ "managed: what is kept for an ended process", test_zombies },
	{ "managed: nothing wraps", test_extremes },
};

KTAP_MAIN(tests)
