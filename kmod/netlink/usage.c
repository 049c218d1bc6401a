// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: accounting. Owns what a record, and a sum, look like in a message. A dump goes by rising
 * number, so that what is kept throughout is in it exactly once.
 */
#include "netlink/common.h"
#include "account/usage_totals.h"
#include "account/usage.h"

static_assert((int)GPUWARD_RECORD_ENDED == GW_RECORD_ENDED);
static_assert((int)GPUWARD_RECORD_EVICTED == GW_RECORD_EVICTED);
static_assert((int)GPUWARD_RECORD_SPLIT == GW_RECORD_SPLIT);
static_assert(GPUWARD_MAX_PLACED == GW_GRANT_GPUS);

#define A(name) [GPUWARD_A_USAGE_##name] = #name
static const char *const names[GPUWARD_A_USAGE_MAX + 1] = {
	A(SEQ), A(JOB), A(VM_ID), A(VM), A(ACCEL), A(MODEL), A(NR_GPUS), A(MINORS), A(BEGIN_NS),
	A(END_NS), A(WAIT_NS), A(HELD_NS), A(GPU_NS), A(BYTE_NS), A(PEAK), A(NR_DENIALS), A(NR_JOBS),
	A(FIRST), A(NEXT), A(NR_LOST), A(NR_EVICTIONS), A(EVICT_NS), A(EVICT_VM_ID),
	A(MEMORY), A(PART), A(END), A(PEAKS), A(BYTES_NS),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_USAGE_MAX + 1] = {
	[GPUWARD_A_USAGE_SEQ] = { .type = NLA_U64 },
};

#define KEY BIT(GPUWARD_A_USAGE_SEQ)

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_USAGE_PAD);
}

static int put_u128(struct sk_buff *skb, int type, struct gw_u128 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static int fill_gpus(struct sk_buff *skb, const struct gw_usage *u)
{
	struct gw_u128 bytes_ns[GPUWARD_MAX_PLACED] = { }, sum = { };
	u64 peaks[GPUWARD_MAX_PLACED] = { };
	u32 minors[GPUWARD_MAX_PLACED] = { }, i;

	for (i = 0; i < u->nr_gpus; i++) {
		minors[i] = u->gpus[i].minor;
		peaks[i] = u->gpus[i].peak_bytes;
		bytes_ns[i] = u->gpus[i].byte_ns;
		sum = gw_u128_add(sum, u->gpus[i].byte_ns);
	}
	return nla_put_u32(skb, GPUWARD_A_USAGE_NR_GPUS, u->nr_gpus) ?:
	       nla_put(skb, GPUWARD_A_USAGE_MINORS, sizeof(minors), minors) ?:
	       nla_put(skb, GPUWARD_A_USAGE_PEAKS, sizeof(peaks), peaks) ?:
	       nla_put(skb, GPUWARD_A_USAGE_BYTES_NS, sizeof(bytes_ns), bytes_ns) ?:
	       put_u128(skb, GPUWARD_A_USAGE_GPU_NS, gw_u128_mul(u->held_ns, u->nr_gpus)) ?:
	       put_u128(skb, GPUWARD_A_USAGE_BYTE_NS, sum);
}

static int fill_eviction(struct sk_buff *skb, const struct gw_record *r)
{
	int ret = put_u64(skb, GPUWARD_A_USAGE_NR_EVICTIONS, r->usage.nr_evictions);

	if (ret || !r->evict_ns)
		return ret;
	return put_u64(skb, GPUWARD_A_USAGE_EVICT_NS, r->evict_ns) ?:
	       nla_put_u32(skb, GPUWARD_A_USAGE_EVICT_VM_ID, r->evict_vm);
}

static int fill(struct sk_buff *skb, const struct gw_usage_info *info)
{
	const struct gw_record *r = &info->record;

	if (put_u64(skb, GPUWARD_A_USAGE_SEQ, r->seq) || put_u64(skb, GPUWARD_A_USAGE_JOB, r->job) ||
	    nla_put_u32(skb, GPUWARD_A_USAGE_VM_ID, r->vm) ||
	    nla_put_string(skb, GPUWARD_A_USAGE_VM, info->vm) ||
	    nla_put_u32(skb, GPUWARD_A_USAGE_ACCEL, r->accel) ||
	    nla_put_string(skb, GPUWARD_A_USAGE_MODEL, r->model) ||
	    put_u64(skb, GPUWARD_A_USAGE_MEMORY, r->model_bytes) ||
	    nla_put_u32(skb, GPUWARD_A_USAGE_PART, r->part) ||
	    nla_put_u32(skb, GPUWARD_A_USAGE_END, r->end) ||
	    put_u64(skb, GPUWARD_A_USAGE_BEGIN_NS, r->begin_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_END_NS, r->end_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_WAIT_NS, r->usage.wait_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_HELD_NS, r->usage.held_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_PEAK, r->usage.peak_bytes) ||
	    put_u64(skb, GPUWARD_A_USAGE_NR_DENIALS, r->usage.nr_denials))
		return -EMSGSIZE;
	return fill_gpus(skb, &r->usage) ?: fill_eviction(skb, r);
}

static int get(struct gw_request *rq)
{
	struct gw_usage_state st;

	gw_usage_state(&st);
	if (put_u64(rq->reply, GPUWARD_A_USAGE_FIRST, st.first) ||
	    put_u64(rq->reply, GPUWARD_A_USAGE_NEXT, st.next) ||
	    put_u64(rq->reply, GPUWARD_A_USAGE_NR_LOST, st.nr_lost))
		return -EMSGSIZE;
	return 0;
}

static int ack(struct gw_request *rq)
{
	u64 seq = nla_get_u64(rq->attrs[GPUWARD_A_USAGE_SEQ]);
	struct gw_usage_state st;

	gw_usage_state(&st);
	if (seq >= st.next)
		return gw_genl_refuse_attr(rq, GPUWARD_A_USAGE_SEQ, -ERANGE,
					   "usage: there is no record %llu yet", seq);
	gw_usage_ack(seq);
	return get(rq);
}

static int dump_start(struct gw_request *rq, struct gw_dump *d)
{
	if (rq->attrs[GPUWARD_A_USAGE_SEQ])
		d->next = nla_get_u64(rq->attrs[GPUWARD_A_USAGE_SEQ]);
	return 0;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_usage_info *info = kmalloc(sizeof(*info), GFP_KERNEL);
	struct gw_dump *d = gw_dump(cb);
	void *head;
	int ret = info ? 0 : -ENOMEM;

	while (!ret && !gw_usage_after(d->next, info)) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, info)) : -EMSGSIZE;
		if (!ret)
			d->next = info->record.seq;
	}
	kfree(info);
	return ret;
}

static int fill_total(struct sk_buff *skb, const struct gw_total_info *info)
{
	const struct gw_total *t = &info->total;

	if (nla_put_u32(skb, GPUWARD_A_USAGE_VM_ID, info->vm_id) ||
	    nla_put_string(skb, GPUWARD_A_USAGE_VM, info->vm) ||
	    nla_put_string(skb, GPUWARD_A_USAGE_MODEL, info->model) ||
	    put_u64(skb, GPUWARD_A_USAGE_MEMORY, info->model_bytes) ||
	    nla_put_u32(skb, GPUWARD_A_USAGE_NR_GPUS, info->nr_gpus) ||
	    put_u64(skb, GPUWARD_A_USAGE_NR_JOBS, t->nr_jobs) ||
	    put_u64(skb, GPUWARD_A_USAGE_WAIT_NS, t->wait_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_HELD_NS, t->held_ns) ||
	    put_u128(skb, GPUWARD_A_USAGE_GPU_NS, t->gpu_ns) ||
	    put_u128(skb, GPUWARD_A_USAGE_BYTE_NS, t->byte_ns) ||
	    put_u64(skb, GPUWARD_A_USAGE_PEAK, t->peak_bytes) ||
	    put_u64(skb, GPUWARD_A_USAGE_NR_DENIALS, t->nr_denials) ||
	    put_u64(skb, GPUWARD_A_USAGE_NR_EVICTIONS, t->nr_evictions))
		return -EMSGSIZE;
	return 0;
}

static int dump_totals(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_total_info info;
	void *head;
	int ret = 0;

	while (!ret && !gw_totals_after(d->next, &info)) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill_total(skb, &info)) : -EMSGSIZE;
		if (!ret)
			d->next = info.id;
	}
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_USAGE_GET, .has_reply = true, .doit = get, .dump_may = KEY,
	  .dump_start = dump_start, .dump = dump },
	{ .cmd = GPUWARD_CMD_USAGE_ACK, .needs = KEY, .has_reply = true, .doit = ack },
	{ .cmd = GPUWARD_CMD_TOTAL_GET, .dump = dump_totals },
};

const struct gw_genl_object gw_genl_usage = {
	.noun = "usage", .names = names, .policy = policy, .max_attr = GPUWARD_A_USAGE_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_totals_generation,
};
