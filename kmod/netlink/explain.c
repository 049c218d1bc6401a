// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: why an accelerator gets, or does not get, which GPUs. Owns what the answer looks like in
 * a message; the reasons are the pool's, the words the tool's.
 */
#include "reclaim/evict.h"
#include "netlink/common.h"
#include "admin/gpu.h"
#include "placement/pool.h"

#include <linux/slab.h>

#define A(name) [GPUWARD_A_EXPLAIN_##name] = #name
static const char *const names[GPUWARD_A_EXPLAIN_MAX + 1] = {
	A(VM_ID), A(VM), A(INDEX), A(MODEL), A(NR_GPUS), A(WANTED), A(CLASS), A(PRIORITY), A(POSITION),
	A(PLACEMENT_STATUS), A(REASON), A(NR_HOLDERS), A(NO_GROUP), A(MINOR), A(GPU_REASON), A(TOPOLOGY), A(ROOM), A(FREE),
	A(KEPT), A(NR_PLACED), A(DEADLINE), A(NR_EVICTING), A(EVICTING_NS), A(EVICTING_VM), A(EVICTING_ACCEL),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_EXPLAIN_MAX + 1] = {
	[GPUWARD_A_EXPLAIN_VM_ID] = { .type = NLA_U32 },
	[GPUWARD_A_EXPLAIN_VM] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_EXPLAIN_INDEX] = { .type = NLA_U32 },
};

#define VM_KEYS (BIT(GPUWARD_A_EXPLAIN_VM_ID) | BIT(GPUWARD_A_EXPLAIN_VM))
#define INDEX_KEY BIT(GPUWARD_A_EXPLAIN_INDEX)

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_EXPLAIN_PAD);
}

/* gw_admin held. Without an index: the VM's default one. */
static struct gw_accel *find(struct gw_request *rq)
{
	struct gw_vm *vm = gw_genl_find_vm(rq, GPUWARD_A_EXPLAIN_VM_ID, GPUWARD_A_EXPLAIN_VM);
	const struct nlattr *attr = rq->attrs[GPUWARD_A_EXPLAIN_INDEX];
	struct gw_accel *a;
	u32 index;

	if (IS_ERR(vm))
		return ERR_CAST(vm);
	index = attr ? nla_get_u32(attr) : vm->default_accel;
	a = gw_accel_of(vm, index);
	return a ?: ERR_PTR(gw_genl_refuse_attr(rq, GPUWARD_A_EXPLAIN_INDEX, -ENOENT,
						"VM \"%s\" has no accelerator %u", vm->name,
						index));
}

static int fill_going(struct sk_buff *skb, const struct gw_place_info *info)
{
	if (!info->nr_going)
		return 0;
	return nla_put_u32(skb, GPUWARD_A_EXPLAIN_NR_EVICTING, info->nr_going) ?:
	       put_u64(skb, GPUWARD_A_EXPLAIN_EVICTING_NS, info->going_ns) ?:
	       nla_put_string(skb, GPUWARD_A_EXPLAIN_EVICTING_VM, info->going_vm) ?:
	       nla_put_u32(skb, GPUWARD_A_EXPLAIN_EVICTING_ACCEL, info->going_accel);
}

static int fill(struct sk_buff *skb, struct gw_accel *a)
{
	u64 deadline = gw_evict_deadline(a);
	struct gw_place_info info;

	gw_place_look(a, &info, NULL);
	if (nla_put_u32(skb, GPUWARD_A_EXPLAIN_VM_ID, a->vm->id) ||
	    nla_put_string(skb, GPUWARD_A_EXPLAIN_VM, a->vm->name) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_INDEX, a->index) ||
	    nla_put_string(skb, GPUWARD_A_EXPLAIN_MODEL, a->model->name) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_NR_GPUS, info.nr_gpus) ||
	    put_u64(skb, GPUWARD_A_EXPLAIN_WANTED, info.bytes_per_gpu) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_CLASS, info.class) ||
	    nla_put_s32(skb, GPUWARD_A_EXPLAIN_PRIORITY, info.priority) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_POSITION, info.position) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_PLACEMENT_STATUS, info.outlook) ||
	    (info.outlook != GPUWARD_PLACEMENT_PLACED &&
	     nla_put_u32(skb, GPUWARD_A_EXPLAIN_REASON, info.why)) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_NR_HOLDERS, info.nr_holders) ||
	    (deadline && put_u64(skb, GPUWARD_A_EXPLAIN_DEADLINE, deadline)) ||
	    (!info.has_groups && nla_put_flag(skb, GPUWARD_A_EXPLAIN_NO_GROUP)))
		return -EMSGSIZE;
	return fill_going(skb, &info);
}

static int get(struct gw_request *rq)
{
	struct gw_accel *a;
	int ret;

	mutex_lock(&gw_admin);
	a = find(rq);
	ret = IS_ERR(a) ? PTR_ERR(a) : fill(rq->reply, a);
	mutex_unlock(&gw_admin);
	return ret;
}

static int fill_gpu(struct sk_buff *skb, const struct gw_reason *r, const struct gw_gpu *gpu)
{
	if (nla_put_u32(skb, GPUWARD_A_EXPLAIN_MINOR, gpu->minor) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_GPU_REASON, r->why) ||
	    (r->why == GPUWARD_REASON_CHOSEN && nla_put_u32(skb, GPUWARD_A_EXPLAIN_TOPOLOGY, r->near)) ||
	    put_u64(skb, GPUWARD_A_EXPLAIN_WANTED, r->wanted_bytes) ||
	    put_u64(skb, GPUWARD_A_EXPLAIN_ROOM, r->room_bytes) ||
	    put_u64(skb, GPUWARD_A_EXPLAIN_FREE, r->free_bytes) ||
	    put_u64(skb, GPUWARD_A_EXPLAIN_KEPT, r->kept_bytes) ||
	    nla_put_u32(skb, GPUWARD_A_EXPLAIN_NR_PLACED, gpu->nr_placed))
		return -EMSGSIZE;
	return 0;
}

static int dump_start(struct gw_request *rq, struct gw_dump *d)
{
	struct gw_accel *a;

	mutex_lock(&gw_admin);
	a = find(rq);
	if (!IS_ERR(a)) {
		d->only_vm = a->vm->id;
		d->stage = a->index;
	}
	mutex_unlock(&gw_admin);
	return PTR_ERR_OR_ZERO(a);
}

static int dump_gpus(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct gw_reason *reasons)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_gpu gpu;
	void *head;
	int ret;

	for (; !gw_gpu_get(d->next, true, &gpu); d->next = gpu.minor + 1) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill_gpu(skb, &reasons[gpu.minor], &gpu)) :
			     -EMSGSIZE;
		if (ret)
			return ret;
	}
	return 0;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_reason *reasons = kcalloc(GW_MAX_MINOR, sizeof(*reasons), GFP_KERNEL);
	struct gw_dump *d = gw_dump(cb);
	struct gw_place_info info;
	struct gw_accel *a = NULL;
	struct gw_vm *vm;
	int ret = 0;

	if (!reasons)
		return -ENOMEM;
	mutex_lock(&gw_admin);
	vm = gw_vm_find(d->only_vm);
	if (vm)
		a = gw_accel_of(vm, d->stage);
	if (a)		/* else it went meanwhile, and the dump ends */
		gw_place_look(a, &info, reasons);
	mutex_unlock(&gw_admin);
	if (a)
		ret = dump_gpus(skb, cb, reasons);
	kfree(reasons);
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_EXPLAIN_GET, .may = VM_KEYS | INDEX_KEY, .has_reply = true, .doit = get,
	  .dump_may = VM_KEYS | INDEX_KEY, .dump_start = dump_start, .dump = dump },
};

const struct gw_genl_object gw_genl_explain = {
	.noun = "explain", .names = names, .policy = policy, .max_attr = GPUWARD_A_EXPLAIN_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_gpu_generation,
};
