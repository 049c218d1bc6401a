// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the host as a whole: status, taking the driver and letting it go. */
#include "base/backend.h"
#include "object/binding.h"
#include "job/file.h"
#include "netlink/common.h"
#include "admin/gpu.h"
#include "base/refuse.h"

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
	{ .cmd = GPUWARD_CMD_DRIVER_ATTACH, .doit = attach },
	{ .cmd = GPUWARD_CMD_DRIVER_DETACH, .has_reply = true, .doit = detach },
};

const struct gw_genl_object gw_genl_status = {
	.noun = "status", .names = status_names, .policy = status_policy,
	.max_attr = GPUWARD_A_STATUS_MAX, .cmds = status_cmds, .nr_cmds = ARRAY_SIZE(status_cmds),
};
