// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl.c - one netlink request and its answers, by libnl.
 * Owns the family's number, extended-ack texts, interrupted dumps. Must not know what an
 * attribute means: attr.c does that by table.
 */
#include "nl.h"
#include "attr.h"
#include "sys.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#define MAX_RESTARTS 16		/* of a dump that changes while it is read */
#define REQUEST_SIZE 32768	/* of the longest */

struct request {
	struct gpuward *g;
	const struct gw_kind *kind;
	struct gw_list *out;		/* NULL: no answer wanted */
	uint32_t seq;
	int is_interrupted;
	int is_done;			/* the answer is complete, or not worth going on: */
	int err;
};

static int fail_with(struct gpuward *g, int err, const struct nlattr *text)
{
	if (text && nla_len(text) && *(const char *)nla_data(text))
		return gw_fail(g, err, "%.*s", nla_len(text), (const char *)nla_data(text));
	if (err == -EPERM)
		return gw_fail(g, err, "needs CAP_SYS_ADMIN in the initial namespaces");
	return gw_fail(g, err, "%s", err == -EBADMSG ? "malformed answer" : strerror(-err));
}

/* The extended-ack text, @skip bytes behind the header; NULL when there is none. */
static const struct nlattr *ack_text(struct nlmsghdr *hdr, uint32_t skip)
{
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS) || skip > (uint32_t)nlmsg_datalen(hdr))
		return NULL;
	return nlmsg_find_attr(hdr, (int)skip, NLMSGERR_ATTR_MSG);
}

/* --- what libnl calls with what came ----------------------------------------------------- */

static int on_any(struct nl_msg *msg, void *unused)
{
	(void)unused;
	/* Only the kernel is believed; others may send to this port too. */
	return nlmsg_get_src(msg)->nl_pid ? NL_SKIP : NL_OK;
}

static int on_seq(struct nl_msg *msg, void *arg)
{
	const struct request *req = arg;

	/* Left over from a dump given up? */
	return nlmsg_hdr(msg)->nlmsg_seq == req->seq ? NL_OK : NL_SKIP;
}

static int on_interrupted(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;

	(void)msg;
	req->is_interrupted = 1;
	return NL_OK;
}

static int finish(struct request *req, int err)
{
	req->is_done = 1;
	req->err = err;
	return NL_STOP;
}

static int on_object(struct nl_msg *msg, void *arg)
{
	struct request *req = arg;
	int err = 0;

	if (req->out)
		err = gw_nl_decode(req->g, nlmsg_hdr(msg), req->kind, req->out);
	return err ? finish(req, err) : NL_OK;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	(void)msg;
	return finish(arg, 0);
}

/* libnl hands out the error alone; it is in its message, whose rest has the text. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)error - 1;
	struct request *req = arg;
	uint32_t skip = sizeof(*error);

	(void)from;
	/* Without CAP_ACK the refused request stands between the error and the text. */
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	return finish(req, fail_with(req->g, error->error, ack_text(hdr, skip)));
}

static int on_done(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct request *req = arg;
	int32_t err = 0;

	if (nlmsg_datalen(hdr) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(hdr), sizeof(err));
	return finish(req, err < 0 ? fail_with(req->g, err, ack_text(hdr, sizeof(err))) : 0);
}

/* --- requests ---------------------------------------------------------------------------- */

int gw_nl_receive(struct nl_sock *sk)
{
	errno = 0;
	if (nl_recvmsgs_default(sk) >= 0)
		return 0;
	/* libnl's numbers say less than the system's: ENOBUFS is NLE_NOMEM there. */
	return errno ? -errno : -EBADMSG;
}

/* Send @msg and take in the answers. */
static int transact(struct request *req, struct nl_msg *msg)
{
	struct nl_sock *sk = req->g->nl;
	int err = 0;

	nl_socket_modify_cb(sk, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_seq, req);
	nl_socket_modify_cb(sk, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupted, req);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_object, req);
	nl_socket_modify_cb(sk, NL_CB_ACK, NL_CB_CUSTOM, on_ack, req);
	nl_socket_modify_cb(sk, NL_CB_FINISH, NL_CB_CUSTOM, on_done, req);
	nl_socket_modify_err_cb(sk, NL_CB_CUSTOM, on_error, req);
	req->is_interrupted = 0;
	req->is_done = 0;
	nlmsg_hdr(msg)->nlmsg_seq = NL_AUTO_SEQ;
	if (nl_send_auto(sk, msg) < 0)
		return fail_with(req->g, -errno, NULL);
	req->seq = nlmsg_hdr(msg)->nlmsg_seq;
	while (!req->is_done && !err)
		err = gw_nl_receive(sk);
	return req->is_done ? req->err : fail_with(req->g, err, NULL);
}

static void free_sockets(struct gpuward *g)
{
	nl_socket_free(g->nl);
	nl_socket_free(g->events);
}

int gw_nl_open(struct gpuward *g, struct nl_sock **out)
{
	int err = gw_sys_nl_open(out);

	if (err)
		return gw_fail(g, err, "netlink socket: %s", strerror(-err));
	g->nl_free = free_sockets;
	nl_socket_modify_cb(*out, NL_CB_MSG_IN, NL_CB_CUSTOM, on_any, NULL);
	return 0;
}

int gw_nl_connect(struct gpuward *g)
{
	int err = 0, family;

	if (g->family)
		return 0;
	if (!g->nl)
		err = gw_nl_open(g, &g->nl);
	if (err)
		return err;
	errno = 0;
	family = genl_ctrl_resolve(g->nl, GPUWARD_GENL_NAME);
	if (family <= 0 && errno)
		return fail_with(g, -errno, NULL);
	if (family <= 0)
		return gw_fail(g, -ENODEV, "no netlink family \"" GPUWARD_GENL_NAME
			       "\" here: administration is only possible in the initial network namespace, with the module loaded");
	g->family = family;
	return 0;
}

/* Again while what was read changed meanwhile. */
static int run_stable(struct request *req, struct nl_msg *msg)
{
	int err, restarts;

	for (restarts = 0; ; restarts++) {
		err = transact(req, msg);
		if (err || !req->is_interrupted)
			return err;
		if (req->out)
			gw_list_drop(req->out);
		if (restarts == MAX_RESTARTS)
			return gw_fail(req->g, -EAGAIN, "kept changing while it was read");
	}
}

static int run(struct gpuward *g, uint8_t cmd, int flags, const struct gw_kind *kind,
	       const void *in, void *out)
{
	struct gw_list list = {};
	struct request req = { .g = g, .kind = kind, .out = out ? &list : NULL };
	struct nl_msg *msg;
	int err;

	if (out)
		*(void **)out = NULL;
	err = gw_nl_connect(g);
	if (err)
		return err;
	msg = nlmsg_alloc_size(REQUEST_SIZE);
	if (!msg)
		return gw_fail(g, -ENOMEM, "out of memory");
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, g->family, 0, flags, cmd, GPUWARD_GENL_VERSION);
	if (in)
		err = gw_attr_put(g, msg, kind, in);
	if (!err)
		err = run_stable(&req, msg);
	nlmsg_free(msg);
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
