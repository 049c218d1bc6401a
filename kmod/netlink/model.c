// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: models. Owns what a model looks like in a message. */
#include "netlink/common.h"

#define A(name) [GPUWARD_A_MODEL_##name] = #name
static const char *const names[GPUWARD_A_MODEL_MAX + 1] = {
	A(NAME), A(MEMORY), A(NR_GPUS), A(NR_ACCELS),
};
#undef A

static const struct nla_policy policy[GPUWARD_A_MODEL_MAX + 1] = {
	[GPUWARD_A_MODEL_NAME] = { .type = NLA_NUL_STRING, .len = GPUWARD_NAME_LEN - 1 },
	[GPUWARD_A_MODEL_MEMORY] = { .type = NLA_U64 },
	[GPUWARD_A_MODEL_NR_GPUS] = NLA_POLICY_RANGE(NLA_U32, 1, GPUWARD_MAX_PLACED),
};

#define KEY BIT(GPUWARD_A_MODEL_NAME)
#define SETTABLE (BIT(GPUWARD_A_MODEL_MEMORY) | BIT(GPUWARD_A_MODEL_NR_GPUS))

static int fill(struct sk_buff *skb, const struct gw_model *m)
{
	lockdep_assert_held(&gw_admin);
	if (nla_put_string(skb, GPUWARD_A_MODEL_NAME, m->name) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_MODEL_MEMORY, m->memory_bytes, GPUWARD_A_MODEL_PAD) ||
	    nla_put_u32(skb, GPUWARD_A_MODEL_NR_GPUS, m->nr_gpus) ||
	    nla_put_u32(skb, GPUWARD_A_MODEL_NR_ACCELS, m->nr_accels))
		return -EMSGSIZE;
	return 0;
}

static struct gw_model *find(struct gw_request *rq)
{
	const char *name = nla_data(rq->attrs[GPUWARD_A_MODEL_NAME]);
	struct gw_model *m = gw_model_find(name);

	if (!m)
		gw_genl_refuse_attr(rq, GPUWARD_A_MODEL_NAME, -ENOENT, "no model \"%s\"", name);
	return m;
}

static int get(struct gw_request *rq)
{
	struct gw_model *m;
	int ret;

	mutex_lock(&gw_admin);
	m = find(rq);
	ret = m ? fill(rq->reply, m) : -ENOENT;
	mutex_unlock(&gw_admin);
	return ret;
}

/* Say what gw_model_add(), _set() or _del() returned for model @name. */
static int refuse(struct gw_request *rq, int err, const char *name)
{
	switch (err) {
	case -EINVAL:
		return gw_genl_refuse_attr(rq, GPUWARD_A_MODEL_MEMORY, err,
					   "model \"%s\": MEMORY must be above 0 and divide by NR_GPUS",
					   name);
	case -EEXIST:
		return gw_genl_refuse_attr(rq, GPUWARD_A_MODEL_NAME, err, "model \"%s\" exists", name);
	case -EBUSY:
		return gw_genl_refuse(rq, err, "model \"%s\" is in use by an accelerator", name);
	case -ENOSPC:
		return gw_genl_refuse(rq, err, "model \"%s\": there are %u models already", name,
				      GW_MAX_MODELS);
	default:
		return gw_genl_refuse(rq, err, "model \"%s\": out of memory", name);
	}
}

static int add(struct gw_request *rq)
{
	const char *name = nla_data(rq->attrs[GPUWARD_A_MODEL_NAME]);
	int ret;

	if (!gw_name_is_valid(name))
		return gw_genl_refuse_attr(rq, GPUWARD_A_MODEL_NAME, -EINVAL,
					   "\"%s\" is no name for a model: 1 to 63 bytes, no '/'", name);
	mutex_lock(&gw_admin);
	ret = gw_model_add(name, nla_get_u64(rq->attrs[GPUWARD_A_MODEL_MEMORY]),
			   nla_get_u32(rq->attrs[GPUWARD_A_MODEL_NR_GPUS]));
	mutex_unlock(&gw_admin);
	return ret ? refuse(rq, ret, name) : 0;
}

static int refuse_set(struct gw_request *rq, int err, const char *name,
		      const struct gw_place_limit *where)
{
	if (!where->accel || (err != -EBUSY && err != -ENOSPC))
		return refuse(rq, err, name);
	return gw_genl_refuse_attr(rq, GPUWARD_A_MODEL_MEMORY, err,
				   "model \"%s\": %llu bytes are %s on GPU %u, which accelerator %u of VM \"%s\" has",
				   name, where->bytes, err == -EBUSY ? "used" : "free for it",
				   where->minor, where->accel->index, where->accel->vm->name);
}

static int set(struct gw_request *rq)
{
	const struct nlattr *memory = rq->attrs[GPUWARD_A_MODEL_MEMORY];
	const struct nlattr *nr_gpus = rq->attrs[GPUWARD_A_MODEL_NR_GPUS];
	struct gw_place_limit where;
	struct gw_model *m;
	int ret = -ENOENT;

	mutex_lock(&gw_admin);
	m = find(rq);
	if (m) {
		ret = gw_model_set(m, memory ? nla_get_u64(memory) : m->memory_bytes,
				   nr_gpus ? nla_get_u32(nr_gpus) : m->nr_gpus, &where);
		if (ret)
			refuse_set(rq, ret, m->name, &where);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int del(struct gw_request *rq)
{
	struct gw_model *m;
	int ret = -ENOENT;

	mutex_lock(&gw_admin);
	m = find(rq);
	if (m) {
		ret = gw_model_del(m);
		if (ret)
			refuse(rq, ret, m->name);
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_model *m;
	u64 index = 0;
	void *head;
	int ret = 0;

	mutex_lock(&gw_admin);
	list_for_each_entry(m, &gw_models, link) {
		if (index++ < d->next)
			continue;
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, m)) : -EMSGSIZE;
		if (ret)
			break;
		d->next = index;
	}
	mutex_unlock(&gw_admin);
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_MODEL_GET, .needs = KEY, .has_reply = true, .doit = get, .dump = dump },
	{ .cmd = GPUWARD_CMD_MODEL_ADD, .needs = KEY | SETTABLE, .doit = add },
	{ .cmd = GPUWARD_CMD_MODEL_SET, .needs = KEY, .may = SETTABLE, .doit = set },
	{ .cmd = GPUWARD_CMD_MODEL_DEL, .needs = KEY, .doit = del },
};

const struct gw_genl_object gw_genl_model = {
	.noun = "model", .names = names, .policy = policy, .max_attr = GPUWARD_A_MODEL_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_admin_generation,
};
