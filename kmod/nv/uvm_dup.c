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
#include "uvm.h"
#include "../bind.h"
#include "../file.h"
#include "../policy.h"
#include "effect.h"
#include "objects.h"

#include <linux/hashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#define NV_ERR_BUSY_RETRY	0x03	/* nvstatuscodes.h */

struct dup {
	struct hlist_node link;
	struct list_head on_file;
	struct gw_uvm *uvm;
	void *device;			/* an address to compare, no more */
	u32 handle;
};

static DEFINE_SPINLOCK(dup_lock);	/* a leaf, guards both tables and the files' lists */
static DEFINE_HASHTABLE(dups, 12);	/* by handle */
static DEFINE_HASHTABLE(calls, 6);	/* by task */
static DECLARE_WAIT_QUEUE_HEAD(ended);

/* --- whose request ---------------------------------------------------------------------------- */

void gw_uvm_call_begin(struct gw_uvm_call *call, struct gw_uvm *u)
{
	call->task = current;
	call->uvm = u;
	spin_lock(&dup_lock);
	hash_add(calls, &call->link, (unsigned long)current);
	spin_unlock(&dup_lock);
}

void gw_uvm_call_end(struct gw_uvm_call *call)
{
	spin_lock(&dup_lock);
	hash_del(&call->link);
	spin_unlock(&dup_lock);
}

struct gw_uvm *gw_uvm_called(void)
{
	struct gw_uvm_call *call;
	struct gw_uvm *u = NULL;

	spin_lock(&dup_lock);
	hash_for_each_possible(calls, call, link, (unsigned long)current) {
		if (call->task == current)
			u = call->uvm;
	}
	spin_unlock(&dup_lock);
	return u;
}

/* --- handles ------------------------------------------------------------------------------------ */

/* Its mark in the tree: unique as long as it lives. */
static u64 base_of(const void *device)
{
	return (uintptr_t)device;
}

static void add(struct dup *d, struct gw_uvm *u, void *device, u32 handle)
{
	d->uvm = u;
	d->device = device;
	d->handle = handle;
	spin_lock(&dup_lock);
	hash_add(dups, &d->link, handle);
	list_add(&d->on_file, &u->dups);
	spin_unlock(&dup_lock);
}

/* Out of the table; its file's record stays until end() is done. */
static struct dup *take(void *device, u32 handle)
{
	struct dup *d;

	spin_lock(&dup_lock);
	hash_for_each_possible(dups, d, link, handle) {
		if (d->device != device || d->handle != handle)
			continue;
		hash_del(&d->link);
		list_del(&d->on_file);
		d->uvm->nr_ending++;
		spin_unlock(&dup_lock);
		return d;
	}
	spin_unlock(&dup_lock);
	return NULL;
}

static void end(struct dup *d, struct gw_nv_hold *h, bool is_freed)
{
	struct gw_uvm *u = d->uvm;

	if (h && is_freed)
		gw_nv_hold_end(u->file, h);
	else if (h)	/* the driver has forgotten it, and RM has not: until the file is closed */
		gw_nv_hold_reattach(u->file, h);
	kfree(d);
	spin_lock(&dup_lock);
	if (!--u->nr_ending)
		wake_up(&ended);
	spin_unlock(&dup_lock);
}

static bool is_quiet(struct gw_uvm *u)
{
	bool quiet;

	spin_lock(&dup_lock);
	quiet = !u->nr_ending;
	spin_unlock(&dup_lock);
	return quiet;
}

void gw_uvm_drop_dups(struct gw_uvm *u)
{
	struct dup *d;

	for (;;) {
		spin_lock(&dup_lock);
		d = list_first_entry_or_null(&u->dups, struct dup, on_file);
		if (d) {
			hash_del(&d->link);
			list_del(&d->on_file);
		}
		spin_unlock(&dup_lock);
		if (!d)
			break;
		kfree(d);	/* the hold goes with the file's others */
	}
	/* Another task frees one: only a release that the driver had put off, it does not wait. */
	wait_event(ended, is_quiet(u));
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

/*
 * The driver has locks of its own here. The one that pinning may wait for, a free of the same memory,
 * is in RM and needs none of them.
 */
u32 gw_uvm_dup(void *device, u32 client, u32 memory, u32 *handle, void *info,
	       gw_uvm_dup_fn original)
{
	struct gw_uvm *u = gw_uvm_called();
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
	ret = gw_nv_mem_pin(u->file, client, memory, &pinned);
	status = ret < 0 ? NV_ERR_BUSY_RETRY : ret;
	if (ret)
		goto out;
	status = original(device, client, memory, handle, info);
	if (!status && pinned.mem) {
		gw_nv_hold_add(u->file, h, &pinned, GW_RM_MAPPING, base_of(device), 0, *handle);
		add(d, u, device, *handle);
		h = NULL;
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
