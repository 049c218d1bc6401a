// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the host as a whole: status, settings, taking the driver and letting it go. */
#include "audit.h"
#include "backend.h"
#include "bind.h"
#include "file.h"
#include "genl_cmd.h"
#include "gpu.h"
#include "orphan.h"
#include "policy.h"
#include "pool.h"
#include "quarantine.h"

/* --- status, attach, detach --------------------------------------------------- */

#define A(name) [GPUWARD_A_STATUS_##name] = #name
static const char *const status_names[GPUWARD_A_STATUS_MAX + 1] = {
	A(VERSION), A(ABI), A(STATE), A(DRIVER), A(REASON), A(UVM), A(NR_GPUS), A(NR_VMS),
	A(NR_BINDINGS), A(NR_FILES), A(NR_JOBS), A(NR_REFUSED), A(NO_AUDIT),
};
#undef A

static const struct nla_policy status_policy[GPUWARD_A_STATUS_MAX + 1];	/* all are [out] */

static int status_get(struct gw_request *rq)
{
	const char *no_audit = gw_backend->no_books();
	struct gw_backend_status st = { };
	struct sk_buff *skb = rq->reply;

	gw_backend->status(&st);
	if (nla_put_string(skb, GPUWARD_A_STATUS_VERSION, GW_VERSION) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_ABI, GPUWARD_ABI) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_STATE, st.state) ||
	    nla_put_string(skb, GPUWARD_A_STATUS_DRIVER, st.driver) ||
	    (st.reason[0] && nla_put_string(skb, GPUWARD_A_STATUS_REASON, st.reason)) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_UVM, st.uvm_state) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_NR_GPUS, gw_gpu_count()) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_NR_VMS, READ_ONCE(gw_nr_vms)) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_NR_BINDINGS, READ_ONCE(gw_nr_bindings)) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_NR_FILES, atomic_read(&gw_nr_files)) ||
	    nla_put_u32(skb, GPUWARD_A_STATUS_NR_JOBS, atomic_read(&gw_nr_jobs)) ||
	    nla_put_u64_64bit(skb, GPUWARD_A_STATUS_NR_REFUSED, atomic64_read(&gw_nr_refused),
			      GPUWARD_A_STATUS_PAD) ||
	    (no_audit && nla_put_string(skb, GPUWARD_A_STATUS_NO_AUDIT, no_audit)))
		return -EMSGSIZE;
	return 0;
}

static int refuse(struct gw_request *rq, int err, const char *what)
{
	struct gw_backend_status st = { };

	gw_backend->status(&st);
	return gw_genl_refuse(rq, err, "can not %s: %s", what,
			      err == -EINTR ? "interrupted" : st.reason[0] ? st.reason :
			      err == -EBUSY ? "busy" : "failed");
}

static int attach(struct gw_request *rq)
{
	int ret = gw_backend->attach();

	return ret ? refuse(rq, ret, "attach") : 0;
}

static int detach(struct gw_request *rq)
{
	u32 nr_files, nr_jobs;
	int ret = gw_backend->detach(&nr_files, &nr_jobs);

	if (ret)
		return refuse(rq, ret, "detach");
	if (nla_put_u32(rq->reply, GPUWARD_A_STATUS_NR_FILES, nr_files) ||
	    nla_put_u32(rq->reply, GPUWARD_A_STATUS_NR_JOBS, nr_jobs))
		return -EMSGSIZE;
	return 0;
}

static const struct gw_genl_cmd status_cmds[] = {
	{ .cmd = GPUWARD_CMD_STATUS_GET, .has_reply = true, .doit = status_get },
	{ .cmd = GPUWARD_CMD_ATTACH, .doit = attach },
	{ .cmd = GPUWARD_CMD_DETACH, .has_reply = true, .doit = detach },
};

const struct gw_genl_object gw_genl_status = {
	.noun = "status", .names = status_names, .policy = status_policy,
	.max_attr = GPUWARD_A_STATUS_MAX, .cmds = status_cmds, .nr_cmds = ARRAY_SIZE(status_cmds),
};

/* --- settings ----------------------------------------------------------------- */

static const char *const setting_names[GPUWARD_A_SETTING_MAX + 1] = {
	[GPUWARD_A_SETTING_HOST] = "HOST",
	[GPUWARD_A_SETTING_ENFORCE] = "ENFORCE",
	[GPUWARD_A_SETTING_CONTEXT] = "CONTEXT",
	[GPUWARD_A_SETTING_AGE_MS] = "AGE_MS",
	[GPUWARD_A_SETTING_MAX_PASSES] = "MAX_PASSES",
	[GPUWARD_A_SETTING_QUARANTINE_MS] = "QUARANTINE_MS",
	[GPUWARD_A_SETTING_ORPHAN_MS] = "ORPHAN_MS",
	[GPUWARD_A_SETTING_EVICT_MS] = "EVICT_MS",
	[GPUWARD_A_SETTING_AUDIT] = "AUDIT",
	[GPUWARD_A_SETTING_TOLERANCE] = "TOLERANCE",
};

static struct netlink_range_validation context_range = { .max = GW_MAX_CONTEXT_BYTES };
static struct netlink_range_validation grace_range = { .max = GW_MAX_GRACE_MS };
static struct netlink_range_validation audit_range = { .max = GW_MAX_AUDIT_SECONDS };
static struct netlink_range_validation tolerance_range = { .max = GW_MAX_AUDIT_TOLERANCE };

static const struct nla_policy setting_policy[GPUWARD_A_SETTING_MAX + 1] = {
	[GPUWARD_A_SETTING_HOST] = NLA_POLICY_MAX(NLA_U32, GPUWARD_HOST_DENY),
	[GPUWARD_A_SETTING_ENFORCE] = NLA_POLICY_MAX(NLA_U32, GPUWARD_ENFORCE_AUDIT),
	[GPUWARD_A_SETTING_CONTEXT] = NLA_POLICY_FULL_RANGE(NLA_U64, &context_range),
	[GPUWARD_A_SETTING_AGE_MS] = { .type = NLA_U32 },
	[GPUWARD_A_SETTING_MAX_PASSES] = { .type = NLA_U32 },
	[GPUWARD_A_SETTING_QUARANTINE_MS] = { .type = NLA_U32 },
	[GPUWARD_A_SETTING_ORPHAN_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &grace_range),
	[GPUWARD_A_SETTING_EVICT_MS] = NLA_POLICY_FULL_RANGE(NLA_U32, &grace_range),
	[GPUWARD_A_SETTING_AUDIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &audit_range),
	[GPUWARD_A_SETTING_TOLERANCE] = NLA_POLICY_FULL_RANGE(NLA_U64, &tolerance_range),
};

static int setting_get(struct gw_request *rq)
{
	u32 age_ms, max_passes;
	int ret;

	mutex_lock(&gw_admin);
	ret = nla_put_u32(rq->reply, GPUWARD_A_SETTING_HOST, gw_host) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_ENFORCE, gw_enforce) ?:
	      nla_put_u64_64bit(rq->reply, GPUWARD_A_SETTING_CONTEXT, gw_context_bytes,
				GPUWARD_A_SETTING_PAD) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_AUDIT, gw_audit_seconds) ?:
	      nla_put_u64_64bit(rq->reply, GPUWARD_A_SETTING_TOLERANCE, gw_audit_tolerance,
				GPUWARD_A_SETTING_PAD) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_ORPHAN_MS, gw_orphan_ms) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_EVICT_MS, gw_evict_ms);
	gw_pool_get_bounds(&age_ms, &max_passes);
	ret = ret ?: nla_put_u32(rq->reply, GPUWARD_A_SETTING_AGE_MS, age_ms) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_MAX_PASSES, max_passes) ?:
	      nla_put_u32(rq->reply, GPUWARD_A_SETTING_QUARANTINE_MS, gw_quarantine_grace());
	mutex_unlock(&gw_admin);
	return ret;
}

/* Those of the pool; gw_admin held. */
static void set_bounds(struct nlattr *const *attrs)
{
	const struct nlattr *age = attrs[GPUWARD_A_SETTING_AGE_MS];
	const struct nlattr *passes = attrs[GPUWARD_A_SETTING_MAX_PASSES];
	const struct nlattr *quarantine = attrs[GPUWARD_A_SETTING_QUARANTINE_MS];
	u32 age_ms, max_passes;

	gw_pool_get_bounds(&age_ms, &max_passes);
	if (age || passes)
		gw_pool_set_bounds(age ? nla_get_u32(age) : age_ms,
				   passes ? nla_get_u32(passes) : max_passes);
	if (quarantine)
		gw_quarantine_set_grace(nla_get_u32(quarantine));
}

static int setting_set(struct gw_request *rq)
{
	const struct nlattr *host = rq->attrs[GPUWARD_A_SETTING_HOST];
	const struct nlattr *enforce = rq->attrs[GPUWARD_A_SETTING_ENFORCE];
	const struct nlattr *context = rq->attrs[GPUWARD_A_SETTING_CONTEXT];
	const struct nlattr *orphan = rq->attrs[GPUWARD_A_SETTING_ORPHAN_MS];
	const struct nlattr *evict = rq->attrs[GPUWARD_A_SETTING_EVICT_MS];
	const struct nlattr *audit = rq->attrs[GPUWARD_A_SETTING_AUDIT];
	const struct nlattr *tolerance = rq->attrs[GPUWARD_A_SETTING_TOLERANCE];

	mutex_lock(&gw_admin);
	if (host)
		WRITE_ONCE(gw_host, nla_get_u32(host));
	if (enforce)
		WRITE_ONCE(gw_enforce, nla_get_u32(enforce));
	if (context)
		WRITE_ONCE(gw_context_bytes, nla_get_u64(context));
	set_bounds(rq->attrs);
	if (orphan)
		WRITE_ONCE(gw_orphan_ms, nla_get_u32(orphan));
	if (evict)
		WRITE_ONCE(gw_evict_ms, nla_get_u32(evict));
	if (audit)
		WRITE_ONCE(gw_audit_seconds, nla_get_u32(audit));
	if (tolerance)
		WRITE_ONCE(gw_audit_tolerance, nla_get_u64(tolerance));
	mutex_unlock(&gw_admin);
	gw_audit_wake();
	if (orphan)
		gw_orphan_look();
	return 0;
}

static const struct gw_genl_cmd setting_cmds[] = {
	{ .cmd = GPUWARD_CMD_SETTING_GET, .has_reply = true, .doit = setting_get },
	{ .cmd = GPUWARD_CMD_SETTING_SET, .may = BIT(GPUWARD_A_SETTING_HOST) |
	  BIT(GPUWARD_A_SETTING_ENFORCE) | BIT(GPUWARD_A_SETTING_CONTEXT) |
	  BIT(GPUWARD_A_SETTING_AGE_MS) | BIT(GPUWARD_A_SETTING_MAX_PASSES) |
	  BIT(GPUWARD_A_SETTING_QUARANTINE_MS) |
	  BIT(GPUWARD_A_SETTING_ORPHAN_MS) | BIT(GPUWARD_A_SETTING_EVICT_MS) |
	  BIT(GPUWARD_A_SETTING_AUDIT) | BIT(GPUWARD_A_SETTING_TOLERANCE), .doit = setting_set },
};

const struct gw_genl_object gw_genl_setting = {
	.noun = "setting", .names = setting_names, .policy = setting_policy,
	.max_attr = GPUWARD_A_SETTING_MAX, .cmds = setting_cmds,
	.nr_cmds = ARRAY_SIZE(setting_cmds),
};
