// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvrm.c - one client of NVIDIA's resource manager: objects, controls, status codes, and where
 * drivers differ.
 */
#include "nvrm.h"
#include "nvrm_client.h"
#include "sys.h"

#include <errno.h>
#include <string.h>

int nvrm_alloc(int ctl, uint32_t client, uint32_t parent, uint32_t handle, uint32_t class_id,
	       void *params, uint32_t size, uint32_t *made)
{
	struct nv_alloc arg = {
		.root = client, .parent = parent, .handle = handle, .class_id = class_id,
		.params = (uintptr_t)params, .params_size = size,
	};
	int err = gw_sys_ioctl(ctl, NV_RM_ALLOC, &arg);

	if (err < 0)
		return err;
	if (made)
		*made = arg.handle;
	return (int)arg.status;
}

int nvrm_free(int ctl, uint32_t client, uint32_t parent, uint32_t handle)
{
	struct nv_free arg = { .root = client, .parent = parent, .handle = handle };
	int err = gw_sys_ioctl(ctl, NV_RM_FREE, &arg);

	return err < 0 ? err : (int)arg.status;
}

int nvrm_control(int ctl, uint32_t client, uint32_t object, uint32_t cmd, void *params,
		 uint32_t size)
{
	struct nv_control arg = {
		.client = client, .object = object, .cmd = cmd,
		.params = (uintptr_t)params, .params_size = size,
	};
	int err = gw_sys_ioctl(ctl, NV_RM_CONTROL, &arg);

	return err < 0 ? err : (int)arg.status;
}

/* The first form has one size for all drivers; the second one must have the driver's own. */
int nvrm_total_ram(int ctl, uint32_t client, uint32_t subdevice, uint64_t *bytes)
{
	static const uint32_t sizes[] = { 436, 444, 460, 1028 };
	struct nv_fb_entry entry = { .index = NV_FB_TOTAL_RAM };
	struct nv_fb_info info = { .nr = 1, .list = (uintptr_t)&entry };
	struct nv_fb_info_v2 v2;
	unsigned int i;
	int ret;

	ret = nvrm_control(ctl, client, subdevice, NV_CTRL_FB_INFO, &info, sizeof(info));
	for (i = 0; ret && i < sizeof(sizes) / sizeof(*sizes); i++) {
		memset(&v2, 0, sizeof(v2));
		v2.nr = 1;
		v2.list[0].index = NV_FB_TOTAL_RAM;
		ret = nvrm_control(ctl, client, subdevice, NV_CTRL_FB_INFO_V2, &v2, sizes[i]);
		entry.data = v2.list[0].data;
	}
	if (!ret)
		*bytes = (uint64_t)entry.data << 10;
	return ret;
}

int nvrm_name(int ctl, uint32_t client, uint32_t subdevice, char *name, size_t size)
{
	struct nv_gpu_name arg = {};
	size_t len;
	int ret;

	/* Up to 580 the text shares its room with a UTF-16 form, later it stands alone. */
	ret = nvrm_control(ctl, client, subdevice, NV_CTRL_GPU_NAME, &arg, sizeof(arg));
	if (ret)
		ret = nvrm_control(ctl, client, subdevice, NV_CTRL_GPU_NAME, &arg,
				   offsetof(struct nv_gpu_name, pad));
	if (ret)
		return ret;
	len = strnlen(arg.ascii, sizeof(arg.ascii));
	if (len >= size)
		len = size - 1;
	memcpy(name, arg.ascii, len);
	name[len] = '\0';
	return 0;
}

int nvrm_uuid(int ctl, uint32_t client, uint32_t subdevice, uint8_t uuid[16])
{
	struct nv_gpu_gid arg = { .flags = NV_GID_BINARY, .length = sizeof(arg.data) };
	int ret = nvrm_control(ctl, client, subdevice, NV_CTRL_GPU_GID, &arg, sizeof(arg));

	if (ret)
		return ret;
	if (arg.length != 16)
		return -EBADMSG;
	memcpy(uuid, arg.data, 16);
	return 0;
}
