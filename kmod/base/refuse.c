// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why was this call refused? Here every refusal passes, is counted, traced and reported. Owns the
 * host's settings. Must never write to the kernel log: a tenant could fill it.
 */
#include "base/refuse.h"
#include "base/event.h"
#include "base/trace.h"

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#define REPORTS_PER_SECOND 10

u32 gw_host = GPUWARD_HOST_ALLOW;
u32 gw_enforce = GPUWARD_ENFORCE_ON;
u64 gw_context_bytes;
u32 gw_orphan_ms = 5000;
u32 gw_evict_ms = 30000;
atomic64_t gw_nr_refused;

/* May this one be reported? Then *@missed is how many before it were not. */
static bool may_report(struct gw_vm *vm, u64 *missed)
{
	u64 second = ktime_get_boottime_seconds();
	bool may;

	spin_lock(&vm->report_lock);
	if (vm->report_second != second) {
		vm->report_second = second;
		vm->nr_reported = 0;
	}
	may = vm->nr_reported < REPORTS_PER_SECOND;
	if (may) {
		vm->nr_reported++;
		*missed = vm->nr_unreported;
		vm->nr_unreported = 0;
	} else {
		vm->nr_unreported++;
	}
	spin_unlock(&vm->report_lock);
	return may;
}

int gw_refuse(struct gw_vm *vm, int errno, const char *fmt, ...)
{
	struct gw_event ev = { .type = GPUWARD_EVENT_REFUSED, .vm = vm, .pid = task_tgid(current) };
	char text[128];
	va_list args;

	atomic64_inc(&gw_nr_refused);
	if (vm && !may_report(vm, &ev.count))
		return gw_is_audit() ? 0 : errno;
	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	trace_gpuward_refuse(vm ? vm->id : 0, errno, text);
	ev.text = text;
	ev.command = current->comm;
	if (vm)		/* a host process's refusals are counted and traced only */
		gw_event_send(&ev);
	return gw_is_audit() ? 0 : errno;
}

int gw_refuse_memory(const struct gw_shortage *s)
{
	struct gw_event ev = {
		.type = GPUWARD_EVENT_OUT_OF_MEMORY,
		.accel = s->accel,
		.job = s->job,
		.pid = task_tgid(current),
		.command = current->comm,
		.has_gpu = true,
		.gpu = s->minor,
		.has_memory = true,
		.requested_bytes = s->requested,
		.used_bytes = s->used,
		.limit_bytes = s->limit,
	};

	atomic64_inc(&gw_nr_refused);
	if (may_report(s->accel->vm, &ev.count))
		gw_event_send(&ev);
	return gw_is_audit() ? 0 : -EDQUOT;
}
