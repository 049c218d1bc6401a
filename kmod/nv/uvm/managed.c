// SPDX-License-Identifier: GPL-2.0-only
/*
 * Managed memory of tenants: charged while it is mapped and a GPU can hold it. Owns a file's
 * charges. Must not hold its lock across the driver's code, nor keep a file or an mm alive.
 *
 * Facts of the driver that this relies on, read in 535.261.03, 550.163.01, 580.142, 595.45.04
 * (kernel-open/nvidia-uvm):
 * - uvm.c uvm_mmap(): a mapping is a new managed range, or the CPU's view of a semaphore pool
 *   (host memory) made before, or disabled (the system suspends). vm_ops tells which.
 * - uvm.c uvm_vm_open_managed(): what mremap moved, and what fork copied, is disabled; then the
 *   moved one's old mapping is closed, which frees its range.
 * - uvm.c uvm_vm_close_managed(): frees the ranges below the mapping, on exit too; in a shared
 *   space they stay on exit. A file that keeps the mm (UVM_MM_INITIALIZE) delays the exit's part.
 * - UVM_FREE refuses managed ranges.
 * - UVM_UNREGISTER_GPU_VASPACE leaves their pages on the GPU.
 */
#include "nv/uvm/managed.h"
#include "job/file.h"
#include "base/refuse.h"
#include "base/trace.h"
#include "nv/decode/abi.h"
#include "nv/decode/effect.h"
#include "nv/object/objects.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static LIST_HEAD(all);			/* all_lock */
static DEFINE_SPINLOCK(all_lock);	/* a leaf */

static struct gw_uvm *uvm_of(struct file *filp)
{
	struct gw_nv_file *n = gw_nv_file(gw_file_find(filp));

	return n ? n->uvm : NULL;
}

int gw_uvm_open(struct gw_file *f)
{
	struct gw_uvm *u = kzalloc(sizeof(*u), GFP_KERNEL_ACCOUNT);

	if (!u)
		return -ENOMEM;
	u->file = f;
	u->policy = READ_ONCE(f->proc->accel->vm->managed);
	mutex_init(&u->lock);
	spin_lock_init(&u->dups_lock);
	INIT_LIST_HEAD(&u->dups);
	init_waitqueue_head(&u->ended);
	spin_lock(&all_lock);
	list_add(&u->link, &all);
	spin_unlock(&all_lock);
	gw_nv_file(f)->uvm = u;
	return 0;
}

/* --- charges: the same on each GPU of the placement -------------------------------------- */

static void give_first(struct gw_uvm *u, u32 nr, u64 bytes)
{
	struct gw_charge *c;

	lockdep_assert_held(&u->lock);
	for (c = u->charges; c < u->charges + nr && bytes; c++) {
		if (c->bytes > bytes)
			gw_charge_reduce(c, bytes);
		else
			gw_charge_give(c);
	}
}

static void give(struct gw_uvm *u, u64 bytes)
{
	give_first(u, GPUWARD_MAX_PLACED, bytes);
}

static int take(struct gw_uvm *u, u64 bytes)
{
	struct gw_account_info info;
	struct gw_charge more;
	int ret = 0;
	u32 i;

	lockdep_assert_held(&u->lock);
	if (!bytes)
		return 0;
	gw_account_info(u->file->proc->accel, &info);
	for (i = 0; i < info.nr_gpus; i++) {
		more = (struct gw_charge){ };
		ret = gw_charge_take(&more, u->file->proc, info.gpus[i].minor, bytes);
		if (ret)
			break;
		gw_charge_merge(&u->charges[i], &more);
	}
	if (ret)
		give_first(u, i, bytes);
	return ret;
}

static void trace(const struct gw_uvm *u, s64 delta, int ret)
{
	const struct gw_accel *a = u->file->proc->accel;

	trace_gpuward_managed(a->vm->id, a->index, delta, u->managed.bytes, u->managed.is_charged,
			      ret);
}

void gw_uvm_close(struct gw_file *f)
{
	struct gw_nv_file *n = gw_nv_file(f);
	struct gw_uvm *u = n ? n->uvm : NULL;
	u64 bytes;

	if (!u)
		return;
	n->uvm = NULL;
	gw_uvm_drop_dups(u);
	mutex_lock(&u->lock);
	bytes = u->managed.bytes;
	give(u, gw_managed_close(&u->managed));
	if (bytes)
		trace(u, -bytes, 0);
	mutex_unlock(&u->lock);
	mutex_destroy(&u->lock);
	spin_lock(&all_lock);
	list_del(&u->link);
	spin_unlock(&all_lock);
	kfree(u);
}

void gw_uvm_forget(void)
{
	struct gw_uvm *u;

	for (;;) {
		spin_lock(&all_lock);
		u = list_first_entry_or_null(&all, struct gw_uvm, link);
		spin_unlock(&all_lock);
		if (!u)
			return;
		gw_uvm_close(u->file);
	}
}

/* --- mapping --------------------------------------------------------------------------------- */

static int count_map(struct gw_uvm *u, u64 bytes)
{
	int ret = 0;

	mutex_lock(&u->lock);
	if (u->managed.is_charged)
		ret = take(u, bytes);
	if (!ret && gw_managed_map(&u->managed, bytes)) {
		if (u->managed.is_charged)
			give(u, bytes);
		ret = -EOVERFLOW;
	}
	trace(u, bytes, ret);
	mutex_unlock(&u->lock);
	return ret;
}

static int admit(struct gw_uvm *u, u64 bytes)
{
	int ret = 0;

	if (u->policy == GPUWARD_MANAGED_DENY)
		ret = gw_refuse(u->file->proc->accel->vm, -EPERM, "managed memory");
	if (!ret && count_map(u, bytes))
		ret = -ENOMEM;
	return ret;
}

/*
 * The driver first: it alone knows whether this is managed memory, and a range without a page takes
 * no memory. mmap_lock is held for writing, so nothing can fill it before it is judged.
 */
int gw_uvm_mmap(struct file *filp, struct vm_area_struct *vma, gw_uvm_mmap_fn original,
		gw_uvm_vma_fn close)
{
	struct gw_uvm *u = uvm_of(filp);
	int ret = original(filp, vma);

	if (ret || !u || u->policy == GPUWARD_MANAGED_IGNORE || !vma->vm_ops ||
	    vma->vm_ops->close != close)
		return ret;
	ret = admit(u, vma->vm_end - vma->vm_start);
	if (ret)	/* the kernel does not call it for a mapping that failed */
		close(vma);
	return ret;
}

void gw_uvm_vma_close(struct vm_area_struct *vma, gw_uvm_vma_fn original)
{
	struct gw_uvm *u = uvm_of(vma->vm_file);
	u64 bytes = vma->vm_end - vma->vm_start;
	bool is_kept = !current->mm;		/* exit: as the driver tells it */

	original(vma);
	if (!u || u->policy == GPUWARD_MANAGED_IGNORE)
		return;
	mutex_lock(&u->lock);
	give(u, gw_managed_unmap(&u->managed, bytes, is_kept && u->is_shared));
	trace(u, -bytes, 0);
	mutex_unlock(&u->lock);
}

/* --- requests -------------------------------------------------------------------------------- */

static int count_register(struct gw_uvm *u)
{
	u64 bytes;
	int ret;

	mutex_lock(&u->lock);
	bytes = gw_managed_register(&u->managed);
	ret = take(u, bytes);
	if (ret)
		gw_managed_unregister(&u->managed);
	else
		gw_managed_charged(&u->managed);
	if (bytes)
		trace(u, 0, ret);
	mutex_unlock(&u->lock);
	return ret;
}

/* From now on a GPU can hold what is mapped: what was pending is charged. */
u32 gw_uvm_register(void *params, struct file *filp, gw_uvm_api_fn original)
{
	struct gw_uvm *u = uvm_of(filp);
	u32 status;

	if (!u)
		return original(params, filp);
	if (count_register(u))
		return GW_NV_NO_MEMORY;
	status = original(params, filp);
	if (status) {
		mutex_lock(&u->lock);
		give(u, gw_managed_unregister(&u->managed));
		mutex_unlock(&u->lock);
	}
	return status;
}

/* What became a zombie while the driver cleaned up may have been spared: it stays counted. */
u32 gw_uvm_clean_up(void *params, struct file *filp, gw_uvm_api_fn original)
{
	struct gw_uvm *u = uvm_of(filp);
	u64 zombies = 0;
	bool is_ours = false;
	u32 status;

	if (u) {
		mutex_lock(&u->lock);
		is_ours = !u->is_cleaning;
		u->is_cleaning = true;
		zombies = u->managed.zombies;
		mutex_unlock(&u->lock);
	}
	status = original(params, filp);
	if (!is_ours)
		return status;
	mutex_lock(&u->lock);
	u->is_cleaning = false;
	if (!status) {
		give(u, gw_managed_clean_up(&u->managed, zombies));
		trace(u, -zombies, 0);
	}
	mutex_unlock(&u->lock);
	return status;
}

/*
 * Memory that was never mapped from the driver: with HMM a GPU takes any page of the process, and
 * there is no mapping to charge. Where managed memory is not ignored the space has no HMM.
 */
u32 gw_uvm_space_create(struct address_space *mapping, void **space, u64 flags,
			gw_uvm_space_fn original)
{
	struct gw_uvm_call *call = gw_uvm_called();
	struct gw_uvm *u = call ? call->uvm : NULL;
	bool has_hmm = !u || u->policy == GPUWARD_MANAGED_IGNORE || gw_is_audit();
	u32 status = original(mapping, space,
			      has_hmm ? flags : flags | UVM_INIT_FLAGS_DISABLE_HMM);

	if (u && !status) {
		u->is_shared = flags & UVM_INIT_FLAGS_MULTI_PROCESS;
		u->flags = flags;
		smp_store_release(&u->has_space, true);	/* pairs with is_asked_again() */
	}
	return status;
}

/* The driver compares the flags with those of the space, which may not be those of the first call. */
static bool is_asked_again(struct gw_uvm *u, unsigned long arg, long *ret)
{
	struct gw_uvm_initialize p;

	if (!smp_load_acquire(&u->has_space))
		return false;
	if (copy_from_user(&p, (void __user *)arg, sizeof(p)) || p.flags != u->flags)
		return false;
	p.status = 0;
	*ret = copy_to_user((void __user *)arg, &p, sizeof(p)) ? -EFAULT : 0;
	return true;
}

/*
 * The driver's locks are held where memory is met that another call makes or frees, and those stop
 * more than this VM: what serves a GPU's faults, for all, takes them, too. So the wait is here, with
 * none held; what was waited for stays pinned while the driver is asked again, from the start.
 */
static long ask(struct gw_uvm *u, struct file *filp, unsigned int cmd, unsigned long arg,
		gw_nv_ioctl_fn original)
{
	struct gw_uvm_call call = { .uvm = u };
	struct gw_nv_pinned pinned = { };
	long ret;

	for (;;) {
		call.is_busy = false;
		gw_uvm_call_begin(&call, u);
		ret = original(filp, cmd, arg);
		gw_uvm_call_end(&call);
		gw_nv_mem_unpin(&pinned);
		/* Where it is gone by then the driver says so. */
		if (!call.is_busy ||
		    gw_nv_mem_pin(u->file, call.client, call.memory, &pinned) < 0)
			return ret;
	}
}

long gw_uvm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg, gw_nv_ioctl_fn original)
{
	struct gw_uvm *u = uvm_of(filp);
	long ret;

	if (!u)
		return original(filp, cmd, arg);
	switch (cmd) {
	case UVM_INITIALIZE:
		if (is_asked_again(u, arg, &ret))
			return ret;
		break;
	case UVM_MAP_EXTERNAL_ALLOCATION:
	case UVM_ALLOC_DEVICE_P2P:	/* refused, but for permissive mode */
		break;
	default:
		return original(filp, cmd, arg);
	}
	return ask(u, filp, cmd, arg, original);
}
