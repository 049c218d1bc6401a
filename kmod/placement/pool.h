/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has which GPUs: placements in force and the capacity queue, under the pool's lock. Sole
 * caller of core/inventory, core/queue and core/serve.
 *
 * A placement is held by placers: processes that opened a GPU node (job.c counts each once). It
 * is made for the first and given back by the last; one that is reserved is made without any, and
 * kept (update.c).
 */
#ifndef _GW_POOL_H
#define _GW_POOL_H

#include "core/placement.h"
#include "admin/gpu.h"
#include "object/types.h"

#define GW_NO_DEADLINE U64_MAX

void gw_pool_init(void);
void gw_pool_exit(void);

/*
 * Place @a and count the caller as a placer.
 * Return: 0; -EAGAIN it must wait, and keeps its turn for gw_place_wait(); -EBUSY the same, but
 * it will not wait; -ENOSPC this host's GPUs can never do it.
 */
int gw_place_try(struct gw_accel *a, bool will_wait);
/*
 * The same, waiting in the queue until @deadline_ns (CLOCK_BOOTTIME).
 * Return: 0 also when a signal came at the same instant; -ERESTARTSYS signal (the place in the
 * queue is kept while others of @a wait, or for a second); -EINTR deadly signal; -EBUSY deadline;
 * -ENOSPC; -ECANCELED *@cancel turned true; -ENODEV waits are stopped.
 */
int gw_place_wait(struct gw_accel *a, const bool *cancel, u64 deadline_ns);
/* One placer less. */
void gw_place_put(struct gw_accel *a);
/* Its last file is closed: whatever is held on its GPUs is held by nobody who is known. */
void gw_place_last(struct gw_accel *a);
/*
 * The grace of @a's eviction is over: its GPUs are taken from all placers, which are forgotten. Not
 * while one of its @nr_placing threads was just given them, and does not know yet: false.
 */
bool gw_place_revoke(struct gw_accel *a, u32 nr_placing);
/* The last memory on @a's GPUs was given back, which were kept for it: they are free now. */
void gw_place_clean(struct gw_accel *a);
/* Those asleep for @a look at their cancel flag. */
void gw_place_wake(struct gw_accel *a);

/* Is GPU @minor in the placement in force? */
bool gw_place_has(struct gw_accel *a, u32 minor);
/* Minor of the GPU in the placement in force that is RM's device @instance, -1 when none is. */
int gw_place_minor_of(struct gw_accel *a, u32 instance);
/* Where @a stands in the pool, for people. */
struct gw_place_info {
	u32 position;			/* in the capacity queue from 1, 0 when it does not wait */
	u32 class;
	s32 priority;			/* in force while it waits, else its VM's */
	u32 nr_gpus;			/* wanted */
	u64 bytes_per_gpu;
	bool has_groups;		/* its VM may choose its model */
	u32 outlook;			/* enum gpuward_placement_status */
	u32 why;			/* enum gpuward_reason: what most GPUs near to it lack; WAITS only */
	u32 nr_holders;			/* placements on the GPUs that it could get once they are free */
	/* While it is not placed: how many were told to go for it, and of these the last one. */
	u32 nr_going;
	u64 going_ns;			/* by when it must */
	char going_vm[GPUWARD_NAME_LEN];
	u32 going_accel;
};
/* @reasons: NULL, or GW_MAX_MINOR entries that are filled, one for each minor. */
void gw_place_look(struct gw_accel *a, struct gw_place_info *info, struct gw_reason *reasons);
/* Its place in the queue, 0 when it is not in it. Pool lock held. */
u32 gw_place_position(const struct gw_accel *a);
/* Another priority while it waits: 0, -ENOENT it does not wait in the queue. */
int gw_place_set_priority(struct gw_accel *a, s32 priority);

/* What an accelerator asks of the pool. */
struct gw_place_terms {
	u32 nr_gpus;
	u64 bytes_per_gpu;
	u64 groups;
	u32 class;			/* enum gpuward_class */
	s32 priority;
};
/*
 * What @a asks of the pool has changed. @give_back: a placement in force is given up and its
 * placers are forgotten; the caller knows that nothing runs on it, and nothing is charged. A
 * reserved one that is idle is set aside anew where it is no longer what is asked for.
 */
void gw_place_update(struct gw_accel *a, const struct gw_place_terms *terms, bool give_back);
/* @a was removed, or its VM: nothing is set aside for it any more. */
void gw_place_retire(struct gw_accel *a);
/* What many accelerators ask for has changed: tell those that can never be placed now. No lock held. */
void gw_pool_recheck(void);
/* Where a change of size failed: used on the GPU, or free on it. */
struct gw_place_limit {
	struct gw_accel *accel;
	u32 minor;
	u64 bytes;
};
/*
 * These accelerators have @bytes_per_gpu from now on, with what is placed, or none of them has.
 * Return: 0; -EBUSY more is used on a GPU; -ENOSPC a GPU has no room; *@where says which.
 */
int gw_place_resize(struct gw_accel *const *accels, u32 nr, u64 bytes_per_gpu,
		    struct gw_place_limit *where);
/*
 * All accelerators of @vm have that class from now on, also where they are placed, or none: -EBUSY
 * one in use shares a GPU with another VM, and can not be dedicated. gw_admin held.
 */
int gw_place_set_class(struct gw_vm *vm, u32 class, struct gw_place_limit *where);
/* A job started (+1) or ended (-1) on @a. */
void gw_place_run(struct gw_accel *a, int delta);

/* All waits end with -ENODEV from now on (true), or are allowed again (false). */
void gw_place_stop(bool stop);
/* How long to sleep for a deadline on CLOCK_BOOTTIME, at least 1. */
long gw_remaining_jiffies(u64 deadline_ns);
/* The bounds of the queue, see core/queue.h; in force at once. No lock held. */
void gw_pool_set_age(u32 ms);
void gw_pool_set_max_passes(u32 nr);
u32 gw_pool_age(void);
u32 gw_pool_max_passes(void);
/* GPU @minor was added, changed or removed. Pool lock held; gw_pool_serve() or _lost() follows. */
void gw_pool_changed(u32 minor);
/* Place those in the queue that can go. Pool lock held. */
void gw_pool_serve(void);
/* A GPU went or became smaller: tell those that this host can never place now. Pool lock held. */
void gw_pool_lost(void);

#endif /* _GW_POOL_H */
