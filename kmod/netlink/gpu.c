// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: GPUs. Owns what a GPU looks like in a message. Takes no lock: gpu.c does. */
#include "netlink/common.h"
#include "admin/gpu.h"

#include <linux/ctype.h>
#include <linux/sizes.h>

#define A(name) [GPUWARD_A_GPU_##name] = #name
static const char *const names[GPUWARD_A_GPU_MAX + 1] = {
	A(MINOR), A(MEMORY), A(NAME), A(PCI), A(UUID), A(ID), A(INSTANCE), A(NUMA), A(STATE),
	A(RESERVED), A(NR_PLACED), A(NVLINK), A(PCIE), A(DRIVER), A(REASON), A(SINCE_NS), A(HELD),
	A(HELD_VM), A(HELD_ACCEL),
};
#undef A

static struct netlink_range_validation memory_range = { .min = SZ_1M, .max = U64_MAX };

static const struct nla_policy policy[GPUWARD_A_GPU_MAX + 1] = {
	[GPUWARD_A_GPU_MINOR] = NLA_POLICY_MAX(NLA_U32, GW_MAX_MINOR - 1),
	[GPUWARD_A_GPU_MEMORY] = NLA_POLICY_FULL_RANGE(NLA_U64, &memory_range),
	[GPUWARD_A_GPU_NAME] = { .type = NLA_NUL_STRING, .len = GW_GPU_NAME_LEN - 1 },
	[GPUWARD_A_GPU_PCI] = { .type = NLA_NUL_STRING, .len = GW_PCI_LEN - 1 },
	[GPUWARD_A_GPU_UUID] = NLA_POLICY_EXACT_LEN(GPUWARD_GPU_UUID_LEN),
	[GPUWARD_A_GPU_ID] = { .type = NLA_U32 },
	[GPUWARD_A_GPU_INSTANCE] = { .type = NLA_U32 },
	[GPUWARD_A_GPU_NUMA] = NLA_POLICY_MIN(NLA_S32, GPUWARD_GPU_NO_NUMA),
	[GPUWARD_A_GPU_STATE] = NLA_POLICY_MAX(NLA_U32, GPUWARD_GPU_QUARANTINE),
	[GPUWARD_A_GPU_NVLINK] = { .type = NLA_U32 },
	[GPUWARD_A_GPU_PCIE] = { .type = NLA_NUL_STRING, .len = GW_PCI_LEN - 1 },
	[GPUWARD_A_GPU_DRIVER] = { .type = NLA_U64 },
};

#define KEY BIT(GPUWARD_A_GPU_MINOR)
#define MEMORY BIT(GPUWARD_A_GPU_MEMORY)
#define OTHERS (BIT(GPUWARD_A_GPU_NAME) | BIT(GPUWARD_A_GPU_PCI) | BIT(GPUWARD_A_GPU_UUID) | \
		BIT(GPUWARD_A_GPU_ID) | BIT(GPUWARD_A_GPU_INSTANCE) | BIT(GPUWARD_A_GPU_NUMA) | \
		BIT(GPUWARD_A_GPU_STATE) | BIT(GPUWARD_A_GPU_NVLINK) | BIT(GPUWARD_A_GPU_PCIE) | \
		BIT(GPUWARD_A_GPU_DRIVER))

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GPUWARD_A_GPU_PAD);
}

/* PCI addresses as numbers, so that they are compared and never 0 where a GPU can be. */
static u32 pci_number(const char *pci)
{
	u32 domain, bus, slot, function;

	return sscanf(pci, "%x:%x:%x.%x", &domain, &bus, &slot, &function) == 4 ?
	       domain << 16 | bus << 8 | slot << 3 | function : 0;
}

static int put_pci(struct sk_buff *skb, int type, u32 number)
{
	char pci[GW_PCI_LEN];

	snprintf(pci, sizeof(pci), "%04x:%02x:%02x.%x", number >> 16, number >> 8 & 0xff,
		 number >> 3 & 0x1f, number & 7);
	return nla_put_string(skb, type, pci);
}

static int fill_links(struct sk_buff *skb, const struct gw_gpu *gpu)
{
	return nla_put_s32(skb, GPUWARD_A_GPU_NUMA, gpu->numa) ?:
	       nla_put_u32(skb, GPUWARD_A_GPU_NVLINK, gpu->nvlink) ?:
	       (gpu->pcie ? put_pci(skb, GPUWARD_A_GPU_PCIE, gpu->pcie) : 0);
}

static int fill_evidence(struct sk_buff *skb, const struct gw_evidence *e)
{
	if (nla_put_string(skb, GPUWARD_A_GPU_REASON, e->why) ||
	    put_u64(skb, GPUWARD_A_GPU_SINCE_NS, e->since_ns))
		return -EMSGSIZE;
	if (e->vm[0] && (put_u64(skb, GPUWARD_A_GPU_HELD, e->held_bytes) ||
			 nla_put_string(skb, GPUWARD_A_GPU_HELD_VM, e->vm) ||
			 nla_put_u32(skb, GPUWARD_A_GPU_HELD_ACCEL, e->accel)))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *skb, const struct gw_gpu *gpu)
{
	if (nla_put_u32(skb, GPUWARD_A_GPU_MINOR, gpu->minor) ||
	    put_u64(skb, GPUWARD_A_GPU_MEMORY, gpu->memory_bytes) ||
	    put_u64(skb, GPUWARD_A_GPU_DRIVER, gpu->driver_bytes) ||
	    (gpu->name[0] && nla_put_string(skb, GPUWARD_A_GPU_NAME, gpu->name)) ||
	    (gpu->pci[0] && nla_put_string(skb, GPUWARD_A_GPU_PCI, gpu->pci)) ||
	    (memchr_inv(gpu->uuid, 0, sizeof(gpu->uuid)) &&
	     nla_put(skb, GPUWARD_A_GPU_UUID, sizeof(gpu->uuid), gpu->uuid)) ||
	    nla_put_u32(skb, GPUWARD_A_GPU_ID, gpu->gpu_id) ||
	    nla_put_u32(skb, GPUWARD_A_GPU_INSTANCE, gpu->instance) ||
	    fill_links(skb, gpu) ||
	    nla_put_u32(skb, GPUWARD_A_GPU_STATE, gw_gpu_state(gpu)) ||
	    put_u64(skb, GPUWARD_A_GPU_RESERVED, gpu->reserved_bytes) ||
	    nla_put_u32(skb, GPUWARD_A_GPU_NR_PLACED, gpu->nr_placed) ||
	    (gpu->is_quarantined && fill_evidence(skb, &gpu->evidence)))
		return -EMSGSIZE;
	return 0;
}

static int get(struct gw_request *rq)
{
	u32 minor = nla_get_u32(rq->attrs[GPUWARD_A_GPU_MINOR]);
	struct gw_gpu gpu;
	int ret = gw_gpu_get(minor, false, &gpu);

	if (ret)
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_MINOR, ret, "no GPU %u", minor);
	return fill(rq->reply, &gpu);
}

/* As the driver names it, '/' included; but nothing that a terminal would obey. */
static bool is_printable(const char *s)
{
	for (; *s; s++)
		if (iscntrl(*s))
			return false;
	return true;
}

/* "dddd:bb:dd.f", as sysfs writes it */
static bool is_pci(const char *s)
{
	static const char form[] = "xxxx:xx:xx.f";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'x' ? !isxdigit(s[i]) :
		    form[i] == 'f' ? s[i] < '0' || s[i] > '7' : s[i] != form[i])
			return false;	/* also where s ends too early */
	return !s[i];
}

static int read_strings(struct gw_request *rq, struct gw_gpu_config *cfg)
{
	const struct nlattr *name = rq->attrs[GPUWARD_A_GPU_NAME];
	const struct nlattr *pci = rq->attrs[GPUWARD_A_GPU_PCI];

	if (name) {
		if (!is_printable(nla_data(name)))
			return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_NAME, -EINVAL,
						   "GPU %u: NAME has control characters",
						   cfg->minor);
		cfg->set |= GW_GPU_SET_NAME;
		strscpy(cfg->name, nla_data(name), sizeof(cfg->name));
	}
	if (pci) {
		if (!is_pci(nla_data(pci)))
			return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_PCI, -EINVAL,
						   "GPU %u: PCI is not like 0000:65:00.0",
						   cfg->minor);
		cfg->set |= GW_GPU_SET_PCI;
		strscpy(cfg->pci, nla_data(pci), sizeof(cfg->pci));
	}
	return 0;
}

static int read_links(struct gw_request *rq, struct gw_gpu_config *cfg)
{
	const struct nlattr *numa = rq->attrs[GPUWARD_A_GPU_NUMA];
	const struct nlattr *nvlink = rq->attrs[GPUWARD_A_GPU_NVLINK];
	const struct nlattr *pcie = rq->attrs[GPUWARD_A_GPU_PCIE];

	if (numa) {
		cfg->set |= GW_GPU_SET_NUMA;
		cfg->numa = nla_get_s32(numa);
	}
	if (nvlink) {
		cfg->set |= GW_GPU_SET_NVLINK;
		cfg->nvlink = nla_get_u32(nvlink);
	}
	if (pcie && *(char *)nla_data(pcie) && !is_pci(nla_data(pcie)))
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_PCIE, -EINVAL,
					   "GPU %u: PCIE is not like 0000:40:00.0", cfg->minor);
	if (pcie) {
		cfg->set |= GW_GPU_SET_PCIE;
		cfg->pcie = pci_number(nla_data(pcie));
	}
	return 0;
}

static int read_state(struct gw_request *rq, struct gw_gpu_config *cfg)
{
	const struct nlattr *attr = rq->attrs[GPUWARD_A_GPU_STATE];
	u32 state = attr ? nla_get_u32(attr) : 0;

	if (!attr)
		return 0;
	if (state != GPUWARD_GPU_IDLE && state != GPUWARD_GPU_SHUTDOWN)
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_STATE, -EINVAL,
					   "GPU %u: STATE can be set to IDLE or SHUTDOWN only",
					   cfg->minor);
	cfg->set |= GW_GPU_SET_STATE;
	cfg->is_drained = state == GPUWARD_GPU_SHUTDOWN;
	return 0;
}

static int read_config(struct gw_request *rq, struct gw_gpu_config *cfg)
{
	struct nlattr *const *attrs = rq->attrs;
	int ret;

	cfg->minor = nla_get_u32(attrs[GPUWARD_A_GPU_MINOR]);
	if (attrs[GPUWARD_A_GPU_MEMORY]) {
		cfg->set |= GW_GPU_SET_MEMORY;
		cfg->memory_bytes = nla_get_u64(attrs[GPUWARD_A_GPU_MEMORY]);
	}
	if (attrs[GPUWARD_A_GPU_UUID]) {
		cfg->set |= GW_GPU_SET_UUID;
		nla_memcpy(cfg->uuid, attrs[GPUWARD_A_GPU_UUID], sizeof(cfg->uuid));
	}
	if (attrs[GPUWARD_A_GPU_ID]) {
		cfg->set |= GW_GPU_SET_ID;
		cfg->gpu_id = nla_get_u32(attrs[GPUWARD_A_GPU_ID]);
	}
	if (attrs[GPUWARD_A_GPU_INSTANCE]) {
		cfg->set |= GW_GPU_SET_INSTANCE;
		cfg->instance = nla_get_u32(attrs[GPUWARD_A_GPU_INSTANCE]);
	}
	if (attrs[GPUWARD_A_GPU_DRIVER]) {
		cfg->set |= GW_GPU_SET_DRIVER;
		cfg->driver_bytes = nla_get_u64(attrs[GPUWARD_A_GPU_DRIVER]);
	}
	ret = read_strings(rq, cfg);
	return ret ?: read_links(rq, cfg) ?: read_state(rq, cfg);
}

/* Say why gw_gpu_add(), _set() or _del() refused; what is in the way may be gone by now. */
static int refuse(struct gw_request *rq, int err, const struct gw_gpu_config *cfg)
{
	struct gw_gpu gpu = { };
	bool exists = !gw_gpu_get(cfg->minor, false, &gpu);

	switch (err) {
	case -ENOENT:
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_MINOR, err, "no GPU %u", cfg->minor);
	case -EEXIST:
		if (exists && !(cfg->set & GW_GPU_SET_INSTANCE && cfg->instance != gpu.instance))
			return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_MINOR, err, "GPU %u exists",
						   cfg->minor);
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_INSTANCE, err,
					   "GPU %u: another GPU has device instance %u", cfg->minor,
					   cfg->set & GW_GPU_SET_INSTANCE ? cfg->instance :
					   cfg->minor);
	case -EINVAL:
		return gw_genl_refuse_attr(rq, GPUWARD_A_GPU_DRIVER, err,
					   "GPU %u: DRIVER leaves nothing of its MEMORY to place",
					   cfg->minor);
	case -EBUSY:
		return gw_genl_refuse(rq, err, "GPU %u: %u accelerators are placed on it, with %llu bytes",
				      cfg->minor, gpu.nr_placed, gpu.reserved_bytes);
	default:
		return gw_genl_refuse(rq, err, "GPU %u: %s", cfg->minor,
				      err == -ENOMEM ? "out of memory" : "not valid");
	}
}

static int add(struct gw_request *rq)
{
	struct gw_gpu_config cfg = { };
	int ret = read_config(rq, &cfg);

	if (ret)
		return ret;
	ret = gw_gpu_add(&cfg);
	return ret ? refuse(rq, ret, &cfg) : 0;
}

static int set(struct gw_request *rq)
{
	struct gw_gpu_config cfg = { };
	int ret = read_config(rq, &cfg);

	if (ret)
		return ret;
	ret = gw_gpu_set(&cfg);
	return ret ? refuse(rq, ret, &cfg) : 0;
}

static int del(struct gw_request *rq)
{
	struct gw_gpu_config cfg = { .minor = nla_get_u32(rq->attrs[GPUWARD_A_GPU_MINOR]) };
	int ret = gw_gpu_del(cfg.minor);

	return ret ? refuse(rq, ret, &cfg) : 0;
}

static int dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gw_dump *d = gw_dump(cb);
	struct gw_gpu gpu;
	void *head;
	int ret = 0;

	while (!ret && !gw_gpu_get(d->next, true, &gpu)) {
		head = gw_genl_dump_begin(skb, cb);
		ret = head ? gw_genl_dump_end(skb, cb, head, fill(skb, &gpu)) : -EMSGSIZE;
		if (!ret)
			d->next = gpu.minor + 1;
	}
	return ret;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_GPU_GET, .needs = KEY, .has_reply = true, .doit = get, .dump = dump },
	{ .cmd = GPUWARD_CMD_GPU_ADD, .needs = KEY | MEMORY, .may = OTHERS, .doit = add },
	{ .cmd = GPUWARD_CMD_GPU_SET, .needs = KEY, .may = MEMORY | OTHERS, .doit = set },
	{ .cmd = GPUWARD_CMD_GPU_DEL, .needs = KEY, .doit = del },
};

const struct gw_genl_object gw_genl_gpu = {
	.noun = "gpu", .names = names, .policy = policy, .max_attr = GPUWARD_A_GPU_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds), .generation = &gw_gpu_generation,
};
