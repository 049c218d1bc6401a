// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reserved accelerators: GPUs are set aside for them without a program, as soon as they fit, and
 * kept while idle. And what a class means for what is placed already. Owns these rules; the queue
 * that such a reservation waits in is pool.c's.
 *
 * A reservation is always where it could be placed now: when a GPU of it is drained, goes to
 * quarantine or leaves its groups, or its model changes, it is given up and asked for again, at
 * once while it is idle, else when its program has ended.
 */
#include "reclaim/evict.h"
#include "placement/pool_priv.h"

#include <linux/timekeeping.h>

static bool fits_still(const struct gw_accel *a, const struct gw_hold *h)
{
	const struct gw_offer *o = &gw_pool.offers[h->gpu];

	return (o->use == GW_OFFER_READY || o->use == GW_OFFER_BUSY) &&
	       o->groups & a->want.ask.groups;
}

bool gw_reserve_keeps(const struct gw_accel *a)
{
	const struct gw_grant *g = &a->want.grant;
	u32 i;

	lockdep_assert_held(&gw_pool_lock);
	if (!a->is_reserved || g->ask.nr_gpus != a->want.ask.nr_gpus ||
	    g->ask.bytes_per_gpu != a->want.ask.bytes_per_gpu)
		return false;
	for (i = 0; i < g->nr; i++)
		if (!fits_still(a, &g->holds[i]))
			return false;
	return true;
}

void gw_reserve_ask(struct gw_accel *a)
{
	lockdep_assert_held(&gw_pool_lock);
	if (!a->is_reserved || a->is_placed || a->want.queued)
		return;
	a->want.ask.vm = a->vm->id;
	a->want.priority = a->priority;
	a->want.is_idle = !a->nr_place_waiters;
	gw_queue_insert(&gw_pool.queue, &a->want, ktime_get_boottime_ns());
}

/* Nobody holds it, nor is about to. */
static bool is_idle(const struct gw_accel *a)
{
	return a->is_placed && !a->nr_placers && !a->nr_place_waiters;
}

bool gw_reserve_is_movable(const struct gw_accel *a)
{
	return a->is_reserved && is_idle(a) && !a->is_leaving;
}

/* One that is to move off GPU @minor. */
static struct gw_accel *misplaced(u32 minor)
{
	struct gw_hold *h;

	list_for_each_entry(h, &gw_pool.offers[minor].holds, link) {
		struct gw_accel *a = container_of(h->grant, struct gw_accel, want.grant);

		if (gw_reserve_is_movable(a) && !gw_reserve_keeps(a))
			return a;
	}
	return NULL;
}

void gw_reserve_move(void)
{
	struct gw_accel *a;
	u32 minor;

	for (minor = 0; minor < gw_pool.board.nr; minor++)
		while (gw_pool.offers[minor].kept_bytes && (a = misplaced(minor)))
			gw_pool_rest(a);	/* gone from here, or leaving */
}

void gw_reserve_set(struct gw_accel *a, u32 class)
{
	struct gw_grant *g = &a->want.grant;
	bool is_dedicated = class == GPUWARD_CLASS_DEDICATED;

	lockdep_assert_held(&gw_pool_lock);
	a->is_reserved = class == GPUWARD_CLASS_RESERVED;
	gw_board_keep(&gw_pool.board, g, a->is_reserved);
	a->want.class = is_dedicated ? GPUWARD_CLASS_ON_DEMAND : class;
	a->want.ask.is_dedicated = is_dedicated;
	if (!a->is_reserved && !a->nr_place_waiters && a->want.queued) {
		gw_queue_remove(&gw_pool.queue, &a->want);	/* no program waits */
		gw_want_done(&a->want);
	}
	if (is_idle(a))
		gw_pool_rest(a);
	gw_board_lift(&gw_pool.board, g);
	g->ask.is_dedicated = is_dedicated;
	gw_board_lay(&gw_pool.board, g);
	gw_evict_class(a);
}

void gw_place_retire(struct gw_accel *a)
{
	mutex_lock(&gw_pool_lock);
	gw_reserve_set(a, GPUWARD_CLASS_ON_DEMAND);
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

/* A GPU that @a, which is in use, shares with another VM; -1: none. */
static int shared_with_others(const struct gw_accel *a)
{
	const struct gw_grant *g = &a->want.grant;
	const struct gw_hold *h;
	u32 i;

	for (i = 0; i < g->nr; i++)
		list_for_each_entry(h, &gw_pool.offers[g->holds[i].gpu].holds, link)
			if (h->grant->ask.vm != g->ask.vm)
				return g->holds[i].gpu;
	return -1;
}

int gw_place_set_class(struct gw_vm *vm, u32 class, struct gw_place_limit *where)
{
	struct gw_accel *a;
	int ret = 0, minor;
	u32 i;

	*where = (struct gw_place_limit){ };
	mutex_lock(&gw_pool_lock);
	gw_for_each_accel(vm, i, a) {
		minor = class == GPUWARD_CLASS_DEDICATED && !gw_reserve_is_movable(a) ?
			shared_with_others(a) : -1;
		if (minor < 0 || ret)
			continue;
		*where = (struct gw_place_limit){ .accel = a, .minor = minor };
		ret = -EBUSY;
	}
	if (!ret) {
		gw_for_each_accel(vm, i, a) {
			gw_reserve_set(a, class);
			gw_queue_requeue(&gw_pool.queue, &a->want);
			gw_reserve_ask(a);
		}
		gw_pool_serve();
	}
	mutex_unlock(&gw_pool_lock);
	return ret;
}
