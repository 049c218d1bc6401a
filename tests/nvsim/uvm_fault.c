// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_fault.c - faults of GPUs: each GPU's are served one after another, whosever they are, with the
 * locks that the real bottom half takes. A test says which: "FD GPU ADDRESS" to nvsim/gpu_fault, FD a
 * file of the caller's with a VA space.
 * Owns: the service locks. Must not: wait for anything but locks.
 */
#include "uvm.h"

#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

static struct dentry *trigger;
static struct mutex service_locks[UVM_MAX_REGISTERED];

static struct uvm_gpu *gpu_by_minor(struct uvm_space *space, u32 minor)
{
	u32 i;

	for (i = 0; i < space->nr_gpus; i++)
		if (space->gpus[i].uuid[15] == minor + 1)	/* as gpu.c makes it */
			return &space->gpus[i];
	return NULL;
}

static int serve_locked(struct uvm_space *space, u32 minor, u64 address)
{
	struct uvm_gpu *gpu;
	u32 status = NV_ERR_INVALID_DEVICE;

	mutex_lock(&space->lock);
	gpu = gpu_by_minor(space, minor);
	if (gpu && gpu->vaspace)
		status = uvm_touched_by_gpu(space, gpu, address);
	mutex_unlock(&space->lock);
	if (!status)
		unmap_mapping_range(space->mapping, address & ~(UVM_BLOCK - 1), UVM_BLOCK, 1);
	return status ? -EFAULT : 0;
}

/* The process's mmap_lock, too, as long as it lives: what is not managed may be pageable. */
static int serve(struct uvm_space *space, u32 minor, u64 address)
{
	struct mm_struct *mm = uvm_mm_enabled(space) && mmget_not_zero(space->mm) ? space->mm : NULL;
	int ret;

	if (mutex_lock_killable(&service_locks[minor])) {
		ret = -EINTR;
	} else {
		if (mm)
			mmap_read_lock(mm);
		ret = serve_locked(space, minor, address);
		if (mm)
			mmap_read_unlock(mm);
		mutex_unlock(&service_locks[minor]);
	}
	if (mm)
		mmput(mm);
	return ret;
}

static ssize_t trigger_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct uvm_space *space;
	struct file *uvm_file;
	char line[48] = "";
	u32 fd, minor;
	int ret = -EINVAL;
	u64 address;

	if (len >= sizeof(line) || copy_from_user(line, buf, len))
		return -EFAULT;
	if (sscanf(line, "%u %u %llx", &fd, &minor, &address) != 3 || minor >= UVM_MAX_REGISTERED)
		return -EINVAL;
	uvm_file = fget(fd);
	space = uvm_file_is_nvidia_uvm(uvm_file) ? uvm_fd_space(uvm_file) : NULL;
	if (space)
		ret = serve(space, minor, address);
	if (uvm_file)
		fput(uvm_file);
	return ret ?: len;
}

static const struct file_operations trigger_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = trigger_write,
};

void uvm_fault_init(void)
{
	struct dentry *dir = debugfs_lookup("nvsim", NULL);
	u32 i;

	for (i = 0; i < UVM_MAX_REGISTERED; i++)
		mutex_init(&service_locks[i]);
	trigger = debugfs_create_file("gpu_fault", 0222, dir, NULL, &trigger_fops);
	dput(dir);
}

void uvm_fault_exit(void)
{
	debugfs_remove(trigger);
}
