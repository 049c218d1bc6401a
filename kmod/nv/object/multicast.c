// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is attached to multicast memory, up to branch 565: the driver has a duplicate of it until it is
 * detached, or until the last object that stands for the multicast memory has gone, whichever it was
 * attached by. Owns the lists of what is attached. Must not charge: what is attached is charged already.
 */
#include "nv/object/objects_priv.h"

#include <linux/slab.h>

/* With the tree's lock, when @c->source is pinned: what this is about; NULL: no multicast memory. */
static struct gw_nv_mem *gatherer(struct gw_nv_call *c)
{
	struct gw_nv_mem *mem = gw_nv_mem_of(c->source->mem);

	return mem && mem->gathers ? mem : NULL;
}

/* One call at a time for each, so that what is noted, in whose order, is what the driver has. */
static int begin(struct gw_nv_call *c)
{
	const struct gw_nv_effect *e = c->effect;
	int ret = gw_nv_pin_object(c->file->objects, c->owner, e->client, e->object, &c->source);

	if (ret) {
		c->source = NULL;
		return ret;
	}
	if (!gatherer(c))
		ret = -ENOENT;		/* the driver would not find it, either */
	else if (gatherer(c)->is_gathering)
		ret = -EBUSY;
	if (!ret) {
		gatherer(c)->is_gathering = true;
		return 0;
	}
	gw_nv_unpin_object(c->file->objects, c->source);
	c->source = NULL;
	return ret;
}

static void end(struct gw_nv_call *c)
{
	if (!c->source)
		return;
	gatherer(c)->is_gathering = false;
	gw_nv_unpin_object(c->file->objects, c->source);
	c->source = NULL;
}

static int begin_attach(struct gw_nv_call *c)
{
	int ret = gw_nv_check_own(c) ?: gw_nv_items_pin(c);

	if (ret)
		return ret;
	ret = begin(c);
	if (!ret && gatherer(c)->nr_attached >= GW_NV_ATTACHED_MAX) {
		end(c);
		ret = -ENOSPC;
	}
	if (ret)
		gw_nv_items_unpin(c);
	return ret;
}

int gw_nv_attach_before(struct gw_nv_call *c)
{
	return gw_nv_items_alloc(c, false) ?: gw_nv_attempt(c, begin_attach);
}

static void attach(struct gw_nv_mem *to, struct gw_nv_item *it, u64 at)
{
	if (!it->source || !it->source->mem || gw_nv_mem_of(it->source->mem)->gathers)
		return;
	it->hold->rm.mem = it->source->mem;
	it->hold->rm.base = at;
	gw_rm_mem_get(it->hold->rm.mem, GW_RM_OTHER);
	list_add(&it->hold->rm.on_file, &to->attached);
	to->nr_attached++;
	it->hold = NULL;
}

void gw_nv_attach_after(struct gw_nv_call *c, bool done)
{
	struct gw_nv_objects *t = c->file->objects;
	u32 i;

	spin_lock(&t->lock);
	for (i = 0; done && i < c->nr_items; i++)
		attach(gatherer(c), &c->items[i], c->effect->at);
	end(c);
	gw_nv_items_unpin(c);
	spin_unlock(&t->lock);
	gw_nv_items_free(c);
}

/* The driver looks for it by the GPU and the address. */
static struct gw_nv_hold *find_attached(struct gw_nv_call *c)
{
	struct gw_nv_objects *t = c->file->objects;
	const struct gw_nv_effect *e = c->effect;
	struct gw_rm_node *gpu;
	struct gw_nv_hold *h;

	if (gw_rm_find(&t->tree, &c->owner->rm, e->client, gw_nv_item_handle(c, 0), &gpu))
		return NULL;
	list_for_each_entry(h, &gatherer(c)->attached, rm.on_file)
		if (h->rm.base == e->at && h->rm.mem->slot == gpu->slot)
			return h;
	return NULL;
}

/* Found now: the number may be another GPU's when the driver comes back, the object be freed by then. */
static int begin_detach(struct gw_nv_call *c)
{
	int ret = gw_nv_check_own(c) ?: begin(c);

	if (!ret)
		c->hold = find_attached(c);
	return ret;
}

int gw_nv_detach_before(struct gw_nv_call *c)
{
	return gw_nv_attempt(c, begin_detach);
}

/* With the tree's lock. Returns what is to be freed without it. */
static struct gw_nv_mem *detach(struct gw_nv_mem *from, struct gw_nv_hold *h)
{
	struct gw_nv_mem *mem = gw_nv_mem_of(h->rm.mem);

	list_del(&h->rm.on_file);
	from->nr_attached--;
	if (!gw_rm_mem_put(&mem->rm, GW_RM_OTHER))
		return NULL;
	gw_nv_mem_unused(mem);
	return mem;
}

void gw_nv_detach_after(struct gw_nv_call *c, bool done)
{
	struct gw_nv_objects *t = c->file->objects;
	struct gw_nv_mem *unused = NULL;

	spin_lock(&t->lock);
	done = done && c->hold;
	if (done)
		unused = detach(gatherer(c), c->hold);
	end(c);
	spin_unlock(&t->lock);
	if (done)
		kfree(c->hold);
	gw_nv_mem_free(unused);
}
