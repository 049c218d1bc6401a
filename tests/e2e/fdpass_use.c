// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a file through a socket and tries to map it and to allocate with it. A helper of the
 * scripts: fdpass_use SOCKET prints "map WHAT alloc WHAT": EPERM, or that the driver answered.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

static int take(const char *path)
{
	char data, space[CMSG_SPACE(sizeof(int))];
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct iovec iov = { &data, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = space,
			    .msg_controllen = sizeof(space) };
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), peer, fd = -1;

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	unlink(path);
	if (bind(sock, (struct sockaddr *)&sa, sizeof(sa)) || listen(sock, 1))
		return -1;
	peer = accept(sock, NULL, NULL);
	if (peer >= 0 && recvmsg(peer, &m, 0) == 1 && CMSG_FIRSTHDR(&m))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

static const char *word(int err)
{
	return err == EPERM ? "EPERM" : "driver";
}

/* Video memory below a device that does not exist: all the driver can do is say so. */
static int try_alloc(int fd)
{
	struct rm rm = { .ctl = fd, .root = 0x1234 };
	uint64_t params[64] = { 0 };
	int ret = rm_new(&rm, RM_DEVICE, 0x5d000009, NV01_MEMORY_LOCAL_USER, params,
			 sizeof(params), NULL);

	return ret < 0 ? -ret : 0;
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? take(argv[1]) : -1, map_err, alloc_err;

	if (fd < 0)
		return 1;
	map_err = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0;
	alloc_err = try_alloc(fd);
	printf("map %s alloc %s\n", word(map_err), word(alloc_err));
	return 0;
}
