// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_gpu.c - GPUs, address spaces and channels that a VA space has registered.
 * Owns: who may be named in later requests. Must not: look at the control file named with them; the
 * real one does not.
 */
#include "uvm.h"

#include <linux/slab.h>
#include <linux/string.h>

struct uvm_channel {
	struct list_head entry;
	struct nv_state *nv;
	u32 client;
	u32 channel;
};

struct uvm_gpu *uvm_gpu_find(struct uvm_space *space, const u8 *uuid)
{
	u32 i;

	lockdep_assert_held(&space->lock);
	for (i = 0; i < space->nr_gpus; i++)
		if (!memcmp(space->gpus[i].uuid, uuid, sizeof(space->gpus[i].uuid)))
			return &space->gpus[i];
	return NULL;
}

u32 uvm_api_register_gpu(struct uvm_space *space, struct uvm_register_gpu *p)
{
	struct nv_state *nv;
	u32 status = nvUvmInterfaceRegisterGpu(p->uuid, &nv);
	bool added = false;

	if (status)
		return status;
	mutex_lock(&space->lock);
	status = nvUvmInterfaceGetGpuInfo(nv);
	if (!status && !uvm_gpu_find(space, p->uuid)) {
		struct uvm_gpu *gpu = &space->gpus[space->nr_gpus++];

		memcpy(gpu->uuid, p->uuid, sizeof(gpu->uuid));
		gpu->nv = nv;
		gpu->vaspace = false;
		added = true;
	}
	mutex_unlock(&space->lock);
	if (!added)
		nvUvmInterfaceUnregisterGpu(nv);
	p->numa_enabled = 0;
	p->numa_node = -1;
	return status;
}

static void drop_channels(struct uvm_space *space, struct nv_state *nv)
{
	struct uvm_channel *c, *next;

	list_for_each_entry_safe(c, next, &space->channels, entry) {
		if (nv && c->nv != nv)
			continue;
		list_del(&c->entry);
		kfree(c);
	}
}

/* The VA space goes, and with it UVM's own hold on each GPU. */
void uvm_gpus_release(struct uvm_space *space)
{
	drop_channels(space, NULL);
	while (space->nr_gpus)
		nvUvmInterfaceUnregisterGpu(space->gpus[--space->nr_gpus].nv);
}

static void unmap_everywhere(struct uvm_space *space, struct nv_state *nv)
{
	struct rb_node *n;

	for (n = rb_first(&space->ranges); n; n = rb_next(n)) {
		struct uvm_range *range = rb_entry(n, struct uvm_range, node);

		uvm_maps_release(range, nv, range->start, range->end);
		if (range->type == UVM_MANAGED)
			uvm_chunks_release(range, nv, range->start, range->end);
	}
}

u32 uvm_api_unregister_gpu(struct uvm_space *space, struct uvm_unregister_gpu *p)
{
	struct uvm_gpu *gpu;
	u32 status = NV_OK;

	mutex_lock(&space->lock);
	gpu = uvm_gpu_find(space, p->uuid);
	if (!gpu) {
		status = NV_ERR_INVALID_DEVICE;
	} else {
		drop_channels(space, gpu->nv);
		unmap_everywhere(space, gpu->nv);
		nvUvmInterfaceUnregisterGpu(gpu->nv);
		*gpu = space->gpus[--space->nr_gpus];
	}
	mutex_unlock(&space->lock);
	return status;
}

noinline u32 uvm_api_register_gpu_va_space(struct uvm_register_vaspace *p, struct file *filp)
{
	struct uvm_space *space = uvm_fd_space(filp);
	struct mm_struct *mm = space->mm == current->mm ? space->mm : NULL;
	struct uvm_gpu *gpu;
	u32 status;

	if (mm)		/* as the real one: what the CPU has mapped may have to change */
		mmap_read_lock(mm);
	mutex_lock(&space->lock);
	gpu = uvm_gpu_find(space, p->uuid);
	if (!gpu)
		status = NV_ERR_INVALID_DEVICE;
	else if (gpu->vaspace)
		status = NV_ERR_INVALID_DEVICE;
	else
		status = nvUvmInterfaceDupAddressSpace(p->client, p->vaspace, gpu->nv);
	if (!status)
		gpu->vaspace = true;
	mutex_unlock(&space->lock);
	if (mm)
		mmap_read_unlock(mm);
	return status;
}

u32 uvm_api_unregister_vaspace(struct uvm_space *space, struct uvm_unregister_vaspace *p)
{
	struct uvm_gpu *gpu;
	u32 status = NV_OK;

	mutex_lock(&space->lock);
	gpu = uvm_gpu_find(space, p->uuid);
	if (!gpu || !gpu->vaspace) {
		status = NV_ERR_INVALID_DEVICE;
	} else {
		drop_channels(space, gpu->nv);
		unmap_everywhere(space, gpu->nv);
		gpu->vaspace = false;
	}
	mutex_unlock(&space->lock);
	return status;
}

u32 uvm_api_register_channel(struct uvm_space *space, struct uvm_register_channel *p)
{
	struct uvm_channel *c = kzalloc(sizeof(*c), GFP_KERNEL);
	struct uvm_gpu *gpu;
	u32 status;

	if (!c)
		return NV_ERR_NO_MEMORY;
	mutex_lock(&space->lock);
	gpu = uvm_gpu_find(space, p->uuid);
	status = gpu && gpu->vaspace ? nvUvmInterfaceRetainChannel(p->client, p->channel, gpu->nv)
				     : NV_ERR_INVALID_DEVICE;
	if (!status) {
		c->nv = gpu->nv;
		c->client = p->client;
		c->channel = p->channel;
		list_add(&c->entry, &space->channels);
		c = NULL;
	}
	mutex_unlock(&space->lock);
	kfree(c);
	return status;
}

u32 uvm_api_unregister_channel(struct uvm_space *space, u32 client, u32 channel)
{
	u32 status = NV_ERR_INVALID_CHANNEL;
	struct uvm_channel *c;

	mutex_lock(&space->lock);
	list_for_each_entry(c, &space->channels, entry) {
		if (c->client == client && c->channel == channel) {
			list_del(&c->entry);
			kfree(c);
			status = NV_OK;
			break;
		}
	}
	mutex_unlock(&space->lock);
	return status;
}
