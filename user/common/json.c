// SPDX-License-Identifier: GPL-2.0-only
/*
 * json.c - every struct of the library as JSON.
 * Owns the keys, which are stable and carry their units. Must not print anything for people.
 */
#include "json.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HAS(info, attr) ((info)->fields & GPUWARD_FIELD(attr))

void json_text(struct json_object *to, const char *key, const char *text)
{
	char *clean = text_utf8(text);

	json_object_object_add(to, key, json_object_new_string(clean ?: ""));
	free(clean);
}

void json_u64(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static void json_s32(struct json_object *to, const char *key, int32_t value)
{
	json_object_object_add(to, key, json_object_new_int(value));
}

void json_flag(struct json_object *to, const char *key, int value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

static void json_null(struct json_object *to, const char *key)
{
	json_object_object_add(to, key, NULL);
}

static void json_u64_or_null(struct json_object *to, const char *key, int has, uint64_t value)
{
	json_object_object_add(to, key, has ? json_object_new_uint64(value) : NULL);
}

struct json_object *json_document(const struct gpuward *g)
{
	const struct gpuward_version *v = gpuward_version(g);
	struct json_object *document = json_object_new_object();
	struct json_object *module = *v->out_version_text ? json_object_new_object() : NULL;

	json_object_object_add(document, "module", module);
	if (!module)
		return document;	/* not asked, or not loaded */
	json_text(module, "version", v->out_version_text);
	if (*v->out_driver)
		json_text(module, "driver", v->out_driver);
	else
		json_null(module, "driver");
	json_text(module, "state", gpuward_word(GPUWARD_WORDS_STATE, v->out_state));
	json_flag(module, "audit", !!v->out_audit);
	return document;
}

static int print(struct json_object *document, int flags)
{
	const char *raw = json_object_to_json_string_ext(document, flags);
	char *text = raw ? text_json(raw) : NULL;
	int failed = !text;

	if (text)
		puts(text);
	free(text);
	json_object_put(document);
	return -failed;
}

int json_print(struct json_object *document)
{
	return print(document, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
		     JSON_C_TO_STRING_NOSLASHESCAPE);
}

int json_print_line(struct json_object *document)
{
	return print(document, JSON_C_TO_STRING_NOSLASHESCAPE);
}

struct json_object *json_setting(const struct gpuward_setting_info *setting)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "host", gpuward_word(GPUWARD_WORDS_HOST, setting->host));
	json_text(o, "enforce", gpuward_word(GPUWARD_WORDS_ENFORCE, setting->enforce));
#define ADD(attr, key)								\
	do {									\
		if (HAS(setting, GPUWARD_A_SETTING_##attr))			\
			json_u64(o, #key, setting->key);			\
	} while (0)
	ADD(CONTEXT, context_bytes);
	ADD(AGE_MS, age_ms);
	ADD(MAX_PASSES, max_passes);
	ADD(QUARANTINE_MS, quarantine_ms);
	ADD(ORPHAN_MS, orphan_ms);
	ADD(EVICT_MS, evict_ms);
	ADD(AUDIT, audit_seconds);
#undef ADD
	if (HAS(setting, GPUWARD_A_SETTING_TOLERANCE))
		json_u64(o, "audit_tolerance_bytes", setting->audit_tolerance);
	return o;
}

struct json_object *json_status(const struct gpuward_status_info *status,
				const struct gpuward_setting_info *setting)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "version", status->version);
	json_u64(o, "abi", status->abi);
	json_text(o, "state", gpuward_word(GPUWARD_WORDS_STATE, status->state));
	if (HAS(status, GPUWARD_A_STATUS_REASON))
		json_text(o, "reason", status->reason);
	else
		json_null(o, "reason");
	if (*status->driver)
		json_text(o, "driver", status->driver);
	else
		json_null(o, "driver");
	json_text(o, "uvm_state", gpuward_word(GPUWARD_WORDS_STATE, status->uvm));
	json_object_object_add(o, "settings", json_setting(setting));
	json_u64(o, "nr_gpus", status->nr_gpus);
	json_u64(o, "nr_vms", status->nr_vms);
	json_u64(o, "nr_bindings", status->nr_bindings);
	json_u64(o, "nr_files", status->nr_files);
	json_u64(o, "nr_jobs", status->nr_jobs);
	json_u64(o, "nr_refused", status->nr_refused);
	if (HAS(status, GPUWARD_A_STATUS_NO_AUDIT))
		json_text(o, "no_audit", status->no_audit);
	else
		json_null(o, "no_audit");
	return o;
}

static struct json_object *json_quarantine(const struct gpuward_gpu_info *gpu)
{
	struct json_object *o = HAS(gpu, GPUWARD_A_GPU_WHY) ? json_object_new_object() : NULL;

	if (!o)
		return NULL;
	json_text(o, "why", gpu->why);
	json_u64(o, "since_ns", gpu->since_ns);
	if (HAS(gpu, GPUWARD_A_GPU_HELD)) {
		json_u64(o, "held_bytes", gpu->held_bytes);
		json_text(o, "vm", gpu->held_vm);
		json_u64(o, "accelerator", gpu->held_accel);
	}
	return o;
}

struct json_object *json_gpu(const struct gpuward_gpu_info *gpu)
{
	struct json_object *o = json_object_new_object();
	char uuid[UUID_TEXT_LEN];

	json_u64(o, "minor", gpu->minor);
	if (HAS(gpu, GPUWARD_A_GPU_STATE))
		json_text(o, "state", gpuward_word(GPUWARD_WORDS_GPU, gpu->state));
	json_u64_or_null(o, "memory_bytes", !!HAS(gpu, GPUWARD_A_GPU_MEMORY), gpu->memory_bytes);
	if (HAS(gpu, GPUWARD_A_GPU_RESERVED))
		json_u64(o, "reserved_bytes", gpu->reserved_bytes);
	if (HAS(gpu, GPUWARD_A_GPU_NR_PLACED))
		json_u64(o, "nr_placed", gpu->nr_placed);
	json_text(o, "name", gpu->name);
	json_text(o, "pci", gpu->pci);
	if (HAS(gpu, GPUWARD_A_GPU_UUID))
		json_text(o, "uuid", uuid_text(gpu->uuid, uuid));
	else
		json_null(o, "uuid");
	if (HAS(gpu, GPUWARD_A_GPU_ID))
		json_u64(o, "gpu_id", gpu->id);
	if (HAS(gpu, GPUWARD_A_GPU_INSTANCE))
		json_u64(o, "device_instance", gpu->instance);
	if (HAS(gpu, GPUWARD_A_GPU_NUMA) && gpu->numa >= 0)
		json_s32(o, "numa_node", gpu->numa);
	else
		json_null(o, "numa_node");
	json_u64_or_null(o, "nvlink_domain", !!gpu->nvlink, gpu->nvlink);
	if (*gpu->pcie)
		json_text(o, "pcie_switch", gpu->pcie);
	else
		json_null(o, "pcie_switch");
	if (HAS(gpu, GPUWARD_A_GPU_DRIVER))
		json_u64(o, "driver_reserve_bytes", gpu->driver_bytes);
	if (HAS(gpu, GPUWARD_A_GPU_STATE))
		json_object_object_add(o, "quarantine", json_quarantine(gpu));
	if (*gpu->note)
		json_text(o, "note", gpu->note);
	return o;
}

struct json_object *json_model(const struct gpuward_model_info *model)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "name", model->name);
	json_u64(o, "memory_bytes", model->memory_bytes);
	json_u64(o, "nr_gpus", model->nr_gpus);
	if (HAS(model, GPUWARD_A_MODEL_NR_ACCELS))
		json_u64(o, "nr_accelerators", model->nr_accels);
	else
		json_flag(o, "is_current", !!model->is_current);
	return o;
}

struct json_object *json_vm(const struct gpuward_vm_info *vm)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "id", vm->id);
	json_text(o, "name", vm->name);
	json_text(o, "class", gpuward_word(GPUWARD_WORDS_CLASS, vm->vm_class));
	json_s32(o, "priority", vm->priority);
	json_u64(o, "max_accelerators", vm->max_accels);
	json_u64(o, "nr_accelerators", vm->nr_accels);
	if (HAS(vm, GPUWARD_A_VM_WAIT)) {
		json_text(o, "wait", gpuward_word(GPUWARD_WORDS_WAIT, vm->wait));
		json_u64_or_null(o, "wait_ms", vm->wait == GPUWARD_WAIT_TIMEOUT, vm->wait_ms);
	}
	if (HAS(vm, GPUWARD_A_VM_QUOTA))
		json_text(o, "quota", gpuward_word(GPUWARD_WORDS_QUOTA, vm->quota));
	if (HAS(vm, GPUWARD_A_VM_MANAGED))
		json_text(o, "managed", gpuward_word(GPUWARD_WORDS_MANAGED, vm->managed));
	if (HAS(vm, GPUWARD_A_VM_NR_BINDINGS))
		json_u64(o, "nr_bindings", vm->nr_bindings);
	if (HAS(vm, GPUWARD_A_VM_NR_FILES))
		json_u64(o, "nr_files", vm->nr_files);
	if (HAS(vm, GPUWARD_A_VM_NR_JOBS))
		json_u64(o, "nr_jobs", vm->nr_jobs);
	return o;
}

static void json_member(struct json_object *group, const struct gpuward_member_info *member)
{
	const char *key = HAS(member, GPUWARD_A_MEMBER_VM) ? "vms" :
			  HAS(member, GPUWARD_A_MEMBER_MODEL) ? "models" :
			  HAS(member, GPUWARD_A_MEMBER_GPU_GROUP) ? "gpu_groups" : "gpu_minors";
	const char *name = HAS(member, GPUWARD_A_MEMBER_VM) ? member->vm :
			   HAS(member, GPUWARD_A_MEMBER_MODEL) ? member->model : member->gpu_group;
	struct json_object *array, *item;
	char *clean;

	if (!json_object_object_get_ex(group, key, &array))
		return;
	if (HAS(member, GPUWARD_A_MEMBER_GPU)) {
		item = json_object_new_uint64(member->gpu);
	} else {
		clean = text_utf8(name);
		item = json_object_new_string(clean ?: "");
		free(clean);
	}
	json_object_array_add(array, item);
}

struct json_object *json_group(const struct gpuward_group_info *group,
			       const struct gpuward_member_info *members)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "kind", gpuward_word(GPUWARD_WORDS_GROUP, group->kind));
	json_text(o, "name", group->name);
	json_flag(o, "is_default", !!group->is_default);
	if (group->kind == GPUWARD_GROUP_MODEL) {
		json_object_object_add(o, "models", json_object_new_array());
		json_object_object_add(o, "vms", json_object_new_array());
		json_object_object_add(o, "gpu_groups", json_object_new_array());
	} else {
		json_object_object_add(o, "gpu_minors", json_object_new_array());
	}
	for (; members; members = members->next)
		if (members->kind == group->kind && !strcmp(members->group, group->name))
			json_member(o, members);
	return o;
}

struct json_object *json_binding(const struct gpuward_binding_info *binding)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "cgroup_id", binding->cgroup_id);
	json_text(o, "path", binding->path);
	json_u64(o, "vm_id", binding->vm_id);
	json_text(o, "vm", binding->vm);
	if (HAS(binding, GPUWARD_A_BINDING_ACCEL))
		json_u64(o, "accelerator", binding->accel);
	else
		json_null(o, "accelerator");
	json_flag(o, "is_dead", !!binding->dead);
	return o;
}

struct json_object *json_accel(const struct gpuward_accel_info *accel)
{
	struct json_object *o = json_object_new_object();
	struct json_object *placement = json_object_new_array();
	uint32_t i;

	if (HAS(accel, GPUWARD_A_ACCEL_VM)) {
		json_u64(o, "vm_id", accel->vm_id);
		json_text(o, "vm", accel->vm);
	}
	json_u64(o, "index", accel->index);
	json_text(o, "name", accel->name);
	json_text(o, "model", accel->model);
	json_flag(o, "is_default", !!accel->is_default);
	json_text(o, "state", gpuward_word(GPUWARD_WORDS_ACCEL, accel->state));
	json_text(o, "program", gpuward_word(GPUWARD_WORDS_PROGRAM, accel->program));
	json_u64(o, "duplicable", accel->duplicable);
	json_u64(o, "nr_gpus", accel->nr_gpus);
	json_u64(o, "memory_total_bytes", accel->memory_bytes);
	json_u64(o, "memory_used_bytes", accel->used_bytes);
	if (HAS(accel, GPUWARD_A_ACCEL_PEAK))
		json_u64(o, "memory_peak_bytes", accel->peak_bytes);
	json_text(o, "quota", gpuward_word(GPUWARD_WORDS_QUOTA, accel->quota));
	json_text(o, "managed", gpuward_word(GPUWARD_WORDS_MANAGED, accel->managed));
	json_u64(o, "nr_running", accel->nr_running);
	json_u64(o, "nr_waiting", accel->nr_waiting);
	if (HAS(accel, GPUWARD_A_ACCEL_POSITION))
		json_u64(o, "position", accel->position);
	for (i = 0; i < accel->nr_placed; i++) {
		struct json_object *part = json_object_new_object();

		json_u64(part, "gpu_minor", accel->placed[i].minor);
		if (accel->placed[i].bytes) {
			json_u64(part, "reserved_bytes", accel->placed[i].bytes);
			json_u64(part, "used_bytes", accel->placed[i].used_bytes);
			json_u64(part, "peak_bytes", accel->placed[i].peak_bytes);
		}
		json_object_array_add(placement, part);
	}
	json_object_object_add(o, "placement", placement);
	return o;
}

struct json_object *json_job(const struct gpuward_job_info *job)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "id", job->id);
	if (HAS(job, GPUWARD_A_JOB_VM)) {
		json_u64(o, "vm_id", job->vm_id);
		json_text(o, "vm", job->vm);
	}
	json_u64(o, "accelerator", job->accel);
	json_text(o, "state", gpuward_word(GPUWARD_WORDS_JOB, job->state));
	json_u64_or_null(o, "pid", !!job->pid, job->pid);
	json_text(o, "command", job->command);
	json_u64(o, "position", job->position);
	json_u64(o, "memory_used_bytes", job->used_bytes);
	if (HAS(job, GPUWARD_A_JOB_PEAK))
		json_u64(o, "memory_peak_bytes", job->peak_bytes);
	json_u64(o, "wait_ns", job->wait_ns);
	json_u64(o, "held_ns", job->held_ns);
	if (HAS(job, GPUWARD_A_JOB_NR_FILES))
		json_u64(o, "nr_files", job->nr_files);
	if (HAS(job, GPUWARD_A_JOB_DEADLINE))
		json_u64(o, "deadline_ns", job->deadline_ns);
	if (!HAS(job, GPUWARD_A_JOB_CLASS))
		return o;
	json_text(o, "class", gpuward_word(GPUWARD_WORDS_CLASS, job->vm_class));
	json_s32(o, "priority", job->priority);
	json_u64(o, "nr_gpus", job->nr_gpus);
	json_u64(o, "memory_per_gpu_bytes", job->wanted_bytes);
	json_u64(o, "nr_holders", job->nr_holders);
	if (HAS(job, GPUWARD_A_JOB_REASON))
		json_text(o, "reason", gpuward_word(GPUWARD_WORDS_WHY, job->reason));
	else
		json_null(o, "reason");
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
	json_text(o, "outlook", gpuward_word(GPUWARD_WORDS_OUTLOOK, explain->outlook));
	if (HAS(explain, GPUWARD_A_EXPLAIN_REASON))
		json_text(o, "reason", gpuward_word(GPUWARD_WORDS_WHY, explain->reason));
	else
		json_null(o, "reason");
	json_u64(o, "nr_holders", explain->nr_holders);
	json_flag(o, "has_group", !explain->no_group);
	if (HAS(explain, GPUWARD_A_EXPLAIN_DEADLINE))
		json_u64(o, "deadline_ns", explain->deadline_ns);
	return o;
}

struct json_object *json_explain_gpu(const struct gpuward_explain_info *gpu)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "minor", gpu->minor);
	json_text(o, "why", gpuward_word(GPUWARD_WORDS_WHY, gpu->why));
	if (HAS(gpu, GPUWARD_A_EXPLAIN_NEAR))
		json_text(o, "near", gpuward_word(GPUWARD_WORDS_NEAR, gpu->near));
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
		if (HAS(event, GPUWARD_A_EVENT_##attr))				\
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

const char *uuid_text(const uint8_t uuid[GPUWARD_GPU_UUID_LEN], char buf[UUID_TEXT_LEN])
{
	char *to = buf + sprintf(buf, "GPU-");
	int i;

	for (i = 0; i < GPUWARD_GPU_UUID_LEN; i++)
		to += sprintf(to, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      uuid[i]);
	return buf;
}

int uuid_parse(const char *text, uint8_t uuid[GPUWARD_GPU_UUID_LEN])
{
	unsigned int nr = 0, byte;

	if (!strncmp(text, "GPU-", 4))
		text += 4;
	while (*text && nr < GPUWARD_GPU_UUID_LEN) {
		if (*text == '-') {
			text++;
			continue;
		}
		if (strspn(text, "0123456789abcdefABCDEF") < 2 || sscanf(text, "%2x", &byte) != 1)
			return -1;
		uuid[nr++] = (uint8_t)byte;
		text += 2;
	}
	return *text || nr != GPUWARD_GPU_UUID_LEN ? -1 : 0;
}
