/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has an accelerator, and who is next: exclusive (or up to N) holders and a queue
 * in arrival order. Pure: the caller brings memory, time, identity and the lock.
 */
#ifndef _GW_CORE_LEASE_H
#define _GW_CORE_LEASE_H

#include <linux/list.h>
#include <linux/types.h>

enum gw_lease_state {
	GW_LEASE_NONE = 0,	/* neither holds nor waits */
	GW_LEASE_QUEUED,
	GW_LEASE_HOLDER,
};

/**
 * struct gw_lessee - One program's part in a lease; lives in the caller's job
 * @link: in the lease's holders or queue
 * @ticket: arrival number, given at the first acquire and kept until gw_lessee_init();
 *	a wait that is interrupted and taken up again keeps its place
 * @state: enum gw_lease_state
 */
struct gw_lessee {
	struct list_head link;
	u64 ticket;
	u32 state;
};

/**
 * struct gw_lease - Ownership of one accelerator
 * @holders: lessees that have it
 * @queue: lessees that wait, by rising ticket
 * @nr_holders: length of @holders
 * @nr_queued: length of @queue
 * @max_holders: how many may have it at once, at least 1
 * @max_queued: bound of the queue
 * @last_ticket: last one given
 */
struct gw_lease {
	struct list_head holders;
	struct list_head queue;
	u32 nr_holders;
	u32 nr_queued;
	u32 max_holders;
	u32 max_queued;
	u64 last_ticket;
};

/** gw_lease_init() - Make @l free, with at most @max_holders and @max_queued */
void gw_lease_init(struct gw_lease *l, u32 max_holders, u32 max_queued);

/** gw_lessee_init() - Make @w new: it has neither the lease nor a ticket */
void gw_lessee_init(struct gw_lessee *w);

/**
 * gw_lease_acquire() - Ask for the lease
 * @l: the lease
 * @w: who asks
 *
 * Granted when there is room and nobody waits with a lower ticket; queued by ticket
 * otherwise. Asking again while queued or holding changes nothing.
 *
 * Return: 0 has it, -EINPROGRESS queued, -EDQUOT the queue is full (state unchanged).
 */
int gw_lease_acquire(struct gw_lease *l, struct gw_lessee *w);

/**
 * gw_lease_leave() - Give up holding or waiting
 * @l: the lease
 * @w: who leaves
 *
 * Harmless when it does neither. The ticket is kept: whoever had its turn is to be made new
 * by gw_lessee_init() before it asks again, or it would pass all who wait. Call
 * gw_lease_grant_next() until it returns NULL afterwards.
 */
void gw_lease_leave(struct gw_lease *l, struct gw_lessee *w);

/**
 * gw_lease_grant_next() - Give the lease to the next in the queue if there is room
 * @l: the lease
 *
 * Return: whom to wake, NULL when there is no room or nobody waits.
 */
struct gw_lessee *gw_lease_grant_next(struct gw_lease *l);

/** gw_lease_set_max() - Change how many may have it; holders above it stay. Grant afterwards */
void gw_lease_set_max(struct gw_lease *l, u32 max_holders);

/** gw_lease_position() - Place of @w in the queue from 1, 0 when it does not wait */
u32 gw_lease_position(const struct gw_lease *l, const struct gw_lessee *w);

/** gw_lease_first_holder() - The holder of longest standing, NULL when free */
struct gw_lessee *gw_lease_first_holder(const struct gw_lease *l);

/** gw_lease_first_queued() - The head of the queue, NULL when empty */
struct gw_lessee *gw_lease_first_queued(const struct gw_lease *l);

/** gw_lease_sane() - Do counts, order, states and bounds agree? */
bool gw_lease_sane(const struct gw_lease *l);

#endif /* _GW_CORE_LEASE_H */
