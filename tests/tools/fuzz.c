// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz.c - answers that no honest kernel gives, to every reader of the library.
 * Owns the garbage, the same in each run. Must end with a verdict of the sanitizers only: what
 * the calls return does not matter here, that they return does.
 */
#include <errno.h>
#include <gpuward/libgpuward.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../user/lib/sys.h"
#include "ktap.h"

#define FAMILY 0x2f
#define ROUNDS 40000

static uint64_t state = 88172645463325252ull;
static uint32_t seq;
static int answers;
static int is_connecting;

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

/* A message with attributes of odd types and lengths, some of them nested or cut. */
static struct nlmsghdr *make_message(char *buf)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	int i, nr = (int)dice(12);
	char value[600];

	msg->nlmsg_type = dice(8) ? FAMILY : (uint16_t)dice(5);
	msg->nlmsg_flags = (uint16_t)(dice(4) ? NLM_F_MULTI : dice(65536));
	msg->nlmsg_seq = seq;
	if (dice(20))
		mnl_nlmsg_put_extra_header(msg, sizeof(struct genlmsghdr));
	if (!dice(3))
		((struct genlmsghdr *)mnl_nlmsg_get_payload(msg))->cmd = GPUWARD_CMD_EVENT;
	for (i = 0; i < nr; i++) {
		size_t len = dice(3) ? 4u << dice(2) : dice(sizeof(value));

		fill(value, len);
		mnl_attr_put(msg, (uint16_t)dice(30), len, value);
		if (!dice(10) && msg->nlmsg_len > 24)	/* a length that lies */
			*(uint16_t *)(buf + 20) = (uint16_t)dice(700);
	}
	return msg;
}

static void end_message(char *buf)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *error;

	msg->nlmsg_type = dice(2) ? NLMSG_DONE : NLMSG_ERROR;
	msg->nlmsg_seq = seq;
	msg->nlmsg_flags = (uint16_t)(dice(2) ? NLM_F_ACK_TLVS | NLM_F_CAPPED : NLM_F_ACK_TLVS);
	error = mnl_nlmsg_put_extra_header(msg, dice(10) ? sizeof(*error) : 4);
	error->error = dice(2) ? -(int)dice(200) : 0;
	if (msg->nlmsg_len > 24)
		error->msg.nlmsg_len = dice(2) ? 20 : dice(100000);
	if (dice(2))
		mnl_attr_put(msg, (uint16_t)dice(3), dice(40), "text without an end or with one........");
}

int gw_sys_send(int fd, const void *data, size_t len)
{
	(void)fd;
	(void)len;
	seq = ((const struct nlmsghdr *)data)->nlmsg_seq;
	is_connecting = ((const struct nlmsghdr *)data)->nlmsg_type == GENL_ID_CTRL && dice(10);
	answers = (int)dice(6);
	return 0;
}

/* Mostly the family is found, so that there is something to ask it. */
static ssize_t family(void *buf)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);

	msg->nlmsg_type = GENL_ID_CTRL;
	msg->nlmsg_seq = seq;
	mnl_nlmsg_put_extra_header(msg, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	answers = 0;
	is_connecting = 0;
	return msg->nlmsg_len;
}

ssize_t gw_sys_recv(int fd, void *buf, size_t len)
{
	struct nlmsghdr *msg;

	(void)fd;
	memset(buf, 0, len);
	if (is_connecting)
		return family(buf);
	if (answers-- > 0) {
		msg = make_message(buf);
		if (!dice(20))
			fill((char *)buf + dice(64), 16);
		return (ssize_t)(dice(10) ? msg->nlmsg_len % len : dice(4096));
	}
	end_message(buf);
	return ((struct nlmsghdr *)buf)->nlmsg_len;
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

int gw_sys_nl_open(void)
{
	return dup(0);
}

int gw_sys_nl_join(int fd, uint32_t group)
{
	(void)fd;
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
