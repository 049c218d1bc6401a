/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between pool.c, update.c, resize.c and explain.c only; what others call is in pool.h. All with
 * the pool lock held.
 */
#ifndef _GW_POOL_PRIV_H
#define _GW_POOL_PRIV_H

#include "core/schedule.h"
#include "placement/pool.h"

struct gw_pool {
	struct gw_queue queue;
	struct gw_board board;
	struct gw_offer offers[GW_MAX_MINOR];	/* by minor */
};
extern struct gw_pool gw_pool;

/*
 * Nobody holds @a any more: its GPUs are given back, unless they are kept for it. True: serve
 * afterwards.
 */
bool gw_pool_rest(struct gw_accel *a);

/* --- update.c: GPUs that are set aside ---------------------------------------------------- */

/* Does its placement stay while it is idle? Not when it is no longer what, or where, it should be. */
bool gw_reserve_keeps(const struct gw_accel *a);
/* Is it reserved and placed with nothing of it in use, so that it can go elsewhere? */
bool gw_reserve_is_movable(const struct gw_accel *a);
/* Queue a reservation that has no GPUs. Serve afterwards. */
void gw_reserve_ask(struct gw_accel *a);
/* GPUs have changed: move what is kept where it can not stay. Serve afterwards. */
void gw_reserve_move(void);
/* Its class is @class from now on, for what is placed, too. Serve afterwards. */
void gw_reserve_set(struct gw_accel *a, u32 class);

#endif /* _GW_POOL_PRIV_H */
