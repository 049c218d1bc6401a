// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the driver's books against ours. Owns what a finding looks like in a message. */
#include "reclaim/audit.h"
#include "base/backend.h"
#include "netlink/common.h"

#define A(name) [GPUWARD_A_AUDIT_##name] = #name
static const char *const names[GPUWARD_A_AUDIT_MAX + 1] = {
	A(JOB), A(VM_ID), A(VM), A(ACCEL), A(GPU), A(NR_PROCESSES), A(CHARGED), A(REPORTED), A(EXCESS),
	A(ENDED),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_AUDIT_MAX + 1];	/* all are [out] */

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_AUDIT_PAD);
}

static int fill(struct sk_buff *skb, const struct gw_audit_info *info)
{
	if (put_u64(skb, GPUWARD_A_AUDIT_JOB, info->job) ||
	    nla_put_u32(skb, GPUWARD_A_AUDIT_VM_ID, info->vm_id) ||
	    (info->vm[0] && nla_put_string(skb, GPUWARD_A_AUDIT_VM, info->vm)) ||
	    nla_put_u32(skb, GPUWARD_A_AUDIT_ACCEL, info->accel) ||
	    nla_put_u32(skb, GPUWARD_A_AUDIT_GPU, info->minor) ||
	    nla_put_u32(skb, GPUWARD_A_AUDIT_NR_PROCESSES, info->nr_processes) ||
	    put_u64(skb, GPUWARD_A_AUDIT_CHARGED, info->known) ||
	    put_u64(skb, GPUWARD_A_AUDIT_REPORTED, info->truth) ||
	    put_u64(skb, GPUWARD_A_AUDIT_EXCESS, info->excess) ||
	    (info->is_ended && nla_put_flag(skb, GPUWARD_A_AUDIT_ENDED)))
		return -EMSGSIZE;
	return 0;
}

static int dump_start(struct gw_request *rq, struct gw_dump *d)
{
	const char *why = gw_backend->no_books();
	int ret = gw_audit_now();

	switch (ret) {
	case 0:
		return 0;
	case -EOPNOTSUPP:
		return gw_genl_refuse(rq, ret, "audit: not available: %s",
				      why ? why : "the driver can not be asked");
	case -ENODEV:
		return gw_genl_refuse(rq, ret, "audit: not available: there is no driver to ask");
	case -EIO:
		return gw_genl_refuse(rq, ret, "audit: the driver refuses to tell");
	default:
		return gw_genl_refuse(rq, ret, "audit: %s",
				      ret == -ENOMEM ? "out of memory" : "interrupted");
	}
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_audit_info info;
	void *head;
	int ret = 0;

	while (!ret && !gw_audit_get(d->next, &info)) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, &info)) : -EMSGSIZE;
		if (!ret)
			d->next++;
	}
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_AUDIT_GET, .dump_start = dump_start, .dump = dump },
};

const struct gw_genl_object gw_genl_audit = {
	.noun = "audit", .names = names, .policy = policy, .max_attr = GPUWARD_A_AUDIT_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_audit_generation,
};
