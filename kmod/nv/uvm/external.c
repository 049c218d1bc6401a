// SPDX-License-Identifier: GPL-2.0-only
/*
 * What nvidia-uvm holds of tenants' RM memory: a handle of its own for each external mapping and
 * GPU, made and freed through two functions of nvidia.ko. Owns the table of these handles. Must not
 * know where they are mapped: an unmap of a part, a mapping over another, UVM_FREE and close all
 * come here when, and only when, the memory is let go.
 *
 * nvUvmInterfaceDupMemory() and nvUvmInterfaceFreeDupedHandle() have the same arguments in 535 to
 * 595 (kernel-open/nvidia/nv_uvm_interface.c), and are called with the same device for the same
 * handle (nvidia-uvm/uvm_map_external.c: mem_handle->gpu; pieces of a mapping share the handle).
 */
#include "nv/uvm/managed.h"
#include "object/binding.h"
#include "job/file.h"
#include "base/refuse.h"
#include "nv/decode/effect.h"
#include "nv/object/objects.h"

#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>

/* What UVM names a handle of its by. */
struct dup_key {
	void *device;			/* an address to compare, no more */
	u64 handle;
};

struct dup {
	struct rhash_head node;
	struct dup_key key;
	struct list_head on_file;
	struct gw_uvm *uvm;
	struct rcu_head rcu;
};

static const struct rhashtable_params params = {
	.key_len = sizeof_field(struct dup, key),
	.key_offset = offsetof(struct dup, key),
	.head_offset = offsetof(struct dup, node),
	.automatic_shrinking = true,
};

/* The host's calls look here, too: read under RCU, locks for each bucket. */
static struct rhashtable dups;
DEFINE_GW_TASKS(calls);

int gw_uvm_dups_init(void)
{
	return rhashtable_init(&dups, &params);
}

void gw_uvm_dups_exit(void)
{
	rhashtable_destroy(&dups);
}

/* --- whose request ---------------------------------------------------------------------------- */

void gw_uvm_call_begin(struct gw_uvm_call *call, struct gw_uvm *u)
{
	call->uvm = u;
	gw_task_enter(&calls, &call->task);
}

void gw_uvm_call_end(struct gw_uvm_call *call)
{
	gw_task_leave(&calls, &call->task);
}

struct gw_uvm_call *gw_uvm_called(void)
{
	struct gw_task *t = gw_task_find(&calls);

	return t ? container_of(t, struct gw_uvm_call, task) : NULL;
}

/* --- handles ------------------------------------------------------------------------------------ */

/* Its mark in the tree: unique as long as it lives. */
static u64 base_of(const void *device)
{
	return (uintptr_t)device;
}

/* False: no memory for the table. It is not known then, and holds until the file is closed. */
static bool add(struct dup *d, struct gw_uvm *u, void *device, u32 handle)
{
	d->uvm = u;
	d->key = (struct dup_key){ device, handle };
	spin_lock(&u->dups_lock);
	list_add(&d->on_file, &u->dups);
	spin_unlock(&u->dups_lock);
	if (!rhashtable_lookup_insert_fast(&dups, &d->node, params))
		return true;
	spin_lock(&u->dups_lock);
	list_del(&d->on_file);
	spin_unlock(&u->dups_lock);
	return false;
}

/*
 * Out of the table, by whoever comes first: then it is the caller's. Its file's record stays as long
 * as it is in its list, and then until end() is done.
 */
static struct dup *take(void *device, u32 handle)
{
	const struct dup_key key = { device, handle };
	struct dup *d;

	rcu_read_lock();
	d = rhashtable_lookup(&dups, &key, params);
	if (d && rhashtable_remove_fast(&dups, &d->node, params))
		d = NULL;
	rcu_read_unlock();
	if (!d)
		return NULL;
	spin_lock(&d->uvm->dups_lock);
	list_del(&d->on_file);
	d->uvm->nr_ending++;
	spin_unlock(&d->uvm->dups_lock);
	return d;
}

static void end(struct dup *d, struct gw_nv_hold *h, bool is_freed)
{
	struct gw_uvm *u = d->uvm;

	if (h && is_freed)
		gw_nv_hold_end(u->file, h);
	else if (h)	/* the driver has forgotten it, and RM has not: until the file is closed */
		gw_nv_hold_reattach(u->file, h);
	kfree_rcu(d, rcu);
	spin_lock(&u->dups_lock);
	if (!--u->nr_ending)
		wake_up(&u->ended);	/* under the lock: then @u may go */
	spin_unlock(&u->dups_lock);
}

/* The first in the list that no other has taken out of the table. */
static struct dup *drop_one(struct gw_uvm *u)
{
	struct dup *d;

	spin_lock(&u->dups_lock);
	list_for_each_entry(d, &u->dups, on_file) {
		if (rhashtable_remove_fast(&dups, &d->node, params))
			continue;
		list_del(&d->on_file);
		spin_unlock(&u->dups_lock);
		return d;
	}
	spin_unlock(&u->dups_lock);
	return NULL;
}

static bool is_quiet(struct gw_uvm *u)
{
	bool quiet;

	spin_lock(&u->dups_lock);
	quiet = !u->nr_ending && list_empty(&u->dups);
	spin_unlock(&u->dups_lock);
	return quiet;
}

void gw_uvm_drop_dups(struct gw_uvm *u)
{
	struct dup *d;

	while ((d = drop_one(u))) {
		kfree_rcu(d, rcu);	/* the hold goes with the file's others */
		cond_resched();
	}
	/* Another task frees one: only a release that the driver had put off, it does not wait. */
	wait_event(u->ended, is_quiet(u));
}

/* A caller that made no request we know: the host, or a tenant by a way that is new to us. */
static u32 refuse_stranger(void)
{
	struct gw_accel *a;
	int ret;

	if (gw_nv_stance() == GW_NV_ASIDE)
		return 0;
	a = gw_bind_current();
	if (!a)
		return 0;
	ret = gw_refuse(a->vm, -EPERM, "UVM's hold on memory by an unknown request");
	gw_vm_put(a->vm);
	return ret ? GW_NV_INSUFFICIENT_PERMISSIONS : 0;
}

/* The driver has locks of its own here: no wait, gw_uvm_ioctl() asks again. */
u32 gw_uvm_dup(void *device, u32 client, u32 memory, u32 *handle, void *info,
	       gw_uvm_dup_fn original)
{
	struct gw_uvm_call *call = gw_uvm_called();
	struct gw_uvm *u = call ? call->uvm : NULL;
	struct gw_nv_pinned pinned;
	struct gw_nv_hold *h;
	struct dup *d;
	u32 status = u ? 0 : refuse_stranger();
	int ret;

	if (!u)
		return status ? status : original(device, client, memory, handle, info);
	d = kmalloc(sizeof(*d), GFP_KERNEL_ACCOUNT);
	h = gw_nv_hold_alloc();
	status = GW_NV_NO_MEMORY;
	if (!d || !h)
		goto out;
	ret = gw_nv_mem_try_pin(u->file, client, memory, &pinned);
	if (ret == -EBUSY) {
		call->is_busy = true;
		call->client = client;
		call->memory = memory;
	}
	status = ret < 0 ? GW_NV_BUSY_RETRY : ret;
	if (ret)
		goto out;
	status = original(device, client, memory, handle, info);
	if (!status && pinned.mem) {
		gw_nv_hold_add(u->file, h, &pinned, GW_RM_MAPPING, base_of(device), 0, *handle);
		h = NULL;
		if (add(d, u, device, *handle))
			d = NULL;
	}
	gw_nv_mem_unpin(&pinned);
out:
	kfree(h);
	kfree(d);
	return status;
}

/* Out of the table first: RM may give the number to the next one as soon as it is free. */
u32 gw_uvm_undup(void *device, u32 handle, gw_uvm_undup_fn original)
{
	struct dup *d = take(device, handle);
	struct gw_nv_hold *h = NULL;
	u32 status;

	if (d)
		h = gw_nv_hold_detach(d->uvm->file, GW_RM_MAPPING, base_of(device), handle);
	status = original(device, handle);
	if (d)
		end(d, h, !status);
	return status;
}
