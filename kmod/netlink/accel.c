// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: accelerators. Owns what an accelerator looks like in a message. */
#include "base/event.h"
#include "netlink/common.h"

#define A(name) [GPUWARD_A_ACCEL_##name] = #name
static const char *const names[GPUWARD_A_ACCEL_MAX + 1] = {
	A(VM_ID), A(VM), A(INDEX), A(NAME), A(MODEL), A(PROGRAM), A(DUPLICABLE), A(DEFAULT),
	A(STATE), A(NR_GPUS), A(MEMORY), A(USED), A(NR_RUNNING), A(NR_WAITING), A(PLACED),
	A(PEAK), A(QUOTA), A(MANAGED), A(POSITION),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_ACCEL_MAX + 1] = {
	[GPUWARD_A_ACCEL_VM_ID] = { .type = NLA_U32 },
	[GPUWARD_A_ACCEL_VM] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_ACCEL_INDEX] = { .type = NLA_U32 },
	[GPUWARD_A_ACCEL_NAME] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_ACCEL_MODEL] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_ACCEL_PROGRAM] = NLA_POLICY_MAX(NLA_U32, GPUWARD_PROGRAM_CGROUP),
	[GPUWARD_A_ACCEL_DUPLICABLE] = NLA_POLICY_RANGE(NLA_U32, 1, GW_MAX_DUPLICABLE),
	[GPUWARD_A_ACCEL_DEFAULT] = { .type = NLA_FLAG },
};

#define VM_KEYS (BIT(GPUWARD_A_ACCEL_VM_ID) | BIT(GPUWARD_A_ACCEL_VM))
#define SETTABLE (BIT(GPUWARD_A_ACCEL_NAME) | BIT(GPUWARD_A_ACCEL_MODEL) | \
		  BIT(GPUWARD_A_ACCEL_PROGRAM) | BIT(GPUWARD_A_ACCEL_DUPLICABLE) | \
		  BIT(GPUWARD_A_ACCEL_DEFAULT))

static int fill_placed(struct sk_buff *skb, const struct gw_account_gpu *gpu)
{
	struct nlattr *nest = nla_nest_start(skb, GPUWARD_A_ACCEL_PLACED);

	if (!nest || nla_put_u32(skb, GPUWARD_A_PLACED_MINOR, gpu->minor) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_PLACED_BYTES, gpu->limit_bytes, GPUWARD_A_PLACED_PAD) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_PLACED_USED, gpu->used_bytes, GPUWARD_A_PLACED_PAD) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_PLACED_PEAK, gpu->peak_bytes, GPUWARD_A_PLACED_PAD))
		return -EMSGSIZE;	/* the whole message is canceled */
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_load(struct sk_buff *skb, const struct gw_accel_load *load)
{
	u32 i;
	int ret = 0;

	if (nla_put_u32(skb, GPUWARD_A_ACCEL_PROGRAM, load->program) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_DUPLICABLE, load->duplicable) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_STATE, load->state) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_NR_GPUS, load->nr_gpus) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_ACCEL_MEMORY, load->memory_bytes,
			      GPUWARD_A_ACCEL_PAD) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_ACCEL_USED, load->used_bytes, GPUWARD_A_ACCEL_PAD) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_NR_RUNNING, load->nr_running) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_NR_WAITING, load->nr_waiting) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_ACCEL_PEAK, load->peak_bytes, GPUWARD_A_ACCEL_PAD) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_QUOTA, load->quota) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_MANAGED, load->managed) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_POSITION, load->position))
		return -EMSGSIZE;
	for (i = 0; i < load->account.nr_gpus && !ret; i++)
		ret = fill_placed(skb, &load->account.gpus[i]);
	return ret;
}

static int fill(struct sk_buff *skb, struct gw_accel *a)
{
	struct gw_accel_load load;

	lockdep_assert_held(&gw_admin);
	if (nla_put_u32(skb, GPUWARD_A_ACCEL_VM_ID, a->vm->id) ||
	    nla_put_string(skb, GPUWARD_A_ACCEL_VM, a->vm->name) ||
	    nla_put_u32(skb, GPUWARD_A_ACCEL_INDEX, a->index) ||
	    nla_put_string(skb, GPUWARD_A_ACCEL_NAME, a->name) ||
	    nla_put_string(skb, GPUWARD_A_ACCEL_MODEL, a->model->name) ||
	    (a->index == a->vm->default_accel && nla_put_flag(skb, GPUWARD_A_ACCEL_DEFAULT)))
		return -EMSGSIZE;
	gw_accel_load(a, &load);
	return fill_load(skb, &load);
}

static struct gw_accel *find(struct gw_request *rq)
{
	struct gw_vm *vm = gw_genl_find_vm(rq, GPUWARD_A_ACCEL_VM_ID, GPUWARD_A_ACCEL_VM);
	u32 index = nla_get_u32(rq->attrs[GPUWARD_A_ACCEL_INDEX]);
	struct gw_accel *a;

	if (IS_ERR(vm))
		return ERR_CAST(vm);
	a = gw_accel_of(vm, index);
	if (!a)
		return ERR_PTR(gw_genl_refuse_attr(rq, GPUWARD_A_ACCEL_INDEX, -ENOENT,
						   "VM \"%s\" has no accelerator %u", vm->name,
						   index));
	return a;
}

/* The model that is asked for, @otherwise when none is. NULL: refused. */
static struct gw_model *find_model(struct gw_request *rq, struct gw_model *otherwise)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_ACCEL_MODEL];
	struct gw_model *m = attr ? gw_model_find(nla_data(attr)) : otherwise;

	if (!m)
		gw_genl_refuse_attr(rq, GPUWARD_A_ACCEL_MODEL, -ENOENT, "no model \"%s\"",
				    (char *)nla_data(attr));
	return m;
}

static int refuse_name(struct gw_request *rq)
{
	const struct nlattr *name = rq->attrs[GPUWARD_A_ACCEL_NAME];

	if (!name || gw_name_is_valid(nla_data(name)))
		return 0;
	return gw_genl_refuse_attr(rq, GPUWARD_A_ACCEL_NAME, -EINVAL,
				   "\"%s\" is no name for an accelerator: 1 to 63 bytes, no '/'",
				   (char *)nla_data(name));
}

/* What no one can refuse. */
static void change_settings(struct nlattr *const *attrs, struct gw_accel *a)
{
	if (attrs[GPUWARD_A_ACCEL_NAME])
		gw_accel_set_name(a, nla_data(attrs[GPUWARD_A_ACCEL_NAME]));
	if (attrs[GPUWARD_A_ACCEL_PROGRAM])
		gw_accel_set_program(a, nla_get_u32(attrs[GPUWARD_A_ACCEL_PROGRAM]));
	if (attrs[GPUWARD_A_ACCEL_DUPLICABLE])
		gw_accel_set_duplicable(a, nla_get_u32(attrs[GPUWARD_A_ACCEL_DUPLICABLE]));
	if (attrs[GPUWARD_A_ACCEL_DEFAULT])
		gw_accel_set_default(a);
}

/* Model first: it alone can be refused. *@switched: to this model, which it had not before. */
static int change(struct gw_request *rq, struct gw_accel *a, char *switched)
{
	struct gw_model *m = find_model(rq, a->model);
	struct gw_blame blame = { };
	char what[GPUWARD_NAME_LEN + 32];
	int ret;

	if (!m)
		return -ENOENT;
	if (m != a->model) {
		snprintf(what, sizeof(what), "VM \"%s\", accelerator %u", a->vm->name, a->index);
		ret = gw_accel_set_model(a, m, &blame);
		if (ret == -EPERM)
			return gw_genl_refuse_model(rq, GPUWARD_A_ACCEL_MODEL, a->vm, m);
		if (ret)
			return gw_genl_refuse_busy(rq, what, &blame);
		strscpy(switched, m->name, GPUWARD_NAME_LEN);
	}
	change_settings(rq->attrs, a);
	return 0;
}

static void tell(struct gw_accel *a, const char *what)
{
	gw_event_send(&(struct gw_event) {
		.type = GPUWARD_EVENT_ACCEL, .accel = a, .text = what,
	});
	gw_vm_put(a->vm);
}

static int refuse_add(struct gw_request *rq, int err, const struct gw_vm *vm, u32 index)
{
	switch (err) {
	case -ENOSPC:
		return gw_genl_refuse(rq, err, "VM \"%s\" may have %u accelerators, and has them",
				      vm->name, vm->max_accels);
	case -EEXIST:
		return gw_genl_refuse_attr(rq, GPUWARD_A_ACCEL_INDEX, err,
					   "VM \"%s\" has an accelerator %u", vm->name, index);
	case -EINVAL:
		return gw_genl_refuse_attr(rq, GPUWARD_A_ACCEL_INDEX, -ERANGE,
					   "accelerator: INDEX must be at most %u",
					   GW_MAX_ACCELS - 1);
	default:
		return gw_genl_refuse(rq, err, "VM \"%s\": out of memory", vm->name);
	}
}

/* gw_admin held. ERR_PTR: refused. */
static struct gw_accel *do_add(struct gw_request *rq)
{
	struct gw_vm *vm = gw_genl_find_vm(rq, GPUWARD_A_ACCEL_VM_ID, GPUWARD_A_ACCEL_VM);
	const struct nlattr *attr = rq->attrs[GPUWARD_A_ACCEL_INDEX];
	/* GW_NO_ACCEL, which is no index either, stands for any */
	u32 index = attr ? min_t(u32, nla_get_u32(attr), GW_MAX_ACCELS) : GW_NO_ACCEL;
	struct gw_accel *a;
	struct gw_model *m;

	if (IS_ERR(vm))
		return ERR_CAST(vm);
	m = find_model(rq, vm->accels[vm->default_accel]->model);
	if (!m)
		return ERR_PTR(-ENOENT);
	a = gw_accel_add(vm, index, m);
	if (PTR_ERR(a) == -EPERM)
		return ERR_PTR(gw_genl_refuse_model(rq, GPUWARD_A_ACCEL_MODEL, vm, m));
	if (IS_ERR(a))
		return ERR_PTR(refuse_add(rq, PTR_ERR(a), vm, index));
	change_settings(rq->attrs, a);
	return a;
}

static int add(struct gw_request *rq)
{
	struct gw_accel *a;
	int ret = refuse_name(rq);

	if (ret)
		return ret;
	mutex_lock(&gw_admin);
	a = do_add(rq);
	ret = PTR_ERR_OR_ZERO(a);
	if (!ret) {
		gw_vm_get(a->vm);	/* for the event */
		ret = fill(rq->reply, a);
	}
	mutex_unlock(&gw_admin);
	if (!IS_ERR(a))
		tell(a, "added");
	return ret;
}

static int refuse_del(struct gw_request *rq, struct gw_accel *a, u32 why, struct gw_blame *blame)
{
	char what[GPUWARD_NAME_LEN + 32];

	snprintf(what, sizeof(what), "VM \"%s\", accelerator %u", a->vm->name, a->index);
	if (why == GPUWARD_BUSY_LAST)
		return gw_genl_refuse(rq, -EBUSY, "%s: a VM always has one, and this is its last",
				      what);
	if (why == GPUWARD_BUSY_BOUND)
		return gw_genl_refuse(rq, -EBUSY, "%s: %u cgroups are bound to it", what,
				      a->nr_bindings);
	return gw_genl_refuse_busy(rq, what, blame);
}

static int del(struct gw_request *rq)
{
	struct gw_blame blame = { };
	struct gw_accel *a;
	u32 why;
	int ret;

	mutex_lock(&gw_admin);
	a = find(rq);
	ret = IS_ERR(a) ? PTR_ERR(a) : gw_accel_del(a, &why, &blame);
	if (ret == -EBUSY)
		refuse_del(rq, a, why, &blame);
	if (!ret)
		gw_vm_get(a->vm);	/* for the event */
	mutex_unlock(&gw_admin);
	if (!ret)
		tell(a, "removed");
	return ret;
}

static int set(struct gw_request *rq)
{
	char switched[GPUWARD_NAME_LEN] = "";
	struct gw_accel *a;
	int ret = refuse_name(rq);

	if (ret)
		return ret;
	mutex_lock(&gw_admin);
	a = find(rq);
	ret = IS_ERR(a) ? PTR_ERR(a) : change(rq, a, switched);
	if (!ret)
		gw_vm_get(a->vm);	/* for the event */
	mutex_unlock(&gw_admin);
	if (ret)
		return ret;
	if (switched[0])
		gw_event_send(&(struct gw_event) {
			.type = GPUWARD_EVENT_SWITCH, .accel = a, .model = switched,
		});
	if (rq->attrs[GPUWARD_A_ACCEL_DEFAULT])
		tell(a, "default");
	else
		gw_vm_put(a->vm);
	return 0;
}

static int dump_start(struct gw_request *rq, struct gw_dump *d)
{
	struct gw_vm *vm;

	if (!rq->attrs[GPUWARD_A_ACCEL_VM_ID])
		return 0;
	mutex_lock(&gw_admin);
	vm = gw_genl_find_vm(rq, GPUWARD_A_ACCEL_VM_ID, GPUWARD_A_ACCEL_VM);
	if (!IS_ERR(vm))
		d->next = d->only_vm = vm->id;
	mutex_unlock(&gw_admin);
	return PTR_ERR_OR_ZERO(vm);
}

static int dump_vm(struct sk_buff *skb, struct netlink_callback *cb, struct gw_vm *vm)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_accel *a;
	void *head;
	int ret = 0;

	for (; d->index < vm->nr_slots && !ret; d->index += !ret) {
		a = gw_accel_of(vm, d->index);
		if (!a)
			continue;
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, a)) : -EMSGSIZE;
	}
	return ret;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	unsigned long id = d->next, last = d->only_vm ?: ULONG_MAX;
	struct gw_vm *vm;
	int ret = 0;

	mutex_lock(&gw_admin);
	while (!ret && (vm = xa_find(&gw_vms, &id, last, XA_PRESENT))) {
		if (id != d->next)	/* the VM where we stopped is gone */
			d->index = 0;
		d->next = id;
		ret = dump_vm(skb, cb, vm);
		if (!ret) {
			d->next = ++id;
			d->index = 0;
		}
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_ACCEL_GET, .dump_may = VM_KEYS, .dump_start = dump_start, .dump = dump },
	{ .cmd = GPUWARD_CMD_ACCEL_SET, .needs = BIT(GPUWARD_A_ACCEL_INDEX),
	  .may = VM_KEYS | SETTABLE, .doit = set },
	{ .cmd = GPUWARD_CMD_ACCEL_ADD, .may = VM_KEYS | BIT(GPUWARD_A_ACCEL_INDEX) | SETTABLE,
	  .has_reply = true, .doit = add },
	{ .cmd = GPUWARD_CMD_ACCEL_DEL, .needs = BIT(GPUWARD_A_ACCEL_INDEX), .may = VM_KEYS,
	  .doit = del },
};

const struct gw_genl_object gw_genl_accel = {
	.noun = "accelerator", .names = names, .policy = policy, .max_attr = GPUWARD_A_ACCEL_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_admin_generation,
};
