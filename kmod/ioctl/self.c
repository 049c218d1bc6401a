// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program asks for itself. Each handler: whose is the caller, take gw_admin, look or
 * work, leave. Must not touch user memory: ioctl/device.c has copied it.
 */
#include "ioctl/self.h"
#include "base/backend.h"
#include "object/binding.h"
#include "base/event.h"
#include "object/group.h"
#include "job/job.h"
#include "base/refuse.h"

#include <linux/capability.h>
#include <linux/cred.h>

#define MIN_ABI 2		/* oldest interface still served */

int gw_ctl_version(union gw_ctl_data *data)
{
	struct gpuward_version *v = &data->version;
	struct gw_backend_status st = { };

	gw_backend->status(&st);
	v->out_abi = GPUWARD_ABI;
	v->out_min_abi = MIN_ABI;
	v->out_version = GW_VERSION_CODE;
	v->out_state = st.state;
	v->out_permissive = gw_is_audit();
	strscpy_pad(v->out_version_text, GW_VERSION, sizeof(v->out_version_text));
	strscpy_pad(v->out_driver, st.driver, sizeof(v->out_driver));
	if (v->abi < MIN_ABI)
		v->out_verdict = GPUWARD_VERDICT_OUTDATED;
	else if (v->version == GW_VERSION_CODE)
		v->out_verdict = GPUWARD_VERDICT_OK;
	else
		v->out_verdict = v->version < GW_VERSION_CODE ? GPUWARD_VERDICT_NEWER :
								GPUWARD_VERDICT_OLDER;
	return 0;
}

/* --- whose is the caller? ----------------------------------------------------- */

struct gw_accel *gw_ctl_enter(void)
{
	struct gw_accel *a = gw_bind_current();

	if (!a)
		return NULL;
	mutex_lock(&gw_admin);
	if (!a->vm->is_dead)	/* the default one may have been removed since */
		return a->is_gone ? a->vm->accels[a->vm->default_accel] : a;
	mutex_unlock(&gw_admin);	/* deleted since */
	gw_vm_put(a->vm);
	return NULL;
}

int gw_ctl_leave(struct gw_accel *bound, int ret)
{
	mutex_unlock(&gw_admin);
	gw_vm_put(bound->vm);
	return ret;
}

/* --- looking ------------------------------------------------------------------ */

int gw_ctl_vm_get(union gw_ctl_data *data)
{
	struct gpuward_vm_get *v = &data->my_vm;
	struct gw_accel *bound;
	struct gw_vm *vm;

	if (v->__reserved)
		return -EOPNOTSUPP;
	bound = gw_ctl_enter();
	if (!bound)
		return -ENXIO;
	vm = bound->vm;
	v->out_id = vm->id;
	v->out_class = vm->class;
	v->out_priority = vm->priority;
	v->out_nr_accels = vm->nr_accels;
	v->out_max_accels = vm->max_accels;
	v->out_default_accel = vm->default_accel;
	v->out_bound_accel = bound->index;
	memcpy(v->out_name, vm->name, sizeof(v->out_name));
	return gw_ctl_leave(bound, 0);
}

static void show_accel(struct gpuward_accel_get *out, struct gw_accel *a)
{
	struct gw_accel_load load;

	gw_accel_load(a, &load);
	out->out_index = a->index;
	out->out_state = load.state;
	out->out_nr_gpus = load.nr_gpus;
	out->out_total_bytes = load.memory_bytes;
	out->out_used_bytes = load.used_bytes;
	out->out_nr_running = load.nr_running;
	out->out_nr_waiting = load.nr_waiting;
	out->out_nr_placed = load.nr_placed;
	out->out_is_default = a->index == a->vm->default_accel;
	out->out_program = load.program_in_force;
	out->out_duplicable = load.duplicable;
	out->out_quota = load.quota;
	out->out_managed = load.managed;
	memcpy(out->out_minors, load.placed, sizeof(out->out_minors));
	strscpy_pad(out->out_name, a->name, sizeof(out->out_name));
	strscpy_pad(out->out_model, a->model->name, sizeof(out->out_model));
}

int gw_ctl_accel_get(union gw_ctl_data *data)
{
	struct gw_accel *bound = gw_ctl_enter(), *a;
	u32 index = data->my_accel.index;

	if (!bound)
		return -ENXIO;
	while (index < bound->vm->nr_slots && !gw_accel_of(bound->vm, index))
		index++;
	a = gw_accel_of(bound->vm, index);
	if (!a)
		return gw_ctl_leave(bound, -ENOENT);
	show_accel(&data->my_accel, a);
	return gw_ctl_leave(bound, 0);
}

int gw_ctl_model_get(union gw_ctl_data *data)
{
	struct gpuward_model_get *out = &data->my_model;
	struct gw_accel *bound = gw_ctl_enter(), *a;
	struct gw_model *m;
	u32 index = 0;

	if (!bound)
		return -ENXIO;
	a = gw_accel_of(bound->vm, out->accel);
	if (!a)
		return gw_ctl_leave(bound, -ENOENT);
	list_for_each_entry(m, &gw_models, link) {
		if (!gw_group_gpus(bound->vm, m) || index++ < out->index)
			continue;
		out->out_nr_gpus = m->nr_gpus;
		out->out_is_current = a->model == m;
		out->out_memory_bytes = m->memory_bytes;
		strscpy_pad(out->out_name, m->name, sizeof(out->out_name));
		return gw_ctl_leave(bound, 0);
	}
	return gw_ctl_leave(bound, -ENOENT);
}

int gw_ctl_job_get(union gw_ctl_data *data)
{
	struct gpuward_job_get *out = &data->my_job;
	struct gw_accel *bound = gw_bind_current();
	struct gw_job_info info;
	int ret;

	if (!bound)
		return -ENXIO;
	ret = gw_job_next(out->after, bound->vm, &info);
	gw_vm_put(bound->vm);
	if (ret)
		return ret;
	out->out_id = info.id;
	out->out_state = info.state;
	out->out_accel = info.accel;
	out->out_pid = pid_vnr(info.pid);
	out->out_position = info.position;
	out->out_used_bytes = info.used_bytes;
	out->out_wait_ns = info.wait_ns;
	out->out_held_ns = info.held_ns;
	strscpy_pad(out->out_command, info.command, sizeof(out->out_command));
	out->out_deadline_ns = info.deadline_ns;
	gw_job_info_put(&info);
	return 0;
}

/* --- working ------------------------------------------------------------------ */

/* gw_admin held. *@switched is set when that changed something. */
static int do_switch(struct gpuward_accel_set_model *s, struct gw_accel *a, bool *switched)
{
	struct gw_model *m = gw_model_find(s->model);
	struct gw_blame blame = { };
	int ret;

	if (!a || !m)
		return -ENOENT;
	if (a->model == m)
		return 0;
	ret = gw_accel_set_model(a, m, &blame);
	*switched = !ret;
	if (ret != -EBUSY)
		return ret;
	s->out_pid = pid_vnr(blame.pid);
	s->out_state = blame.state;
	strscpy_pad(s->out_command, blame.command, sizeof(s->out_command));
	gw_blame_put(&blame);
	return -EBUSY;
}

int gw_ctl_accel_set_model(union gw_ctl_data *data)
{
	struct gpuward_accel_set_model *s = &data->switch_model;
	struct gw_accel *bound, *a;
	bool switched = false;
	int ret;

	if (s->__reserved)
		return -EOPNOTSUPP;
	if (strnlen(s->model, sizeof(s->model)) == sizeof(s->model))
		return -EINVAL;
	bound = gw_ctl_enter();
	if (!bound)
		return -ENXIO;
	a = gw_accel_of(bound->vm, s->accel);
	ret = do_switch(s, a, &switched);
	mutex_unlock(&gw_admin);
	if (switched)
		gw_event_send(&(struct gw_event) {
			.type = GPUWARD_EVENT_SWITCH, .accel = a, .model = s->model,
		});
	gw_vm_put(bound->vm);
	return ret;
}

int gw_ctl_accel_reset(union gw_ctl_data *data)
{
	struct gw_accel *bound = gw_ctl_enter(), *a;

	if (!bound)
		return -ENXIO;
	a = gw_accel_of(bound->vm, data->reset.accel);
	if (!a)
		return gw_ctl_leave(bound, -ENOENT);
	mutex_unlock(&gw_admin);
	data->reset.out_nr_ended = gw_job_end_all(a, false);
	gw_vm_put(bound->vm);
	return 0;
}

/* --- the token ---------------------------------------------------------------- */

/* gw_admin held. */
static int do_token(struct gpuward_vm_token *t, struct gw_vm *vm)
{
	int ret = 0;

	if (t->flags & GPUWARD_VM_TOKEN_SET)
		ret = gw_vm_set_token(vm, t->token);
	if (!ret)
		memcpy(t->token, vm->token, sizeof(t->token));
	return ret;
}

int gw_ctl_vm_token(union gw_ctl_data *data)
{
	struct gpuward_vm_token *t = &data->token;
	struct gw_accel *bound;
	struct gw_vm *vm;
	bool is_own;
	int ret;

	if (t->__reserved)
		return -EOPNOTSUPP;
	bound = gw_ctl_enter();
	is_own = !t->vm || (bound && bound->vm->id == t->vm);
	if ((!is_own || t->flags & GPUWARD_VM_TOKEN_SET) && !capable(CAP_SYS_ADMIN))
		return bound ? gw_ctl_leave(bound, -EPERM) : -EPERM;
	if (is_own)
		return bound ? gw_ctl_leave(bound, do_token(t, bound->vm)) : -ENXIO;
	if (bound)
		gw_ctl_leave(bound, 0);
	mutex_lock(&gw_admin);
	vm = gw_vm_find(t->vm);
	ret = vm ? do_token(t, vm) : -ENOENT;
	mutex_unlock(&gw_admin);
	return ret;
}
