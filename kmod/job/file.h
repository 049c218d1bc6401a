/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One record for each NVIDIA file that a tenant opened while hooked, and for each file of ours by
 * which it holds, found by the address of its struct file. Files of the host, and those opened before, have none.
 */
#ifndef _GW_FILE_H
#define _GW_FILE_H

#include "job/job.h"

#include <linux/rhashtable.h>

enum gw_node {
	GW_NODE_CTL,			/* nvidiactl */
	GW_NODE_GPU,			/* nvidiaN */
	GW_NODE_UVM,			/* nvidia-uvm */
	GW_NODE_OTHER,			/* modeset, uvm-tools, ...: not for tenants */
	GW_NODE_HOLD,			/* /dev/gpuward, to hold by: hold.c's */
	GW_NODE_DMA_BUF,		/* by the address of its struct dma_buf, which outlives its file */
};

struct gw_file {
	struct rhash_head node;
	struct file *filp;		/* key; no reference: release() removes the record */
	enum gw_node kind;		/* const */
	u32 minor;			/* const, of a GPU */
	struct gw_proc *proc;		/* const; counted in its nr_files */
	void *vendor;			/* the backend's own; its to make and to free */
	struct list_head link;		/* all records, for detach */
	struct rcu_head rcu;
};

int gw_file_init(void);
void gw_file_exit(void);

/*
 * Make a record for @filp, which the vendor has not opened yet, of current's process on @a. Pins
 * this module. ERR_PTR: -EEXIST it has one, -ENODEV gpuward, the VM or the accelerator goes, -ENOMEM.
 */
struct gw_file *gw_file_open(struct file *filp, enum gw_node kind, u32 minor, struct gw_accel *a);
/* The same, of the process that has @of open. */
struct gw_file *gw_file_open_beside(struct gw_file *of, struct file *filp, enum gw_node kind);
/* Forget it: closes it in its process. */
void gw_file_del(struct gw_file *f);
/*
 * The record of an open file, or NULL. Valid as long as the caller's call on that file lasts:
 * release() cannot run before it returns, detach waits for it.
 */
struct gw_file *gw_file_find(struct file *filp);
/* Detach: forget all records, with no call in flight. Returns how many. */
u32 gw_file_del_all(void);
extern atomic_t gw_nr_files;

#endif /* _GW_FILE_H */
