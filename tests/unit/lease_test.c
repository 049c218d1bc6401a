// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lease's promises, one by one, in the words of core/lease.h. Every short sequence against
 * an oracle is tests/exhaustive's business.
 */
#include "core/lease.h"

#include <linux/errno.h>

#include "ktap.h"

static struct gw_lease l;
static struct gw_lessee a, b, c;

static bool is_idle(void)
{
	return !gw_lease_first_holder(&l) && !gw_lease_first_queued(&l);
}

static void start(u32 max_holders, u32 max_queued)
{
	gw_lease_init(&l, max_holders, max_queued);
	gw_lessee_init(&a);
	gw_lessee_init(&b);
	gw_lessee_init(&c);
	CHECK(gw_lease_sane(&l) && is_idle());
}

/* As start(), then @a has it, @b and @c wait. */
static void start_busy(void)
{
	start(1, 10);
	CHECK(gw_lease_acquire(&l, &a) == 0);
	CHECK(gw_lease_acquire(&l, &b) == -EINPROGRESS);
	CHECK(gw_lease_acquire(&l, &c) == -EINPROGRESS);
	CHECK(gw_lease_sane(&l));
}

static void test_new(void)
{
	memset(&l, 0xcc, sizeof(l));
	memset(&a, 0xcc, sizeof(a));
	start(1, 10);
	CHECK(!l.nr_holders && !l.nr_queued && !l.last_ticket && l.max_queued == 10);
	CHECK(!gw_lease_first_holder(&l) && !gw_lease_first_queued(&l));
	CHECK(list_empty(&a.link) && a.state == GW_LEASE_NONE && !a.ticket);
	CHECK(!gw_lease_position(&l, &a) && !gw_lease_grant_next(&l));
}

static void test_exclusive(void)
{
	start_busy();
	CHECK(a.state == GW_LEASE_HOLDER && b.state == GW_LEASE_QUEUED);
	CHECK(!is_idle());
	CHECK(!gw_lease_grant_next(&l));
	CHECK(gw_lease_first_holder(&l) == &a && gw_lease_first_queued(&l) == &b);
	CHECK(gw_lease_position(&l, &a) == 0);
	CHECK(gw_lease_position(&l, &b) == 1 && gw_lease_position(&l, &c) == 2);
}

static void test_asking_again(void)
{
	start_busy();
	CHECK(gw_lease_acquire(&l, &a) == 0);
	CHECK(gw_lease_acquire(&l, &b) == -EINPROGRESS);
	CHECK(l.nr_holders == 1 && l.nr_queued == 2);
	CHECK(a.ticket == 1 && b.ticket == 2 && c.ticket == 3 && l.last_ticket == 3);
}

static void test_arrival_order(void)
{
	start_busy();
	gw_lease_leave(&l, &a);
	CHECK(gw_lease_grant_next(&l) == &b && b.state == GW_LEASE_HOLDER);
	CHECK(!gw_lease_grant_next(&l));
	gw_lease_leave(&l, &b);
	CHECK(gw_lease_grant_next(&l) == &c);
	gw_lease_leave(&l, &c);
	CHECK(!gw_lease_grant_next(&l) && is_idle() && gw_lease_sane(&l));
}

static void test_free_but_awaited(void)
{
	start_busy();
	gw_lease_leave(&l, &a);
	gw_lessee_init(&a);
	/* The lease is free, but @b and @c were there first. */
	CHECK(gw_lease_acquire(&l, &a) == -EINPROGRESS);
	CHECK(gw_lease_position(&l, &a) == 3);
	CHECK(gw_lease_grant_next(&l) == &b);
}

static void test_interrupted_keeps_place(void)
{
	start_busy();
	gw_lease_leave(&l, &b);
	CHECK(gw_lease_position(&l, &b) == 0 && gw_lease_position(&l, &c) == 1);
	CHECK(gw_lease_acquire(&l, &b) == -EINPROGRESS);
	CHECK(gw_lease_position(&l, &b) == 1 && gw_lease_position(&l, &c) == 2);
	/* Away while its turn comes: it takes what is free, ahead of @c. */
	gw_lease_leave(&l, &b);
	gw_lease_leave(&l, &a);
	CHECK(gw_lease_acquire(&l, &b) == 0 && gw_lease_sane(&l));
}

static void test_full_queue(void)
{
	start(1, 1);
	CHECK(gw_lease_acquire(&l, &a) == 0);
	CHECK(gw_lease_acquire(&l, &b) == -EINPROGRESS);
	CHECK(gw_lease_acquire(&l, &c) == -EDQUOT);
	CHECK(c.state == GW_LEASE_NONE && !c.ticket && l.last_ticket == 2);
	start(1, 0);
	CHECK(gw_lease_acquire(&l, &a) == 0);
	CHECK(gw_lease_acquire(&l, &b) == -EDQUOT && gw_lease_sane(&l));
}

static void test_several_holders(void)
{
	start(2, 10);
	CHECK(gw_lease_acquire(&l, &a) == 0 && gw_lease_acquire(&l, &b) == 0);
	CHECK(gw_lease_acquire(&l, &c) == -EINPROGRESS);
	CHECK(gw_lease_first_holder(&l) == &a);
	gw_lease_leave(&l, &a);
	CHECK(gw_lease_first_holder(&l) == &b);
	CHECK(gw_lease_grant_next(&l) == &c);
}

static void test_change_of_maximum(void)
{
	start_busy();
	gw_lease_set_max(&l, 3);
	CHECK(gw_lease_grant_next(&l) == &b && gw_lease_grant_next(&l) == &c);
	CHECK(!gw_lease_grant_next(&l));
	gw_lease_set_max(&l, 1);
	CHECK(l.nr_holders == 3 && gw_lease_sane(&l));
	gw_lease_leave(&l, &a);
	CHECK(gw_lease_acquire(&l, &a) == -EINPROGRESS && !gw_lease_grant_next(&l));
	gw_lease_leave(&l, &b);
	gw_lease_leave(&l, &c);
	CHECK(gw_lease_grant_next(&l) == &a);
}

static void test_never_no_holder(void)
{
	start(0, 10);
	CHECK(l.max_holders == 1 && gw_lease_acquire(&l, &a) == 0);
	gw_lease_set_max(&l, 0);
	CHECK(l.max_holders == 1 && gw_lease_sane(&l));
	gw_lease_set_max(&l, ~0u);
	CHECK(gw_lease_acquire(&l, &b) == 0 && gw_lease_acquire(&l, &c) == 0);
}

static void test_leaving_twice(void)
{
	start_busy();
	gw_lease_leave(&l, &b);
	gw_lease_leave(&l, &b);
	gw_lease_leave(&l, &a);
	gw_lease_leave(&l, &a);
	CHECK(l.nr_holders == 0 && l.nr_queued == 1 && gw_lease_sane(&l));
}

/* Each thing that can be wrong, alone, is seen; put right, it is sane again. */
#define SEEN(field, wrong)							\
	do {									\
		__typeof__(field) right = (field);				\
										\
		(field) = (wrong);						\
		CHECK(!gw_lease_sane(&l));					\
		(field) = right;						\
		CHECK(gw_lease_sane(&l));					\
	} while (0)

static void test_insane(void)
{
	start_busy();
	SEEN(l.nr_holders, 0);
	SEEN(l.nr_holders, 2);
	SEEN(l.nr_queued, 1);
	SEEN(l.nr_queued, 3);
	SEEN(l.max_holders, 0);
	SEEN(l.max_queued, 1);
	SEEN(l.last_ticket, 2);
	SEEN(a.state, GW_LEASE_QUEUED);
	SEEN(a.ticket, 0);
	SEEN(b.state, GW_LEASE_HOLDER);
	SEEN(b.ticket, 0);
	SEEN(b.ticket, c.ticket);
	SEEN(c.ticket, 1);
}

static const struct ktap_test tests[] = {
	{ "lease: new and free", test_new },
	{ "lease: one has it, the others wait in order", test_exclusive },
	{ "lease: asking again changes nothing", test_asking_again },
	{ "lease: served in order of arrival, each once", test_arrival_order },
	{ "lease: nobody takes it from those who wait", test_free_but_awaited },
	{ "lease: an interrupted wait keeps its place", test_interrupted_keeps_place },
	{ "lease: a full queue refuses and changes nothing", test_full_queue },
	{ "lease: several holders", test_several_holders },
	{ "lease: the maximum can change under holders", test_change_of_maximum },
	{ "lease: a maximum of none is one", test_never_no_holder },
	{ "lease: leaving twice is harmless", test_leaving_twice },
	{ "lease: damage is seen", test_insane },
};

KTAP_MAIN(tests)
