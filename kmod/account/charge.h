/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each accelerator's programs hold of its GPUs' memory: charged before the vendor is asked,
 * given back with the last holder. Sole caller of core/ledger. Knows bytes and GPUs by minor;
 * never what a charge is for.
 */
#ifndef _GW_ACCOUNT_H
#define _GW_ACCOUNT_H

#include "core/ledger.h"

#include <linux/spinlock.h>
#include <uapi/linux/gpuward.h>

struct gw_accel;
struct gw_job;
struct gw_proc;

/* In struct gw_accel. Slot i of the ledger is the GPU of minors[i] while it is placed. */
struct gw_account {
	spinlock_t lock;		/* order 5 */
	struct gw_ledger ledger;
	u32 minors[GW_LEDGER_SLOTS];
	u64 model_bytes;		/* of the model on each GPU, as placed; see gw_account_resize() */
	struct list_head jobs;		/* gw_job.meter_link: those that hold the accelerator */
	bool is_awaited;		/* the pool wants its GPUs back once all is zero */
};

/*
 * One charge, in a struct of the caller's, who alone uses it and keeps it until it is given back.
 * It keeps the VM and the job's figures alive. No charge: all zero.
 */
struct gw_charge {
	struct gw_accel *accel;		/* with a reference on its VM */
	struct gw_job *job;		/* reference; NULL: taken in permissive mode without a job */
	u32 slot;
	u64 bytes;
};

/* The account on one placed GPU, for people. */
struct gw_account_gpu {
	u32 minor;
	u64 limit_bytes;		/* quota; not in force while is_unlimited */
	u64 used_bytes;
	u64 peak_bytes;			/* since it was placed */
};

/* What is shown of an account. */
struct gw_account_info {
	bool is_unlimited;		/* counted only: quota=unlimited, or enforce=permissive */
	u32 nr_gpus;
	struct gw_account_gpu gpus[GPUWARD_MAX_PLACED];
};

void gw_account_init(struct gw_account *account);

/* The pool, with its lock held: open the accounts of a->placed with a->placed_bytes on each. */
void gw_account_place(struct gw_accel *a);
/* Close them: 0; -EBUSY something is held still, and nothing is closed. */
int gw_account_unplace(struct gw_accel *a);
/* Is something held still? Then the pool is called when the last of it is given back. */
bool gw_account_await(struct gw_accel *a);
/* Is anything charged? */
bool gw_account_is_busy(struct gw_accel *a);
/*
 * The pool's, too, and cannot fail: the model has @bytes_per_gpu from this instant on, as limit and
 * in what is recorded: the records of the jobs that run end here, and go on in their next part.
 */
void gw_account_resize(struct gw_accel *a, u64 bytes_per_gpu);
/* The pool's, too: another quota on each GPU, or on none: 0, -EBUSY *@used is more on *@minor. */
int gw_account_set_limit(struct gw_accel *a, u64 bytes_per_gpu, u32 *minor, u64 *used);

/*
 * Charge @bytes on GPU @minor to the job that @p is part of. No lock held, may sleep.
 * Return: 0; -EDQUOT more than is left, which has been told (event, tracepoint); -ENODEV the GPU
 * is not in the placement. @c is untouched when it fails.
 */
int gw_charge_take(struct gw_charge *c, struct gw_proc *p, u32 minor, u64 bytes);
/* The vendor took @bytes in fact. Any context that may take a spinlock. */
void gw_charge_settle(struct gw_charge *c, u64 bytes);
/* Add to @c what @more is, on the same GPU and accelerator; @more is none then. */
void gw_charge_merge(struct gw_charge *c, struct gw_charge *more);
/* Give back a part, at most what is charged. As gw_charge_give(). */
void gw_charge_reduce(struct gw_charge *c, u64 bytes);
/* Its bytes are free now; any context that may take a spinlock. gw_charge_give() must follow. */
void gw_charge_return(struct gw_charge *c);
/* Give it back, if there is one. No lock held, may sleep: the last one may give up GPUs. */
void gw_charge_give(struct gw_charge *c);

/* What a tenant may see of GPU @minor, which has @gpu_bytes in fact; all zero: not its own. */
void gw_account_view(struct gw_accel *a, u32 minor, u64 gpu_bytes, struct gw_ledger_view *view);
void gw_account_info(struct gw_accel *a, struct gw_account_info *info);
/* Charged now and at most at any time, over all GPUs. */
void gw_account_job(struct gw_job *job, u64 *used_bytes, u64 *peak_bytes);

#endif /* _GW_ACCOUNT_H */
