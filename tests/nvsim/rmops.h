/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rmops.h - the table that nvidia_get_rm_ops() fills, and what its op() takes, as in the real
 * driver's nv-modeset-interface.h and nv-kernel-rmapi-ops.h.
 * Owns: their transcription. Must not: be seen by user space.
 */
#ifndef NVSIM_RMOPS_H
#define NVSIM_RMOPS_H

#include "nvsim.h"

#define NV01_FREE	0x00
#define NV04_ALLOC	0x15
#define NV04_CONTROL	0x36
#define NV04_DUP_OBJECT	0x37

struct nv_gpu_info {
	u32 gpu_id;
	u32 domain;
	u8 bus, slot, function;
	void *os_device_ptr;
};

struct nv_modeset_callbacks {
	void (*suspend)(u32 gpu_id);
	void (*resume)(u32 gpu_id);
};

struct nv_rm_ops {
	const char *version_string;
	struct { u8 allow_write_combining; } system_info;
	int (*alloc_stack)(nvidia_stack_t **sp);
	void (*free_stack)(nvidia_stack_t *sp);
	u32 (*enumerate_gpus)(struct nv_gpu_info *info);
	int (*open_gpu)(u32 gpu_id, nvidia_stack_t *sp);
	void (*close_gpu)(u32 gpu_id, nvidia_stack_t *sp);
	void (*op)(nvidia_stack_t *sp, void *ops_cmd);
	int (*set_callbacks)(const struct nv_modeset_callbacks *cb);
};

struct nv_kernel_op {
	u32 op;
	union {
		struct nvos00 free;
		struct nvos21 alloc;		/* below 575 */
		struct nvos64 long_alloc;
		struct nvos54 control;
		struct nvos55 dup;
	} params;
};

u32 nvidia_get_rm_ops(struct nv_rm_ops *ops);

#endif /* NVSIM_RMOPS_H */
