// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/gpuward: the table of calls. Owns copying in and out, and the checks that all calls have
 * in common. Must know nothing of what a call does.
 */
#include "ioctl/device.h"
#include "ioctl/self.h"
#include "ioctl/hold.h"

#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define MAX_SIZE 4096		/* of a struct, as gpuward.h says */

struct row {
	unsigned int number;
	u32 size;
	u32 min_size;			/* end of the last input without which there is no sense */
	u32 flags;			/* those that are known */
	int (*call)(union gw_ctl_data *data);	/* NULL: the one that is a matter of the file */
};

#define ROW(name, type, last, known_flags, fn) [GPUWARD_NR_##name - GPUWARD_CMD_BASE] = {	\
	.number = GPUWARD_IOC_##name, .size = sizeof(struct type),				\
	.min_size = offsetofend(struct type, last), .flags = known_flags, .call = fn }

static const struct row rows[] = {
	ROW(VERSION, gpuward_version, version, 0, gw_ctl_version),
	ROW(VM_GET, gpuward_vm_get, flags, 0, gw_ctl_vm_get),
	ROW(ACCEL_GET, gpuward_accel_get, index, 0, gw_ctl_accel_get),
	ROW(MODEL_GET, gpuward_model_get, accel, 0, gw_ctl_model_get),
	ROW(JOB_GET, gpuward_job_get, after, 0, gw_ctl_job_get),
	ROW(ACCEL_SET_MODEL, gpuward_accel_set_model, model, 0, gw_ctl_accel_set_model),
	ROW(ACCEL_RESET, gpuward_accel_reset, accel, 0, gw_ctl_accel_reset),
	ROW(VM_TOKEN, gpuward_vm_token, token, GPUWARD_VM_TOKEN_SET, gw_ctl_vm_token),
	ROW(ACCEL_ADD, gpuward_accel_add, model, 0, gw_ctl_accel_add),
	ROW(ACCEL_DEL, gpuward_accel_del, accel, 0, gw_ctl_accel_del),
	ROW(ACCEL_SET_DEFAULT, gpuward_accel_set_default, accel, 0, gw_ctl_accel_set_default),
	ROW(CLAIM, gpuward_claim, flags, GPUWARD_CLAIM_TRY, NULL),
};

static const struct row *find_row(unsigned int number)
{
	unsigned int i = _IOC_NR(number) - GPUWARD_CMD_BASE;

	return i < ARRAY_SIZE(rows) && rows[i].number == number ? &rows[i] : NULL;
}

static int copy_in(const struct row *row, union gw_ctl_data *data, void __user *arg, u32 size)
{
	int ret;

	if (size < row->min_size)
		return -EINVAL;
	if (size > MAX_SIZE)		/* its tail would be read to the end */
		return -E2BIG;
	ret = copy_struct_from_user(data, row->size, arg, size);
	if (ret)
		return ret;
	return data->head.flags & ~row->flags ? -EOPNOTSUPP : 0;
}

/* Calls whose outputs say, with EBUSY, who is in the way. */
static bool tells_who(const struct row *row)
{
	return row->call == gw_ctl_accel_set_model || row->call == gw_ctl_accel_del;
}

static int call(const struct row *row, struct file *filp, union gw_ctl_data *data)
{
	return row->call ? row->call(data) : gw_hold(filp, &data->hold);
}

static long ctl_ioctl(struct file *filp, unsigned int number, unsigned long user_arg)
{
	const struct row *row = find_row(number);
	void __user *arg = (void __user *)user_arg;
	union gw_ctl_data data;
	u32 size;
	int ret;

	if (!row)
		return -ENOTTY;
	if (get_user(size, (u32 __user *)arg))
		return -EFAULT;
	ret = copy_in(row, &data, arg, size) ?: call(row, filp, &data);
	if (!ret || (ret == -EBUSY && tells_who(row))) {
		data.head.size = size;	/* another thread may have changed what was copied in */
		if (copy_to_user(arg, &data, min(size, row->size)))
			ret = -EFAULT;
	}
	memzero_explicit(&data, sizeof(data));	/* perhaps a token */
	return ret;
}

static int ctl_open(struct inode *inode, struct file *filp)
{
	filp->private_data = NULL;	/* hold.c's, where misc_open() left the device */
	return 0;
}

static int ctl_release(struct inode *inode, struct file *filp)
{
	gw_hold_release(filp);
	return 0;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,		/* no unloading under an open file */
	.open = ctl_open,
	.release = ctl_release,
	.read = gw_hold_read,
	.poll = gw_hold_poll,
	.unlocked_ioctl = ctl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "gpuward",
	.fops = &fops,
	.mode = 0666,
};

int gw_ctl_init(void)
{
	return misc_register(&device);
}

void gw_ctl_exit(void)
{
	misc_deregister(&device);
}
