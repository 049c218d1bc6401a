// SPDX-License-Identifier: GPL-2.0-only
/*
 * sys.c - the real system behind sys.h.
 * Owns no state. Must stay the only file of the library that makes these system calls.
 */
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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

int gw_sys_nl_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int fd, one = 1;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (fd < 0)
		return -errno;
	/* Without these two a refusal merely has no text. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

int gw_sys_nl_join(int fd, uint32_t group)
{
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return -errno;
	return 0;
}

int gw_sys_send(int fd, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t ret;

	do
		ret = sendto(fd, buf, len, 0, (struct sockaddr *)&kernel, sizeof(kernel));
	while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

ssize_t gw_sys_recv(int fd, void *buf, size_t len)
{
	struct sockaddr_nl from = {};
	socklen_t fromlen;
	ssize_t ret;

	do {
		fromlen = sizeof(from);
		ret = recvfrom(fd, buf, len, MSG_TRUNC, (struct sockaddr *)&from, &fromlen);
		if (ret < 0)
			return -errno;
		/* Only the kernel is believed; others may send to this port too. */
	} while (fromlen != sizeof(from) || from.nl_pid != 0);
	return (size_t)ret > len ? -EMSGSIZE : ret;
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
