/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvrm_client.h - requests to NVIDIA's resource manager.
 * Calls return 0, a negative errno, or the driver's own status, which is positive.
 */
#ifndef LIBGPUWARD_NVRM_CLIENT_H
#define LIBGPUWARD_NVRM_CLIENT_H

#include <stddef.h>
#include <stdint.h>

int nvrm_alloc(int ctl, uint32_t client, uint32_t parent, uint32_t handle, uint32_t class_id,
	       void *params, uint32_t size, uint32_t *made);
int nvrm_free(int ctl, uint32_t client, uint32_t parent, uint32_t handle);
int nvrm_control(int ctl, uint32_t client, uint32_t object, uint32_t cmd, void *params,
		 uint32_t size);

int nvrm_total_ram(int ctl, uint32_t client, uint32_t subdevice, uint64_t *bytes);
int nvrm_name(int ctl, uint32_t client, uint32_t subdevice, char *name, size_t size);
int nvrm_uuid(int ctl, uint32_t client, uint32_t subdevice, uint8_t uuid[16]);

#endif /* LIBGPUWARD_NVRM_CLIENT_H */
