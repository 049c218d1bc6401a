/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live processes and jobs: who looks, who waits, who runs. Sole caller of core/lease.
 *
 * Locks, in order. Take them in this order only; none is held across the vendor's code, a
 * copy to or from user space, or a wait. release() takes 2 and 3 only.
 *
 *   1. gw_admin (types.h)		tables of VMs, models, bindings: configuration
 *   2. gw_accel.lock (types.h)	lease, processes and jobs of one accelerator; never two at once
 *   3. gw_pool_lock (gpu.h, pool.h)	GPUs, placements, the capacity queue
 *   4. trees of objects (nv/)	spinlocks: who holds which memory; never two at once
 *   5. an accelerator's account	a spinlock: what is charged, and the meters of its jobs
 *   6. the records' own		a spinlock (usage.c)
 *   7. leaf spinlocks		the sums' (usage_totals.c), the job table's own, a VM's report counter,
 *				that of the processes that are gone (nv/object/past.c): nothing under them
 *
 * Three are nested in one place only: switching a model checks (2) and re-places (3) what it
 * changes (1), so that no program can start in between.
 *
 * The files' table (file.h), bindings' table (binding.h) and hooks' table are read under RCU.
 * The mutex of attaching (nv/attach.c) is order 0: outside of all of them.
 * That of a file's managed memory (nv/uvm/managed.h) is, too, and inside of the kernel's mmap_lock; and that
 * of a hold's notices (hold.c).
 */
#ifndef _GW_JOB_H
#define _GW_JOB_H

#include "placement/pool.h"
#include "object/types.h"

#include <linux/pid.h>

/*
 * One process with NVIDIA files open on an accelerator. It lives from its first file to its
 * last and looks until it claims.
 */
struct gw_proc {
	struct gw_accel *accel;		/* const, with a reference on its VM */
	struct pid *tgid;		/* const, reference; the process that opened the files */
	/* accel->lock: */
	struct list_head link;		/* accel->procs */
	struct list_head job_link;	/* job->procs, empty while it only looks */
	struct gw_job *job;
	u32 nr_files;
	bool is_placer;			/* counted in accel->nr_placers */
	bool is_canceled;		/* an admin ended its wait for GPUs; also read by that wait */
	u32 nr_placing;			/* threads that get or wait for GPUs */
	DECLARE_BITMAP(gpus, GW_MAX_MINOR);	/* those it opened, as a node or as an RM device */
	char command[GPUWARD_COMMAND_LEN];
	u64 home;			/* const: the cgroup by which it was bound, see binding.h */
	wait_queue_entry_t death;	/* on @tgid's: orphan.c's */
	bool is_woken;			/* it may be dead (READ_ONCE) */
	struct rcu_head rcu;		/* holder.c reads it from files */
};

/*
 * One exclusive use of an accelerator by one program. It exists from the first wait or
 * claim of the program to the release of its last file.
 */
struct gw_job {
	u64 id;				/* const; 0 while not in the table */
	struct gw_accel *accel;		/* const */
	refcount_t ref;			/* its processes together 1, each lookup 1 */
	u32 program;			/* const: PROCESS, TREE or CGROUP */
	struct pid *owner;		/* const, reference: process that claimed first */
	struct pid *root;		/* const, reference: root of the TREE, else the owner */
	u64 cgroup_id;			/* const: CGROUP */
	/* accel->lock: */
	struct gw_lessee lessee;
	struct list_head procs;		/* gw_proc.job_link */
	u32 state;			/* enum gpuward_job_state or 0; read by its waiters without the lock */
	u32 nr_placing;			/* threads that wait for GPUs */
	u32 nr_sleepers;		/* threads that wait for the accelerator */
	bool is_canceled;		/* an admin ended its wait; also read by its waiters */
	bool is_start_told;		/* the event of its start was sent */
	bool is_wait_told;		/* that it waits was told, its end was not */
	u64 left_ns;			/* when its wait was interrupted; 0: it was not, or is over (interrupted_wait.c) */
	u64 wait_from_ns;		/* begin of the wait as its program sees it, for the deadline */
	u64 wait_since_ns;		/* begin of the wait being counted; 0: it does not wait */
	u64 wait_ns;			/* sum of finished waits */
	u64 start_ns;
	u64 orphan_ns;			/* since when none of those who opened its files lives; 0 */
	u64 orphan_told_ns;		/* the deadline that was told */
	u64 reap_ns;			/* since when its processes are to be ended; also read without the lock; 0 */
	u64 evict_ns;			/* the eviction that it was told of began then; 0 */
	u32 evict_vm;			/* for which VM */
	bool is_evicted;		/* it was ended for others */
	/* accel->account.lock: */
	u64 used_bytes;			/* charged now, over all GPUs */
	u64 peak_bytes;
	struct gw_meter meter;
	struct list_head meter_link;	/* account.jobs, from its start to its record */
	struct gw_total_row *row;	/* where its cost is added up; NULL: there was no memory */
	char model[GPUWARD_NAME_LEN];	/* const once it has run; see usage.c */
	u64 model_bytes;		/* of it on each GPU, in this part of its record */
	char command[GPUWARD_COMMAND_LEN];

	wait_queue_head_t wq;
	struct rcu_head rcu;
};

/* A snapshot of a job for people; @pid is a reference. */
struct gw_job_info {
	u64 id;
	u32 vm_id;
	char vm[GPUWARD_NAME_LEN];
	u32 accel;
	u32 state;
	struct pid *pid;
	u32 position;
	u32 nr_files;
	u64 used_bytes;
	u64 peak_bytes;
	u64 wait_ns;
	u64 held_ns;
	u64 deadline_ns;		/* ORPHANED, EVICTING: when it is to be ended; 0: never */
	bool is_reaped;			/* ENDING: its processes are to be ended from outside */
	struct gw_place_info place;	/* its accelerator's; why and nr_holders while it waits only */
	char command[GPUWARD_COMMAND_LEN];
};

void gw_job_exit(void);

/* The process record of current on @a, with one more file. ERR_PTR(-ENOMEM, -ENODEV dead VM). */
struct gw_proc *gw_proc_open(struct gw_accel *a);
/*
 * Which accelerator of its VM does current open files on, when it is bound to the default one @a?
 * The one on which it, or the program that it is a part of, is already: another default does not
 * tear a program apart. NULL for NULL. No lock held; the reference on the VM passes on.
 */
struct gw_accel *gw_proc_home(struct gw_accel *a);
/* One file more, of one that has some. */
void gw_proc_share(struct gw_proc *p);
/* One file less; the last one ends the process, perhaps its job, perhaps the placement. */
void gw_proc_close(struct gw_proc *p);
/* Make sure the accelerator has its GPUs, waiting for them if need be. See gw_place_wait(). */
int gw_proc_place(struct gw_proc *p);
void gw_proc_note_gpu(struct gw_proc *p, u32 minor);
/* Has process @tgid files open on an accelerator of @vm, which the caller holds? No lock held. */
bool gw_proc_is_of(struct gw_vm *vm, struct pid *tgid);
/*
 * The program of @p needs the accelerator: 0 has it; -ERESTARTSYS, -EBUSY policy, -EDQUOT too
 * many wait, -ECANCELED ended by an admin, -EPERM a GPU it has open is no longer its own,
 * -ENODEV gpuward or the VM goes. Without @waits -EBUSY, when it would have to wait.
 */
int gw_proc_claim(struct gw_proc *p, bool waits);

/* The job that @p is part of, with a reference for gw_job_put(); NULL: none. No lock needed. */
struct gw_job *gw_proc_get_job(struct gw_proc *p);
void gw_job_put(struct gw_job *job);

/* The next job with an id above @after that is visible: 0, -ENOENT. @vm NULL: of any VM. */
int gw_job_next(u64 after, const struct gw_vm *vm, struct gw_job_info *info);
int gw_job_get_info(u64 id, struct gw_job_info *info);
void gw_job_info_put(struct gw_job_info *info);		/* drops the pid */
/* End job @id: 0, -ENOENT; -EBUSY it runs, and only a waiting one was meant */
int gw_job_end(u64 id, bool only_waiting);
/* Another priority while it waits for GPUs: 0, -ENOENT, -EINVAL it does not wait for them. */
int gw_job_set_priority(u64 id, s32 priority);
/* End every job and wait of an accelerator; returns how many. No lock held. */
u32 gw_job_end_all(struct gw_accel *a, bool only_waiting);
/* Give a free lease to those who wait. accel->lock held. */
void gw_job_grant(struct gw_accel *a);
/* Who runs or waits on @a? accel->lock held. false: nobody. */
bool gw_job_blame(struct gw_accel *a, struct gw_blame *blame);
/* Who has files open on @a? accel->lock held. false: nobody. */
bool gw_proc_blame(struct gw_accel *a, struct gw_blame *blame);
void gw_blame_put(struct gw_blame *blame);

/* Figures of one accelerator; takes accel->lock. */
struct gw_accel_load {
	u32 state;			/* enum gpuward_accel_state */
	u32 nr_running;
	u32 nr_waiting;
	u32 program;			/* as set */
	u32 program_in_force;
	u32 duplicable;
	u64 used_bytes;			/* over all GPUs */
	u64 peak_bytes;			/* the sum of each GPU's own */
	u32 quota;			/* enum gpuward_quota, of the VM */
	u32 managed;			/* enum gpuward_managed, likewise */
	struct gw_account_info account;
	u32 nr_gpus;
	u64 memory_bytes;
	u32 nr_placed;
	u32 placed[GPUWARD_MAX_PLACED];
	u64 placed_bytes;		/* on each */
	u32 position;			/* in the capacity queue from 1, 0: it is not in it */
};
void gw_accel_load(struct gw_accel *a, struct gw_accel_load *load);

/* All waits end with -ENODEV from now on (true), or are allowed again (false). */
void gw_job_stop(bool stop);
extern atomic_t gw_nr_jobs;		/* running or waiting, over all VMs */

#endif /* _GW_JOB_H */
