// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes many VMs, each with a cgroup bound to it, so that calls can be measured among them; tells what
 * one costs to make, to keep, and to look at.
 *
 *   scale N FILE	up to N of them, those that are there included; "what value" to FILE, a line each
 */
#include <gpuward/libgpuward.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FIELD(kind, name) GPUWARD_FIELD(GPUWARD_A_##kind##_##name)

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/* KiB that the kernel has taken: objects, those of each processor, whole pages. */
static long kernel_kib(void)
{
	static const char *const kinds[] = { "Slab: %ld", "Percpu: %ld", "VmallocUsed: %ld" };
	char line[128];
	long kib, sum = 0;
	FILE *f = fopen("/proc/meminfo", "r");
	size_t i;

	while (f && fgets(line, sizeof(line), f))
		for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
			if (sscanf(line, kinds[i], &kib) == 1)
				sum += kib;
	if (f)
		fclose(f);
	return sum;
}

static int make_cgroup(unsigned int i)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/fs/cgroup/many/%u", i);
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

/* A dump of all VMs, the best of three: seconds for each. */
static double dump(struct gpuward *g)
{
	double best = 1e9, from;
	struct gpuward_vm_info *vms, *vm;
	unsigned int i, nr;

	for (i = 0; i < 3; i++) {
		from = now();
		if (gpuward_vms(g, &vms))
			return 0;
		from = now() - from;
		for (nr = 0, vm = vms; vm; vm = vm->next)
			nr++;
		gpuward_free(vms);
		if (nr && from / nr < best)
			best = from / nr;
	}
	return best;
}

static int make(struct gpuward *g, unsigned int i)
{
	struct gpuward_vm_info vm = { .fields = FIELD(VM, NAME) | FIELD(VM, MODEL), .model = "small.16gb" };
	struct gpuward_binding_info binding = { .fields = FIELD(BINDING, VM) | FIELD(BINDING, CGROUP_FD) };
	char path[64];
	int ret;

	snprintf(vm.name, sizeof(vm.name), "many%u", i);
	strcpy(binding.vm, vm.name);
	snprintf(path, sizeof(path), "/sys/fs/cgroup/many/%u", i);
	ret = gpuward_vm_add(g, &vm, NULL);
	if (ret)
		return ret;
	binding.cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret = gpuward_binding_add(g, &binding);
	close(binding.cgroup_fd);
	return ret;
}

/* [from, to): seconds for all; *@made: how many were not there */
static double make_some(struct gpuward *g, unsigned int from, unsigned int to, unsigned int *made)
{
	double since = now();
	int ret;

	for (; from < to; from++) {
		ret = make(g, from);
		if (ret && ret != -EEXIST) {
			fprintf(stderr, "VM %u: %s: %s\n", from, strerror(-ret), gpuward_error(g));
			exit(1);
		}
		*made += !ret;
	}
	return now() - since;
}

static void measure(struct gpuward *g, unsigned int n, FILE *f)
{
	long before = kernel_kib(), bytes;
	unsigned int made = 0, made_last = 0;
	double last, all = make_some(g, 0, n - n / 10, &made);

	last = make_some(g, n - n / 10, n, &made_last);
	all += last;
	made += made_last;
	bytes = (kernel_kib() - before) * 1024 / (long)made;
	printf("# %u VMs bound to a cgroup each, the last tenth of them: %.0f us to make each\n", n,
	       last / made_last * 1e6);
	fprintf(f, "make %.0f\ndump %.2f\n", all / made * 1e6, dump(g) * 1e6);
	if (made >= 100)	/* or it is less than what a page of anything is */
		fprintf(f, "memory %ld\n", bytes);
}

int main(int argc, char **argv)
{
	unsigned int n = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, i;
	FILE *f = argc == 3 ? fopen(argv[2], "w") : NULL;
	struct gpuward *g = gpuward_new();
	int ret = 0;

	if (n < 10 || !f || !g || gpuward_open(g) ||
	    (mkdir("/sys/fs/cgroup/many", 0755) && errno != EEXIST))
		return 2;
	for (i = 0; i < n && !ret; i++)
		ret = make_cgroup(i);
	measure(g, n, f);
	fclose(f);
	gpuward_close(g);
	return 0;
}
