/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between pool.c, resize.c and outlook.c only; what others call is in pool.h. All with
 * the pool lock held.
 */
#ifndef _GW_POOL_PRIV_H
#define _GW_POOL_PRIV_H

#include "core/serve.h"
#include "pool.h"

struct gw_pool {
	struct gw_queue queue;
	struct gw_board board;
	struct gw_offer offers[GW_MAX_MINOR];	/* by minor */
};
extern struct gw_pool gw_pool;

#endif /* _GW_POOL_PRIV_H */
