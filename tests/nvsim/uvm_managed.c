// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_managed.c - managed memory: pages that come on CPU faults and can be moved to a GPU in
 * blocks.
 * Owns: what happens to a mapping when it is split, moved, forked or unmapped. Must not: let a
 * moved mapping live on.
 */
#include "uvm.h"

#include <linux/slab.h>
#include <linux/string.h>

static vm_fault_t fault_disabled(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct uvm_vm_ops_disabled = {
	.fault = fault_disabled,
};

static void disable(struct vm_area_struct *vma)
{
	vma->vm_private_data = NULL;
	vma->vm_ops = &uvm_vm_ops_disabled;
}

/*
 * Called for the new half of a split, for a moved mapping, and for a fork that asked for copies.
 * Only the first lives.
 */
static noinline void uvm_vm_open_managed_entry(struct vm_area_struct *vma)
{
	struct uvm_space *space = uvm_fd_space(vma->vm_file);
	struct uvm_range *range = vma->vm_private_data, *part;

	if (vma->vm_mm != range->mm ||
	    (vma->vm_start == range->start) == (vma->vm_end == range->end)) {
		disable(vma);
		return;
	}
	mutex_lock(&space->lock);
	if (uvm_range_carve(range, vma->vm_start, vma->vm_end, &part))
		disable(vma);
	else
		vma->vm_private_data = part;
	mutex_unlock(&space->lock);
}

/* A space that several processes share keeps what an ended one mapped, until it is told to clean up. */
static noinline void uvm_vm_close_managed_entry(struct vm_area_struct *vma)
{
	struct uvm_space *space = uvm_fd_space(vma->vm_file);
	struct uvm_range *range = vma->vm_private_data;

	mutex_lock(&space->lock);
	if (!current->mm && !uvm_mm_enabled(space))
		range->is_zombie = true;
	else
		uvm_range_destroy(range);
	mutex_unlock(&space->lock);
	vma->vm_private_data = NULL;
}

static struct page *page_at(struct uvm_space *space, unsigned long index)
{
	struct page *page = xa_load(&space->pages, index);

	if (page)
		return page;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (page && xa_err(xa_store(&space->pages, index, page, GFP_KERNEL))) {
		put_page(page);
		return NULL;
	}
	return page;
}

/* The CPU touches a page: its block comes back from the GPU. */
static vm_fault_t vm_fault(struct vm_fault *vmf)
{
	struct uvm_space *space = uvm_fd_space(vmf->vma->vm_file);
	struct uvm_range *range;
	vm_fault_t ret = VM_FAULT_SIGBUS;
	struct page *page;

	mutex_lock(&space->lock);
	range = uvm_range_find(space, vmf->address);
	if (range && range->type != UVM_EXTERNAL) {
		uvm_chunks_release(range, NULL, vmf->address, vmf->address + 1);
		page = page_at(space, vmf->address >> PAGE_SHIFT);
		ret = page ? 0 : VM_FAULT_OOM;
		if (page)
			get_page(page);
		vmf->page = page;
	}
	mutex_unlock(&space->lock);
	return ret;
}

static const struct vm_operations_struct uvm_vm_ops_managed = {
	.open = uvm_vm_open_managed_entry,
	.close = uvm_vm_close_managed_entry,
	.fault = vm_fault,
};

static void vm_open_pool(struct vm_area_struct *vma)
{
	struct uvm_range *range = vma->vm_private_data;

	mutex_lock(&range->space->lock);
	range->nr_mapped++;
	mutex_unlock(&range->space->lock);
}

static void vm_close_pool(struct vm_area_struct *vma)
{
	struct uvm_range *range = vma->vm_private_data;

	mutex_lock(&range->space->lock);
	range->nr_mapped--;
	mutex_unlock(&range->space->lock);
}

static const struct vm_operations_struct uvm_vm_ops_semaphore_pool = {
	.open = vm_open_pool,
	.close = vm_close_pool,
	.fault = vm_fault,
};

/* A new managed range, or the CPU's view of a semaphore pool that a request has made before. */
int uvm_managed_mmap(struct uvm_space *space, struct vm_area_struct *vma)
{
	struct uvm_range *range;
	int ret = 0;
	u32 status;

	nvsim_vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTCOPY);
	mutex_lock(&space->lock);
	status = uvm_range_create(space, vma->vm_start, vma->vm_end - vma->vm_start, UVM_MANAGED,
				  &range);
	if (!status) {
		range->mm = vma->vm_mm;
		vma->vm_private_data = range;
		vma->vm_ops = &uvm_vm_ops_managed;
	} else if (status == NV_ERR_UVM_ADDRESS_IN_USE) {
		range = uvm_range_exact(space, vma->vm_start, vma->vm_end);
		if (range && range->type == UVM_POOL) {
			range->nr_mapped++;
			vma->vm_private_data = range;
			vma->vm_ops = &uvm_vm_ops_semaphore_pool;
		} else {
			ret = -EINVAL;
		}
	} else {
		ret = -ENOMEM;
	}
	mutex_unlock(&space->lock);
	return ret;
}

/* Gives back the blocks on one GPU, or on all when nv is NULL. */
void uvm_chunks_release(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end)
{
	struct nv_state *where;
	unsigned long index;

	xa_for_each_range(&range->chunks, index, where, start >> UVM_BLOCK_SHIFT,
			  (end - 1) >> UVM_BLOCK_SHIFT) {
		if (nv && where != nv)
			continue;
		xa_erase(&range->chunks, index);
		nvUvmInterfacePmaFreePages(where, UVM_BLOCK);
	}
}

static u32 block_to_gpu(struct uvm_range *range, unsigned long index, struct nv_state *nv)
{
	u64 at = (u64)index << UVM_BLOCK_SHIFT;
	u32 status;

	if (xa_load(&range->chunks, index) == nv)
		return NV_OK;
	uvm_chunks_release(range, NULL, at, at + 1);
	status = nvUvmInterfacePmaAllocPages(nv, UVM_BLOCK);
	if (!status && xa_err(xa_store(&range->chunks, index, nv, GFP_KERNEL))) {
		nvUvmInterfacePmaFreePages(nv, UVM_BLOCK);
		status = NV_ERR_NO_MEMORY;
	}
	return status;
}

static u32 migrate_range(struct uvm_range *range, u64 start, u64 end, struct nv_state *nv)
{
	unsigned long index, last = (end - 1) >> UVM_BLOCK_SHIFT;
	u32 status = NV_OK;

	if (!nv) {
		uvm_chunks_release(range, NULL, start, end);
		return NV_OK;
	}
	for (index = start >> UVM_BLOCK_SHIFT; index <= last && !status; index++)
		status = block_to_gpu(range, index, nv);
	return status;
}

/* With the lock of the space. */
u32 uvm_touched_by_gpu(struct uvm_space *space, struct uvm_gpu *gpu, u64 address)
{
	struct uvm_range *range = uvm_range_find(space, address);

	if (!range || range->type != UVM_MANAGED)
		return NV_ERR_INVALID_ADDRESS;
	return block_to_gpu(range, address >> UVM_BLOCK_SHIFT, gpu->nv);
}

static bool is_cpu(const u8 *uuid)
{
	/* the one UUID that stands for the CPU in all releases */
	static const u8 cpu[16] = { 0xa6, 0x5e, 0x0f, 0x4e, 0xd7, 0xd4, 0x7b, 0xa2,
				    0x50, 0x47, 0x41, 0x2c, 0x14, 0x2a, 0x77, 0x73 };

	return !memcmp(uuid, cpu, sizeof(cpu));
}

/*
 * Prefetch. A full GPU answers with NO_MEMORY here; the real driver would evict others' blocks
 * first.
 */
u32 uvm_api_migrate(struct uvm_space *space, struct uvm_migrate *p)
{
	struct uvm_gpu *gpu;
	struct uvm_range *range;
	u64 at = p->base, end = p->base + p->length;
	u32 status = NV_OK;

	if (uvm_bad_4k(p->base, p->length))
		return NV_ERR_INVALID_ADDRESS;
	mutex_lock(&space->lock);
	gpu = uvm_gpu_find(space, p->uuid);
	if (!is_cpu(p->uuid) && (!gpu || !gpu->vaspace))
		status = NV_ERR_INVALID_DEVICE;
	while (at < end && !status) {
		range = uvm_range_find(space, at);
		if (!range || range->type != UVM_MANAGED) {
			status = NV_ERR_INVALID_ADDRESS;
			break;
		}
		status = migrate_range(range, at, min(end, range->end), gpu ? gpu->nv : NULL);
		at = range->end;
	}
	mutex_unlock(&space->lock);
	if (gpu)
		unmap_mapping_range(space->mapping, p->base, p->length, 1);
	return status;
}
