// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin.c - administering and observing: one line per netlink command, over tables of attributes.
 */
#include "nl.h"

#include <errno.h>
#include <string.h>

#define FIELDS(table, type) \
	{ .fields = table, .nr_fields = sizeof(table) / sizeof(*table), .size = sizeof(struct type) }

#define F(attr, how, member) [GPUWARD_A_STATUS_##attr] = GW_FIELD(gpuward_status_info, how, member)
static const struct gw_field status_fields[] = {
	F(VERSION, GW_TEXT, version),	F(ABI, GW_U32, abi),
	F(STATE, GW_U32, state),	F(DRIVER, GW_TEXT, driver),
	F(REASON, GW_TEXT, reason),	F(UVM, GW_U32, uvm),
	F(NR_GPUS, GW_U32, nr_gpus),	F(NR_VMS, GW_U32, nr_vms),
	F(NR_FILES, GW_U32, nr_files),	F(NR_BINDINGS, GW_U32, nr_bindings),
	F(NR_JOBS, GW_U32, nr_jobs),	F(NR_REFUSED, GW_U64, nr_refused),
	F(NO_AUDIT, GW_TEXT, no_audit),
};
#undef F
static const struct gw_kind status_kind = FIELDS(status_fields, gpuward_status_info);

#define F(attr, how, member) [GPUWARD_A_SETTING_##attr] = GW_FIELD(gpuward_setting_info, how, member)
static const struct gw_field setting_fields[] = {
	F(HOST, GW_U32, host),		F(ENFORCE, GW_U32, enforce),
	F(CONTEXT_BYTES, GW_U64, context_bytes),
	F(AGE_MS, GW_U32, age_ms),	F(MAX_BACKFILL, GW_U32, max_backfill),
	F(QUARANTINE_MS, GW_U32, quarantine_ms),
	F(ORPHAN_MS, GW_U32, orphan_ms), F(EVICT_MS, GW_U32, evict_ms),
	F(AUDIT_SECONDS, GW_U32, audit_seconds),	F(AUDIT_TOLERANCE_BYTES, GW_U64, audit_tolerance_bytes),
};
#undef F
static const struct gw_kind setting_kind = FIELDS(setting_fields, gpuward_setting_info);

#define F(attr, how, member) [GPUWARD_A_GPU_##attr] = GW_FIELD(gpuward_gpu_info, how, member)
static const struct gw_field gpu_fields[] = {
	F(MINOR, GW_U32, minor),	F(MEMORY, GW_U64, memory_bytes),
	F(NAME, GW_TEXT, name),		F(PCI, GW_TEXT, pci),
	F(UUID, GW_BYTES, uuid),	F(ID, GW_U32, id),
	F(INSTANCE, GW_U32, instance),	F(NUMA, GW_U32, numa),
	F(STATE, GW_U32, state),	F(RESERVED, GW_U64, reserved_bytes),
	F(NR_PLACED, GW_U32, nr_placed),
	F(NVLINK, GW_U32, nvlink),	F(PCIE, GW_TEXT, pcie),
	F(DRIVER, GW_U64, driver_bytes),
	F(REASON, GW_TEXT, reason),		F(SINCE_NS, GW_U64, since_ns),
	F(HELD, GW_U64, held_bytes),	F(HELD_VM, GW_TEXT, held_vm),
	F(HELD_ACCEL, GW_U32, held_accel),
};
#undef F
static const struct gw_kind gpu_kind = FIELDS(gpu_fields, gpuward_gpu_info);

#define F(attr, how, member) [GPUWARD_A_MODEL_##attr] = GW_FIELD(gpuward_model_info, how, member)
static const struct gw_field model_fields[] = {
	F(NAME, GW_TEXT, name),		F(MEMORY, GW_U64, memory_bytes),
	F(NR_GPUS, GW_U32, nr_gpus),	F(NR_ACCELS, GW_U32, nr_accels),
};
#undef F
static const struct gw_kind model_kind = FIELDS(model_fields, gpuward_model_info);

#define F(attr, how, member) [GPUWARD_A_VM_##attr] = GW_FIELD(gpuward_vm_info, how, member)
static const struct gw_field vm_fields[] = {
	F(ID, GW_U32, id),		F(NAME, GW_TEXT, name),
	F(MODEL, GW_TEXT, model),	F(CLASS, GW_U32, vm_class),
	F(PRIORITY, GW_U32, priority),	F(WAIT, GW_U32, wait),
	F(WAIT_MS, GW_U32, wait_ms),	F(MAX_ACCELS, GW_U32, max_accels),
	F(GROUP, GW_TEXT, group),	F(FORCE, GW_FLAG, force),
	F(NR_ACCELS, GW_U32, nr_accels),
	F(NR_FILES, GW_U32, nr_files),	F(NR_BINDINGS, GW_U32, nr_bindings),
	F(NR_JOBS, GW_U32, nr_jobs),
	F(QUOTA, GW_U32, quota),	F(MANAGED, GW_U32, managed),
};
#undef F
static const struct gw_kind vm_kind = FIELDS(vm_fields, gpuward_vm_info);

#define F(attr, how, member) [GPUWARD_A_GROUP_##attr] = GW_FIELD(gpuward_group_info, how, member)
static const struct gw_field group_fields[] = {
	F(KIND, GW_U32, kind),		F(NAME, GW_TEXT, name),
	F(NEW_NAME, GW_TEXT, new_name),	F(NR_MEMBERS, GW_U32, nr_members),
	F(NR_VMS, GW_U32, nr_vms),	F(DEFAULT, GW_FLAG, is_default),
};
#undef F
static const struct gw_kind group_kind = FIELDS(group_fields, gpuward_group_info);

#define F(attr, how, member) [GPUWARD_A_MEMBER_##attr] = GW_FIELD(gpuward_member_info, how, member)
static const struct gw_field member_fields[] = {
	F(KIND, GW_U32, kind),		F(GROUP, GW_TEXT, group),
	F(VM, GW_TEXT, vm),		F(MODEL, GW_TEXT, model),
	F(GPU_GROUP, GW_TEXT, gpu_group), F(GPU, GW_U32, gpu),
};
#undef F
static const struct gw_kind member_kind = FIELDS(member_fields, gpuward_member_info);

#define F(attr, how, member) [GPUWARD_A_BINDING_##attr] = GW_FIELD(gpuward_binding_info, how, member)
static const struct gw_field binding_fields[] = {
	F(CGROUP_ID, GW_U64, cgroup_id), F(CGROUP_FD, GW_U32, cgroup_fd),
	F(VM_ID, GW_U32, vm_id),	F(VM, GW_TEXT, vm),
	F(ACCEL, GW_U32, accel),	F(PATH, GW_TEXT, path),
	F(DEAD, GW_FLAG, dead),
};
#undef F
static const struct gw_kind binding_kind = FIELDS(binding_fields, gpuward_binding_info);

#define F(attr, how, member) [GPUWARD_A_ACCEL_##attr] = GW_FIELD(gpuward_accel_info, how, member)
static const struct gw_field accel_fields[] = {
	F(VM_ID, GW_U32, vm_id),	F(VM, GW_TEXT, vm),
	F(INDEX, GW_U32, index),	F(NAME, GW_TEXT, name),
	F(MODEL, GW_TEXT, model),	F(PROGRAM, GW_U32, program),
	F(DUPLICABLE, GW_U32, duplicable), F(DEFAULT, GW_FLAG, is_default),
	F(STATE, GW_U32, state),	F(NR_GPUS, GW_U32, nr_gpus),
	F(MEMORY, GW_U64, memory_bytes), F(USED, GW_U64, used_bytes),
	F(NR_RUNNING, GW_U32, nr_running), F(NR_WAITING, GW_U32, nr_waiting),
	F(PLACED, GW_PLACED, placed),
	F(PEAK, GW_U64, peak_bytes),	F(QUOTA, GW_U32, quota),
	F(MANAGED, GW_U32, managed),
	F(POSITION, GW_U32, position),
};
#undef F
static const struct gw_kind accel_kind = FIELDS(accel_fields, gpuward_accel_info);

#define F(attr, how, member) [GPUWARD_A_JOB_##attr] = GW_FIELD(gpuward_job_info, how, member)
static const struct gw_field job_fields[] = {
	F(ID, GW_U64, id),		F(VM_ID, GW_U32, vm_id),
	F(VM, GW_TEXT, vm),		F(ACCEL, GW_U32, accel),
	F(STATE, GW_U32, state),	F(PID, GW_U32, pid),
	F(COMMAND, GW_TEXT, command),	F(POSITION, GW_U32, position),
	F(NR_FILES, GW_U32, nr_files),	F(USED, GW_U64, used_bytes),
	F(CLASS, GW_U32, vm_class),	F(PRIORITY, GW_U32, priority),
	F(NR_GPUS, GW_U32, nr_gpus),	F(WANTED, GW_U64, wanted_bytes),
	F(REASON, GW_U32, reason),	F(NR_HOLDERS, GW_U32, nr_holders),
	F(ONLY_WAITING, GW_FLAG, only_waiting), F(COUNT, GW_U32, count),
	F(WAIT_NS, GW_U64, wait_ns),	F(HELD_NS, GW_U64, held_ns),
	F(PEAK, GW_U64, peak_bytes),	F(DEADLINE, GW_U64, deadline_ns),
	F(REAP, GW_FLAG, is_reaped),	F(NR_EVICTING, GW_U32, nr_evicting),
	F(EVICTING_NS, GW_U64, evicting_ns),	F(EVICTING_VM, GW_TEXT, evicting_vm),
	F(EVICTING_ACCEL, GW_U32, evicting_accel),
};
#undef F
static const struct gw_kind job_kind = FIELDS(job_fields, gpuward_job_info);

#define F(attr, how, member) \
	[GPUWARD_A_EXPLAIN_##attr] = GW_FIELD(gpuward_explain_info, how, member)
static const struct gw_field explain_fields[] = {
	F(VM_ID, GW_U32, vm_id),	F(VM, GW_TEXT, vm),
	F(INDEX, GW_U32, index),	F(MODEL, GW_TEXT, model),
	F(NR_GPUS, GW_U32, nr_gpus),	F(WANTED, GW_U64, wanted_bytes),
	F(CLASS, GW_U32, vm_class),	F(PRIORITY, GW_U32, priority),
	F(POSITION, GW_U32, position),	F(PLACEMENT_STATUS, GW_U32, placement_status),
	F(REASON, GW_U32, reason),	F(NR_HOLDERS, GW_U32, nr_holders),
	F(NO_GROUP, GW_FLAG, no_group),	F(MINOR, GW_U32, minor),
	F(GPU_REASON, GW_U32, gpu_reason),		F(TOPOLOGY, GW_U32, near),
	F(ROOM, GW_U64, room_bytes),	F(FREE, GW_U64, free_bytes),
	F(KEPT, GW_U64, kept_bytes),	F(NR_PLACED, GW_U32, nr_placed),
	F(DEADLINE, GW_U64, deadline_ns), F(NR_EVICTING, GW_U32, nr_evicting),
	F(EVICTING_NS, GW_U64, evicting_ns),	F(EVICTING_VM, GW_TEXT, evicting_vm),
	F(EVICTING_ACCEL, GW_U32, evicting_accel),
};
#undef F
static const struct gw_kind explain_kind = FIELDS(explain_fields, gpuward_explain_info);

/* A key that does not fit cannot name anything. */
static int set_name(struct gpuward *g, const char *what, char to[GPUWARD_NAME_LEN],
		    const char *name)
{
	if (strlen(name) >= GPUWARD_NAME_LEN)
		return gw_fail(g, -ENOENT, "%s \"%s\" not found", what, name);
	gw_copy_text(to, GPUWARD_NAME_LEN, name, strlen(name));
	return 0;
}

int gpuward_status(struct gpuward *g, struct gpuward_status_info **out)
{
	return gw_nl_do(g, GPUWARD_CMD_STATUS_GET, &status_kind, NULL, out);
}

int gpuward_settings(struct gpuward *g, struct gpuward_setting_info **out)
{
	return gw_nl_do(g, GPUWARD_CMD_SETTING_GET, &setting_kind, NULL, out);
}

int gpuward_setting_set(struct gpuward *g, const struct gpuward_setting_info *setting)
{
	return gw_nl_do(g, GPUWARD_CMD_SETTING_SET, &setting_kind, setting, NULL);
}

int gpuward_attach(struct gpuward *g)
{
	return gw_nl_do(g, GPUWARD_CMD_DRIVER_ATTACH, &status_kind, NULL, NULL);
}

int gpuward_detach(struct gpuward *g, struct gpuward_status_info **out)
{
	return gw_nl_do(g, GPUWARD_CMD_DRIVER_DETACH, &status_kind, NULL, out);
}

int gpuward_gpus(struct gpuward *g, struct gpuward_gpu_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_GPU_GET, &gpu_kind, NULL, out);
}

int gpuward_gpu_get(struct gpuward *g, uint32_t minor, struct gpuward_gpu_info **out)
{
	const struct gpuward_gpu_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_GPU_MINOR), .minor = minor,
	};

	return gw_nl_do(g, GPUWARD_CMD_GPU_GET, &gpu_kind, &key, out);
}

int gpuward_gpu_add(struct gpuward *g, const struct gpuward_gpu_info *gpu)
{
	return gw_nl_do(g, GPUWARD_CMD_GPU_ADD, &gpu_kind, gpu, NULL);
}

int gpuward_gpu_set(struct gpuward *g, const struct gpuward_gpu_info *gpu)
{
	return gw_nl_do(g, GPUWARD_CMD_GPU_SET, &gpu_kind, gpu, NULL);
}

int gpuward_gpu_del(struct gpuward *g, uint32_t minor)
{
	const struct gpuward_gpu_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_GPU_MINOR), .minor = minor,
	};

	return gw_nl_do(g, GPUWARD_CMD_GPU_DEL, &gpu_kind, &key, NULL);
}

int gpuward_models(struct gpuward *g, struct gpuward_model_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_MODEL_GET, &model_kind, NULL, out);
}

int gpuward_model_add(struct gpuward *g, const struct gpuward_model_info *model)
{
	return gw_nl_do(g, GPUWARD_CMD_MODEL_ADD, &model_kind, model, NULL);
}

int gpuward_model_set(struct gpuward *g, const struct gpuward_model_info *model)
{
	return gw_nl_do(g, GPUWARD_CMD_MODEL_SET, &model_kind, model, NULL);
}

int gpuward_model_del(struct gpuward *g, const char *name)
{
	struct gpuward_model_info key = { .fields = GPUWARD_FIELD(GPUWARD_A_MODEL_NAME) };

	return set_name(g, "model", key.name, name) ?:
	       gw_nl_do(g, GPUWARD_CMD_MODEL_DEL, &model_kind, &key, NULL);
}

int gpuward_vms(struct gpuward *g, struct gpuward_vm_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_VM_GET, &vm_kind, NULL, out);
}

int gpuward_vm_get(struct gpuward *g, const char *name, struct gpuward_vm_info **out)
{
	struct gpuward_vm_info key = { .fields = GPUWARD_FIELD(GPUWARD_A_VM_NAME) };

	*out = NULL;
	return set_name(g, "VM", key.name, name) ?:
	       gw_nl_do(g, GPUWARD_CMD_VM_GET, &vm_kind, &key, out);
}

int gpuward_vm_add(struct gpuward *g, const struct gpuward_vm_info *vm,
		   struct gpuward_vm_info **out)
{
	struct gpuward_vm_info *made;
	int err = gw_nl_do(g, GPUWARD_CMD_VM_ADD, &vm_kind, vm, &made);

	if (out)
		*out = made;
	else
		gpuward_free(made);
	return err;
}

int gpuward_vm_set(struct gpuward *g, const struct gpuward_vm_info *vm)
{
	return gw_nl_do(g, GPUWARD_CMD_VM_SET, &vm_kind, vm, NULL);
}

int gpuward_vm_del(struct gpuward *g, const char *name, int force)
{
	struct gpuward_vm_info key = { .fields = GPUWARD_FIELD(GPUWARD_A_VM_NAME) };

	if (force)
		key.fields |= GPUWARD_FIELD(GPUWARD_A_VM_FORCE);
	return set_name(g, "VM", key.name, name) ?:
	       gw_nl_do(g, GPUWARD_CMD_VM_DEL, &vm_kind, &key, NULL);
}

int gpuward_groups(struct gpuward *g, struct gpuward_group_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_GROUP_GET, &group_kind, NULL, out);
}

int gpuward_group_add(struct gpuward *g, const struct gpuward_group_info *group)
{
	return gw_nl_do(g, GPUWARD_CMD_GROUP_ADD, &group_kind, group, NULL);
}

int gpuward_group_set(struct gpuward *g, const struct gpuward_group_info *group)
{
	return gw_nl_do(g, GPUWARD_CMD_GROUP_SET, &group_kind, group, NULL);
}

int gpuward_group_del(struct gpuward *g, const struct gpuward_group_info *group)
{
	return gw_nl_do(g, GPUWARD_CMD_GROUP_DEL, &group_kind, group, NULL);
}

int gpuward_members(struct gpuward *g, struct gpuward_member_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_MEMBER_GET, &member_kind, NULL, out);
}

int gpuward_member_add(struct gpuward *g, const struct gpuward_member_info *member)
{
	return gw_nl_do(g, GPUWARD_CMD_MEMBER_ADD, &member_kind, member, NULL);
}

int gpuward_member_del(struct gpuward *g, const struct gpuward_member_info *member)
{
	return gw_nl_do(g, GPUWARD_CMD_MEMBER_DEL, &member_kind, member, NULL);
}

int gpuward_bindings(struct gpuward *g, struct gpuward_binding_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_BINDING_GET, &binding_kind, NULL, out);
}

int gpuward_binding_add(struct gpuward *g, const struct gpuward_binding_info *binding)
{
	return gw_nl_do(g, GPUWARD_CMD_BINDING_ADD, &binding_kind, binding, NULL);
}

int gpuward_binding_del(struct gpuward *g, int cgroup_fd)
{
	const struct gpuward_binding_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_BINDING_CGROUP_FD), .cgroup_fd = cgroup_fd,
	};

	return gw_nl_do(g, GPUWARD_CMD_BINDING_DEL, &binding_kind, &key, NULL);
}

int gpuward_accels(struct gpuward *g, uint32_t vm_id, struct gpuward_accel_info **out)
{
	const struct gpuward_accel_info key = {
		.fields = vm_id ? GPUWARD_FIELD(GPUWARD_A_ACCEL_VM_ID) : 0, .vm_id = vm_id,
	};

	return gw_nl_dump(g, GPUWARD_CMD_ACCEL_GET, &accel_kind, &key, out);
}

int gpuward_accel_set(struct gpuward *g, const struct gpuward_accel_info *accel)
{
	return gw_nl_do(g, GPUWARD_CMD_ACCEL_SET, &accel_kind, accel, NULL);
}

int gpuward_accel_add(struct gpuward *g, const struct gpuward_accel_info *accel,
		      struct gpuward_accel_info **out)
{
	struct gpuward_accel_info *made;
	int err = gw_nl_do(g, GPUWARD_CMD_ACCEL_ADD, &accel_kind, accel, &made);

	if (out)
		*out = made;
	else
		gpuward_free(made);
	return err;
}

int gpuward_accel_del(struct gpuward *g, const struct gpuward_accel_info *accel)
{
	return gw_nl_do(g, GPUWARD_CMD_ACCEL_DEL, &accel_kind, accel, NULL);
}

int gpuward_jobs(struct gpuward *g, struct gpuward_job_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_JOB_GET, &job_kind, NULL, out);
}

int gpuward_job_get(struct gpuward *g, uint64_t id, struct gpuward_job_info **out)
{
	const struct gpuward_job_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_JOB_ID), .id = id,
	};

	return gw_nl_do(g, GPUWARD_CMD_JOB_GET, &job_kind, &key, out);
}

int gpuward_job_end(struct gpuward *g, uint64_t id)
{
	const struct gpuward_job_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_JOB_ID), .id = id,
	};

	return gw_nl_do(g, GPUWARD_CMD_JOB_DEL, &job_kind, &key, NULL);
}

int gpuward_jobs_end(struct gpuward *g, const struct gpuward_job_info *which, uint32_t *nr)
{
	struct gpuward_job_info *ended;
	int err = gw_nl_do(g, GPUWARD_CMD_JOB_DEL, &job_kind, which, &ended);

	if (!err && nr)
		*nr = ended->count;
	gpuward_free(ended);
	return err;
}

int gpuward_job_set(struct gpuward *g, const struct gpuward_job_info *job)
{
	return gw_nl_do(g, GPUWARD_CMD_JOB_SET, &job_kind, job, NULL);
}

int gpuward_explain(struct gpuward *g, const struct gpuward_explain_info *key,
		    struct gpuward_explain_info **out)
{
	return gw_nl_do(g, GPUWARD_CMD_EXPLAIN_GET, &explain_kind, key, out);
}

int gpuward_explain_gpus(struct gpuward *g, const struct gpuward_explain_info *key,
			 struct gpuward_explain_info **out)
{
	return gw_nl_dump(g, GPUWARD_CMD_EXPLAIN_GET, &explain_kind, key, out);
}
