/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sys.h - every way out of the library: device files, and netlink sockets.
 * Owns the seam that tests replace at link time. Must not interpret what passes.
 */
#ifndef LIBGPUWARD_SYS_H
#define LIBGPUWARD_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All return a negative errno on failure and repeat what a signal interrupted, but those that may wait long. */
int gw_sys_open(const char *path, int flags);
ssize_t gw_sys_readlink(const char *path, char *buf, size_t size);	/* length; not terminated */
int gw_sys_ioctl(int fd, unsigned long request, void *arg);
int gw_sys_ioctl_long(int fd, unsigned long request, void *arg);	/* may wait */
ssize_t gw_sys_read(int fd, void *buf, size_t size);			/* may wait */

struct nl_sock;

/* A generic netlink socket that asks for extended acks; nl_socket_free() closes it. */
int gw_sys_nl_open(struct nl_sock **out);
int gw_sys_nl_join(struct nl_sock *sk, int group);
/* Let @bytes of messages wait unread, or as many as is allowed. */
void gw_sys_nl_enlarge(struct nl_sock *sk, int bytes);
/* Until a message has come; libnl's own calls do not return for a signal. */
int gw_sys_nl_wait(struct nl_sock *sk);					/* may wait */

/* A process as a file, so that its number can not become another's. */
int gw_sys_pidfd_open(uint32_t pid);
int gw_sys_pidfd_kill(int fd, int sig);

#endif /* LIBGPUWARD_SYS_H */
