/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nvsim.h - what the parts of the stand-in nvidia.ko tell each other.
 * Owns: the structs of files, GPUs, clients, objects and memory, and the lock rule. Must not: be
 * seen outside tests/nvsim.
 *
 * Locks, in order: nv_module_table_lock (535 only, held over the inner open, as in the real
 * driver), nv->ldata_lock (opening and closing one GPU), rm_lock (clients, objects, memory, every
 * count of the books; the real driver's API lock).
 */
#ifndef NVSIM_H
#define NVSIM_H

#include "compat.h"
#include "nvabi.h"
#include "nvctrl.h"
#include "nvhold.h"

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#define NVSIM_MAX_GPUS	32

/*
 * The real driver hands an alternative stack around; only its place in the argument list matters
 * here.
 */
typedef struct nvidia_stack { u32 unused; } nvidia_stack_t;

struct nv_state {
	bool ctl;			/* nvidiactl; the rest of the fields is for GPUs */
	u32 minor;
	u32 instance;
	u32 gpu_id;
	u32 domain;
	u8 bus;
	u8 slot;
	u8 uuid[16];
	char name[64];
	u64 reg_address;
	u64 reg_size;
	u64 bar1_address;
	u64 bar1_size;
	u64 fb_size;			/* const after init */
	u64 fb_reserved;

	struct semaphore ldata_lock;
	int usage_count;		/* under ldata_lock, read alone elsewhere */
	bool uuid_known;		/* has been initialised once */
	u64 memblock_size;		/* nvidiactl: SYS_PARAMS, set once */
	struct workqueue_struct *open_q;

	/* the books, under rm_lock */
	u64 used;
	u64 peak;
	u64 nr_allocs;
	u64 nr_channels;
	u64 next_offset;
	u32 nr_channel_procs;
	u32 max_channel_procs;
	u32 nr_memory_procs;
	u32 max_memory_procs;
	struct list_head holders;
	struct page *shared;		/* what class 0xde shows of it */

	atomic64_t opens;
	atomic64_t open_fails;
	atomic64_t closes;
};

struct nvsim_mmap {
	bool valid;
	struct nvsim_mem *mem;
	u64 page_index;
	u64 length;
};

/* One open file. Reached through file->private_data; the real driver's nv_linux_file_private_t. */
struct nv_file {
	struct nv_state *nv;		/* NULL until the open has succeeded */
	struct nv_state *open_nv;
	struct completion open_complete;
	int open_rc;
	u32 adapter_status;
	struct work_struct open_work;
	struct work_struct close_work;
	struct address_space mapping;

	struct nv_file *ctl;		/* REGISTER_FD, under rm_lock; set once */
	struct file *ctl_filp;

	spinlock_t event_lock;
	wait_queue_head_t waitq;
	bool event_pending;
	struct list_head events;	/* under rm_lock */

	struct nvsim_mmap mmap;		/* under rm_lock */
	struct nvsim_mem **exports;	/* under rm_lock; objects parked here by export */
	u32 nr_exports;
	struct list_head exporting;	/* all files that have exports */
	struct list_head clients;	/* under rm_lock; dies with the file */
	u32 *attached;
	u32 nr_attached;
};

/* A process's share in a GPU's books. */
struct nvsim_holder {
	struct list_head entry;
	pid_t pid;
	u64 bytes;
	u64 nr_allocs;
	u64 nr_channels;
};

enum nvsim_mem_kind { NVSIM_VIDMEM, NVSIM_SYSMEM, NVSIM_VIRTMEM, NVSIM_FABRIC,
		      NVSIM_MULTICAST };

/* Physical memory; held by handles, duplicates, exports and external mappings. */
struct nvsim_mem {
	unsigned int refs;		/* the struct and its pages; under rm_lock */
	unsigned int holders;		/* of the memory; with them it is given back */
	enum nvsim_mem_kind kind;
	bool read_only;			/* for the CPU */
	struct nvsim_mem *backing;	/* fabric, multicast: the memory that lies behind it */
	u64 backing_at;
	struct nv_state *nv;
	pid_t pid;			/* who allocated it, for the books */
	u64 size;			/* what it takes */
	u64 length;			/* what its user was told */
	u64 hidden;			/* what it takes beyond that, and no answer to its user tells */
	u64 offset;
	u32 attr;
	u32 attr2;
	u32 nr_pages;
	struct page **pages;
};

struct nvsim_client {
	u32 handle;
	struct nv_file *owner;
	struct list_head entry;
	bool kernel;
	pid_t pid;
	u32 next_handle;
	struct xarray objects;
	struct nvsim_obj *root;
};

struct nvsim_share {
	struct list_head entry;
	u32 target;
	u32 mask;
	u16 type;
};

struct nvsim_obj {
	u32 handle;
	u32 hclass;
	struct nvsim_client *client;
	struct nvsim_obj *parent;
	struct list_head children;
	struct list_head sibling;
	struct nv_state *nv;		/* the GPU below which it lives, or NULL */
	struct nvsim_mem *mem;
	u64 implicit;			/* bytes the driver took for itself */
	bool counted;			/* as a channel, in the books */
	u32 vaspace;			/* of a channel group: goes with it; 0: the device's own */
	u32 nr_maps;
	struct list_head shares;
};

/* What a request carries besides its arguments; the real driver's security info. */
struct nvsim_sec {
	struct nv_file *file;		/* the control file that clients belong to; NULL: the kernel */
	bool admin;
	bool kernel;			/* in-kernel client: no owner, no process list */
};

/* RM_ALLOC in either of its sizes. */
struct nvsim_alloc {
	u32 root;
	u32 parent;
	u32 handle;
	u32 hclass;
	u64 params;
};

extern struct mutex rm_lock;
extern struct nv_state nv_ctl_device;
extern struct nv_state *nv_gpus[NVSIM_MAX_GPUS];
extern unsigned int nr_gpus;

/* version.c */
extern const char nvsim_version[];
bool nvsim_at_least(unsigned int major, unsigned int minor, unsigned int patch);
bool nvsim_is_frontend(void);

/* module.c */
extern unsigned int nvsim_open_ms, nvsim_alloc_us, nvsim_open_fail, nvsim_alloc_fail_nth,
	nvsim_ctx_mib, nvsim_hidden_mib, nvsim_hidden_pid, nvsim_lost_pid, nvsim_dmabuf_us;
extern bool nvsim_fabric, nvsim_accounting;
extern unsigned int nvsim_gpus, nvsim_mem_mib[NVSIM_MAX_GPUS], nvsim_reserved_mib;
extern int nvsim_nr_mem;
extern char *nvsim_answer_version;

/* chardev: frontend535.c or cdev550.c */
int nvsim_chardev_init(void);
void nvsim_chardev_exit(void);
bool nvsim_is_driver_file(const struct file *filp);

/* entry.c; one variant lacks a function that an interposer needs */
#ifdef NVSIM_RENAME_IOCTL
#define nvidia_unlocked_ioctl nvidia_unlocked_ioctl_renamed
#endif
int nvidia_open(struct inode *inode, struct file *file);
int nvidia_close(struct inode *inode, struct file *file);
long nvidia_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
__poll_t nvidia_poll(struct file *file, struct poll_table_struct *wait);
int nvidia_mmap(struct file *file, struct vm_area_struct *vma);
int nvsim_entry_init(void);
void nvsim_entry_exit(void);

/* files.c */
struct nv_file *nv_get_file_private(s32 fd, bool ctl, void **os_private);
void nv_put_file_private(void *os_private);
bool nv_is_gpu_accessible(struct nv_state *nv);
u32 rm_register_fd(struct nv_file *nvfp, int ctl_fd);
u32 rm_alloc_os_event(u32 client, struct nv_file *nvfp, int fd);
u32 rm_free_os_event(u32 client, int fd);
void rm_cleanup_file_private(struct nv_file *nvfp);

/* gpu.c */
int nvsim_gpus_init(void);
void nvsim_gpus_exit(void);
struct nv_state *nvsim_gpu_by_minor(u32 minor);
struct nv_state *nvsim_gpu_by_id(u32 gpu_id);
int nv_get_by_uuid(const u8 *uuid, struct nv_state **nv);
int nv_open_device(struct nv_state *nv);
int nvsim_gpu_hold(struct nv_state *nv);
void nv_close_device_locking(struct nv_state *nv);
int nv_attach_gpus(struct nv_file *nvlfp, const u32 *ids, size_t size);
void nv_detach_gpus(struct nv_file *nvlfp);
int nvidia_read_card_info(struct nv_card_info *ci, size_t count);

/* books.c: physical memory and who uses it; rm_lock held */
u32 nvsim_vidmem_take(struct nv_state *nv, pid_t pid, u64 size, u64 *offset);
void nvsim_vidmem_give(struct nv_state *nv, pid_t pid, u64 size);
u32 nvsim_channel_take(struct nv_state *nv, pid_t pid);
void nvsim_channel_give(struct nv_state *nv, pid_t pid);
void nvsim_books_reset_max(struct nv_state *nv);
u64 nvsim_fb_free(const struct nv_state *nv);
void nvsim_books_show(struct seq_file *m, struct nv_state *nv);
void nvsim_books_free(struct nv_state *nv);

/* client.c; rm_lock held */
u32 nvsim_client_new(struct nvsim_sec *sec, u32 *handle);
void nvsim_client_free(struct nvsim_client *client);
void nvsim_client_close(struct nvsim_client *client);
void nvsim_clients_find_lost(void);	/* takes rm_lock */
struct nvsim_client *nvsim_client_find(u32 handle);
u32 nvsim_client_check(u32 handle, const struct nvsim_sec *sec, struct nvsim_client **out);
void nvsim_clients_drop_gpu(struct nv_state *nv);
u32 nvsim_handle_assign(struct nvsim_client *client, u32 *handle);
struct nvsim_client *nvsim_client_next(u32 *cursor);
struct nvsim_obj *nvsim_obj_find(struct nvsim_client *client, u32 handle);

/* objects.c; nvsim_* with rm_lock held, rm_* take it */
struct nvsim_obj *nvsim_obj_new(struct nvsim_client *client, struct nvsim_obj *parent, u32 handle,
				u32 hclass);
void nvsim_obj_free(struct nvsim_obj *obj);
u32 rm_alloc(struct nvsim_sec *sec, struct nvsim_alloc *a);
u32 rm_alloc_kernel(struct nvsim_sec *sec, u32 root, u32 parent, u32 *handle, u32 hclass,
		    void *params);
u32 rm_free(struct nvsim_sec *sec, u32 root, u32 handle);
u32 rm_dup(struct nvsim_sec *sec, struct nvos55 *p);
u32 rm_share(struct nvsim_sec *sec, struct nvos57 *p);
bool nvsim_may_dup_kernel(const struct nvsim_obj *src, pid_t pid);

/* classes.c; construct and destruct with rm_lock held */
int nvsim_class_params(u32 hclass);
bool nvsim_class_needs_params(u32 hclass);
u32 nvsim_class_may_hang(const struct nvsim_obj *parent, u32 hclass);
u32 nvsim_class_construct(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params);
void nvsim_class_destruct(struct nvsim_obj *obj);
bool nvsim_class_is_channel(u32 hclass);

/* memory.c; rm_lock held */
struct nvsim_mem *nvsim_mem_new(struct nvsim_obj *obj, enum nvsim_mem_kind kind, u64 size);
u32 nvsim_vidmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p);
u32 nvsim_virtmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p);
u32 nvsim_sysmem_construct(struct nvsim_obj *obj, struct nv_memory_params *p);
void nvsim_mem_get(struct nvsim_mem *mem);
void nvsim_mem_put(struct nvsim_mem *mem);
void nvsim_mem_map(struct nvsim_mem *mem);
void nvsim_mem_unmap(struct nvsim_mem *mem);

u32 nvsim_fabric_construct(struct nvsim_obj *obj, const struct nv_fabric_params *p);
u32 nvsim_multicast_construct(struct nvsim_obj *obj);
u32 nvsim_multicast_attach(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size);
u32 nvsim_multicast_detach(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size);

/* dmabuf.c */
u32 nv_dma_buf_export(struct nv_state *nv, void *params);
u32 nvsim_dmabuf_size(void);

/* shared_page.c: class 0xde; rm_lock held */
int nvsim_shared_init(struct nv_state *nv);
void nvsim_shared_exit(struct nv_state *nv);
void nvsim_shared_update(struct nv_state *nv);
u32 nvsim_shared_construct(struct nvsim_obj *obj);

/* mapping.c: CPU mappings and the pages behind them */
u32 nvsim_pages_take(struct nvsim_mem *mem);
void nvsim_pages_give(struct nvsim_mem *mem);
u32 rm_map_memory(struct nvsim_sec *sec, struct nvos33_fd *p);
u32 rm_unmap_memory(struct nvsim_sec *sec, struct nvos34 *p);
int nvsim_mmap_helper(struct nv_file *nvlfp, struct vm_area_struct *vma);

/* heap.c */
u32 rm_vid_heap_control(struct nvsim_sec *sec, struct nvos32 *p);
u32 rm_alloc_memory02(struct nvsim_sec *sec, struct nvos02_fd *p);

/*
 * control.c and the families of controls; handlers run with rm_lock held, and answer with a status
 */
struct nvsim_control {
	u32 cmd;
	u32 hclass; /* class of the object it is for; 0 is any memory */
	u32 size; /* of the parameter block; 0 when size_by_version() says it */
	u32 (*run)(struct nvsim_sec *sec, struct nvsim_obj *obj, void *params, u32 size);
	u32 (*size_by_version)(void);
	bool list; /* the block points at a list of {index, data} in user memory */
};

u32 rm_control(struct nvsim_sec *sec, struct nvos54 *p);
u32 rm_control_kernel(struct nvsim_sec *sec, struct nvos54 *p);
extern const struct nvsim_control nvsim_controls_client[], nvsim_controls_gpu[],
	nvsim_controls_export[];
void nvsim_exports_release(struct nv_file *nvfp);
void nvsim_exports_drop_gpu(struct nv_state *nv);

/* rm.c */
u32 rm_ioctl(nvidia_stack_t *sp, struct nv_state *nv, struct nv_file *nvfp, u32 cmd, void *data,
	     u32 size);

/* os.c */
u32 os_memcpy_from_user(void *to, const void *from, u32 n);
u32 os_memcpy_to_user(void *to, const void *from, u32 n);

/* procfs.c, books' debugfs */
int nvsim_procfs_init(void);
void nvsim_procfs_exit(void);
void nvsim_debugfs_init(void);
void nvsim_debugfs_exit(void);
void nvsim_count_ioctl(u32 nr);

static inline bool nvsim_is_control(const struct inode *inode)
{
	return iminor(inode) == NV_MINOR_CTL;
}

#endif /* NVSIM_H */
