/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvrm.h - the few requests of NVIDIA's resource manager that finding GPUs needs.
 * The layouts hold for drivers 535 to 610.
 */
#ifndef LIBGPUWARD_NVRM_H
#define LIBGPUWARD_NVRM_H

#include <stdint.h>
#include <sys/ioctl.h>

#define NV_IOCTL(nr, type) _IOC(_IOC_READ | _IOC_WRITE, 'F', (nr), sizeof(type))

#define NV_MAX_GPUS 32

struct nv_card {
	uint8_t valid;
	uint32_t domain;
	uint8_t bus;
	uint8_t slot;
	uint8_t function;
	uint16_t vendor;
	uint16_t device;
	uint32_t gpu_id;
	uint16_t irq;
	uint64_t reg_address;
	uint64_t reg_size;
	uint64_t fb_address;
	uint64_t fb_size;	/* of BAR1, not video memory */
	uint32_t minor;
	uint8_t dev_name[10];
};
_Static_assert(sizeof(struct nv_card) == 72, "layout of card info");
#define NV_CARD_INFO _IOC(_IOC_READ | _IOC_WRITE, 'F', 200, sizeof(struct nv_card) * NV_MAX_GPUS)

#define NV_REGISTER_FD NV_IOCTL(201, int32_t)

struct nv_alloc {		/* NVOS21 */
	uint32_t root;
	uint32_t parent;
	uint32_t handle;
	uint32_t class_id;
	uint64_t params;
	uint32_t params_size;
	uint32_t status;
};
#define NV_RM_ALLOC NV_IOCTL(0x2b, struct nv_alloc)

struct nv_free {		/* NVOS00 */
	uint32_t root;
	uint32_t parent;
	uint32_t handle;
	uint32_t status;
};
#define NV_RM_FREE NV_IOCTL(0x29, struct nv_free)

struct nv_control {		/* NVOS54 */
	uint32_t client;
	uint32_t object;
	uint32_t cmd;
	uint32_t flags;
	uint64_t params;
	uint32_t params_size;
	uint32_t status;
};
#define NV_RM_CONTROL NV_IOCTL(0x2a, struct nv_control)

#define NV_CLASS_ROOT_CLIENT 0x41
#define NV_CLASS_DEVICE 0x80
#define NV_CLASS_SUBDEVICE 0x2080

struct nv_device_params {
	uint32_t device_instance;
	uint32_t client_share;
	uint32_t target_client;
	uint32_t target_device;
	uint32_t flags;
	uint64_t va_size;
	uint64_t va_start;
	uint64_t va_limit;
	uint32_t va_mode;
};
_Static_assert(sizeof(struct nv_device_params) == 56, "layout of device parameters");

struct nv_subdevice_params {
	uint32_t index;
};

#define NV_CTRL_GPU_ID_INFO 0x205
struct nv_id_info {
	uint32_t gpu_id;
	uint32_t flags;
	uint32_t device_instance;
	uint32_t subdevice_instance;
	uint32_t sli_status;
	uint32_t board_id;
	uint32_t gpu_instance;
	int32_t numa_id;
};

#define NV_CTRL_GPU_NAME 0x20800110
struct nv_gpu_name {
	uint32_t flags;
	char ascii[64];
	uint16_t pad[32];	/* room for the union of drivers that also have UTF-16 */
};

#define NV_CTRL_GPU_GID 0x2080014a
#define NV_GID_BINARY 2
struct nv_gpu_gid {
	uint32_t index;
	uint32_t flags;
	uint32_t length;
	uint8_t data[256];
};

struct nv_fb_entry {
	uint32_t index;
	uint32_t data;		/* KiB for sizes */
};

#define NV_FB_TOTAL_RAM 8
#define NV_CTRL_FB_INFO 0x20801301
struct nv_fb_info {
	uint32_t nr;
	uint64_t list;
};

#define NV_CTRL_FB_INFO_V2 0x20801303
struct nv_fb_info_v2 {
	uint32_t nr;
	struct nv_fb_entry list[128];	/* 54, 55, 57 or 128, by driver */
};

#endif /* LIBGPUWARD_NVRM_H */
