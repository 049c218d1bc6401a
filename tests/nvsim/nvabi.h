/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvabi.h - the request numbers and structs of NVIDIA's char devices, as the stand-in driver and
 * the raw client see them.
 * Owns: their own transcription of the ABI. Must not: include or be included by gpuward, so that
 * one wrong number cannot agree with itself.
 */
#ifndef NVSIM_NVABI_H
#define NVSIM_NVABI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define NV_MAJOR			195
#define NV_MINOR_GPU_MAX		247
#define NV_MINOR_CTL			255

/* Request numbers (the driver looks at number and size only). */
#define NV_ESC_RM_ALLOC_MEMORY		0x27
#define NV_ESC_RM_ALLOC_OBJECT		0x28
#define NV_ESC_RM_FREE			0x29
#define NV_ESC_RM_CONTROL		0x2a
#define NV_ESC_RM_ALLOC			0x2b
#define NV_ESC_RM_DUP_OBJECT		0x34
#define NV_ESC_RM_SHARE			0x35
#define NV_ESC_RM_VID_HEAP_CONTROL	0x4a
#define NV_ESC_RM_MAP_MEMORY		0x4e
#define NV_ESC_RM_UNMAP_MEMORY		0x4f
#define NV_ESC_RM_ALLOC_CONTEXT_DMA2	0x54
#define NV_ESC_RM_MAP_MEMORY_DMA	0x57
#define NV_ESC_RM_UNMAP_MEMORY_DMA	0x58
#define NV_ESC_CARD_INFO		200
#define NV_ESC_REGISTER_FD		201
#define NV_ESC_ALLOC_OS_EVENT		206
#define NV_ESC_FREE_OS_EVENT		207
#define NV_ESC_STATUS_CODE		209
#define NV_ESC_CHECK_VERSION_STR	210
#define NV_ESC_IOCTL_XFER_CMD		211
#define NV_ESC_ATTACH_GPUS_TO_FD	212
#define NV_ESC_QUERY_DEVICE_INTR	213
#define NV_ESC_SYS_PARAMS		214
#define NV_ESC_NUMA_INFO		215
#define NV_ESC_SET_NUMA_STATUS		216
#define NV_ESC_EXPORT_TO_DMABUF_FD	217
#define NV_ESC_WAIT_OPEN_COMPLETE	218

#define NV_XFER_MAX_SIZE		16384
#define NV_IOWR(nr, size)		_IOC(_IOC_READ | _IOC_WRITE, 'F', (nr), (size))

/* Status codes used here. */
#define NV_OK				0x00000000
#define NV_ERR_BUFFER_TOO_SMALL		0x00000002
#define NV_ERR_BUSY_RETRY		0x00000003
#define NV_ERR_GPU_UUID_NOT_FOUND	0x00000012
#define NV_ERR_ILLEGAL_ACTION		0x00000016
#define NV_ERR_IN_USE			0x00000017
#define NV_ERR_INSERT_DUPLICATE_NAME	0x00000019
#define NV_ERR_INSUFFICIENT_RESOURCES	0x0000001a
#define NV_ERR_INSUFFICIENT_PERMISSIONS	0x0000001b
#define NV_ERR_INVALID_ADDRESS		0x0000001e
#define NV_ERR_INVALID_ARGUMENT		0x0000001f
#define NV_ERR_INVALID_CHANNEL		0x00000021
#define NV_ERR_INVALID_CLASS		0x00000022
#define NV_ERR_INVALID_CLIENT		0x00000023
#define NV_ERR_INVALID_COMMAND		0x00000024
#define NV_ERR_INVALID_DEVICE		0x00000026
#define NV_ERR_INVALID_EVENT		0x00000028
#define NV_ERR_INVALID_FUNCTION		0x0000002a
#define NV_ERR_INVALID_LIMIT		0x0000002e
#define NV_ERR_INVALID_OBJECT		0x00000031
#define NV_ERR_INVALID_OBJECT_HANDLE	0x00000033
#define NV_ERR_INVALID_OBJECT_PARENT	0x00000036
#define NV_ERR_INVALID_OFFSET		0x00000037
#define NV_ERR_INVALID_PARAM_STRUCT	0x0000003a
#define NV_ERR_INVALID_PARAMETER	0x0000003b
#define NV_ERR_INVALID_STATE		0x00000040
#define NV_ERR_NO_MEMORY		0x00000051
#define NV_ERR_NOT_SUPPORTED		0x00000056
#define NV_ERR_OBJECT_NOT_FOUND		0x00000057
#define NV_ERR_OBJECT_TYPE_MISMATCH	0x00000058
#define NV_ERR_OPERATING_SYSTEM		0x00000059
#define NV_ERR_OUT_OF_RANGE		0x0000005b
#define NV_ERR_PAGE_TABLE_NOT_AVAIL	0x0000005d
#define NV_ERR_STATE_IN_USE		0x00000063
#define NV_ERR_UVM_ADDRESS_IN_USE	0x00000068
#define NV_ERR_GENERIC			0x0000ffff
#define NV_WARN_NOTHING_TO_DO		0x00010006

/* Classes. */
#define NV01_ROOT			0x0000
#define NV01_ROOT_NON_PRIV		0x0001
#define NV01_CONTEXT_DMA		0x0002
#define NV01_EVENT			0x0005
#define NV01_MEMORY_SYSTEM		0x003e
#define NV01_MEMORY_LOCAL_USER		0x0040
#define NV01_ROOT_CLIENT		0x0041
#define NV01_MEMORY_VIRTUAL		0x0070
#define NV01_EVENT_KERNEL_CALLBACK	0x0078
#define NV01_EVENT_OS_EVENT		0x0079
#define NV01_EVENT_KERNEL_CALLBACK_EX	0x007e
#define NV01_DEVICE_0			0x0080
#define NV01_MEMORY_LOCAL_PHYSICAL	0x00c2
#define RM_USER_SHARED_DATA		0x00de
#define NV_MEMORY_FABRIC		0x00f8
#define NV_MEMORY_MULTICAST_FABRIC	0x00fd
#define NV20_SUBDEVICE_0		0x2080
#define NV50_MEMORY_VIRTUAL		0x50a0
#define NV01_MEMORY_DEVICELESS		0x90ce
#define FERMI_CONTEXT_SHARE_A		0x9067
#define FERMI_VASPACE_A			0x90f1
#define KEPLER_CHANNEL_GROUP_A		0xa06c
#define TURING_CHANNEL_GPFIFO_A		0xc46f
#define AMPERE_CHANNEL_GPFIFO_A		0xc56f
#define TURING_DMA_COPY_A		0xc5b5
#define TURING_COMPUTE_A		0xc5c0
#define AMPERE_DMA_COPY_A		0xc6b5
#define AMPERE_COMPUTE_A		0xc6c0
#define AMPERE_DMA_COPY_B		0xc7b5
#define AMPERE_COMPUTE_B		0xc7c0
#define HOPPER_CHANNEL_GPFIFO_A		0xc86f
#define HOPPER_DMA_COPY_A		0xc8b5
#define BLACKWELL_CHANNEL_GPFIFO_A	0xc96f
#define BLACKWELL_DMA_COPY_A		0xc9b5
#define ADA_COMPUTE_A			0xc9c0
#define BLACKWELL_CHANNEL_GPFIFO_B	0xca6f
#define BLACKWELL_DMA_COPY_B		0xcab5
#define HOPPER_COMPUTE_A		0xcbc0
#define BLACKWELL_COMPUTE_A		0xcdc0
#define BLACKWELL_COMPUTE_B		0xcec0

/* RM_ALLOC, short and long form; the driver tells them apart by size. */
struct nvos21 {
	__u32 root;
	__u32 parent;
	__u32 new_handle;
	__u32 hclass;
	__aligned_u64 params;
	__u32 params_size;
	__u32 status;
};

struct nvos64 {
	__u32 root;
	__u32 parent;
	__u32 new_handle;
	__u32 hclass;
	__aligned_u64 params;
	__aligned_u64 rights;
	__u32 params_size;
	__u32 flags;
	__u32 status;
	__u32 pad;
};

struct nvos00 {
	__u32 root;
	__u32 parent;
	__u32 old;
	__u32 status;
};

struct nvos54 {
	__u32 client;
	__u32 object;
	__u32 cmd;
	__u32 flags;
	__aligned_u64 params;
	__u32 params_size;
	__u32 status;
};

struct nvos55 {
	__u32 client;
	__u32 parent;
	__u32 object;
	__u32 client_src;
	__u32 object_src;
	__u32 flags;
	__u32 status;
};

struct nvos57 {
	__u32 client;
	__u32 object;
	__u32 policy_target;
	__u32 policy_mask;
	__u16 policy_type;
	__u8 policy_action;
	__u8 pad;
	__u32 status;
};

struct nvos02_fd {
	__u32 root;
	__u32 parent;
	__u32 new_handle;
	__u32 hclass;
	__u32 flags;
	__u32 pad0;
	__aligned_u64 memory;
	__aligned_u64 limit;
	__u32 status;
	__u32 pad1;
	__s32 fd;
	__u32 pad2;
};

struct nvos33_fd {
	__u32 client;
	__u32 device;
	__u32 memory;
	__u32 pad0;
	__aligned_u64 offset;
	__aligned_u64 length;
	__aligned_u64 address;
	__u32 status;
	__u32 flags;
	__s32 fd;
	__u32 pad1;
};

struct nvos34 {
	__u32 client;
	__u32 device;
	__u32 memory;
	__u32 pad0;
	__aligned_u64 address;
	__u32 status;
	__u32 flags;
};

/* Heap control: head, then a union whose shape the function number picks. */
#define NVOS32_ALLOC_SIZE		2
#define NVOS32_FREE			3
#define NVOS32_INFO			5
#define NVOS32_ALLOC_TILED_PITCH_HEIGHT	6
#define NVOS32_ALLOC_SIZE_RANGE		14

struct nvos32 {
	__u32 root;
	__u32 parent;
	__u32 function;
	__u32 vaspace;
	__u16 ivc_heap;
	__u16 pad0;
	__u32 status;
	__aligned_u64 total;
	__aligned_u64 free;
	union {
		struct {		/* ALLOC_SIZE */
			__u32 owner;
			__u32 memory;
			__u32 type;
			__u32 flags;
			__u32 attr;
			__u32 format;
			__u32 compr_covg;
			__u32 zcull_covg;
			__u32 partition_stride;
			__u32 width;
			__u32 height;
			__u32 pad;
			__aligned_u64 size;
			__aligned_u64 alignment;
			__aligned_u64 offset;
			__aligned_u64 limit;
			__aligned_u64 address;
			__aligned_u64 range_begin;
			__aligned_u64 range_end;
			__u32 attr2;
			__u32 ctag_offset;
			__u32 numa_node;
		} alloc;
		struct {		/* ALLOC_SIZE_RANGE */
			__u32 owner;
			__u32 memory;
			__u32 type;
			__u32 flags;
			__u32 attr;
			__u32 format;
			__u32 compr_covg;
			__u32 zcull_covg;
			__u32 partition_stride;
			__u32 pad;
			__aligned_u64 size;
			__aligned_u64 alignment;
			__aligned_u64 offset;
			__aligned_u64 limit;
			__aligned_u64 range_begin;
			__aligned_u64 range_end;
			__aligned_u64 address;
			__u32 attr2;
			__u32 ctag_offset;
		} range;
		struct {		/* ALLOC_TILED_PITCH_HEIGHT */
			__u32 owner;
			__u32 memory;
			__u32 type;
			__u32 flags;
			__u32 height;
			__s32 pitch;
			__u32 attr;
			__u32 width;
			__u32 format;
			__u32 compr_covg;
			__u32 zcull_covg;
			__u32 partition_stride;
			__aligned_u64 size;
			__aligned_u64 alignment;
			__aligned_u64 offset;
			__aligned_u64 limit;
			__aligned_u64 address;
			__u64 unused;
			__u32 attr2;
			__u32 ctag_offset;
		} pitch;
		struct {
			__u32 owner;
			__u32 memory;
			__u32 flags;
		} free_mem;
		struct {
			__u32 attr;
			__u32 pad;
			__aligned_u64 offset;
			__aligned_u64 size;
			__aligned_u64 base;
		} info;
		__u8 raw[144];
	} u;
};

/* Bits of NVOS32 attr, attr2 and flags, shared with the memory classes. */
#define NVOS32_ATTR_PAGE_SIZE_SHIFT	23
#define NVOS32_ATTR_PAGE_SIZE_MASK	(3u << 23)
#define NVOS32_PAGE_SIZE_DEFAULT	0
#define NVOS32_PAGE_SIZE_4KB		1
#define NVOS32_PAGE_SIZE_BIG		2
#define NVOS32_PAGE_SIZE_HUGE		3
#define NVOS32_ATTR_LOCATION_SHIFT	25
#define NVOS32_ATTR_LOCATION_MASK	(3u << 25)
#define NVOS32_LOCATION_VIDMEM		0
#define NVOS32_LOCATION_PCI		1
#define NVOS32_LOCATION_ANY		3
#define NVOS32_ATTR_PHYSICALITY_SHIFT	27
#define NVOS32_ATTR2_HUGE_SHIFT		20
#define NVOS32_ATTR2_HUGE_MASK		(3u << 20)
#define NVOS32_ATTR2_USE_EGM		(1u << 24)
#define NVOS32_FLAGS_FIXED_ADDRESS	0x00000010
#define NVOS32_FLAGS_HANDLE_PROVIDED	0x00004000
#define NVOS32_FLAGS_ALIGNMENT_FORCE	0x00000040
#define NVOS32_FLAGS_VIRTUAL		0x00080000

/* Parameters of the memory classes: 120 bytes up to 535, 128 (numa_node) from 545. */
struct nv_memory_params {
	__u32 owner;
	__u32 type;
	__u32 flags;
	__u32 width;
	__u32 height;
	__s32 pitch;
	__u32 attr;
	__u32 attr2;
	__u32 format;
	__u32 compr_covg;
	__u32 zcull_covg;
	__u32 pad0;
	__aligned_u64 range_lo;
	__aligned_u64 range_hi;
	__aligned_u64 size;
	__aligned_u64 alignment;
	__aligned_u64 offset;
	__aligned_u64 limit;
	__aligned_u64 address;
	__u32 ctag_offset;
	__u32 vaspace;
	__u32 internal_flags;
	__u32 tag;
	__u32 numa_node;
	__u32 pad1;
};
#define NV_MEMORY_PARAMS_SIZE_535	120

struct nv0080_params {
	__u32 device_id;
	__u32 client_share;
	__u32 target_client;
	__u32 target_device;
	__u32 flags;
	__u32 pad0;
	__aligned_u64 va_size;
	__aligned_u64 va_start;
	__aligned_u64 va_limit;
	__u32 va_mode;
	__u32 pad1;
};

struct nv2080_params {
	__u32 subdevice_id;
};

struct nv_card_info {
	__u8 valid;
	__u8 pad0[3];
	__u32 domain;
	__u8 bus;
	__u8 slot;
	__u8 function;
	__u8 pad1;
	__u16 vendor;
	__u16 device;
	__u32 gpu_id;
	__u16 irq;
	__u16 pad2;
	__aligned_u64 reg_address;
	__aligned_u64 reg_size;
	__aligned_u64 fb_address;
	__aligned_u64 fb_size;
	__u32 minor;
	__u8 dev_name[10];
	__u8 pad3[2];
};
#define NV_MAX_CARDS			32

struct nv_os_event {
	__u32 client;
	__u32 device;
	__s32 fd;
	__u32 status;
};

struct nv_status_code {
	__u32 domain;
	__u8 bus;
	__u8 slot;
	__u8 pad[2];
	__u32 status;
};

#define NV_VERSION_CMD_STRICT		0
#define NV_VERSION_CMD_RELAXED		'1'
#define NV_VERSION_CMD_QUERY		'2'
struct nv_version {
	__u32 cmd;
	__u32 reply;
	char string[64];
};

struct nv_xfer {
	__u32 cmd;
	__u32 size;
	__aligned_u64 ptr;
};

struct nv_sys_params {
	__aligned_u64 memblock_size;
};

struct nv_wait_open {
	__s32 rc;
	__u32 adapter_status;
};

struct nv_intr {
	__u32 intr_status;
	__u32 status;
};

#endif /* NVSIM_NVABI_H */
