// SPDX-License-Identifier: GPL-2.0-only
/*
 * frontend535.c - the char devices as up to 535: one cdev made by register_chrdev() for all 256
 * minors, and a frontend that holds a global semaphore across the inner open.
 * Owns: major 195 in that shape. Must not: exist in later variants, whose names differ.
 */
#include "nvsim.h"

#include <linux/poll.h>

struct nvidia_module {
	struct module *owner;
	int (*open)(struct inode *inode, struct file *file);
	int (*close)(struct inode *inode, struct file *file);
	long (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *wait);
};

static const struct nvidia_module nv_fops = {
	.owner = THIS_MODULE,
	.open = nvidia_open,
	.close = nvidia_close,
	.ioctl = nvidia_unlocked_ioctl,
	.mmap = nvidia_mmap,
	.poll = nvidia_poll,
};

static struct semaphore nv_module_table_lock;
static const struct nvidia_module *nv_minor_num_table[NV_MINOR_CTL + 1];

int nvidia_frontend_open(struct inode *inode, struct file *file);
int nvidia_frontend_close(struct inode *inode, struct file *file);
__poll_t nvidia_frontend_poll(struct file *file, struct poll_table_struct *wait);
long nvidia_frontend_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
long nvidia_frontend_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int nvidia_frontend_mmap(struct file *file, struct vm_area_struct *vma);

static struct file_operations nv_frontend_fops = {
	.owner = THIS_MODULE,
	.poll = nvidia_frontend_poll,
	.unlocked_ioctl = nvidia_frontend_unlocked_ioctl,
	.compat_ioctl = nvidia_frontend_compat_ioctl,
	.mmap = nvidia_frontend_mmap,
	.open = nvidia_frontend_open,
	.release = nvidia_frontend_close,
};

/* Up to 545 the driver looks at the major, never at f_op. */
bool nvsim_is_driver_file(const struct file *filp)
{
	return MAJOR(file_inode(filp)->i_rdev) == NV_MAJOR;
}

static const struct nvidia_module *module_of(const struct file *file)
{
	return nv_minor_num_table[iminor(file_inode(file))];
}

int nvidia_frontend_open(struct inode *inode, struct file *file)
{
	const struct nvidia_module *module;
	int rc = -ENODEV;

	down(&nv_module_table_lock);
	module = nv_minor_num_table[iminor(inode)];
	if (module) {
		if (!try_module_get(module->owner)) {
			up(&nv_module_table_lock);
			return -ENODEV;
		}
		rc = module->open(inode, file);
		if (rc < 0)
			module_put(module->owner);
	}
	up(&nv_module_table_lock);
	return rc;
}

int nvidia_frontend_close(struct inode *inode, struct file *file)
{
	const struct nvidia_module *module = nv_minor_num_table[iminor(inode)];
	int rc = -ENODEV;

	if (module) {
		rc = module->close(inode, file);
		module_put(module->owner);
	}
	return rc;
}

__poll_t nvidia_frontend_poll(struct file *file, struct poll_table_struct *wait)
{
	const struct nvidia_module *module = module_of(file);

	return module ? module->poll(file, wait) : 0;
}

long nvidia_frontend_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct nvidia_module *module = module_of(file);

	return module ? module->ioctl(file, cmd, arg) : -ENODEV;
}

long nvidia_frontend_compat_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct nvidia_module *module = module_of(file);

	return module ? module->ioctl(file, cmd, arg) : -ENODEV;
}

int nvidia_frontend_mmap(struct file *file, struct vm_area_struct *vma)
{
	const struct nvidia_module *module = module_of(file);

	return module ? module->mmap(file, vma) : -ENODEV;
}

int nvsim_chardev_init(void)
{
	unsigned int i;
	int ret;

	sema_init(&nv_module_table_lock, 1);
	for (i = 0; i < nr_gpus; i++)
		nv_minor_num_table[i] = &nv_fops;
	nv_minor_num_table[NV_MINOR_CTL] = &nv_fops;
	ret = register_chrdev(NV_MAJOR, "nvidia-frontend", &nv_frontend_fops);
	return ret < 0 ? ret : 0;
}

void nvsim_chardev_exit(void)
{
	unregister_chrdev(NV_MAJOR, "nvidia-frontend");
}
