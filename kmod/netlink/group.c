// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: groups, and what is in them. Owns what both look like in a message. */
#include "netlink/common.h"
#include "admin/gpu.h"
#include "object/group.h"

/* --- groups ---------------------------------------------------------------------------------- */

#define A(name) [GPUWARD_A_GROUP_##name] = #name
static const char *const group_names[GPUWARD_A_GROUP_MAX + 1] = {
	A(KIND), A(NAME), A(NEW_NAME), A(NR_MEMBERS), A(NR_VMS), A(DEFAULT),
};
#undef A

static const struct nla_policy group_policy[GPUWARD_A_GROUP_MAX + 1] = {
	[GPUWARD_A_GROUP_KIND] = NLA_POLICY_RANGE(NLA_U32, GPUWARD_GROUP_MODEL, GPUWARD_GROUP_GPU),
	[GPUWARD_A_GROUP_NAME] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_GROUP_NEW_NAME] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
};

#define GROUP_KEYS (BIT(GPUWARD_A_GROUP_KIND) | BIT(GPUWARD_A_GROUP_NAME))

static const char *kind_word(u32 kind)
{
	return kind == GPUWARD_GROUP_GPU ? "GPU group" : "model group";
}

static struct gw_group *find(struct gw_request *rq, u32 kind, u32 name_attr)
{
	const char *name = nla_data(rq->attrs[name_attr]);
	struct gw_group *g = gw_group_find(kind, name);

	return g ?: ERR_PTR(gw_genl_refuse_attr(rq, name_attr, -ENOENT, "no %s \"%s\"",
						kind_word(kind), name));
}

static int group_fill(struct sk_buff *skb, const struct gw_group *g)
{
	u32 nr_members, nr_vms;

	gw_group_count(g, &nr_members, &nr_vms);
	if (nla_put_u32(skb, GPUWARD_A_GROUP_KIND, g->kind) ||
	    nla_put_string(skb, GPUWARD_A_GROUP_NAME, g->name) ||
	    nla_put_u32(skb, GPUWARD_A_GROUP_NR_MEMBERS, nr_members) ||
	    nla_put_u32(skb, GPUWARD_A_GROUP_NR_VMS, nr_vms) ||
	    (!g->bit && nla_put_flag(skb, GPUWARD_A_GROUP_DEFAULT)))
		return -EMSGSIZE;
	return 0;
}

static int group_refuse(struct gw_request *rq, int err, u32 kind, const char *name)
{
	switch (err) {
	case -EINVAL:
		return gw_genl_refuse(rq, err, "\"%s\" is no name for a %s: 1 to 63 bytes, no '/'",
				      name, kind_word(kind));
	case -EEXIST:
		return gw_genl_refuse(rq, err, "%s \"%s\" exists", kind_word(kind), name);
	case -ENOSPC:
		return gw_genl_refuse(rq, err, "%s \"%s\": there are %u already", kind_word(kind),
				      name, GW_MAX_GROUPS);
	default:
		return gw_genl_refuse(rq, err, "%s \"%s\": out of memory", kind_word(kind), name);
	}
}

static int group_add(struct gw_request *rq)
{
	u32 kind = nla_get_u32(rq->attrs[GPUWARD_A_GROUP_KIND]);
	const char *name = nla_data(rq->attrs[GPUWARD_A_GROUP_NAME]);
	int ret;

	mutex_lock(&gw_admin);
	ret = gw_group_add(kind, name);
	mutex_unlock(&gw_admin);
	return ret ? group_refuse(rq, ret, kind, name) : 0;
}

static int group_set(struct gw_request *rq)
{
	u32 kind = nla_get_u32(rq->attrs[GPUWARD_A_GROUP_KIND]);
	const char *name = nla_data(rq->attrs[GPUWARD_A_GROUP_NEW_NAME]);
	struct gw_group *g;
	int ret;

	mutex_lock(&gw_admin);
	g = find(rq, kind, GPUWARD_A_GROUP_NAME);
	ret = PTR_ERR_OR_ZERO(g);
	if (!ret) {
		ret = gw_group_rename(g, name);
		if (ret)
			group_refuse(rq, ret, kind, name);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int refuse_del(struct gw_request *rq, int err, const struct gw_group *g)
{
	u32 nr_members, nr_vms;

	if (err == -EINVAL)
		return gw_genl_refuse(rq, err, "%s \"%s\" is the default one, which stays",
				      kind_word(g->kind), g->name);
	gw_group_count(g, &nr_members, &nr_vms);
	if (!nr_members && !nr_vms)
		return gw_genl_refuse(rq, err, "%s \"%s\": a model group is placed on it",
				      kind_word(g->kind), g->name);
	return gw_genl_refuse(rq, err, "%s \"%s\": %u %s and %u VMs are in it", kind_word(g->kind),
			      g->name, nr_members,
			      g->kind == GPUWARD_GROUP_GPU ? "GPUs" : "models", nr_vms);
}

static int group_del(struct gw_request *rq)
{
	struct gw_group *g;
	int ret;

	mutex_lock(&gw_admin);
	g = find(rq, nla_get_u32(rq->attrs[GPUWARD_A_GROUP_KIND]), GPUWARD_A_GROUP_NAME);
	ret = PTR_ERR_OR_ZERO(g);
	if (!ret) {
		ret = gw_group_del(g);
		if (ret)
			refuse_del(rq, ret, g);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

/* d->next: the kind, then (d->index) the bit of the next one. */
static int group_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_group *g;
	void *head;
	int ret = 0;

	mutex_lock(&gw_admin);
	for (; d->next < 2 && !ret; d->next += !ret, d->index = ret ? d->index : 0) {
		while (!ret && (g = gw_group_next(GPUWARD_GROUP_MODEL + d->next, d->index))) {
			head = gw_genl_dump_begin(skb, cb);
			ret = head ? gw_genl_dump_end(skb, cb, head, group_fill(skb, g)) : -EMSGSIZE;
			if (!ret)
				d->index = g->bit + 1;
		}
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static const struct gw_genl_cmd group_cmds[] = {
	{ .cmd = GPUWARD_CMD_GROUP_GET, .dump = group_dump },
	{ .cmd = GPUWARD_CMD_GROUP_ADD, .needs = GROUP_KEYS, .doit = group_add },
	{ .cmd = GPUWARD_CMD_GROUP_SET, .needs = GROUP_KEYS | BIT(GPUWARD_A_GROUP_NEW_NAME),
	  .doit = group_set },
	{ .cmd = GPUWARD_CMD_GROUP_DEL, .needs = GROUP_KEYS, .doit = group_del },
};

const struct gw_genl_object gw_genl_group = {
	.noun = "group", .names = group_names, .policy = group_policy,
	.max_attr = GPUWARD_A_GROUP_MAX, .cmds = group_cmds, .nr_cmds = ARRAY_SIZE(group_cmds),
	.generation = &gw_admin_generation,
};

/* --- members --------------------------------------------------------------------------------- */

#define A(name) [GPUWARD_A_MEMBER_##name] = #name
static const char *const member_names[GPUWARD_A_MEMBER_MAX + 1] = {
	A(KIND), A(GROUP), A(VM), A(MODEL), A(GPU_GROUP), A(GPU),
};
#undef A

static const struct nla_policy member_policy[GPUWARD_A_MEMBER_MAX + 1] = {
	[GPUWARD_A_MEMBER_KIND] = NLA_POLICY_RANGE(NLA_U32, GPUWARD_GROUP_MODEL, GPUWARD_GROUP_GPU),
	[GPUWARD_A_MEMBER_GROUP] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_MEMBER_VM] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_MEMBER_MODEL] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_MEMBER_GPU_GROUP] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_MEMBER_GPU] = NLA_POLICY_MAX(NLA_U32, GW_MAX_MINOR - 1),
};

#define MEMBER_KEYS (BIT(GPUWARD_A_MEMBER_KIND) | BIT(GPUWARD_A_MEMBER_GROUP))
#define MEMBERS (BIT(GPUWARD_A_MEMBER_VM) | BIT(GPUWARD_A_MEMBER_MODEL) | \
		 BIT(GPUWARD_A_MEMBER_GPU_GROUP) | BIT(GPUWARD_A_MEMBER_GPU))

/* The one thing that is named; 0 or refused. */
static int read_member(struct gw_request *rq, struct gw_member *m)
{
	struct nlattr *const *attrs = rq->attrs;
	u32 nr = !!attrs[GPUWARD_A_MEMBER_VM] + !!attrs[GPUWARD_A_MEMBER_MODEL] +
		 !!attrs[GPUWARD_A_MEMBER_GPU_GROUP] + !!attrs[GPUWARD_A_MEMBER_GPU];

	if (nr != 1)
		return gw_genl_refuse(rq, -EINVAL, "member: one of VM, MODEL, GPU_GROUP and GPU is needed");
	if (attrs[GPUWARD_A_MEMBER_VM]) {
		m->vm = gw_vm_find_name(nla_data(attrs[GPUWARD_A_MEMBER_VM]));
		if (!m->vm)
			return gw_genl_refuse_attr(rq, GPUWARD_A_MEMBER_VM, -ENOENT, "no VM \"%s\"",
						   (char *)nla_data(attrs[GPUWARD_A_MEMBER_VM]));
	} else if (attrs[GPUWARD_A_MEMBER_MODEL]) {
		m->model = gw_model_find(nla_data(attrs[GPUWARD_A_MEMBER_MODEL]));
		if (!m->model)
			return gw_genl_refuse_attr(rq, GPUWARD_A_MEMBER_MODEL, -ENOENT,
						   "no model \"%s\"",
						   (char *)nla_data(attrs[GPUWARD_A_MEMBER_MODEL]));
	} else if (attrs[GPUWARD_A_MEMBER_GPU_GROUP]) {
		m->gpu_group = find(rq, GPUWARD_GROUP_GPU, GPUWARD_A_MEMBER_GPU_GROUP);
		return PTR_ERR_OR_ZERO(m->gpu_group);
	} else {
		m->has_gpu = true;
		m->gpu = nla_get_u32(attrs[GPUWARD_A_MEMBER_GPU]);
	}
	return 0;
}

static int member_refuse(struct gw_request *rq, int err, const struct gw_group *g,
			 const struct gw_member *m)
{
	struct gw_gpu gpu;

	if (err == -EINVAL)
		return gw_genl_refuse(rq, err, g->kind == GPUWARD_GROUP_GPU ?
				      "GPU group \"%s\" takes GPUs only" :
				      "model group \"%s\" takes no GPUs but GPU groups", g->name);
	if (m->has_gpu && gw_gpu_get(m->gpu, false, &gpu))
		return gw_genl_refuse_attr(rq, GPUWARD_A_MEMBER_GPU, -ENOENT, "no GPU %u", m->gpu);
	return gw_genl_refuse(rq, err, err == -EEXIST ? "it is in %s \"%s\" already" :
			      "it is not in %s \"%s\"", kind_word(g->kind), g->name);
}

static int change(struct gw_request *rq, bool joins)
{
	struct gw_member m = { };
	struct gw_group *g;
	int ret;

	mutex_lock(&gw_admin);
	g = find(rq, nla_get_u32(rq->attrs[GPUWARD_A_MEMBER_KIND]), GPUWARD_A_MEMBER_GROUP);
	ret = IS_ERR(g) ? PTR_ERR(g) : read_member(rq, &m);
	if (!ret) {
		ret = gw_group_join(g, &m, joins);
		if (ret)
			ret = member_refuse(rq, ret, g, &m);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int member_add(struct gw_request *rq)
{
	return change(rq, true);
}

static int member_del(struct gw_request *rq)
{
	return change(rq, false);
}

/* What a dump is at: one of these, in this order, each in as many groups as its mask has bits. */
struct stop {
	u32 kind;
	u64 mask;
	const char *vm, *model, *model_group;
	u32 gpu;
};

static int member_fill(struct sk_buff *skb, const struct stop *s, const struct gw_group *g)
{
	/* A model group's GPU groups read the other way round: the group that is placed on another. */
	bool is_relation = s->model_group;

	if (nla_put_u32(skb, GPUWARD_A_MEMBER_KIND, s->kind) ||
	    nla_put_string(skb, GPUWARD_A_MEMBER_GROUP, is_relation ? s->model_group : g->name) ||
	    (s->vm && nla_put_string(skb, GPUWARD_A_MEMBER_VM, s->vm)) ||
	    (s->model && nla_put_string(skb, GPUWARD_A_MEMBER_MODEL, s->model)) ||
	    (is_relation && nla_put_string(skb, GPUWARD_A_MEMBER_GPU_GROUP, g->name)) ||
	    (s->kind == GPUWARD_GROUP_GPU && nla_put_u32(skb, GPUWARD_A_MEMBER_GPU, s->gpu)))
		return -EMSGSIZE;
	return 0;
}

/* The groups of one thing, from bit d->index on. */
static int dump_stop(struct sk_buff *skb, struct netlink_callback *cb, const struct stop *s)
{
	u32 of = s->model_group ? GPUWARD_GROUP_GPU : s->kind;
	struct gw_dump *d = gw_dump(cb);
	struct gw_group *g;
	void *head;
	int ret;

	for (; (g = gw_group_next(of, d->index)); d->index = g->bit + 1) {
		if (!(s->mask & BIT_ULL(g->bit)))
			continue;
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, member_fill(skb, s, g)) : -EMSGSIZE;
		if (ret)
			return ret;
	}
	d->index = 0;
	return 0;
}

static int dump_vms(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	unsigned long id = d->next;
	struct gw_vm *vm;
	int ret = 0;

	while (!ret && (vm = xa_find(&gw_vms, &id, ULONG_MAX, XA_PRESENT))) {
		struct stop s = { .kind = GPUWARD_GROUP_MODEL, .mask = vm->groups, .vm = vm->name };

		d->next = id;
		ret = dump_stop(skb, cb, &s);
		id += !ret;
	}
	return ret;
}

static int dump_models(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_model *m;
	u64 index = 0;
	int ret;

	list_for_each_entry(m, &gw_models, link) {
		struct stop s = { .kind = GPUWARD_GROUP_MODEL, .mask = m->groups, .model = m->name };

		if (index++ < d->next)
			continue;
		ret = dump_stop(skb, cb, &s);
		if (ret)
			return ret;
		d->next = index;
	}
	return 0;
}

static int dump_relations(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_group *g;
	int ret;

	for (; (g = gw_group_next(GPUWARD_GROUP_MODEL, d->next)); d->next = g->bit + 1) {
		struct stop s = { .kind = GPUWARD_GROUP_MODEL, .mask = g->gpu_groups,
				  .model_group = g->name };

		ret = dump_stop(skb, cb, &s);
		if (ret)
			return ret;
	}
	return 0;
}

static int dump_gpus(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_gpu gpu;
	int ret;

	for (; !gw_gpu_get(d->next, true, &gpu); d->next = gpu.minor + 1) {
		struct stop s = { .kind = GPUWARD_GROUP_GPU, .mask = gpu.groups, .gpu = gpu.minor };

		ret = dump_stop(skb, cb, &s);
		if (ret)
			return ret;
	}
	return 0;
}

static int member_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	static int (*const stages[])(struct sk_buff *skb, struct netlink_callback *cb) = {
		dump_vms, dump_models, dump_relations, dump_gpus,
	};
	struct gw_dump *d = gw_dump(cb);
	int ret = 0;

	mutex_lock(&gw_admin);
	while (d->stage < ARRAY_SIZE(stages)) {
		ret = stages[d->stage](skb, cb);
		if (ret)
			break;
		d->stage++;
		d->next = 0;
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static const struct gw_genl_cmd member_cmds[] = {
	{ .cmd = GPUWARD_CMD_MEMBER_GET, .dump = member_dump },
	{ .cmd = GPUWARD_CMD_MEMBER_ADD, .needs = MEMBER_KEYS, .may = MEMBERS, .doit = member_add },
	{ .cmd = GPUWARD_CMD_MEMBER_DEL, .needs = MEMBER_KEYS, .may = MEMBERS, .doit = member_del },
};

const struct gw_genl_object gw_genl_member = {
	.noun = "member", .names = member_names, .policy = member_policy,
	.max_attr = GPUWARD_A_MEMBER_MAX, .cmds = member_cmds, .nr_cmds = ARRAY_SIZE(member_cmds),
	.generation = &gw_admin_generation,
};
