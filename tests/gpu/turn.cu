// SPDX-License-Identifier: GPL-2.0-only
/*
 * turn.cu - has the GPU for two seconds, and says from when to when.
 * Owns the clock readings, inside of the time in which the GPU is held. Must not judge.
 */
#include "ktap.h"

#include <time.h>

__global__ void k_count(unsigned long long *count)
{
	++*count;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(void)
{
	unsigned long long *count, nr = 0, back;
	long long begin;

	must(cudaMalloc(&count, sizeof(*count)), "begin");
	must(cudaMemset(count, 0, sizeof(*count)), "begin");
	begin = now();
	while (now() - begin < 2000000000ll) {
		k_count<<<1, 1>>>(count);
		must(cudaDeviceSynchronize(), "run");
		nr++;
	}
	must(cudaMemcpy(&back, count, sizeof(back), cudaMemcpyDeviceToHost), "read back");
	if (back != nr)
		return 1;
	printf("%lld %lld\n", begin, now());
	return 0;
}
