/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * uvm.h - what the parts of the stand-in nvidia-uvm.ko tell each other.
 * Owns: the VA space and its ranges. Must not: be seen by nvidia.ko.
 *
 * Locks, in order: a GPU's service lock, mmap_lock, space->lock, then whatever nvidia.ko takes. User memory is never
 * touched under space->lock.
 */
#ifndef NVSIM_UVM_H
#define NVSIM_UVM_H

#include "compat.h"
#include "nvabi.h"
#include "nvctrl.h"
#include "nvuvm.h"

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/xarray.h>

#define UVM_MAX_REGISTERED	32
#define UVM_BLOCK_SHIFT		21	/* managed memory moves to a GPU in blocks of 2 MiB */
#define UVM_BLOCK		(1ull << UVM_BLOCK_SHIFT)

enum uvm_range_type { UVM_MANAGED, UVM_EXTERNAL, UVM_POOL };

enum uvm_space_mm { UVM_MM_UNINITIALIZED, UVM_MM_ALIVE, UVM_MM_RELEASED };

struct uvm_gpu {
	struct nv_state *nv;
	u8 uuid[16];
	bool vaspace;
};

struct uvm_space {
	struct mutex lock;
	u64 flags;
	struct address_space *mapping;	/* of the file */
	struct mm_struct *mm;		/* holds mm_count */
	enum uvm_space_mm mm_state;
	struct rb_root ranges;
	struct xarray pages;		/* CPU pages of managed and pool ranges, by page number */
	struct uvm_gpu gpus[UVM_MAX_REGISTERED];
	u32 nr_gpus;
	struct list_head channels;
};

struct uvm_range {
	struct rb_node node;
	struct uvm_space *space;
	u64 start;
	u64 end;			/* first address behind it */
	enum uvm_range_type type;
	struct mm_struct *mm;		/* managed: only compared */
	bool is_zombie;			/* managed: kept although its process has ended */
	u32 nr_mapped;			/* pool: CPU mappings */
	struct list_head maps;		/* external: what is mapped where */
	struct xarray chunks;		/* managed: 2 MiB blocks that live on a GPU */
};

/* What an open file is: the low bits of private_data, as in the real driver. */
#define UVM_FD_UNINITIALIZED	0ul
#define UVM_FD_INITIALIZING	1ul
#define UVM_FD_SPACE		2ul
#define UVM_FD_MM		3ul
#define UVM_FD_MASK		3ul

/* uvm.c */
bool uvm_file_is_nvidia_uvm(struct file *filp);
struct uvm_space *uvm_fd_space(struct file *filp);

/* uvm_range.c; space->lock held */
struct uvm_range *uvm_range_find(struct uvm_space *space, u64 addr);
struct uvm_range *uvm_range_exact(struct uvm_space *space, u64 start, u64 end);
u32 uvm_range_create(struct uvm_space *space, u64 start, u64 length, enum uvm_range_type type,
		     struct uvm_range **out);
void uvm_range_destroy(struct uvm_range *range);
u32 uvm_range_carve(struct uvm_range *range, u64 start, u64 end, struct uvm_range **part);
u32 uvm_va_space_create(struct address_space *mapping, struct uvm_space **out, u64 flags);
u32 uvm_api_clean_up_zombie_resources(struct uvm_clean_up *p, struct file *filp);
void uvm_space_free(struct uvm_space *space);

/* uvm_managed.c */
int uvm_managed_mmap(struct uvm_space *space, struct vm_area_struct *vma);
void uvm_chunks_release(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end);
u32 uvm_api_migrate(struct uvm_space *space, struct uvm_migrate *p);
u32 uvm_touched_by_gpu(struct uvm_space *space, struct uvm_gpu *gpu, u64 address);

/* uvm_ext.c */
u32 uvm_api_create_external(struct uvm_space *space, struct uvm_external_range *p);
u32 uvm_api_map_external(struct uvm_space *space, void *params);
u32 uvm_api_unmap_external(struct uvm_space *space, struct uvm_unmap_external *p);
u32 uvm_api_free(struct uvm_space *space, u64 base, u64 length);
u32 uvm_api_alloc_pool(struct uvm_space *space, void *params);
void uvm_maps_release(struct uvm_range *range, struct nv_state *nv, u64 start, u64 end);
u32 uvm_map_size(void);
u32 uvm_pool_size(void);
u32 uvm_max_attrs(void);

/* uvm_gpu.c */
struct uvm_gpu *uvm_gpu_find(struct uvm_space *space, const u8 *uuid);
u32 uvm_api_register_gpu(struct uvm_space *space, struct uvm_register_gpu *p);
u32 uvm_api_unregister_gpu(struct uvm_space *space, struct uvm_unregister_gpu *p);
u32 uvm_api_register_gpu_va_space(struct uvm_register_vaspace *p, struct file *filp);
u32 uvm_api_unregister_vaspace(struct uvm_space *space, struct uvm_unregister_vaspace *p);
u32 uvm_api_register_channel(struct uvm_space *space, struct uvm_register_channel *p);
u32 uvm_api_unregister_channel(struct uvm_space *space, u32 client, u32 channel);
void uvm_gpus_release(struct uvm_space *space);

/* uvm_fault.c */
void uvm_fault_init(void);
void uvm_fault_exit(void);

/* uvm_tools.c */
extern const struct file_operations uvm_tools_fops;

static inline bool uvm_mm_enabled(const struct uvm_space *space)
{
	return !(space->flags & UVM_INIT_MULTI_PROCESS);
}

static inline bool uvm_bad_4k(u64 base, u64 length)
{
	return !length || (base | length) & 4095 || base + length < base;
}

#endif /* NVSIM_UVM_H */
