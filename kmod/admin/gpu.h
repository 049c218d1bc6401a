/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of declared GPUs and what an admin says of them. Who gets which is pool.h; both
 * are under one lock, the pool's.
 */
#ifndef _GW_GPU_H
#define _GW_GPU_H

#include "object/types.h"

#define GW_MAX_MINOR 248		/* minors 0..247 are GPUs, nv-chardev-numbers.h */
#define GW_GPU_NAME_LEN 64
#define GW_PCI_LEN 16

/* Why a GPU is in quarantine. */
struct gw_evidence {
	char why[GPUWARD_REASON_LEN];
	u64 since_ns;			/* CLOCK_BOOTTIME */
	/* where memory was held, else vm is empty: */
	char vm[GPUWARD_NAME_LEN];
	u32 accel;
	u64 held_bytes;
};

struct gw_gpu {
	u32 minor;			/* const */
	/* gw_pool_lock: */
	u64 memory_bytes;
	u64 reserved_bytes;
	u32 nr_placed;			/* accelerators */
	u32 nr_running;			/* jobs */
	u32 nr_cleaning;		/* accelerators gone but for memory that is held */
	bool is_drained;		/* SHUTDOWN */
	bool is_quarantined;
	struct gw_evidence evidence;	/* why */
	u64 groups;			/* GPU groups, see group.h; 0: the default one */
	char name[GW_GPU_NAME_LEN];
	char pci[GW_PCI_LEN];
	u8 uuid[GPUWARD_GPU_UUID_LEN];
	u32 gpu_id;
	u32 instance;
	s32 numa;
	u32 nvlink;			/* domain; 0: unknown */
	u32 pcie;			/* switch, its PCI address as a number; 0: unknown */
	u64 driver_bytes;		/* of its memory, what is never placed */
};

/* Order 3. Guards GPUs, placements (the fields of gw_accel marked so), the queue. */
extern struct mutex gw_pool_lock;
extern u32 gw_gpu_generation;		/* pool lock; for dumps */

/* What an admin gives; bits say which fields. */
struct gw_gpu_config {
	u32 minor;
	u32 set;
	u64 memory_bytes;
	char name[GW_GPU_NAME_LEN];
	char pci[GW_PCI_LEN];
	u8 uuid[GPUWARD_GPU_UUID_LEN];
	u32 gpu_id;
	u32 instance;
	s32 numa;
	bool is_drained;
	u32 nvlink;
	u32 pcie;
	u64 driver_bytes;
};
#define GW_GPU_SET_MEMORY BIT(0)
#define GW_GPU_SET_NAME BIT(1)
#define GW_GPU_SET_PCI BIT(2)
#define GW_GPU_SET_UUID BIT(3)
#define GW_GPU_SET_ID BIT(4)
#define GW_GPU_SET_INSTANCE BIT(5)
#define GW_GPU_SET_NUMA BIT(6)
#define GW_GPU_SET_STATE BIT(7)
#define GW_GPU_SET_NVLINK BIT(8)
#define GW_GPU_SET_PCIE BIT(9)
#define GW_GPU_SET_DRIVER BIT(10)

/* These take the pool lock themselves and serve the queue where that may help someone. */
int gw_gpu_add(const struct gw_gpu_config *cfg);	/* EEXIST, EINVAL, ENOMEM */
int gw_gpu_set(const struct gw_gpu_config *cfg);	/* ENOENT, EINVAL, EBUSY below what is reserved */
int gw_gpu_del(u32 minor);				/* ENOENT, EBUSY reserved */
void gw_gpu_exit(void);

#define GW_GPU_DEFAULT_GROUP BIT_ULL(0)
int gw_gpu_get_groups(u32 minor, u64 *groups);		/* ENOENT */
int gw_gpu_set_groups(u32 minor, u64 groups);		/* ENOENT; what is placed stays */
u32 gw_gpu_count_groups(u64 groups);			/* GPUs put into one of them by name */

/* Copies GPU @minor, or the first one from it on when @next, into @out. ENOENT. */
int gw_gpu_get(u32 minor, bool next, struct gw_gpu *out);
u32 gw_gpu_count(void);
/* Pool lock held. A borrowed pointer or NULL. */
struct gw_gpu *gw_gpu_find(u32 minor);
/* The same with all that is known; tells nobody. True: it was not in quarantine before. */
bool gw_gpu_isolate(struct gw_gpu *gpu, const struct gw_evidence *evidence);
u32 gw_gpu_state(const struct gw_gpu *gpu);		/* enum gpuward_gpu_state, of a copy or locked */

#endif /* _GW_GPU_H */
