// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: bindings. Owns what a binding looks like in a message. */
#include "object/binding.h"
#include "netlink/common.h"

#define A(name) [GPUWARD_A_BINDING_##name] = #name
static const char *const names[GPUWARD_A_BINDING_MAX + 1] = {
	A(CGROUP_ID), A(CGROUP_FD), A(VM_ID), A(VM), A(ACCEL), A(PATH), A(DEAD),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_BINDING_MAX + 1] = {
	[GPUWARD_A_BINDING_CGROUP_ID] = { .type = NLA_U64 },
	[GPUWARD_A_BINDING_CGROUP_FD] = NLA_POLICY_MIN(NLA_S32, 0),
	[GPUWARD_A_BINDING_VM_ID] = { .type = NLA_U32 },
	[GPUWARD_A_BINDING_VM] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_BINDING_ACCEL] = { .type = NLA_U32 },
};

#define VM_KEYS (BIT(GPUWARD_A_BINDING_VM_ID) | BIT(GPUWARD_A_BINDING_VM))
#define PATH_LEN 2048	/* a longer path is left out: a message must fit into a page */

static char path[PATH_LEN];	/* gw_admin */

static int fill(struct sk_buff *skb, const struct gw_binding *b)
{
	int len;

	lockdep_assert_held(&gw_admin);
	if (nla_put_u64_64bit(skb, GPUWARD_A_BINDING_CGROUP_ID, b->cgroup_id,
			      GPUWARD_A_BINDING_PAD) ||
	    nla_put_u32(skb, GPUWARD_A_BINDING_VM_ID, b->vm->id) ||
	    nla_put_string(skb, GPUWARD_A_BINDING_VM, b->vm->name) ||
	    (b->accel != GW_NO_ACCEL && nla_put_u32(skb, GPUWARD_A_BINDING_ACCEL, b->accel)) ||
	    (gw_bind_is_dead(b) && nla_put_flag(skb, GPUWARD_A_BINDING_DEAD)))
		return -EMSGSIZE;
	len = cgroup_path(b->cgroup, path, sizeof(path));
	if (len < 0 || len >= sizeof(path) - 1)	/* cut: kernels differ in how they say so */
		return 0;
	return nla_put_string(skb, GPUWARD_A_BINDING_PATH, path);
}

static int refuse_fd(struct gw_request *rq, int fd)
{
	return gw_genl_refuse_attr(rq, GPUWARD_A_BINDING_CGROUP_FD, -EBADF,
				   "%d is not a descriptor of a cgroup v2 directory", fd);
}

/* Say what gw_bind_add() returned. */
static int refuse_add(struct gw_request *rq, int err, int fd, const struct gw_vm *vm, u32 accel)
{
	struct gw_binding *b;
	u64 id;

	switch (err) {
	case -EBADF:
		return refuse_fd(rq, fd);
	case -EINVAL:
		return gw_genl_refuse_attr(rq, GPUWARD_A_BINDING_CGROUP_FD, err,
					   "the root cgroup can not be bound");
	case -EEXIST:
		b = gw_bind_id_of_fd(fd, &id) ? NULL : gw_bind_find(id);
		return gw_genl_refuse_attr(rq, GPUWARD_A_BINDING_CGROUP_FD, err,
					   "the cgroup is bound to VM \"%s\"",
					   b ? b->vm->name : "?");
	case -ENOENT:
		return gw_genl_refuse_attr(rq, GPUWARD_A_BINDING_ACCEL, err,
					   "VM \"%s\" has no accelerator %u", vm->name, accel);
	default:
		return gw_genl_refuse(rq, err, "VM \"%s\": out of memory", vm->name);
	}
}

static int add(struct gw_request *rq)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_BINDING_ACCEL];
	int fd = nla_get_s32(rq->attrs[GPUWARD_A_BINDING_CGROUP_FD]);
	u32 accel = attr ? nla_get_u32(attr) : GW_NO_ACCEL;
	struct gw_vm *vm;
	int ret;

	if (attr && accel >= GW_MAX_ACCELS)
		return gw_genl_refuse_attr(rq, GPUWARD_A_BINDING_ACCEL, -ENOENT,
					   "no VM has an accelerator %u", accel);
	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_BINDING_VM_ID, GPUWARD_A_BINDING_VM);
	ret = PTR_ERR_OR_ZERO(vm);
	if (!ret) {
		ret = gw_bind_add(fd, vm, accel);
		if (ret)
			refuse_add(rq, ret, fd, vm, accel);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int del(struct gw_request *rq)
{
	const struct nlattr *by_fd = rq->attrs[GPUWARD_A_BINDING_CGROUP_FD];
	const struct nlattr *by_id = rq->attrs[GPUWARD_A_BINDING_CGROUP_ID];
	u64 id = by_id ? nla_get_u64(by_id) : 0;
	int ret;

	if (!by_fd == !by_id)
		return gw_genl_refuse(rq, -EINVAL, "binding: CGROUP_ID or CGROUP_FD is needed, not both");
	if (by_fd && gw_bind_id_of_fd(nla_get_s32(by_fd), &id))
		return refuse_fd(rq, nla_get_s32(by_fd));
	mutex_lock(&gw_admin);
	ret = gw_bind_del(id);
	mutex_unlock(&gw_admin);
	return ret ? gw_genl_refuse(rq, ret, "cgroup %llu is not bound", id) : 0;
}

struct walk {
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

static int dump_one(struct gw_binding *b, void *arg)
{
	struct walk *w = arg;
	void *head = gw_genl_dump_begin(w->skb, w->cb);

	return head ? gw_genl_dump_end(w->skb, w->cb, head, fill(w->skb, b)) : -EMSGSIZE;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct walk w = { skb, cb };
	unsigned long cursor = gw_dump(cb)->next;
	int ret;

	mutex_lock(&gw_admin);
	ret = gw_bind_walk(&cursor, dump_one, &w);
	mutex_unlock(&gw_admin);
	gw_dump(cb)->next = cursor;
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_BINDING_GET, .dump = dump },
	{ .cmd = GPUWARD_CMD_BINDING_ADD, .needs = BIT(GPUWARD_A_BINDING_CGROUP_FD),
	  .may = VM_KEYS | BIT(GPUWARD_A_BINDING_ACCEL), .doit = add },
	{ .cmd = GPUWARD_CMD_BINDING_DEL, .may = BIT(GPUWARD_A_BINDING_CGROUP_ID) |
	  BIT(GPUWARD_A_BINDING_CGROUP_FD), .doit = del },
};

const struct gw_genl_object gw_genl_binding = {
	.noun = "binding", .names = names, .policy = policy, .max_attr = GPUWARD_A_BINDING_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_admin_generation,
};
