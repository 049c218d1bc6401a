// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: jobs. Owns what a job looks like in a message. A dump goes by rising number, so that
 * a job that lives throughout is in it exactly once: it needs no generation.
 */
#include "netlink/common.h"

#define A(name) [GPUWARD_A_JOB_##name] = #name
static const char *const names[GPUWARD_A_JOB_MAX + 1] = {
	A(ID), A(VM_ID), A(VM), A(ACCEL), A(STATE), A(PID), A(COMMAND), A(POSITION), A(NR_FILES),
	A(USED), A(WAIT_NS), A(HELD_NS), A(PEAK), A(CLASS), A(PRIORITY), A(NR_GPUS), A(WANTED),
	A(REASON), A(NR_HOLDERS), A(ONLY_WAITING), A(COUNT), A(DEADLINE), A(REAP),
	A(NR_EVICTING), A(EVICTING_NS), A(EVICTING_VM), A(EVICTING_ACCEL),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_JOB_MAX + 1] = {
	[GPUWARD_A_JOB_ID] = { .type = NLA_U64 },
	[GPUWARD_A_JOB_VM_ID] = { .type = NLA_U32 },
	[GPUWARD_A_JOB_VM] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_JOB_ACCEL] = { .type = NLA_U32 },
	[GPUWARD_A_JOB_PRIORITY] = NLA_POLICY_RANGE(NLA_S32, -GW_MAX_PRIORITY, GW_MAX_PRIORITY),
	[GPUWARD_A_JOB_ONLY_WAITING] = { .type = NLA_FLAG },
};

#define KEY BIT(GPUWARD_A_JOB_ID)
#define OF_VM (BIT(GPUWARD_A_JOB_VM_ID) | BIT(GPUWARD_A_JOB_VM) | BIT(GPUWARD_A_JOB_ACCEL))

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_JOB_PAD);
}

static int fill_going(struct sk_buff *skb, const struct gw_place_info *place)
{
	if (!place->nr_going)
		return 0;
	return nla_put_u32(skb, GPUWARD_A_JOB_NR_EVICTING, place->nr_going) ?:
	       put_u64(skb, GPUWARD_A_JOB_EVICTING_NS, place->going_ns) ?:
	       nla_put_string(skb, GPUWARD_A_JOB_EVICTING_VM, place->going_vm) ?:
	       nla_put_u32(skb, GPUWARD_A_JOB_EVICTING_ACCEL, place->going_accel);
}

/* What its accelerator asks of the pool, and what it waits for. */
static int fill_place(struct sk_buff *skb, const struct gw_job_info *info)
{
	const struct gw_place_info *place = &info->place;

	if (nla_put_u32(skb, GPUWARD_A_JOB_CLASS, place->class) ||
	    nla_put_s32(skb, GPUWARD_A_JOB_PRIORITY, place->priority) ||
	    nla_put_u32(skb, GPUWARD_A_JOB_NR_GPUS, place->nr_gpus) ||
	    put_u64(skb, GPUWARD_A_JOB_WANTED, place->bytes_per_gpu))
		return -EMSGSIZE;
	if (info->state == GPUWARD_JOB_PLACING && place->outlook != GPUWARD_PLACEMENT_PLACED &&
	    nla_put_u32(skb, GPUWARD_A_JOB_REASON, place->why))
		return -EMSGSIZE;
	if ((info->state == GPUWARD_JOB_PLACING || info->state == GPUWARD_JOB_WAITING) &&
	    nla_put_u32(skb, GPUWARD_A_JOB_NR_HOLDERS, place->nr_holders))
		return -EMSGSIZE;
	return info->state == GPUWARD_JOB_PLACING ? fill_going(skb, place) : 0;
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
	if ((info->deadline_ns && put_u64(skb, GPUWARD_A_JOB_DEADLINE, info->deadline_ns)) ||
	    (info->is_reaped && nla_put_flag(skb, GPUWARD_A_JOB_REAP)))
		return -EMSGSIZE;
	return fill_place(skb, info);
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

static int set(struct gw_request *rq)
{
	u64 id = nla_get_u64(rq->attrs[GPUWARD_A_JOB_ID]);
	int ret = gw_job_set_priority(id, nla_get_s32(rq->attrs[GPUWARD_A_JOB_PRIORITY]));

	if (ret == -EINVAL)
		return gw_genl_refuse(rq, ret, "job %llu does not wait for GPUs: it has no place in their queue",
				      id);
	return ret ? refuse(rq, ret, id) : 0;
}

static int end_one(struct gw_request *rq, bool only_waiting, u32 *nr)
{
	u64 id = nla_get_u64(rq->attrs[GPUWARD_A_JOB_ID]);
	int ret = gw_job_end(id, only_waiting);

	if (ret == -EBUSY)
		return gw_genl_refuse(rq, ret, "job %llu does not wait: it runs", id);
	*nr = !ret;
	return ret ? refuse(rq, ret, id) : 0;
}

/* All jobs of a VM, or of one of its accelerators. */
static int end_of_vm(struct gw_request *rq, bool only_waiting, u32 *nr)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_JOB_ACCEL];
	u32 i, index = attr ? nla_get_u32(attr) : 0;
	struct gw_accel *a;
	struct gw_vm *vm;
	int ret;

	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_JOB_VM_ID, GPUWARD_A_JOB_VM);
	ret = PTR_ERR_OR_ZERO(vm);
	if (!ret && attr && !gw_accel_of(vm, index))
		ret = gw_genl_refuse_attr(rq, GPUWARD_A_JOB_ACCEL, -ENOENT,
					  "VM \"%s\" has no accelerator %u", vm->name, index);
	if (!ret)
		gw_for_each_accel(vm, i, a)
			if (!attr || i == index)
				*nr += gw_job_end_all(a, only_waiting);
	mutex_unlock(&gw_admin);
	return ret;
}

static int del(struct gw_request *rq)
{
	bool only_waiting = nla_get_flag(rq->attrs[GPUWARD_A_JOB_ONLY_WAITING]);
	bool has_vm = rq->attrs[GPUWARD_A_JOB_VM_ID] || rq->attrs[GPUWARD_A_JOB_VM];
	u32 nr = 0;
	int ret;

	if (has_vm == !!rq->attrs[GPUWARD_A_JOB_ID])
		return gw_genl_refuse(rq, -EINVAL, "job: ID or a VM is needed, not both");
	ret = has_vm ? end_of_vm(rq, only_waiting, &nr) : end_one(rq, only_waiting, &nr);
	return ret ?: nla_put_u32(rq->reply, GPUWARD_A_JOB_COUNT, nr);
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
	{ .cmd = GPUWARD_CMD_JOB_SET, .needs = KEY | BIT(GPUWARD_A_JOB_PRIORITY), .doit = set },
	{ .cmd = GPUWARD_CMD_JOB_DEL, .may = KEY | OF_VM | BIT(GPUWARD_A_JOB_ONLY_WAITING),
	  .has_reply = true, .doit = del },
};

const struct gw_genl_object gw_genl_job = {
	.noun = "job", .names = names, .policy = policy, .max_attr = GPUWARD_A_JOB_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds),
};
