// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_tools.c - nvidia-uvm-tools: profilers attach here, with a descriptor of a UVM file.
 * Owns: the identity test on that descriptor. Must not: produce events; nothing here makes any.
 */
#include "uvm.h"

#include <linux/file.h>
#include <linux/log2.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

/* From 550.40.53 to 555 a version that is asked for and one that is granted follow the status. */
static bool has_version(void)
{
	return nvUvmInterfaceAtLeast(550, 40, 53) && !nvUvmInterfaceAtLeast(560, 0, 0);
}

#define QUEUE_ENTRY	64
#define COUNTERS	16

/*
 * Buffers are the user's own memory, pinned while the real driver writes to them; here it is only
 * seen that they are there.
 */
static u32 buffer_there(u64 at, u64 size)
{
	u64 pages = DIV_ROUND_UP(size, PAGE_SIZE), i;
	struct page *page;

	if (!at || !PAGE_ALIGNED(at) || at + pages * PAGE_SIZE < at)
		return NV_ERR_INVALID_ADDRESS;
	for (i = 0; i < pages; i++) {
		if (pin_user_pages_fast(at + i * PAGE_SIZE, 1, FOLL_WRITE, &page) != 1)
			return NV_ERR_INVALID_ADDRESS;
		unpin_user_page(page);
	}
	return NV_OK;
}

static u32 check_buffers(const struct uvm_tools_tracker *p)
{
	u32 status;

	if (!p->queue_size)
		return buffer_there(p->control, COUNTERS * sizeof(u64));
	if (p->queue_size > UINT_MAX || p->queue_size < 2 || !is_power_of_2(p->queue_size))
		return NV_ERR_INVALID_ARGUMENT;
	status = buffer_there(p->queue, p->queue_size * QUEUE_ENTRY);
	return status ?: buffer_there(p->control, PAGE_SIZE);
}

static u32 init_event_tracker(struct file *filp, struct uvm_tools_tracker *p)
{
	struct file *uvm_file;
	u32 status;

	if (has_version() && p->requested != 1 && p->requested != 2)
		return NV_ERR_INVALID_ARGUMENT;
	uvm_file = fget(p->uvm_fd);
	if (!uvm_file_is_nvidia_uvm(uvm_file) || !uvm_fd_space(uvm_file)) {
		status = uvm_file_is_nvidia_uvm(uvm_file) ? NV_ERR_ILLEGAL_ACTION
							  : NV_ERR_INSUFFICIENT_PERMISSIONS;
		if (uvm_file)
			fput(uvm_file);
		return status;
	}
	status = check_buffers(p);
	if (!status && cmpxchg(&filp->private_data, NULL, uvm_file))
		status = NV_ERR_INVALID_ARGUMENT;
	if (status)
		fput(uvm_file);
	p->granted = p->requested;
	return status;
}

static int uvm_tools_open_entry(struct inode *inode, struct file *filp)
{
	filp->private_data = NULL;
	return 0;
}

static int uvm_tools_release_entry(struct inode *inode, struct file *filp)
{
	if (filp->private_data)
		fput(filp->private_data);
	return 0;
}

static long uvm_tools_unlocked_ioctl_entry(struct file *filp, unsigned int cmd, unsigned long arg)
{
	size_t size = has_version() ? sizeof(struct uvm_tools_tracker)
				    : offsetof(struct uvm_tools_tracker, requested);
	struct uvm_tools_tracker p = { 0 };

	if (cmd != UVM_TOOLS_INIT_EVENT_TRACKER)
		return -EINVAL;
	if (copy_from_user(&p, (void __user *)arg, size))
		return -EFAULT;
	p.status = init_event_tracker(filp, &p);
	return copy_to_user((void __user *)arg, &p, size) ? -EFAULT : 0;
}

static __poll_t uvm_tools_poll_entry(struct file *filp, struct poll_table_struct *wait)
{
	return 0;
}

const struct file_operations uvm_tools_fops = {
	.owner = THIS_MODULE,
	.open = uvm_tools_open_entry,
	.release = uvm_tools_release_entry,
	.unlocked_ioctl = uvm_tools_unlocked_ioctl_entry,
	.compat_ioctl = uvm_tools_unlocked_ioctl_entry,
	.poll = uvm_tools_poll_entry,
};
