/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host's capacity queue: accelerators that want GPUs, in the order in which they are
 * served. Pure: the caller brings memory, identity, time and the lock. Who of them can go is
 * core/serve.
 *
 * Order: class, then priority (higher first), then arrival; but a want that has waited
 * @age_ns is aged and goes before all that have not, and those by arrival alone. So from then
 * on nobody who arrives later is served before it, whatever the class or priority; that is
 * how the lowest class is kept from starving. core/schedule.h says what follows for the longest
 * wait.
 */
#ifndef _GW_CORE_QUEUE_H
#define _GW_CORE_QUEUE_H

#include "core/inventory.h"

#define GW_QUEUE_SHAPES 32
#define GW_QUEUE_AGE_NS (3600ULL * 1000 * 1000 * 1000)	/* an hour, unless told otherwise */
#define GW_QUEUE_MAX_PASSES 256				/* unless told otherwise */

/**
 * struct gw_want - One accelerator's wish for GPUs; lives in the caller's accelerator
 * @link: in the queue
 * @arrival: in the queue's list of those not aged, by ticket
 * @ticket: arrival number, given at the first insert, kept until gw_want_init() or
 *	gw_want_done()
 * @since_ns: when that was
 * @class: enum gpuward_class, lower goes first
 * @priority: higher goes first within a class
 * @ask: what is wanted
 * @grant: what it was given; not in force while it is queued
 * @nr_passed: how often others behind it took of a GPU that it could get
 * @position: scratch of gw_queue_position()
 * @shape: scratch of core/schedule
 * @passes_seen: scratch of core/schedule
 * @has_victims: scratch of core/evict
 * @queued: is it in the queue?
 * @is_aged: has it waited so long that it goes first?
 * @is_idle: nobody waits for it: it is to be set aside
 */
struct gw_want {
	struct list_head link;
	struct list_head arrival;
	u64 ticket;
	u64 since_ns;
	u32 class;
	s32 priority;
	struct gw_ask ask;
	struct gw_grant grant;
	u32 nr_passed;
	u32 position;
	u32 shape;
	u32 passes_seen;
	bool has_victims;
	bool queued;
	bool is_aged;
	bool is_idle;
};

/**
 * struct gw_shape - Scratch of core/schedule: one kind of ask that was found blocked
 * @ask: the smallest number of GPUs of its kind
 * @nr_passes: grants since then that took of a GPU that it could get
 * @worst: the most passes of any want of its kind, less those it did not see
 * @is_never: the host as it stands can never do it
 * @is_wall: it was passed often enough
 */
struct gw_shape {
	struct gw_ask ask;
	u32 nr_passes;
	s64 worst;
	bool is_never;
	bool is_wall;
};

/* At most: each shape appears once and is walled once, then nobody passes. */
#define GW_QUEUE_MARKS (2 * GW_QUEUE_SHAPES + 1)

/**
 * struct gw_mark - Scratch of core/schedule: at @w more is held back than before it
 * @w: the want: its shape is new or a wall
 * @is_never: the host as it stands can never do it
 * @is_wall: its shape was passed often enough
 * @is_closed: there is no room for its shape: nobody passes it
 */
struct gw_mark {
	const struct gw_want *w;
	bool is_never;
	bool is_wall;
	bool is_closed;
};

/**
 * struct gw_queue - Those who want GPUs
 * @aged: those aged, by ticket
 * @wants: those not aged, by class, priority and ticket
 * @arrivals: the same as @wants, by ticket
 * @nr: how many there are in all
 * @last_ticket: last one given
 * @age_ns: after what time they are aged, 0 never; may be changed at any time
 * @max_backfill: how often a want may be passed, 0 never; may be changed at any time
 * @is_numbered: gw_want.position is right
 * @is_marked: while @is_numbered: @marks are right, too
 * @nr_marks: scratch of core/schedule
 * @marks: scratch of core/schedule: how what is held back grows along the queue
 * @nr_shapes: scratch of core/schedule
 * @shapes: scratch of core/schedule
 * @nr_helpless: scratch of core/evict
 * @helpless: scratch of core/evict
 */
struct gw_queue {
	struct list_head aged;
	struct list_head wants;
	struct list_head arrivals;
	u32 nr;
	u64 last_ticket;
	u64 age_ns;
	u32 max_backfill;
	bool is_numbered;
	bool is_marked;
	u32 nr_marks;
	struct gw_mark marks[GW_QUEUE_MARKS];
	u32 nr_shapes;
	struct gw_shape shapes[GW_QUEUE_SHAPES];
	u32 nr_helpless;
	struct gw_ask helpless[GW_QUEUE_SHAPES];
};

/** gw_queue_init() - Make @q empty, with the usual bounds */
void gw_queue_init(struct gw_queue *q);

/** gw_want_init() - Make @w new: not queued, no ticket, nothing asked, any GPU group */
void gw_want_init(struct gw_want *w);

/**
 * gw_queue_insert() - Put @w in its place; harmless when it is in already
 * @q: the queue
 * @w: the want
 * @now_ns: never less than before; begin of its wait unless it has a ticket already
 *
 * Cost: of those not aged, the ones that are to be served after it. Serve afterwards.
 */
void gw_queue_insert(struct gw_queue *q, struct gw_want *w, u64 now_ns);

/** gw_queue_remove() - Take @w out, keeping its ticket; harmless when it is not in */
void gw_queue_remove(struct gw_queue *q, struct gw_want *w);

/** gw_want_done() - The wish came true or was given up for good: drop ticket and age */
void gw_want_done(struct gw_want *w);

/** gw_queue_requeue() - Class or priority of @w changed: put it where it belongs now */
void gw_queue_requeue(struct gw_queue *q, struct gw_want *w);

/** gw_queue_age() - Move those who have waited long enough to the front */
void gw_queue_age(struct gw_queue *q, u64 now_ns);

/** gw_queue_next_age() - When is the next to be aged, so to be served? U64_MAX: nobody is */
u64 gw_queue_next_age(const struct gw_queue *q);

/** gw_queue_next() - Who is served after @w, NULL when nobody; @w NULL: who is served first */
struct gw_want *gw_queue_next(const struct gw_queue *q, const struct gw_want *w);

/** gw_queue_head() - The next to be served, NULL when empty */
struct gw_want *gw_queue_head(const struct gw_queue *q);

/**
 * gw_queue_position() - Place of @w from 1, 0 when it is not queued
 * @q: the queue
 * @w: the want
 *
 * Cost: nothing, but the first time after the queue has changed its length. So a dump of all
 * is linear.
 */
u32 gw_queue_position(struct gw_queue *q, const struct gw_want *w);

/** gw_queue_sane() - Do count, order and marks agree? */
bool gw_queue_sane(const struct gw_queue *q);

#endif /* _GW_CORE_QUEUE_H */
