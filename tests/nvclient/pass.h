/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pass.h - one descriptor over a socket.
 * Owns the control message. Must not know what the descriptor is of.
 */
#ifndef PASS_H
#define PASS_H

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* 0, or -1 with errno. */
static inline int pass_fd(int sock, int fd)
{
	char data = 'f', ctl[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &data, 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl, .msg_controllen = sizeof(ctl)
	};
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);

	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(h), &fd, sizeof(fd));
	return sendmsg(sock, &m, 0) < 0 ? -1 : 0;
}

/* Waits for it: the descriptor, or -1. */
static inline int take_fd(int sock)
{
	char data, ctl[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &data, 1 };
	struct msghdr m = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl, .msg_controllen = sizeof(ctl)
	};
	struct cmsghdr *h;
	int fd;

	if (recvmsg(sock, &m, 0) < 0)
		return -1;
	h = CMSG_FIRSTHDR(&m);
	if (!h || h->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(h), sizeof(fd));
	return fd;
}

#endif /* PASS_H */
