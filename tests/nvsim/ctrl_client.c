// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctrl_client.c - controls on a client: which GPUs there are and what their numbers mean.
 * Owns: that family. Must not: change anything but the reply.
 */
#include "nvsim.h"

#include <linux/string.h>

#define ID_IN_USE	1
#define FORMAT_BINARY	2

static u32 probed_size(void)
{
	return nvsim_at_least(580, 65, 6) ? NV_PROBED_SIZE_580 : NV_PROBED_SIZE_OLD;
}

static u32 probed_ids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	u32 *ids = params, i;

	for (i = 0; i < size / sizeof(u32); i++)
		ids[i] = NV_INVALID_GPU_ID;
	for (i = 0; i < nr_gpus; i++)
		ids[i] = nv_gpus[i]->gpu_id;
	return NV_OK;
}

static u32 attached_ids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	u32 *ids = params, i, n = 0;

	for (i = 0; i < NV_MAX_ATTACHED; i++)
		ids[i] = NV_INVALID_GPU_ID;
	for (i = 0; i < nr_gpus; i++)
		if (READ_ONCE(nv_gpus[i]->usage_count))
			ids[n++] = nv_gpus[i]->gpu_id;
	return NV_OK;
}

static u32 attach_ids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_attach *p = params;
	u32 i;

	if (p->ids[0] == NV_ATTACH_ALL_PROBED)
		return NV_OK;
	for (i = 0; i < NV_MAX_PROBED && p->ids[i] != NV_INVALID_GPU_ID; i++) {
		if (!nvsim_gpu_by_id(p->ids[i])) {
			p->failed_id = p->ids[i];
			return NV_ERR_INVALID_ARGUMENT;
		}
	}
	return NV_OK;
}

static u32 detach_ids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	const u32 *ids = params;
	u32 i;

	if (ids[0] == NV_DETACH_ALL)
		return NV_OK;
	for (i = 0; i < NV_MAX_ATTACHED && ids[i] != NV_INVALID_GPU_ID; i++)
		if (!nvsim_gpu_by_id(ids[i]))
			return NV_ERR_INVALID_ARGUMENT;
	return NV_OK;
}

static u32 device_ids(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	u32 *mask = params, i;

	*mask = 0;
	for (i = 0; i < nr_gpus; i++)
		if (READ_ONCE(nv_gpus[i]->usage_count))
			*mask |= 1u << nv_gpus[i]->instance;
	return NV_OK;
}

/* Only attached GPUs have a device instance, as in the real driver. */
static struct nv_state *attached(u32 gpu_id)
{
	struct nv_state *nv = nvsim_gpu_by_id(gpu_id);

	return nv && READ_ONCE(nv->usage_count) ? nv : NULL;
}

static u32 id_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_id_info *p = params;
	struct nv_state *nv = attached(p->gpu_id);

	if (!nv)
		return NV_ERR_INVALID_ARGUMENT;
	p->flags = ID_IN_USE;
	p->device_instance = nv->instance;
	p->subdevice_instance = 0;
	p->sli_status = 0x40;
	p->board_id = nv->gpu_id;
	p->gpu_instance = nv->instance;
	p->numa_id = -1;
	return NV_OK;
}

static u32 id_info_v2(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_id_info_v2 *p = params;
	struct nv_state *nv = attached(p->gpu_id);

	if (!nv)
		return NV_ERR_INVALID_ARGUMENT;
	p->flags = ID_IN_USE;
	p->device_instance = nv->instance;
	p->subdevice_instance = 0;
	p->sli_status = 0x40;
	p->board_id = nv->gpu_id;
	p->gpu_instance = nv->instance;
	p->numa_id = -1;
	return NV_OK;
}

static bool uuid_matches(const struct nv_state *nv, const u8 *asked, u32 flags)
{
	char text[64];

	if ((flags & 3) == FORMAT_BINARY)
		return !memcmp(nv->uuid, asked, sizeof(nv->uuid));
	snprintf(text, sizeof(text), "GPU-%pUb", nv->uuid);
	return !strncmp(text, asked, sizeof(text));
}

static u32 uuid_info(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size)
{
	struct nv_ctrl_uuid_info *p = params;
	u32 i;

	for (i = 0; i < nr_gpus; i++) {
		if (!uuid_matches(nv_gpus[i], p->uuid, p->flags))
			continue;
		p->gpu_id = nv_gpus[i]->gpu_id;
		p->device_instance = nv_gpus[i]->instance;
		p->subdevice_instance = 0;
		return NV_OK;
	}
	return NV_ERR_GPU_UUID_NOT_FOUND;
}

#define ROOT NV01_ROOT_CLIENT
const struct nvsim_control nvsim_controls_client[] = {
	{ NV0000_CTRL_GET_PROBED_IDS, ROOT, 0, probed_ids, probed_size },
	{ NV0000_CTRL_GET_ATTACHED_IDS, ROOT, NV_MAX_ATTACHED * 4, attached_ids },
	{ NV0000_CTRL_ATTACH_IDS, ROOT, sizeof(struct nv_ctrl_attach), attach_ids },
	{ NV0000_CTRL_DETACH_IDS, ROOT, NV_MAX_ATTACHED * 4, detach_ids },
	{ NV0000_CTRL_GET_DEVICE_IDS, ROOT, 4, device_ids },
	{ NV0000_CTRL_GET_ID_INFO, ROOT, sizeof(struct nv_ctrl_id_info), id_info },
	{ NV0000_CTRL_GET_ID_INFO_V2, ROOT, sizeof(struct nv_ctrl_id_info_v2), id_info_v2 },
	{ NV0000_CTRL_GET_UUID_INFO, ROOT, sizeof(struct nv_ctrl_uuid_info), uuid_info },
	{ }
};
