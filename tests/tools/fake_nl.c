// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_nl.c - the netlink family, played from the scenario.
 * Owns the conversation; its tables are in fake_nl_tables.h.
 */
#include "fake.h"
#include "fake_nl_tables.h"
#include "fake_sock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpuward_genl.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../user/lib/sys.h"

#define FAMILY 0x2f
#define GROUP 7
#define MAX_QUEUED 4096

/* Datagrams that wait to be received, and who reads events. */
static struct { char *data; size_t len; } queue[MAX_QUEUED];
static unsigned int first, last;
static const struct nl_sock *events;

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

static void enqueue_msg(struct nl_msg *msg)
{
	enqueue(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
}

static void put_placed(struct nl_msg *msg, int type, const char *value)
{
	while (*value) {
		struct nlattr *nest = nla_nest_start(msg, type);
		char *end;

		nla_put_u32(msg, GPUWARD_A_PLACED_MINOR, (uint32_t)strtoul(value, &end, 0));
		nla_put_u64(msg, GPUWARD_A_PLACED_BYTES, strtoull(end + 1, &end, 0));
		nla_nest_end(msg, nest);
		value = *end ? end + 1 : end;
	}
}

static void put_attr(struct nl_msg *msg, const struct attr *attr, const char *value)
{
	char bytes[256], *end;	/* "BYTE", 16 times, or "BYTE:TIMES" */
	int type = attr->number;

	switch (attr->how) {
	case U32:
	case S32:
		nla_put_u32(msg, type, (uint32_t)strtoll(value, NULL, 0));
		break;
	case U64:
		nla_put_u64(msg, type, strtoull(value, NULL, 0));
		break;
	case TEXT:
		nla_put_string(msg, type, value);
		break;
	case BYTES:
		memset(bytes, (int)strtol(value, &end, 0), sizeof(bytes));
		nla_put(msg, type, *end == ':' ? (int)strtoul(end + 1, NULL, 0) : 16, bytes);
		break;
	case FLAG:
		nla_put_flag(msg, type);
		break;
	case NEST:
		put_placed(msg, type, value);
		break;
	}
}

static struct nl_msg *start(int type, int flags, uint32_t seq)
{
	struct nl_msg *msg = nlmsg_alloc_size(16384);

	nlmsg_put(msg, 0, seq, type, 0, flags);
	return msg;
}

static struct nl_msg *start_genl(int type, int flags, uint32_t seq, uint8_t cmd)
{
	struct nl_msg *msg = start(type, flags, seq);
	struct genlmsghdr genl = { .cmd = cmd };

	nlmsg_append(msg, &genl, sizeof(genl), NLMSG_ALIGNTO);
	return msg;
}

static struct nl_msg *make_object(const struct line *line, const char *kind, int flags,
				  uint32_t seq, uint8_t cmd)
{
	struct nl_msg *msg = start_genl(FAMILY, flags, seq, cmd);
	int i;

	for (i = 0; i < line->nr_keys; i++) {
		const struct attr *attr = find_attr(kind, line->keys[i].key, 0);

		if (!attr) {
			fprintf(stderr, "fake: %s has no %s\n", kind, line->keys[i].key);
			exit(99);
		}
		put_attr(msg, attr, line->keys[i].value);
	}
	nla_put_u32(msg, 200, 1);	/* newer than the tool */
	return msg;
}

static void put_text(struct nl_msg *msg, const char *text)
{
	if (!text)
		return;
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK_TLVS;
	nla_put_string(msg, NLMSGERR_ATTR_MSG, text);
}

/* An answer in an error message, or none of it when @err is 0. */
static void answer_error(struct nlmsghdr *request, int err, const char *text)
{
	struct nl_msg *msg = start(NLMSG_ERROR, 0, request->nlmsg_seq);
	struct nlmsgerr error = { .error = -err, .msg = *request };

	nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
	if (!err || !find_line("no", "cap_ack"))
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_CAPPED;
	else
		nlmsg_append(msg, request + 1, request->nlmsg_len - sizeof(*request), NLMSG_ALIGNTO);
	put_text(msg, text);
	enqueue_msg(msg);
}

static void answer_done(const struct nlmsghdr *request, int flags, int err, const char *text)
{
	struct nl_msg *msg = start(NLMSG_DONE, NLM_F_MULTI | flags, request->nlmsg_seq);
	int32_t error = -err;

	nlmsg_append(msg, &error, sizeof(error), NLMSG_ALIGNTO);
	put_text(msg, text);
	enqueue_msg(msg);
}

static void answer_family(struct nlmsghdr *request)
{
	struct nlattr *groups, *group;
	struct nl_msg *msg;

	if (find_line("no", "family")) {
		answer_error(request, ENOENT, NULL);
		return;
	}
	msg = start_genl(GENL_ID_CTRL, 0, request->nlmsg_seq, CTRL_CMD_NEWFAMILY);
	nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = nla_nest_start(msg, CTRL_ATTR_MCAST_GROUPS);
	group = nla_nest_start(msg, 1);
	nla_put_string(msg, CTRL_ATTR_MCAST_GRP_NAME, GPUWARD_GENL_GROUP_EVENTS);
	nla_put_u32(msg, CTRL_ATTR_MCAST_GRP_ID, GROUP);
	nla_nest_end(msg, group);
	nla_nest_end(msg, groups);
	enqueue_msg(msg);
	answer_error(request, 0, NULL);
}

static void log_attr(const struct nlattr *nla, const struct attr *attr)
{
	char link[64], path[256];
	ssize_t len;

	switch (attr->how) {
	case TEXT:
		log_text(attr->name, nla_get_string(nla));
		break;
	case U64:
		fprintf(fake_log(), " %s=%llu", attr->name,
			(unsigned long long)nla_get_u64(nla));
		break;
	case U32:
		fprintf(fake_log(), " %s=%u", attr->name, nla_get_u32(nla));
		break;
	case S32:
		if (strcmp(attr->name, "CGROUP_FD")) {
			fprintf(fake_log(), " %s=%d", attr->name, (int)nla_get_u32(nla));
			break;
		}
		snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)nla_get_u32(nla));
		len = readlink(link, path, sizeof(path) - 1);
		path[len > 0 ? len : 0] = '\0';
		log_text(attr->name, path);
		break;
	case BYTES:
		fprintf(fake_log(), " %s=%u*%02x", attr->name, (unsigned int)nla_len(nla),
			*(unsigned char *)nla_data(nla));
		break;
	default:
		fprintf(fake_log(), " %s", attr->name);
	}
}

static void log_request(const struct nlmsghdr *request, const struct cmd *cmd)
{
	const struct nlattr *nla;
	int left;

	if (!fake_log())
		return;
	fprintf(fake_log(), "nl %s%s", cmd->name,
		(request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP ? " dump" : "");
	nlmsg_for_each_attr(nla, request, GENL_HDRLEN, left) {
		const struct attr *attr = find_attr(cmd->kind, NULL, nla_type(nla));

		if (attr)
			log_attr(nla, attr);
		else
			fprintf(fake_log(), " unknown=%u", nla_type(nla));
	}
	fputc('\n', fake_log());
}

/* Does the object have all that a request to read it names? */
static int matches(const struct nlmsghdr *request, const struct line *line, const char *kind)
{
	const struct nlattr *nla;
	int left;

	nlmsg_for_each_attr(nla, request, GENL_HDRLEN, left) {
		const struct attr *attr = find_attr(kind, NULL, nla_type(nla));
		const char *value = attr ? line_get(line, attr->name) : NULL;

		if (!value)
			return 0;
		if (attr->how == TEXT ? strcmp(value, nla_get_string(nla)) != 0 :
		    attr->how == U64 ? strtoull(value, NULL, 0) != nla_get_u64(nla) :
		    strtoull(value, NULL, 0) != nla_get_u32(nla))
			return 0;
	}
	return 1;
}

/* A line of verb @how is for such requests only. */
static int is_for(const struct line *line, const char *how)
{
	return !strcmp(line->verb, "nl") || !strcmp(line->verb, how);
}

static void answer_dump(struct nlmsghdr *request, const struct cmd *cmd)
{
	struct line *line, *interrupt = find_line("interrupt", cmd->name);
	char *buf = calloc(1, 65536);
	int flags = NLM_F_MULTI;
	size_t len = 0;

	if (interrupt && (uint64_t)interrupt->is_used < line_number(interrupt, "times", 0)) {
		interrupt->is_used++;
		flags |= NLM_F_DUMP_INTR;
	}
	for (line = fake_lines(); line; line = line->next) {
		struct nl_msg *msg;

		if (!is_for(line, "dump") || strcmp(line->name, cmd->name) ||
		    !matches(request, line, cmd->kind))
			continue;
		if (len > 16000) {
			enqueue(buf, len);
			len = 0;
		}
		msg = make_object(line, cmd->kind, flags, request->nlmsg_seq, (uint8_t)cmd->number);
		memcpy(buf + len, nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
		len += nlmsg_hdr(msg)->nlmsg_len;
		nlmsg_free(msg);
	}
	if (len)
		enqueue(buf, len);
	free(buf);
	answer_done(request, flags & NLM_F_DUMP_INTR, 0, NULL);
}

static void answer_do(struct nlmsghdr *request, const struct cmd *cmd)
{
	int is_read = strstr(cmd->name, "_GET") != NULL;
	struct line *line;

	for (line = fake_lines(); line; line = line->next) {
		if (!is_for(line, "do") || strcmp(line->name, cmd->name) ||
		    (is_read && !matches(request, line, cmd->kind)))
			continue;
		enqueue_msg(make_object(line, cmd->kind, 0, request->nlmsg_seq,
					(uint8_t)cmd->number));
		break;
	}
	if (is_read && !line)
		answer_error(request, ENOENT, "not found");
	else
		answer_error(request, 0, NULL);
}

static void answer_garbage(const struct nlmsghdr *request, const struct cmd *cmd)
{
	struct nl_msg *msg = start_genl(FAMILY, NLM_F_MULTI, request->nlmsg_seq,
					(uint8_t)cmd->number);

	nla_put(msg, 1, 3, "abc");
	enqueue_msg(msg);
}

static int answer(struct nl_sock *sk, struct nl_msg *msg)
{
	struct nlmsghdr *request = nlmsg_hdr(msg);
	int is_dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	const struct line *line;
	size_t i;

	(void)sk;
	if (request->nlmsg_type == GENL_ID_CTRL) {
		answer_family(request);
		return 0;
	}
	for (i = 0; i < sizeof(cmds) / sizeof(*cmds); i++)
		if (cmds[i].number == genlmsg_hdr(request)->cmd)
			break;
	if (request->nlmsg_type != FAMILY || i == sizeof(cmds) / sizeof(*cmds)) {
		answer_error(request, EOPNOTSUPP, NULL);
		return 0;
	}
	log_request(request, &cmds[i]);
	line = find_line("fail", cmds[i].name);
	if (line && is_dump && line_get(line, "late"))
		answer_done(request, 0, (int)line_number(line, "errno", 0), line_get(line, "text"));
	else if (line)
		answer_error(request, (int)line_number(line, "errno", 0), line_get(line, "text"));
	else if (find_line("garbage", cmds[i].name))
		answer_garbage(request, &cmds[i]);
	else if (is_dump)
		answer_dump(request, &cmds[i]);
	else
		answer_do(request, &cmds[i]);
	return 0;
}

static int is_event(const struct line *line)
{
	return !strcmp(line->verb, "event") || !strcmp(line->verb, "forged") ||
	       !strcmp(line->verb, "lost");
}

/* Queue what comes next; 0, or the number of an error. */
static int next_event_comes(struct sockaddr_nl *from)
{
	static struct line *line;
	static int is_started;
	struct nl_msg *msg;
	eventfd_t nr;

	line = is_started ? line->next : fake_lines();
	is_started = 1;
	while (line && !is_event(line))
		line = line->next;
	if (line && !strcmp(line->verb, "lost"))
		return ENOBUFS;
	if (!line && find_line("no", "unload")) {
		eventfd_read(nl_socket_get_fd(events), &nr);	/* nothing to read from now on */
		return EAGAIN;
	}
	if (line) {
		from->nl_pid = !strcmp(line->verb, "forged");
		msg = make_object(line, "EVENT", 0, 0, GPUWARD_CMD_EVENT);
	} else {
		msg = start_genl(GENL_ID_CTRL, 0, 0, CTRL_CMD_DELFAMILY);
		nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, FAMILY);
	}
	enqueue_msg(msg);
	return 0;
}

static int receive(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buf,
		   struct ucred **creds)
{
	(void)creds;
	memset(from, 0, sizeof(*from));
	if (sk == events) {
		errno = next_event_comes(from);
		if (errno)
			return -NLE_NOMEM;	/* as libnl says it */
	}
	if (first == last) {
		fprintf(stderr, "fake: would wait for ever\n");
		exit(99);
	}
	*buf = (unsigned char *)queue[first].data;
	return (int)queue[first++].len;
}

int gw_sys_nl_open(struct nl_sock **out)
{
	*out = fake_sock(answer, receive);
	return 0;
}

int gw_sys_nl_join(struct nl_sock *sk, int group)
{
	const struct line *line = find_line("fail", "JOIN");

	if (line)
		return -(int)line_number(line, "errno", 0);
	if (group != GROUP && group != GENL_ID_CTRL)
		return -ENOENT;
	if (group == GROUP)
		events = sk;
	return 0;
}
