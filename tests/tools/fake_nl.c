// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_nl.c - the netlink family, played from the scenario.
 * Owns the conversation; its tables are in fake_nl_tables.h.
 */
#include "fake.h"
#include "fake_nl_tables.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/gpuward_genl.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../user/lib/sys.h"

#define FAMILY 0x2f
#define GROUP 7
#define MAX_QUEUED 4096

/* Datagrams that wait to be received, and where the reader of events stands. */
static struct { char *data; size_t len; } queue[MAX_QUEUED];
static unsigned int first, last;
static int events_fd = -1;
static struct line *next_event;

static const struct attr *find_attr(const char *kind, const char *name, int number)
{
	size_t i;

	for (i = 0; i < NR_ATTRS; i++)
		if (!strcmp(attrs[i].kind, kind) &&
		    (name ? !strcmp(attrs[i].name, name) : attrs[i].number == number))
			return &attrs[i];
	return NULL;
}

static void enqueue(const void *data, size_t len)
{
	if (last == MAX_QUEUED)
		abort();
	queue[last].data = malloc(len);
	memcpy(queue[last].data, data, len);
	queue[last++].len = len;
}

static void put_placed(struct nlmsghdr *msg, int type, const char *value)
{
	while (*value) {
		struct nlattr *nest = mnl_attr_nest_start(msg, (uint16_t)type);
		char *end;

		mnl_attr_put_u32(msg, GPUWARD_A_PLACED_MINOR, (uint32_t)strtoul(value, &end, 0));
		mnl_attr_put_u64(msg, GPUWARD_A_PLACED_BYTES, strtoull(end + 1, &end, 0));
		mnl_attr_nest_end(msg, nest);
		value = *end ? end + 1 : end;
	}
}

static void put_attr(struct nlmsghdr *msg, const struct attr *attr, const char *value)
{
	uint16_t type = (uint16_t)attr->number;
	char bytes[256], *end;	/* "BYTE", 16 times, or "BYTE:TIMES" */

	switch (attr->how) {
	case U32:
	case S32:
		mnl_attr_put_u32(msg, type, (uint32_t)strtoll(value, NULL, 0));
		break;
	case U64:
		mnl_attr_put_u64(msg, type, strtoull(value, NULL, 0));
		break;
	case TEXT:
		mnl_attr_put_strz(msg, type, value);
		break;
	case BYTES:
		memset(bytes, (int)strtol(value, &end, 0), sizeof(bytes));
		mnl_attr_put(msg, type, *end == ':' ? strtoul(end + 1, NULL, 0) : 16, bytes);
		break;
	case FLAG:
		mnl_attr_put(msg, type, 0, NULL);
		break;
	case NEST:
		put_placed(msg, type, value);
		break;
	}
}

static struct nlmsghdr *start(char *buf, uint16_t type, uint16_t flags, uint32_t seq, uint8_t cmd)
{
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	msg->nlmsg_type = type;
	msg->nlmsg_flags = flags;
	msg->nlmsg_seq = seq;
	genl = mnl_nlmsg_put_extra_header(msg, sizeof(*genl));
	genl->cmd = cmd;
	return msg;
}

static struct nlmsghdr *make_object(char *buf, const struct line *line, const char *kind,
				    uint16_t flags, uint32_t seq, uint8_t cmd)
{
	struct nlmsghdr *msg = start(buf, FAMILY, flags, seq, cmd);
	int i;

	for (i = 0; i < line->nr_keys; i++) {
		const struct attr *attr = find_attr(kind, line->keys[i].key, 0);

		if (!attr) {
			fprintf(stderr, "fake: %s has no %s\n", kind, line->keys[i].key);
			exit(99);
		}
		put_attr(msg, attr, line->keys[i].value);
	}
	mnl_attr_put_u32(msg, 200, 1);	/* newer than the tool */
	return msg;
}

/* An answer in an error message, or none of it when @err is 0. */
static void answer_error(const struct nlmsghdr *request, int err, const char *text)
{
	char buf[8192] = {};
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);
	int is_capped = !find_line("no", "cap_ack");
	struct nlmsgerr *error;

	msg->nlmsg_type = NLMSG_ERROR;
	msg->nlmsg_seq = request->nlmsg_seq;
	error = mnl_nlmsg_put_extra_header(msg, sizeof(*error));
	error->error = -err;
	error->msg = *request;
	if (is_capped || !err) {
		msg->nlmsg_flags |= NLM_F_CAPPED;
	} else {
		size_t rest = request->nlmsg_len - sizeof(*request);

		memcpy(mnl_nlmsg_put_extra_header(msg, rest), request + 1, rest);
	}
	if (text) {
		msg->nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_strz(msg, NLMSGERR_ATTR_MSG, text);
	}
	enqueue(buf, msg->nlmsg_len);
}

static void answer_done(const struct nlmsghdr *request, uint16_t flags, int err, const char *text)
{
	char buf[1024] = {};
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buf);

	msg->nlmsg_type = NLMSG_DONE;
	msg->nlmsg_flags = NLM_F_MULTI | flags;
	msg->nlmsg_seq = request->nlmsg_seq;
	*(int32_t *)mnl_nlmsg_put_extra_header(msg, sizeof(int32_t)) = -err;
	if (text) {
		msg->nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_strz(msg, NLMSGERR_ATTR_MSG, text);
	}
	enqueue(buf, msg->nlmsg_len);
}

static void answer_family(const struct nlmsghdr *request)
{
	char buf[1024] = {};
	struct nlmsghdr *msg;
	struct nlattr *groups, *group;

	if (find_line("no", "family")) {
		answer_error(request, ENOENT, NULL);
		return;
	}
	msg = start(buf, GENL_ID_CTRL, 0, request->nlmsg_seq, CTRL_CMD_NEWFAMILY);
	mnl_attr_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = mnl_attr_nest_start(msg, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(msg, 1);
	mnl_attr_put_strz(msg, CTRL_ATTR_MCAST_GRP_NAME, GPUWARD_GENL_GROUP_EVENTS);
	mnl_attr_put_u32(msg, CTRL_ATTR_MCAST_GRP_ID, GROUP);
	mnl_attr_nest_end(msg, group);
	mnl_attr_nest_end(msg, groups);
	enqueue(buf, msg->nlmsg_len);
	answer_error(request, 0, NULL);
}

static void log_attr(const struct nlattr *nla, const struct attr *attr)
{
	char link[64], path[256];
	ssize_t len;

	switch (attr->how) {
	case TEXT:
		log_text(attr->name, mnl_attr_get_str(nla));
		break;
	case U64:
		fprintf(fake_log(), " %s=%llu", attr->name,
			(unsigned long long)mnl_attr_get_u64(nla));
		break;
	case U32:
		fprintf(fake_log(), " %s=%u", attr->name, mnl_attr_get_u32(nla));
		break;
	case S32:
		if (strcmp(attr->name, "CGROUP_FD")) {
			fprintf(fake_log(), " %s=%d", attr->name, (int)mnl_attr_get_u32(nla));
			break;
		}
		snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)mnl_attr_get_u32(nla));
		len = readlink(link, path, sizeof(path) - 1);
		path[len > 0 ? len : 0] = '\0';
		log_text(attr->name, path);
		break;
	case BYTES:
		fprintf(fake_log(), " %s=%u*%02x", attr->name, mnl_attr_get_payload_len(nla),
			*(unsigned char *)mnl_attr_get_payload(nla));
		break;
	default:
		fprintf(fake_log(), " %s", attr->name);
	}
}

static void log_request(const struct nlmsghdr *request, const struct cmd *cmd)
{
	const struct nlattr *nla;

	if (!fake_log())
		return;
	fprintf(fake_log(), "nl %s%s", cmd->name,
		(request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP ? " dump" : "");
	mnl_attr_for_each(nla, request, sizeof(struct genlmsghdr)) {
		const struct attr *attr = find_attr(cmd->kind, NULL, mnl_attr_get_type(nla));

		if (attr)
			log_attr(nla, attr);
		else
			fprintf(fake_log(), " unknown=%u", mnl_attr_get_type(nla));
	}
	fputc('\n', fake_log());
}

/* Does the object have all that a request to read it names? */
static int matches(const struct nlmsghdr *request, const struct line *line, const char *kind)
{
	const struct nlattr *nla;

	mnl_attr_for_each(nla, request, sizeof(struct genlmsghdr)) {
		const struct attr *attr = find_attr(kind, NULL, mnl_attr_get_type(nla));
		const char *value = attr ? line_get(line, attr->name) : NULL;

		if (!value)
			return 0;
		if (attr->how == TEXT ? strcmp(value, mnl_attr_get_str(nla)) != 0 :
		    attr->how == U64 ? strtoull(value, NULL, 0) != mnl_attr_get_u64(nla) :
		    strtoull(value, NULL, 0) != mnl_attr_get_u32(nla))
			return 0;
	}
	return 1;
}

/* A line of verb @how is for such requests only. */
static int is_for(const struct line *line, const char *how)
{
	return !strcmp(line->verb, "nl") || !strcmp(line->verb, how);
}

static void answer_dump(const struct nlmsghdr *request, const struct cmd *cmd)
{
	struct line *line, *interrupt = find_line("interrupt", cmd->name);
	char *buf = calloc(1, 65536);
	uint16_t flags = NLM_F_MULTI;
	size_t len = 0;

	if (interrupt && (uint64_t)interrupt->is_used < line_number(interrupt, "times", 0)) {
		interrupt->is_used++;
		flags |= NLM_F_DUMP_INTR;
	}
	for (line = fake_lines(); line; line = line->next) {
		if (!is_for(line, "dump") || strcmp(line->name, cmd->name) ||
		    !matches(request, line, cmd->kind))
			continue;
		if (len > 16000) {
			enqueue(buf, len);
			len = 0;
		}
		len += make_object(buf + len, line, cmd->kind, flags, request->nlmsg_seq,
				   (uint8_t)cmd->number)->nlmsg_len;
	}
	if (len)
		enqueue(buf, len);
	free(buf);
	answer_done(request, flags & NLM_F_DUMP_INTR, 0, NULL);
}

static void answer_do(const struct nlmsghdr *request, const struct cmd *cmd)
{
	int is_read = strstr(cmd->name, "_GET") != NULL;
	struct line *line;
	char buf[8192] = {};

	for (line = fake_lines(); line; line = line->next) {
		struct nlmsghdr *msg;

		if (!is_for(line, "do") || strcmp(line->name, cmd->name) ||
		    (is_read && !matches(request, line, cmd->kind)))
			continue;
		msg = make_object(buf, line, cmd->kind, 0, request->nlmsg_seq,
				  (uint8_t)cmd->number);
		enqueue(buf, msg->nlmsg_len);
		break;
	}
	if (is_read && !line)
		answer_error(request, ENOENT, "not found");
	else
		answer_error(request, 0, NULL);
}

static void answer_garbage(const struct nlmsghdr *request, const struct cmd *cmd)
{
	char buf[256] = {};
	struct nlmsghdr *msg = start(buf, FAMILY, NLM_F_MULTI, request->nlmsg_seq,
				     (uint8_t)cmd->number);

	mnl_attr_put(msg, 1, 3, "abc");
	enqueue(buf, msg->nlmsg_len);
}

int gw_sys_send(int fd, const void *data, size_t len)
{
	const struct nlmsghdr *request = data;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct line *line;
	size_t i;

	(void)fd;
	(void)len;
	if (request->nlmsg_type == GENL_ID_CTRL) {
		answer_family(request);
		return 0;
	}
	for (i = 0; i < sizeof(cmds) / sizeof(*cmds); i++)
		if (cmds[i].number == genl->cmd)
			break;
	if (request->nlmsg_type != FAMILY || i == sizeof(cmds) / sizeof(*cmds)) {
		answer_error(request, EOPNOTSUPP, NULL);
		return 0;
	}
	log_request(request, &cmds[i]);
	line = find_line("fail", cmds[i].name);
	if (line && (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP && line_get(line, "late"))
		answer_done(request, 0, (int)line_number(line, "errno", 0), line_get(line, "text"));
	else if (line)
		answer_error(request, (int)line_number(line, "errno", 0), line_get(line, "text"));
	else if (find_line("garbage", cmds[i].name))
		answer_garbage(request, &cmds[i]);
	else if ((request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		answer_dump(request, &cmds[i]);
	else
		answer_do(request, &cmds[i]);
	return 0;
}

static ssize_t receive_event(char *buf)
{
	struct nlmsghdr *msg;
	eventfd_t nr;

	while (next_event && strcmp(next_event->verb, "event") && strcmp(next_event->verb, "lost"))
		next_event = next_event->next;
	if (!next_event && find_line("no", "unload")) {
		eventfd_read(events_fd, &nr);		/* nothing to read from now on */
		return -EAGAIN;
	} else if (!next_event) {
		msg = start(buf, GENL_ID_CTRL, 0, 0, CTRL_CMD_DELFAMILY);
		mnl_attr_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	} else if (!strcmp(next_event->verb, "lost")) {
		next_event = next_event->next;
		return -ENOBUFS;
	} else {
		msg = make_object(buf, next_event, "EVENT", 0, 0, GPUWARD_CMD_EVENT);
		next_event = next_event->next;
	}
	return msg->nlmsg_len;
}

ssize_t gw_sys_recv(int fd, void *buf, size_t len)
{
	size_t got;

	if (fd == events_fd)
		return receive_event(buf);
	if (first == last) {
		fprintf(stderr, "fake: would wait for ever\n");
		exit(99);
	}
	got = queue[first].len;
	memcpy(buf, queue[first].data, got < len ? got : len);
	free(queue[first++].data);
	return got > len ? -EMSGSIZE : (ssize_t)got;
}

int gw_sys_nl_open(void)
{
	return eventfd(1, EFD_CLOEXEC);	/* always readable */
}

int gw_sys_nl_join(int fd, uint32_t group)
{
	const struct line *line = find_line("fail", "JOIN");

	if (line)
		return -(int)line_number(line, "errno", 0);
	if (group != GROUP && group != GENL_ID_CTRL)
		return -ENOENT;
	if (group == GROUP) {
		events_fd = fd;
		next_event = fake_lines();
	}
	return 0;
}
