// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program does with its VM's accelerators: one more, one less, another default. Must not
 * touch user memory: ioctl/device.c has copied it.
 */
#include "ioctl/self.h"
#include "base/event.h"
#include "job/job.h"

/* Ends a call on @a that returned @ret: leaves, and tells of what was done. */
static int leave_and_tell(struct gw_accel *bound, struct gw_accel *a, int ret, const char *what)
{
	mutex_unlock(&gw_admin);
	if (!ret)
		gw_event_send(&(struct gw_event) {
			.type = GPUWARD_EVENT_ACCEL, .accel = a, .text = what,
		});
	gw_vm_put(bound->vm);
	return ret;
}

int gw_ctl_accel_add(union gw_ctl_data *data)
{
	struct gpuward_accel_add *add = &data->add_accel;
	struct gw_accel *bound, *a;
	struct gw_model *m;

	if (add->__reserved)
		return -EOPNOTSUPP;
	if (strnlen(add->model, sizeof(add->model)) == sizeof(add->model))
		return -EINVAL;
	bound = gw_ctl_enter();
	if (!bound)
		return -ENXIO;
	m = add->model[0] ? gw_model_find(add->model) :
			    bound->vm->accels[bound->vm->default_accel]->model;
	if (!m)
		return gw_ctl_leave(bound, -ENOENT);
	a = gw_accel_add(bound->vm, GW_NO_ACCEL, m);
	if (IS_ERR(a))
		return gw_ctl_leave(bound, PTR_ERR(a));
	add->out_index = a->index;
	strscpy_pad(add->model, m->name, sizeof(add->model));
	return leave_and_tell(bound, a, 0, "added");
}

int gw_ctl_accel_del(union gw_ctl_data *data)
{
	struct gpuward_accel_del *del = &data->del_accel;
	struct gw_accel *bound = gw_ctl_enter(), *a;
	struct gw_blame blame = { };
	int ret;

	if (!bound)
		return -ENXIO;
	a = gw_accel_of(bound->vm, del->accel);
	if (!a)
		return gw_ctl_leave(bound, -ENOENT);
	ret = gw_accel_del(a, &del->out_reason, &blame);
	del->out_pid = pid_vnr(blame.pid);
	del->out_state = blame.state;
	strscpy_pad(del->out_command, blame.command, sizeof(del->out_command));
	gw_blame_put(&blame);
	return leave_and_tell(bound, a, ret, "removed");
}

int gw_ctl_accel_set_default(union gw_ctl_data *data)
{
	struct gw_accel *bound, *a;

	if (data->default_accel.__reserved)
		return -EOPNOTSUPP;
	bound = gw_ctl_enter();
	if (!bound)
		return -ENXIO;
	a = gw_accel_of(bound->vm, data->default_accel.accel);
	if (!a)
		return gw_ctl_leave(bound, -ENOENT);
	return leave_and_tell(bound, a, gw_accel_set_default(a), "default");
}
