/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests written in C: the few requests of NVIDIA's interface that open a GPU and claim it.
 * Must not print, nor know gpuward.
 */
#ifndef TURN_RM_H
#define TURN_RM_H

#include "../nvsim/nvabi.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RM_DEVICE 0x5d000001
#define RM_GROUP 0x5d000002
#define RM_CHANNEL 0x5d000003

struct rm {
	int ctl;
	int gpu;
	uint32_t root;
};

/* 0, -errno of the system call, or the status that RM wrote. */
static inline int rm_new(const struct rm *rm, uint32_t parent, uint32_t handle, uint32_t class,
			 void *params, uint32_t size, uint32_t *made)
{
	struct nvos21 p = {
		.root = rm->root, .parent = parent, .new_handle = handle, .hclass = class,
		.params = (uintptr_t)params, .params_size = size,
	};

	if (ioctl(rm->ctl, NV_IOWR(NV_ESC_RM_ALLOC, sizeof(p)), &p))
		return -errno;
	if (made)
		*made = p.new_handle;
	return (int)p.status;
}

/* As rm_new(). */
static inline int rm_control(const struct rm *rm, uint32_t object, uint32_t cmd, void *params,
			     uint32_t size)
{
	struct nvos54 p = {
		.client = rm->root, .object = object, .cmd = cmd, .params = (uintptr_t)params,
		.params_size = size,
	};

	return ioctl(rm->ctl, NV_IOWR(NV_ESC_RM_CONTROL, sizeof(p)), &p) ? -errno : (int)p.status;
}

/* What is below the device; as rm_new(). */
static inline int rm_free(const struct rm *rm, uint32_t handle)
{
	struct nvos00 p = { .root = rm->root, .parent = RM_DEVICE, .old = handle };

	return ioctl(rm->ctl, NV_IOWR(NV_ESC_RM_FREE, sizeof(p)), &p) ? -errno : (int)p.status;
}

static inline void rm_close(struct rm *rm)
{
	if (rm->gpu >= 0)
		close(rm->gpu);
	if (rm->ctl >= 0)
		close(rm->ctl);
	rm->gpu = rm->ctl = -1;
}

/* Both nodes, a client and a device: all that comes before a claim. */
static inline int rm_open(struct rm *rm, unsigned int minor)
{
	struct nv0080_params device = { .device_id = minor };
	char path[32];
	int ret;

	*rm = (struct rm){ .gpu = -1 };
	snprintf(path, sizeof(path), "/dev/nvidia%u", minor);
	rm->ctl = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);
	if (rm->ctl < 0)
		return -errno;
	rm->gpu = open(path, O_RDWR | O_CLOEXEC);
	ret = rm->gpu < 0 || ioctl(rm->gpu, NV_IOWR(NV_ESC_REGISTER_FD, sizeof(int)), &rm->ctl) ?
	      -errno : 0;
	if (!ret)
		ret = rm_new(rm, 0, 0, NV01_ROOT_CLIENT, NULL, 0, &rm->root);
	if (!ret)
		ret = rm_new(rm, rm->root, RM_DEVICE, NV01_DEVICE_0, &device, sizeof(device), NULL);
	if (ret)
		rm_close(rm);
	return ret;
}

/* A channel group, at which a program waits for its turn, and a channel, which the books count. */
static inline int rm_claim(struct rm *rm)
{
	uint64_t group[64] = { 0 }, channel[64] = { 0 };
	int ret;

	ret = rm_new(rm, RM_DEVICE, RM_GROUP, KEPLER_CHANNEL_GROUP_A, group, sizeof(group), NULL);
	return ret ? ret : rm_new(rm, RM_GROUP, RM_CHANNEL, HOPPER_CHANNEL_GPFIFO_A, channel,
				  sizeof(channel), NULL);
}

#endif /* TURN_RM_H */
