// SPDX-License-Identifier: GPL-2.0-only
/*
 * rm.c - rm_ioctl(): the door between the char devices and RM, with the real driver's name and
 * order of arguments.
 * Owns: which request needs which node and which size. Must not: touch user memory.
 */
#include "nvsim.h"

#include <linux/capability.h>

struct request {
	u8 nr;
	bool ctl_only;
	bool gpu_only;
	u16 size;
	u32 (*run)(struct nvsim_sec *sec, struct nv_file *nvfp, void *data);
};

static u32 do_free(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos00 *p = data;

	p->status = rm_free(sec, p->root, p->old);
	return NV_OK;
}

static u32 do_control(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos54 *p = data;

	p->status = rm_control(sec, p);
	return NV_OK;
}

static u32 do_dup(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos55 *p = data;

	p->status = rm_dup(sec, p);
	return NV_OK;
}

static u32 do_share(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos57 *p = data;

	p->status = rm_share(sec, p);
	return NV_OK;
}

static u32 do_heap(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos32 *p = data;

	p->status = rm_vid_heap_control(sec, p);
	return NV_OK;
}

static u32 do_map(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos33_fd *p = data;

	p->status = rm_map_memory(sec, p);
	return NV_OK;
}

static u32 do_unmap(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos34 *p = data;

	p->status = rm_unmap_memory(sec, p);
	return NV_OK;
}

static u32 do_memory02(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nvos02_fd *p = data;

	p->status = rm_alloc_memory02(sec, p);
	return NV_OK;
}

static u32 do_register_fd(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	return rm_register_fd(nvfp, *(int *)data);
}

static u32 do_alloc_event(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nv_os_event *p = data;

	p->status = rm_alloc_os_event(p->client, nvfp, p->fd);
	return NV_OK;
}

static u32 do_free_event(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nv_os_event *p = data;

	p->status = rm_free_os_event(p->client, p->fd);
	return NV_OK;
}

static u32 do_status_code(struct nvsim_sec *sec, struct nv_file *nvfp, void *data)
{
	struct nv_status_code *p = data;
	unsigned int i;

	for (i = 0; i < nr_gpus; i++) {
		if (nv_gpus[i]->domain == p->domain && nv_gpus[i]->bus == p->bus &&
		    nv_gpus[i]->slot == p->slot) {
			p->status = NV_OK;
			return NV_OK;
		}
	}
	return NV_ERR_INVALID_ARGUMENT;
}

static const struct request requests[] = {
	{ NV_ESC_RM_ALLOC_MEMORY, false, true, sizeof(struct nvos02_fd), do_memory02 },
	{ NV_ESC_RM_FREE, true, false, sizeof(struct nvos00), do_free },
	{ NV_ESC_RM_CONTROL, true, false, sizeof(struct nvos54), do_control },
	{ NV_ESC_RM_DUP_OBJECT, true, false, sizeof(struct nvos55), do_dup },
	{ NV_ESC_RM_SHARE, true, false, sizeof(struct nvos57), do_share },
	{ NV_ESC_RM_VID_HEAP_CONTROL, true, false, sizeof(struct nvos32), do_heap },
	{ NV_ESC_RM_MAP_MEMORY, true, false, sizeof(struct nvos33_fd), do_map },
	{ NV_ESC_RM_UNMAP_MEMORY, true, false, sizeof(struct nvos34), do_unmap },
	{ NV_ESC_REGISTER_FD, false, false, sizeof(int), do_register_fd },
	{ NV_ESC_ALLOC_OS_EVENT, false, false, sizeof(struct nv_os_event), do_alloc_event },
	{ NV_ESC_FREE_OS_EVENT, false, false, sizeof(struct nv_os_event), do_free_event },
	{ NV_ESC_STATUS_CODE, true, false, sizeof(struct nv_status_code), do_status_code },
};

static bool is_event(u32 hclass)
{
	return hclass == NV01_EVENT || hclass == NV01_EVENT_OS_EVENT ||
	       hclass == NV01_EVENT_KERNEL_CALLBACK || hclass == NV01_EVENT_KERNEL_CALLBACK_EX;
}

/* One number, two structs: told apart by size alone. */
static u32 do_alloc(struct nvsim_sec *sec, struct nv_state *nv, void *data, u32 size)
{
	struct nvos21 *p = data;
	struct nvos64 *access = size == sizeof(*access) ? data : NULL;
	struct nvsim_alloc a;
	u32 status;

	if (!access && size != sizeof(*p))
		return NV_ERR_INVALID_ARGUMENT;
	if (!nv->ctl && !is_event(p->hclass))
		return NV_ERR_INVALID_ARGUMENT;
	if (p->hclass == NV01_ROOT || p->hclass == NV01_ROOT_NON_PRIV)
		p->hclass = NV01_ROOT_CLIENT;
	a = (struct nvsim_alloc){ p->root, p->parent, p->new_handle, p->hclass, p->params };
	status = access && access->flags & 1 ? NV_ERR_INVALID_ARGUMENT : rm_alloc(sec, &a);
	p->new_handle = a.handle;
	if (access)
		access->status = status;
	else
		p->status = status;
	return NV_OK;
}

noinline u32 rm_ioctl(nvidia_stack_t *sp, struct nv_state *nv, struct nv_file *nvfp, u32 cmd,
		      void *data, u32 size)
{
	struct nvsim_sec sec = { .file = READ_ONCE(nvfp->ctl) ?: nvfp,
				 .admin = capable(CAP_SYS_ADMIN) };
	const struct request *r;

	if (cmd == NV_ESC_RM_ALLOC)
		return do_alloc(&sec, nv, data, size);
	for (r = requests; r < requests + ARRAY_SIZE(requests); r++) {
		if (r->nr != cmd)
			continue;
		if ((r->ctl_only && !nv->ctl) || (r->gpu_only && nv->ctl) || size != r->size)
			return NV_ERR_INVALID_ARGUMENT;
		return r->run(&sec, nvfp, data);
	}
	return NV_ERR_INVALID_ARGUMENT;
}
