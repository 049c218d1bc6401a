// SPDX-License-Identifier: GPL-2.0-only
/*
 * Another size of a model, for running programs, too: on all GPUs where it is placed or on none.
 * Owns the two halves of it: what can fail, and what can not.
 */
#include "placement/pool_priv.h"

/* Another part of each of its GPUs, on the board only. */
static int reserve(struct gw_accel *a, u64 bytes, struct gw_place_limit *where)
{
	struct gw_grant *g = &a->want.grant;
	int ret = 0;
	u32 i;

	gw_board_lift(&gw_pool.board, g);
	for (i = 0; i < g->nr && !ret; i++) {
		where->minor = g->holds[i].gpu;
		where->bytes = gw_offer_free(&gw_pool.offers[where->minor]);
		ret = where->bytes < bytes ? -ENOSPC : 0;
	}
	if (!ret)
		g->ask.bytes_per_gpu = bytes;
	gw_board_lay(&gw_pool.board, g);
	return ret;
}

/* What can fail: room for more, or that less is used. */
static int resize_begin(struct gw_accel *a, u64 bytes, struct gw_place_limit *where)
{
	*where = (struct gw_place_limit){ .accel = a };
	if (!a->is_placed)
		return 0;
	if (bytes > a->placed_bytes)	/* one that is idle can go where there is room */
		return reserve(a, bytes, where) && !gw_reserve_is_movable(a) ? -ENOSPC : 0;
	return gw_account_set_limit(a, bytes, &where->minor, &where->bytes);
}

static void resize_undo(struct gw_accel *a, u64 bytes)
{
	struct gw_place_limit unused;

	if (a->is_placed && bytes > a->placed_bytes)
		reserve(a, a->placed_bytes, &unused);
	else if (a->is_placed)
		gw_account_set_limit(a, a->placed_bytes, &unused.minor, &unused.bytes);
}

/* The other half cannot fail. */
static void resize_end(struct gw_accel *a, u64 bytes)
{
	struct gw_place_limit unused;
	u32 i;

	a->want.ask.bytes_per_gpu = bytes;
	gw_queue_requeue(&gw_pool.queue, &a->want);
	if (a->is_placed && bytes > a->placed_bytes && a->want.grant.ask.bytes_per_gpu != bytes)
		return;		/* no room here: gw_reserve_move() */
	if (a->is_placed)
		gw_account_resize(a, bytes);
	if (a->is_placed && bytes <= a->placed_bytes)
		WARN_ON_ONCE(reserve(a, bytes, &unused));
	for (i = 0; i < a->nr_placed; i++)
		gw_gpu_find(a->placed[i])->reserved_bytes += bytes - a->placed_bytes;
	if (a->is_placed)
		a->placed_bytes = bytes;
}

int gw_place_resize(struct gw_accel *const *accels, u32 nr, u64 bytes_per_gpu,
		    struct gw_place_limit *where)
{
	int ret = 0;
	u32 i;

	mutex_lock(&gw_pool_lock);
	for (i = 0; i < nr && !ret; i++)
		ret = resize_begin(accels[i], bytes_per_gpu, where);
	if (ret) {
		for (i--; i--;)
			resize_undo(accels[i], bytes_per_gpu);
	} else {
		for (i = 0; i < nr; i++)
			resize_end(accels[i], bytes_per_gpu);
		gw_pool_lost();		/* and serves */
	}
	mutex_unlock(&gw_pool_lock);
	return ret;
}
