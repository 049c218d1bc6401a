/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvuvm.h - what nvidia.ko offers to nvidia-uvm.ko, by the real interface's names.
 * Owns: that border. Must not: let UVM see an RM object, only what it has a reference on.
 */
#ifndef NVSIM_NVUVM_H
#define NVSIM_NVUVM_H

#include <linux/types.h>

struct nvsim_mem;
struct nv_state;

/* Opens the GPU for UVM itself: it stays initialised without any of the user's files. */
u32 nvUvmInterfaceRegisterGpu(const u8 *uuid, struct nv_state **nv);
void nvUvmInterfaceUnregisterGpu(struct nv_state *nv);
/* Does the calling process have this GPU open? */
u32 nvUvmInterfaceGetGpuInfo(struct nv_state *nv);
/* A handle of UVM's own on a user's memory; it outlives the user's. @nv is the one that maps. */
struct nvuvm_memory_info {
	u64 length;
	struct nv_state *owner;		/* NULL: host memory */
};
u32 nvUvmInterfaceDupMemory(struct nv_state *nv, u32 client, u32 memory, u32 *dup,
			    struct nvuvm_memory_info *info);
u32 nvUvmInterfaceFreeDupedHandle(struct nv_state *nv, u32 dup);
u32 nvUvmInterfaceDupAddressSpace(u32 client, u32 vaspace, struct nv_state *nv);
u32 nvUvmInterfaceRetainChannel(u32 client, u32 channel, struct nv_state *nv);
/* Memory that UVM takes for managed pages; it is nobody's in RM's process lists. */
u32 nvUvmInterfacePmaAllocPages(struct nv_state *nv, u64 size);
void nvUvmInterfacePmaFreePages(struct nv_state *nv, u64 size);
bool nvUvmInterfaceAtLeast(unsigned int major, unsigned int minor, unsigned int patch);

#endif /* NVSIM_NVUVM_H */
