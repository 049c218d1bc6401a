// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capacity queue: wants by class, priority and arrival.
 * Owns the order. Must not choose GPUs (place does), lock, allocate or sleep.
 */
#include "queue.h"

void gw_queue_init(struct gw_queue *q)
{
	INIT_LIST_HEAD(&q->wants);
	q->nr = 0;
	q->last_ticket = 0;
}

void gw_want_init(struct gw_want *w)
{
	INIT_LIST_HEAD(&w->link);
	w->ticket = 0;
	w->class = 0;
	w->priority = 0;
	w->ask = (struct gw_ask){ .groups = GW_ANY_GROUP };
	w->queued = false;
}

static bool goes_before(const struct gw_want *a, const struct gw_want *b)
{
	if (a->class != b->class)
		return a->class < b->class;
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return a->ticket < b->ticket;
}

void gw_queue_insert(struct gw_queue *q, struct gw_want *w)
{
	struct gw_want *before;

	if (w->queued)
		return;
	if (!w->ticket)
		w->ticket = ++q->last_ticket;
	list_for_each_entry_reverse(before, &q->wants, link)
		if (goes_before(before, w))
			break;
	list_add(&w->link, &before->link);
	w->queued = true;
	q->nr++;
}

void gw_queue_remove(struct gw_queue *q, struct gw_want *w)
{
	if (!w->queued)
		return;
	list_del_init(&w->link);
	w->queued = false;
	q->nr--;
}

void gw_want_done(struct gw_want *w)
{
	/* A queued want keeps its ticket: the order of the queue hangs on it. */
	if (!w->queued)
		w->ticket = 0;
}

void gw_queue_requeue(struct gw_queue *q, struct gw_want *w)
{
	if (!w->queued)
		return;
	gw_queue_remove(q, w);
	gw_queue_insert(q, w);
}

struct gw_want *gw_queue_head(const struct gw_queue *q)
{
	return list_empty(&q->wants) ? NULL : list_first_entry(&q->wants, struct gw_want, link);
}

u32 gw_queue_position(const struct gw_queue *q, const struct gw_want *w)
{
	const struct gw_want *other;
	u32 position = 0;

	if (!w->queued)
		return 0;
	list_for_each_entry(other, &q->wants, link) {
		position++;
		if (other == w)
			break;
	}
	return position;
}

bool gw_queue_sane(const struct gw_queue *q)
{
	const struct gw_want *w, *last = NULL;
	u32 nr = q->nr;

	list_for_each_entry(w, &q->wants, link) {
		if (!nr-- || !w->queued || !w->ticket || w->ticket > q->last_ticket)
			return false;
		if (last && !goes_before(last, w))
			return false;
		last = w;
	}
	return !nr;
}
