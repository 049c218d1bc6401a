// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_if.c - the services of nvidia.ko that nvidia-uvm.ko calls.
 * Owns: the checks RM makes on UVM's behalf. Must not: check the control file: the real one ignores
 * it.
 */
#include "nvsim.h"
#include "nvuvm.h"

#include <linux/sched.h>
#include <linux/xarray.h>

/* What UVM's kernel client holds, by handle; rm_lock. */
static DEFINE_XARRAY_ALLOC1(dups);

#define FIRST_DUP	0xcaf00000u	/* as RM numbers objects by itself */

u32 nvUvmInterfaceRegisterGpu(const u8 *uuid, struct nv_state **nv)
{
	switch (nv_get_by_uuid(uuid, nv)) {
	case 0:
		return NV_OK;
	case -ENODEV:
		return NV_ERR_GPU_UUID_NOT_FOUND;
	}
	return NV_ERR_GENERIC;
}
EXPORT_SYMBOL(nvUvmInterfaceRegisterGpu);

void nvUvmInterfaceUnregisterGpu(struct nv_state *nv)
{
	nv_close_device_locking(nv);
}
EXPORT_SYMBOL(nvUvmInterfaceUnregisterGpu);

u32 nvUvmInterfaceGetGpuInfo(struct nv_state *nv)
{
	return nv_is_gpu_accessible(nv) ? NV_OK : NV_ERR_INSUFFICIENT_PERMISSIONS;
}
EXPORT_SYMBOL(nvUvmInterfaceGetGpuInfo);

static u32 find_object(u32 hclient, u32 handle, struct nvsim_obj **obj)
{
	struct nvsim_client *client = nvsim_client_find(hclient);

	if (!client)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	*obj = nvsim_obj_find(client, handle);
	return *obj ? NV_OK : NV_ERR_OBJECT_NOT_FOUND;
}

/*
 * The client named need not be the caller's, but the memory must be its process's, or shared with
 * everybody.
 */
u32 nvUvmInterfaceDupMemory(struct nv_state *nv, u32 client, u32 memory, u32 *dup,
			    struct nvuvm_memory_info *info)
{
	struct nvsim_obj *obj;
	u32 status, index;

	mutex_lock(&rm_lock);
	status = find_object(client, memory, &obj);
	if (status)
		goto out;
	if (!obj->mem || obj->mem->kind == NVSIM_VIRTMEM || obj->mem->kind == NVSIM_MULTICAST) {
		status = NV_ERR_INVALID_ARGUMENT;
		goto out;
	}
	if (!nvsim_may_dup_kernel(obj, task_tgid_nr(current))) {
		status = NV_ERR_INSUFFICIENT_PERMISSIONS;
		goto out;
	}
	if (xa_alloc(&dups, &index, obj->mem, xa_limit_31b, GFP_KERNEL)) {
		status = NV_ERR_NO_MEMORY;
		goto out;
	}
	nvsim_mem_get(obj->mem);
	*dup = FIRST_DUP + index;
	info->length = obj->mem->length;
	info->owner = obj->mem->nv;
out:
	mutex_unlock(&rm_lock);
	return status;
}
EXPORT_SYMBOL(nvUvmInterfaceDupMemory);

u32 nvUvmInterfaceFreeDupedHandle(struct nv_state *nv, u32 dup)
{
	struct nvsim_mem *mem;

	mutex_lock(&rm_lock);
	mem = xa_erase(&dups, dup - FIRST_DUP);
	if (mem)
		nvsim_mem_put(mem);
	mutex_unlock(&rm_lock);
	return mem ? NV_OK : NV_ERR_OBJECT_NOT_FOUND;
}
EXPORT_SYMBOL(nvUvmInterfaceFreeDupedHandle);

static u32 check_object(u32 client, u32 handle, struct nv_state *nv, bool channel)
{
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = find_object(client, handle, &obj);
	if (!status && !nvsim_may_dup_kernel(obj, task_tgid_nr(current)))
		status = NV_ERR_INSUFFICIENT_PERMISSIONS;
	if (!status && obj->nv != nv)
		status = NV_ERR_INVALID_DEVICE;
	if (!status &&
	    !(channel ? nvsim_class_is_channel(obj->hclass) : obj->hclass == FERMI_VASPACE_A))
		status = NV_ERR_INVALID_OBJECT;
	mutex_unlock(&rm_lock);
	return status;
}

u32 nvUvmInterfaceDupAddressSpace(u32 client, u32 vaspace, struct nv_state *nv)
{
	return check_object(client, vaspace, nv, false);
}
EXPORT_SYMBOL(nvUvmInterfaceDupAddressSpace);

u32 nvUvmInterfaceRetainChannel(u32 client, u32 channel, struct nv_state *nv)
{
	return check_object(client, channel, nv, true);
}
EXPORT_SYMBOL(nvUvmInterfaceRetainChannel);

/* Pid 0 in the books: a kernel client has it. */
u32 nvUvmInterfacePmaAllocPages(struct nv_state *nv, u64 size)
{
	u64 offset;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_vidmem_take(nv, 0, size, &offset);
	mutex_unlock(&rm_lock);
	return status;
}
EXPORT_SYMBOL(nvUvmInterfacePmaAllocPages);

void nvUvmInterfacePmaFreePages(struct nv_state *nv, u64 size)
{
	mutex_lock(&rm_lock);
	nvsim_vidmem_give(nv, 0, size);
	mutex_unlock(&rm_lock);
}
EXPORT_SYMBOL(nvUvmInterfacePmaFreePages);

bool nvUvmInterfaceAtLeast(unsigned int major, unsigned int minor, unsigned int patch)
{
	return nvsim_at_least(major, minor, patch);
}
EXPORT_SYMBOL(nvUvmInterfaceAtLeast);
