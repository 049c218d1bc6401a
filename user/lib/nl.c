// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl.c - one netlink request and its answers.
 * Owns sequence numbers, the family's number, extended-ack texts, interrupted dumps. Must not
 * know what an attribute means: attr.c does that by table.
 */
#include "nl.h"
#include "attr.h"
#include "sys.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>

#define MAX_RESTARTS 16		/* of a dump that changes while it is read */

struct request {
	struct gpuward *g;
	const struct gw_kind *kind;	/* NULL: the answer describes a family */
	struct gw_list *out;		/* NULL: no answer wanted */
	uint32_t seq;
	int is_interrupted;
};

/* The extended-ack text of an error or of the end of a dump, NULL when it has none. */
static const char *ack_text(const struct nlmsghdr *msg, size_t skip)
{
	const struct nlattr *attr;

	if (!(msg->nlmsg_flags & NLM_F_ACK_TLVS) || mnl_nlmsg_get_payload_len(msg) < skip)
		return NULL;
	mnl_attr_for_each(attr, msg, skip) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
			return mnl_attr_get_str(attr);
	}
	return NULL;
}

static int fail_with(struct gpuward *g, int err, const char *text)
{
	if (text && *text)
		return gw_fail(g, err, "%s", text);
	if (err == -EPERM)
		return gw_fail(g, err, "needs CAP_SYS_ADMIN in the initial namespaces");
	return gw_fail(g, err, "%s", strerror(-err));
}

static int on_error(struct request *req, const struct nlmsghdr *msg)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(msg);
	size_t skip = sizeof(*error);

	if (mnl_nlmsg_get_payload_len(msg) < sizeof(*error))
		return gw_fail(req->g, -EBADMSG, "malformed answer");
	if (!error->error)
		return 0;
	/* Without CAP_ACK the refused request stands between the header and the text. */
	if (!(msg->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	return fail_with(req->g, error->error, ack_text(msg, skip));
}

static int on_done(struct request *req, const struct nlmsghdr *msg)
{
	int32_t err = 0;

	if (mnl_nlmsg_get_payload_len(msg) >= sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(msg), sizeof(err));
	return err < 0 ? fail_with(req->g, err, ack_text(msg, sizeof(err))) : 0;
}

static int on_family(struct gpuward *g, const struct nlmsghdr *msg)
{
	const struct nlattr *attr, *group, *part;

	mnl_attr_for_each(attr, msg, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U16))
			g->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr) {
			uint32_t id = 0;
			const char *name = "";

			mnl_attr_for_each_nested(part, group) {
				if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_ID &&
				    !mnl_attr_validate(part, MNL_TYPE_U32))
					id = mnl_attr_get_u32(part);
				if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_NAME &&
				    !mnl_attr_validate(part, MNL_TYPE_NUL_STRING))
					name = mnl_attr_get_str(part);
			}
			if (!strcmp(name, GPUWARD_GENL_GROUP_EVENTS))
				g->group = id;
		}
	}
	return 0;
}

/* Returns 1 when the answer is complete, 0 when more comes, or a negative errno. */
static int on_message(struct request *req, const struct nlmsghdr *msg)
{
	int err = 0;

	if (msg->nlmsg_seq != req->seq)
		return 0;	/* left over from a dump given up */
	if (msg->nlmsg_flags & NLM_F_DUMP_INTR)
		req->is_interrupted = 1;
	if (msg->nlmsg_type == NLMSG_ERROR)
		return on_error(req, msg) ?: 1;
	if (msg->nlmsg_type == NLMSG_DONE)
		return on_done(req, msg) ?: 1;
	if (!req->kind)
		err = on_family(req->g, msg);
	else if (req->out)
		err = gw_nl_decode(req->g, msg, req->kind, req->out);
	return err;
}

int gw_nl_is_whole(const struct nlmsghdr *msg, int left)
{
	return left >= (int)sizeof(*msg) && msg->nlmsg_len >= sizeof(*msg) &&
	       msg->nlmsg_len <= (uint32_t)left;
}

static int receive(struct request *req)
{
	char buf[GW_NL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *msg;
	int ret = 0;

	while (!ret) {
		ssize_t got = gw_sys_recv(req->g->nl, buf, sizeof(buf));
		int left = (int)got;

		if (got == -EINTR)
			continue;
		if (got < 0)
			return fail_with(req->g, (int)got, NULL);
		for (msg = (void *)buf; !ret && gw_nl_is_whole(msg, left);
		     msg = mnl_nlmsg_next(msg, &left))
			ret = on_message(req, msg);
	}
	return ret < 0 ? ret : 0;
}

/* Send what is in @buf and take in the answers. */
static int transact(struct request *req, char *buf)
{
	struct nlmsghdr *msg = (void *)buf;
	int err;

	req->seq = ++req->g->seq;
	req->is_interrupted = 0;
	msg->nlmsg_seq = req->seq;
	err = gw_sys_send(req->g->nl, buf, msg->nlmsg_len);
	if (err)
		return fail_with(req->g, err, NULL);
	return receive(req);
}

static struct nlmsghdr *start(char *buf, uint16_t type, uint16_t flags, uint8_t cmd, uint8_t version)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	msg->nlmsg_type = type;
	msg->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(msg, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return msg;
}

int gw_nl_connect(struct gpuward *g)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct request req = { .g = g };
	struct nlmsghdr *msg;
	int err;

	if (g->family)
		return 0;
	if (g->nl < 0) {
		err = gw_sys_nl_open();
		if (err < 0)
			return gw_fail(g, err, "netlink socket: %s", strerror(-err));
		g->nl = err;
	}
	msg = start(buf, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(msg, CTRL_ATTR_FAMILY_NAME, GPUWARD_GENL_NAME);
	err = transact(&req, buf);
	if (err == -ENOENT || (!err && !g->family))
		return gw_fail(g, -ENODEV, "no netlink family \"" GPUWARD_GENL_NAME
			       "\" here: administration is only possible in the initial network namespace, with the module loaded");
	return err;
}

static int run(struct gpuward *g, uint8_t cmd, uint16_t flags, const struct gw_kind *kind,
	       const void *in, void *out)
{
	char buf[GW_NL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct gw_list list = {};
	struct request req = { .g = g, .kind = kind, .out = out ? &list : NULL };
	int err, restarts;

	if (out)
		*(void **)out = NULL;
	err = gw_nl_connect(g);
	for (restarts = 0; !err; restarts++) {
		struct nlmsghdr *msg = start(buf, g->family, flags, cmd, GPUWARD_GENL_VERSION);

		err = in ? gw_attr_put(g, msg, sizeof(buf), kind, in) : 0;
		if (!err)
			err = transact(&req, buf);
		if (err || !req.is_interrupted)
			break;
		gw_list_drop(&list);
		if (restarts == MAX_RESTARTS)
			err = gw_fail(g, -EAGAIN, "kept changing while it was read");
	}
	if (err)
		gw_list_drop(&list);
	else if (out)
		*(void **)out = list.first;
	return err;
}

int gw_nl_do(struct gpuward *g, uint8_t cmd, const struct gw_kind *kind, const void *in, void *out)
{
	int err = run(g, cmd, NLM_F_ACK, kind, in, out);

	if (!err && out && !*(void **)out)
		return gw_fail(g, -EBADMSG, "the module did not answer");
	return err;
}

int gw_nl_dump(struct gpuward *g, uint8_t cmd, const struct gw_kind *kind, const void *in,
	       void *out)
{
	return run(g, cmd, NLM_F_DUMP, kind, in, out);
}

int gw_nl_decode(struct gpuward *g, const struct nlmsghdr *msg, const struct gw_kind *kind,
		 struct gw_list *list)
{
	struct gw_head *entry = gw_list_add(list, kind->size);

	if (!entry)
		return gw_fail(g, -ENOMEM, "out of memory");
	return gw_attr_get(g, msg, kind, entry);
}
