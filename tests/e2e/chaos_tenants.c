// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disorder on purpose: tenants that open, claim, hold, pass on, are interrupted and killed at
 * random, while an admin ends jobs, switches models, drains GPUs and changes every setting. A
 * helper of chaos.sh, which has made the VMs; prints what it did and what it saw broken.
 *
 *   chaos_tenants SECONDS SEED TENANTS GPUS VM...
 *
 * Watched all the time: no accelerator runs more programs than it may, no GPU is reserved beyond
 * its memory. Exit status 1 when one of these was seen, or nobody ever claimed.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <gpuward/libgpuward.h>

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

static char **vms;
static int nr_vms, nr_gpus;
static unsigned int seed;
static struct { unsigned int opened, claimed; } *done;	/* shared with the tenants */

static unsigned int pick(unsigned int n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void enter_vm(const char *vm)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/cgroup.procs", vm);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		_exit(2);
	close(fd);
}

/* One tenant's short life. Whatever happens to it is right. */
static void tenant(void)
{
	struct itimerval timer = { .it_value.tv_usec = 1000 + pick(40000) };
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = pick(2) ? SA_RESTART : 0 };
	struct rm rm;
	unsigned int rounds;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	enter_vm(vms[pick(nr_vms)]);
	sigaction(SIGALRM, &sa, NULL);
	if (pick(2)) {
		timer.it_interval = timer.it_value;
		setitimer(ITIMER_REAL, &timer, NULL);
	}
	for (rounds = 1 + pick(4); rounds; rounds--) {
		if (rm_open(&rm, pick(nr_gpus)))
			continue;
		__atomic_add_fetch(&done->opened, 1, __ATOMIC_RELAXED);
		if (pick(4) && !rm_claim(&rm)) {
			__atomic_add_fetch(&done->claimed, 1, __ATOMIC_RELAXED);
			usleep(pick(20000));
		}
		if (!pick(8) && !fork()) {	/* a child keeps the files a little longer */
			usleep(pick(20000));
			_exit(0);
		}
		if (!pick(8))
			raise(pick(2) ? SIGKILL : SIGSEGV);
		if (pick(2))
			rm_close(&rm);
	}
	_exit(0);
}

static void admin_accel(struct gpuward *g)
{
	struct gpuward_accel_info a = { .index = 0 };
	static const char * const models[] = { "one", "two", "three" };

	strcpy(a.vm, vms[pick(nr_vms)]);
	a.fields = 1ull << GPUWARD_A_ACCEL_VM | 1ull << GPUWARD_A_ACCEL_INDEX;
	switch (pick(3)) {
	case 0:
		strcpy(a.model, models[pick(3)]);
		a.fields |= 1ull << GPUWARD_A_ACCEL_MODEL;
		break;
	case 1:
		a.program = pick(4);
		a.fields |= 1ull << GPUWARD_A_ACCEL_PROGRAM;
		break;
	default:
		a.duplicable = 1 + pick(3);
		a.fields |= 1ull << GPUWARD_A_ACCEL_DUPLICABLE;
	}
	gpuward_accel_set(g, &a);
}

static void admin_vm(struct gpuward *g)
{
	struct gpuward_vm_info vm = { .fields = 1ull << GPUWARD_A_VM_NAME };

	strcpy(vm.name, vms[pick(nr_vms)]);
	if (pick(2)) {
		vm.wait = pick(3);
		vm.wait_ms = 1 + pick(50);
		vm.fields |= 1ull << GPUWARD_A_VM_WAIT | 1ull << GPUWARD_A_VM_WAIT_MS;
	} else {
		vm.vm_class = pick(4);
		vm.priority = (int)pick(5) - 2;
		vm.fields |= 1ull << GPUWARD_A_VM_CLASS | 1ull << GPUWARD_A_VM_PRIORITY;
	}
	gpuward_vm_set(g, &vm);
}

static void admin_gpu(struct gpuward *g)
{
	struct gpuward_gpu_info gpu = { .minor = pick(nr_gpus) };

	gpu.fields = 1ull << GPUWARD_A_GPU_MINOR;
	if (pick(2)) {
		gpu.state = pick(2) ? GPUWARD_GPU_SHUTDOWN : GPUWARD_GPU_IDLE;
		gpu.fields |= 1ull << GPUWARD_A_GPU_STATE;
	} else {
		gpu.nvlink = pick(3);
		gpu.driver_bytes = (uint64_t)pick(2) << 30;
		gpu.fields |= 1ull << GPUWARD_A_GPU_NVLINK | 1ull << GPUWARD_A_GPU_DRIVER;
	}
	gpuward_gpu_set(g, &gpu);
}

static void admin_job(struct gpuward *g)
{
	struct gpuward_job_info *jobs = NULL, *job;
	unsigned int skip = pick(4);

	if (gpuward_jobs(g, &jobs))
		return;
	for (job = jobs; job && skip; job = job->next)
		skip--;
	if (job)
		gpuward_job_end(g, job->id);
	gpuward_free(jobs);
}

/* What must hold at every moment. Shrinking "duplicable" lets those who run go on. */
static bool is_sane(struct gpuward *g)
{
	struct gpuward_gpu_info *gpus = NULL, *gpu;
	struct gpuward_accel_info *accels = NULL, *a;
	bool sane = true;

	if (!gpuward_gpus(g, &gpus))
		for (gpu = gpus; gpu; gpu = gpu->next)
			if (gpu->reserved_bytes > gpu->memory_bytes - gpu->driver_bytes)
				sane = false, printf("GPU %u is reserved beyond its memory\n", gpu->minor);
	if (!gpuward_accels(g, 0, &accels))
		for (a = accels; a; a = a->next)
			if (a->nr_running > 3)
				sane = false, printf("%s runs %u programs\n", a->vm, a->nr_running);
	gpuward_free(gpus);
	gpuward_free(accels);
	return sane;
}

static pid_t start(void)
{
	pid_t pid;

	pick(1);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		seed ^= (unsigned int)getpid() * 2654435761u;
		tenant();
	}
	return pid;
}

static void calm(struct gpuward *g)
{
	struct gpuward_gpu_info gpu = { .state = GPUWARD_GPU_IDLE };
	struct gpuward_vm_info vm = { .vm_class = GPUWARD_CLASS_ON_DEMAND };
	int i;

	vm.fields = 1ull << GPUWARD_A_VM_NAME | 1ull << GPUWARD_A_VM_CLASS;
	for (i = 0; i < nr_vms; i++) {
		strcpy(vm.name, vms[i]);
		gpuward_vm_set(g, &vm);
	}
	gpu.fields = 1ull << GPUWARD_A_GPU_MINOR | 1ull << GPUWARD_A_GPU_STATE;
	for (i = 0; i < nr_gpus; i++) {
		gpu.minor = i;
		gpuward_gpu_set(g, &gpu);
	}
}

int main(int argc, char **argv)
{
	void (*const admin[])(struct gpuward *) = { admin_accel, admin_vm, admin_gpu, admin_job };
	unsigned int nr_started = 0, nr_acts = 0;
	struct gpuward *g = gpuward_new();
	int i, nr_tenants, status;
	pid_t tenants[64];
	bool sane = true;
	time_t end;

	done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc < 6 || !g || gpuward_open(g) || done == MAP_FAILED)
		return 2;
	end = time(NULL) + atoi(argv[1]);
	seed = atoi(argv[2]);
	nr_tenants = atoi(argv[3]);
	nr_gpus = atoi(argv[4]);
	vms = argv + 5;
	nr_vms = argc - 5;
	for (i = 0; i < nr_tenants; i++)
		tenants[i] = start();
	while (time(NULL) < end && sane) {
		usleep(pick(5000));
		admin[pick(4)](g);
		nr_acts++;
		if (!pick(3))
			kill(tenants[pick(nr_tenants)], pick(2) ? SIGKILL : SIGINT);
		for (i = 0; i < nr_tenants; i++) {
			if (waitpid(tenants[i], &status, WNOHANG) <= 0)
				continue;
			tenants[i] = start();
			nr_started++;
		}
		sane = is_sane(g);
	}
	calm(g);
	for (i = 0; i < nr_tenants; i++) {
		kill(tenants[i], SIGKILL);
		waitpid(tenants[i], &status, 0);
	}
	printf("%u tenants lived, opened %u times, claimed %u times; %u acts of the admin\n",
	       nr_started, done->opened, done->claimed, nr_acts);
	return !sane || !done->claimed;
}
