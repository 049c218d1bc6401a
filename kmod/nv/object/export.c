// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that name a file by its descriptor: linking a file to a control file, parking objects on
 * one, taking them from it.
 * Owns that the file which was judged is the one that the driver uses. Must not copy or decode.
 */
#include "nv/object/objects_priv.h"

#include "object/binding.h"
#include "base/refuse.h"

#include <linux/file.h>
#include <linux/slab.h>

/* --- descriptors ------------------------------------------------------------------------------- */

/* Calls with a descriptor that was judged. */
DEFINE_GW_TASKS(calls);

/*
 * c->filp and c->target, from the caller's own table. No file there: the driver says so itself.
 * -EBADFD: a file that is not its accelerator's.
 */
static int open_target(struct gw_nv_call *c, struct gw_nv_file *nf, int fd)
{
	struct gw_accel *a = nf->objects->accel;
	struct gw_file *f;

	c->filp = fd < 0 ? NULL : fget(fd);
	f = c->filp ? gw_file_find(c->filp) : NULL;	/* c->filp keeps it */
	if (!f || f->proc->accel != a)	/* permissive mode goes on with it, and must not touch its tree */
		return c->filp ? -EBADFD : 0;
	c->target = gw_nv_file(f);
	return 0;
}

static void watch(struct gw_nv_call *c)
{
	gw_task_enter(&calls, &c->task);
}

static void close_target(struct gw_nv_call *c)
{
	if (c->task.task)
		gw_task_leave(&calls, &c->task);
	if (c->filp)
		fput(c->filp);
	c->filp = NULL;
	c->target = NULL;
}

static bool is_expected(struct file *filp)
{
	struct gw_task *t = gw_task_find(&calls);

	return !t || container_of(t, struct gw_nv_call, task)->filp == filp;
}

bool gw_nv_objects_resolved(struct file *filp)
{
	struct gw_file *f = gw_file_find(filp);
	struct gw_accel *a;
	bool ok;

	if (!f && !gw_bind_any())
		return true;
	if (gw_bind_current_is(f ? f->proc->accel : NULL))
		return is_expected(filp);
	a = gw_bind_current();
	ok = !gw_refuse(a ? a->vm : f ? f->proc->accel->vm : NULL, -EPERM,
			"a descriptor of a file that is not the VM's");
	if (a)
		gw_vm_put(a->vm);
	return ok;
}

/* --- linking ------------------------------------------------------------------------------------ */

static int begin_link(struct gw_nv_call *c)
{
	if (c->file->is_linking || c->file->nr_making)
		return -EBUSY;
	c->file->is_linking = true;
	return 0;
}

int gw_nv_objects_link_before(struct gw_nv_call *c, struct gw_file *f, int fd)
{
	int ret;

	*c = (struct gw_nv_call){ .file = gw_nv_file(f) };
	if (!c->file)
		return 0;
	ret = open_target(c, c->file, fd);
	if (ret)
		ret = gw_refuse(f->proc->accel->vm, -EPERM,
				"REGISTER_FD with a file that is not the VM's");
	if (!ret)
		ret = gw_nv_attempt(c, begin_link);
	if (ret)
		close_target(c);
	else
		watch(c);
	return ret;
}

void gw_nv_objects_link_after(struct gw_nv_call *c, long ret)
{
	struct gw_nv_objects *t;

	if (!c->file)
		return;
	t = c->file->objects;
	spin_lock(&t->lock);
	c->file->is_linking = false;
	if (!ret && c->target && !c->file->ctl)
		WRITE_ONCE(c->file->ctl, c->target);
	spin_unlock(&t->lock);
	close_target(c);
	gw_nv_settled(t);
}

/* --- parking, taking ------------------------------------------------------------------------------- */

static int begin_parking(struct gw_nv_call *c)
{
	if (!c->target)
		return 0;	/* no such file, or permissive mode */
	if (c->target->is_parking)
		return -EBUSY;
	c->target->is_parking = true;
	c->is_parking = true;
	return 0;
}

static int start(struct gw_nv_call *c, bool nodes)
{
	int ret = open_target(c, c->file, c->effect->fd);

	if (!ret)
		ret = gw_nv_items_alloc(c, nodes) ?: gw_nv_attempt(c, begin_parking);
	if (!ret)
		watch(c);
	return ret;
}

static void end(struct gw_nv_call *c)
{
	struct gw_nv_objects *t = c->file->objects;

	spin_lock(&t->lock);
	if (c->is_parking)
		c->target->is_parking = false;
	c->is_parking = false;
	spin_unlock(&t->lock);
	gw_nv_items_free(c);
	close_target(c);
}

/* What stands in the places is given up by the driver when it takes the new ones. */
static int begin_export(struct gw_nv_call *c)
{
	struct gw_rm_tree *tree = &c->file->objects->tree;
	const struct gw_nv_effect *e = c->effect;
	int ret = gw_nv_check_own(c) ?: gw_nv_items_pin(c);
	struct gw_rm_hold *h;
	u32 i;

	for (i = 0; i < c->nr_items && !ret && c->target; i++) {
		h = gw_rm_hold_find(tree, &c->target->rm, GW_RM_EXPORT, (u64)e->first + i, 0);
		if (!h)
			continue;
		gw_rm_hold_detach(tree, h);
		c->items[i].old = container_of(h, struct gw_nv_hold, rm);
	}
	return ret;
}

int gw_nv_export_before(struct gw_nv_call *c)
{
	return start(c, false) ?: gw_nv_attempt(c, begin_export);
}

/* With the tree's lock: true: @it->hold is the tree's now. */
static bool park(struct gw_nv_call *c, struct gw_nv_item *it, u64 place)
{
	if (!it->source || !it->source->mem || !c->target)
		return false;
	it->hold->rm = (struct gw_rm_hold){
		.mem = it->source->mem, .file = &c->target->rm, .base = place,
		.length = 1, .kind = GW_RM_EXPORT,
	};
	gw_rm_hold_add(&c->file->objects->tree, &it->hold->rm);
	return true;
}

void gw_nv_export_after(struct gw_nv_call *c, bool done)
{
	struct gw_nv_objects *t = c->file->objects;
	u32 i;

	spin_lock(&t->lock);
	for (i = 0; i < c->nr_items; i++) {
		struct gw_nv_item *it = &c->items[i];

		if (done && park(c, it, (u64)c->effect->first + i))
			it->hold = NULL;
		if (!done && it->old) {
			gw_rm_hold_reattach(&t->tree, &it->old->rm);
			it->old = NULL;
		}
	}
	gw_nv_items_unpin(c);
	spin_unlock(&t->lock);
	for (i = 0; i < c->nr_items; i++)
		if (c->items[i].old)
			gw_nv_hold_end(c->file->file, c->items[i].old);
	end(c);
}

static void abort_nodes(struct gw_nv_call *c)
{
	struct gw_nv_node *n;

	while (c->nr_reserved) {
		n = c->items[--c->nr_reserved].node;
		gw_nv_reserve_abort(c->file->objects, n);
	}
}

/* A place below @parent for each. */
static int reserve_nodes(struct gw_nv_call *c, u32 parent)
{
	int ret = 0;

	while (c->nr_reserved < c->nr_items && !ret) {
		ret = gw_nv_reserve(c, parent, c->items[c->nr_reserved].node, true);
		if (!ret)
			c->nr_reserved++;
	}
	if (ret)
		abort_nodes(c);
	return ret;
}

/* What is parked in the place that item @i is taken from; NULL: nothing that holds memory. */
static struct gw_nv_mem *parked(struct gw_nv_call *c, u32 i)
{
	struct gw_rm_hold *h = NULL;

	if (c->target)
		h = gw_rm_hold_find(&c->file->objects->tree, &c->target->rm, GW_RM_EXPORT,
				    (u64)c->effect->first + i, 0);
	return h ? gw_nv_mem_of(h->mem) : NULL;
}

static int begin_import(struct gw_nv_call *c)
{
	int ret = gw_nv_making(c) ?: reserve_nodes(c, c->effect->parent);
	struct gw_nv_mem *mem;
	u32 i;

	if (ret)
		gw_nv_making_end(c);
	for (i = 0; i < c->nr_reserved && !ret; i++) {
		mem = parked(c, i);
		if (mem)
			gw_nv_count(c->file->objects, c->items[i].node, mem->rm.slot,
				    mem->charge.bytes);
	}
	return ret;
}

int gw_nv_import_before(struct gw_nv_call *c)
{
	return start(c, true) ?: gw_nv_attempt(c, begin_import);
}

void gw_nv_import_after(struct gw_nv_call *c, const void *outer, const void *nested, bool done)
{
	struct gw_nv_objects *t = c->file->objects;
	u32 i, handle;

	spin_lock(&t->lock);
	for (i = 0; done && i < c->nr_reserved; i++) {
		handle = gw_nv_listed(c->effect, outer, nested, i);
		if (handle) {
			gw_nv_reserve_end(c->items[i].node);
			gw_nv_commit(t, c->items[i].node, handle, parked(c, i), GW_RM_DUP);
			c->items[i].node = NULL;
		} else {
			gw_nv_reserve_abort(t, c->items[i].node);
		}
	}
	if (!done)
		abort_nodes(c);
	gw_nv_making_end(c);
	spin_unlock(&t->lock);
	end(c);
}
