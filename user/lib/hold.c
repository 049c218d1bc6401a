// SPDX-License-Identifier: GPL-2.0-only
/* hold.c - an accelerator held by a file of the caller's, and the notices on it. */
#include "internal.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *why(int err)
{
	switch (-err) {
	case ENXIO:
		return "this process is not bound to a VM";
	case EBUSY:
		return "the accelerator is not free, and there is no waiting, or no longer";
	case ECANCELED:
		return "the wait was ended by an administrator";
	case ENOSPC:
		return "no GPUs of this host can ever hold its model";
	case EDQUOT:
		return "too many wait for the accelerator";
	case ENODEV:
		return "NVIDIA's driver is not loaded, or gpuward is not attached to it";
	case ENOTTY:
		return "the loaded module does not know this request";
	default:
		return strerror(-err);
	}
}

int gpuward_claim(struct gpuward *g, unsigned int flags, int *fd, uint64_t *job)
{
	struct gpuward_claim arg = { .size = sizeof(arg), .flags = flags };
	int file = gw_sys_open("/dev/gpuward", O_RDWR), err;

	*fd = -1;
	if (file < 0)
		return gw_fail(g, file, "open /dev/gpuward: %s", strerror(-file));
	err = gw_sys_ioctl_long(file, GPUWARD_IOC_CLAIM, &arg);
	if (err < 0) {
		close(file);
		return gw_fail(g, err, "%s", why(err));
	}
	*fd = file;
	if (job)
		*job = arg.out_job;
	return 0;
}

int gpuward_notice(struct gpuward *g, int fd, struct gpuward_notice *out)
{
	ssize_t len = gw_sys_read(fd, out, sizeof(*out));

	if (len < 0)
		return gw_fail(g, len, "read a notice: %s", strerror(-len));
	return len == sizeof(*out) ? 0 : gw_fail(g, -EPROTO, "a notice of %zd bytes", len);
}
