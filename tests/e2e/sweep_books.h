/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For sweeps of failed allocations by a tenant that takes memory: a VM on a GPU of 16 GiB, a program
 * in it, and what the stand-in driver's books and gpuward's ledger say at each step.
 * Owns the program's files. Must not know an operation.
 */
#ifndef SWEEP_BOOKS_H
#define SWEEP_BOOKS_H

#include "sweep_fail.h"
#include "lease_rm.h"

#include <gpuward/libgpuward.h>
#include <sys/stat.h>

#define FIELD(kind, name) GPUWARD_FIELD(GPUWARD_A_##kind##_##name)
#define MIB (1ull << 20)
#define CONTEXT (32 * MIB)
#define RM_MEMORY 0x5d000010
#define RM_OTHER 0x5d000011

static struct gpuward *g;
static struct rm rm = { .ctl = -1, .gpu = -1 };
static int more_fds[3] = { -1, -1, -1 };
static bool agreed = true;	/* in the last try, before anything was given back */
static uint64_t context_bytes;	/* charged for a context, of which the driver's books say nothing */

static void wanted(int ret, const char *what)
{
	if (ret)
		bail("%s: %s", what, gpuward_error(g));
}

/* The sum of all numbers that @format finds, one a line. */
static uint64_t counted(const char *path, const char *format)
{
	unsigned long long used, sum = 0;
	FILE *f = fopen(path, "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, format, &used) == 1)
			sum += used;
	if (f)
		fclose(f);
	return sum;
}

static uint64_t driver_used(void)
{
	return counted("/sys/kernel/debug/nvsim/gpu0", "used %llu");
}

static uint64_t ledger_used(void)
{
	return counted("/sys/kernel/debug/gpuward/vms", " account gpu 0 used %llu");
}

/* A group may be there already, or not. */
__attribute__((unused))
static bool books_agree(uint64_t charged_besides)
{
	uint64_t driver = driver_used(), ledger = ledger_used();

	if (ledger == driver + charged_besides || (context_bytes && ledger == driver))
		return true;
	printf("# driver %llu, ledger %llu, %llu besides\n", (unsigned long long)driver,
	       (unsigned long long)ledger, (unsigned long long)charged_besides);
	return false;
}

static bool is_empty(void)
{
	struct gpuward_status_info *now;
	bool empty;

	wanted(gpuward_status(g, &now), "status");
	empty = !now->nr_files && !now->nr_jobs && !driver_used() && !ledger_used() &&
		!counted("/sys/kernel/debug/nvsim/gpu0", "allocations %llu");
	if (!empty)
		printf("# files %u jobs %u driver %llu ledger %llu\n", now->nr_files, now->nr_jobs,
		       (unsigned long long)driver_used(), (unsigned long long)ledger_used());
	gpuward_free(now);
	return empty;
}

static bool is_quiet(void)
{
	return is_empty() && agreed;
}

static void close_all(int ret)
{
	size_t i;

	for (i = 0; i < sizeof(more_fds) / sizeof(*more_fds); i++) {
		if (more_fds[i] >= 0)
			close(more_fds[i]);
		more_fds[i] = -1;
	}
	rm_close(&rm);
	(void)ret;
}

static void open_all(void)
{
	if (rm_open(&rm, 0) || rm_claim(&rm))
		bail("open and claim");
}

/* 0, -errno or a status, of a request whose struct has its status at @status. */
static int rm_call(int fd, unsigned int nr, void *params, uint32_t size, const uint32_t *status)
{
	return ioctl(fd, NV_IOWR(nr, size), params) ? -errno : (int)*status;
}

static int take_memory(uint32_t handle, uint64_t bytes)
{
	struct nv_memory_params p = { .owner = rm.root, .size = bytes };

	return rm_new(&rm, RM_DEVICE, handle, NV01_MEMORY_LOCAL_USER, &p, sizeof(p), NULL);
}

static int take_one(void)
{
	return take_memory(RM_MEMORY, 2 * MIB);
}

static void hold_one(void)
{
	open_all();
	if (take_one())
		bail("memory");
}

static void set_context(uint64_t bytes)
{
	struct gpuward_setting_info setting = { .fields = FIELD(SETTING, CONTEXT_BYTES), .context_bytes = bytes };

	wanted(gpuward_setting_set(g, &setting), "context_bytes");
	context_bytes = bytes;
}

static void add_vm(void)
{
	struct gpuward_model_info model = {
		.fields = FIELD(MODEL, NAME) | FIELD(MODEL, MEMORY) | FIELD(MODEL, NR_GPUS),
		.name = "one", .memory_bytes = 1 << 30, .nr_gpus = 1,
	};
	struct gpuward_vm_info vm = { .fields = FIELD(VM, NAME) | FIELD(VM, MODEL), .name = "alice",
				      .model = "one" };
	struct gpuward_binding_info binding = {
		.fields = FIELD(BINDING, VM) | FIELD(BINDING, CGROUP_FD), .vm = "alice",
	};
	struct gpuward_gpu_info gpu = { .fields = FIELD(GPU, MINOR) | FIELD(GPU, MEMORY),
					.memory_bytes = 16ull << 30 };

	if (mkdir("/sys/fs/cgroup/alice", 0755) && errno != EEXIST)
		bail("mkdir");
	binding.cgroup_fd = open("/sys/fs/cgroup/alice", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	wanted(gpuward_gpu_add(g, &gpu), "add a GPU");
	wanted(gpuward_model_add(g, &model), "add a model");
	wanted(gpuward_vm_add(g, &vm, NULL), "add a VM");
	wanted(gpuward_binding_add(g, &binding), "bind");
	close(binding.cgroup_fd);
}

/* False: this kernel can not. */
static bool books_open(void)
{
	if (!fail_open()) {
		puts("1..0 # SKIP this kernel can not fail allocations on purpose");
		return false;
	}
	load_module("/modules/nvsim/550/nvidia.ko", "gpus=1 mem=16384");
	load_module("/modules/nvsim/550/nvidia-uvm.ko", "");
	load_module("/modules/gpuward.ko", "");
	if (system("mknod -m 666 /dev/nvidia0 c 195 0 2>/dev/null; "
		   "mknod -m 666 /dev/nvidiactl c 195 255 2>/dev/null; rm -f /dev/nvidia-uvm; "
		   "mknod -m 666 /dev/nvidia-uvm c $(sed -n 's/ nvidia-uvm$//p' /proc/devices) 0"))
		bail("nodes");
	g = gpuward_new();
	if (!g || gpuward_open(g))
		bail("libgpuward");
	add_vm();
	enter("alice");
	return true;
}

static int books_close(void)
{
	enter("");
	ok(is_empty(), "nothing is held, nothing is charged");
	wanted(gpuward_vm_del(g, "alice", 0), "delete");
	gpuward_close(g);
	is(unload_module("gpuward"), 0, "the module unloads");
	return ktap_end();
}

static void sweep_all(const struct operation *ops, size_t nr)
{
	for (; nr; nr--)
		sweep(ops++);
}

#endif /* SWEEP_BOOKS_H */
