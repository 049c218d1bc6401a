// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_ext.c - external ranges: a user's RM memory mapped into the GPU's address space.
 * Owns: UVM's own reference on that memory, which outlives the user's handle. Must not: touch user
 * memory.
 */
#include "uvm.h"

#include <linux/slab.h>

/* One reference on RM memory; pieces of a split mapping share it. */
struct ext_handle {
	u32 refs;
	u32 dup;
	struct nv_state *nv;	/* the GPU that maps it */
};

struct ext_map {
	struct list_head entry;
	struct nv_state *nv;
	u64 start;
	u64 end;
	struct ext_handle *handle;
};

/* Up to 550.40.07 the list of GPUs has 32 places, then 256. */
u32 uvm_max_attrs(void)
{
	return nvUvmInterfaceAtLeast(550, 40, 53) ? UVM_MAP_GPUS : UVM_MAP_GPUS_OLD;
}

u32 uvm_map_size(void)
{
	return UVM_MAP_HEAD + uvm_max_attrs() * sizeof(struct uvm_gpu_attr) +
	       sizeof(struct uvm_map_tail);
}

u32 uvm_pool_size(void)
{
	return UVM_POOL_HEAD + uvm_max_attrs() * sizeof(struct uvm_gpu_attr) +
	       sizeof(struct uvm_pool_tail);
}

static void map_free(struct ext_map *m)
{
	list_del(&m->entry);
	if (!--m->handle->refs) {
		nvUvmInterfaceFreeDupedHandle(m->handle->nv, m->handle->dup);
		kfree(m->handle);
	}
	kfree(m);
}

static struct ext_map *map_add(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end,
			       struct ext_handle *h)
{
	struct ext_map *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return NULL;
	m->nv = nv;
	m->start = start;
	m->end = end;
	m->handle = h;
	h->refs++;
	list_add(&m->entry, &range->maps);
	return m;
}

/*
 * Takes [start, end) out of a mapping; what is left on either side stays mapped, by the same
 * reference.
 */
static u32 map_cut(struct uvm_range *range, struct ext_map *m, u64 start, u64 end)
{
	if (m->start < start && m->end > end && !map_add(range, m->nv, end, m->end, m->handle))
		return NV_ERR_NO_MEMORY;
	if (m->start < start)
		m->end = start;
	else if (m->end > end)
		m->start = end;
	else
		map_free(m);
	return NV_OK;
}

static u32 unmap(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end)
{
	struct ext_map *m, *next;
	u32 status = NV_OK;

	list_for_each_entry_safe(m, next, &range->maps, entry) {
		if ((nv && m->nv != nv) || m->end <= start || m->start >= end)
			continue;
		status = map_cut(range, m, start, end);
		if (status)
			break;
	}
	return status;
}

void uvm_maps_release(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end)
{
	WARN_ON_ONCE(unmap(range, nv, start, end));
}

u32 uvm_api_create_external(struct uvm_space *space, struct uvm_external_range *p)
{
	u32 status;

	if (uvm_bad_4k(p->base, p->length))
		return NV_ERR_INVALID_ADDRESS;
	mutex_lock(&space->lock);
	status = uvm_range_create(space, p->base, p->length, UVM_EXTERNAL, NULL);
	mutex_unlock(&space->lock);
	return status;
}

static u32 map_on(struct uvm_range *range, struct uvm_gpu *gpu, u64 base, u64 length, u64 offset,
		  const struct uvm_map_tail *tail)
{
	struct nvuvm_memory_info info;
	struct ext_handle *h;
	u32 status = unmap(range, gpu->nv, base, base + length);

	if (status)
		return status;
	h = kzalloc(sizeof(*h), GFP_KERNEL);
	if (!h)
		return NV_ERR_NO_MEMORY;
	h->nv = gpu->nv;
	status = nvUvmInterfaceDupMemory(h->nv, tail->client, tail->memory, &h->dup, &info);
	if (status) {
		kfree(h);
		return status;
	}
	if (info.owner && info.owner != gpu->nv)
		status = NV_ERR_INVALID_DEVICE;		/* peers are not enabled here */
	else if (offset >= info.length || length > info.length - offset)
		status = NV_ERR_INVALID_OFFSET;
	else if (!map_add(range, gpu->nv, base, base + length, h))
		status = NV_ERR_NO_MEMORY;
	if (status) {
		nvUvmInterfaceFreeDupedHandle(h->nv, h->dup);
		kfree(h);
	}
	return status;
}

static u32 map_locked(struct uvm_space *space, u64 base, u64 length, u64 offset,
		      const struct uvm_gpu_attr *attrs, const struct uvm_map_tail *tail)
{
	struct uvm_range *range = uvm_range_find(space, base);
	u32 status = NV_OK, i;

	if (!range || range->type != UVM_EXTERNAL || range->end < base + length)
		return NV_ERR_INVALID_ADDRESS;
	for (i = 0; i < tail->count; i++) {
		struct uvm_gpu *gpu = uvm_gpu_find(space, attrs[i].uuid);

		status = gpu && gpu->vaspace ? map_on(range, gpu, base, length, offset, tail)
					     : NV_ERR_INVALID_DEVICE;
		if (status)
			break;
	}
	while (status && i--)
		uvm_maps_release(range, uvm_gpu_find(space, attrs[i].uuid)->nv, base,
				 base + length);
	return status;
}

u32 uvm_api_map_external(struct uvm_space *space, void *params)
{
	const u64 *head = params;
	const struct uvm_gpu_attr *attrs = params + UVM_MAP_HEAD;
	const struct uvm_map_tail *tail = params + UVM_MAP_HEAD + uvm_max_attrs() * sizeof(*attrs);
	u32 status;

	if (uvm_bad_4k(head[0], head[1]))
		return NV_ERR_INVALID_ADDRESS;
	if (!tail->count || tail->count > uvm_max_attrs())
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&space->lock);
	status = map_locked(space, head[0], head[1], head[2], attrs, tail);
	mutex_unlock(&space->lock);
	return status;
}

u32 uvm_api_unmap_external(struct uvm_space *space, struct uvm_unmap_external *p)
{
	struct uvm_range *range;
	struct uvm_gpu *gpu;
	u32 status;

	if (uvm_bad_4k(p->base, p->length))
		return NV_ERR_INVALID_ADDRESS;
	mutex_lock(&space->lock);
	range = uvm_range_find(space, p->base);
	gpu = uvm_gpu_find(space, p->uuid);
	if (!range || range->type != UVM_EXTERNAL || range->end < p->base + p->length)
		status = NV_ERR_INVALID_ADDRESS;
	else if (!gpu)
		status = NV_ERR_INVALID_DEVICE;
	else
		status = unmap(range, gpu->nv, p->base, p->base + p->length);
	mutex_unlock(&space->lock);
	return status;
}

/* length 0: the newer form, which has none. Managed ranges are not freed this way but unmapped. */
u32 uvm_api_free(struct uvm_space *space, u64 base, u64 length)
{
	struct uvm_range *range;
	u32 status = NV_OK;

	if (uvm_bad_4k(base, length ?: 4096))
		return NV_ERR_INVALID_ADDRESS;
	mutex_lock(&space->lock);
	range = uvm_range_find(space, base);
	if (!range || range->type == UVM_MANAGED || range->start != base ||
	    (length && range->end != base + length))
		status = NV_ERR_INVALID_ADDRESS;
	else if (range->nr_mapped)
		status = NV_ERR_INVALID_ARGUMENT;
	else
		uvm_range_destroy(range);
	mutex_unlock(&space->lock);
	return status;
}

/* Semaphores live in host memory. */
u32 uvm_api_alloc_pool(struct uvm_space *space, void *params)
{
	const u64 *head = params;
	const struct uvm_pool_tail *tail = params + uvm_pool_size() - sizeof(*tail);
	u32 status;

	if (uvm_bad_4k(head[0], head[1]))
		return NV_ERR_INVALID_ADDRESS;
	if (tail->count > uvm_max_attrs())
		return NV_ERR_INVALID_ARGUMENT;
	mutex_lock(&space->lock);
	status = uvm_range_create(space, head[0], head[1], UVM_POOL, NULL);
	mutex_unlock(&space->lock);
	return status;
}
