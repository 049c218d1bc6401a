/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: one for each decision. They take values, so that nothing is looked up for them. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM gpuward

#if !defined(_GW_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _GW_TRACE_H

#include <linux/tracepoint.h>

/* A tenant opens a node: kind as enum gw_node, ret 0 or -errno. */
TRACE_EVENT(gpuward_open,
	TP_PROTO(u32 vm, u32 accel, u32 kind, u32 minor, int ret),
	TP_ARGS(vm, accel, kind, minor, ret),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(u32, kind) __field(u32, minor)
		__field(int, ret)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->kind = kind;
		__entry->minor = minor; __entry->ret = ret;
	),
	TP_printk("vm=%u accel=%u kind=%u minor=%u ret=%d", __entry->vm, __entry->accel,
		  __entry->kind, __entry->minor, __entry->ret)
);

/* GPUs are reserved for, or given back by, an accelerator. */
DECLARE_EVENT_CLASS(gpuward_placement,
	TP_PROTO(u32 vm, u32 accel, u32 nr_gpus, u32 first, u64 bytes),
	TP_ARGS(vm, accel, nr_gpus, first, bytes),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(u32, nr_gpus) __field(u32, first)
		__field(u64, bytes)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->nr_gpus = nr_gpus;
		__entry->first = first; __entry->bytes = bytes;
	),
	TP_printk("vm=%u accel=%u gpus=%u first_minor=%u bytes_per_gpu=%llu", __entry->vm,
		  __entry->accel, __entry->nr_gpus, __entry->first, __entry->bytes)
);
DEFINE_EVENT(gpuward_placement, gpuward_place,
	TP_PROTO(u32 vm, u32 accel, u32 nr_gpus, u32 first, u64 bytes),
	TP_ARGS(vm, accel, nr_gpus, first, bytes));
DEFINE_EVENT(gpuward_placement, gpuward_unplace,
	TP_PROTO(u32 vm, u32 accel, u32 nr_gpus, u32 first, u64 bytes),
	TP_ARGS(vm, accel, nr_gpus, first, bytes));

/*
 * Managed memory is mapped, unmapped or refused: mapped in all behind the file, and is it charged
 * (on each GPU), or does it wait for one?
 */
TRACE_EVENT(gpuward_managed,
	TP_PROTO(u32 vm, u32 accel, s64 delta, u64 mapped, bool charged, int ret),
	TP_ARGS(vm, accel, delta, mapped, charged, ret),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(s64, delta) __field(u64, mapped)
		__field(bool, charged) __field(int, ret)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->delta = delta;
		__entry->mapped = mapped; __entry->charged = charged; __entry->ret = ret;
	),
	TP_printk("vm=%u accel=%u delta=%lld mapped=%llu charged=%u ret=%d", __entry->vm,
		  __entry->accel, __entry->delta, __entry->mapped, __entry->charged, __entry->ret)
);

/* A job changes its state: enum gpuward_job_state, 0 for gone. */
TRACE_EVENT(gpuward_job,
	TP_PROTO(u32 vm, u32 accel, u64 job, u32 state, u32 nr_waiting),
	TP_ARGS(vm, accel, job, state, nr_waiting),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(u64, job) __field(u32, state)
		__field(u32, nr_waiting)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->job = job;
		__entry->state = state; __entry->nr_waiting = nr_waiting;
	),
	TP_printk("vm=%u accel=%u job=%llu state=%s waiting=%u", __entry->vm, __entry->accel,
		  __entry->job,
		  __print_symbolic(__entry->state, { 0, "none" }, { 1, "placing" },
				   { 2, "waiting" }, { 3, "running" }, { 4, "ending" },
				   { 5, "orphaned" }, { 6, "evicting" }),
		  __entry->nr_waiting)
);

/* A request was refused, or would be with enforce=on. */
TRACE_EVENT(gpuward_refuse,
	TP_PROTO(u32 vm, int error, const char *text),
	TP_ARGS(vm, error, text),
	TP_STRUCT__entry(
		__field(u32, vm) __field(int, error) __array(char, text, 128)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->error = error;
		strscpy(__entry->text, text, sizeof(__entry->text));
	),
	TP_printk("vm=%u errno=%d %s", __entry->vm, __entry->error, __entry->text)
);

/* Memory on a GPU is charged, settled or given back; delta in bytes, ret 0 or -errno. */
TRACE_EVENT(gpuward_charge,
	TP_PROTO(u32 vm, u32 accel, u64 job, u32 minor, s64 delta, u64 used, u64 limit, int ret),
	TP_ARGS(vm, accel, job, minor, delta, used, limit, ret),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(u64, job) __field(u32, minor)
		__field(s64, delta) __field(u64, used) __field(u64, limit) __field(int, ret)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->job = job;
		__entry->minor = minor; __entry->delta = delta; __entry->used = used;
		__entry->limit = limit; __entry->ret = ret;
	),
	TP_printk("vm=%u accel=%u job=%llu minor=%u delta=%lld used=%llu limit=%llu ret=%d",
		  __entry->vm, __entry->accel, __entry->job, __entry->minor, __entry->delta,
		  __entry->used, __entry->limit, __entry->ret)
);

/* The driver's books say more of a job than ours; ended: it was, for that. */
TRACE_EVENT(gpuward_excess,
	TP_PROTO(u32 vm, u32 accel, u64 job, u32 minor, u64 known, u64 truth, bool ended),
	TP_ARGS(vm, accel, job, minor, known, truth, ended),
	TP_STRUCT__entry(
		__field(u32, vm) __field(u32, accel) __field(u64, job) __field(u32, minor)
		__field(u64, known) __field(u64, truth) __field(bool, ended)
	),
	TP_fast_assign(
		__entry->vm = vm; __entry->accel = accel; __entry->job = job;
		__entry->minor = minor; __entry->known = known; __entry->truth = truth;
		__entry->ended = ended;
	),
	TP_printk("vm=%u accel=%u job=%llu minor=%u known=%llu truth=%llu ended=%u", __entry->vm,
		  __entry->accel, __entry->job, __entry->minor, __entry->known, __entry->truth,
		  __entry->ended)
);

/* A function of the vendor's driver is hooked (on) or let go; ret 0 or -errno. */
TRACE_EVENT(gpuward_hook,
	TP_PROTO(const char *function, bool on, int ret),
	TP_ARGS(function, on, ret),
	TP_STRUCT__entry(
		__array(char, function, 48) __field(bool, on) __field(int, ret)
	),
	TP_fast_assign(
		strscpy(__entry->function, function, sizeof(__entry->function));
		__entry->on = on; __entry->ret = ret;
	),
	TP_printk("%s %s ret=%d", __entry->on ? "hook" : "unhook", __entry->function,
		  __entry->ret)
);

#endif /* _GW_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH base
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
