/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's capacity queue: accelerators that want GPUs, in the order in which they are
 * served. Pure: the caller brings memory, identity and the lock.
 */
#ifndef _GW_CORE_QUEUE_H
#define _GW_CORE_QUEUE_H

#include "board.h"

/**
 * struct gw_want - One accelerator's wish for GPUs; lives in the caller's accelerator
 * @link: in the queue
 * @ticket: arrival number, given at the first insert, kept until gw_want_init() or
 *	gw_want_done()
 * @class: enum gpuward_class, lower goes first
 * @priority: higher goes first within a class
 * @ask: what is wanted
 * @queued: is it in the queue?
 */
struct gw_want {
	struct list_head link;
	u64 ticket;
	u32 class;
	s32 priority;
	struct gw_ask ask;
	bool queued;
};

/**
 * struct gw_queue - Wants by class, then priority, then ticket
 * @wants: in serving order
 * @nr: length of @wants
 * @last_ticket: last one given
 */
struct gw_queue {
	struct list_head wants;
	u32 nr;
	u64 last_ticket;
};

/** gw_queue_init() - Make @q empty */
void gw_queue_init(struct gw_queue *q);

/** gw_want_init() - Make @w new: not queued, no ticket, all fields zero, any GPU group */
void gw_want_init(struct gw_want *w);

/** gw_queue_insert() - Put @w in its place; harmless when it is in already */
void gw_queue_insert(struct gw_queue *q, struct gw_want *w);

/** gw_queue_remove() - Take @w out, keeping its ticket; harmless when it is not in */
void gw_queue_remove(struct gw_queue *q, struct gw_want *w);

/** gw_want_done() - The wish came true or was given up for good: drop the ticket */
void gw_want_done(struct gw_want *w);

/** gw_queue_requeue() - Class or priority of @w changed: put it where it belongs now */
void gw_queue_requeue(struct gw_queue *q, struct gw_want *w);

/** gw_queue_head() - The next to be served, NULL when empty */
struct gw_want *gw_queue_head(const struct gw_queue *q);

/** gw_queue_position() - Place of @w from 1, 0 when it is not queued */
u32 gw_queue_position(const struct gw_queue *q, const struct gw_want *w);

/** gw_queue_sane() - Do count, order and marks agree? */
bool gw_queue_sane(const struct gw_queue *q);

#endif /* _GW_CORE_QUEUE_H */
