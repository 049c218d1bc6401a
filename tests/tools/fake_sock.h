/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_sock.h - a socket of libnl that talks to functions, in place of user/lib/sys_nl.c.
 * Owns what libnl takes for a connection. Must not know what passes.
 */
#ifndef TOOLS_FAKE_SOCK_H
#define TOOLS_FAKE_SOCK_H

#include <errno.h>
#include <fcntl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef int (*fake_send_fn)(struct nl_sock *sk, struct nl_msg *msg);
typedef int (*fake_recv_fn)(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
			    struct ucred **creds);

static struct nl_sock *fake_sock(fake_send_fn send_to, fake_recv_fn receive)
{
	struct nl_sock *sk = nl_socket_alloc();
	struct nl_cb *cb = nl_socket_get_cb(sk);
	int ready = eventfd(1, EFD_CLOEXEC);

	nl_cb_overwrite_send(cb, send_to);
	nl_cb_overwrite_recv(cb, receive);
	nl_cb_put(cb);
	/* It has to have a file, which is ready until it is read. */
	if (nl_connect(sk, NETLINK_GENERIC) < 0 || ready < 0 ||
	    dup3(ready, nl_socket_get_fd(sk), O_CLOEXEC) < 0)
		abort();
	close(ready);
	return sk;
}

/* What a real socket does in ways that the library has no need to fake. */
int gw_sys_nl_wait(struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

void gw_sys_nl_enlarge(struct nl_sock *sk, int bytes)
{
	(void)sk;
	(void)bytes;
}

#endif /* TOOLS_FAKE_SOCK_H */
