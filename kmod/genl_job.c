// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: jobs. Owns what a job looks like in a message. A dump goes by rising number, so that
 * a job that lives throughout is in it exactly once: it needs no generation.
 */
#include "genl_cmd.h"

#define A(name) [GPUWARD_A_JOB_##name] = #name
static const char *const names[GPUWARD_A_JOB_MAX + 1] = {
	A(ID), A(VM_ID), A(VM), A(ACCEL), A(STATE), A(PID), A(COMMAND), A(POSITION), A(NR_FILES),
	A(USED), A(WAIT_NS), A(HELD_NS), A(PEAK),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_JOB_MAX + 1] = {
	[GPUWARD_A_JOB_ID] = { .type = NLA_U64 },
};

#define KEY BIT(GPUWARD_A_JOB_ID)

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_JOB_PAD);
}

static int fill(struct sk_buff *skb, const struct gw_job_info *info)
{
	if (put_u64(skb, GPUWARD_A_JOB_ID, info->id) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_VM_ID, info->vm_id) ||
	    nla_put_string(skb, GPUWARD_A_JOB_VM, info->vm) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_ACCEL, info->accel) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_STATE, info->state) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_PID, pid_vnr(info->pid)) ||
	    nla_put_string(skb, GPUWARD_A_JOB_COMMAND, info->command) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_POSITION, info->position) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_NR_FILES, info->nr_files) ||
	    put_u64(skb, GPUWARD_A_JOB_USED, info->used_bytes) ||
	    put_u64(skb, GPUWARD_A_JOB_WAIT_NS, info->wait_ns) ||
	    put_u64(skb, GPUWARD_A_JOB_HELD_NS, info->held_ns) ||
	    put_u64(skb, GPUWARD_A_JOB_PEAK, info->peak_bytes))
		return -EMSGSIZE;
	return 0;
}

static int refuse(struct gw_request *rq, int err, u64 id)
{
	return gw_genl_refuse_attr(rq, GPUWARD_A_JOB_ID, err, "no job %llu", id);
}

static int get(struct gw_request *rq)
{
	u64 id = nla_get_u64(rq->attrs[GPUWARD_A_JOB_ID]);
	struct gw_job_info info;
	int ret = gw_job_get_info(id, &info);

	if (ret)
		return refuse(rq, ret, id);
	ret = fill(rq->reply, &info);
	gw_job_info_put(&info);
	return ret;
}

static int del(struct gw_request *rq)
{
	u64 id = nla_get_u64(rq->attrs[GPUWARD_A_JOB_ID]);
	int ret = gw_job_end(id);

	return ret ? refuse(rq, ret, id) : 0;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_job_info info;
	void *head;
	int ret = 0;

	while (!ret && !gw_job_next(d->next, NULL, &info)) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, &info)) : -EMSGSIZE;
		if (!ret)
			d->next = info.id;
		gw_job_info_put(&info);
	}
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_JOB_GET, .needs = KEY, .has_reply = true, .doit = get, .dump = dump },
	{ .cmd = GPUWARD_CMD_JOB_DEL, .needs = KEY, .doit = del },
};

const struct gw_genl_object gw_genl_job = {
	.noun = "job", .names = names, .policy = policy, .max_attr = GPUWARD_A_JOB_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds),
};
