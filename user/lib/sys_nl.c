// SPDX-License-Identifier: GPL-2.0-only
/*
 * sys_nl.c - the real netlink behind sys.h.
 * Owns the options of a socket. Apart from sys.c, so that who needs no netlink links no libnl.
 */
#include "sys.h"

#include <errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

int gw_sys_nl_open(struct nl_sock **out)
{
	struct nl_sock *sk = nl_socket_alloc();
	int one = 1, fd, err;

	if (!sk)
		return -ENOMEM;
	if (nl_connect(sk, NETLINK_GENERIC) < 0) {
		err = -errno;
		nl_socket_free(sk);
		return err;
	}
	fd = nl_socket_get_fd(sk);
	/* libnl 3.7 has no calls for these two; without them a refusal merely has no text. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	*out = sk;
	return 0;
}

int gw_sys_nl_join(struct nl_sock *sk, int group)
{
	return nl_socket_add_membership(sk, group) < 0 ? -errno : 0;
}

void gw_sys_nl_enlarge(struct nl_sock *sk, int bytes)
{
	/* The first is cut down to net.core.rmem_max, the second only root may do. */
	nl_socket_set_buffer_size(sk, bytes, 0);
	setsockopt(nl_socket_get_fd(sk), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
}

int gw_sys_nl_wait(struct nl_sock *sk)
{
	return recv(nl_socket_get_fd(sk), NULL, 0, MSG_PEEK) < 0 ? -errno : 0;
}
