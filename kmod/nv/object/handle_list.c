// SPDX-License-Identifier: GPL-2.0-only
/*
 * The objects that a request lists: room for what is noted of each, pins while the driver acts on them.
 * Must not know what they are listed for, but where nothing else is done with them: clients that are
 * named.
 */
#include "nv/object/objects_priv.h"

#include <linux/mm.h>
#include <linux/slab.h>

u32 gw_nv_item_handle(const struct gw_nv_call *c, u32 i)
{
	return gw_nv_listed(c->effect, c->outer, c->nested, i);
}

void gw_nv_items_free(struct gw_nv_call *c)
{
	u32 i;

	for (i = 0; i < c->nr_items; i++) {
		kfree(c->items[i].node);
		kfree(c->items[i].hold);
	}
	kvfree(c->items);
	c->items = NULL;
	c->nr_items = 0;
}

static int alloc_list(struct gw_nv_call *c)
{
	c->items = kvcalloc(max(c->effect->nr_list, 1u), sizeof(*c->items), GFP_KERNEL_ACCOUNT);
	return c->items ? 0 : -ENOMEM;
}

int gw_nv_items_alloc(struct gw_nv_call *c, bool nodes)
{
	u32 i, nr = c->effect->nr_list;
	int ret = gw_nv_make_room(c->file->objects) ?: alloc_list(c);

	if (ret)
		return ret;
	for (c->nr_items = 0; c->nr_items < nr; c->nr_items++) {
		i = c->nr_items;
		if (nodes)
			c->items[i].node = gw_nv_node_alloc();
		else
			c->items[i].hold = gw_nv_hold_alloc();
		if (!c->items[i].node && !c->items[i].hold)
			return -ENOMEM;
	}
	return 0;
}

void gw_nv_items_unpin(struct gw_nv_call *c)
{
	u32 i;

	for (i = 0; i < c->nr_items; i++)
		if (c->items[i].source)
			gw_nv_unpin_object(c->file->objects, c->items[i].source);
	for (i = 0; i < c->nr_items; i++)
		c->items[i].source = NULL;
}

int gw_nv_check_own(struct gw_nv_call *c)
{
	c->about = c->effect->client;
	return gw_nv_check_client(c->file->objects, c->owner, c->about);
}

/* A client that is named may be any of the accelerator's, and is pinned so that its number stays its. */
static int pin_source(struct gw_nv_call *c, u32 handle, struct gw_rm_node **source)
{
	struct gw_nv_objects *t = c->file->objects;
	u32 client = c->effect->client;

	if (c->effect->act != GW_NV_NAME)
		return gw_nv_pin_object(t, c->owner, client, handle, source);
	if (handle == client)
		return 0;
	c->about = handle;
	return gw_nv_pin_object(t, NULL, handle, handle, source);
}

int gw_nv_items_pin(struct gw_nv_call *c)
{
	struct gw_rm_node *source;
	int ret = 0;
	u32 i;

	for (i = 0; i < c->nr_items && !ret; i++) {
		source = NULL;
		if (gw_nv_item_handle(c, i))
			ret = pin_source(c, gw_nv_item_handle(c, i), &source);
		if (!ret)
			c->items[i].source = source;
	}
	if (ret)
		gw_nv_items_unpin(c);
	return ret;
}

int gw_nv_name_before(struct gw_nv_call *c)
{
	int ret = alloc_list(c);

	if (ret)
		return ret;
	c->nr_items = c->effect->nr_list;
	return gw_nv_attempt(c, gw_nv_items_pin);
}

void gw_nv_name_after(struct gw_nv_call *c)
{
	spin_lock(&c->file->objects->lock);
	gw_nv_items_unpin(c);
	spin_unlock(&c->file->objects->lock);
	gw_nv_items_free(c);
}
