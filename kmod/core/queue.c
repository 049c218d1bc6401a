// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capacity queue: wants by age, class, priority and arrival.
 * Owns the order. Must not choose GPUs (place does), say who can go (serve does), lock,
 * allocate or sleep.
 */
#include "core/queue.h"

#include <linux/limits.h>

void gw_queue_init(struct gw_queue *q)
{
	*q = (struct gw_queue){
		.age_ns = GW_QUEUE_AGE_NS,
		.max_backfill = GW_QUEUE_MAX_PASSES,
	};
	INIT_LIST_HEAD(&q->aged);
	INIT_LIST_HEAD(&q->wants);
	INIT_LIST_HEAD(&q->arrivals);
}

void gw_want_init(struct gw_want *w)
{
	*w = (struct gw_want){ .ask.groups = GW_ANY_GROUP };
	INIT_LIST_HEAD(&w->link);
	INIT_LIST_HEAD(&w->arrival);
	gw_grant_init(&w->grant);
}

static bool goes_before(const struct gw_want *a, const struct gw_want *b)
{
	if (a->is_aged != b->is_aged)
		return a->is_aged;
	if (!a->is_aged && a->class != b->class)
		return a->class < b->class;
	if (!a->is_aged && a->priority != b->priority)
		return a->priority > b->priority;
	return a->ticket < b->ticket;
}

/* Puts @w in the one of the two orders that is its own. */
static void put_in_order(struct gw_queue *q, struct gw_want *w)
{
	struct list_head *order = w->is_aged ? &q->aged : &q->wants;
	struct gw_want *before;

	list_for_each_entry_reverse(before, order, link)
		if (goes_before(before, w))
			break;
	list_add(&w->link, &before->link);
	q->is_numbered = false;
}

void gw_queue_insert(struct gw_queue *q, struct gw_want *w, u64 now_ns)
{
	struct gw_want *before;

	if (w->queued)
		return;
	if (!w->ticket) {
		w->ticket = ++q->last_ticket;
		w->since_ns = now_ns;
	}
	put_in_order(q, w);
	if (!w->is_aged) {
		list_for_each_entry_reverse(before, &q->arrivals, arrival)
			if (before->ticket < w->ticket)
				break;
		list_add(&w->arrival, &before->arrival);
	}
	w->queued = true;
	q->nr++;
}

void gw_queue_remove(struct gw_queue *q, struct gw_want *w)
{
	if (!w->queued)
		return;
	list_del_init(&w->link);
	list_del_init(&w->arrival);
	w->queued = false;
	q->nr--;
	q->is_numbered = false;
}

void gw_want_done(struct gw_want *w)
{
	/* A queued want keeps its ticket: the order of the queue hangs on it. */
	if (w->queued)
		return;
	w->ticket = 0;
	w->since_ns = 0;
	w->nr_passed = 0;
	w->is_aged = false;
}

void gw_queue_requeue(struct gw_queue *q, struct gw_want *w)
{
	if (!w->queued)
		return;
	list_del_init(&w->link);
	put_in_order(q, w);
}

void gw_queue_age(struct gw_queue *q, u64 now_ns)
{
	struct gw_want *w;

	while (q->age_ns && !list_empty(&q->arrivals)) {
		w = list_first_entry(&q->arrivals, struct gw_want, arrival);
		if (now_ns < w->since_ns || now_ns - w->since_ns < q->age_ns)
			break;
		list_del_init(&w->arrival);
		list_del_init(&w->link);
		w->is_aged = true;
		put_in_order(q, w);
	}
}

u64 gw_queue_next_age(const struct gw_queue *q)
{
	const struct gw_want *w;

	if (!q->age_ns || list_empty(&q->arrivals))
		return U64_MAX;
	w = list_first_entry(&q->arrivals, struct gw_want, arrival);
	return w->since_ns > U64_MAX - q->age_ns ? U64_MAX : w->since_ns + q->age_ns;
}

struct gw_want *gw_queue_next(const struct gw_queue *q, const struct gw_want *w)
{
	const struct list_head *next = w ? w->link.next : q->aged.next;

	if (next == &q->aged)
		next = q->wants.next;
	return next == &q->wants ? NULL : list_entry(next, struct gw_want, link);
}

struct gw_want *gw_queue_head(const struct gw_queue *q)
{
	return gw_queue_next(q, NULL);
}

u32 gw_queue_position(struct gw_queue *q, const struct gw_want *w)
{
	struct gw_want *other = NULL;
	u32 position = 0;

	if (!w->queued)
		return 0;
	while (!q->is_numbered && (other = gw_queue_next(q, other)))
		other->position = ++position;
	q->is_numbered = true;
	return w->position;
}

static bool arrivals_are_sane(const struct gw_queue *q, u32 nr)
{
	const struct gw_want *w;
	u64 last = 0;

	list_for_each_entry(w, &q->arrivals, arrival) {
		if (!nr-- || w->is_aged || !w->queued || w->ticket <= last)
			return false;
		last = w->ticket;
	}
	return !nr;
}

bool gw_queue_sane(const struct gw_queue *q)
{
	const struct gw_want *w = NULL, *last = NULL;
	u32 nr = q->nr, fresh = 0;

	while ((w = gw_queue_next(q, w))) {
		if (!nr-- || !w->queued || !w->ticket || w->ticket > q->last_ticket)
			return false;
		if (w->grant.nr || (last && !goes_before(last, w)))
			return false;
		if (q->is_numbered && w->position != q->nr - nr)
			return false;
		fresh += !w->is_aged;
		last = w;
	}
	return !nr && arrivals_are_sane(q, fresh);
}
