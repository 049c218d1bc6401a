// SPDX-License-Identifier: GPL-2.0-only
/*
 * classes.c - the classes RM knows here: size of their parameters, where they may hang, what making
 * one does.
 * Owns: the class table. Must not: copy from or to the user.
 */
#include "nvsim.h"

#include <linux/sched.h>

#define UNDER_CLIENT	1
#define UNDER_DEVICE	2
#define UNDER_SUBDEVICE	4
#define UNDER_GROUP	8
#define UNDER_CHANNEL	16
#define UNDER_ANY	32

enum kind {
	ROOT,
	DEVICE,
	SUBDEVICE,
	VIDMEM,
	SYSMEM,
	VIRTMEM,
	VIRTUAL,
	WINDOW,
	SHARED,
	FABRIC,
	MULTICAST,
	GROUP,
	CHANNEL,
	ENGINE,
	EVENT,
	PLAIN
};

struct class {
	u16 hclass;
	u8 under;
	u8 kind;
	u16 params;
	bool required;
};

static const struct class classes[] = {
	{ NV01_ROOT_CLIENT, 0, ROOT, 4 },
	{ NV01_DEVICE_0, UNDER_CLIENT, DEVICE, 56 },
	{ NV20_SUBDEVICE_0, UNDER_DEVICE, SUBDEVICE, 4 },
	{ NV01_MEMORY_LOCAL_USER, UNDER_DEVICE | UNDER_SUBDEVICE, VIDMEM, 128, true },
	{ NV01_MEMORY_SYSTEM, UNDER_DEVICE, SYSMEM, 128, true },
	{ NV01_MEMORY_DEVICELESS, UNDER_CLIENT, SYSMEM, 128, true },
	{ NV50_MEMORY_VIRTUAL, UNDER_DEVICE, VIRTMEM, 128, true },
	{ NV01_MEMORY_VIRTUAL, UNDER_DEVICE, VIRTUAL, 24, true },
	{ NV01_MEMORY_LOCAL_PHYSICAL, UNDER_DEVICE | UNDER_SUBDEVICE, WINDOW, 24, true },
	{ RM_USER_SHARED_DATA, UNDER_SUBDEVICE, SHARED, 8, true },
	{ NV_MEMORY_FABRIC, UNDER_SUBDEVICE, FABRIC, 48, true },
	{ NV_MEMORY_MULTICAST_FABRIC, UNDER_CLIENT, MULTICAST, 80, true },
	{ FERMI_VASPACE_A, UNDER_DEVICE | UNDER_SUBDEVICE, PLAIN, 48, true },
	{ KEPLER_CHANNEL_GROUP_A, UNDER_DEVICE, GROUP, 20, true },
	{ FERMI_CONTEXT_SHARE_A, UNDER_GROUP, PLAIN, 12, true },
	{ TURING_CHANNEL_GPFIFO_A, UNDER_DEVICE | UNDER_GROUP, CHANNEL, 360, true },
	{ AMPERE_CHANNEL_GPFIFO_A, UNDER_DEVICE | UNDER_GROUP, CHANNEL, 360, true },
	{ HOPPER_CHANNEL_GPFIFO_A, UNDER_DEVICE | UNDER_GROUP, CHANNEL, 360, true },
	{ BLACKWELL_CHANNEL_GPFIFO_A, UNDER_DEVICE | UNDER_GROUP, CHANNEL, 360, true },
	{ BLACKWELL_CHANNEL_GPFIFO_B, UNDER_DEVICE | UNDER_GROUP, CHANNEL, 360, true },
	{ TURING_DMA_COPY_A, UNDER_CHANNEL, ENGINE, 8 },
	{ AMPERE_DMA_COPY_A, UNDER_CHANNEL, ENGINE, 8 },
	{ AMPERE_DMA_COPY_B, UNDER_CHANNEL, ENGINE, 8 },
	{ HOPPER_DMA_COPY_A, UNDER_CHANNEL, ENGINE, 8 },
	{ BLACKWELL_DMA_COPY_A, UNDER_CHANNEL, ENGINE, 8 },
	{ BLACKWELL_DMA_COPY_B, UNDER_CHANNEL, ENGINE, 8 },
	{ TURING_COMPUTE_A, UNDER_CHANNEL, ENGINE, 16 },
	{ AMPERE_COMPUTE_A, UNDER_CHANNEL, ENGINE, 16 },
	{ AMPERE_COMPUTE_B, UNDER_CHANNEL, ENGINE, 16 },
	{ ADA_COMPUTE_A, UNDER_CHANNEL, ENGINE, 16 },
	{ HOPPER_COMPUTE_A, UNDER_CHANNEL, ENGINE, 16 },
	{ BLACKWELL_COMPUTE_A, UNDER_CHANNEL, ENGINE, 16 },
	{ BLACKWELL_COMPUTE_B, UNDER_CHANNEL, ENGINE, 16 },
	{ NV01_EVENT, UNDER_ANY, EVENT, 24, true },
	{ NV01_EVENT_OS_EVENT, UNDER_ANY, EVENT, 24, true },
};

static const struct class *class_of(u32 hclass)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (classes[i].hclass == hclass)
			return &classes[i];
	return NULL;
}

/*
 * Size of the nested block: of the class and the release, never the caller's word. -1: no such
 * class.
 */
int nvsim_class_params(u32 hclass)
{
	const struct class *c = class_of(hclass);

	if (!c)
		return -1;
	if (c->params == sizeof(struct nv_memory_params) && !nvsim_at_least(545, 23, 6))
		return NV_MEMORY_PARAMS_SIZE_535;
	if (c->kind == MULTICAST && !nvsim_at_least(545, 23, 6))
		return sizeof(struct nv_multicast_params_535);
	if (c->kind == CHANNEL && nvsim_at_least(570, 86, 15))
		return 368;
	if (hclass == RM_USER_SHARED_DATA && !nvsim_at_least(550, 40, 7))
		return 4;
	if (hclass == FERMI_VASPACE_A && nvsim_at_least(580, 65, 6))
		return 56;
	return c->params;
}

bool nvsim_class_needs_params(u32 hclass)
{
	const struct class *c = class_of(hclass);

	return c && c->required;
}

bool nvsim_class_is_channel(u32 hclass)
{
	const struct class *c = class_of(hclass);

	return c && c->kind == CHANNEL;
}

u32 nvsim_class_may_hang(const struct nvsim_obj *parent, u32 hclass)
{
	const struct class *c = class_of(hclass), *up = class_of(parent->hclass);
	u8 where = 0;

	if (!c)
		return NV_ERR_INVALID_CLASS;
	if (c->under & UNDER_ANY)
		return NV_OK;
	switch (up ? up->kind : PLAIN) {
	case ROOT:
		where = UNDER_CLIENT;
		break;
	case DEVICE:
		where = UNDER_DEVICE;
		break;
	case SUBDEVICE:
		where = UNDER_SUBDEVICE;
		break;
	case GROUP:
		where = UNDER_GROUP;
		break;
	case CHANNEL:
		where = UNDER_CHANNEL;
		break;
	}
	return c->under & where ? NV_OK : NV_ERR_INVALID_OBJECT_PARENT;
}

static bool has_device(const struct nvsim_obj *obj, u32 instance)
{
	struct nvsim_obj *o;

	list_for_each_entry(o, &obj->parent->children, sibling)
		if (o != obj && o->hclass == NV01_DEVICE_0 && o->nv && o->nv->instance == instance)
			return true;
	return false;
}

static u32 device_construct(struct nvsim_obj *obj, const struct nv0080_params *p)
{
	u32 instance = p ? p->device_id : 0;
	struct nv_state *nv;

	if (instance >= NVSIM_MAX_GPUS)
		return NV_ERR_INVALID_CLASS;
	nv = instance < nr_gpus ? nv_gpus[instance] : NULL;
	/*
	 * RM has no object for a GPU that nobody has opened; 535 stops at another test than later
	 * releases.
	 */
	if (!nv || !READ_ONCE(nv->usage_count))
		return nvsim_is_frontend() ? NV_ERR_INVALID_CLASS : NV_ERR_INVALID_STATE;
	if (has_device(obj, instance))
		return NV_ERR_INSUFFICIENT_RESOURCES;
	if (!obj->client->kernel && !nv_is_gpu_accessible(nv))
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	obj->nv = nv;
	return NV_OK;
}

static u32 subdevice_construct(struct nvsim_obj *obj, const u32 *subdevice)
{
	struct nvsim_obj *o;

	if (subdevice && *subdevice)
		return NV_ERR_INVALID_CLASS;
	list_for_each_entry(o, &obj->parent->children, sibling)
		if (o != obj && o->hclass == NV20_SUBDEVICE_0)
			return NV_ERR_INSUFFICIENT_RESOURCES;
	return NV_OK;
}

/* Context buffers and page tables: memory that no request names and no process list shows. */
static u32 group_construct(struct nvsim_obj *obj, const u32 *params)
{
	u64 bytes = (u64)nvsim_ctx_mib << 20, offset;
	struct nvsim_obj *space;
	u32 status;

	obj->vaspace = params[2];
	space = obj->vaspace ? nvsim_obj_find(obj->client, obj->vaspace) : NULL;
	if (obj->vaspace && (!space || space->hclass != FERMI_VASPACE_A))
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!bytes)
		return NV_OK;
	status = nvsim_vidmem_take(obj->nv, obj->client->pid, bytes, &offset);
	if (!status)
		obj->implicit = bytes;
	return status;
}

static u32 channel_construct(struct nvsim_obj *obj)
{
	u32 status = nvsim_channel_take(obj->nv, obj->client->pid);

	obj->counted = !status;
	return status;
}

u32 nvsim_class_construct(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params)
{
	const struct class *c = class_of(obj->hclass);

	lockdep_assert_held(&rm_lock);
	switch (c->kind) {
	case DEVICE:
		return device_construct(obj, params);
	case SUBDEVICE:
		return subdevice_construct(obj, params);
	case VIDMEM:
		return nvsim_vidmem_construct(obj, params);
	case SYSMEM:
		return nvsim_sysmem_construct(obj, params);
	case VIRTMEM:
		return nvsim_virtmem_construct(obj, params);
	case SHARED:
		return nvsim_shared_construct(obj);
	case FABRIC:
		return nvsim_fabric_construct(obj, params);
	case MULTICAST:
		return nvsim_multicast_construct(obj);
	case GROUP:
		return group_construct(obj, params);
	case CHANNEL:
		return channel_construct(obj);
	}
	return NV_OK;
}

void nvsim_class_destruct(struct nvsim_obj *obj)
{
	if (obj->mem)
		nvsim_mem_put(obj->mem);
	if (obj->implicit)
		nvsim_vidmem_give(obj->nv, obj->client->pid, obj->implicit);
	if (obj->counted)
		nvsim_channel_give(obj->nv, obj->client->pid);
}
