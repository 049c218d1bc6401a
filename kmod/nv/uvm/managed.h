/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tenants do with video memory through nvidia-uvm: managed memory is charged while it is
 * mapped (managed.c), and UVM's own handles on RM memory hold its allocation (external.c). Both look at
 * the driver's own functions, with arguments in kernel memory: no request's layout is known here.
 */
#ifndef _GW_NV_UVM_H
#define _GW_NV_UVM_H

#include "nv/uvm/managed_count.h"
#include "nv/nv.h"
#include "nv/driver/current_call.h"
#include "account/charge.h"

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct address_space;
struct file;
struct gw_file;
struct vm_area_struct;

/* Of one nvidia-uvm file of a tenant's: gw_nv_file.uvm. */
struct gw_uvm {
	struct gw_file *file;		/* const */
	u32 policy;			/* const: enum gpuward_managed when it was opened */
	/* Inside of mmap_lock, outside of all of job.h's locks; not across the driver's code. */
	struct mutex lock;
	struct gw_managed managed;
	struct gw_charge charges[GPUWARD_MAX_PLACED];
	bool is_cleaning;		/* a UVM_CLEAN_UP_ZOMBIE_RESOURCES is in the driver */
	bool is_shared;			/* several processes may map: see struct gw_managed */
	bool has_space;			/* written once, after what follows */
	u64 flags;			/* that UVM_INITIALIZE asked for */
	spinlock_t dups_lock;		/* a leaf; external.c's, as what follows */
	struct list_head dups;
	u32 nr_ending;
	wait_queue_head_t ended;
	struct list_head link;		/* all of them; managed.c's */
};

/* A tenant's nvidia-uvm file is about to be opened; after gw_nv_objects_open(). 0, -ENOMEM */
int gw_uvm_open(struct gw_file *f);
/* Of any file: after the driver's release, or when its open failed; before gw_nv_objects_close(). */
void gw_uvm_close(struct gw_file *f);
/* Detach: close all, with no call in flight. Before gw_nv_objects_forget(). */
void gw_uvm_forget(void);

typedef int (*gw_uvm_mmap_fn)(struct file *filp, struct vm_area_struct *vma);
typedef void (*gw_uvm_vma_fn)(struct vm_area_struct *vma);
typedef u32 (*gw_uvm_api_fn)(void *params, struct file *filp);
typedef u32 (*gw_uvm_space_fn)(struct address_space *mapping, void **space, u64 flags);

/* In place of the driver's functions; judging who may comes before. The last four return RM's status. */
long gw_uvm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg, gw_nv_ioctl_fn original);
int gw_uvm_mmap(struct file *filp, struct vm_area_struct *vma, gw_uvm_mmap_fn original,
		gw_uvm_vma_fn close);
void gw_uvm_vma_close(struct vm_area_struct *vma, gw_uvm_vma_fn original);
u32 gw_uvm_register(void *params, struct file *filp, gw_uvm_api_fn original);
u32 gw_uvm_clean_up(void *params, struct file *filp, gw_uvm_api_fn original);
u32 gw_uvm_space_create(struct address_space *mapping, void **space, u64 flags,
			gw_uvm_space_fn original);

/* --- external.c ------------------------------------------------------------------------------ */

/* Whose request the driver is at work on, for functions that are not told. */
struct gw_uvm_call {
	struct gw_task task;
	struct gw_uvm *uvm;
	bool is_busy;			/* it met memory that another call makes or frees: ask again */
	u32 client;			/* that memory */
	u32 memory;
};
void gw_uvm_call_begin(struct gw_uvm_call *call, struct gw_uvm *u);
void gw_uvm_call_end(struct gw_uvm_call *call);
struct gw_uvm_call *gw_uvm_called(void);	/* NULL: not a tenant's */

int gw_uvm_dups_init(void);
void gw_uvm_dups_exit(void);
/* Ends what UVM still held; the driver has ended its own. */
void gw_uvm_drop_dups(struct gw_uvm *u);

typedef u32 (*gw_uvm_dup_fn)(void *device, u32 client, u32 memory, u32 *dup, void *info);
typedef u32 (*gw_uvm_undup_fn)(void *device, u32 dup);
u32 gw_uvm_dup(void *device, u32 client, u32 memory, u32 *handle, void *info,
	       gw_uvm_dup_fn original);
u32 gw_uvm_undup(void *device, u32 handle, gw_uvm_undup_fn original);

#endif /* _GW_NV_UVM_H */
