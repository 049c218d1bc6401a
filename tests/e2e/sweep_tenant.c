// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation and copy fails in turn while a tenant opens, claims, waits, is refused, looks
 * and closes: no file, job, reservation or waiter is left, and the next try works.
 */
// vm: -t 300
#include "sweep_fail.h"
#include "lease_rm.h"

#include <gpuward/libgpuward.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define FIELD(kind, name) GPUWARD_FIELD(GPUWARD_A_##kind##_##name)

static struct gpuward *g;
static struct rm rm = { .ctl = -1, .gpu = -1 };
static int fd = -1;
static pid_t holder = -1;
static uint32_t files_before, jobs_before;

static void wanted(int ret, const char *what)
{
	if (ret)
		bail("%s: %s", what, gpuward_error(g));
}

static struct gpuward_status_info status(void)
{
	struct gpuward_status_info *read, copy;

	wanted(gpuward_status(g, &read), "status");
	copy = *read;
	gpuward_free(read);
	return copy;
}

/* Nothing of this process is counted or reserved; a holder in the way has what it had. */
static bool is_quiet(void)
{
	struct gpuward_status_info now = status();
	struct gpuward_gpu_info *gpus, *gpu;
	uint32_t placed = 0;

	wanted(gpuward_gpus(g, &gpus), "GPUs");
	for (gpu = gpus; gpu; gpu = gpu->next)
		placed += gpu->nr_placed;
	gpuward_free(gpus);
	if (now.nr_files == files_before && now.nr_jobs == jobs_before &&
	    placed == (holder > 0))
		return true;
	printf("# files %u jobs %u placed %u\n", now.nr_files, now.nr_jobs, placed);
	return false;
}

static void add_vm(const char *name, uint32_t wait_ms)
{
	struct gpuward_vm_info vm = {
		.fields = FIELD(VM, NAME) | FIELD(VM, MODEL) | FIELD(VM, WAIT) | FIELD(VM, WAIT_MS),
		.model = "small.16gb", .wait = GPUWARD_WAIT_TIMEOUT, .wait_ms = wait_ms,
	};
	struct gpuward_binding_info binding = {
		.fields = FIELD(BINDING, VM) | FIELD(BINDING, CGROUP_FD),
	};
	char path[96];

	snprintf(vm.name, sizeof(vm.name), "%s", name);
	snprintf(binding.vm, sizeof(binding.vm), "%s", name);
	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", name);
	if (mkdir(path, 0755) && errno != EEXIST)
		bail("mkdir %s", path);
	binding.cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	wanted(gpuward_vm_add(g, &vm, NULL), "add a VM");
	wanted(gpuward_binding_add(g, &binding), "bind");
	close(binding.cgroup_fd);
}

/* --- what a tenant does ------------------------------------------------------------------- */

static int open_one(const char *path)
{
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : 0;
}

static int open_ctl(void)
{
	return open_one("/dev/nvidiactl");
}

static int open_gpu(void)
{
	return open_one("/dev/nvidia0");
}

static int open_uvm(void)
{
	return open_one("/dev/nvidia-uvm");
}

static void close_one(int ret)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
	(void)ret;
}

/* Another VM's GPU, or another's placement: refused with or without failures. */
static int open_other(void)
{
	int ret = open_one("/dev/nvidia1");

	return ret == -EPERM ? 0 : ret ?: -EEXIST;
}

static void open_all(void)
{
	if (rm_open(&rm, 0))
		bail("open");
}

static void claim_all(void)
{
	open_all();
	if (rm_claim(&rm))
		bail("claim");
}

static int claim(void)
{
	return rm_claim(&rm);
}

static void close_all(int ret)
{
	rm_close(&rm);
	(void)ret;
}

static int open_and_claim(void)
{
	int ret = rm_open(&rm, 0);

	return ret ?: rm_claim(&rm);
}

static int close_claimed(void)
{
	rm_close(&rm);
	return 0;
}

/* A wait that nobody ends has its deadline. */
static int wait_for_accel(void)
{
	int ret = rm_claim(&rm);

	return ret == -EBUSY ? 0 : ret ?: -EEXIST;
}

static int wait_for_gpus(void)
{
	int ret = open_gpu();

	return ret == -EBUSY ? 0 : ret ?: -EEXIST;
}

/* A class that is not for tenants. */
static int refused(void)
{
	uint64_t params[64] = { 0 };
	int ret = rm_new(&rm, RM_DEVICE, 0x5d000077, 0xc2, params, sizeof(params), NULL);

	return ret == -EPERM ? 0 : ret ?: -EEXIST;
}

static int my_vm(void)
{
	struct gpuward_vm_get vm = { .size = sizeof(vm) };
	int own = open("/dev/gpuward", O_RDWR | O_CLOEXEC), ret;

	if (own < 0)
		return -errno;
	ret = ioctl(own, GPUWARD_IOC_VM_GET, &vm) ? -errno : 0;
	close(own);
	return ret;
}

static int my_jobs(void)
{
	struct gpuward_job_get job = { .size = sizeof(job) };
	int own = open("/dev/gpuward", O_RDWR | O_CLOEXEC), ret;

	if (own < 0)
		return -errno;
	ret = ioctl(own, GPUWARD_IOC_JOB_GET, &job) ? -errno : 0;
	close(own);
	return ret;
}

static int switch_busy(void)
{
	struct gpuward_accel_set_model sw = { .size = sizeof(sw), .model = "medium.32gb" };
	int own = open("/dev/gpuward", O_RDWR | O_CLOEXEC), ret;

	if (own < 0)
		return -errno;
	ret = ioctl(own, GPUWARD_IOC_ACCEL_SET_MODEL, &sw) ? -errno : 0;
	close(own);
	return ret == -EBUSY ? 0 : ret ?: -EEXIST;
}

/* --- in somebody's way ----------------------------------------------------------------------- */

/* A process in alice that has the accelerator until it is killed. */
static void start_holder(void)
{
	int ready[2];
	char byte;

	if (pipe(ready))
		bail("pipe");
	holder = fork();
	if (!holder) {
		enter("alice");
		byte = open_and_claim() ? 'n' : 'y';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	if (holder < 0 || read(ready[0], &byte, 1) != 1 || byte != 'y')
		bail("start a holder");
	close(ready[0]);
	close(ready[1]);
}

static void end_holder(void)
{
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	holder = -1;
}

static void remember(void)
{
	struct gpuward_status_info now = status();

	files_before = now.nr_files;
	jobs_before = now.nr_jobs;
}

static const struct operation alone[] = {
	{ "open the control node", NULL, open_ctl, close_one, is_quiet },
	{ "open a GPU", NULL, open_gpu, close_one, is_quiet },
	{ "open nvidia-uvm", NULL, open_uvm, close_one, is_quiet },
	{ "open a GPU of others", NULL, open_other, close_one, is_quiet },
	{ "claim", open_all, claim, close_all, is_quiet },
	{ "open and claim", NULL, open_and_claim, close_all, is_quiet },
	{ "be refused a class", open_all, refused, close_all, is_quiet },
	{ "close after a claim", claim_all, close_claimed, close_all, is_quiet },
	{ "ask for my VM", NULL, my_vm, close_one, is_quiet },
	{ "ask for my jobs", claim_all, my_jobs, close_all, is_quiet },
	{ "be refused a switch", claim_all, switch_busy, close_all, is_quiet },
};

static const struct operation behind[] = {
	{ "wait for the accelerator", open_all, wait_for_accel, close_all, is_quiet },
};

static const struct operation without_room[] = {
	{ "wait for GPUs", NULL, wait_for_gpus, close_one, is_quiet },
};

static void sweep_all(const struct operation *ops, size_t nr)
{
	remember();
	for (; nr; nr--)
		sweep(ops++);
}

int main(void)
{
	struct gpuward_gpu_info gpu = { .fields = FIELD(GPU, MINOR) | FIELD(GPU, MEMORY),
					.memory_bytes = 16ull << 30 };
	struct gpuward *listener;

	if (!fail_open()) {
		puts("1..0 # SKIP this kernel can not fail allocations on purpose");
		return 0;
	}
	load_module("/modules/nvsim/550/nvidia.ko", "gpus=2 mem=16384");
	load_module("/modules/nvsim/550/nvidia-uvm.ko", "");
	load_module("/modules/gpuward.ko", "");
	if (system("for i in 0 1; do mknod -m 666 /dev/nvidia$i c 195 $i; done 2>/dev/null; "
		   "mknod -m 666 /dev/nvidiactl c 195 255 2>/dev/null; rm -f /dev/nvidia-uvm; "
		   "mknod -m 666 /dev/nvidia-uvm c $(sed -n 's/ nvidia-uvm$//p' /proc/devices) 0"))
		bail("nodes");
	g = gpuward_new();
	listener = gpuward_new();
	if (!g || !listener || gpuward_open(g) || gpuward_open(listener) ||
	    gpuward_events_open(listener) < 0)
		bail("libgpuward");
	wanted(gpuward_gpu_add(g, &gpu), "add a GPU");
	add_vm("alice", 10);
	add_vm("bob", 10);

	enter("alice");
	sweep_all(alone, sizeof(alone) / sizeof(*alone));
	start_holder();
	sweep_all(behind, sizeof(behind) / sizeof(*behind));
	enter("bob");
	sweep_all(without_room, sizeof(without_room) / sizeof(*without_room));
	end_holder();
	enter("");

	gpuward_close(listener);
	wanted(gpuward_vm_del(g, "alice", 0) ?: gpuward_vm_del(g, "bob", 0), "delete");
	gpuward_close(g);
	is(unload_module("gpuward"), 0, "the module unloads");
	return ktap_end();
}
