/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameters of nvidia-uvm's requests, as its own functions get them: the driver's copy in
 * kernel memory, which nobody else changes. Pure. Layouts are in abi.h.
 */
#ifndef _GW_NV_UVM_DECODE_H
#define _GW_NV_UVM_DECODE_H

#include <linux/types.h>

#define GW_NV_UUID_SIZE 16

/**
 * struct gw_nv_uvm - What the parameters of one request say
 * @base: first address of the range
 * @length: of the range; 0 where the request names only the base: the whole range that is there
 * @offset: of the range in the memory
 * @client: handle of the client of @object, 0 for none
 * @object: handle of the memory, the channel or the address space
 * @nr_gpus: number of GPUs that are named
 * @size: bytes of the parameters
 * @status_at: private: where the status is
 * @gpus_at: private: where the first GPU is
 * @gpu_step: private: from one GPU to the next
 */
struct gw_nv_uvm {
	u64 base;
	u64 length;
	u64 offset;
	u32 client;
	u32 object;
	u32 nr_gpus;
	u32 size;
	u32 status_at;
	u32 gpus_at;
	u32 gpu_step;
};

/**
 * gw_nv_uvm_read() - Read the parameters of a request
 * @branch: of the driver
 * @cmd: UVM_MAP_EXTERNAL_ALLOCATION, UVM_UNMAP_EXTERNAL, UVM_FREE, UVM_CREATE_EXTERNAL_RANGE,
 *	UVM_ALLOC_SEMAPHORE_POOL, UVM_REGISTER_GPU, UVM_REGISTER_GPU_VASPACE,
 *	UVM_UNREGISTER_GPU_VASPACE, UVM_UNREGISTER_GPU or UVM_REGISTER_CHANNEL
 * @params: as many bytes as the driver's own struct has
 * @u: result, always filled
 *
 * Return: 0; -ENOENT another request, or a driver that is not known; -EINVAL more GPUs than the
 * struct has room for: refuse it.
 */
int gw_nv_uvm_read(u32 branch, u32 cmd, const void *params, struct gw_nv_uvm *u);

/** gw_nv_uvm_gpu() - UUID of the GPU @i, below @u->nr_gpus: GW_NV_UUID_SIZE bytes in @params */
const u8 *gw_nv_uvm_gpu(const struct gw_nv_uvm *u, const void *params, u32 i);

/** gw_nv_uvm_status() - After the call: the driver's status, 0 for success */
u32 gw_nv_uvm_status(const struct gw_nv_uvm *u, const void *params);

/** gw_nv_uvm_fail() - Answer @status in the driver's place; the function returns 0 then */
void gw_nv_uvm_fail(const struct gw_nv_uvm *u, void *params, u32 status);

#endif /* _GW_NV_UVM_DECODE_H */
