// SPDX-License-Identifier: GPL-2.0-only
/*
 * heap.c - the old ways to memory: heap control (NVOS32) and RM_ALLOC_MEMORY (NVOS02).
 * Owns: their translation into objects. Must not: allocate by itself; it goes through
 * rm_alloc_kernel().
 */
#include "nvsim.h"

/* What the three allocating functions have in common, out of the union and back into it. */
struct heap_request {
	u32 *memory;
	u32 *flags;
	u32 *attr;
	u32 *attr2;
	u64 *size;
	u64 *alignment;
	u64 *offset;
	u64 *limit;
};

static bool spread(struct nvos32 *p, struct heap_request *r)
{
	switch (p->function) {
	case NVOS32_ALLOC_SIZE:
		*r = (struct heap_request){ &p->u.alloc.memory, &p->u.alloc.flags,
					    &p->u.alloc.attr,	&p->u.alloc.attr2,
					    &p->u.alloc.size,	&p->u.alloc.alignment,
					    &p->u.alloc.offset, &p->u.alloc.limit };
		return true;
	case NVOS32_ALLOC_SIZE_RANGE:
		*r = (struct heap_request){ &p->u.range.memory, &p->u.range.flags,
					    &p->u.range.attr,	&p->u.range.attr2,
					    &p->u.range.size,	&p->u.range.alignment,
					    &p->u.range.offset, &p->u.range.limit };
		return true;
	case NVOS32_ALLOC_TILED_PITCH_HEIGHT:
		*r = (struct heap_request){ &p->u.pitch.memory, &p->u.pitch.flags,
					    &p->u.pitch.attr,	&p->u.pitch.attr2,
					    &p->u.pitch.size,	&p->u.pitch.alignment,
					    &p->u.pitch.offset, &p->u.pitch.limit };
		return true;
	}
	return false;
}

/*
 * The class follows from flag and attributes. 0x42 (memory of the host's Grace half) exists on no
 * simulated GPU.
 */
static u32 class_for(const struct heap_request *r)
{
	if (*r->flags & NVOS32_FLAGS_VIRTUAL)
		return NV50_MEMORY_VIRTUAL;
	if ((*r->attr & NVOS32_ATTR_LOCATION_MASK) >> NVOS32_ATTR_LOCATION_SHIFT ==
	    NVOS32_LOCATION_VIDMEM)
		return NV01_MEMORY_LOCAL_USER;
	return NV01_MEMORY_SYSTEM;
}

static u32 heap_alloc(struct nvsim_sec *sec, struct nvos32 *p, struct heap_request *r)
{
	struct nv_memory_params m = { .owner = p->u.alloc.owner, .type = p->u.alloc.type };
	u32 handle = *r->flags & NVOS32_FLAGS_HANDLE_PROVIDED ? *r->memory : 0;
	u32 status;

	if (p->function == NVOS32_ALLOC_TILED_PITCH_HEIGHT) {
		m.height = p->u.pitch.height;
		m.pitch = p->u.pitch.pitch;
		if (m.pitch <= 0)
			return NV_ERR_INVALID_ARGUMENT;
		*r->size = (u64)m.height * (u32)m.pitch;
	}
	m.flags = *r->flags;
	m.attr = *r->attr;
	m.attr2 = *r->attr2;
	m.size = *r->size;
	m.alignment = *r->alignment;
	m.offset = *r->offset;
	m.vaspace = p->vaspace;
	status = rm_alloc_kernel(sec, p->root, p->parent, &handle, class_for(r), &m);
	if (status)
		return status;
	*r->memory = handle;
	*r->attr = m.attr;
	*r->attr2 = m.attr2;
	*r->size = m.size;
	*r->offset = m.offset;
	*r->limit = m.limit;
	return NV_OK;
}

static u32 heap_info(struct nvsim_sec *sec, struct nvos32 *p)
{
	struct nvsim_client *client;
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_client_check(p->root, sec, &client);
	if (status)
		goto out;
	obj = nvsim_obj_find(client, p->parent);
	if (!obj || !obj->nv) {
		status = NV_ERR_OBJECT_NOT_FOUND;
		goto out;
	}
	p->total = obj->nv->fb_size - obj->nv->fb_reserved;
	p->free = nvsim_fb_free(obj->nv);
	p->u.info.offset = 0;
	p->u.info.size = p->free;
	p->u.info.base = 0;
out:
	mutex_unlock(&rm_lock);
	return status;
}

u32 rm_vid_heap_control(struct nvsim_sec *sec, struct nvos32 *p)
{
	struct heap_request r;

	if (spread(p, &r))
		return heap_alloc(sec, p, &r);
	switch (p->function) {
	case NVOS32_FREE:
		return rm_free(sec, p->root, p->u.free_mem.memory);
	case NVOS32_INFO:
		return heap_info(sec, p);
	}
	return NV_ERR_INVALID_FUNCTION;
}

/*
 * Never takes video memory: class 0x40 is a window over all of it for the administrator, for others
 * only a number.
 */
static u32 window(struct nvsim_sec *sec, struct nvos02_fd *p)
{
	struct nvsim_client *client;
	struct nvsim_obj *up, *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_client_check(p->root, sec, &client);
	if (status)
		goto out;
	up = nvsim_obj_find(client, p->parent);
	if (!up || !up->nv) {
		status = NV_ERR_OBJECT_NOT_FOUND;
		goto out;
	}
	status = nvsim_handle_assign(client, &p->new_handle);
	if (status)
		goto out;
	obj = nvsim_obj_new(client, up, p->new_handle,
			    sec->admin ? NV01_MEMORY_LOCAL_PHYSICAL : NV01_MEMORY_VIRTUAL);
	if (!obj)
		status = NV_ERR_NO_MEMORY;
	else
		p->limit = up->nv->fb_size - up->nv->fb_reserved - 1;
out:
	mutex_unlock(&rm_lock);
	return status;
}

u32 rm_alloc_memory02(struct nvsim_sec *sec, struct nvos02_fd *p)
{
	struct nv_memory_params m = { .size = p->limit + 1 };
	u32 status;

	switch (p->hclass) {
	case NV01_MEMORY_LOCAL_USER:
	case NV01_MEMORY_LOCAL_PHYSICAL:
		return window(sec, p);
	case NV01_MEMORY_SYSTEM:
		m.attr = NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT;
		status = rm_alloc_kernel(sec, p->root, p->parent, &p->new_handle, p->hclass, &m);
		if (!status)
			p->limit = m.limit;
		return status;
	}
	return NV_ERR_INVALID_CLASS;
}
