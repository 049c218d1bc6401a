/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Eviction: spot accelerators that have to go so that one of a higher class starts. They are told, go
 * on until a deadline, and are then ended; called off when nobody needs their GPUs any more. A spot
 * accelerator that got its GPUs by its age is left alone for as long as it had waited.
 */
#ifndef _GW_EVICT_H
#define _GW_EVICT_H

#include "core/queue.h"
#include "object/types.h"

struct gw_place_info;

/* What pool.c tells; all with its lock held: */
void gw_evict_placed(struct gw_accel *a, u64 safe_ns);	/* not before @safe_ns; 0: at any time */
void gw_evict_unplaced(struct gw_accel *a);
void gw_evict_class(struct gw_accel *a);		/* its class may be another */
void gw_evict_serve(struct gw_queue *q, struct gw_board *b, u64 now_ns);	/* the queue was served */

/* Who was told to go for @a. Pool lock held. */
void gw_evict_for(const struct gw_accel *a, struct gw_place_info *info);

/* Is its grace over? Then nothing starts on it any more, until it was given back. No lock needed. */
static inline bool gw_evict_is_over(const struct gw_accel *a)
{
	return READ_ONCE(a->evict.is_over);
}

/* By when it must go, 0: it need not. Takes the pool's lock. */
u64 gw_evict_deadline(struct gw_accel *a);
/* A job of it has started or ended: see whether that matters. No sleep. */
void gw_evict_look(const struct gw_accel *a);
void gw_evict_exit(void);

#endif /* _GW_EVICT_H */
