// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests whose answers view.c rewrites: which GPU and which VM they are about.
 * Owns nothing. Must not change what the driver does, nor trust the caller's memory: a tenant that
 * changes its request meanwhile deceives nobody but itself, and sees nothing of others.
 */
#include "nv/nv.h"
#include "account/charge.h"
#include "object/binding.h"
#include "job/file.h"
#include "job/job.h"
#include "base/refuse.h"
#include "nv/object/objects.h"
#include "nv/driver/bounce.h"
#include "nv/decode/view.h"

#include <linux/limits.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>

/* From here on the driver numbers processes as the caller's namespace does. */
#define NS_PIDS_FIRST 570

static struct pid *find_get_driver_pid(u32 nr)
{
	struct pid *pid;

	if (!nr || nr > INT_MAX)
		return NULL;
	rcu_read_lock();
	pid = gw_nv_branch_now() < NS_PIDS_FIRST ? find_pid_ns(nr, &init_pid_ns) : find_vpid(nr);
	get_pid(pid);
	rcu_read_unlock();
	return pid;
}

/* Has it files open on an accelerator of the VM? The driver names none that has not. */
static bool is_mine(void *vm, u32 nr)
{
	struct pid *pid = vm ? find_get_driver_pid(nr) : NULL;
	bool is = pid && gw_proc_is_of(vm, pid);

	put_pid(pid);
	return is;
}

int gw_nv_look_before(struct gw_pin *p, const struct gw_nv_effect *e)
{
	u32 at, len = gw_nv_view_list_wanted(e, p->nested.data, &at);
	int ret;

	if (e->act == GW_NV_WITHHOLD)
		return gw_is_audit() ? 0 : GW_NV_NOT_SUPPORTED;
	ret = len ? gw_pin_take_list(p, at, len) : 0;
	return ret == -EFAULT ? GW_PIN_INVALID_ADDRESS : ret;
}

void gw_nv_look_after(struct gw_file *f, struct gw_pin *p, const struct gw_nv_effect *e)
{
	struct gw_accel *a = f ? f->proc->accel : NULL;
	struct gw_nv_looker who = {
		.is_mine = is_mine,
		.is_nested = task_active_pid_ns(current) != &init_pid_ns,
	};
	struct gw_ledger_view memory;
	int minor;

	if (e->act != GW_NV_VIEW || gw_is_audit())
		return;
	/* With a file that is not its own the caller sees a GPU without memory or processes. */
	if (a && gw_bind_current_is(a)) {
		who.context = a->vm;
		minor = gw_nv_objects_gpu(f, e->client, e->object);
		if (minor >= 0) {
			/* The driver has said what there is in the GPU; no more is shown. */
			gw_account_view(a, minor, U64_MAX, &memory);
			who.memory = &memory;
		}
	}
	gw_nv_view(e, p->outer, p->nested.data, p->nested.len, p->list.data, p->list.len, &who);
}
