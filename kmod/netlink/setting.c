// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: settings of the host. Owns the list of them; what they are for is where they live. */
#include "reclaim/audit.h"
#include "netlink/common.h"
#include "reclaim/orphan.h"
#include "base/refuse.h"
#include "placement/pool.h"
#include "reclaim/quarantine.h"

/* Where one lives: written under gw_admin and read anywhere, or behind two functions. */
struct home {
	u32 *u32_value;
	u64 *u64_value;
	u32 (*get)(void);
	void (*set)(u32 value);
};

/* Each of them once: attribute, type, the most it may be, home. */
#define SETTINGS(ROW)										\
	ROW(HOST, U32, GPUWARD_HOST_DENY, .u32_value = &gw_host)				\
	ROW(ENFORCE, U32, GPUWARD_ENFORCE_PERMISSIVE, .u32_value = &gw_enforce)			\
	ROW(CONTEXT_BYTES, U64, GW_MAX_CONTEXT_BYTES, .u64_value = &gw_context_bytes)			\
	ROW(AGE_MS, U32, U32_MAX, .get = gw_pool_age, .set = gw_pool_set_age)			\
	ROW(MAX_BACKFILL, U32, U32_MAX, .get = gw_pool_max_passes, .set = gw_pool_set_max_passes)	\
	ROW(QUARANTINE_MS, U32, U32_MAX, .get = gw_quarantine_grace, .set = gw_quarantine_set_grace) \
	ROW(ORPHAN_MS, U32, GW_MAX_GRACE_MS, .u32_value = &gw_orphan_ms)			\
	ROW(EVICT_MS, U32, GW_MAX_GRACE_MS, .u32_value = &gw_evict_ms)				\
	ROW(AUDIT_SECONDS, U32, GW_MAX_AUDIT_SECONDS, .u32_value = &gw_audit_seconds)			\
	ROW(AUDIT_TOLERANCE_BYTES, U64, GW_MAX_AUDIT_TOLERANCE, .u64_value = &gw_audit_tolerance)

#define RANGE(name, type, most, ...) static struct netlink_range_validation name##_range = { .max = most };
#define NAME(name, ...) [GPUWARD_A_SETTING_##name] = #name,
#define POLICY(name, type, ...) \
	[GPUWARD_A_SETTING_##name] = NLA_POLICY_FULL_RANGE(NLA_##type, &name##_range),
#define HOME(name, type, most, ...) [GPUWARD_A_SETTING_##name] = { __VA_ARGS__ },
#define MASK(name, ...) BIT(GPUWARD_A_SETTING_##name) |

SETTINGS(RANGE)
static const char *const names[GPUWARD_A_SETTING_MAX + 1] = { SETTINGS(NAME) };
static const struct nla_policy policy[GPUWARD_A_SETTING_MAX + 1] = { SETTINGS(POLICY) };
static const struct home homes[GPUWARD_A_SETTING_MAX + 1] = { SETTINGS(HOME) };

static int put(struct sk_buff *skb, u32 attr, const struct home *h)
{
	if (h->u64_value)
		return nla_put_u64_64bit(skb, attr, *h->u64_value, GPUWARD_A_SETTING_PAD);
	return nla_put_u32(skb, attr, h->u32_value ? *h->u32_value : h->get());
}

static void set_one(const struct home *h, const struct nlattr *value)
{
	if (h->u64_value)
		WRITE_ONCE(*h->u64_value, nla_get_u64(value));
	else if (h->u32_value)
		WRITE_ONCE(*h->u32_value, nla_get_u32(value));
	else
		h->set(nla_get_u32(value));
}

static int get(struct gw_request *rq)
{
	int ret = 0;
	u32 i;

	mutex_lock(&gw_admin);
	for (i = 1; i <= GPUWARD_A_SETTING_MAX && !ret; i++)
		if (names[i])
			ret = put(rq->reply, i, &homes[i]);
	mutex_unlock(&gw_admin);
	return ret;
}

static int set(struct gw_request *rq)
{
	u32 i;

	mutex_lock(&gw_admin);
	for (i = 1; i <= GPUWARD_A_SETTING_MAX; i++)
		if (rq->attrs[i])
			set_one(&homes[i], rq->attrs[i]);
	mutex_unlock(&gw_admin);
	gw_audit_wake();
	gw_orphan_look();
	return 0;
}

static const struct gw_genl_cmd cmds[] = {
	{ .cmd = GPUWARD_CMD_SETTING_GET, .has_reply = true, .doit = get },
	{ .cmd = GPUWARD_CMD_SETTING_SET, .may = SETTINGS(MASK) 0, .doit = set },
};

const struct gw_genl_object gw_genl_setting = {
	.noun = "setting", .names = names, .policy = policy, .max_attr = GPUWARD_A_SETTING_MAX,
	.cmds = cmds, .nr_cmds = ARRAY_SIZE(cmds),
};
