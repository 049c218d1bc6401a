/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests written in C: raw messages to gpuward's netlink family, any bytes, and what comes
 * back with all its flags. Not libgpuward on purpose: a test must be able to be wrong.
 */
#ifndef GNL_H
#define GNL_H

#include "ktap.h"
#include "rawnl.h"

#include <linux/genetlink.h>
#include <linux/gpuward.h>
#include <linux/gpuward_genl.h>
#include <poll.h>

#define GNL_BUFFER (64 * 1024)

struct gnl {
	int socket;
	uint16_t family;
	uint32_t group;
	uint32_t seq;
	bool is_connected;	/* messages go without an address */
	size_t read_size;	/* of a read, always the same; 0: as large as can be */
};

/* What came back. */
struct answer {
	int err;		/* 0 or -errno; -ETIMEDOUT: nothing came */
	char text[512];		/* extended ack, "" when none */
	bool has_offset;	/* of the attribute to blame */
	bool is_interrupted;	/* NLM_F_DUMP_INTR was seen */
	bool is_done;		/* a dump came to its end */
	unsigned int nr;	/* messages of the family */
};

struct attr {
	uint16_t type;
	uint16_t len;
	const void *data;
};

#define U32(t, v) { t, 4, &(uint32_t){ v } }
#define S32(t, v) { t, 4, &(int32_t){ v } }
#define U64(t, v) { t, 8, &(uint64_t){ v } }
#define STR(t, s) { t, sizeof(s), s }
#define FLAG(t) { t, 0, "" }

typedef void (*gnl_fn)(const struct nlmsghdr *nlh, void *arg);

struct gnl_packet {
	char bytes[GNL_BUFFER];
	struct nlmsghdr *nlh;
};

__attribute__((unused))
static void gnl_begin(struct gnl *g, struct gnl_packet *p, uint8_t cmd, uint16_t flags)
{
	struct genlmsghdr *hdr;

	p->nlh = raw_msg_put_header(p->bytes);
	p->nlh->nlmsg_type = g->family;
	p->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	p->nlh->nlmsg_seq = ++g->seq;
	hdr = raw_msg_put_extra_header(p->nlh, sizeof(*hdr));
	hdr->cmd = cmd;
	hdr->version = GPUWARD_GENL_VERSION;
}

__attribute__((unused))
static void gnl_put(struct gnl_packet *p, const struct attr *attrs, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		raw_attr_put(p->nlh, attrs[i].type, attrs[i].len, attrs[i].data);
}

__attribute__((unused))
static void gnl_send(struct gnl *g, const struct gnl_packet *p)
{
	ssize_t len = g->is_connected ?
		      send(g->socket, p->nlh, p->nlh->nlmsg_len, 0) :
		      raw_socket_sendto(g->socket, p->nlh, p->nlh->nlmsg_len);

	if (len < 0)
		bail("send to netlink");
}

static void gnl_take_error(const struct nlmsghdr *nlh, struct answer *a)
{
	const struct nlmsgerr *e = raw_msg_get_payload(nlh);
	const struct nlattr *attr;
	size_t skip = sizeof(*e);

	a->err = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	raw_attr_for_each(attr, nlh, skip) {
		if (raw_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(a->text, sizeof(a->text), "%s", raw_attr_get_str(attr));
		if (raw_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
			a->has_offset = true;
	}
}

/* Read one bufferful. False: nothing came in time. */
__attribute__((unused))
static bool gnl_read(struct gnl *g, struct answer *a, int timeout_ms, gnl_fn fn, void *arg)
{
	static char buffer[GNL_BUFFER];
	struct pollfd pfd = { .fd = g->socket, .events = POLLIN };
	const struct nlmsghdr *nlh = (void *)buffer;
	int len;

	if (poll(&pfd, 1, timeout_ms) != 1)
		return false;
	len = recv(pfd.fd, buffer, g->read_size ? g->read_size : sizeof(buffer), MSG_TRUNC);
	if (len < 0) {
		a->err = -errno;
		a->is_done = true;
		return true;
	}
	if (len > (int)(g->read_size ? g->read_size : sizeof(buffer)))
		bail("a message of %d bytes was cut", len);
	for (; raw_msg_ok(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		a->is_interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			gnl_take_error(nlh, a);
			a->is_done = true;
		} else if (nlh->nlmsg_type == NLMSG_DONE) {
			a->err = *(int *)raw_msg_get_payload(nlh);
			a->is_done = true;
		} else {
			a->nr++;
			if (fn)
				fn(nlh, arg);
		}
	}
	return true;
}

/* Send, and read until the answer is complete. */
__attribute__((unused))
static struct answer gnl_talk(struct gnl *g, const struct gnl_packet *p, gnl_fn fn, void *arg)
{
	struct answer a = { };

	gnl_send(g, p);
	while (!a.is_done)
		if (!gnl_read(g, &a, 20000, fn, arg)) {
			a.err = -ETIMEDOUT;
			break;
		}
	return a;
}

/* One command with attributes, acknowledged. */
__attribute__((unused))
static struct answer gnl_do(struct gnl *g, uint8_t cmd, const struct attr *attrs, unsigned int nr,
			    gnl_fn fn, void *arg)
{
	static struct gnl_packet p;

	gnl_begin(g, &p, cmd, NLM_F_ACK);
	gnl_put(&p, attrs, nr);
	return gnl_talk(g, &p, fn, arg);
}

#define GNL_DO(g, cmd, ...) ({								\
	const struct attr attrs_[] = { __VA_ARGS__ };					\
	gnl_do(g, cmd, attrs_, sizeof(attrs_) / sizeof(attrs_[0]), NULL, NULL);		\
})

__attribute__((unused))
static struct answer gnl_dump(struct gnl *g, uint8_t cmd, gnl_fn fn, void *arg)
{
	static struct gnl_packet p;

	gnl_begin(g, &p, cmd, NLM_F_DUMP);
	return gnl_talk(g, &p, fn, arg);
}

/* --- attributes of what came ----------------------------------------------------------- */

__attribute__((unused))
static const struct nlattr *gnl_attr(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr;

	raw_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (raw_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

__attribute__((unused))
static uint32_t gnl_u32(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr = gnl_attr(nlh, type);

	return attr ? raw_attr_get_u32(attr) : UINT32_MAX;
}

__attribute__((unused))
static uint64_t gnl_u64(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr = gnl_attr(nlh, type);

	return attr ? raw_attr_get_u64(attr) : UINT64_MAX;
}

__attribute__((unused))
static const char *gnl_str(const struct nlmsghdr *nlh, uint16_t type)
{
	const struct nlattr *attr = gnl_attr(nlh, type);

	return attr ? raw_attr_get_str(attr) : "";
}

/* --- a socket ---------------------------------------------------------------------------- */

static void gnl_take_family(const struct nlmsghdr *nlh, void *arg)
{
	struct gnl *g = arg;
	const struct nlattr *attr, *group, *field;

	raw_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (raw_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			g->family = raw_attr_get_u16(attr);
		if (raw_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		raw_attr_for_each_nested(group, attr)
			raw_attr_for_each_nested(field, group)
				if (raw_attr_get_type(field) == CTRL_ATTR_MCAST_GRP_ID)
					g->group = raw_attr_get_u32(field);
	}
}

__attribute__((unused))
static void gnl_open(struct gnl *g)
{
	int on = 1;

	g->socket = raw_socket_open(NETLINK_GENERIC);
	if (g->socket < 0)
		bail("open netlink");
	raw_socket_setsockopt(g->socket, NETLINK_EXT_ACK, &on, sizeof(on));
}

__attribute__((unused))
static void gnl_close(struct gnl *g)
{
	close(g->socket);
}

/* A socket that knows the family. */
__attribute__((unused))
static void gnl_connect(struct gnl *g)
{
	struct answer a;

	gnl_open(g);
	g->family = GENL_ID_CTRL;
	a = GNL_DO(g, CTRL_CMD_GETFAMILY, STR(CTRL_ATTR_FAMILY_NAME, GPUWARD_GENL_NAME));
	if (a.err)
		bail("find the family: %d", a.err);
	gnl_do(g, CTRL_CMD_GETFAMILY,
	       (struct attr[]) { STR(CTRL_ATTR_FAMILY_NAME, GPUWARD_GENL_NAME) }, 1,
	       gnl_take_family, g);
	if (g->family == GENL_ID_CTRL || !g->group)
		bail("family %u group %u", g->family, g->group);
}

#endif /* GNL_H */
