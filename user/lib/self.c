// SPDX-License-Identifier: GPL-2.0-only
/* self.c - acting as oneself: the calls of /dev/gpuward. */
#include "internal.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const char *text_of(int err)
{
	switch (-err) {
	case ENXIO:
		return "this process is not bound to a VM";
	case EPERM:
		return "needs CAP_SYS_ADMIN in the initial user namespace";
	case ENODEV:
		return "the module is going away";
	case ENOTTY:
		return "the loaded module does not know this request";
	default:
		return strerror(-err);
	}
}

static int call(struct gpuward *g, unsigned long request, void *arg)
{
	int err;

	if (g->dev < 0)
		return gw_fail(g, -ENODEV, "not opened");
	err = gw_sys_ioctl(g->dev, request, arg);
	return err < 0 ? gw_fail(g, err, "%s", text_of(err)) : 0;
}

static uint32_t version_code(void)
{
	unsigned int major = 0, minor = 0, patch = 0;

	if (sscanf(GW_VERSION, "%u.%u.%u", &major, &minor, &patch) < 1)
		return 0;
	return major << 16 | (minor & 0xff) << 8 | (patch & 0xff);
}

int gpuward_open(struct gpuward *g)
{
	int fd, err;

	fd = gw_sys_open("/dev/gpuward", O_RDWR);
	if (fd == -ENOENT || fd == -ENXIO || fd == -ENODEV)
		return gw_fail(g, -ENODEV, "the gpuward module is not loaded (no /dev/gpuward)");
	if (fd < 0)
		return gw_fail(g, fd, "open /dev/gpuward: %s", strerror(-fd));
	g->dev = fd;
	g->version = (struct gpuward_version){
		.size = sizeof(g->version),
		.abi = GPUWARD_ABI,
		.version = version_code(),
	};
	err = call(g, GPUWARD_IOC_VERSION, &g->version);
	g->version.out_version_text[GPUWARD_VERSION_LEN - 1] = '\0';
	g->version.out_driver[GPUWARD_VERSION_LEN - 1] = '\0';
	return err;
}

int gpuward_my_vm(struct gpuward *g, struct gpuward_vm_info **out)
{
	struct gpuward_vm_get my = { .size = sizeof(my) };
	struct gw_list list = {};
	struct gpuward_vm_info *vm;
	int err;

	*out = NULL;
	err = call(g, GPUWARD_IOC_VM_GET, &my);
	if (err)
		return err;
	vm = gw_list_add(&list, sizeof(*vm));
	if (!vm)
		return gw_fail(g, -ENOMEM, "out of memory");
	vm->fields = GPUWARD_FIELD(GPUWARD_A_VM_ID) | GPUWARD_FIELD(GPUWARD_A_VM_NAME) |
		     GPUWARD_FIELD(GPUWARD_A_VM_CLASS) | GPUWARD_FIELD(GPUWARD_A_VM_PRIORITY) |
		     GPUWARD_FIELD(GPUWARD_A_VM_NR_ACCELS) |
		     GPUWARD_FIELD(GPUWARD_A_VM_MAX_ACCELS);
	vm->id = my.out_id;
	vm->vm_class = my.out_class;
	vm->priority = my.out_priority;
	vm->nr_accels = my.out_nr_accels;
	vm->max_accels = my.out_max_accels;
	vm->default_accel = my.out_default_accel;
	vm->bound_accel = my.out_bound_accel;
	gw_copy_text(vm->name, sizeof(vm->name), my.out_name, sizeof(my.out_name));
	*out = vm;
	return 0;
}

static void fill_accel(struct gpuward_accel_info *accel, const struct gpuward_accel_get *my)
{
	uint32_t i;

	accel->fields = ~(GPUWARD_FIELD(GPUWARD_A_ACCEL_VM_ID) |
			  GPUWARD_FIELD(GPUWARD_A_ACCEL_VM) |
			  GPUWARD_FIELD(GPUWARD_A_ACCEL_PEAK) |
			  GPUWARD_FIELD(GPUWARD_A_ACCEL_POSITION));
	accel->memory_bytes = my->out_total_bytes;
	accel->used_bytes = my->out_used_bytes;
	accel->index = my->out_index;
	accel->program = my->out_program;
	accel->duplicable = my->out_duplicable;
	accel->quota = my->out_quota;
	accel->managed = my->out_managed;
	accel->is_default = my->out_is_default;
	accel->state = my->out_state;
	accel->nr_gpus = my->out_nr_gpus;
	accel->nr_running = my->out_nr_running;
	accel->nr_waiting = my->out_nr_waiting;
	accel->nr_placed = my->out_nr_placed;
	if (accel->nr_placed > GPUWARD_MAX_PLACED)
		accel->nr_placed = GPUWARD_MAX_PLACED;
	for (i = 0; i < accel->nr_placed; i++)
		accel->placed[i].minor = my->out_minors[i];
	gw_copy_text(accel->name, sizeof(accel->name), my->out_name, sizeof(my->out_name));
	gw_copy_text(accel->model, sizeof(accel->model), my->out_model, sizeof(my->out_model));
}

/* Ends a walk: nothing left is success, anything else drops what was read. */
static int end_walk(struct gpuward *g, int err, struct gw_list *list, void *out)
{
	if (err == -ENOENT) {
		*(void **)out = list->first;
		g->error[0] = '\0';
		return 0;
	}
	gw_list_drop(list);
	return err;
}

int gpuward_my_accels(struct gpuward *g, struct gpuward_accel_info **out)
{
	struct gpuward_accel_get my = { .size = sizeof(my) };
	struct gw_list list = {};
	int err;

	*out = NULL;
	while (!(err = call(g, GPUWARD_IOC_ACCEL_GET, &my))) {
		struct gpuward_accel_info *accel = gw_list_add(&list, sizeof(*accel));

		if (!accel) {
			err = gw_fail(g, -ENOMEM, "out of memory");
			break;
		}
		fill_accel(accel, &my);
		my.index = my.out_index + 1;
		if (!my.index)
			return end_walk(g, -ENOENT, &list, out);
	}
	return end_walk(g, err, &list, out);
}

int gpuward_my_models(struct gpuward *g, uint32_t accel, struct gpuward_model_info **out)
{
	struct gpuward_model_get my = { .size = sizeof(my), .accel = accel };
	struct gw_list list = {};
	int err;

	*out = NULL;
	for (; !(err = call(g, GPUWARD_IOC_MODEL_GET, &my)); my.index++) {
		struct gpuward_model_info *model = gw_list_add(&list, sizeof(*model));

		if (!model) {
			err = gw_fail(g, -ENOMEM, "out of memory");
			break;
		}
		model->fields = ~GPUWARD_FIELD(GPUWARD_A_MODEL_NR_ACCELS);
		model->memory_bytes = my.out_memory_bytes;
		model->nr_gpus = my.out_nr_gpus;
		model->is_current = my.out_is_current;
		gw_copy_text(model->name, sizeof(model->name), my.out_name, sizeof(my.out_name));
	}
	return end_walk(g, err, &list, out);
}

int gpuward_my_jobs(struct gpuward *g, struct gpuward_job_info **out)
{
	struct gpuward_job_get my = { .size = sizeof(my) };
	struct gw_list list = {};
	int err;

	*out = NULL;
	for (; !(err = call(g, GPUWARD_IOC_JOB_GET, &my)); my.after = my.out_id) {
		struct gpuward_job_info *job = gw_list_add(&list, sizeof(*job));

		if (!job) {
			err = gw_fail(g, -ENOMEM, "out of memory");
			break;
		}
		job->fields = ~(GPUWARD_FIELD(GPUWARD_A_JOB_VM_ID) |
				GPUWARD_FIELD(GPUWARD_A_JOB_VM) |
				GPUWARD_FIELD(GPUWARD_A_JOB_NR_FILES) |
				GPUWARD_FIELD(GPUWARD_A_JOB_PEAK) |
				GPUWARD_FIELD(GPUWARD_A_JOB_CLASS) |
				GPUWARD_FIELD(GPUWARD_A_JOB_REASON) |
				GPUWARD_FIELD(GPUWARD_A_JOB_REAP) |
				(my.out_deadline_ns ? 0 : GPUWARD_FIELD(GPUWARD_A_JOB_DEADLINE)));
		job->deadline_ns = my.out_deadline_ns;
		job->id = my.out_id;
		job->used_bytes = my.out_used_bytes;
		job->wait_ns = my.out_wait_ns;
		job->held_ns = my.out_held_ns;
		job->accel = my.out_accel;
		job->state = my.out_state;
		job->pid = my.out_pid;
		job->position = my.out_position;
		gw_copy_text(job->command, sizeof(job->command), my.out_command,
			     sizeof(my.out_command));
	}
	return end_walk(g, err, &list, out);
}

/* The process that a refusal names, a list of one; NULL without memory. */
static struct gpuward_job_info *busy_job(uint32_t accel, uint32_t pid, uint32_t state,
					 const char command[GPUWARD_COMMAND_LEN])
{
	struct gw_list list = {};
	struct gpuward_job_info *job = gw_list_add(&list, sizeof(*job));

	if (!job)
		return NULL;
	job->fields = GPUWARD_FIELD(GPUWARD_A_JOB_PID) | GPUWARD_FIELD(GPUWARD_A_JOB_STATE) |
		      GPUWARD_FIELD(GPUWARD_A_JOB_COMMAND) | GPUWARD_FIELD(GPUWARD_A_JOB_ACCEL);
	job->accel = accel;
	job->pid = pid;
	job->state = state;
	gw_copy_text(job->command, sizeof(job->command), command, GPUWARD_COMMAND_LEN);
	return job;
}

int gpuward_my_accel_set_model(struct gpuward *g, uint32_t accel, const char *model,
			 struct gpuward_job_info **busy)
{
	struct gpuward_accel_set_model arg = { .size = sizeof(arg), .accel = accel };
	int err;

	if (busy)
		*busy = NULL;
	if (strlen(model) >= sizeof(arg.model))
		return gw_fail(g, -ENOENT, "model \"%s\" not found", model);
	gw_copy_text(arg.model, sizeof(arg.model), model, strlen(model));
	err = call(g, GPUWARD_IOC_ACCEL_SET_MODEL, &arg);
	if (err == -ENOENT)
		return gw_fail(g, err, "no accelerator %u, or no model \"%s\"", accel, model);
	if (err == -EPERM)
		return gw_fail(g, err, "model \"%s\" is in no model group of this VM", model);
	if (err != -EBUSY || !busy)
		return err;
	*busy = busy_job(accel, arg.out_pid, arg.out_state, arg.out_command);
	return *busy ? err : gw_fail(g, -ENOMEM, "out of memory");
}

int gpuward_my_accel_add(struct gpuward *g, const char *model, uint32_t *index)
{
	struct gpuward_accel_add arg = { .size = sizeof(arg) };
	int err;

	if (model && (!*model || strlen(model) >= sizeof(arg.model)))
		return gw_fail(g, -ENOENT, "model \"%s\" not found", model);
	if (model)
		gw_copy_text(arg.model, sizeof(arg.model), model, strlen(model));
	err = call(g, GPUWARD_IOC_ACCEL_ADD, &arg);
	if (err == -ENOENT)
		return gw_fail(g, err, "no model \"%s\"", model ?: "");
	if (err == -EPERM)
		return gw_fail(g, err, "model \"%s\" is in no model group of this VM",
			       model ?: "of the default accelerator");
	if (err == -ENOSPC)
		return gw_fail(g, err, "this VM has as many accelerators as it may");
	if (!err)
		*index = arg.out_index;
	return err;
}

int gpuward_my_accel_del(struct gpuward *g, uint32_t accel, struct gpuward_job_info **busy)
{
	struct gpuward_accel_del arg = { .size = sizeof(arg), .accel = accel };
	int err;

	if (busy)
		*busy = NULL;
	err = call(g, GPUWARD_IOC_ACCEL_DEL, &arg);
	if (err == -ENOENT)
		return gw_fail(g, err, "no accelerator %u", accel);
	if (err != -EBUSY)
		return err;
	switch (arg.out_reason) {
	case GPUWARD_BUSY_LAST:
		return gw_fail(g, err, "accelerator %u is the last one of this VM", accel);
	case GPUWARD_BUSY_BOUND:
		return gw_fail(g, err, "a cgroup is bound to accelerator %u; an administrator can unbind it",
			       accel);
	}
	if (arg.out_reason == GPUWARD_BUSY_MEMORY)
		return gw_fail(g, err, "memory of a program that has ended is still held on accelerator %u",
			       accel);
	if (!busy)
		return gw_fail(g, err, "a program is on accelerator %u", accel);
	*busy = busy_job(accel, arg.out_pid, arg.out_state, arg.out_command);
	return *busy ? err : gw_fail(g, -ENOMEM, "out of memory");
}

int gpuward_my_accel_set_default(struct gpuward *g, uint32_t accel)
{
	struct gpuward_accel_set_default arg = { .size = sizeof(arg), .accel = accel };
	int err = call(g, GPUWARD_IOC_ACCEL_SET_DEFAULT, &arg);

	return err == -ENOENT ? gw_fail(g, err, "no accelerator %u", accel) : err;
}

int gpuward_reset(struct gpuward *g, uint32_t accel, uint32_t *nr_ended)
{
	struct gpuward_accel_reset arg = { .size = sizeof(arg), .accel = accel };
	int err = call(g, GPUWARD_IOC_ACCEL_RESET, &arg);

	if (err == -ENOENT)
		return gw_fail(g, err, "no accelerator %u", accel);
	if (!err)
		*nr_ended = arg.out_nr_ended;
	return err;
}

int gpuward_token_get(struct gpuward *g, uint32_t vm_id, char token[GPUWARD_TOKEN_LEN])
{
	struct gpuward_vm_token arg = { .size = sizeof(arg), .vm = vm_id };
	int err = call(g, GPUWARD_IOC_VM_TOKEN, &arg);

	if (!err)
		gw_copy_text(token, GPUWARD_TOKEN_LEN, arg.token, sizeof(arg.token));
	explicit_bzero(&arg, sizeof(arg));
	return err;
}

int gpuward_token_set(struct gpuward *g, uint32_t vm_id, const char *token)
{
	struct gpuward_vm_token arg = {
		.size = sizeof(arg), .flags = GPUWARD_VM_TOKEN_SET, .vm = vm_id,
	};
	int err;

	if (strlen(token) >= sizeof(arg.token))
		return gw_fail(g, -EINVAL, "a token has 8 to 63 characters");
	gw_copy_text(arg.token, sizeof(arg.token), token, strlen(token));
	err = call(g, GPUWARD_IOC_VM_TOKEN, &arg);
	explicit_bzero(&arg, sizeof(arg));
	if (err == -EINVAL)
		return gw_fail(g, err, "a token has 8 to 63 printable characters without blanks");
	if (err == -EEXIST)
		return gw_fail(g, err, "another VM has this token");
	return err;
}
