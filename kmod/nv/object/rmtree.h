/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds which video memory: clients, the objects below them, and all else that keeps an
 * allocation alive. Pure: the caller brings the lock, all memory, and calls the driver between
 * two steps with no lock held.
 *
 * Two calls of the driver that could contradict each other never run at once, because whoever
 * is about to call it marks what the call relies on: pinned objects (a parent, what is to be
 * duplicated) cannot be freed, and below an object that is being freed nothing can be pinned.
 * The later one gets -EBUSY: wait until the other is through (killable), and try again. So an
 * object found here before the call is the very one that the driver will find.
 *
 *   make:     gw_rm_reserve(), charge, call, then gw_rm_commit() or gw_rm_abort()
 *   duplicate: gw_rm_reserve() for the new one, gw_rm_pin() for the old one, call, commit with
 *             the old one's mem, gw_rm_unpin()
 *   map, export: gw_rm_pin(), call, gw_rm_hold_add(), gw_rm_unpin()
 *   import:   gw_rm_reserve(), gw_rm_hold_find(), gw_rm_mem_get(), call, commit, gw_rm_mem_put()
 *   unmap:    gw_rm_hold_find(), gw_rm_hold_detach(), call, then gw_rm_hold_del() or
 *             gw_rm_hold_reattach()
 *   free:     gw_rm_detach(), call, then gw_rm_drop() or gw_rm_reattach(), gw_rm_reap() to the end
 *   close:    gw_rm_close_client() and gw_rm_close_hold() to the end, gw_rm_reap() to the end
 *
 * Whatever gives an allocation back by its last holder says so: the charge goes then.
 */
#ifndef _GW_NV_RMTREE_H
#define _GW_NV_RMTREE_H

#include <linux/list.h>
#include <linux/types.h>

/* The driver's own trees are half as deep at most; a walk upwards is bounded by this. */
#define GW_RM_MAX_DEPTH 16
#define GW_RM_NO_SLOT 0xffffffffu

/**
 * enum gw_rm_holder - What keeps an allocation alive
 * @GW_RM_HANDLE: the object that made it
 * @GW_RM_DUP: a duplicate or an import
 * @GW_RM_EXPORT: a duplicate that is parked on a file
 * @GW_RM_MAPPING: nvidia-uvm's own duplicate behind an external mapping
 * @GW_RM_OTHER: a dma-buf, a fabric attachment, a call in progress
 * @GW_RM_NR_HOLDERS: how many there are
 */
enum gw_rm_holder {
	GW_RM_HANDLE = 0,
	GW_RM_DUP,
	GW_RM_EXPORT,
	GW_RM_MAPPING,
	GW_RM_OTHER,
	GW_RM_NR_HOLDERS,
};

/**
 * struct gw_rm_mem - An allocation of video memory, or anything else that is charged once
 * @bytes: its charge; the caller's
 * @slot: the GPU it is charged on; the caller's
 * @nr_holders: all below
 * @holders: by enum gw_rm_holder
 */
struct gw_rm_mem {
	u64 bytes;
	u32 slot;
	u32 nr_holders;
	u32 holders[GW_RM_NR_HOLDERS];
};

/**
 * struct gw_rm_link - A place in the hash; private
 * @next: in the bucket
 * @at: what points to it
 * @key: of what is linked
 * @is_hold: is it a hold, not a node?
 */
struct gw_rm_link {
	struct gw_rm_link *next;
	struct gw_rm_link **at;
	u64 key;
	bool is_hold;
};

/**
 * struct gw_rm_file - A file of the driver's; its address is the owner's identity
 * @clients: made through this control file
 * @holds: parked on it (control file) or mapped through it (nvidia-uvm)
 */
struct gw_rm_file {
	struct list_head clients;
	struct list_head holds;
};

/**
 * struct gw_rm_node - A client or an object below one; all is private but the first three
 * @mem: what it holds, NULL for none
 * @class: the caller's
 * @slot: GPU that it is on; inherited from the parent by gw_rm_reserve(), and set by the caller
 *	before gw_rm_commit() where it opens a GPU
 * @client: handle of the client
 * @object: handle of the object, of the client itself for a client
 * @depth: 0 for a client
 * @nr_pins: pins and frees in progress, on it or anywhere below
 * @kind: enum gw_rm_holder, of @mem
 * @is_dying: being freed
 * @is_doomed: free or closed, to be reaped with all below; only ever set on the topmost
 * @is_zombie: doomed, and kept until the last pin goes
 * @link: by client and object
 * @sibling: in the parent's children, the file's clients, the tree's doomed or zombies
 * @children: of this node
 * @parent: NULL for a client, and for what was below a closed one and is pinned
 * @owner: of a client
 * @dependants: nodes that the driver frees together with it
 * @depends: in another's dependants
 */
struct gw_rm_node {
	struct gw_rm_mem *mem;
	u32 class;
	u32 slot;
	u32 client;
	u32 object;
	u32 depth;
	u32 nr_pins;
	u32 kind;
	bool is_dying;
	bool is_doomed;
	bool is_zombie;
	struct gw_rm_link link;
	struct list_head sibling;
	struct list_head children;
	struct gw_rm_node *parent;
	struct gw_rm_file *owner;
	struct list_head dependants;
	struct list_head depends;
};

/**
 * struct gw_rm_hold - Something that is no object and keeps an allocation alive
 * @mem: what it holds
 * @file: where it hangs
 * @base: address of the mapping; number of the export on its file
 * @length: of the mapping
 * @sub: which of several at one base (one for each GPU)
 * @kind: enum gw_rm_holder
 * @is_linked: can gw_rm_hold_find() find it? private, as what follows
 * @link: by file, base, sub and kind
 * @on_file: in the file's holds
 */
struct gw_rm_hold {
	struct gw_rm_mem *mem;
	struct gw_rm_file *file;
	u64 base;
	u64 length;
	u32 sub;
	u32 kind;
	bool is_linked;
	struct gw_rm_link link;
	struct list_head on_file;
};

/**
 * struct gw_rm_table - The hash's buckets
 * @buckets: 2^@bits of them, all NULL at first
 * @bits: 1 to 31
 */
struct gw_rm_table {
	struct gw_rm_link **buckets;
	u32 bits;
};

/**
 * struct gw_rm_tree - The clients of one job
 * @table: where all is found
 * @old: while growing, where the rest is; no buckets otherwise
 * @nr_moved: buckets of @old that are empty already
 * @nr_links: nodes and holds that can be found
 * @nr_nodes: committed and not yet reaped; for bounds and for people
 * @multiplier: of the hash, odd
 * @doomed: roots of what is to be reaped
 * @zombies: to be reaped once they are unpinned
 */
struct gw_rm_tree {
	struct gw_rm_table table;
	struct gw_rm_table old;
	u32 nr_moved;
	u32 nr_links;
	u32 nr_nodes;
	u64 multiplier;
	struct list_head doomed;
	struct list_head zombies;
};

/**
 * gw_rm_init() - Make @t empty
 * @t: the tree
 * @buckets: 2^@bits pointers, zeroed
 * @bits: 1 to 31
 * @seed: random and secret: tenants choose handles, and must not choose buckets
 */
void gw_rm_init(struct gw_rm_tree *t, struct gw_rm_link **buckets, u32 bits, u64 seed);

/** gw_rm_file_init() - Make @f a file with nothing on it */
void gw_rm_file_init(struct gw_rm_file *f);

/** gw_rm_wanted_bits() - Bits for gw_rm_grow() when the hash is too full, 0 when it is not */
u32 gw_rm_wanted_bits(const struct gw_rm_tree *t);

/**
 * gw_rm_grow() - Begin to use a larger hash
 * @t: the tree
 * @buckets: 2^@bits pointers, zeroed
 * @bits: more than it has
 *
 * Return: 0; -EBUSY still growing, -EINVAL no larger: @buckets is not used then.
 */
int gw_rm_grow(struct gw_rm_tree *t, struct gw_rm_link **buckets, u32 bits);

/**
 * gw_rm_grow_step() - Go on growing; to be called after each commit
 * @t: the tree
 * @nr: move at most as many buckets
 *
 * Return: the old buckets when the last one was moved: free them; NULL otherwise.
 */
struct gw_rm_link **gw_rm_grow_step(struct gw_rm_tree *t, u32 nr);

/**
 * gw_rm_find() - Find an object
 * @t: the tree
 * @file: whose clients; NULL for anybody's in this tree (a source to duplicate, a memory to
 *	map: the caller judges by the owner)
 * @client: handle
 * @object: handle; that of the client for the client itself
 * @out: result, on success only
 *
 * Return: 0; -ENOENT no such client or object; -EPERM the client is another file's, whatever
 * the object; -EBUSY it is being freed: wait, try again.
 */
int gw_rm_find(const struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client,
	       u32 object, struct gw_rm_node **out);

/** gw_rm_pin() - As gw_rm_find(), and it can not be freed until gw_rm_unpin() */
int gw_rm_pin(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 object,
	      struct gw_rm_node **out);

/** gw_rm_unpin() - The call that relied on @n is through; gw_rm_reap() to the end afterwards */
void gw_rm_unpin(struct gw_rm_tree *t, struct gw_rm_node *n);

/**
 * gw_rm_reserve() - Before an object is made: find and pin its parent
 * @t: the tree
 * @file: of the request
 * @client: handle
 * @parent: handle; that of the client for an object right below it
 * @n: memory of the node to be, in any state
 *
 * Return: 0: commit or abort must follow; errors of gw_rm_find(); -E2BIG too deep.
 */
int gw_rm_reserve(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 parent,
		  struct gw_rm_node *n);

/** gw_rm_reserve_client() - Before a client is made through @file; cannot fail */
void gw_rm_reserve_client(struct gw_rm_file *file, struct gw_rm_node *n);

/**
 * gw_rm_commit() - The driver made what was reserved
 * @t: the tree
 * @n: the node; the tree's until it is reaped
 * @handle: that the driver gave it. One that is known already is no error: the driver frees
 *	objects by itself at times. Both nodes stay, and both charges
 * @mem: what it holds, or NULL
 * @kind: GW_RM_HANDLE or GW_RM_DUP
 *
 * gw_rm_reap() to the end afterwards: the owner may have gone meanwhile.
 */
void gw_rm_commit(struct gw_rm_tree *t, struct gw_rm_node *n, u32 handle,
		  struct gw_rm_mem *mem, u32 kind);

/**
 * gw_rm_depend() - When @on is gone @n is, too, with all below
 * @n: just committed; depends on nothing yet
 * @on: pinned by the caller
 */
void gw_rm_depend(struct gw_rm_node *n, struct gw_rm_node *on);

/** gw_rm_abort() - The driver did not: @n is the caller's again. Reap afterwards, as above */
void gw_rm_abort(struct gw_rm_tree *t, struct gw_rm_node *n);

/**
 * gw_rm_detach() - Before an object is freed: it and all below can no longer be found
 * @t: the tree
 * @file: of the request
 * @client: handle
 * @object: handle
 * @out: result, on success only: drop or reattach must follow
 *
 * A handle that is used again meanwhile is a new node. When nothing is found the driver need not
 * be called: freeing what does not exist is a silent success there.
 *
 * Return: 0; errors of gw_rm_find(); -EBUSY also when it or something below is pinned.
 */
int gw_rm_detach(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 object,
		 struct gw_rm_node **out);

/** gw_rm_drop() - The driver freed it: @n and all below are for gw_rm_reap() now */
void gw_rm_drop(struct gw_rm_tree *t, struct gw_rm_node *n);

/** gw_rm_reattach() - The driver did not free it: all is as before. Reap afterwards */
void gw_rm_reattach(struct gw_rm_tree *t, struct gw_rm_node *n);

/**
 * gw_rm_close_client() - The file is closed: take one client off it
 * @t: the tree
 * @file: which
 *
 * Never fails; what is pinned by others' calls goes when they are through.
 *
 * Return: was there one? Call again until there is none, then reap.
 */
bool gw_rm_close_client(struct gw_rm_tree *t, struct gw_rm_file *file);

/** gw_rm_close_hold() - A hold of the closed file, for gw_rm_hold_del(); NULL for no more */
struct gw_rm_hold *gw_rm_close_hold(struct gw_rm_file *file);

/**
 * gw_rm_reap() - Take the next node out that is free or closed
 * @t: the tree
 * @mem: set to its allocation when that has no holder any more (uncharge, free), else to NULL
 *
 * Work is bounded by the depth and by the number of calls in progress. The lock may be given
 * up between two steps; who returns to a tenant reaps to the end first.
 *
 * Return: a node to free, NULL when there is none.
 */
struct gw_rm_node *gw_rm_reap(struct gw_rm_tree *t, struct gw_rm_mem **mem);

/** gw_rm_mem_get() - One more holder */
void gw_rm_mem_get(struct gw_rm_mem *mem, u32 kind);

/** gw_rm_mem_put() - One holder less. Was it the last one (uncharge, free)? */
bool gw_rm_mem_put(struct gw_rm_mem *mem, u32 kind);

/**
 * gw_rm_hold_add() - Something else holds @h->mem from now on
 * @t: the tree
 * @h: with the first six fields set by the caller. An equal one is no error, both stay: which
 *	of two mappings the driver made last is not known
 */
void gw_rm_hold_add(struct gw_rm_tree *t, struct gw_rm_hold *h);

/** gw_rm_hold_find() - The newest hold with these marks, NULL for none */
struct gw_rm_hold *gw_rm_hold_find(const struct gw_rm_tree *t, const struct gw_rm_file *file,
				   u32 kind, u64 base, u32 sub);

/** gw_rm_hold_detach() - Before it is ended: it holds, and can no longer be found */
void gw_rm_hold_detach(struct gw_rm_tree *t, struct gw_rm_hold *h);

/** gw_rm_hold_reattach() - The driver did not end it */
void gw_rm_hold_reattach(struct gw_rm_tree *t, struct gw_rm_hold *h);

/**
 * gw_rm_hold_del() - It is over
 * @t: the tree
 * @h: the hold, the caller's again
 *
 * Return: its allocation when that has no holder any more (uncharge, free), else NULL.
 */
struct gw_rm_mem *gw_rm_hold_del(struct gw_rm_tree *t, struct gw_rm_hold *h);

/** gw_rm_sane() - Do links, counts, pins and depths agree? Walks everything */
bool gw_rm_sane(const struct gw_rm_tree *t);

#endif /* _GW_NV_RMTREE_H */
