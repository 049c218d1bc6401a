// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver takes for a context by itself: one constant for each address space on a GPU, with
 * its first channel group, and until its last is gone. Owns which context a group is part of. Must
 * not know what a request looks like.
 *
 * A group that names no address space is in that of its device; a channel in a group in that of the
 * group. Where the space is not known (a duplicate of it, say), so is the device's.
 */
#include "nv/object/objects_priv.h"

#include "base/refuse.h"

/* With the tree's lock, when the group is reserved: 0, -EBUSY the space is being freed, or made. */
int gw_nv_context_reserve(struct gw_nv_call *c)
{
	const struct gw_nv_effect *e = c->effect;
	struct gw_nv_objects *t = c->file->objects;
	struct gw_rm_node *space;
	int ret = -ENOENT;

	if (e->space && gw_nv_is_being_made(t, c, e->client, e->space))
		return -EBUSY;
	if (e->space)
		ret = gw_rm_pin(&t->tree, &c->owner->rm, e->client, e->space, &space);
	if (!ret)
		c->space = gw_nv_node_of(space);
	return ret == -EBUSY ? ret : 0;
}

/* Whose address space it is: its own, or that of what it hangs below, which its reservation pins. */
static struct gw_nv_node *space_of(struct gw_nv_call *c)
{
	return c->space ?: gw_nv_node_of(c->node->rm.parent);
}

/* With the tree's lock: what the context has been charged already, if it has. */
struct gw_nv_mem *gw_nv_context_find(struct gw_nv_call *c)
{
	struct gw_nv_node *space = space_of(c);
	struct gw_nv_mem *mem = gw_nv_mem_of(space->rm.mem);

	return mem && mem->is_context ? mem : space->context;
}

/* With the tree's lock: from now on its other groups find @mem. */
void gw_nv_context_publish(struct gw_nv_call *c, struct gw_nv_mem *mem)
{
	struct gw_nv_node *space = space_of(c);

	mem->is_context = true;
	if (space->context)	/* of two first groups at once each has its own */
		return;
	space->context = mem;
	mem->space = space;
}

/* With the tree's lock: @n goes, or @mem has no holder any more; either may be NULL. */
void gw_nv_context_forget(struct gw_nv_node *n, struct gw_nv_mem *mem)
{
	if (n && n->context) {
		n->context->space = NULL;
		n->context = NULL;
	}
	if (mem && mem->space) {
		mem->space->context = NULL;
		mem->space = NULL;
	}
}

/* With the tree's lock, in place of what gw_nv_context_reserve() began: made, or not. */
void gw_nv_context_end(struct gw_nv_call *c, bool made)
{
	if (!c->space)
		return;
	if (made)	/* the driver frees it with its address space */
		gw_rm_depend(&c->node->rm, &c->space->rm);
	gw_rm_unpin(&c->file->objects->tree, &c->space->rm);
	c->space = NULL;
}
