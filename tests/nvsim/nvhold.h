/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvhold.h - structs of what holds memory besides handles: fabric addresses and dma-bufs, as the
 * stand-in driver and the raw client see them.
 * Owns: their own transcription. Must not: include or be included by gpuward.
 */
#ifndef NVSIM_NVHOLD_H
#define NVSIM_NVHOLD_H

#include <linux/types.h>

struct nv_fabric_params {
	__aligned_u64 alignment;
	__aligned_u64 size;
	__aligned_u64 page_size;
	__u32 flags;
	__u32 pad;
	__aligned_u64 offset;
	__u32 memory;
	__u32 map_flags;
};
#define NV_FABRIC_FLEXIBLE		1

/* An address for many GPUs: 40 bytes up to 544; what its memory is on each is attached later. */
struct nv_multicast_params_535 {
	__aligned_u64 alignment;
	__aligned_u64 size;
	__u32 page_size;
	__u32 flags;
	__u32 nr_gpus;
	__u32 pad;
	__aligned_u64 event;
};

struct nv_multicast_params {
	__u8 packet[32];
	__u16 index;
	__u16 pad0[3];
	struct nv_multicast_params_535 p;	/* from 590 with a page size of 64 bits */
};

struct nv_ctrl_multicast_attach {
	__u32 subdevice;
	__u32 memory;
	__aligned_u64 offset;
	__aligned_u64 map_offset;
	__aligned_u64 map_length;
	__u32 flags;
	__u32 pad;
};

struct nv_ctrl_multicast_detach {
	__u32 subdevice;
	__u32 pad0;
	__aligned_u64 offset;
	__u32 flags;
	__u32 pad1;
};

/* EXPORT_TO_DMABUF_FD: up to 560, and with a mapping type before the lists from 570. */
#define NV_DMABUF_HANDLES		128
struct nv_dmabuf_head {
	__s32 fd;
	__u32 client;
	__u32 total_objects;
	__u32 count;
	__u32 index;
	__u32 pad;
	__aligned_u64 total_size;
};

struct nv_dmabuf {
	struct nv_dmabuf_head head;
	__u32 handles[NV_DMABUF_HANDLES];
	__aligned_u64 offsets[NV_DMABUF_HANDLES];
	__aligned_u64 sizes[NV_DMABUF_HANDLES];
	__u32 status;
	__u32 pad;
};

struct nv_dmabuf_570 {
	struct nv_dmabuf_head head;
	__u8 mapping;
	__u8 allow_mmap;		/* from 580 */
	__u8 pad0[2];
	__u32 handles[NV_DMABUF_HANDLES];
	__u32 pad1;
	__aligned_u64 offsets[NV_DMABUF_HANDLES];
	__aligned_u64 sizes[NV_DMABUF_HANDLES];
	__u32 status;
	__u32 pad2;
};

#endif /* NVSIM_NVHOLD_H */
