// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handles in the making, and objects that a call relies on: who may go ahead, who must wait. All with
 * the tree's lock held. Must not charge, nor know what a request is for.
 */
#include "nv/object/objects_priv.h"

/* 0: any, as the driver picks it. */
static u32 wanted(const struct gw_nv_call *c)
{
	return c->effect->act == GW_NV_IMPORT ? 0 : c->effect->object;
}

bool gw_nv_is_being_made(struct gw_nv_objects *t, const struct gw_nv_call *self, u32 client,
			 u32 handle)
{
	struct gw_nv_call *c;

	list_for_each_entry(c, &t->making, making)
		if (c != self && c->effect->client == client &&
		    (!wanted(c) || !handle || wanted(c) == handle))
			return true;
	return false;
}

int gw_nv_making(struct gw_nv_call *c)
{
	struct gw_nv_objects *t = c->file->objects;

	if (gw_nv_is_being_made(t, c, c->effect->client, wanted(c)))
		return -EBUSY;
	list_add(&c->making, &t->making);
	return 0;
}

void gw_nv_making_end(struct gw_nv_call *c)
{
	if (c->making.next)
		list_del(&c->making);
	c->making.next = NULL;
}

int gw_nv_pin_object(struct gw_nv_objects *t, const struct gw_nv_file *owner, u32 client,
		     u32 object, struct gw_rm_node **out)
{
	const struct gw_rm_file *file = owner ? &owner->rm : NULL;
	int ret = gw_nv_check_client(t, owner, client);

	if (ret)
		return ret;
	if (object && gw_nv_is_being_made(t, NULL, client, object))
		return -EBUSY;
	ret = object && object != client ? gw_rm_pin(&t->tree, file, client, object, out) : -ENOENT;
	if (ret != -ENOENT)
		return ret;
	ret = gw_rm_find(&t->tree, file, client, client, out);
	if (ret || gw_nv_node_of(*out)->nr_making)
		return ret ?: -EBUSY;
	gw_nv_node_of(*out)->nr_blind++;
	return gw_rm_pin(&t->tree, file, client, client, out);
}

void gw_nv_unpin_object(struct gw_nv_objects *t, struct gw_rm_node *n)
{
	if (!n->depth)
		gw_nv_node_of(n)->nr_blind--;
	gw_rm_unpin(&t->tree, n);
}

/* Its client is there: a call that makes something of it pins it, and keeps its file open. */
void gw_nv_reserve_end(struct gw_nv_node *n)
{
	if (n->making_below)
		n->making_below->nr_making--;
	n->making_below = NULL;
}

void gw_nv_reserve_abort(struct gw_nv_objects *t, struct gw_nv_node *n)
{
	gw_nv_reserve_end(n);
	gw_nv_uncount(t, n);
	gw_rm_abort(&t->tree, &n->rm);
}
