// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capacity queue's promises, one by one, in the words of core/queue.h. Every short
 * sequence against an oracle is tests/exhaustive's business.
 */
#include "core/queue.h"

#include <linux/limits.h>

#include "ktap.h"

static struct gw_queue q;
static struct gw_want a, b, c;

static void want(struct gw_want *w, u32 class, s32 priority)
{
	gw_want_init(w);
	w->class = class;
	w->priority = priority;
	gw_queue_insert(&q, w, 0);
	CHECK(gw_queue_sane(&q));
}

static bool in_order(const struct gw_want *x, const struct gw_want *y, const struct gw_want *z)
{
	return gw_queue_head(&q) == x && gw_queue_position(&q, x) == 1 &&
	       gw_queue_position(&q, y) == 2 && gw_queue_position(&q, z) == 3;
}

static void test_new(void)
{
	memset(&q, 0xcc, sizeof(q));
	memset(&a, 0xcc, sizeof(a));
	gw_queue_init(&q);
	gw_want_init(&a);
	CHECK(gw_queue_sane(&q) && !q.nr && !q.last_ticket && !gw_queue_head(&q));
	CHECK(list_empty(&a.link) && !a.queued && !a.ticket && !gw_queue_position(&q, &a));
	CHECK(a.ask.groups == GW_ANY_GROUP && gw_queue_next_age(&q) == U64_MAX);
	CHECK(!a.class && !a.priority && !a.ask.nr_gpus && !a.ask.bytes_per_gpu);
}

static void test_arrival(void)
{
	gw_queue_init(&q);
	CHECK(!gw_queue_head(&q) && gw_queue_sane(&q));
	want(&a, 1, 0);
	want(&b, 1, 0);
	want(&c, 1, 0);
	CHECK(in_order(&a, &b, &c) && q.nr == 3);
}

static void test_class_then_priority(void)
{
	gw_queue_init(&q);
	want(&a, 2, S32_MAX);
	want(&b, 1, S32_MIN);
	want(&c, 1, 1);
	CHECK(in_order(&c, &b, &a));
	gw_queue_init(&q);
	want(&a, 0, S32_MIN);
	want(&b, 0, S32_MAX);
	want(&c, 0, 0);
	CHECK(in_order(&b, &c, &a));
}

static void test_twice(void)
{
	gw_queue_init(&q);
	want(&a, 1, 0);
	want(&b, 1, 0);
	want(&c, 1, 0);
	gw_queue_insert(&q, &a, 0);
	CHECK(in_order(&a, &b, &c) && q.nr == 3);
	gw_queue_remove(&q, &b);
	gw_queue_remove(&q, &b);
	CHECK(q.nr == 2 && !gw_queue_position(&q, &b) && gw_queue_sane(&q));
}

static void test_ticket(void)
{
	gw_queue_init(&q);
	want(&a, 1, 0);
	want(&b, 1, 0);
	want(&c, 1, 0);
	gw_queue_remove(&q, &a);
	gw_queue_insert(&q, &a, 0);
	CHECK(in_order(&a, &b, &c));
	/* Served: what it wants next is a new wish. */
	gw_queue_remove(&q, &a);
	gw_want_done(&a);
	CHECK(!a.ticket);
	gw_queue_insert(&q, &a, 0);
	CHECK(in_order(&b, &c, &a) && a.ticket == 4);
	gw_want_done(&a);
	CHECK(a.ticket == 4 && gw_queue_sane(&q));
}

static void test_requeue(void)
{
	gw_queue_init(&q);
	want(&a, 1, 0);
	want(&b, 1, 0);
	want(&c, 1, 0);
	c.priority = 1;
	gw_queue_requeue(&q, &c);
	CHECK(in_order(&c, &a, &b));
	c.priority = 0;
	gw_queue_requeue(&q, &c);
	CHECK(in_order(&a, &b, &c));
	gw_queue_remove(&q, &b);
	gw_queue_requeue(&q, &b);
	CHECK(!b.queued && q.nr == 2);
}

static void test_age(void)
{
	gw_queue_init(&q);
	CHECK(q.age_ns == GW_QUEUE_AGE_NS);
	q.age_ns = 100;
	gw_want_init(&a);
	gw_want_init(&b);
	gw_want_init(&c);
	a.class = 2;
	b.class = 1;
	gw_queue_insert(&q, &a, 10);
	gw_queue_insert(&q, &b, 11);
	gw_queue_insert(&q, &c, 12);
	CHECK(in_order(&c, &b, &a) && gw_queue_next_age(&q) == 110);
	gw_queue_age(&q, 109);
	CHECK(in_order(&c, &b, &a));
	gw_queue_age(&q, 110);
	CHECK(in_order(&a, &c, &b) && gw_queue_next_age(&q) == 111 && gw_queue_sane(&q));
	gw_queue_age(&q, 112);
	CHECK(in_order(&a, &b, &c) && gw_queue_next_age(&q) == U64_MAX && gw_queue_sane(&q));
	/* Its age stays with the ticket, and goes with it. */
	gw_queue_remove(&q, &a);
	gw_queue_insert(&q, &a, 200);
	CHECK(in_order(&a, &b, &c) && a.since_ns == 10 && gw_queue_sane(&q));
	gw_queue_remove(&q, &a);
	gw_want_done(&a);
	gw_queue_insert(&q, &a, 300);
	CHECK(in_order(&b, &c, &a) && a.since_ns == 300 && !a.is_aged);
	q.age_ns = 0;
	gw_queue_age(&q, U64_MAX);
	CHECK(!a.is_aged && gw_queue_next_age(&q) == U64_MAX);
	q.age_ns = U64_MAX;
	gw_queue_age(&q, U64_MAX);
	CHECK(!a.is_aged && gw_queue_next_age(&q) == U64_MAX);
	q.age_ns = 1;
	gw_queue_age(&q, 299);		/* a clock that went back ages nobody */
	CHECK(!a.is_aged);
}

#define SEEN(field, wrong)							\
	do {									\
		__typeof__(field) right = (field);				\
										\
		(field) = (wrong);						\
		CHECK(!gw_queue_sane(&q));					\
		(field) = right;						\
		CHECK(gw_queue_sane(&q));					\
	} while (0)

static void test_insane(void)
{
	gw_queue_init(&q);
	want(&a, 1, 1);
	want(&b, 1, 0);
	want(&c, 1, 0);
	SEEN(q.nr, 2);
	SEEN(q.nr, 4);
	SEEN(q.last_ticket, 2);
	SEEN(a.queued, false);
	SEEN(a.class, 2);
	SEEN(a.priority, -1);
	SEEN(b.ticket, 0);
	SEEN(b.ticket, c.ticket);
	SEEN(b.is_aged, true);
	SEEN(c.grant.nr, 1);
	gw_queue_position(&q, &a);
	SEEN(b.position, 3);
}

static const struct ktap_test tests[] = {
	{ "queue: new and empty", test_new },
	{ "queue: in order of arrival", test_arrival },
	{ "queue: class goes before priority before arrival", test_class_then_priority },
	{ "queue: inserting and removing twice is harmless", test_twice },
	{ "queue: the ticket stays until the wish is done", test_ticket },
	{ "queue: a change moves a want to its place", test_requeue },
	{ "queue: who has waited long goes first", test_age },
	{ "queue: damage is seen", test_insane },
};

KTAP_MAIN(tests)
