// SPDX-License-Identifier: GPL-2.0-only
/*
 * For what holds memory and is no object: pins of the memory during a call, holds after it. Owns
 * the memory of holds. Must not know what they are for.
 */
#include "nv/object/objects_priv.h"

#include <linux/slab.h>

static int pin(struct gw_nv_call *c)
{
	c->about = c->effect->client;
	return gw_nv_pin_object(c->file->objects, NULL, c->about, c->effect->object, &c->source);
}

static int mem_pin(struct gw_file *f, u32 client, u32 object, struct gw_nv_pinned *p,
		   int (*how)(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *c)))
{
	const struct gw_nv_effect e = { .client = client, .object = object, .what = "mapping" };
	struct gw_nv_call c = { .file = gw_nv_file(f), .effect = &e };
	int ret;

	*p = (struct gw_nv_pinned){ };
	if (!c.file)
		return 0;
	ret = gw_nv_make_room(c.file->objects) ?: how(&c, pin);
	if (ret)
		return gw_nv_answer(&c, ret);
	p->objects = c.file->objects;
	p->node = c.source;
	p->mem = gw_nv_mem_of(c.source->mem);
	return 0;
}

int gw_nv_mem_pin(struct gw_file *f, u32 client, u32 object, struct gw_nv_pinned *p)
{
	return mem_pin(f, client, object, p, gw_nv_attempt);
}

int gw_nv_mem_try_pin(struct gw_file *f, u32 client, u32 object, struct gw_nv_pinned *p)
{
	return mem_pin(f, client, object, p, gw_nv_once);
}

void gw_nv_mem_unpin(struct gw_nv_pinned *p)
{
	if (!p->node)
		return;
	spin_lock(&p->objects->lock);
	gw_nv_unpin_object(p->objects, p->node);
	spin_unlock(&p->objects->lock);
	gw_nv_settled(p->objects);
	p->node = NULL;
}

struct gw_nv_hold *gw_nv_hold_alloc(void)
{
	return kzalloc(sizeof(struct gw_nv_hold), GFP_KERNEL_ACCOUNT);
}

void gw_nv_hold_add(struct gw_file *f, struct gw_nv_hold *h, struct gw_nv_pinned *p, u32 kind,
		    u64 base, u64 length, u32 sub)
{
	struct gw_nv_file *nf = gw_nv_file(f);

	h->rm = (struct gw_rm_hold){
		.mem = &p->mem->rm, .file = &nf->rm, .base = base, .length = length,
		.sub = sub, .kind = kind,
	};
	spin_lock(&nf->objects->lock);
	gw_rm_hold_add(&nf->objects->tree, &h->rm);
	spin_unlock(&nf->objects->lock);
}

struct gw_nv_hold *gw_nv_hold_detach(struct gw_file *f, u32 kind, u64 base, u32 sub)
{
	struct gw_nv_file *nf = gw_nv_file(f);
	struct gw_rm_hold *h;

	spin_lock(&nf->objects->lock);
	h = gw_rm_hold_find(&nf->objects->tree, &nf->rm, kind, base, sub);
	if (h)
		gw_rm_hold_detach(&nf->objects->tree, h);
	spin_unlock(&nf->objects->lock);
	return h ? container_of(h, struct gw_nv_hold, rm) : NULL;
}

void gw_nv_hold_reattach(struct gw_file *f, struct gw_nv_hold *h)
{
	struct gw_nv_objects *t = gw_nv_file(f)->objects;

	spin_lock(&t->lock);
	gw_rm_hold_reattach(&t->tree, &h->rm);
	spin_unlock(&t->lock);
}

void gw_nv_hold_end(struct gw_file *f, struct gw_nv_hold *h)
{
	struct gw_nv_objects *t = gw_nv_file(f)->objects;
	struct gw_nv_mem *unused;

	spin_lock(&t->lock);
	unused = gw_nv_mem_of(gw_rm_hold_del(&t->tree, &h->rm));
	if (unused)
		gw_nv_mem_unused(unused);
	spin_unlock(&t->lock);
	kfree(h);
	gw_nv_mem_free(unused);
}
