// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: who holds the files of a job. Owns what a holder looks like in a message. */
#include "netlink/common.h"
#include "reclaim/holder.h"

#include <linux/slab.h>

#define A(name) [GPUWARD_A_HOLDER_##name] = #name
static const char *const names[GPUWARD_A_HOLDER_MAX + 1] = {
	A(JOB), A(PID), A(COMMAND), A(OPENER), A(OUTSIDE),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_HOLDER_MAX + 1] = {
	[GPUWARD_A_HOLDER_JOB] = { .type = NLA_U64 },
};

#define KEY BIT(GPUWARD_A_HOLDER_JOB)

static int fill(struct sk_buff *skb, u64 job, const struct gw_holder *h)
{
	if (nla_put_u64_64bit(skb, GPUWARD_A_HOLDER_JOB, job, GPUWARD_A_HOLDER_PAD) ||
	    nla_put_u32(skb, GPUWARD_A_HOLDER_PID, pid_vnr(h->pid)) ||
	    nla_put_string(skb, GPUWARD_A_HOLDER_COMMAND, h->comm) ||
	    (h->is_opener && nla_put_flag(skb, GPUWARD_A_HOLDER_OPENER)) ||
	    (h->is_outside && nla_put_flag(skb, GPUWARD_A_HOLDER_OUTSIDE)))
		return -EMSGSIZE;
	return 0;
}

static int dump_start(struct gw_request *rq, struct gw_dump *d)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_HOLDER_JOB];
	struct gw_job_info info;
	u64 id;
	int ret;

	if (!attr)
		return gw_genl_refuse(rq, -EINVAL, "holder: JOB is needed");
	id = nla_get_u64(attr);
	ret = gw_job_get_info(id, &info);
	if (ret)
		return gw_genl_refuse_attr(rq, GPUWARD_A_HOLDER_JOB, ret, "no job %llu", id);
	gw_job_info_put(&info);
	d->job = id;
	return 0;
}

/* d->next: above this pid of the initial namespace. */
static int dump_some(struct sk_buff *skb, struct netlink_callback *cb, struct gw_holders *all)
{
	struct gw_dump *d = gw_dump(cb);
	void *head;
	int ret = 0;
	u32 i;

	for (i = 0; i < all->nr && !ret; i++) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, d->job, &all->at[i])) :
			     -EMSGSIZE;
		if (!ret)
			d->next = pid_nr(all->at[i].pid);
	}
	return ret;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_holders *all = kzalloc(sizeof(*all), GFP_KERNEL);
	struct gw_dump *d = gw_dump(cb);
	bool is_more;
	int ret;

	if (!all)
		return -ENOMEM;
	do {
		gw_holders_find(d->job, d->next, all);
		is_more = all->nr == GW_HOLDERS_AT_ONCE;
		ret = dump_some(skb, cb, all);
		gw_holders_put(all);
	} while (!ret && is_more);
	kfree(all);
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_HOLDER_GET, .dump_may = KEY, .dump_start = dump_start, .dump = dump },
};

const struct gw_genl_object gw_genl_holder = {
	.noun = "holder", .names = names, .policy = policy, .max_attr = GPUWARD_A_HOLDER_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds),
};
