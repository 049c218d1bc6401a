// SPDX-License-Identifier: GPL-2.0-only
/*
 * sys.c - the real system behind sys.h.
 * Owns no state. With sys_nl.c, must stay all of the library that makes these system calls.
 */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int gw_sys_open(const char *path, int flags)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

ssize_t gw_sys_readlink(const char *path, char *buf, size_t size)
{
	ssize_t len = readlink(path, buf, size);

	return len < 0 ? -errno : len;
}

int gw_sys_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do
		ret = gw_sys_ioctl_long(fd, request, arg);
	while (ret == -EINTR);
	return ret;
}

int gw_sys_ioctl_long(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

ssize_t gw_sys_read(int fd, void *buf, size_t size)
{
	ssize_t len = read(fd, buf, size);

	return len < 0 ? -errno : len;
}

int gw_sys_pidfd_open(uint32_t pid)
{
	long fd = syscall(SYS_pidfd_open, (pid_t)pid, 0);	/* closes on exec */

	return fd < 0 ? -errno : (int)fd;
}

int gw_sys_pidfd_kill(int fd, int sig)
{
	return syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) ? -errno : 0;
}
