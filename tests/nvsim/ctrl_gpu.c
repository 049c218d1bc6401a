// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctrl_gpu.c - controls on a subdevice and on memory: names, sizes, who uses how much.
 * Owns: that family. Must not: answer from anything but the books and the objects themselves.
 */
#include "nvsim.h"

#include <linux/string.h>

#define KIB(x)	((u32)((x) >> 10))

static u32 fb_value(struct nv_state *nv, u32 index, u32 *data)
{
	u64 heap = nv->fb_size - nv->fb_reserved;

	switch (index) {
	case NV_FB_RAM_SIZE:
	case NV_FB_TOTAL_RAM_SIZE:
		*data = KIB(nv->fb_size);
		break;
	case NV_FB_USABLE_RAM_SIZE:
	case NV_FB_HEAP_SIZE:
		*data = KIB(heap);
		break;
	case NV_FB_MAPPABLE_HEAP_SIZE:
	case NV_FB_BAR1_AVAIL:
		*data = KIB(min(heap, nv->bar1_size));
		break;
	case NV_FB_HEAP_FREE:
	case NV_FB_LARGEST_FREE:
		*data = KIB(nvsim_fb_free(nv));
		break;
	case NV_FB_TAX_SIZE:
	case NV_FB_VISTA_RESERVED:
	case NV_FB_HEAP_START:
	case NV_FB_HEAP_OFFLINE:
		*data = 0;
		break;
	default:
		if (index >= NV_FB_INDEX_MAX)
			return NV_ERR_INVALID_ARGUMENT;
		*data = 0;
	}
	return NV_OK;
}

static u32 fb_list(struct nv_state *nv, struct nv_ctrl_pair *list, u32 count)
{
	u32 i, status = NV_OK;

	for (i = 0; i < count && !status; i++)
		status = fb_value(nv, list[i].index, &list[i].data);
	return status;
}

/* control.c hands the fetched list over right behind its head. */
static u32 fb_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_list *head = params;

	return fb_list(obj->nv, (struct nv_ctrl_pair *)(head + 1), head->count);
}

static u32 fb_v2_size(void)
{
	if (nvsim_at_least(580, 65, 6))
		return NV_FB_V2_SIZE_580;
	if (nvsim_at_least(560, 0, 0))
		return NV_FB_V2_SIZE_560;
	return nvsim_at_least(545, 23, 6) ? NV_FB_V2_SIZE_545 : NV_FB_V2_SIZE_535;
}

static u32 fb_info_v2(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	u32 count = *(u32 *)params;

	if (!count || count > (size - NV_FB_V2_LIST) / sizeof(struct nv_ctrl_pair))
		return NV_ERR_INVALID_ARGUMENT;
	return fb_list(obj->nv, params + NV_FB_V2_LIST, count);
}

static u32 name_string(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_name *p = params;

	if (p->flags)
		return NV_ERR_NOT_SUPPORTED;
	memset(p->ascii, 0, sizeof(p->ascii));
	strscpy(p->ascii, obj->nv->name, 64);
	return NV_OK;
}

static u32 gpu_get_id(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	*(u32 *)params = obj->nv->gpu_id;
	return NV_OK;
}

static u32 gid_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_gid_info *p = params;

	if (p->index)
		return NV_ERR_INVALID_ARGUMENT;
	memset(p->data, 0, sizeof(p->data));
	if ((p->flags & 3) == NV_GID_FORMAT_BINARY) {
		memcpy(p->data, obj->nv->uuid, sizeof(obj->nv->uuid));
		p->length = sizeof(obj->nv->uuid);
	} else {
		p->length = snprintf(p->data, sizeof(p->data), "GPU-%pUb", obj->nv->uuid) + 1;
	}
	return NV_OK;
}

/*
 * What a pid holds on a GPU: the 0x40 objects of its clients, as RM counts it; a duplicate is not
 * its own.
 */
static bool sum_pid(struct nv_state *nv, u32 pid, u64 *own, u64 *duped)
{
	struct nvsim_client *client;
	struct nvsim_obj *obj;
	unsigned long index;
	bool seen = false;
	u32 cursor = 0;

	*own = 0;
	*duped = 0;
	while ((client = nvsim_client_next(&cursor))) {
		if (client->kernel || client->pid != pid)
			continue;
		xa_for_each(&client->objects, index, obj) {
			if (obj->nv != nv)
				continue;
			seen |= obj->hclass == NV20_SUBDEVICE_0;
			if (obj->hclass != NV01_MEMORY_LOCAL_USER)
				continue;
			*(obj->mem->pid == pid ? own : duped) += obj->mem->length + obj->mem->hidden;
		}
	}
	return seen;
}

static bool listed(const struct nv_ctrl_pids *p, u32 pid)
{
	u32 i;

	for (i = 0; i < p->count; i++)
		if (p->pids[i] == pid)
			return true;
	return false;
}

static bool client_uses(struct nvsim_client *client, struct nv_state *nv, bool channels_only)
{
	struct nvsim_obj *obj;
	unsigned long index;

	xa_for_each(&client->objects, index, obj) {
		bool uses = channels_only ? obj->counted : obj->hclass == NV20_SUBDEVICE_0;

		if (uses && obj->nv == nv)
			return true;
	}
	return false;
}

/* By class: the subdevice class means every user of the GPU, any other only those with channels. */
static u32 get_pids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_pids *p = params;
	struct nvsim_client *client;
	u32 cursor = 0;

	if (p->id_type)
		return NV_ERR_INVALID_ARGUMENT;
	p->count = 0;
	while ((client = nvsim_client_next(&cursor)) && p->count < NV_PIDS_MAX)
		if (!client->kernel && client_uses(client, obj->nv, p->id != NV20_SUBDEVICE_0) &&
		    !listed(p, client->pid))
			p->pids[p->count++] = client->pid;
	return NV_OK;
}

/* Accounting mode remembers who used a GPU; while it is off there is nobody. Here: who uses it. */
static u32 accounting_pids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_acct_pids *p = params;
	struct nv_state *nv = nvsim_gpu_by_id(p->gpu_id);
	struct nvsim_client *client;
	u32 cursor = 0;

	if (!nv)
		return NV_ERR_INVALID_ARGUMENT;
	p->count = 0;
	while (nvsim_accounting && (client = nvsim_client_next(&cursor)) &&
	       p->count < NV_ACCT_PIDS_MAX)
		if (!client->kernel && client_uses(client, nv, true))
			p->pids[p->count++] = client->pid;
	return NV_OK;
}

static u32 get_pid_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_pid_info_list *p = params;
	u32 i;

	if (!p->count || p->count > NV_PID_INFO_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < p->count; i++) {
		struct nv_ctrl_pid_info *e = &p->list[i];
		u64 own, duped;

		if (e->index) {
			e->result = NV_ERR_INVALID_ARGUMENT;
			continue;
		}
		e->result = sum_pid(obj->nv, e->pid, &own, &duped) ? NV_OK
								   : NV_ERR_OBJECT_NOT_FOUND;
		e->mem_private = own;
		e->mem_shared_owned = 0;
		e->mem_shared_duped = duped;
	}
	return NV_OK;
}

/* Engines of a sample and the bytes of each. */
static void util_shape(u32 *nr, u32 *step)
{
	*nr = nvsim_at_least(550, 0, 0) ? 6 : 4;
	*step = nvsim_at_least(570, 0, 0) ? NV_UTIL_STEP_570 : sizeof(struct nv_ctrl_engine);
}

static u32 util_size(void)
{
	u32 nr, step;

	util_shape(&nr, &step);
	return sizeof(struct nv_ctrl_util) + NV_UTIL_MAX * (8 + nr * step);
}

/* Whoever has a channel keeps all engines busy, one sample each; the rest are idle. */
static u32 util_samples(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_util *head = params;
	u32 nr, step, i, n, cursor = 0;
	struct nvsim_client *client;
	u8 *at = params + sizeof(*head);

	util_shape(&nr, &step);
	if (head->buf_size != NV_UTIL_MAX * (8 + nr * step))
		return NV_ERR_INVALID_ARGUMENT;
	memset(at, 0, head->buf_size);
	head->count = NV_UTIL_MAX;
	for (i = 0; i < NV_UTIL_MAX; i++, at += 8 + nr * step) {
		do
			client = nvsim_client_next(&cursor);
		while (client && (client->kernel || !client_uses(client, obj->nv, true)));
		for (n = 0; n < nr; n++) {
			struct nv_ctrl_engine *e = (void *)(at + 8 + n * step);

			e->util = client ? 5000 : 0;
			e->pid = client ? client->pid : ~0u;
			e->guest_pid = ~0u;
			if (client && step == NV_UTIL_STEP_570)
				*(u64 *)((u8 *)e + NV_UTIL_PID_STRUCT) = (unsigned long)client;
		}
		if (!client)
			cursor = ~0u;
	}
	return NV_OK;
}

static u32 surface_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_list *head = params;
	struct nv_ctrl_pair *list = (struct nv_ctrl_pair *)(head + 1);
	u32 i;

	for (i = 0; i < head->count; i++) {
		switch (list[i].index) {
		case NV_SURFACE_SIZE_LO:
			list[i].data = lower_32_bits(obj->mem->length);
			break;
		case NV_SURFACE_SIZE_HI:
			list[i].data = upper_32_bits(obj->mem->length);
			break;
		case NV_SURFACE_PHYS_SIZE:
			list[i].data = obj->mem->size >> 12;
			break;
		case NV_SURFACE_SPACE:
			list[i].data = obj->mem->kind == NVSIM_VIDMEM ? NV_SURFACE_VIDMEM
								      : NV_SURFACE_SYSMEM;
			break;
		default:
			return NV_ERR_INVALID_ARGUMENT;
		}
	}
	return NV_OK;
}

static u32 gpfifo_schedule(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	return NV_OK;
}

/* As the firmware: nobody asks whose the clients are. */
static u32 disable_channels(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	const struct nv_ctrl_disable *p = params;
	struct nvsim_client *client;
	struct nvsim_obj *channel;
	u32 i;

	if (p->count > NV_DISABLE_MAX)
		return NV_ERR_INVALID_ARGUMENT;
	for (i = 0; i < p->count; i++) {
		client = nvsim_client_find(p->clients[i]);
		channel = client ? nvsim_obj_find(client, p->channels[i]) : NULL;
		if (!channel || !nvsim_class_is_channel(channel->hclass))
			return NV_ERR_INVALID_CHANNEL;
	}
	return NV_OK;
}

#define SUB NV20_SUBDEVICE_0
const struct nvsim_control nvsim_controls_gpu[] = {
	{ NV2080_CTRL_GET_NAME_STRING, SUB, sizeof(struct nv_ctrl_name), name_string },
	{ NV2080_CTRL_GPU_GET_ID, SUB, 4, gpu_get_id },
	{ NV2080_CTRL_GET_GID_INFO, SUB, sizeof(struct nv_ctrl_gid_info), gid_info },
	{ NV2080_CTRL_GET_PIDS, SUB, sizeof(struct nv_ctrl_pids), get_pids },
	{ NV2080_CTRL_GET_PID_INFO, SUB, sizeof(struct nv_ctrl_pid_info_list), get_pid_info },
	{ NV0000_CTRL_GET_ACCOUNTING_PIDS, NV01_ROOT_CLIENT, sizeof(struct nv_ctrl_acct_pids),
	  accounting_pids },
	{ NV2080_CTRL_UTIL_SAMPLES, SUB, 0, util_samples, util_size },
	{ NV2080_CTRL_DISABLE_CHANNELS, SUB, sizeof(struct nv_ctrl_disable), disable_channels },
	{ NV2080_CTRL_FB_GET_INFO, SUB, sizeof(struct nv_ctrl_list), fb_info, NULL, true },
	{ NV2080_CTRL_FB_GET_INFO_V2, SUB, 0, fb_info_v2, fb_v2_size },
	{ NV0041_CTRL_GET_SURFACE_INFO, 0, sizeof(struct nv_ctrl_list), surface_info, NULL, true },
	{ NV00FD_CTRL_ATTACH_MEM, NV_MEMORY_MULTICAST_FABRIC,
	  sizeof(struct nv_ctrl_multicast_attach), nvsim_multicast_attach },
	{ NV00FD_CTRL_DETACH_MEM, NV_MEMORY_MULTICAST_FABRIC,
	  sizeof(struct nv_ctrl_multicast_detach), nvsim_multicast_detach },
	{ NVA06C_CTRL_GPFIFO_SCHEDULE, KEPLER_CHANNEL_GROUP_A, 2, gpfifo_schedule },
	{ }
};
