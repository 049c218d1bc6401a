// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - memory objects: video memory with the driver's rounding, virtual ranges, host memory.
 * Owns: struct nvsim_mem and its count of holders. Must not: give memory back before the last
 * holder has gone.
 */
#include "nvsim.h"

#include <linux/delay.h>
#include <linux/slab.h>

#define SZ_HUGE		(2ull << 20)
#define SZ_HUGE_512M	(512ull << 20)
#define SZ_HUGE_256G	(256ull << 30)
#define SZ_BIG		(64ull << 10)
#define SZ_SMALL	(4ull << 10)
#define PMA_GRANULE	(64ull << 10)

static void give(struct nvsim_mem *mem)
{
	if (mem->kind == NVSIM_VIDMEM)
		nvsim_vidmem_give(mem->nv, mem->pid, mem->size);
	if (mem->backing)
		nvsim_mem_put(mem->backing);
}

void nvsim_mem_get(struct nvsim_mem *mem)
{
	lockdep_assert_held(&rm_lock);
	mem->holders++;
	mem->refs++;
}

void nvsim_mem_put(struct nvsim_mem *mem)
{
	lockdep_assert_held(&rm_lock);
	if (WARN_ON_ONCE(!mem->holders))
		return;
	if (!--mem->holders)
		give(mem);
	nvsim_mem_unmap(mem);
}

/* A mapping for the CPU keeps what it shows, but does not keep video memory from being given back. */
void nvsim_mem_map(struct nvsim_mem *mem)
{
	lockdep_assert_held(&rm_lock);
	mem->refs++;
}

void nvsim_mem_unmap(struct nvsim_mem *mem)
{
	lockdep_assert_held(&rm_lock);
	if (WARN_ON_ONCE(!mem->refs) || --mem->refs)
		return;
	nvsim_pages_give(mem);
	kfree(mem);
}

struct nvsim_mem *nvsim_mem_new(struct nvsim_obj *obj, enum nvsim_mem_kind kind, u64 size)
{
	struct nvsim_mem *mem = kzalloc(sizeof(*mem), GFP_KERNEL);

	if (!mem)
		return NULL;
	mem->refs = 1;
	mem->holders = 1;
	mem->kind = kind;
	mem->nv = obj->nv;
	mem->pid = obj->client->pid;
	mem->size = size;
	mem->length = size;
	return mem;
}

/* The client's choice, else 2 MiB pages from 2 MiB up, else the big page. */
static u64 page_size_of(const struct nv_memory_params *p)
{
	switch ((p->attr & NVOS32_ATTR_PAGE_SIZE_MASK) >> NVOS32_ATTR_PAGE_SIZE_SHIFT) {
	case NVOS32_PAGE_SIZE_4KB:
		return SZ_SMALL;
	case NVOS32_PAGE_SIZE_BIG:
		return SZ_BIG;
	case NVOS32_PAGE_SIZE_HUGE:
		switch ((p->attr2 & NVOS32_ATTR2_HUGE_MASK) >> NVOS32_ATTR2_HUGE_SHIFT) {
		case 2:
			return SZ_HUGE_512M;
		case 3:
			return SZ_HUGE_256G;
		}
		return SZ_HUGE;
	}
	return p->size >= SZ_HUGE ? SZ_HUGE : SZ_BIG;
}

static void write_back(struct nv_memory_params *p, const struct nvsim_mem *mem, u64 page)
{
	u32 code = page == SZ_SMALL ? NVOS32_PAGE_SIZE_4KB
		   : page == SZ_BIG ? NVOS32_PAGE_SIZE_BIG
				    : NVOS32_PAGE_SIZE_HUGE;

	p->size = mem->length;
	p->limit = mem->length - 1;
	p->offset = mem->offset;
	p->attr = (p->attr & ~NVOS32_ATTR_PAGE_SIZE_MASK) | code << NVOS32_ATTR_PAGE_SIZE_SHIFT;
	if (page == SZ_HUGE)
		p->attr2 = (p->attr2 & ~NVOS32_ATTR2_HUGE_MASK) | 1 << NVOS32_ATTR2_HUGE_SHIFT;
}

/* A fault that nobody knows of: it takes more than it says. */
static u64 hidden(const struct nvsim_obj *obj)
{
	if (nvsim_hidden_pid && nvsim_hidden_pid != obj->client->pid)
		return 0;
	return (u64)nvsim_hidden_mib << 20;
}

u32 nvsim_vidmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p)
{
	u64 page = page_size_of(p), length, size;
	struct nvsim_mem *mem;
	u32 status;

	if ((p->attr & NVOS32_ATTR_LOCATION_MASK) || (p->flags & NVOS32_FLAGS_VIRTUAL) || !p->size)
		return NV_ERR_INVALID_ARGUMENT;
	if (nvsim_alloc_us)
		usleep_range(nvsim_alloc_us, nvsim_alloc_us + 10);
	if (p->size > obj->nv->fb_size)
		return NV_ERR_NO_MEMORY;
	length = ALIGN(p->size, page);
	size = ALIGN(length, max(page, PMA_GRANULE)) + hidden(obj);
	mem = nvsim_mem_new(obj, NVSIM_VIDMEM, size);
	if (!mem)
		return NV_ERR_NO_MEMORY;
	mem->hidden = size - ALIGN(length, max(page, PMA_GRANULE));
	status = nvsim_vidmem_take(obj->nv, mem->pid, size, &mem->offset);
	if (status) {
		kfree(mem);
		return status;
	}
	mem->length = length;
	if (p->flags & NVOS32_FLAGS_FIXED_ADDRESS)
		mem->offset = p->offset;
	write_back(p, mem, page);
	mem->attr = p->attr;
	mem->attr2 = p->attr2;
	obj->mem = mem;
	return NV_OK;
}

/* A range of addresses: takes no memory. */
u32 nvsim_virtmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p)
{
	u64 page = page_size_of(p);
	struct nvsim_mem *mem;

	if (!p->size || p->size > (1ull << 48))
		return NV_ERR_INVALID_ARGUMENT;
	mem = nvsim_mem_new(obj, NVSIM_VIRTMEM, 0);
	if (!mem)
		return NV_ERR_NO_MEMORY;
	mem->length = ALIGN(p->size, page);
	mem->offset = p->flags & NVOS32_FLAGS_FIXED_ADDRESS ? p->offset : 1ull << 40;
	write_back(p, mem, page);
	obj->mem = mem;
	return NV_OK;
}

/* What may lie behind fabric memory: the same client's, on this GPU, in pages of 2 MiB or more. */
static u32 fabric_backing(struct nvsim_obj *obj, const struct nv_fabric_params *p,
			  struct nvsim_mem **mem)
{
	struct nvsim_obj *from = nvsim_obj_find(obj->client, p->memory);

	if (!from)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!from->mem || from->mem->kind != NVSIM_VIDMEM || from->mem->nv != obj->nv ||
	    (from->mem->attr & NVOS32_ATTR_PAGE_SIZE_MASK) >> NVOS32_ATTR_PAGE_SIZE_SHIFT !=
		    NVOS32_PAGE_SIZE_HUGE)
		return NV_ERR_INVALID_ARGUMENT;
	if (p->offset >= from->mem->length || p->size > from->mem->length - p->offset)
		return NV_ERR_INVALID_ARGUMENT;
	*mem = from->mem;
	return NV_OK;
}

/*
 * Addresses in the fabric of the GPUs' switches: takes no memory, but keeps what lies behind them.
 * The flexible form gets that later, by a control.
 */
u32 nvsim_fabric_construct(struct nvsim_obj *obj, const struct nv_fabric_params *p)
{
	struct nvsim_mem *mem, *backing = NULL;
	u32 status = NV_OK;

	if (!nvsim_fabric)
		return NV_ERR_NOT_SUPPORTED;
	if ((p->page_size != SZ_HUGE && p->page_size != SZ_HUGE_512M) || !p->size ||
	    (p->alignment | p->size) & (p->page_size - 1))
		return NV_ERR_INVALID_ARGUMENT;
	if (!(p->flags & NV_FABRIC_FLEXIBLE))
		status = fabric_backing(obj, p, &backing);
	else if (p->memory)
		status = NV_ERR_NOT_SUPPORTED;
	if (status)
		return status;
	mem = nvsim_mem_new(obj, NVSIM_FABRIC, 0);
	if (!mem)
		return NV_ERR_NO_MEMORY;
	mem->length = p->size;
	if (backing)
		nvsim_mem_get(backing);
	mem->backing = backing;
	obj->mem = mem;
	return NV_OK;
}

/*
 * One address for the memory of many GPUs. Up to 565 what is attached to it stays so until it is
 * detached, or until the last object that stands for it has gone, whichever it was attached by; from
 * 570 it goes with its own object. Here it has room for one.
 */
u32 nvsim_multicast_construct(struct nvsim_obj *obj)
{
	if (!nvsim_fabric)
		return NV_ERR_NOT_SUPPORTED;
	obj->mem = nvsim_mem_new(obj, NVSIM_MULTICAST, 0);
	return obj->mem ? NV_OK : NV_ERR_NO_MEMORY;
}

u32 nvsim_multicast_attach(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	const struct nv_ctrl_multicast_attach *p = params;
	struct nvsim_obj *from = nvsim_obj_find(obj->client, p->memory);

	if (!from)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!from->mem || from->mem->kind != NVSIM_VIDMEM || p->flags)
		return NV_ERR_INVALID_ARGUMENT;
	if (obj->mem->backing)
		return NV_ERR_STATE_IN_USE;
	if (nvsim_at_least(570, 86, 15))
		return NV_OK;
	nvsim_mem_get(from->mem);
	obj->mem->backing = from->mem;
	obj->mem->backing_at = p->offset;
	return NV_OK;
}

u32 nvsim_multicast_detach(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	const struct nv_ctrl_multicast_detach *p = params;
	struct nvsim_obj *gpu = nvsim_obj_find(obj->client, p->subdevice);
	struct nvsim_mem *mem = obj->mem->backing;

	if (!gpu || p->flags)
		return NV_ERR_INVALID_ARGUMENT;
	if (!mem || mem->nv != gpu->nv || obj->mem->backing_at != p->offset)
		return NV_ERR_OBJECT_NOT_FOUND;
	obj->mem->backing = NULL;
	nvsim_mem_put(mem);
	return NV_OK;
}

u32 nvsim_sysmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p)
{
	struct nvsim_mem *mem;
	u32 status;

	if (!p->size)
		return NV_ERR_INVALID_ARGUMENT;
	if (p->size > (1ull << 40) - PAGE_SIZE)
		return NV_ERR_NO_MEMORY;
	mem = nvsim_mem_new(obj, NVSIM_SYSMEM, PAGE_ALIGN(p->size));
	if (!mem)
		return NV_ERR_NO_MEMORY;
	status = nvsim_pages_take(mem);
	if (status) {
		kfree(mem);
		return status;
	}
	p->size = mem->length;
	if (obj->hclass == NV01_MEMORY_SYSTEM)
		p->limit = mem->length - 1;
	mem->attr = p->attr;
	mem->attr2 = p->attr2;
	obj->mem = mem;
	return NV_OK;
}
