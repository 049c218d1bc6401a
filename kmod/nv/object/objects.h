/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which objects of the driver's a tenant has, which memory they hold, and its charge: rmtree under
 * a lock, one tree for each accelerator. Every request that makes, shares or frees something
 * passes here before the driver sees it and after it has answered.
 *
 *	ret = gw_nv_objects_before(&call, f, effect, outer, nested);
 *	if (ret > 0)	answer with the driver's status @ret, the driver is not called
 *	if (ret < 0)	-EINTR: a deadly signal came
 *	... the driver's own function runs, on pinned bytes ...
 *	gw_nv_objects_after(&call, outer, nested);	(or _undo(): it did not run)
 *
 * The lock of a tree is order 4 (job.h), its account's comes after it; neither is held across the
 * driver, a copy, or a wait.
 */
#ifndef _GW_NV_OBJECTS_H
#define _GW_NV_OBJECTS_H

#include "account/charge.h"
#include "job/file.h"
#include "nv/decode/effect.h"
#include "nv/object/rmtree.h"
#include "nv/driver/current_call.h"

struct gw_nv_objects;			/* the tree of one accelerator */

/* What a tenant's NVIDIA file has, in gw_file.vendor: there for every one of them. */
struct gw_nv_file {
	struct gw_rm_file rm;		/* clients made through it, holds on it; tree's lock */
	struct gw_nv_objects *objects;	/* const; with a reference */
	struct gw_file *file;		/* const */
	struct gw_nv_file *ctl;		/* control file it is linked to; set once, tree's lock */
	u32 nr_making;			/* clients being made through it; tree's lock */
	bool is_linking;		/* being linked; tree's lock */
	bool is_parking;		/* a call puts objects on it or takes some; tree's lock */
	struct list_head link;		/* all of the tree's */
	void *uvm;			/* nvidia-uvm's part (managed.c) */
};

struct gw_nv_node;
struct gw_nv_maker;
struct gw_nv_item;

/* An allocation and its charge. */
struct gw_nv_mem {
	struct gw_rm_mem rm;		/* the tree's lock; rm.slot is the minor of its GPU */
	struct gw_charge charge;
	bool is_context;		/* what the driver takes for one by itself */
	bool gathers;			/* multicast memory: none by itself, but what is attached to it */
	bool is_gathering;		/* a call attaches to it or detaches from it */
	u32 nr_attached;
	struct list_head attached;	/* gw_nv_hold.rm.on_file */
	struct gw_nv_node *space;	/* where other groups of the context find it, while they can */
};

/* Something that holds memory and is no object. */
struct gw_nv_hold {
	struct gw_rm_hold rm;
};

/* One request between before and after. Its fields are private. */
struct gw_nv_call {
	struct gw_nv_file *file;	/* NULL: nothing to settle */
	struct gw_nv_file *owner;	/* control file whose clients count for it */
	const struct gw_nv_effect *effect;
	const void *outer;		/* before the call only */
	const void *nested;
	struct gw_nv_node *node;	/* to be made */
	struct gw_nv_maker *maker;	/* of a client to be made, with a count for its node */
	struct gw_nv_mem *mem;		/* to be held by it */
	struct gw_rm_node *source;	/* pinned: what is duplicated */
	struct gw_nv_node *space;	/* pinned: address space of the context that is made */
	struct gw_rm_node *dying;	/* detached: what is freed */
	struct gw_nv_item *items;	/* of a list */
	struct gw_nv_hold *hold;	/* of what is to be detached */
	u32 nr_items;
	u32 nr_reserved;		/* of them */
	u32 about;			/* client that a refusal is about */
	bool is_reserved;		/* node */
	bool is_parking;		/* target->is_parking is ours */
	struct gw_nv_file *target;	/* that the descriptor stands for */
	struct file *filp;		/* its reference */
	struct list_head making;	/* the tree's list, while it makes what has a handle */
	struct gw_task task;		/* among the calls with a descriptor, while it has one */
};

void gw_nv_objects_init(void);
void gw_nv_objects_exit(void);

/* A tenant's file is about to be opened; 0, -ENOMEM. Before the driver's open. */
int gw_nv_objects_open(struct gw_file *f);
/* After the driver's release, or when its open failed: all that hangs on it goes, with charges. */
void gw_nv_objects_close(struct gw_file *f);
/* Detach: forget all trees, with no call in flight; charges go. Before gw_file_del_all(). */
void gw_nv_objects_forget(void);

static inline struct gw_nv_file *gw_nv_file(const struct gw_file *f)
{
	return f ? f->vendor : NULL;
}

/* See above. @e must live until after. Where permissive mode lets pass, nothing is settled. */
int gw_nv_objects_before(struct gw_nv_call *c, struct gw_file *f, const struct gw_nv_effect *e,
			 const void *outer, const void *nested);
void gw_nv_objects_after(struct gw_nv_call *c, const void *outer, const void *nested);
void gw_nv_objects_undo(struct gw_nv_call *c);

/*
 * REGISTER_FD: file @f is linked to the control file behind descriptor @fd of current, around the
 * driver's call, which returns @ret. 0, -EINTR, -EPERM not its accelerator's (told).
 */
int gw_nv_objects_link_before(struct gw_nv_call *c, struct gw_file *f, int fd);
void gw_nv_objects_link_after(struct gw_nv_call *c, long ret);
/*
 * The driver resolved a descriptor of current to @filp (its reference is held): true: go on;
 * false: make it fail: not of the accelerator that current belongs to, or not the file that the
 * descriptor stood for when the request was judged.
 */
bool gw_nv_objects_resolved(struct file *filp);

/*
 * Minor of the GPU below which (@client, @object) lives, for the view; -1 unknown, or another
 * file's client.
 */
int gw_nv_objects_gpu(struct gw_file *f, u32 client, u32 object);

/* --- what else holds memory: nvidia-uvm, dma-bufs ------------------------------------------ */

/* An object that cannot be freed while the driver's function runs. */
struct gw_nv_pinned {
	struct gw_nv_objects *objects;
	struct gw_rm_node *node;	/* NULL: none */
	struct gw_nv_mem *mem;		/* NULL: it holds no video memory */
};

/*
 * Pin (@client, @object), anybody's in @f's accelerator. 0: unpin must follow (harmless where audit
 * mode let pass and nothing is pinned); > 0: the driver's status to answer (told, where it is
 * another tenant's); -EINTR.
 */
int gw_nv_mem_pin(struct gw_file *f, u32 client, u32 object, struct gw_nv_pinned *p);
/* The same without waiting: -EBUSY another call is making or freeing it. */
int gw_nv_mem_try_pin(struct gw_file *f, u32 client, u32 object, struct gw_nv_pinned *p);
void gw_nv_mem_unpin(struct gw_nv_pinned *p);	/* harmless for all zero */

struct gw_nv_hold *gw_nv_hold_alloc(void);	/* GFP_KERNEL_ACCOUNT; kfree() when unused */
/* @h holds @p->mem from now on, on @f; see struct gw_rm_hold for the marks. */
void gw_nv_hold_add(struct gw_file *f, struct gw_nv_hold *h, struct gw_nv_pinned *p, u32 kind,
		    u64 base, u64 length, u32 sub);
/* The newest hold with these marks, detached; NULL: none. _end() or _reattach() must follow. */
struct gw_nv_hold *gw_nv_hold_detach(struct gw_file *f, u32 kind, u64 base, u32 sub);
void gw_nv_hold_reattach(struct gw_file *f, struct gw_nv_hold *h);
/* It is over; frees it, and its memory's charge when it was the last holder. */
void gw_nv_hold_end(struct gw_file *f, struct gw_nv_hold *h);

#endif /* _GW_NV_OBJECTS_H */
