/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between tree.c, dispatch.c, reserve.c, export.c, mem_ref.c, reconcile.c and past.c only; what others
 * call is in objects.h.
 */
#ifndef _GW_NV_OBJECTS_PRIV_H
#define _GW_NV_OBJECTS_PRIV_H

#include "core/audit.h"
#include "nv/object/objects.h"

#include <linux/wait.h>
#include <linux/xarray.h>

/* Objects, mappings and exports of one accelerator: beyond, the driver is out of memory. */
#define GW_NV_LINKS_MAX (1u << 20)

/* Pieces of memory attached to another: they are let go in one go, with a lock held. */
#define GW_NV_ATTACHED_MAX (1u << 16)

/* More of the driver's statuses (nvstatus.h); those of effect.h besides. */
#define GW_NV_INVALID_CLIENT		0x23
#define GW_NV_INVALID_OBJECT_PARENT	0x36
#define GW_NV_OBJECT_NOT_FOUND		0x57

struct gw_nv_objects {
	struct gw_accel *accel;		/* const, with a reference on its VM */
	spinlock_t lock;		/* order 4; what follows but for the last two */
	struct gw_rm_tree tree;
	struct list_head files;		/* gw_nv_file.link */
	struct list_head making;	/* gw_nv_call.making */
	struct xarray makers;		/* by pid; changed with the lock held */
	u32 nr_makers;
	u64 last_serial;
	wait_queue_head_t wq;		/* a call that others waited for is through */
	/* trees_lock: */
	u32 nr_users;
	struct list_head all;
};

/* What a process has of one GPU. */
struct gw_nv_made {
	u64 bytes;
	u64 most;			/* since somebody began to look (reconcile.c) */
	u32 minor;
};

/* A process that made clients, as the driver knows it; the tree's lock. */
struct gw_nv_maker {
	u32 pid;			/* in the initial namespace; key in the tree's */
	u32 nr_nodes;			/* of its clients; it goes with the last */
	u64 serial;
	u64 job;			/* that it took memory for; 0: none yet */
	struct gw_nv_made made[GPUWARD_MAX_PLACED];
	DECLARE_BITMAP(minors, GW_MAX_MINOR); /* GPUs that it may have had something of */
	struct pid *tgid;		/* reference */
	/* past.c's, once it has no client: */
	struct list_head past;
	u32 vm;				/* number of the VM that it was of */
	u32 accel;
	u64 since_ns;
};

/*
 * A client or an object. A client can be found by anybody, to tell whose it is.
 *
 * What holds no video memory is not followed: a call that relies on an object which is not known
 * (host memory, say) relies on that. So while such a call runs nothing that may hold memory is made
 * below that client, and the other way round: its handle could be the one.
 */
struct gw_nv_node {
	struct gw_rm_node rm;
	u32 nr_making;			/* of a client: what may hold memory is being made below it */
	struct gw_nv_node *making_below; /* that client, while this one is being made */
	u32 nr_blind;			/* of a client: calls that rely on an unknown object of it */
	struct gw_nv_objects *objects;	/* of a committed client, else NULL */
	struct gw_nv_maker *maker;	/* of its client, with a count; NULL: none, or not reserved */
	u64 counted;			/* bytes in the maker's count, which the driver counts, too */
	u32 counted_on;			/* minor */
	struct gw_nv_mem *context;	/* of an address space or a device: what its context is charged */
	struct hlist_node by_handle;
};

/* One handle of a list. */
struct gw_nv_item {
	struct gw_nv_node *node;	/* to be made */
	struct gw_rm_node *source;	/* pinned */
	struct gw_nv_hold *hold;	/* to be */
	struct gw_nv_hold *old;		/* detached: what is in its place until now */
};

/* --- tree.c --------------------------------------------------------------------------------- */

/* The control file whose clients count for requests on @nf. */
static inline struct gw_nv_file *gw_nv_owner(struct gw_nv_file *nf)
{
	return READ_ONCE(nf->ctl) ?: nf;
}

static inline struct gw_nv_mem *gw_nv_mem_of(struct gw_rm_mem *mem)
{
	return mem ? container_of(mem, struct gw_nv_mem, rm) : NULL;
}

struct gw_nv_node *gw_nv_node_alloc(void);	/* GFP_KERNEL_ACCOUNT; kfree() when unused */
struct gw_nv_mem *gw_nv_mem_alloc(void);	/* likewise; nothing is charged */
/* No holder any more, or none yet: its charge goes. No lock held; NULL is fine. */
void gw_nv_mem_free(struct gw_nv_mem *mem);

/* With the tree's lock: the driver made what was reserved. */
void gw_nv_commit(struct gw_nv_objects *t, struct gw_nv_node *n, u32 handle,
		  struct gw_nv_mem *mem, u32 kind);
/* With the tree's lock: the last holder of @mem is gone; gw_nv_mem_free() follows without it. */
void gw_nv_mem_unused(struct gw_nv_mem *mem);
/* Without: what is free is given back, the hash grows, those who wait look again. */
void gw_nv_settled(struct gw_nv_objects *t);
/* Whoever is about to add something: room in the hash and below the bound. 0, -ENOSPC */
int gw_nv_make_room(struct gw_nv_objects *t);
/* The tree that knows client @handle, when it is not @t. For comparing only. */
bool gw_nv_is_foreign(struct gw_nv_objects *t, u32 handle);
/* With the tree's lock: as gw_rm_find() for the client alone, but -ENODEV: it is nobody's here. */
int gw_nv_check_client(struct gw_nv_objects *t, const struct gw_nv_file *owner, u32 handle);

/* All trees, one after another, each with a reference that the next call drops; NULL: no more. */
struct gw_nv_objects *gw_nv_tree_next(struct gw_nv_objects *t);
void gw_nv_tree_get(struct gw_nv_objects *t);	/* one more, of a tree that is held */
void gw_nv_tree_put(struct gw_nv_objects *t);

/* Has the accelerator a file open, or process @pid a client of any? */
bool gw_nv_trees_know(u32 vm, u32 accel, u32 pid);

/* --- context.c: see there ----------------------------------------------------------------------- */

int gw_nv_context_reserve(struct gw_nv_call *c);
struct gw_nv_mem *gw_nv_context_find(struct gw_nv_call *c);
void gw_nv_context_publish(struct gw_nv_call *c, struct gw_nv_mem *mem);
void gw_nv_context_end(struct gw_nv_call *c, bool made);
void gw_nv_context_forget(struct gw_nv_node *n, struct gw_nv_mem *mem);

/* --- reconcile.c ------------------------------------------------------------------------------------ */

/* Current's record, with one more node. No lock held. 0, -ENOMEM */
int gw_nv_maker_get(struct gw_nv_objects *t, struct gw_nv_maker **out);
/* With the tree's lock, as what follows. */
void gw_nv_maker_put(struct gw_nv_objects *t, struct gw_nv_maker *m);
/* The handle @n holds, or is about to hold, @bytes on GPU @minor in all. */
void gw_nv_count(struct gw_nv_objects *t, struct gw_nv_node *n, u32 minor, u64 bytes);
/* It holds nothing, and is of no maker any more. */
void gw_nv_uncount(struct gw_nv_objects *t, struct gw_nv_node *n);

void gw_nv_maker_free(struct gw_nv_maker *m);

/* --- past.c ------------------------------------------------------------------------------------- */

/* With the tree's lock: @m has no client any more. Takes it over. */
void gw_nv_past_add(struct gw_nv_objects *t, struct gw_nv_maker *m);
/* A process with this number has clients again. */
void gw_nv_past_touch(u32 pid);
/* What to ask the driver of: 0, -ENOMEM; *@left for kvfree(). No lock held, as for what follows. */
int gw_nv_past_list(struct gw_audit_left **left, u32 *nr);
/* The driver has answered: forgets who has nothing; how many are left of which more can be said. */
u32 gw_nv_past_settle(struct gw_audit_left *left, u32 nr);

/* --- handle_list.c ---------------------------------------------------------------------------------- */

/* The handle of one; before the call only. */
u32 gw_nv_item_handle(const struct gw_nv_call *c, u32 i);
/* Memory for the whole list: a node for each, or a hold. 0, -ENOMEM; freed by the next in any case. */
int gw_nv_items_alloc(struct gw_nv_call *c, bool nodes);
void gw_nv_items_free(struct gw_nv_call *c);
/* With the tree's lock: all of them or none; errors for gw_nv_answer(). */
int gw_nv_items_pin(struct gw_nv_call *c);
void gw_nv_items_unpin(struct gw_nv_call *c);
/* With the tree's lock: is the request's client the caller's own? */
int gw_nv_check_own(struct gw_nv_call *c);
/* NAME; errors for gw_nv_answer(). */
int gw_nv_name_before(struct gw_nv_call *c);
void gw_nv_name_after(struct gw_nv_call *c);

/* --- multicast.c ------------------------------------------------------------------------------ */

/* ATTACH and DETACH; errors for gw_nv_answer(). */
int gw_nv_attach_before(struct gw_nv_call *c);
void gw_nv_attach_after(struct gw_nv_call *c, bool done);
int gw_nv_detach_before(struct gw_nv_call *c);
void gw_nv_detach_after(struct gw_nv_call *c, bool done);

/* --- export.c -------------------------------------------------------------------------------- */

/* EXPORT and IMPORT; errors for gw_nv_answer(). */
int gw_nv_export_before(struct gw_nv_call *c);
void gw_nv_export_after(struct gw_nv_call *c, bool done);
int gw_nv_import_before(struct gw_nv_call *c);
void gw_nv_import_after(struct gw_nv_call *c, const void *outer, const void *nested, bool done);

/* --- dispatch.c --------------------------------------------------------------------------------- */

static inline struct gw_nv_node *gw_nv_node_of(struct gw_rm_node *n)
{
	return container_of(n, struct gw_nv_node, rm);
}

/*
 * What the caller gets for @ret: -ENODEV nobody here made client c->about, -EPERM another file of the
 * accelerator did, -ENOENT no such object, -ENODATA wrong parent, -ENXIO GPU not placed, -EBADFD
 * a file that is not the accelerator's, -E2BIG, -ENOSPC too many, -EDQUOT, -ENOMEM. All become statuses of the driver's; in
 * permissive mode 0, and c->file NULL.
 */
int gw_nv_answer(struct gw_nv_call *c, int ret);
int gw_nv_once(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *c));
/* Run @attempt with the tree's lock, once as above, or here until it is not -EBUSY: what it returned, or -EINTR. */
int gw_nv_attempt(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *c));
/*
 * With the tree's lock. Handle 0 is never found. c->about is set for gw_nv_answer(). @makes: memory
 * may hang on @n; gw_nv_reserve_end() comes right before it is committed or aborted.
 */
int gw_nv_reserve(struct gw_nv_call *c, u32 parent, struct gw_nv_node *n, bool makes);
void gw_nv_reserve_end(struct gw_nv_node *n);
/* With the tree's lock: it was reserved, and the driver did not make it. */
void gw_nv_reserve_abort(struct gw_nv_objects *t, struct gw_nv_node *n);
/*
 * With the tree's lock, around what makes objects with handles. One at a time for each handle: of
 * two that get the same one, since somebody frees it in between, the later is the one that lives,
 * and is found first. -EBUSY
 */
int gw_nv_making(struct gw_nv_call *c);
/* May @handle be in the making, by another call than @self? What is known by it is dead then. */
bool gw_nv_is_being_made(struct gw_nv_objects *t, const struct gw_nv_call *self, u32 client,
			 u32 handle);
void gw_nv_making_end(struct gw_nv_call *c);
/* With the tree's lock. What is not known holds nothing: its client is pinned in its place. */
int gw_nv_pin_object(struct gw_nv_objects *t, const struct gw_nv_file *owner, u32 client,
		     u32 object, struct gw_rm_node **out);
void gw_nv_unpin_object(struct gw_nv_objects *t, struct gw_rm_node *n);

#endif /* _GW_NV_OBJECTS_PRIV_H */
