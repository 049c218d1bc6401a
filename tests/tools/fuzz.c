// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz.c - answers that no honest kernel gives, to every reader of the library.
 * Owns the garbage, the same in each run. Must end with a verdict of the sanitizers only: what
 * the calls return does not matter here, that they return does.
 */
#include <errno.h>
#include <gpuward/libgpuward.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../user/lib/sys.h"
#include "fake_sock.h"
#include "ktap.h"

#define FAMILY 0x2f
#define ROUNDS 40000

static uint64_t state = 88172645463325252ull;
static uint32_t seq;
static int answers;
static int is_connecting;	/* the next answer tells of the family, */
static int is_found;		/* and this one did */

static uint32_t dice(uint32_t sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 32) % sides;
}

static void fill(void *at, size_t len)
{
	unsigned char *byte = at;

	while (len--)
		*byte++ = (unsigned char)dice(256);
}

static struct nl_msg *start(uint16_t type, uint16_t flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	nlmsg_put(msg, 0, seq, type, 0, flags);
	return msg;
}

/* A message with attributes of odd types and lengths, some of them nested or cut. */
static struct nl_msg *make_message(void)
{
	struct nl_msg *msg = start(dice(8) ? FAMILY : (uint16_t)dice(5),
				   (uint16_t)(dice(4) ? NLM_F_MULTI : dice(65536)));
	struct genlmsghdr genl = { .cmd = dice(3) ? 0 : GPUWARD_CMD_EVENT };
	int i, nr = (int)dice(12);
	char value[600];

	if (dice(20))
		nlmsg_append(msg, &genl, sizeof(genl), NLMSG_ALIGNTO);
	for (i = 0; i < nr; i++) {
		size_t len = dice(3) ? 4u << dice(2) : dice(sizeof(value));

		fill(value, len);
		nla_put(msg, (int)dice(30), (int)len, value);
		if (!dice(10) && nlmsg_hdr(msg)->nlmsg_len > 24)	/* a length that lies */
			*(uint16_t *)((char *)nlmsg_hdr(msg) + 20) = (uint16_t)dice(700);
	}
	return msg;
}

static struct nl_msg *end_message(void)
{
	struct nlmsgerr error = {};
	struct nl_msg *msg;

	if (is_found && dice(10)) {
		msg = start(NLMSG_ERROR, NLM_F_CAPPED);
		nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
		return msg;
	}
	msg = start(dice(2) ? NLMSG_DONE : NLMSG_ERROR,
		    (uint16_t)(dice(2) ? NLM_F_ACK_TLVS | NLM_F_CAPPED : NLM_F_ACK_TLVS));
	error.error = dice(2) ? -(int)dice(200) : 0;
	error.msg.nlmsg_len = dice(2) ? 20 : dice(100000);
	nlmsg_append(msg, &error, dice(10) ? sizeof(error) : 4, NLMSG_ALIGNTO);
	if (dice(2))
		nla_put(msg, (int)dice(3), (int)dice(40), "text without an end or with one........");
	return msg;
}

/* Mostly the family is found, so that there is something to ask it. */
static struct nl_msg *family(void)
{
	static const char events[] = GPUWARD_GENL_GROUP_EVENTS;
	struct nl_msg *msg = start(GENL_ID_CTRL, 0);
	struct genlmsghdr genl = { .cmd = CTRL_CMD_NEWFAMILY };
	struct nlattr *groups, *group;

	nlmsg_append(msg, &genl, sizeof(genl), NLMSG_ALIGNTO);
	nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = nla_nest_start(msg, CTRL_ATTR_MCAST_GROUPS);
	group = nla_nest_start(msg, 1);
	nla_put(msg, CTRL_ATTR_MCAST_GRP_NAME, (int)(sizeof(events) - !dice(10)), events);
	nla_put_u32(msg, CTRL_ATTR_MCAST_GRP_ID, 7);
	nla_nest_end(msg, group);
	nla_nest_end(msg, groups);
	answers = 0;
	is_connecting = 0;
	is_found = 1;
	return msg;
}

static int take_request(struct nl_sock *sk, struct nl_msg *msg)
{
	(void)sk;
	seq = nlmsg_hdr(msg)->nlmsg_seq;
	is_connecting = nlmsg_hdr(msg)->nlmsg_type == GENL_ID_CTRL && dice(10);
	is_found = 0;
	answers = (int)dice(6);
	return 0;
}

/* A datagram of its own size, so that whoever reads behind its end is seen. */
static int datagram(struct nl_msg *msg, size_t len, int is_spoilt, unsigned char **buf)
{
	size_t full = nlmsg_hdr(msg)->nlmsg_len;

	len = len ?: 1;
	*buf = calloc(1, len);
	memcpy(*buf, nlmsg_hdr(msg), len < full ? len : full);
	if (is_spoilt && len > 80)
		fill(*buf + dice(64), 16);
	nlmsg_free(msg);
	return (int)len;
}

static int give_answer(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
		       struct ucred **creds)
{
	struct nl_msg *msg;

	(void)sk;
	(void)creds;
	memset(from, 0, sizeof(*from));
	if (is_connecting) {
		msg = family();
	} else if (answers-- > 0) {
		msg = make_message();
		return datagram(msg, dice(10) ? nlmsg_hdr(msg)->nlmsg_len : dice(4096), !dice(20), buf);
	} else {
		msg = end_message();
	}
	return datagram(msg, nlmsg_hdr(msg)->nlmsg_len, 0, buf);
}

int gw_sys_open(const char *path, int flags)
{
	(void)path;
	(void)flags;
	return -ENOENT;
}

ssize_t gw_sys_readlink(const char *path, char *buf, size_t size)
{
	(void)path;
	(void)buf;
	(void)size;
	return -ENOENT;
}

int gw_sys_ioctl(int fd, unsigned long request, void *arg)
{
	(void)fd;
	(void)request;
	(void)arg;
	return -ENOTTY;
}

int gw_sys_nl_open(struct nl_sock **out)
{
	*out = fake_sock(take_request, give_answer);
	return 0;
}

int gw_sys_nl_join(struct nl_sock *sk, int group)
{
	(void)sk;
	(void)group;
	return 0;
}

int gw_sys_pidfd_open(uint32_t pid)
{
	(void)pid;
	return dup(0);
}

int gw_sys_pidfd_kill(int fd, int sig)
{
	(void)fd;
	(void)sig;
	return 0;
}

static int round_of(struct gpuward *g)
{
	void *list = NULL;
	int err;

	switch (dice(9)) {
	case 0: err = gpuward_vms(g, (void *)&list); break;
	case 1: err = gpuward_gpus(g, (void *)&list); break;
	case 2: err = gpuward_accels(g, dice(2), (void *)&list); break;
	case 3: err = gpuward_jobs(g, (void *)&list); break;
	case 4: err = gpuward_bindings(g, (void *)&list); break;
	case 5: err = gpuward_models(g, (void *)&list); break;
	case 6: err = gpuward_status(g, (void *)&list); break;
	case 7: err = gpuward_settings(g, (void *)&list); break;
	default:
		answers = 1;
		err = gpuward_events_open(g) < 0 ? -1 : gpuward_events_read(g, (void *)&list);
	}
	gpuward_free(list);
	return err;
}

int main(void)
{
	struct gpuward *g = NULL;
	int i, good = 0, bad = 0;

	for (i = 0; i < ROUNDS; i++) {
		if (!(i % 100)) {
			gpuward_close(g);
			g = gpuward_new();
		}
		if (round_of(g))
			bad++;
		else
			good++;
	}
	gpuward_close(g);
	ktap(good > ROUNDS / 100 && bad > ROUNDS / 100,
	     "%d answers of garbage: %d taken, %d refused, none harmful", ROUNDS, good, bad);
	return ktap_end();
}
