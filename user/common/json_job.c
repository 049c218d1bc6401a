// SPDX-License-Identifier: GPL-2.0-only
/* json_job.c - jobs, what they wait for, what holds them, and events, as JSON. */
#include "json.h"

/* What has to go for a waiting job or accelerator. */
#define ADD_EVICTING(o, info, name)						\
do {										\
	if (!WAS_SENT(info, GPUWARD_A_##name##_NR_EVICTING))			\
		break;								\
	json_u64(o, "nr_evicting", (info)->nr_evicting);				\
	json_u64(o, "evicting_deadline_ns", (info)->evicting_ns);			\
	json_text(o, "evicting_vm", (info)->evicting_vm);				\
	json_u64(o, "evicting_accelerator", (info)->evicting_accel);			\
} while (0)

struct json_object *json_job(const struct gpuward_job_info *job)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "id", job->id);
	if (WAS_SENT(job, GPUWARD_A_JOB_VM)) {
		json_u64(o, "vm_id", job->vm_id);
		json_text(o, "vm", job->vm);
	}
	json_u64(o, "accelerator", job->accel);
	json_text(o, "state", gpuward_word(GPUWARD_WORDS_JOB, job->state));
	json_u64_or_null(o, "pid", !!job->pid, job->pid);
	json_text(o, "command", job->command);
	json_u64(o, "position", job->position);
	json_u64(o, "memory_used_bytes", job->used_bytes);
	if (WAS_SENT(job, GPUWARD_A_JOB_PEAK))
		json_u64(o, "memory_peak_bytes", job->peak_bytes);
	json_u64(o, "wait_ns", job->wait_ns);
	json_u64(o, "held_ns", job->held_ns);
	if (WAS_SENT(job, GPUWARD_A_JOB_NR_FILES))
		json_u64(o, "nr_files", job->nr_files);
	if (WAS_SENT(job, GPUWARD_A_JOB_DEADLINE))
		json_u64(o, "deadline_ns", job->deadline_ns);
	if (!WAS_SENT(job, GPUWARD_A_JOB_CLASS))
		return o;
	json_text(o, "class", gpuward_word(GPUWARD_WORDS_CLASS, job->vm_class));
	json_s32(o, "priority", job->priority);
	json_u64(o, "nr_gpus", job->nr_gpus);
	json_u64(o, "memory_per_gpu_bytes", job->wanted_bytes);
	json_u64(o, "nr_holders", job->nr_holders);
	if (WAS_SENT(job, GPUWARD_A_JOB_REASON))
		json_text(o, "reason", gpuward_word(GPUWARD_WORDS_REASON, job->reason));
	else
		json_null(o, "reason");
	ADD_EVICTING(o, job, JOB);
	return o;
}

struct json_object *json_explain(const struct gpuward_explain_info *explain)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "vm_id", explain->vm_id);
	json_text(o, "vm", explain->vm);
	json_u64(o, "accelerator", explain->index);
	json_text(o, "model", explain->model);
	json_u64(o, "nr_gpus", explain->nr_gpus);
	json_u64(o, "memory_per_gpu_bytes", explain->wanted_bytes);
	json_text(o, "class", gpuward_word(GPUWARD_WORDS_CLASS, explain->vm_class));
	json_s32(o, "priority", explain->priority);
	json_u64(o, "position", explain->position);
	json_text(o, "placement_status", gpuward_word(GPUWARD_WORDS_PLACEMENT, explain->placement_status));
	if (WAS_SENT(explain, GPUWARD_A_EXPLAIN_REASON))
		json_text(o, "reason", gpuward_word(GPUWARD_WORDS_REASON, explain->reason));
	else
		json_null(o, "reason");
	json_u64(o, "nr_holders", explain->nr_holders);
	json_flag(o, "has_group", !explain->no_group);
	if (WAS_SENT(explain, GPUWARD_A_EXPLAIN_DEADLINE))
		json_u64(o, "deadline_ns", explain->deadline_ns);
	ADD_EVICTING(o, explain, EXPLAIN);
	return o;
}

struct json_object *json_explain_gpu(const struct gpuward_explain_info *gpu)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "minor", gpu->minor);
	json_text(o, "reason", gpuward_word(GPUWARD_WORDS_REASON, gpu->gpu_reason));
	if (WAS_SENT(gpu, GPUWARD_A_EXPLAIN_TOPOLOGY))
		json_text(o, "near", gpuward_word(GPUWARD_WORDS_TOPOLOGY, gpu->near));
	else
		json_null(o, "near");
	json_u64(o, "memory_wanted_bytes", gpu->wanted_bytes);
	json_u64(o, "memory_room_bytes", gpu->room_bytes);
	json_u64(o, "memory_free_bytes", gpu->free_bytes);
	json_u64(o, "memory_kept_bytes", gpu->kept_bytes);
	json_u64(o, "nr_placed", gpu->nr_placed);
	return o;
}

struct json_object *json_holder(const struct gpuward_holder_info *holder)
{
	struct json_object *o = json_object_new_object();

	if (holder->pid)
		json_u64(o, "pid", holder->pid);
	else
		json_null(o, "pid");
	json_text(o, "command", holder->command);
	json_flag(o, "opener", (int)holder->is_opener);
	json_flag(o, "outside", (int)holder->is_outside);
	return o;
}

struct json_object *json_event(const struct gpuward_event_info *event)
{
	struct json_object *o = json_object_new_object();

#define ADD(attr, how, key, member)						\
	do {									\
		if (WAS_SENT(event, GPUWARD_A_EVENT_##attr))				\
			how(o, key, event->member);				\
	} while (0)
	ADD(SEQ, json_u64, "sequence", seq);
	ADD(TIME_NS, json_u64, "time_ns", time_ns);
	json_text(o, "type", gpuward_word(GPUWARD_WORDS_EVENT, event->type));
	ADD(VM_ID, json_u64, "vm_id", vm_id);
	ADD(VM, json_text, "vm", vm);
	ADD(ACCEL, json_u64, "accelerator", accel);
	ADD(ACCEL_NAME, json_text, "accelerator_name", accel_name);
	ADD(JOB, json_u64, "job", job);
	ADD(PID, json_u64, "pid", pid);
	ADD(COMMAND, json_text, "command", command);
	ADD(HOLDER_PID, json_u64, "holder_pid", holder_pid);
	ADD(HOLDER_NSPID, json_u64, "holder_nspid", holder_nspid);
	ADD(HOLDER_COMMAND, json_text, "holder_command", holder_command);
	ADD(GPU, json_u64, "gpu_minor", gpu);
	ADD(MODEL, json_text, "model", model);
	ADD(WAIT_NS, json_u64, "wait_ns", wait_ns);
	ADD(HELD_NS, json_u64, "held_ns", held_ns);
	ADD(RECORD, json_u64, "record", record);
	ADD(COUNT, json_u64, "count", count);
	ADD(REQUESTED, json_u64, "requested_bytes", requested_bytes);
	ADD(USED, json_u64, "used_bytes", used_bytes);
	ADD(LIMIT, json_u64, "limit_bytes", limit_bytes);
	ADD(DEADLINE, json_u64, "deadline_ns", deadline_ns);
	ADD(FOR_VM, json_text, "for_vm", for_vm);
	ADD(TEXT, json_text, "text", text);
#undef ADD
	return o;
}
