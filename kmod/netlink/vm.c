// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: VMs. Owns what a VM looks like in a message. Must not show a token: it travels by
 * ioctl only.
 */
#include "netlink/common.h"
#include "object/group.h"

#define A(name) [GPUWARD_A_VM_##name] = #name
static const char *const names[GPUWARD_A_VM_MAX + 1] = {
	A(ID), A(NAME), A(MODEL), A(CLASS), A(PRIORITY), A(WAIT), A(WAIT_MS), A(MAX_ACCELS),
	A(FORCE), A(GROUP), A(NR_ACCELS), A(NR_BINDINGS), A(NR_FILES), A(NR_JOBS),
	A(QUOTA), A(MANAGED),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_VM_MAX + 1] = {
	[GPUWARD_A_VM_ID] = { .type = NLA_U32 },
	[GPUWARD_A_VM_NAME] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_VM_MODEL] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_VM_CLASS] = NLA_POLICY_MAX(NLA_U32, GPUWARD_CLASS_DEDICATED),
	[GPUWARD_A_VM_PRIORITY] = NLA_POLICY_RANGE(NLA_S32, -GW_MAX_PRIORITY, GW_MAX_PRIORITY),
	[GPUWARD_A_VM_WAIT] = NLA_POLICY_MAX(NLA_U32, GPUWARD_WAIT_TIMEOUT),
	[GPUWARD_A_VM_WAIT_MS] = NLA_POLICY_MIN(NLA_U32, 1),
	[GPUWARD_A_VM_MAX_ACCELS] = NLA_POLICY_RANGE(NLA_U32, 1, GW_MAX_ACCELS),
	[GPUWARD_A_VM_FORCE] = { .type = NLA_FLAG },
	[GPUWARD_A_VM_GROUP] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_VM_QUOTA] = NLA_POLICY_MAX(NLA_U32, GPUWARD_QUOTA_UNLIMITED),
	[GPUWARD_A_VM_MANAGED] = NLA_POLICY_MAX(NLA_U32, GPUWARD_MANAGED_IGNORE),
};

#define KEYS (BIT(GPUWARD_A_VM_ID) | BIT(GPUWARD_A_VM_NAME))
#define SETTABLE (BIT(GPUWARD_A_VM_CLASS) | BIT(GPUWARD_A_VM_PRIORITY) | BIT(GPUWARD_A_VM_WAIT) | \
		  BIT(GPUWARD_A_VM_WAIT_MS) | BIT(GPUWARD_A_VM_MAX_ACCELS) | \
		  BIT(GPUWARD_A_VM_QUOTA) | BIT(GPUWARD_A_VM_MANAGED))

static int fill(struct sk_buff *skb, const struct gw_vm *vm)
{
	lockdep_assert_held(&gw_admin);
	if (nla_put_u32(skb, GPUWARD_A_VM_ID, vm->id) ||
	    nla_put_string(skb, GPUWARD_A_VM_NAME, vm->name) ||
	    nla_put_string(skb, GPUWARD_A_VM_MODEL, vm->accels[vm->default_accel]->model->name) ||
	    nla_put_u32(skb, GPUWARD_A_VM_CLASS, vm->class) ||
	    nla_put_s32(skb, GPUWARD_A_VM_PRIORITY, vm->priority) ||
	    nla_put_u32(skb, GPUWARD_A_VM_WAIT, vm->wait) ||
	    (vm->wait_ms && nla_put_u32(skb, GPUWARD_A_VM_WAIT_MS, vm->wait_ms)) ||
	    nla_put_u32(skb, GPUWARD_A_VM_MAX_ACCELS, vm->max_accels) ||
	    nla_put_u32(skb, GPUWARD_A_VM_NR_ACCELS, vm->nr_accels) ||
	    nla_put_u32(skb, GPUWARD_A_VM_NR_BINDINGS, vm->nr_bindings) ||
	    nla_put_u32(skb, GPUWARD_A_VM_NR_FILES, atomic_read(&vm->nr_files)) ||
	    nla_put_u32(skb, GPUWARD_A_VM_NR_JOBS, atomic_read(&vm->nr_jobs)) ||
	    nla_put_u32(skb, GPUWARD_A_VM_QUOTA, vm->quota) ||
	    nla_put_u32(skb, GPUWARD_A_VM_MANAGED, vm->managed))
		return -EMSGSIZE;
	return 0;
}

struct gw_vm *gw_genl_find_vm(struct gw_request *rq, u32 id_attr, u32 name_attr)
{
	const struct nlattr *attr = rq->attrs[id_attr];
	const char *name = rq->attrs[name_attr] ? nla_data(rq->attrs[name_attr]) : NULL;
	u32 id = attr ? nla_get_u32(attr) : 0;
	struct gw_vm *vm = attr ? gw_vm_find(id) : name ? gw_vm_find_name(name) : NULL;
	int ret;

	if (vm && (!name || !strcmp(vm->name, name)))
		return vm;
	if (vm)
		ret = gw_genl_refuse_attr(rq, name_attr, -EINVAL, "VM %u is \"%s\", not \"%s\"", id,
					  vm->name, name);
	else if (attr)
		ret = gw_genl_refuse_attr(rq, id_attr, -ENOENT, "no VM %u", id);
	else if (name)
		ret = gw_genl_refuse_attr(rq, name_attr, -ENOENT, "no VM \"%s\"", name);
	else
		ret = gw_genl_refuse(rq, -EINVAL, "the VM must be named or numbered");
	return ERR_PTR(ret);
}

static int get(struct gw_request *rq)
{
	struct gw_vm *vm;
	int ret;

	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_VM_ID, GPUWARD_A_VM_NAME);
	ret = IS_ERR(vm) ? PTR_ERR(vm) : fill(rq->reply, vm);
	mutex_unlock(&gw_admin);
	return ret;
}

static struct gw_vm_config read_config(const struct gw_request *rq)
{
	struct nlattr *const *attrs = rq->attrs;
	struct gw_vm_config cfg = { };

	if (attrs[GPUWARD_A_VM_CLASS]) {
		cfg.set |= GW_VM_SET_CLASS;
		cfg.class = nla_get_u32(attrs[GPUWARD_A_VM_CLASS]);
	}
	if (attrs[GPUWARD_A_VM_PRIORITY]) {
		cfg.set |= GW_VM_SET_PRIORITY;
		cfg.priority = nla_get_s32(attrs[GPUWARD_A_VM_PRIORITY]);
	}
	if (attrs[GPUWARD_A_VM_WAIT]) {
		cfg.set |= GW_VM_SET_WAIT;
		cfg.wait = nla_get_u32(attrs[GPUWARD_A_VM_WAIT]);
	}
	if (attrs[GPUWARD_A_VM_WAIT_MS]) {
		cfg.set |= GW_VM_SET_WAIT_MS;
		cfg.wait_ms = nla_get_u32(attrs[GPUWARD_A_VM_WAIT_MS]);
	}
	if (attrs[GPUWARD_A_VM_MAX_ACCELS]) {
		cfg.set |= GW_VM_SET_MAX_ACCELS;
		cfg.max_accels = nla_get_u32(attrs[GPUWARD_A_VM_MAX_ACCELS]);
	}
	if (attrs[GPUWARD_A_VM_QUOTA]) {
		cfg.set |= GW_VM_SET_QUOTA;
		cfg.quota = nla_get_u32(attrs[GPUWARD_A_VM_QUOTA]);
	}
	if (attrs[GPUWARD_A_VM_MANAGED]) {
		cfg.set |= GW_VM_SET_MANAGED;
		cfg.managed = nla_get_u32(attrs[GPUWARD_A_VM_MANAGED]);
	}
	return cfg;
}

/* Say what gw_vm_add() or gw_vm_set() returned for VM @name. */
static int refuse_config(struct gw_request *rq, int err, const char *name,
			 const struct gw_vm_config *cfg)
{
	switch (err) {
	case -EINVAL:
		return gw_genl_refuse(rq, err, "VM \"%s\": WAIT with a timeout needs WAIT_MS", name);
	case -EEXIST:
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_NAME, err, "VM \"%s\" exists", name);
	case -ENOENT:
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_MODEL, err, "VM \"%s\": no model \"%s\"",
					   name, cfg->model);
	case -EBUSY:
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_MAX_ACCELS, err,
					   "VM \"%s\" has more than %u accelerators", name,
					   cfg->max_accels);
	default:
		return gw_genl_refuse(rq, err, "VM \"%s\": %s", name,
				      err == -ENOMEM ? "out of memory" : "no number is free");
	}
}

static void refuse_class(struct gw_request *rq, int err, const char *name,
			 const struct gw_place_limit *where)
{
	gw_genl_refuse_attr(rq, GPUWARD_A_VM_CLASS, err,
			    "VM \"%s\": accelerator %u is in use and shares GPU %u with another VM",
			    name, where->accel->index, where->minor);
}

int gw_genl_refuse_model(struct gw_request *rq, u32 attr, const struct gw_vm *vm,
			 const struct gw_model *m)
{
	return gw_genl_refuse_attr(rq, attr, -EPERM,
				   "model \"%s\" is in model group \"%s\", in which VM \"%s\" is not",
				   m->name, gw_group_of_model(m), vm->name);
}

/* The group that a new VM is to be in. */
static int read_group(struct gw_request *rq, struct gw_vm_config *cfg)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_VM_GROUP];
	struct gw_group *g = attr ? gw_group_find(GPUWARD_GROUP_MODEL, nla_data(attr)) : NULL;

	if (attr && !g)
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_GROUP, -ENOENT, "no model group \"%s\"",
					   (char *)nla_data(attr));
	if (g)
		cfg->groups = BIT_ULL(g->bit);
	return 0;
}

/* gw_admin held. */
static int do_add(struct gw_request *rq, struct gw_vm_config *cfg)
{
	struct gw_vm *vm;
	int ret = read_group(rq, cfg);

	if (ret)
		return ret;
	vm = gw_vm_add(cfg);
	if (!IS_ERR(vm))
		return fill(rq->reply, vm);
	if (PTR_ERR(vm) == -EPERM)
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_MODEL, -EPERM,
					   "VM \"%s\": model \"%s\" is in model group \"%s\"",
					   cfg->name, cfg->model,
					   gw_group_of_model(gw_model_find(cfg->model)));
	return refuse_config(rq, PTR_ERR(vm), cfg->name, cfg);
}

static int add(struct gw_request *rq)
{
	struct gw_vm_config cfg = read_config(rq);
	int ret;

	cfg.name = nla_data(rq->attrs[GPUWARD_A_VM_NAME]);
	cfg.model = nla_data(rq->attrs[GPUWARD_A_VM_MODEL]);
	if (!gw_name_is_valid(cfg.name))
		return gw_genl_refuse_attr(rq, GPUWARD_A_VM_NAME, -EINVAL,
					   "\"%s\" is no name for a VM: 1 to 63 bytes, no '/'", cfg.name);
	mutex_lock(&gw_admin);
	ret = do_add(rq, &cfg);
	mutex_unlock(&gw_admin);
	return ret;
}

static int set(struct gw_request *rq)
{
	struct gw_vm_config cfg = read_config(rq);
	struct gw_place_limit where = { };
	struct gw_vm *vm;
	int ret;

	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_VM_ID, GPUWARD_A_VM_NAME);
	ret = PTR_ERR_OR_ZERO(vm);
	if (!ret && cfg.set) {
		ret = gw_vm_set(vm, &cfg, &where);
		if (where.accel)
			refuse_class(rq, ret, vm->name, &where);
		else if (ret)
			refuse_config(rq, ret, vm->name, &cfg);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int del(struct gw_request *rq)
{
	char what[GPUWARD_NAME_LEN + 8];
	struct gw_blame blame = { };
	struct gw_vm *vm;
	int ret;

	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_VM_ID, GPUWARD_A_VM_NAME);
	ret = PTR_ERR_OR_ZERO(vm);
	if (!ret) {
		snprintf(what, sizeof(what), "VM \"%s\"", vm->name);
		ret = gw_vm_del(vm, nla_get_flag(rq->attrs[GPUWARD_A_VM_FORCE]), &blame);
		if (ret)
			gw_genl_refuse_busy(rq, what, &blame);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	unsigned long id = d->next;
	struct gw_vm *vm;
	void *head;
	int ret = 0;

	mutex_lock(&gw_admin);
	while (!ret && (vm = xa_find(&gw_vms, &id, ULONG_MAX, XA_PRESENT))) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, vm)) : -EMSGSIZE;
		if (!ret)
			id++;
	}
	mutex_unlock(&gw_admin);
	d->next = id;
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_VM_GET, .may = KEYS, .has_reply = true, .doit = get, .dump = dump },
	{ .cmd = GPUWARD_CMD_VM_ADD, .needs = BIT(GPUWARD_A_VM_NAME) | BIT(GPUWARD_A_VM_MODEL),
	  .may = SETTABLE | BIT(GPUWARD_A_VM_GROUP), .has_reply = true, .doit = add },
	{ .cmd = GPUWARD_CMD_VM_SET, .may = KEYS | SETTABLE, .doit = set },
	{ .cmd = GPUWARD_CMD_VM_DEL, .may = KEYS | BIT(GPUWARD_A_VM_FORCE), .doit = del },
};

const struct gw_genl_object gw_genl_vm = {
	.noun = "vm", .names = names, .policy = policy, .max_attr = GPUWARD_A_VM_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_admin_generation,
};
