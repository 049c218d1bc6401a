// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev550.c - the char devices as from 545.23.06: two static cdevs, one nvidia_fops, and no owner
 * in the cdevs.
 * Owns: major 195 in that shape. Must not: exist in the 535 variant, whose names differ.
 */
#include "nvsim.h"

#include <linux/cdev.h>

static struct cdev nv_linux_devices_cdev;
static struct cdev nv_linux_control_device_cdev;

/* Not const: the real one lives in .data too, and its callbacks are found by name. */
static struct file_operations nvidia_fops = {
	.owner = THIS_MODULE,
	.poll = nvidia_poll,
	.unlocked_ioctl = nvidia_unlocked_ioctl,
	.compat_ioctl = nvidia_unlocked_ioctl,
	.mmap = nvidia_mmap,
	.open = nvidia_open,
	.release = nvidia_close,
};

/*
 * The identity test that every device allocation rests on since 550.40.07; before that, the major.
 */
bool nvsim_is_driver_file(const struct file *filp)
{
	if (!nvsim_at_least(550, 40, 7))
		return MAJOR(file_inode(filp)->i_rdev) == NV_MAJOR;
	return filp->f_op == &nvidia_fops;
}

static int add(struct cdev *cdev, unsigned int first, unsigned int count)
{
	dev_t dev = MKDEV(NV_MAJOR, first);
	int ret;

	ret = register_chrdev_region(dev, count, first ? "nvidiactl" : "nvidia");
	if (ret)
		return ret;
	cdev_init(cdev, &nvidia_fops);
	/* cdev->owner stays NULL: only fops->owner keeps the module while a file is open. */
	ret = cdev_add(cdev, dev, count);
	if (ret)
		unregister_chrdev_region(dev, count);
	return ret;
}

static void del(struct cdev *cdev, unsigned int first, unsigned int count)
{
	cdev_del(cdev);
	unregister_chrdev_region(MKDEV(NV_MAJOR, first), count);
}

int nvsim_chardev_init(void)
{
	int ret;

	ret = add(&nv_linux_devices_cdev, 0, NV_MINOR_GPU_MAX + 1);
	if (ret)
		return ret;
	ret = add(&nv_linux_control_device_cdev, NV_MINOR_CTL, 1);
	if (ret)
		del(&nv_linux_devices_cdev, 0, NV_MINOR_GPU_MAX + 1);
	return ret;
}

void nvsim_chardev_exit(void)
{
	del(&nv_linux_control_device_cdev, NV_MINOR_CTL, 1);
	del(&nv_linux_devices_cdev, 0, NV_MINOR_GPU_MAX + 1);
}
