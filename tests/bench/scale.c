// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes many VMs, each with a cgroup bound to it, so that calls can be measured among them; tells what one costs to make.
 *
 *   scale N	up to N of them, beside those that are there
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

static int make(struct gpuward *g, unsigned int i)
{
	struct gpuward_vm_info vm = { .fields = FIELD(VM, NAME) | FIELD(VM, MODEL), .model = "small.16gb" };
	struct gpuward_binding_info binding = { .fields = FIELD(BINDING, VM) | FIELD(BINDING, CGROUP_FD) };
	char path[64];
	int ret;

	snprintf(vm.name, sizeof(vm.name), "many%u", i);
	strcpy(binding.vm, vm.name);
	snprintf(path, sizeof(path), "/sys/fs/cgroup/many/%u", i);
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	ret = gpuward_vm_add(g, &vm, NULL);
	if (ret)
		return ret == -EEXIST ? 0 : ret;
	binding.cgroup_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ret = gpuward_binding_add(g, &binding);
	close(binding.cgroup_fd);
	return ret;
}

int main(int argc, char **argv)
{
	struct gpuward *g = gpuward_new();
	unsigned int i, n = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	double from = now();
	int ret;

	if (!n || !g || gpuward_open(g) || (mkdir("/sys/fs/cgroup/many", 0755) && errno != EEXIST))
		return 2;
	for (i = 0; i < n; i++) {
		ret = make(g, i);
		if (ret) {
			fprintf(stderr, "VM %u: %s: %s\n", i, strerror(-ret), gpuward_error(g));
			return 1;
		}
	}
	printf("# %u VMs with a cgroup each: %.0f us each to make\n", n, (now() - from) / n * 1e6);
	gpuward_close(g);
	return 0;
}
