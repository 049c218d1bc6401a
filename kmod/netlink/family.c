// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: the family, and what every command has in common: who may, is it well formed, the
 * answer. Must know no object: those are in genl_<object>.c. Must write nothing to the log.
 *
 * Attributes are checked here and not by the family's own parser for three reasons: who may not
 * administer learns so whatever was sent; that parser takes an attribute given twice; and it
 * writes to the kernel log what an unprivileged sender got wrong.
 */
#include "netlink/family.h"
#include "base/event.h"
#include "netlink/common.h"

#include <linux/bitops.h>
#include <linux/capability.h>
#include <linux/ctype.h>

static const struct gw_genl_object *const objects[] = {
	&gw_genl_status, &gw_genl_setting, &gw_genl_gpu, &gw_genl_model,
	&gw_genl_vm, &gw_genl_binding, &gw_genl_accel, &gw_genl_job, &gw_genl_group,
	&gw_genl_member, &gw_genl_explain, &gw_genl_usage, &gw_genl_holder, &gw_genl_audit,
};

static struct {
	const struct gw_genl_object *object;
	const struct gw_genl_cmd *cmd;
} rows[GPUWARD_CMD_MAX + 1];			/* const after init */

static struct genl_ops ops[GPUWARD_CMD_MAX];	/* ditto */

static const struct genl_multicast_group groups[] = {
	{ .name = GPUWARD_GENL_GROUP_EVENTS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

static struct genl_family family = {
	.name = GPUWARD_GENL_NAME,
	.version = GPUWARD_GENL_VERSION,
	.module = THIS_MODULE,
	.parallel_ops = true,			/* gw_admin serialises what must be */
	.ops = ops,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.resv_start_op = __GPUWARD_CMD_LAST,	/* header and attributes: check(), below */
};

/* --- refusals ----------------------------------------------------------------- */

/* What a sender wrote may be in the text: nothing in it shall move a terminal's cursor. */
__printf(2, 0) static void say(struct gw_request *rq, const char *fmt, va_list args)
{
	char *c;

	vscnprintf(rq->text, sizeof(rq->text), fmt, args);
	for (c = rq->text; *c; c++)
		if (iscntrl(*c))
			*c = '?';
}

int gw_genl_refuse(struct gw_request *rq, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(rq, fmt, args);
	va_end(args);
	return err;
}

int gw_genl_refuse_attr(struct gw_request *rq, u32 type, int err, const char *fmt, ...)
{
	va_list args;

	rq->extack.bad_attr = rq->attrs[type];
	va_start(args, fmt);
	say(rq, fmt, args);
	va_end(args);
	return err;
}

int gw_genl_refuse_busy(struct gw_request *rq, const char *what, struct gw_blame *blame)
{
	if (!blame->pid)
		return gw_genl_refuse(rq, -EBUSY,
				      "%s: memory of a program that has ended is still held",
				      what);
	gw_genl_refuse(rq, -EBUSY, "%s: process %d (%s) %s", what, pid_vnr(blame->pid),
		       blame->command,
		       blame->state == GPUWARD_JOB_RUNNING ? "runs on it" :
		       blame->state == GPUWARD_JOB_ENDING ? "is ending on it" :
		       blame->state ? "waits for it" : "has it open");
	gw_blame_put(blame);
	return -EBUSY;
}

/*
 * Answer a refusal here, with a text that may live on the stack: before 6.2 the family's own
 * answer takes constant texts only, and never one at the start of a dump before 6.8. -EINTR
 * tells netlink that the request has its answer.
 */
static int answer(struct gw_request *rq, struct sk_buff *skb, const struct nlmsghdr *nlh, int err)
{
	if (!rq->text[0])
		gw_genl_refuse(rq, err, err == -ENOMEM ? "out of memory" : "failed");
	rq->extack._msg = rq->text;
	netlink_ack(skb, (struct nlmsghdr *)nlh, err, &rq->extack);
	return -EINTR;
}

/* --- is it well formed? ------------------------------------------------------- */

static bool has_right_length(const struct nla_policy *policy, const struct nlattr *nla)
{
	switch (policy->type) {
	case NLA_U32:
	case NLA_S32:
		return nla_len(nla) == sizeof(u32);
	case NLA_U64:
		return nla_len(nla) == sizeof(u64);
	case NLA_FLAG:
		return !nla_len(nla);
	case NLA_NUL_STRING:	/* one string, all of it */
		return nla_len(nla) &&
		       memchr(nla_data(nla), '\0', nla_len(nla)) == nla_data(nla) + nla_len(nla) - 1;
	default:
		return true;
	}
}

static int check_attr(struct gw_request *rq, const struct gw_genl_object *object,
		      const struct nlattr *nla, u32 may, u32 *seen)
{
	u32 type = nla_type(nla);
	const struct nla_policy *policy;

	rq->extack.bad_attr = nla;
	if (!type || type > object->max_attr || !object->names[type])
		return gw_genl_refuse(rq, -EINVAL, "%s: attribute %u is unknown", object->noun, type);
	policy = &object->policy[type];
	if (*seen & BIT(type))
		return gw_genl_refuse(rq, -EINVAL, "%s: %s is given twice", object->noun,
				      object->names[type]);
	if (!(may & BIT(type)))
		return gw_genl_refuse(rq, -EINVAL, "%s: %s is not for this command", object->noun,
				      object->names[type]);
	if (nla->nla_type & ~NLA_TYPE_MASK)
		return gw_genl_refuse(rq, -EINVAL, "%s: %s can neither be nested nor in network order",
				      object->noun, object->names[type]);
	if (policy->type == NLA_NUL_STRING && nla_len(nla) > policy->len + 1)
		return gw_genl_refuse(rq, -ERANGE, "%s: %s has more than %u bytes", object->noun,
				      object->names[type], policy->len);
	if (!has_right_length(policy, nla))
		return gw_genl_refuse(rq, -EINVAL, "%s: %s has a wrong length", object->noun,
				      object->names[type]);
	rq->extack.bad_attr = NULL;
	*seen |= BIT(type);
	return 0;
}

/* What lengths can not tell: nla_parse() returned @err for a value out of its range. */
static int refuse_value(struct gw_request *rq, const struct gw_genl_object *object, int err)
{
	u32 type = rq->extack.bad_attr ? nla_type(rq->extack.bad_attr) : 0;
	const struct nla_policy *policy = &object->policy[type];
	const char *name = object->names[type] ?: "an attribute";

	switch (policy->validation_type) {
	case NLA_VALIDATE_RANGE:
		if (policy->type == NLA_BINARY)
			return gw_genl_refuse(rq, err, "%s: %s must have %d bytes", object->noun,
					      name, policy->min);
		return gw_genl_refuse(rq, err, "%s: %s must be %d to %d", object->noun, name,
				      policy->min, policy->max);
	case NLA_VALIDATE_MIN:
		return gw_genl_refuse(rq, err, "%s: %s must be at least %d", object->noun, name,
				      policy->min);
	case NLA_VALIDATE_MAX:
		return gw_genl_refuse(rq, err, "%s: %s must be at most %d", object->noun, name,
				      policy->max);
	case NLA_VALIDATE_RANGE_PTR:
		return gw_genl_refuse(rq, err, "%s: %s must be %llu to %llu", object->noun, name,
				      policy->range->min, policy->range->max);
	default:
		return gw_genl_refuse(rq, err, "%s: %s is not valid", object->noun, name);
	}
}

static int check_attrs(struct gw_request *rq, const struct gw_genl_object *object,
		       const struct nlmsghdr *nlh, u32 needs, u32 may)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlh);
	const struct nlattr *head = genlmsg_data(hdr), *nla;
	int len = genlmsg_len(hdr), rem, ret;
	u32 seen = 0, missing;

	nla_for_each_attr(nla, head, len, rem) {
		ret = check_attr(rq, object, nla, needs | may, &seen);
		if (ret)
			return ret;
	}
	if (rem)
		return gw_genl_refuse(rq, -EINVAL, "%s: %d bytes after the last whole attribute",
				      object->noun, rem);
	ret = nla_parse(rq->attrs, object->max_attr, head, len, object->policy, &rq->extack);
	if (ret)
		return refuse_value(rq, object, ret);
	missing = needs & ~seen;
	if (missing) {
		rq->extack.miss_type = __ffs(missing);
		return gw_genl_refuse(rq, -EINVAL, "%s: %s is needed", object->noun,
				      object->names[__ffs(missing)]);
	}
	return 0;
}

static int check_header(struct gw_request *rq, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlh);
	u16 flags = nlh->nlmsg_flags;

	if (hdr->reserved)
		return gw_genl_refuse(rq, -EINVAL, "genlmsghdr.reserved is not 0");
	if ((flags & NLM_F_DUMP) == NLM_F_DUMP)
		flags &= ~NLM_F_DUMP;
	if (flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO))
		return gw_genl_refuse(rq, -EINVAL, "nlmsg_flags 0x%x are not for this family", flags);
	return 0;
}

static int check(struct gw_request *rq, struct sk_buff *skb, const struct nlmsghdr *nlh,
		 const struct gw_genl_object *object, u32 needs, u32 may)
{
	int ret;

	if (!netlink_capable(skb, CAP_SYS_ADMIN))
		return gw_genl_refuse(rq, -EPERM, "%s: needs CAP_SYS_ADMIN in the initial user namespace",
				      object->noun);
	ret = check_header(rq, nlh);
	return ret ?: check_attrs(rq, object, nlh, needs, may);
}

/* --- commands ----------------------------------------------------------------- */

static int serve(struct sk_buff *skb, struct genl_info *info)
{
	const struct gw_genl_object *object = rows[info->genlhdr->cmd].object;
	const struct gw_genl_cmd *cmd = rows[info->genlhdr->cmd].cmd;
	struct gw_request rq = { };
	void *head = NULL;
	int ret;

	ret = check(&rq, skb, info->nlhdr, object, cmd->needs, cmd->may);
	if (!ret && cmd->has_reply) {
		rq.reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
		if (rq.reply)
			head = genlmsg_put_reply(rq.reply, info, &family, 0, cmd->cmd);
		ret = head ? 0 : -ENOMEM;
	}
	if (!ret)
		ret = cmd->doit(&rq);
	if (ret) {
		nlmsg_free(rq.reply);
		return answer(&rq, skb, info->nlhdr, ret);
	}
	if (!rq.reply)
		return 0;
	genlmsg_end(rq.reply, head);
	return genlmsg_reply(rq.reply, info);
}

/* --- dumps -------------------------------------------------------------------- */

static u32 generation(const struct gw_dump *d)
{
	/* 0 would mean to netlink: not known */
	return d->object->generation ? READ_ONCE(*d->object->generation) ?: 1 : 1;
}

static int dump_start(struct netlink_callback *cb)
{
	const struct genlmsghdr *hdr = nlmsg_data(cb->nlh);
	struct gw_request rq = { };
	struct gw_dump *d = gw_dump(cb);
	int ret;

	BUILD_BUG_ON(sizeof(*d) > sizeof(cb->ctx));
	*d = (struct gw_dump) { .object = rows[hdr->cmd].object, .cmd = rows[hdr->cmd].cmd };
	ret = check(&rq, cb->skb, cb->nlh, d->object, 0, d->cmd->dump_may);
	if (!ret && d->cmd->dump_start)
		ret = d->cmd->dump_start(&rq, d);
	cb->prev_seq = generation(d);	/* what is dumped may be made at the start */
	return ret ? answer(&rq, cb->skb, cb->nlh, ret) : 0;
}

static int dump_some(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	int ret = d->cmd->dump(skb, cb);

	if (ret && !(ret == -EMSGSIZE && skb->len))
		return ret;
	cb->seq = generation(d);	/* the end, too, tells of a change */
	return skb->len;
}

void *gw_genl_dump_begin(struct sk_buff *skb, struct netlink_callback *cb)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
			   NLM_F_MULTI, gw_dump(cb)->cmd->cmd);
}

int gw_genl_dump_end(struct sk_buff *skb, struct netlink_callback *cb, void *head, int err)
{
	if (err) {
		genlmsg_cancel(skb, head);
		return err;
	}
	cb->seq = generation(gw_dump(cb));
	genl_dump_check_consistent(cb, head);
	genlmsg_end(skb, head);
	return 0;
}

/* --- the family --------------------------------------------------------------- */

static void add_object(const struct gw_genl_object *object)
{
	u32 i;

	WARN_ON(object->max_attr > GW_GENL_MAX_ATTR);
	for (i = 0; i < object->nr_cmds; i++) {
		const struct gw_genl_cmd *cmd = &object->cmds[i];

		rows[cmd->cmd].object = object;
		rows[cmd->cmd].cmd = cmd;
		ops[family.n_ops++] = (struct genl_ops) {
			.cmd = cmd->cmd,
			.doit = cmd->doit ? serve : NULL,
			.start = cmd->dump ? dump_start : NULL,
			.dumpit = cmd->dump ? dump_some : NULL,
		};
	}
}

int gw_genl_init(void)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		add_object(objects[i]);
	ret = genl_register_family(&family);
	if (!ret)
		gw_event_set_family(&family);
	return ret;
}

void gw_genl_exit(void)
{
	gw_event_set_family(NULL);
	genl_unregister_family(&family);
}
