// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm.c - the stand-in nvidia-uvm.ko: its char devices and callbacks, by the real driver's names.
 * Owns: what an open file is (nothing yet, a VA space, an mm holder) and the routing of requests.
 * Must not: inline the entry functions; interposers sit on them.
 */
#include "uvm.h"

#include <linux/cdev.h>
#include <linux/file.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static dev_t g_uvm_base_dev;
static struct cdev g_uvm_cdev;
static struct cdev g_uvm_tools_cdev;
static const struct file_operations uvm_fops;

/* The identity test that breaks under any interposer which swaps f_op. */
noinline bool uvm_file_is_nvidia_uvm(struct file *filp)
{
	return filp && filp->f_op == &uvm_fops;
}

static unsigned long fd_type(struct file *filp, void **ptr)
{
	unsigned long v = atomic_long_read((atomic_long_t *)&filp->private_data);

	*ptr = (void *)(v & ~UVM_FD_MASK);
	return v & UVM_FD_MASK;
}

struct uvm_space *uvm_fd_space(struct file *filp)
{
	void *ptr;

	return fd_type(filp, &ptr) == UVM_FD_SPACE ? ptr : NULL;
}

static bool begin(struct file *filp, unsigned long *was)
{
	*was = atomic_long_cmpxchg((atomic_long_t *)&filp->private_data, UVM_FD_UNINITIALIZED,
				   UVM_FD_INITIALIZING) &
	       UVM_FD_MASK;
	return *was == UVM_FD_UNINITIALIZED;
}

static void become(struct file *filp, void *ptr, unsigned long type)
{
	atomic_long_set_release((atomic_long_t *)&filp->private_data, (unsigned long)ptr | type);
}

static u32 uvm_api_initialize(struct file *filp, struct uvm_initialize *p)
{
	struct uvm_space *space;
	unsigned long was;

	if (begin(filp, &was)) {
		u32 status = uvm_va_space_create(filp->f_mapping, &space, p->flags);

		become(filp, space, status ? UVM_FD_UNINITIALIZED : UVM_FD_SPACE);
		return status;
	}
	if (was == UVM_FD_INITIALIZING)
		return NV_ERR_BUSY_RETRY;
	space = uvm_fd_space(filp);
	return space && space->flags == p->flags ? NV_OK : NV_ERR_INVALID_ARGUMENT;
}

static u32 mm_take(struct uvm_space *space)
{
	u32 status = NV_OK;

	mutex_lock(&space->lock);
	if (space->mm_state == UVM_MM_ALIVE)
		status = NV_ERR_INVALID_STATE;
	else if (space->mm_state == UVM_MM_RELEASED || !space->mm || !mmget_not_zero(space->mm))
		status = NV_ERR_PAGE_TABLE_NOT_AVAIL;
	else
		space->mm_state = UVM_MM_ALIVE;
	mutex_unlock(&space->lock);
	return status;
}

/*
 * Turns this file into the one that keeps the process's address space while the VA space works; it
 * holds the other file.
 */
static u32 uvm_api_mm_initialize(struct file *filp, struct uvm_mm_initialize *p)
{
	struct file *uvm_file = fget(p->uvm_fd);
	struct uvm_space *space;
	unsigned long was;
	u32 status = NV_ERR_INVALID_ARGUMENT;

	if (!uvm_file_is_nvidia_uvm(uvm_file))
		goto err;
	space = uvm_fd_space(uvm_file);
	if (!space)
		goto err;
	status = NV_WARN_NOTHING_TO_DO;
	if (!uvm_mm_enabled(space))
		goto err;
	status = NV_ERR_IN_USE;
	if (!begin(filp, &was))
		goto err;
	status = mm_take(space);
	become(filp, status ? NULL : uvm_file, status ? UVM_FD_UNINITIALIZED : UVM_FD_MM);
	if (!status)
		return NV_OK;
err:
	if (uvm_file)
		fput(uvm_file);
	return status;
}

static void mm_release(struct file *uvm_file)
{
	struct uvm_space *space = uvm_fd_space(uvm_file);
	struct mm_struct *mm = space->mm;

	mutex_lock(&space->lock);
	space->mm_state = UVM_MM_RELEASED;
	mutex_unlock(&space->lock);
	mmput(mm);
	fput(uvm_file);
}

static int uvm_open(struct inode *inode, struct file *filp)
{
	struct address_space *mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);

	if (!mapping)
		return -ENOMEM;
	/* Offsets are addresses of one process: each file needs a mapping of its own. */
	address_space_init_once(mapping);
	mapping->host = inode;
	mapping->a_ops = inode->i_mapping->a_ops;
	filp->private_data = NULL;
	filp->f_mapping = mapping;
	return 0;
}

noinline int uvm_open_entry(struct inode *inode, struct file *filp);
noinline int uvm_open_entry(struct inode *inode, struct file *filp)
{
	return uvm_open(inode, filp);
}

static int uvm_release(struct inode *inode, struct file *filp)
{
	struct address_space *mapping = filp->f_mapping;
	void *ptr;

	switch (fd_type(filp, &ptr)) {
	case UVM_FD_SPACE:
		uvm_space_free(ptr);
		break;
	case UVM_FD_MM:
		mm_release(ptr);
		break;
	}
	filp->private_data = NULL;
	filp->f_mapping = inode->i_mapping;
	kfree(mapping);
	return 0;
}

noinline int uvm_release_entry(struct inode *inode, struct file *filp);
noinline int uvm_release_entry(struct inode *inode, struct file *filp)
{
	return uvm_release(inode, filp);
}

static int uvm_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct uvm_space *space = uvm_fd_space(filp);

	if (!space)
		return -EBADFD;
	if (uvm_mm_enabled(space) && space->mm != current->mm)
		return -EOPNOTSUPP;
	if (vma->vm_start != vma->vm_pgoff << PAGE_SHIFT)
		return -EINVAL;
	if ((vma->vm_flags & (VM_SHARED | VM_READ | VM_WRITE)) != (VM_SHARED | VM_READ | VM_WRITE))
		return -EINVAL;
	return uvm_managed_mmap(space, vma);
}

noinline int uvm_mmap_entry(struct file *filp, struct vm_area_struct *vma);
noinline int uvm_mmap_entry(struct file *filp, struct vm_area_struct *vma)
{
	return uvm_mmap(filp, vma);
}

/*
 * The block is fetched once, its last word is the status; requests other than the first two want a
 * VA space.
 */
#define ROUTE(type, run, needs_space) do {					\
		type p;								\
										\
		if (copy_from_user(&p, arg, sizeof(p)))				\
			return -EFAULT;						\
		p.status = (needs_space) && !space ? NV_ERR_ILLEGAL_ACTION : (run); \
		return copy_to_user(arg, &p, sizeof(p)) ? -EFAULT : 0;		\
	} while (0)

/* Blocks whose size depends on the release; the status lies at the offset given. */
static long route_sized(void __user *arg, struct uvm_space *space, u32 size, u32 status_at,
			u32 (*run)(struct uvm_space *space, void *params))
{
	void *p = kvzalloc(size, GFP_KERNEL);
	long ret = 0;

	if (!p)
		return -ENOMEM;
	if (copy_from_user(p, arg, size)) {
		ret = -EFAULT;
	} else {
		*(u32 *)(p + status_at) = space ? run(space, p) : NV_ERR_ILLEGAL_ACTION;
		if (copy_to_user(arg, p, size))
			ret = -EFAULT;
	}
	kvfree(p);
	return ret;
}

/* The GPU reads and takes any memory of the process (HMM), unless that was declined. */
static u32 pageable(const struct uvm_space *space, struct uvm_pageable *p)
{
	p->access = uvm_mm_enabled(space) && !(space->flags & UVM_INIT_DISABLE_HMM);
	return NV_OK;
}

static u32 run_free_old(struct uvm_space *space, void *params)
{
	struct uvm_free_old *p = params;

	return uvm_api_free(space, p->base, p->length);
}

static u32 run_free(struct uvm_space *space, void *params)
{
	struct uvm_free *p = params;

	return uvm_api_free(space, p->base, 0);
}

/* From 590 UVM_FREE has no length. */
static long route_free(void __user *arg, struct uvm_space *space)
{
	if (nvUvmInterfaceAtLeast(590, 44, 1))
		return route_sized(arg, space, sizeof(struct uvm_free),
				   offsetof(struct uvm_free, status), run_free);
	return route_sized(arg, space, sizeof(struct uvm_free_old),
			   offsetof(struct uvm_free_old, status), run_free_old);
}

static u32 run_unregister_channel_old(struct uvm_space *space, void *params)
{
	struct uvm_unregister_channel *p = params;

	return uvm_api_unregister_channel(space, p->client, p->channel);
}

static u32 run_unregister_channel(struct uvm_space *space, void *params)
{
	u32 *p = params;

	return uvm_api_unregister_channel(space, p[0], p[1]);
}

/* From 590 UVM_UNREGISTER_CHANNEL has no UUID. */
static long route_unregister_channel(void __user *arg, struct uvm_space *space)
{
	if (nvUvmInterfaceAtLeast(590, 44, 1))
		return route_sized(arg, space, 12, 8, run_unregister_channel);
	return route_sized(arg, space, sizeof(struct uvm_unregister_channel),
			   offsetof(struct uvm_unregister_channel, status),
			   run_unregister_channel_old);
}

static noinline long uvm_ioctl(struct file *filp, unsigned int cmd, void __user *arg)
{
	struct uvm_space *space = uvm_fd_space(filp);

	switch (cmd) {
	case UVM_DEINITIALIZE:
		return 0;
	case UVM_INITIALIZE:
		ROUTE(struct uvm_initialize, uvm_api_initialize(filp, &p), false);
	case UVM_MM_INITIALIZE:
		ROUTE(struct uvm_mm_initialize, uvm_api_mm_initialize(filp, &p), false);
	case UVM_PAGEABLE_MEM_ACCESS:
		ROUTE(struct uvm_pageable, pageable(space, &p), true);
	case UVM_REGISTER_GPU:
		ROUTE(struct uvm_register_gpu, uvm_api_register_gpu(space, &p), true);
	case UVM_UNREGISTER_GPU:
		ROUTE(struct uvm_unregister_gpu, uvm_api_unregister_gpu(space, &p), true);
	case UVM_REGISTER_GPU_VASPACE:
		ROUTE(struct uvm_register_vaspace, uvm_api_register_gpu_va_space(&p, filp), true);
	case UVM_UNREGISTER_GPU_VASPACE:
		ROUTE(struct uvm_unregister_vaspace, uvm_api_unregister_vaspace(space, &p), true);
	case UVM_REGISTER_CHANNEL:
		ROUTE(struct uvm_register_channel, uvm_api_register_channel(space, &p), true);
	case UVM_UNREGISTER_CHANNEL:
		return route_unregister_channel(arg, space);
	case UVM_CREATE_EXTERNAL_RANGE:
		ROUTE(struct uvm_external_range, uvm_api_create_external(space, &p), true);
	case UVM_UNMAP_EXTERNAL:
		ROUTE(struct uvm_unmap_external, uvm_api_unmap_external(space, &p), true);
	case UVM_CLEAN_UP_ZOMBIE_RESOURCES:
		ROUTE(struct uvm_clean_up, uvm_api_clean_up_zombie_resources(&p, filp), true);
	case UVM_MIGRATE:
		ROUTE(struct uvm_migrate, uvm_api_migrate(space, &p), true);
	case UVM_MAP_EXTERNAL_ALLOCATION:
		return route_sized(arg, space, uvm_map_size(), uvm_map_size() - 4,
				   uvm_api_map_external);
	case UVM_ALLOC_SEMAPHORE_POOL:
		return route_sized(arg, space, uvm_pool_size(), uvm_pool_size() - 8,
				   uvm_api_alloc_pool);
	case UVM_FREE:
		return route_free(arg, space);
	}
	return -EINVAL;
}

noinline long uvm_unlocked_ioctl_entry(struct file *filp, unsigned int cmd, unsigned long arg);
noinline long uvm_unlocked_ioctl_entry(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return uvm_ioctl(filp, cmd, (void __user *)arg);
}

static const struct file_operations uvm_fops = {
	.owner = THIS_MODULE,
	.open = uvm_open_entry,
	.release = uvm_release_entry,
	.mmap = uvm_mmap_entry,
	.unlocked_ioctl = uvm_unlocked_ioctl_entry,
	.compat_ioctl = uvm_unlocked_ioctl_entry,
};

static int add(struct cdev *cdev, const struct file_operations *fops, unsigned int minor)
{
	cdev_init(cdev, fops);
	cdev->owner = THIS_MODULE;
	return cdev_add(cdev, MKDEV(MAJOR(g_uvm_base_dev), minor), 1);
}

static int __init uvm_init(void)
{
	int ret;

	ret = alloc_chrdev_region(&g_uvm_base_dev, 0, 2, "nvidia-uvm");
	if (ret)
		return ret;
	ret = add(&g_uvm_cdev, &uvm_fops, 0);
	if (ret)
		goto err_uvm;
	ret = add(&g_uvm_tools_cdev, &uvm_tools_fops, 1);
	if (ret)
		goto err_tools;
	uvm_fault_init();
	pr_info("nvidia-uvm: Loaded the UVM driver, major device number %d.\n",
		MAJOR(g_uvm_base_dev));
	return 0;

err_tools:
	cdev_del(&g_uvm_cdev);
err_uvm:
	unregister_chrdev_region(g_uvm_base_dev, 2);
	return ret;
}

static void __exit uvm_exit(void)
{
	uvm_fault_exit();
	cdev_del(&g_uvm_tools_cdev);
	cdev_del(&g_uvm_cdev);
	unregister_chrdev_region(g_uvm_base_dev, 2);
}

module_init(uvm_init);
module_exit(uvm_exit);
