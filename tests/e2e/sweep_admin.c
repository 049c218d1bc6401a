// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and copy of each administrator's request fails in turn, in the kernel below
 * libgpuward: the tables are as before or hold the whole object, and the next try works.
 */
// vm: -t 300
#include "sweep_fail.h"

#include <gpuward/libgpuward.h>
#include <sys/stat.h>

#define FIELD(kind, name) GPUWARD_FIELD(GPUWARD_A_##kind##_##name)
#define CGROUP "/sys/fs/cgroup/sweep"

static struct gpuward *g;	/* of the request under test; a new one for each */

static struct gpuward *open_handle(void)
{
	struct gpuward *handle = gpuward_new();

	if (!handle || gpuward_open(handle))
		bail("open libgpuward");
	return handle;
}

static void renew(void)
{
	gpuward_close(g);
	g = open_handle();
}

/* Counts of everything, by a handle that no failure ever hit. */
struct counts {
	uint32_t gpus, vms, bindings, files, jobs, models;
};

static struct counts before;

static struct counts count(void)
{
	struct gpuward *fresh = open_handle();
	struct gpuward_status_info *status;
	struct gpuward_model_info *models, *m;
	struct counts c;

	if (gpuward_status(fresh, &status) || gpuward_models(fresh, &models))
		bail("%s", gpuward_error(fresh));
	c = (struct counts){ status->nr_gpus, status->nr_vms, status->nr_bindings,
			     status->nr_files, status->nr_jobs, 0 };
	for (m = models; m; m = m->next)
		c.models++;
	gpuward_free(models);
	gpuward_free(status);
	gpuward_close(fresh);
	return c;
}

static bool is_as_before(void)
{
	struct counts now = count();

	if (!memcmp(&now, &before, sizeof(now)))
		return true;
	printf("# gpus %u vms %u bindings %u files %u jobs %u models %u\n", now.gpus, now.vms,
	       now.bindings, now.files, now.jobs, now.models);
	return false;
}

/* Takes back what may have been made: there, or not there, nothing between. */
static void take_back(int ret, int err)
{
	if (err && !(ret && err == -ENOENT))
		printf("# taking it back: %s (after %s)\n", strerror(-err), strerror(-ret));
}

/* --- objects ---------------------------------------------------------------------------- */

static int vm_add(void)
{
	struct gpuward_vm_info vm = { .fields = FIELD(VM, NAME) | FIELD(VM, MODEL),
				      .name = "swept", .model = "small.16gb" };

	return gpuward_vm_add(g, &vm, NULL);
}

static void vm_undo(int ret)
{
	struct gpuward *fresh = open_handle();

	take_back(ret, gpuward_vm_del(fresh, "swept", 0));
	gpuward_close(fresh);
}

static void vm_is_there(void)
{
	renew();
	if (vm_add())
		bail("add a VM: %s", gpuward_error(g));
	renew();
}

static int vm_del(void)
{
	return gpuward_vm_del(g, "swept", 0);
}

static void vm_deleted(int ret)
{
	struct gpuward *fresh = open_handle();

	if (ret)	/* it may be gone all the same: the answer can get lost */
		gpuward_vm_del(fresh, "swept", 0);
	gpuward_close(fresh);
}

static int model_add(void)
{
	struct gpuward_model_info model = {
		.fields = FIELD(MODEL, NAME) | FIELD(MODEL, MEMORY) | FIELD(MODEL, NR_GPUS),
		.name = "swept.1gb", .memory_bytes = 1 << 30, .nr_gpus = 1,
	};

	return gpuward_model_add(g, &model);
}

static void model_undo(int ret)
{
	struct gpuward *fresh = open_handle();

	take_back(ret, gpuward_model_del(fresh, "swept.1gb"));
	gpuward_close(fresh);
}

static int gpu_add(void)
{
	struct gpuward_gpu_info gpu = { .fields = FIELD(GPU, MINOR) | FIELD(GPU, MEMORY),
					.minor = 7, .memory_bytes = 1 << 30 };

	return gpuward_gpu_add(g, &gpu);
}

static void gpu_undo(int ret)
{
	struct gpuward *fresh = open_handle();

	take_back(ret, gpuward_gpu_del(fresh, 7));
	gpuward_close(fresh);
}

static int gpu_set(void)
{
	struct gpuward_gpu_info gpu = { .fields = FIELD(GPU, MINOR) | FIELD(GPU, NAME),
					.minor = 0, .name = "swept" };

	return gpuward_gpu_set(g, &gpu);
}

static int binding_add(void)
{
	struct gpuward_binding_info binding = {
		.fields = FIELD(BINDING, VM) | FIELD(BINDING, CGROUP_FD), .vm = "kept",
	};
	int ret;

	binding.cgroup_fd = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (binding.cgroup_fd < 0)
		return -errno;
	ret = gpuward_binding_add(g, &binding);
	close(binding.cgroup_fd);
	return ret;
}

static void binding_undo(int ret)
{
	struct gpuward *fresh = open_handle();
	int fd = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	take_back(ret, gpuward_binding_del(fresh, fd));
	close(fd);
	gpuward_close(fresh);
}

static int accel_set(void)
{
	struct gpuward_accel_info accel = {
		.fields = FIELD(ACCEL, VM) | FIELD(ACCEL, INDEX) | FIELD(ACCEL, MODEL),
		.vm = "kept", .model = "medium.32gb",
	};

	return gpuward_accel_set(g, &accel);
}

static void accel_undo(int ret)
{
	struct gpuward *fresh = open_handle();
	struct gpuward_accel_info accel = {
		.fields = FIELD(ACCEL, VM) | FIELD(ACCEL, INDEX) | FIELD(ACCEL, MODEL),
		.vm = "kept", .model = "small.16gb",
	};

	(void)ret;
	if (gpuward_accel_set(fresh, &accel))
		bail("switch back: %s", gpuward_error(fresh));
	gpuward_close(fresh);
}

static void leave(int ret)
{
	(void)ret;
}

/* --- reading ------------------------------------------------------------------------------ */

#define READ(name, call)				\
static int name(void)					\
{							\
	void *list = NULL;				\
	int ret = call;					\
							\
	if (!ret)					\
		gpuward_free(list);			\
	return ret;					\
}

READ(read_vms, gpuward_vms(g, (void *)&list))
READ(read_models, gpuward_models(g, (void *)&list))
READ(read_gpus, gpuward_gpus(g, (void *)&list))
READ(read_bindings, gpuward_bindings(g, (void *)&list))
READ(read_accels, gpuward_accels(g, 0, (void *)&list))
READ(read_jobs, gpuward_jobs(g, (void *)&list))
READ(read_status, gpuward_status(g, (void *)&list))
READ(read_settings, gpuward_settings(g, (void *)&list))

static int handle_open(void)
{
	struct gpuward *handle = gpuward_new();
	int ret = handle ? gpuward_open(handle) : -ENOMEM;

	gpuward_close(handle);
	return ret;
}

static int events_open(void)
{
	int fd = gpuward_events_open(g);

	return fd < 0 ? fd : 0;
}

static const struct operation operations[] = {
	{ "add a VM", renew, vm_add, vm_undo, is_as_before },
	{ "delete a VM", vm_is_there, vm_del, vm_deleted, is_as_before },
	{ "add a model", renew, model_add, model_undo, is_as_before },
	{ "add a GPU", renew, gpu_add, gpu_undo, is_as_before },
	{ "change a GPU", renew, gpu_set, leave, is_as_before },
	{ "bind a cgroup", renew, binding_add, binding_undo, is_as_before },
	{ "switch a model", renew, accel_set, accel_undo, is_as_before },
	{ "list VMs", renew, read_vms, leave, is_as_before },
	{ "list models", renew, read_models, leave, is_as_before },
	{ "list GPUs", renew, read_gpus, leave, is_as_before },
	{ "list bindings", renew, read_bindings, leave, is_as_before },
	{ "list accelerators", renew, read_accels, leave, is_as_before },
	{ "list jobs", renew, read_jobs, leave, is_as_before },
	{ "read the status", renew, read_status, leave, is_as_before },
	{ "read the settings", renew, read_settings, leave, is_as_before },
	{ "say hello", NULL, handle_open, leave, is_as_before },
	{ "subscribe to events", renew, events_open, leave, is_as_before },
};

int main(void)
{
	struct gpuward_vm_info vm = { .fields = FIELD(VM, NAME) | FIELD(VM, MODEL),
				      .name = "kept", .model = "small.16gb" };
	struct gpuward *listener;
	size_t i;

	if (!fail_open()) {
		puts("1..0 # SKIP this kernel can not fail allocations on purpose");
		return 0;
	}
	load_module("/modules/gpuward.ko", "");
	listener = open_handle();
	g = open_handle();
	/* Somebody listens: every event is made, and lost or sent. */
	if (gpuward_events_open(listener) < 0)
		bail("subscribe: %s", gpuward_error(listener));
	if (gpuward_vm_add(g, &vm, NULL))
		bail("add a VM: %s", gpuward_error(g));
	for (i = 0; i < 2; i++) {
		struct gpuward_gpu_info gpu = { .fields = FIELD(GPU, MINOR) | FIELD(GPU, MEMORY),
						.minor = i, .memory_bytes = 16ull << 30 };

		if (gpuward_gpu_add(g, &gpu))
			bail("add a GPU: %s", gpuward_error(g));
	}
	if (mkdir(CGROUP, 0755) && errno != EEXIST)
		bail("mkdir " CGROUP);
	before = count();
	for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		sweep(&operations[i]);
	gpuward_close(listener);
	gpuward_close(g);
	rmdir(CGROUP);
	is(unload_module("gpuward"), 0, "the module unloads");
	return ktap_end();
}
