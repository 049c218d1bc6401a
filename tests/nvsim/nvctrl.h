/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvctrl.h - RM controls and nvidia-uvm requests, as the stand-in driver and the raw client see
 * them.
 * Owns: their own transcription. Must not: include or be included by gpuward.
 */
#ifndef NVSIM_NVCTRL_H
#define NVSIM_NVCTRL_H

#include <linux/types.h>

/* Controls on the client. */
#define NV0000_CTRL_GET_ATTACHED_IDS		0x201
#define NV0000_CTRL_GET_ID_INFO			0x202
#define NV0000_CTRL_GET_DEVICE_IDS		0x204
#define NV0000_CTRL_GET_ID_INFO_V2		0x205
#define NV0000_CTRL_GET_PROBED_IDS		0x214
#define NV0000_CTRL_ATTACH_IDS			0x215
#define NV0000_CTRL_DETACH_IDS			0x216
#define NV0000_CTRL_GET_UUID_INFO		0x275
#define NV0000_CTRL_GET_ACCOUNTING_PIDS		0xb04
#define NV0000_CTRL_EXPORT_OBJECT_TO_FD		0x3d05
#define NV0000_CTRL_IMPORT_OBJECT_FROM_FD	0x3d06
#define NV0000_CTRL_GET_EXPORT_OBJECT_INFO	0x3d08
#define NV0000_CTRL_EXPORT_OBJECTS_TO_FD	0x3d0b
#define NV0000_CTRL_IMPORT_OBJECTS_FROM_FD	0x3d0c

#define NV_MAX_ATTACHED				32
#define NV_MAX_PROBED				32
#define NV_INVALID_GPU_ID			0xffffffffu
#define NV_ATTACH_ALL_PROBED			0x0000ffffu
#define NV_DETACH_ALL				0x0000ffffu
#define NV_PROBED_SIZE_OLD			256
#define NV_PROBED_SIZE_580			384

/* Controls on a subdevice and on memory. */
#define NV2080_CTRL_GET_NAME_STRING		0x20800110
#define NV2080_CTRL_GPU_GET_ID			0x20800142
#define NV2080_CTRL_GET_GID_INFO		0x2080014a
#define NV2080_CTRL_GET_PIDS			0x2080018d
#define NV2080_CTRL_GET_PID_INFO		0x2080018e
#define NV2080_CTRL_DISABLE_CHANNELS		0x2080110b
#define NV2080_CTRL_FB_GET_INFO			0x20801301
#define NV2080_CTRL_UTIL_SAMPLES		0x20802096
#define NV2080_CTRL_FB_GET_INFO_V2		0x20801303
#define NV0041_CTRL_GET_SURFACE_INFO		0x00410110
#define NV00FD_CTRL_ATTACH_MEM			0x00fd0102
#define NV00FD_CTRL_DETACH_MEM			0x00fd0105
#define NVA06C_CTRL_GPFIFO_SCHEDULE		0xa06c0101

#define NV_FB_RAM_SIZE				0x07
#define NV_FB_TOTAL_RAM_SIZE			0x08
#define NV_FB_HEAP_SIZE				0x09
#define NV_FB_MAPPABLE_HEAP_SIZE		0x0a
#define NV_FB_TAX_SIZE				0x10
#define NV_FB_LARGEST_FREE			0x12
#define NV_FB_VISTA_RESERVED			0x15
#define NV_FB_HEAP_FREE				0x16
#define NV_FB_BAR1_AVAIL			0x1d
#define NV_FB_HEAP_START			0x1e
#define NV_FB_USABLE_RAM_SIZE			0x20
#define NV_FB_HEAP_OFFLINE			0x27
#define NV_FB_INDEX_MAX				0x36

struct nv_ctrl_id_info {
	__u32 gpu_id;
	__u32 flags;
	__u32 device_instance;
	__u32 subdevice_instance;
	__aligned_u64 name;
	__u32 sli_status;
	__u32 board_id;
	__u32 gpu_instance;
	__s32 numa_id;
};

struct nv_ctrl_id_info_v2 {
	__u32 gpu_id;
	__u32 flags;
	__u32 device_instance;
	__u32 subdevice_instance;
	__u32 sli_status;
	__u32 board_id;
	__u32 gpu_instance;
	__s32 numa_id;
};

struct nv_ctrl_attach {
	__u32 ids[NV_MAX_PROBED];
	__u32 failed_id;
};

struct nv_ctrl_uuid_info {
	__u8 uuid[256];
	__u32 flags;
	__u32 gpu_id;
	__u32 device_instance;
	__u32 subdevice_instance;
};

struct nv_ctrl_gid_info {
	__u32 index;
	__u32 flags;
	__u32 length;
	__u8 data[256];
};
#define NV_GID_FORMAT_BINARY			2

struct nv_ctrl_name {
	__u32 flags;
	__u8 ascii[128];
};

#define NV_DISABLE_MAX				64
struct nv_ctrl_disable {
	__u8 disable;
	__u8 pad0[3];
	__u32 count;
	__u8 only_scheduling;
	__u8 rewind;
	__u8 pad1[6];
	__aligned_u64 event;
	__u32 clients[NV_DISABLE_MAX];
	__u32 channels[NV_DISABLE_MAX];
};

struct nv_ctrl_list {			/* FB_GET_INFO, GET_SURFACE_INFO */
	__u32 count;
	__u32 pad;
	__aligned_u64 list;
};

struct nv_ctrl_pair {
	__u32 index;
	__u32 data;
};

#define NV_FB_V2_LIST				4
#define NV_FB_V2_SIZE_535			436
#define NV_FB_V2_SIZE_545			444
#define NV_FB_V2_SIZE_560			460
#define NV_FB_V2_SIZE_580			1028

#define NV_PIDS_MAX				950
struct nv_ctrl_pids {
	__u32 id_type;
	__u32 id;
	__u32 count;
	__u32 pids[NV_PIDS_MAX];
};

#define NV_ACCT_PIDS_MAX			4000
struct nv_ctrl_acct_pids {
	__u32 gpu_id;
	__u32 pid;
	__u32 pids[NV_ACCT_PIDS_MAX];
	__u32 count;
};

#define NV_PID_INFO_MAX				200
struct nv_ctrl_pid_info {
	__u32 pid;
	__u32 index;
	__u32 result;
	__u32 pad;
	__aligned_u64 mem_private;
	__aligned_u64 mem_shared_owned;
	__aligned_u64 mem_shared_duped;
	__aligned_u64 prot_private;
	__aligned_u64 prot_shared_owned;
	__aligned_u64 prot_shared_duped;
	__u32 smc[2];
};

struct nv_ctrl_pid_info_list {
	__u32 count;
	__u32 pad;
	struct nv_ctrl_pid_info list[NV_PID_INFO_MAX];
};

/*
 * 0x20802096: a head, then 72 samples of a time and four engines (535, 545) or six; an engine has 12
 * bytes more from 570 on, the last 8 of which are the kernel's own.
 */
#define NV_UTIL_MAX				72
struct nv_ctrl_util {
	__u8 type;
	__u32 buf_size;
	__u32 count;
	__u32 tracker;
};

struct nv_ctrl_engine {
	__u32 util;
	__u32 scale;
	__u32 pid;
	__u32 guest_pid;
	char guest_name[100];
};
#define NV_UTIL_PID_STRUCT			120
#define NV_UTIL_STEP_570			128

struct nv_ctrl_export {			/* 0x3d05 */
	__u32 type;
	__u32 device;
	__u32 parent;
	__u32 object;
	__s32 fd;
	__u32 flags;
};

struct nv_ctrl_import {			/* 0x3d06 */
	__s32 fd;
	__u32 type;
	__u32 device;
	__u32 parent;
	__u32 object;
};
#define NV_EXPORT_TYPE_RM			1

#define NV_EXPORT_MAX				512
#define NV_IMPORT_MAX				128
struct nv_ctrl_exports {		/* 0x3d0b */
	__s32 fd;
	__u32 device;
	__u16 max_objects;
	__u8 metadata[64];
	__u16 pad;
	__u32 objects[NV_EXPORT_MAX];
	__u16 count;
	__u16 index;
};

struct nv_ctrl_imports {		/* 0x3d0c */
	__s32 fd;
	__u32 parent;
	__u32 objects[NV_IMPORT_MAX];
	__u8 types[NV_IMPORT_MAX];
	__u16 count;
	__u16 index;
};
#define NV_IMPORT_VIDMEM			1
#define NV_IMPORT_SYSMEM			2

#define NV_SURFACE_SIZE_LO			2
#define NV_SURFACE_SIZE_HI			3
#define NV_SURFACE_PHYS_SIZE			7
#define NV_SURFACE_SPACE			9
#define NV_SURFACE_SYSMEM			1
#define NV_SURFACE_VIDMEM			2

/* nvidia-uvm requests: plain numbers, no size in them. */
#define UVM_REGISTER_GPU_VASPACE		25
#define UVM_UNREGISTER_GPU_VASPACE		26
#define UVM_REGISTER_CHANNEL			27
#define UVM_UNREGISTER_CHANNEL			28
#define UVM_MAP_EXTERNAL_ALLOCATION		33
#define UVM_FREE				34
#define UVM_REGISTER_GPU			37
#define UVM_UNREGISTER_GPU			38
#define UVM_PAGEABLE_MEM_ACCESS			39
#define UVM_MIGRATE				51
#define UVM_TOOLS_INIT_EVENT_TRACKER		56
#define UVM_UNMAP_EXTERNAL			66
#define UVM_ALLOC_SEMAPHORE_POOL		68
#define UVM_CLEAN_UP_ZOMBIE_RESOURCES		69
#define UVM_CREATE_EXTERNAL_RANGE		73
#define UVM_MM_INITIALIZE			75
#define UVM_INITIALIZE				0x30000001
#define UVM_DEINITIALIZE			0x30000002
#define UVM_INIT_DISABLE_HMM			1
#define UVM_INIT_MULTI_PROCESS			2

struct uvm_initialize {
	__aligned_u64 flags;
	__u32 status;
	__u32 pad;
};

struct uvm_clean_up {
	__u32 status;
};

struct uvm_mm_initialize {
	__s32 uvm_fd;
	__u32 status;
};

struct uvm_pageable {
	__u8 access;
	__u8 pad[3];
	__u32 status;
};

struct uvm_register_gpu {
	__u8 uuid[16];
	__u8 numa_enabled;
	__u8 pad[3];
	__s32 numa_node;
	__s32 ctl_fd;
	__u32 client;
	__u32 smc_part;
	__u32 status;
};

struct uvm_unregister_gpu {
	__u8 uuid[16];
	__u32 status;
};

struct uvm_register_vaspace {
	__u8 uuid[16];
	__s32 ctl_fd;
	__u32 client;
	__u32 vaspace;
	__u32 status;
};

struct uvm_unregister_vaspace {
	__u8 uuid[16];
	__u32 status;
};

struct uvm_register_channel {
	__u8 uuid[16];
	__s32 ctl_fd;
	__u32 client;
	__u32 channel;
	__u32 pad0;
	__aligned_u64 base;
	__aligned_u64 length;
	__u32 status;
	__u32 pad1;
};

struct uvm_unregister_channel {		/* from 590 without the uuid */
	__u8 uuid[16];
	__u32 client;
	__u32 channel;
	__u32 status;
};

struct uvm_gpu_attr {			/* one entry of MAP_EXTERNAL's list */
	__u8 uuid[16];
	__u32 mapping;
	__u32 caching;
	__u32 format;
	__u32 element_bits;
	__u32 compression;
};

#define UVM_MAP_HEAD				24
#define UVM_MAP_GPUS_OLD			32	/* up to 550.40.07 */
#define UVM_MAP_GPUS				256
struct uvm_map_tail {
	__aligned_u64 count;
	__s32 ctl_fd;
	__u32 client;
	__u32 memory;
	__u32 status;
};
#define UVM_MAP_SIZE_OLD			1200
#define UVM_MAP_SIZE				9264

struct uvm_free_old {			/* up to 580 */
	__aligned_u64 base;
	__aligned_u64 length;
	__u32 status;
	__u32 pad;
};

struct uvm_free {			/* from 590 */
	__aligned_u64 base;
	__u32 status;
	__u32 pad;
};

struct uvm_unmap_external {
	__aligned_u64 base;
	__aligned_u64 length;
	__u8 uuid[16];
	__u32 status;
	__u32 pad;
};

struct uvm_migrate {
	__aligned_u64 base;
	__aligned_u64 length;
	__u8 uuid[16];
	__u32 flags;
	__u32 pad0;
	__aligned_u64 semaphore;
	__u32 payload;
	__s32 cpu_node;
	__aligned_u64 user_start;
	__aligned_u64 user_length;
	__u32 status;
	__u32 pad1;
};

struct uvm_tools_tracker {		/* the two versions only from 550.40.53 to 555 */
	__aligned_u64 queue;
	__aligned_u64 queue_size;
	__aligned_u64 control;
	__u8 uuid[16];
	__u32 all;
	__u32 uvm_fd;
	__u32 status;
	__u32 requested;
	__u32 granted;
	__u32 pad;
};

#define UVM_POOL_HEAD				16
struct uvm_pool_tail {
	__aligned_u64 count;
	__u32 status;
	__u32 pad;
};

struct uvm_external_range {
	__aligned_u64 base;
	__aligned_u64 length;
	__u32 status;
	__u32 pad;
};

#endif /* NVSIM_NVCTRL_H */
