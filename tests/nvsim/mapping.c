// SPDX-License-Identifier: GPL-2.0-only
/*
 * mapping.c - CPU mappings: RM_MAP_MEMORY arms a file, mmap() of that file then maps the pages.
 * Owns: the pages behind memory objects. Must not: map what was not armed.
 */
#include "nvsim.h"

#include <linux/mm.h>
#include <linux/slab.h>

void nvsim_pages_give(struct nvsim_mem *mem)
{
	u32 i;

	for (i = 0; i < mem->nr_pages; i++)
		__free_page(mem->pages[i]);
	kvfree(mem->pages);
	mem->pages = NULL;
	mem->nr_pages = 0;
}

/* Host memory has real pages; video memory gets some when the CPU wants to see it. */
u32 nvsim_pages_take(struct nvsim_mem *mem)
{
	u64 count = mem->length >> PAGE_SHIFT;

	if (mem->pages)
		return NV_OK;
	if (count > totalram_pages() / 2)
		return NV_ERR_NO_MEMORY;
	mem->pages = kvcalloc(count, sizeof(*mem->pages), GFP_KERNEL);
	if (!mem->pages)
		return NV_ERR_NO_MEMORY;
	while (mem->nr_pages < count) {
		struct page *page =
			alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY | __GFP_NOWARN);

		if (!page) {
			nvsim_pages_give(mem);
			return NV_ERR_NO_MEMORY;
		}
		mem->pages[mem->nr_pages++] = page;
	}
	return NV_OK;
}

static u32 find_memory(struct nvsim_sec *sec, u32 hclient, u32 device, u32 memory,
		       struct nvsim_obj **obj)
{
	struct nvsim_client *client;
	u32 status = nvsim_client_check(hclient, sec, &client);

	if (status)
		return status;
	*obj = nvsim_obj_find(client, memory);
	if (!*obj || !nvsim_obj_find(client, device))
		return NV_ERR_OBJECT_NOT_FOUND;
	return (*obj)->mem ? NV_OK : NV_ERR_INVALID_OBJECT;
}

/* Host memory is mapped through nvidiactl, video memory through the GPU's node. */
static u32 arm(struct nvsim_mem *mem, const struct nvos33_fd *p)
{
	struct nv_file *nvlfp;
	void *filp;
	u32 status = NV_OK;

	nvlfp = nv_get_file_private(p->fd, mem->kind != NVSIM_VIDMEM, &filp);
	if (!nvlfp)
		return NV_ERR_INVALID_ARGUMENT;
	if (nvlfp->mmap.valid) {
		status = NV_ERR_STATE_IN_USE;
	} else if (mem->kind == NVSIM_VIDMEM && nvlfp->nv != mem->nv) {
		status = NV_ERR_INVALID_ARGUMENT;
	} else {
		nvsim_mem_map(mem);
		nvlfp->mmap.mem = mem;
		nvlfp->mmap.page_index = p->offset >> PAGE_SHIFT;
		nvlfp->mmap.length = PAGE_ALIGN(p->length);
		nvlfp->mmap.valid = true;
	}
	nv_put_file_private(filp);
	return status;
}

u32 rm_map_memory(struct nvsim_sec *sec, struct nvos33_fd *p)
{
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = find_memory(sec, p->client, p->device, p->memory, &obj);
	if (status)
		goto out;
	if (!p->length || p->offset >= obj->mem->length ||
	    p->length > obj->mem->length - p->offset) {
		status = NV_ERR_INVALID_LIMIT;
		goto out;
	}
	if (obj->mem->kind != NVSIM_VIDMEM && obj->mem->kind != NVSIM_SYSMEM)
		status = NV_ERR_INVALID_OBJECT;
	else
		status = nvsim_pages_take(obj->mem);
	if (!status)
		status = arm(obj->mem, p);
	if (!status) {
		obj->nr_maps++;
		p->address = p->offset;
	}
out:
	mutex_unlock(&rm_lock);
	return status;
}

u32 rm_unmap_memory(struct nvsim_sec *sec, struct nvos34 *p)
{
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = find_memory(sec, p->client, p->device, p->memory, &obj);
	if (!status && !obj->nr_maps)
		status = NV_ERR_OBJECT_NOT_FOUND;
	if (!status)
		obj->nr_maps--;
	mutex_unlock(&rm_lock);
	return status;
}

static void vma_open(struct vm_area_struct *vma)
{
	mutex_lock(&rm_lock);
	nvsim_mem_map(vma->vm_private_data);
	mutex_unlock(&rm_lock);
}

static void vma_close(struct vm_area_struct *vma)
{
	mutex_lock(&rm_lock);
	nvsim_mem_unmap(vma->vm_private_data);
	mutex_unlock(&rm_lock);
}

static const struct vm_operations_struct nv_vm_ops = {
	.open = vma_open,
	.close = vma_close,
};

static int map_pages(struct nvsim_mmap *m, struct vm_area_struct *vma)
{
	u64 count = vma_pages(vma), i;
	int rc = 0;

	if (m->page_index + count > m->mem->nr_pages)
		return -ERANGE;
	nvsim_vm_flags_set(vma, VM_SHARED | VM_DONTEXPAND | VM_DONTDUMP);
	if (m->mem->read_only)
		nvsim_vm_flags_clear(vma, VM_WRITE | VM_MAYWRITE);
	for (i = 0; i < count && !rc; i++)
		rc = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT),
				    m->mem->pages[m->page_index + i]);
	if (rc)
		return rc;
	nvsim_mem_map(m->mem);
	vma->vm_private_data = m->mem;
	vma->vm_ops = &nv_vm_ops;
	return 0;
}

int nvsim_mmap_helper(struct nv_file *nvlfp, struct vm_area_struct *vma)
{
	struct nvsim_mmap *m = &nvlfp->mmap;
	int rc;

	mutex_lock(&rm_lock);
	if (!m->valid) {
		pr_info_ratelimited("NVRM: VM: invalid mmap\n");
		rc = -EINVAL;
	} else if (vma->vm_pgoff) {
		rc = -EINVAL;
	} else if (!nvlfp->nv->ctl && vma->vm_end - vma->vm_start != m->length) {
		rc = -ENXIO;
	} else {
		rc = map_pages(m, vma);
	}
	mutex_unlock(&rm_lock);
	return rc;
}
