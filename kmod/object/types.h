/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMs (tenants), their accelerators, the models to choose from. Configuration only: what
 * runs is job.h, what is reserved is gpu.h, who is bound is binding.h.
 */
#ifndef _GW_VM_H
#define _GW_VM_H

#include "account/charge.h"
#include "core/usage.h"
#include "core/lease.h"
#include "core/queue.h"

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <uapi/linux/gpuward.h>
#include <uapi/linux/gpuward_genl.h>

#define GW_MAX_ACCELS 64
#define GW_MAX_MODELS 256
#define GW_MAX_DUPLICABLE 1024
#define GW_MAX_PRIORITY 1000
#define GW_MAX_WAITERS 65536	/* jobs that may wait for one accelerator */
#define GW_NO_ACCEL U32_MAX	/* in a binding: the VM's default accelerator */

/* Order 1. Guards the tables of VMs, models, bindings and every field marked so. */
extern struct mutex gw_admin;
/* Rises with each change under gw_admin; the generation number of dumps. */
extern u32 gw_admin_generation;
void gw_admin_changed(void);

struct gw_model {
	/* gw_admin: */
	struct list_head link;		/* gw_models */
	char name[GPUWARD_NAME_LEN];	/* const after publish */
	u64 memory_bytes;		/* over all GPUs */
	u32 nr_gpus;
	u32 nr_accels;			/* accelerators that have it */
	u64 groups;			/* see group.h; 0: the default one */
};

/* Whether, why and when an accelerator must give its GPUs back; evict.c's. */
struct gw_eviction {
	struct list_head link;		/* among those that must */
	struct list_head safe_link;	/* among those that need not yet */
	u32 state;			/* also read without the lock */
	bool is_told;			/* of the state as it is */
	bool is_over;			/* its grace is; also read without the lock */
	u64 since_ns;
	u64 end_ns;
	u64 safe_ns;
	u32 for_accel;			/* index */
	u32 for_vm_id;
	char for_vm[GPUWARD_NAME_LEN];
};

struct gw_accel {
	struct gw_vm *vm;		/* const; the VM owns the accelerator */
	u32 index;			/* const */

	/* gw_admin: */
	u32 nr_bindings;		/* that name this very accelerator */
	char name[GPUWARD_NAME_LEN];	/* lock, too, to write it: either is enough to read */
	char model_name[GPUWARD_NAME_LEN];	/* lock; of the model, or of the last one */
	struct gw_model *model;		/* NULL: it was removed, or its VM was */
	bool is_gone;			/* removed; lock, too, to write it. The next one takes its place */

	/* lock: */
	struct mutex lock;		/* order 2, one at a time */
	struct gw_lease lease;
	struct list_head procs;		/* gw_proc.link: processes with files open */
	u32 program;			/* enum gpuward_program, as set */

	/* gw_pool_lock (order 3): */
	struct gw_want want;		/* what the model asks of the pool, and what it was given */
	wait_queue_head_t place_wq;	/* woken when one of the two below turns true, or on cancel */
	bool is_placed;			/* also read without the lock by waiters */
	bool is_hopeless;		/* this host can not place it any more; likewise */
	s32 priority;			/* of its VM; want.priority may be another while it waits */
	u32 nr_placed;
	u32 placed[GPUWARD_MAX_PLACED];	/* minors */
	u64 placed_bytes;		/* reserved on each of them */
	u32 nr_placers;			/* processes that hold the placement */
	u32 nr_place_waiters;		/* threads asleep for it */
	u64 place_left_ns;		/* when the last of them was interrupted */
	u32 nr_running;			/* jobs running on it, for the GPUs' state */
	bool is_reserved;		/* GPUs are set aside for it while nothing runs */
	bool is_leaving;		/* nobody holds it, but memory on its GPUs is held */
	bool is_cleaning;		/* and no file is open any more: nobody could give it back */
	struct list_head cleaning_link;	/* quarantine.c: who is watched */
	u64 cleaning_since_ns;
	struct gw_eviction evict;

	struct gw_account account;	/* with a lock of its own */
};

struct gw_vm {
	refcount_t ref;			/* table, each binding, each gw_proc */
	u32 id;				/* const */
	char name[GPUWARD_NAME_LEN];	/* const */
	struct rcu_head rcu;
	struct hlist_node name_link;	/* gw_admin */

	/* gw_admin, some also read without it by tenants' calls (READ_ONCE): */
	char token[GPUWARD_TOKEN_LEN];
	u32 class;
	s32 priority;
	u32 wait;			/* enum gpuward_wait */
	u32 wait_ms;
	u32 max_accels;
	u32 quota;			/* enum gpuward_quota */
	u32 managed;			/* enum gpuward_managed */
	u64 groups;			/* model groups, see group.h; 0: the default one */
	u32 nr_bindings;
	bool is_dead;			/* deleted; nothing more is opened or claimed (READ_ONCE) */

	u32 default_accel;		/* never one that is gone */
	u32 nr_accels;
	u32 nr_slots;			/* entries of accels[] that were ever used */
	struct gw_accel *accels[GW_MAX_ACCELS];	/* by index; NULL or gone: none. Freed with the VM */

	atomic_t nr_files;		/* NVIDIA files open */
	atomic_t nr_jobs;		/* jobs running or waiting */

	struct list_head totals;	/* usage_totals.c's: what its jobs have cost, by model */

	/* Refusals reported in the current second; see refuse.c */
	spinlock_t report_lock;
	u64 report_second;
	u32 nr_reported;
	u64 nr_unreported;
};

/* Who is in the way: filled together with -EBUSY. @pid is a reference or NULL. */
struct gw_blame {
	struct pid *pid;
	u32 state;			/* enum gpuward_job_state */
	char command[GPUWARD_COMMAND_LEN];
};

/* What an admin gives to make a VM, or to change the fields whose bit is set. */
struct gw_vm_config {
	const char *name;
	const char *model;
	u64 groups;			/* of a new VM */
	u32 set;			/* bits below */
	u32 class;
	s32 priority;
	u32 wait;
	u32 wait_ms;
	u32 max_accels;
	u32 quota;
	u32 managed;
};
#define GW_VM_SET_CLASS BIT(0)
#define GW_VM_SET_PRIORITY BIT(1)
#define GW_VM_SET_WAIT BIT(2)
#define GW_VM_SET_WAIT_MS BIT(3)
#define GW_VM_SET_MAX_ACCELS BIT(4)
#define GW_VM_SET_QUOTA BIT(5)
#define GW_VM_SET_MANAGED BIT(6)

int gw_vm_init(void);			/* makes the default models */
void gw_vm_exit(void);

bool gw_name_is_valid(const char *name);	/* 1..63 bytes, printable, no '/' nor blanks at the ends */

/* All below: gw_admin held, unless said otherwise. */
extern struct list_head gw_models;
extern struct xarray gw_vms;		/* by id; walking it needs gw_admin */
extern u32 gw_nr_vms;

struct gw_model *gw_model_find(const char *name);
int gw_model_add(const char *name, u64 memory_bytes, u32 nr_gpus);
/*
 * With the same number of GPUs, accelerators in use have the new size at once, all or none: EBUSY
 * more is used, ENOSPC no room, with @where. Else EBUSY in use, and no accelerator in @where.
 */
struct gw_place_limit;
int gw_model_set(struct gw_model *m, u64 memory_bytes, u32 nr_gpus, struct gw_place_limit *where);
int gw_model_del(struct gw_model *m);					/* EBUSY in use */
/* -EINVAL: not divisible, no memory, too many GPUs */
int gw_model_check(u64 memory_bytes, u32 nr_gpus);

struct gw_vm *gw_vm_find(u32 id);
struct gw_vm *gw_vm_find_name(const char *name);
/* ERR_PTR: EEXIST name taken, ENOENT model, EPERM model of other groups, EINVAL, ENOMEM, ENOSPC. A borrowed pointer */
struct gw_vm *gw_vm_add(const struct gw_vm_config *cfg);
/* EINVAL; EBUSY it has more accelerators, or (@where) one shares a GPU and can not be dedicated */
int gw_vm_set(struct gw_vm *vm, const struct gw_vm_config *cfg, struct gw_place_limit *where);
/* EBUSY with blame when it has jobs or files, unless @force; its bindings go first */
int gw_vm_del(struct gw_vm *vm, bool force, struct gw_blame *blame);
int gw_vm_set_token(struct gw_vm *vm, const char *token);	/* EEXIST, EINVAL */

/* Accelerator @index of @vm, NULL when it has none. */
static inline struct gw_accel *gw_accel_of(const struct gw_vm *vm, u32 index)
{
	struct gw_accel *a = index < vm->nr_slots ? vm->accels[index] : NULL;

	return a && !a->is_gone ? a : NULL;
}

#define gw_for_each_accel(vm, i, a) \
	for ((i) = 0; (i) < (vm)->nr_slots; (i)++) \
		if (((a) = gw_accel_of(vm, i)))

/*
 * A new accelerator, at @index or (GW_NO_ACCEL) the lowest that is free. ERR_PTR: ENOSPC the VM
 * has as many as it may, EEXIST the index is taken, EPERM it may not have that model, ENOENT the VM was deleted, ENOMEM.
 */
struct gw_accel *gw_accel_add(struct gw_vm *vm, u32 index, struct gw_model *m);
/*
 * Remove one: 0, -ENOENT it is gone, -EBUSY with @why, and blame when that is a process. Without
 * the default one the lowest that is left becomes it.
 */
int gw_accel_del(struct gw_accel *a, u32 *why, struct gw_blame *blame);
int gw_accel_set_default(struct gw_accel *a);	/* ENOENT it is gone */
/*
 * EPERM: its VM may not have that model, see group.h.
 * EBUSY with blame: a program runs or waits on it, or (no pid) memory of a former one is held on
 * its GPUs. Takes accel->lock and the pool lock.
 */
int gw_accel_set_model(struct gw_accel *a, struct gw_model *m, struct gw_blame *blame);
void gw_accel_set_name(struct gw_accel *a, const char *name);
void gw_accel_set_program(struct gw_accel *a, u32 program);
void gw_accel_set_duplicable(struct gw_accel *a, u32 n);
/* Tell the pool what its model, and its VM, ask for. @give_back: see gw_place_update(). */
void gw_accel_apply_model(struct gw_accel *a, bool give_back);

/* No lock needed: */
void gw_vm_get(struct gw_vm *vm);
void gw_vm_put(struct gw_vm *vm);

#endif /* _GW_VM_H */
