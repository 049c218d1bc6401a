// SPDX-License-Identifier: GPL-2.0-only
/*
 * event.c - the stream of events.
 * Owns its own socket, so that an event never stands between a request and its answer. Must not
 * drop or reorder what the kernel sends.
 */
#include "nl.h"
#include "sys.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>
#include <unistd.h>

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

/* The group in which the kernel tells of families that come and go has a fixed number. */
static int join_groups(struct gpuward *g, int fd)
{
	return gw_sys_nl_join(fd, g->group) ?: gw_sys_nl_join(fd, GENL_ID_CTRL);
}

/* Was the module unloaded? Its sockets would just fall silent. */
static int is_farewell(const struct gpuward *g, const struct nlmsghdr *msg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(msg);
	const struct nlattr *attr;

	if (msg->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(msg) < sizeof(*genl) || genl->cmd != CTRL_CMD_DELFAMILY)
		return 0;
	mnl_attr_for_each(attr, msg, sizeof(*genl)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U16))
			return mnl_attr_get_u16(attr) == g->family;
	}
	return 0;
}

int gpuward_events_open(struct gpuward *g)
{
	int fd, err;

	if (g->events >= 0)
		return g->events;
	err = gw_nl_connect(g);
	if (err)
		return err;
	fd = gw_sys_nl_open();
	if (fd < 0)
		return gw_fail(g, fd, "netlink socket: %s", strerror(-fd));
	err = join_groups(g, fd);
	if (err) {
		close(fd);
		if (err == -EPERM)
			return gw_fail(g, err, "needs CAP_SYS_ADMIN in the initial namespaces");
		return gw_fail(g, err, "join the group of events: %s", strerror(-err));
	}
	g->events = fd;
	return fd;
}

int gpuward_events_read(struct gpuward *g, struct gpuward_event_info **out)
{
	char buf[GW_NL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct gw_list list = {};
	const struct nlmsghdr *msg;
	ssize_t got;
	int left, err;

	*out = NULL;
	if (g->events < 0)
		return gw_fail(g, -EBADF, "not subscribed to events");
	got = gw_sys_recv(g->events, buf, sizeof(buf));
	if (got == -ENOBUFS)
		return gw_fail(g, -ENOBUFS, "events were lost: too slow a reader");
	if (got < 0)
		return gw_fail(g, (int)got, "read events: %s", strerror((int)-got));
	left = (int)got;
	for (msg = (void *)buf; gw_nl_is_whole(msg, left); msg = mnl_nlmsg_next(msg, &left)) {
		const struct genlmsghdr *genl = mnl_nlmsg_get_payload(msg);

		if (is_farewell(g, msg)) {
			gw_list_drop(&list);
			return gw_fail(g, -ENODEV, "the module was unloaded");
		}
		if (msg->nlmsg_type != g->family ||
		    mnl_nlmsg_get_payload_len(msg) < sizeof(*genl) ||
		    genl->cmd != GPUWARD_CMD_EVENT)
			continue;
		err = gw_nl_decode(g, msg, &event_kind, &list);
		if (err) {
			gw_list_drop(&list);
			return err;
		}
	}
	*out = list.first;
	return 0;
}
