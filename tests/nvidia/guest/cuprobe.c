// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far CUDA's own library gets: cuInit() and what it says about itself.
 * It owns nothing but its output; it must not need CUDA to compile.
 */
#include <dlfcn.h>
#include <stdio.h>

typedef int (*init_fn)(unsigned int flags);
typedef int (*query_fn)(int *value);

int main(void)
{
	void *lib = dlopen("libcuda.so.1", RTLD_NOW);
	init_fn init;
	query_fn version, count;
	int value = 0, ret;

	if (!lib) {
		fprintf(stderr, "cuprobe: %s\n", dlerror());
		return 2;
	}
	init = (init_fn)dlsym(lib, "cuInit");
	version = (query_fn)dlsym(lib, "cuDriverGetVersion");
	count = (query_fn)dlsym(lib, "cuDeviceGetCount");
	if (!init || !version || !count) {
		fprintf(stderr, "cuprobe: libcuda.so.1 lacks a function\n");
		return 2;
	}
	printf("cuInit %d\n", init(0));
	ret = version(&value);
	printf("cuDriverGetVersion %d: %d\n", ret, value);
	value = 0;
	ret = count(&value);
	printf("cuDeviceGetCount %d: %d\n", ret, value);
	return 0;
}
