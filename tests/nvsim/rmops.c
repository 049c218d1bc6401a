// SPDX-License-Identifier: GPL-2.0-only
/*
 * rmops.c - nvidia_get_rm_ops(): the way of other modules (NVKMS) into RM, with kernel pointers and
 * the kernel's privilege.
 * Owns: the real driver's table, the match of versions. Must not: be bound to a control file.
 */
#include "nvsim.h"
#include "rmops.h"

#include <linux/slab.h>
#include <linux/string.h>

static int alloc_stack(nvidia_stack_t **sp)
{
	*sp = kzalloc(sizeof(**sp), GFP_KERNEL);
	return *sp ? 0 : -ENOMEM;
}

static void free_stack(nvidia_stack_t *sp)
{
	kfree(sp);
}

static u32 enumerate_gpus(struct nv_gpu_info *info)
{
	unsigned int i;

	for (i = 0; i < nr_gpus; i++)
		info[i] = (struct nv_gpu_info){ .gpu_id = nv_gpus[i]->gpu_id,
						.domain = nv_gpus[i]->domain,
						.bus = nv_gpus[i]->bus,
						.slot = nv_gpus[i]->slot };
	return nr_gpus;
}

static int open_gpu(u32 gpu_id, nvidia_stack_t *sp)
{
	struct nv_state *nv = nvsim_gpu_by_id(gpu_id);

	return nv ? nvsim_gpu_hold(nv) : -ENODEV;
}

static void close_gpu(u32 gpu_id, nvidia_stack_t *sp)
{
	struct nv_state *nv = nvsim_gpu_by_id(gpu_id);

	if (nv)
		nv_close_device_locking(nv);
}

/* Both forms begin alike. */
static u32 alloc(struct nvsim_sec *sec, struct nvos21 *p)
{
	void *params = (void *)(unsigned long)p->params;
	bool is_root = p->hclass == NV01_ROOT || p->hclass == NV01_ROOT_NON_PRIV;
	u32 status;

	if (is_root)
		p->hclass = NV01_ROOT_CLIENT;
	if (nvsim_class_params(p->hclass) < 0)
		return NV_ERR_INVALID_CLASS;
	if (!params && nvsim_class_needs_params(p->hclass))
		return NV_ERR_INVALID_ARGUMENT;
	status = rm_alloc_kernel(sec, p->root, p->parent, &p->new_handle, p->hclass, params);
	if (!status && is_root && params)
		*(u32 *)params = p->new_handle;
	return status;
}

/* An operation that is not here is ignored, as by the real driver. */
static void rm_kernel_rmapi_op(nvidia_stack_t *sp, void *ops_cmd)
{
	struct nvsim_sec sec = { .admin = true, .kernel = true };
	struct nv_kernel_op *op = ops_cmd;

	switch (op->op) {
	case NV01_FREE:
		op->params.free.status = rm_free(&sec, op->params.free.root, op->params.free.old);
		break;
	case NV04_ALLOC:
		if (nvsim_at_least(575, 0, 0))
			op->params.long_alloc.status = alloc(&sec, &op->params.alloc);
		else
			op->params.alloc.status = alloc(&sec, &op->params.alloc);
		break;
	case NV04_CONTROL:
		op->params.control.status = rm_control_kernel(&sec, &op->params.control);
		break;
	case NV04_DUP_OBJECT:
		op->params.dup.status = rm_dup(&sec, &op->params.dup);
		break;
	}
}

static int set_callbacks(const struct nv_modeset_callbacks *cb)
{
	static const struct nv_modeset_callbacks *callbacks;

	if (!callbacks == !cb)
		return -EINVAL;
	callbacks = cb;
	return 0;
}

noinline u32 nvidia_get_rm_ops(struct nv_rm_ops *ops)
{
	const struct nv_rm_ops ours = {
		.version_string = nvsim_version,
		.alloc_stack = alloc_stack,
		.free_stack = free_stack,
		.enumerate_gpus = enumerate_gpus,
		.open_gpu = open_gpu,
		.close_gpu = close_gpu,
		.op = rm_kernel_rmapi_op,
		.set_callbacks = set_callbacks,
	};

	if (strcmp(ops->version_string, nvsim_version)) {
		ops->version_string = nvsim_version;
		return NV_ERR_GENERIC;
	}
	*ops = ours;
	return NV_OK;
}
EXPORT_SYMBOL(nvidia_get_rm_ops);
