/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A lease with a few lessees, and a naive twin that keeps no lists: it finds everything by
 * looking at everybody. One step does the same to both and compares all that can be seen.
 */
#ifndef GPUWARD_LEASE_WORLD_H
#define GPUWARD_LEASE_WORLD_H

#include "core/lease.h"

#include <linux/errno.h>

#ifndef LESSEES
#define LESSEES 4
#endif
#define LEASE_OPS (3 * LESSEES + 3)

struct lease_twin {
	u32 state;
	u64 ticket;
	u64 since;		/* when it became a holder */
};

static struct lease_world {
	struct gw_lease l;
	struct gw_lessee w[LESSEES];
	struct lease_twin twin[LESSEES];
	u64 clock;
	u64 last_ticket;
	u32 max_holders;
	u32 max_queued;
} lease_world;

static void lease_world_init(u32 max_holders, u32 max_queued)
{
	struct lease_world *lw = &lease_world;
	u32 i;

	memset(lw, 0, sizeof(*lw));
	gw_lease_init(&lw->l, max_holders, max_queued);
	for (i = 0; i < LESSEES; i++)
		gw_lessee_init(&lw->w[i]);
	lw->max_holders = max_holders;
	lw->max_queued = max_queued;
}

static u32 twin_count(u32 state)
{
	u32 i, nr = 0;

	for (i = 0; i < LESSEES; i++)
		nr += lease_world.twin[i].state == state;
	return nr;
}

/* How many wait with a lower ticket? */
static u32 twin_ahead(u64 ticket)
{
	u32 i, nr = 0;

	for (i = 0; i < LESSEES; i++)
		nr += lease_world.twin[i].state == GW_LEASE_QUEUED &&
		      lease_world.twin[i].ticket < ticket;
	return nr;
}

static struct lease_twin *twin_first(u32 state)
{
	struct lease_twin *t, *first = NULL;

	for (t = lease_world.twin; t < lease_world.twin + LESSEES; t++)
		if (t->state == state &&
		    (!first || (state == GW_LEASE_QUEUED ? t->ticket < first->ticket :
							   t->since < first->since)))
			first = t;
	return first;
}

static bool twin_has_room(void)
{
	return twin_count(GW_LEASE_HOLDER) < lease_world.max_holders;
}

static void twin_hold(struct lease_twin *t)
{
	t->state = GW_LEASE_HOLDER;
	t->since = ++lease_world.clock;
}

static int twin_acquire(struct lease_twin *t)
{
	u64 ticket = t->ticket ? t->ticket : lease_world.last_ticket + 1;
	bool wait = !twin_has_room() || twin_ahead(ticket);

	if (t->state != GW_LEASE_NONE)
		return t->state == GW_LEASE_HOLDER ? 0 : -EINPROGRESS;
	if (wait && twin_count(GW_LEASE_QUEUED) >= lease_world.max_queued)
		return -EDQUOT;
	if (!t->ticket)
		lease_world.last_ticket = ticket;
	t->ticket = ticket;
	if (wait)
		t->state = GW_LEASE_QUEUED;
	else
		twin_hold(t);
	return wait ? -EINPROGRESS : 0;
}

/* The lessee that stands where the twin stands. */
static struct gw_lessee *twin_of(const struct lease_twin *t)
{
	return t ? &lease_world.w[t - lease_world.twin] : NULL;
}

static const char *lease_compare(void)
{
	struct lease_world *lw = &lease_world;
	u32 i, place;

	if (!gw_lease_sane(&lw->l))
		return "the lease is not sane";
	if (gw_lease_first_holder(&lw->l) != twin_of(twin_first(GW_LEASE_HOLDER)))
		return "another first holder";
	if (gw_lease_first_queued(&lw->l) != twin_of(twin_first(GW_LEASE_QUEUED)))
		return "another head of the queue";
	if (lw->l.nr_holders != twin_count(GW_LEASE_HOLDER) ||
	    lw->l.nr_queued != twin_count(GW_LEASE_QUEUED))
		return "other counts";
	if (lw->l.max_holders != lw->max_holders || lw->l.max_queued != lw->max_queued ||
	    lw->l.last_ticket != lw->last_ticket)
		return "other bounds";
	for (i = 0; i < LESSEES; i++) {
		place = lw->twin[i].state == GW_LEASE_QUEUED ?
			twin_ahead(lw->twin[i].ticket) + 1 : 0;
		if (lw->w[i].state != lw->twin[i].state ||
		    lw->w[i].ticket != lw->twin[i].ticket ||
		    gw_lease_position(&lw->l, &lw->w[i]) != place)
			return "another state, ticket or position";
	}
	return NULL;
}

static const char *lease_grant(void)
{
	struct lease_twin *next = twin_has_room() ? twin_first(GW_LEASE_QUEUED) : NULL;

	if (next)
		twin_hold(next);
	return gw_lease_grant_next(&lease_world.l) == twin_of(next) ? NULL : "granted another";
}

/* Operations: acquire, leave, leave for good, each per lessee; grant; one holder; two. */
static const char *lease_step(u32 op)
{
	struct lease_world *lw = &lease_world;
	struct lease_twin *t = &lw->twin[op % LESSEES];
	struct gw_lessee *w = &lw->w[op % LESSEES];
	const char *why = NULL;

	switch (op / LESSEES) {
	case 0:
		if (gw_lease_acquire(&lw->l, w) != twin_acquire(t))
			why = "acquire answered something else";
		break;
	case 1:
		gw_lease_leave(&lw->l, w);
		t->state = GW_LEASE_NONE;
		break;
	case 2:
		gw_lease_leave(&lw->l, w);
		gw_lessee_init(w);
		*t = (struct lease_twin){ 0 };
		break;
	default:
		if (op == 3 * LESSEES)
			why = lease_grant();
		else
			gw_lease_set_max(&lw->l, lw->max_holders = op - 3 * LESSEES);
	}
	return why ? why : lease_compare();
}

#endif /* GPUWARD_LEASE_WORLD_H */
