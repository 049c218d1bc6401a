// SPDX-License-Identifier: GPL-2.0-only
/*
 * event.c - the stream of events.
 * Owns its own socket, so that an event never stands between a request and its answer. Must not
 * drop or reorder what the kernel sends.
 */
#include "nl.h"
#include "sys.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>

#define F(attr, how, member) [GPUWARD_A_EVENT_##attr] = GW_FIELD(gpuward_event_info, how, member)
static const struct gw_field event_fields[] = {
	F(SEQ, GW_U64, seq),		F(TIME_NS, GW_U64, time_ns),
	F(TYPE, GW_U32, type),		F(VM_ID, GW_U32, vm_id),
	F(VM, GW_TEXT, vm),		F(ACCEL, GW_U32, accel),
	F(ACCEL_NAME, GW_TEXT, accel_name), F(JOB, GW_U64, job),
	F(PID, GW_U32, pid),		F(COMMAND, GW_TEXT, command),
	F(HOLDER_PID, GW_U32, holder_pid), F(HOLDER_NSPID, GW_U32, holder_nspid),
	F(HOLDER_COMMAND, GW_TEXT, holder_command),
	F(GPU, GW_U32, gpu),		F(MODEL, GW_TEXT, model),
	F(WAIT_NS, GW_U64, wait_ns),	F(HELD_NS, GW_U64, held_ns),
	F(RECORD, GW_U64, record),	F(COUNT, GW_U64, count),	F(TEXT, GW_TEXT, text),
	F(REQUESTED, GW_U64, requested_bytes), F(USED, GW_U64, used_bytes),
	F(LIMIT, GW_U64, limit_bytes),	F(DEADLINE, GW_U64, deadline_ns),
	F(FOR_VM, GW_TEXT, for_vm),
};
#undef F

static const struct gw_kind event_kind = {
	.fields = event_fields,
	.nr_fields = sizeof(event_fields) / sizeof(*event_fields),
	.size = sizeof(struct gpuward_event_info),
};

#define BURST (4 << 20)		/* bytes of events that may wait for a reader who is slow */

struct reading {
	struct gpuward *g;
	struct gw_list list;
	int err;
};

/* The group in which the kernel tells of families that come and go has a fixed number. */
static int join_groups(struct nl_sock *sk)
{
	int group = genl_ctrl_resolve_grp(sk, GPUWARD_GENL_NAME, GPUWARD_GENL_GROUP_EVENTS);

	if (group < 0)
		return -ENOENT;
	return gw_sys_nl_join(sk, group) ?: gw_sys_nl_join(sk, GENL_ID_CTRL);
}

/* Was the module unloaded? Its sockets would just fall silent. */
static int is_farewell(const struct gpuward *g, struct nlmsghdr *hdr)
{
	const struct nlattr *id;

	if (hdr->nlmsg_type != GENL_ID_CTRL || genlmsg_hdr(hdr)->cmd != CTRL_CMD_DELFAMILY)
		return 0;
	id = nlmsg_find_attr(hdr, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);
	return id && nla_len(id) == sizeof(uint16_t) && nla_get_u16(id) == g->family;
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct reading *reading = arg;
	struct gpuward *g = reading->g;

	if (!genlmsg_valid_hdr(hdr, 0))
		return NL_SKIP;
	if (is_farewell(g, hdr))
		reading->err = gw_fail(g, -ENODEV, "the module was unloaded");
	else if (hdr->nlmsg_type == g->family && genlmsg_hdr(hdr)->cmd == GPUWARD_CMD_EVENT)
		reading->err = gw_nl_decode(g, hdr, &event_kind, &reading->list);
	return reading->err ? NL_STOP : NL_OK;
}

int gpuward_events_open(struct gpuward *g)
{
	struct nl_sock *sk;
	int err;

	if (g->events)
		return nl_socket_get_fd(g->events);
	err = gw_nl_connect(g) ?: gw_nl_open(g, &sk);
	if (err)
		return err;
	gw_sys_nl_enlarge(sk, BURST);
	err = join_groups(sk);
	if (err) {
		nl_socket_free(sk);
		if (err == -EPERM)
			return gw_fail(g, err, "needs CAP_SYS_ADMIN in the initial namespaces");
		return gw_fail(g, err, "join the group of events: %s", strerror(-err));
	}
	nl_socket_disable_seq_check(sk);
	g->events = sk;
	return nl_socket_get_fd(sk);
}

int gpuward_events_read(struct gpuward *g, struct gpuward_event_info **out)
{
	struct reading reading = { .g = g };
	int err;

	*out = NULL;
	if (!g->events)
		return gw_fail(g, -EBADF, "not subscribed to events");
	nl_socket_modify_cb(g->events, NL_CB_VALID, NL_CB_CUSTOM, on_event, &reading);
	err = gw_sys_nl_wait(g->events) ?: gw_nl_receive(g->events);
	if (reading.err)
		err = reading.err;
	else if (err == -ENOBUFS)
		gw_fail(g, err, "events were lost: too slow a reader");
	else if (err)
		gw_fail(g, err, "read events: %s", strerror(-err));
	if (err)
		gw_list_drop(&reading.list);
	*out = reading.list.first;
	return err;
}
