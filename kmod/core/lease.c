// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ownership of one accelerator: holders, and a queue in order of arrival.
 * Owns the order and the counts. Must not lock, allocate, sleep, log or read a clock.
 */
#include "core/lease.h"

#include <linux/errno.h>

static bool has_room(const struct gw_lease *l)
{
	return l->nr_holders < l->max_holders;
}

void gw_lease_init(struct gw_lease *l, u32 max_holders, u32 max_queued)
{
	INIT_LIST_HEAD(&l->holders);
	INIT_LIST_HEAD(&l->queue);
	l->nr_holders = 0;
	l->nr_queued = 0;
	l->max_queued = max_queued;
	l->last_ticket = 0;
	gw_lease_set_max(l, max_holders);
}

void gw_lessee_init(struct gw_lessee *w)
{
	INIT_LIST_HEAD(&w->link);
	w->ticket = 0;
	w->state = GW_LEASE_NONE;
}

/* Without a ticket @w would get the highest one: anybody who waits was there before it. */
static bool is_next(const struct gw_lease *l, const struct gw_lessee *w)
{
	const struct gw_lessee *head = gw_lease_first_queued(l);

	return !head || (w->ticket && w->ticket < head->ticket);
}

static void hold(struct gw_lease *l, struct gw_lessee *w)
{
	list_add_tail(&w->link, &l->holders);
	l->nr_holders++;
	w->state = GW_LEASE_HOLDER;
}

/* From the back: a new lessee, the common case, is placed in one step. */
static void enqueue(struct gw_lease *l, struct gw_lessee *w)
{
	struct gw_lessee *before;

	list_for_each_entry_reverse(before, &l->queue, link)
		if (before->ticket < w->ticket)
			break;
	list_add(&w->link, &before->link);
	l->nr_queued++;
	w->state = GW_LEASE_QUEUED;
}

int gw_lease_acquire(struct gw_lease *l, struct gw_lessee *w)
{
	bool granted;

	if (w->state == GW_LEASE_HOLDER)
		return 0;
	if (w->state == GW_LEASE_QUEUED)
		return -EINPROGRESS;

	granted = has_room(l) && is_next(l, w);
	if (!granted && l->nr_queued >= l->max_queued)
		return -EDQUOT;
	if (!w->ticket)
		w->ticket = ++l->last_ticket;
	if (!granted) {
		enqueue(l, w);
		return -EINPROGRESS;
	}
	hold(l, w);
	return 0;
}

void gw_lease_leave(struct gw_lease *l, struct gw_lessee *w)
{
	if (w->state == GW_LEASE_NONE)
		return;
	if (w->state == GW_LEASE_HOLDER)
		l->nr_holders--;
	else
		l->nr_queued--;
	list_del_init(&w->link);
	w->state = GW_LEASE_NONE;
}

struct gw_lessee *gw_lease_grant_next(struct gw_lease *l)
{
	struct gw_lessee *w = gw_lease_first_queued(l);

	if (!w || !has_room(l))
		return NULL;
	gw_lease_leave(l, w);
	hold(l, w);
	return w;
}

void gw_lease_set_max(struct gw_lease *l, u32 max_holders)
{
	l->max_holders = max_holders ? max_holders : 1;
}

u32 gw_lease_position(const struct gw_lease *l, const struct gw_lessee *w)
{
	const struct gw_lessee *other;
	u32 position = 0;

	if (w->state != GW_LEASE_QUEUED)
		return 0;
	list_for_each_entry(other, &l->queue, link) {
		position++;
		if (other == w)
			break;
	}
	return position;
}

struct gw_lessee *gw_lease_first_holder(const struct gw_lease *l)
{
	return list_empty(&l->holders) ? NULL : list_first_entry(&l->holders, struct gw_lessee, link);
}

struct gw_lessee *gw_lease_first_queued(const struct gw_lease *l)
{
	return list_empty(&l->queue) ? NULL : list_first_entry(&l->queue, struct gw_lessee, link);
}

/* Exactly @nr lessees in @state, all with tickets that were given out; in order if asked? */
static bool list_sane(const struct gw_lease *l, const struct list_head *head, u32 nr,
		      u32 state, bool ordered)
{
	const struct gw_lessee *w;
	u64 last = 0;

	list_for_each_entry(w, head, link) {
		if (!nr-- || w->state != state || !w->ticket || w->ticket > l->last_ticket)
			return false;
		if (ordered && w->ticket <= last)
			return false;
		last = w->ticket;
	}
	return !nr;
}

bool gw_lease_sane(const struct gw_lease *l)
{
	return l->max_holders && l->nr_queued <= l->max_queued &&
	       list_sane(l, &l->holders, l->nr_holders, GW_LEASE_HOLDER, false) &&
	       list_sane(l, &l->queue, l->nr_queued, GW_LEASE_QUEUED, true);
}
