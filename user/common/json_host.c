// SPDX-License-Identifier: GPL-2.0-only
/*
 * json_host.c - what the host is made of as JSON: GPUs, models, VMs and so on. The keys are stable and
 * carry their units.
 */
#include "json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct json_object *json_setting(const struct gpuward_setting_info *setting)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "host", gpuward_word(GPUWARD_WORDS_HOST, setting->host));
	json_text(o, "enforce", gpuward_word(GPUWARD_WORDS_ENFORCE, setting->enforce));
#define ADD(attr, key)								\
	do {									\
		if (WAS_SENT(setting, GPUWARD_A_SETTING_##attr))			\
			json_u64(o, #key, setting->key);			\
	} while (0)
	ADD(CONTEXT_BYTES, context_bytes);
	ADD(AGE_MS, age_ms);
	ADD(MAX_BACKFILL, max_backfill);
	ADD(QUARANTINE_MS, quarantine_ms);
	ADD(ORPHAN_MS, orphan_ms);
	ADD(EVICT_MS, evict_ms);
	ADD(AUDIT_SECONDS, audit_seconds);
#undef ADD
	if (WAS_SENT(setting, GPUWARD_A_SETTING_AUDIT_TOLERANCE_BYTES))
		json_u64(o, "audit_tolerance_bytes", setting->audit_tolerance_bytes);
	return o;
}

struct json_object *json_status(const struct gpuward_status_info *status,
				const struct gpuward_setting_info *setting)
{
	struct json_object *o = json_object_new_object();

	json_text(o, "version", status->version);
	json_u64(o, "abi", status->abi);
	json_text(o, "state", gpuward_word(GPUWARD_WORDS_STATE, status->state));
	if (WAS_SENT(status, GPUWARD_A_STATUS_REASON))
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
	if (WAS_SENT(status, GPUWARD_A_STATUS_NO_AUDIT))
		json_text(o, "no_audit", status->no_audit);
	else
		json_null(o, "no_audit");
	return o;
}

static struct json_object *json_quarantine(const struct gpuward_gpu_info *gpu)
{
	struct json_object *o = WAS_SENT(gpu, GPUWARD_A_GPU_REASON) ? json_object_new_object() : NULL;

	if (!o)
		return NULL;
	json_text(o, "reason", gpu->reason);
	json_u64(o, "since_ns", gpu->since_ns);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_HELD)) {
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
	if (WAS_SENT(gpu, GPUWARD_A_GPU_STATE))
		json_text(o, "state", gpuward_word(GPUWARD_WORDS_GPU, gpu->state));
	json_u64_or_null(o, "memory_bytes", !!WAS_SENT(gpu, GPUWARD_A_GPU_MEMORY), gpu->memory_bytes);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_RESERVED))
		json_u64(o, "reserved_bytes", gpu->reserved_bytes);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_NR_PLACED))
		json_u64(o, "nr_placed", gpu->nr_placed);
	json_text(o, "name", gpu->name);
	json_text(o, "pci", gpu->pci);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_UUID))
		json_text(o, "uuid", uuid_text(gpu->uuid, uuid));
	else
		json_null(o, "uuid");
	if (WAS_SENT(gpu, GPUWARD_A_GPU_ID))
		json_u64(o, "gpu_id", gpu->id);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_INSTANCE))
		json_u64(o, "device_instance", gpu->instance);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_NUMA) && gpu->numa >= 0)
		json_s32(o, "numa_node", gpu->numa);
	else
		json_null(o, "numa_node");
	json_u64_or_null(o, "nvlink_domain", !!gpu->nvlink, gpu->nvlink);
	if (*gpu->pcie)
		json_text(o, "pcie_switch", gpu->pcie);
	else
		json_null(o, "pcie_switch");
	if (WAS_SENT(gpu, GPUWARD_A_GPU_DRIVER))
		json_u64(o, "driver_reserve_bytes", gpu->driver_bytes);
	if (WAS_SENT(gpu, GPUWARD_A_GPU_STATE))
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
	if (WAS_SENT(model, GPUWARD_A_MODEL_NR_ACCELS))
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
	if (WAS_SENT(vm, GPUWARD_A_VM_WAIT)) {
		json_text(o, "wait", gpuward_word(GPUWARD_WORDS_WAIT, vm->wait));
		json_u64_or_null(o, "wait_ms", vm->wait == GPUWARD_WAIT_TIMEOUT, vm->wait_ms);
	}
	if (WAS_SENT(vm, GPUWARD_A_VM_QUOTA))
		json_text(o, "quota", gpuward_word(GPUWARD_WORDS_QUOTA, vm->quota));
	if (WAS_SENT(vm, GPUWARD_A_VM_MANAGED))
		json_text(o, "managed", gpuward_word(GPUWARD_WORDS_MANAGED, vm->managed));
	if (WAS_SENT(vm, GPUWARD_A_VM_NR_BINDINGS))
		json_u64(o, "nr_bindings", vm->nr_bindings);
	if (WAS_SENT(vm, GPUWARD_A_VM_NR_FILES))
		json_u64(o, "nr_files", vm->nr_files);
	if (WAS_SENT(vm, GPUWARD_A_VM_NR_JOBS))
		json_u64(o, "nr_jobs", vm->nr_jobs);
	return o;
}

static void json_member(struct json_object *group, const struct gpuward_member_info *member)
{
	const char *key = WAS_SENT(member, GPUWARD_A_MEMBER_VM) ? "vms" :
			  WAS_SENT(member, GPUWARD_A_MEMBER_MODEL) ? "models" :
			  WAS_SENT(member, GPUWARD_A_MEMBER_GPU_GROUP) ? "gpu_groups" : "gpu_minors";
	const char *name = WAS_SENT(member, GPUWARD_A_MEMBER_VM) ? member->vm :
			   WAS_SENT(member, GPUWARD_A_MEMBER_MODEL) ? member->model : member->gpu_group;
	struct json_object *array, *item;
	char *clean;

	if (!json_object_object_get_ex(group, key, &array))
		return;
	if (WAS_SENT(member, GPUWARD_A_MEMBER_GPU)) {
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
	if (WAS_SENT(binding, GPUWARD_A_BINDING_ACCEL))
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

	if (WAS_SENT(accel, GPUWARD_A_ACCEL_VM)) {
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
	if (WAS_SENT(accel, GPUWARD_A_ACCEL_PEAK))
		json_u64(o, "memory_peak_bytes", accel->peak_bytes);
	json_text(o, "quota", gpuward_word(GPUWARD_WORDS_QUOTA, accel->quota));
	json_text(o, "managed", gpuward_word(GPUWARD_WORDS_MANAGED, accel->managed));
	json_u64(o, "nr_running", accel->nr_running);
	json_u64(o, "nr_waiting", accel->nr_waiting);
	if (WAS_SENT(accel, GPUWARD_A_ACCEL_POSITION))
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
