// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request around the driver's call: what it relies on is pinned and what it takes is charged
 * before, what became of it is settled after. Owns which answer a request gets that the driver
 * must not see. Must not copy, decode or call the driver.
 */
#include "nv/object/objects_priv.h"

#include "base/refuse.h"
#include "placement/pool.h"
#include "nv/decode/abi.h"

#include <linux/slab.h>

/* --- answers --------------------------------------------------------------------------------- */

/* Refuse because of @client, which no file here made. Audit mode: 0. */
static int answer_client(struct gw_nv_call *c, u32 client)
{
	struct gw_nv_objects *t = c->file->objects;

	if (gw_nv_is_foreign(t, client))
		return gw_refuse(t->accel->vm, -EPERM, "%s: client 0x%x is not this accelerator's",
				 c->effect->what, client) ? GW_NV_INSUFFICIENT_PERMISSIONS : 0;
	/*
	 * The host's, one of a file that was opened before, or none. The driver's own answer to a
	 * client of another file: what might hold memory must not be made where it is not followed.
	 */
	return gw_is_audit() ? 0 : GW_NV_INVALID_CLIENT;
}

int gw_nv_answer(struct gw_nv_call *c, int ret)
{
	struct gw_vm *vm = c->file->objects->accel->vm;

	switch (ret) {
	case -ENODEV:
		ret = answer_client(c, c->about);
		break;
	case -EPERM:
		ret = gw_is_audit() ? 0 : GW_NV_INVALID_CLIENT;
		break;
	case -ENOENT:
		ret = gw_is_audit() ? 0 : GW_NV_OBJECT_NOT_FOUND;
		break;
	case -ENODATA:
		ret = gw_is_audit() ? 0 : GW_NV_INVALID_OBJECT_PARENT;
		break;
	case -ENXIO:
		ret = gw_refuse(vm, -EPERM, "%s on a GPU that is not placed", c->effect->what) ?
		      GW_NV_INSUFFICIENT_PERMISSIONS : 0;
		break;
	case -EBADFD:
		ret = gw_refuse(vm, -EPERM, "%s with a file that is not the VM's",
				c->effect->what) ? GW_NV_INSUFFICIENT_PERMISSIONS : 0;
		break;
	case -E2BIG:
	case -ENOSPC:
		ret = gw_refuse(vm, -ENOSPC, "%s: too many objects", c->effect->what) ?
		      GW_NV_NO_MEMORY : 0;
		break;
	case -EDQUOT:
	case -ENOMEM:
		ret = GW_NV_NO_MEMORY;
		break;
	}
	if (!ret)
		c->file = NULL;		/* permissive mode: on it goes, unknown to us */
	return ret;
}

int gw_nv_once(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *))
{
	int ret;

	spin_lock(&c->file->objects->lock);
	ret = attempt(c);
	spin_unlock(&c->file->objects->lock);
	return ret;
}

int gw_nv_attempt(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *))
{
	int ret;

	if (wait_event_killable(c->file->objects->wq, (ret = gw_nv_once(c, attempt)) != -EBUSY))
		return -EINTR;
	return ret;
}

/* --- what a new object holds --------------------------------------------------------------------- */

/* The call in progress is a holder, too, until put_mem(). */
static void get_mem(struct gw_nv_call *c, struct gw_nv_mem *mem)
{
	gw_rm_mem_get(&mem->rm, GW_RM_OTHER);
	c->mem = mem;
}

/* With the tree's lock. Returns what is to be freed without it. */
static struct gw_nv_mem *put_mem(struct gw_nv_call *c)
{
	struct gw_nv_mem *mem = c->mem;

	c->mem = NULL;
	if (!mem || !gw_rm_mem_put(&mem->rm, GW_RM_OTHER))
		return NULL;
	gw_nv_mem_unused(mem);
	return mem;
}

static int charge(struct gw_nv_call *c, u64 bytes)
{
	struct gw_nv_mem *mem = gw_nv_mem_alloc();
	int ret;

	if (!mem)
		return -ENOMEM;
	mem->rm.slot = c->node->rm.slot;
	ret = gw_charge_take(&mem->charge, c->file->file->proc, mem->rm.slot, bytes);
	if (ret) {
		kfree(mem);
		return ret == -ENODEV ? -ENXIO : ret;
	}
	get_mem(c, mem);
	return 0;
}

static int join_context(struct gw_nv_call *c)
{
	struct gw_nv_mem *mem = gw_nv_context_find(c);

	if (mem)
		get_mem(c, mem);
	return mem ? 0 : -ENOENT;
}

static int publish_context(struct gw_nv_call *c)
{
	gw_nv_context_publish(c, c->mem);
	return 0;
}

/* Two threads that make the first group at once: the constant is charged twice until both end. */
static int charge_context(struct gw_nv_call *c)
{
	u64 bytes = READ_ONCE(gw_context_bytes);
	int ret = gw_nv_once(c, join_context);

	if (!ret || !bytes)
		return 0;
	ret = charge(c, bytes);
	return ret ?: gw_nv_once(c, publish_context);
}

/* The driver has it from the call on, and its process is asked about at any time. */
static int count_new(struct gw_nv_call *c)
{
	const struct gw_job *job = c->mem->charge.job;

	gw_nv_count(c->file->objects, c->node, c->mem->rm.slot, c->mem->charge.bytes);
	if (job && c->node->maker)
		c->node->maker->job = job->id;
	return 0;
}

/* Charged nothing: what will be attached to it is charged already. */
static int make_gatherer(struct gw_nv_call *c)
{
	struct gw_nv_mem *mem = gw_nv_mem_alloc();

	if (!mem)
		return -ENOMEM;
	mem->rm.slot = GW_RM_NO_SLOT;
	mem->gathers = true;
	get_mem(c, mem);
	return 0;
}

static int charge_for(struct gw_nv_call *c)
{
	const struct gw_nv_effect *e = c->effect;

	if (e->gathers)
		return make_gatherer(c);
	if (c->node->rm.slot == GW_RM_NO_SLOT)
		return e->takes ? -ENODATA : 0;
	if (e->takes)
		return charge(c, e->charge) ?: gw_nv_once(c, count_new);
	return e->is_context ? charge_context(c) : 0;
}

/* --- making ------------------------------------------------------------------------------------ */

static int reserve_client(struct gw_nv_call *c)
{
	if (c->file->is_linking)
		return -EBUSY;		/* whose will it be? */
	c->owner = gw_nv_owner(c->file);
	c->file->nr_making++;
	gw_rm_reserve_client(&c->owner->rm, &c->node->rm);
	c->node->maker = c->maker;
	c->maker = NULL;
	c->is_reserved = true;
	return 0;
}

int gw_nv_reserve(struct gw_nv_call *c, u32 parent, struct gw_nv_node *n, bool makes)
{
	const struct gw_nv_effect *e = c->effect;
	struct gw_rm_tree *tree = &c->file->objects->tree;
	int ret = gw_nv_check_client(c->file->objects, c->owner, e->client);
	struct gw_rm_node *client;

	c->about = e->client;
	ret = ret ?: gw_rm_find(tree, &c->owner->rm, e->client, e->client, &client);
	if (!ret && ((makes && gw_nv_node_of(client)->nr_blind) ||
		     (parent && gw_nv_is_being_made(c->file->objects, c, e->client, parent))))
		ret = -EBUSY;
	if (ret)
		return ret;
	ret = parent ? gw_rm_reserve(tree, &c->owner->rm, e->client, parent, &n->rm) : -ENOENT;
	/* What stands between is not followed. What takes memory needs to know its GPU. */
	if (ret == -ENOENT && !e->takes)
		ret = gw_rm_reserve(tree, &c->owner->rm, e->client, e->client, &n->rm);
	n->making_below = !ret && makes ? gw_nv_node_of(client) : NULL;
	if (n->making_below)
		n->making_below->nr_making++;
	n->maker = ret ? NULL : gw_nv_node_of(client)->maker;
	if (n->maker)
		n->maker->nr_nodes++;
	return ret;
}

static void abort_reserve(struct gw_nv_call *c)
{
	gw_nv_reserve_abort(c->file->objects, c->node);
	c->is_reserved = false;
}

static int reserve(struct gw_nv_call *c)
{
	int ret = gw_nv_making(c);

	ret = ret ?: gw_nv_reserve(c, c->effect->parent, c->node,
				   c->effect->takes || c->effect->gathers);
	if (!ret && c->effect->is_context) {
		ret = gw_nv_context_reserve(c);
		if (ret)
			gw_nv_reserve_abort(c->file->objects, c->node);
	}
	c->is_reserved = !ret;
	if (ret)
		gw_nv_making_end(c);
	return ret;
}

/* Both or none: who waits holds nothing that others could wait for. */
static int reserve_dup(struct gw_nv_call *c)
{
	const struct gw_nv_effect *e = c->effect;
	struct gw_nv_objects *t = c->file->objects;
	int ret = gw_nv_pin_object(t, NULL, e->src_client, e->src_object, &c->source);

	c->about = e->src_client;
	if (ret) {
		c->source = NULL;
		return ret;
	}
	ret = gw_nv_making(c) ?: gw_nv_reserve(c, e->parent, c->node, c->source->depth);
	c->is_reserved = !ret;
	if (ret) {
		gw_nv_making_end(c);
		gw_nv_unpin_object(t, c->source);
		c->source = NULL;
	} else if (e->class != NV_MEMORY_FABRIC) {	/* which the driver does not count */
		gw_nv_count(t, c->node, gw_nv_node_of(c->source)->counted_on,
			    gw_nv_node_of(c->source)->counted);
	}
	return ret;
}

static int make_before(struct gw_nv_call *c, int (*attempt)(struct gw_nv_call *))
{
	const struct gw_nv_effect *e = c->effect;
	int minor = -1, ret;

	c->node = gw_nv_node_alloc();
	if (!c->node)
		return -ENOMEM;
	ret = gw_nv_make_room(c->file->objects);
	if (!ret && e->act == GW_NV_MAKE_CLIENT)
		ret = gw_nv_maker_get(c->file->objects, &c->maker);
	if (ret)
		return ret;
	if (e->is_device)
		minor = gw_place_minor_of(c->file->objects->accel, e->instance);
	ret = gw_nv_attempt(c, attempt);
	if (ret)
		return ret;
	if (e->is_device)
		c->node->rm.slot = minor < 0 ? GW_RM_NO_SLOT : minor;
	return e->act == GW_NV_MAKE ? charge_for(c) : 0;
}

/* The driver's figure is the truth; an answer that is no figure leaves what was charged. */
static void settle(struct gw_nv_call *c, const void *outer, const void *nested)
{
	u64 real = gw_nv_real_bytes(c->effect, outer, nested);

	if (real != GW_NV_UNCOUNTABLE)
		gw_charge_settle(&c->mem->charge, real);
}

static void make_after(struct gw_nv_call *c, const void *outer, const void *nested, bool done)
{
	struct gw_nv_objects *t = c->file->objects;
	u32 kind = c->effect->act == GW_NV_DUP ? GW_RM_DUP : GW_RM_HANDLE;
	struct gw_nv_mem *mem = c->mem, *unused;
	struct gw_nv_node *node = c->node;

	done = done && c->is_reserved;
	if (done && c->effect->takes && mem)
		settle(c, outer, nested);
	spin_lock(&t->lock);
	if (c->source)
		mem = gw_nv_mem_of(c->source->mem);
	if (c->effect->act == GW_NV_MAKE_CLIENT && c->is_reserved)
		c->file->nr_making--;
	if (c->maker)			/* it came to no reservation */
		gw_nv_maker_put(t, c->maker);
	if (done && c->effect->takes && mem)
		gw_nv_count(t, node, mem->rm.slot, mem->charge.bytes);
	if (done) {
		gw_nv_reserve_end(node);
		gw_nv_commit(t, node, gw_nv_new_handle(c->effect, outer), mem, kind);
		gw_nv_context_end(c, true);
	} else if (c->is_reserved) {
		abort_reserve(c);
	}
	gw_nv_context_end(c, false);
	gw_nv_making_end(c);
	if (c->source)
		gw_nv_unpin_object(t, c->source);
	unused = put_mem(c);
	spin_unlock(&t->lock);
	if (!done)
		kfree(node);
	gw_nv_mem_free(unused);
}

/* --- freeing, sharing ----------------------------------------------------------------------------- */

static int detach(struct gw_nv_call *c)
{
	const struct gw_nv_effect *e = c->effect;
	struct gw_nv_objects *t = c->file->objects;
	int ret = gw_nv_check_client(t, c->owner, e->client);

	c->about = e->client;
	if (!ret)
		ret = e->object ? gw_rm_detach(&t->tree, &c->owner->rm, e->client, e->object,
					       &c->dying) : -ENOENT;
	return ret;
}

static int free_before(struct gw_nv_call *c)
{
	int ret = gw_nv_attempt(c, detach);

	if (ret == -ENOENT) {	/* not ours to follow: the driver made it by itself, or nobody did */
		c->file = NULL;
		ret = 0;
	}
	return ret;
}

static void free_after(struct gw_nv_call *c, bool done)
{
	struct gw_nv_objects *t = c->file->objects;

	if (!c->dying)
		return;
	spin_lock(&t->lock);
	if (done)
		gw_rm_drop(&t->tree, c->dying);
	else
		gw_rm_reattach(&t->tree, c->dying);
	spin_unlock(&t->lock);
}

/* --- the way in and out --------------------------------------------------------------------------- */

static int before(struct gw_nv_call *c)
{
	switch (c->effect->act) {
	case GW_NV_MAKE_CLIENT:
		return make_before(c, reserve_client);
	case GW_NV_MAKE:
		return make_before(c, reserve);
	case GW_NV_DUP:
		return make_before(c, reserve_dup);
	case GW_NV_FREE:
		return free_before(c);
	case GW_NV_SHARE:
		return gw_nv_attempt(c, gw_nv_check_own);
	case GW_NV_EXPORT:
		return gw_nv_export_before(c);
	case GW_NV_IMPORT:
		return gw_nv_import_before(c);
	case GW_NV_ATTACH:
		return gw_nv_attach_before(c);
	case GW_NV_DETACH:
		return gw_nv_detach_before(c);
	case GW_NV_NAME:
		return gw_nv_name_before(c);
	default:
		c->file = NULL;
		return 0;
	}
}

static void after(struct gw_nv_call *c, const void *outer, const void *nested, bool done)
{
	struct gw_nv_objects *t = c->file->objects;

	switch (c->effect->act) {
	case GW_NV_MAKE_CLIENT:
	case GW_NV_MAKE:
	case GW_NV_DUP:
		make_after(c, outer, nested, done);
		break;
	case GW_NV_FREE:
		free_after(c, done);
		break;
	case GW_NV_EXPORT:
		gw_nv_export_after(c, done);
		break;
	case GW_NV_IMPORT:
		gw_nv_import_after(c, outer, nested, done);
		break;
	case GW_NV_ATTACH:
		gw_nv_attach_after(c, done);
		break;
	case GW_NV_DETACH:
		gw_nv_detach_after(c, done);
		break;
	case GW_NV_NAME:
		gw_nv_name_after(c);
		break;
	}
	gw_nv_settled(t);
}

int gw_nv_objects_before(struct gw_nv_call *c, struct gw_file *f, const struct gw_nv_effect *e,
			 const void *outer, const void *nested)
{
	int ret;

	*c = (struct gw_nv_call){
		.file = gw_nv_file(f), .effect = e, .outer = outer, .nested = nested,
	};
	if (!c->file)
		return 0;
	c->owner = gw_nv_owner(c->file);
	ret = before(c);
	if (!ret)
		return 0;
	after(c, NULL, NULL, false);
	return gw_nv_answer(c, ret);
}

void gw_nv_objects_after(struct gw_nv_call *c, const void *outer, const void *nested)
{
	if (c->file)
		after(c, outer, nested, gw_nv_status(c->effect, outer) == GW_NV_OK);
}

void gw_nv_objects_undo(struct gw_nv_call *c)
{
	if (c->file)
		after(c, NULL, NULL, false);
}

int gw_nv_objects_gpu(struct gw_file *f, u32 client, u32 object)
{
	struct gw_nv_file *nf = gw_nv_file(f);
	struct gw_rm_node *n;
	int minor = -1;

	if (!nf || !object)
		return -1;
	spin_lock(&nf->objects->lock);
	if (!gw_rm_find(&nf->objects->tree, &gw_nv_owner(nf)->rm, client, object, &n) &&
	    n->slot != GW_RM_NO_SLOT)
		minor = n->slot;
	spin_unlock(&nf->objects->lock);
	return minor;
}
