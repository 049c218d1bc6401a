// SPDX-License-Identifier: GPL-2.0-only
/*
 * quota.cu - memory up to the limit: the program sees its quota, gets it, no more, and goes on.
 * Owns the order. Must not leave memory behind.
 *
 * usage: quota [BYTES]     what the whole memory must be, when that is known
 */
#include "ktap.h"

#include <stdint.h>

enum { MAX_CHUNKS = 8192 };
#define CHUNK (64ull << 20)

static void *chunks[MAX_CHUNKS];

__global__ void k_mark(unsigned int *memory, unsigned int value)
{
	memory[threadIdx.x] = value + threadIdx.x;
}

/* A kernel writes to memory, and what it wrote arrives. */
static int works(void *memory, unsigned int value)
{
	unsigned int back[64] = {};

	k_mark<<<1, 64>>>((unsigned int *)memory, value);
	must(cudaGetLastError(), "start a kernel");
	must(cudaMemcpy(back, memory, sizeof(back), cudaMemcpyDeviceToHost), "read back");
	return back[0] == value && back[63] == value + 63;
}

static cudaError_t fill(int *nr, size_t total)
{
	cudaError_t err = cudaSuccess;

	while (*nr < MAX_CHUNKS && *nr * CHUNK <= total && !err) {
		err = cudaMalloc(&chunks[*nr], CHUNK);
		if (!err)
			++*nr;
	}
	return err;
}

int main(int argc, char **argv)
{
	uint64_t quota = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
	size_t left, total, less;
	int nr = 0, i;

	/* Before there is no memory: the driver needs some for a kernel's first start. */
	must(cudaMalloc(&chunks[0], CHUNK), "begin");
	check(works(chunks[0], 7), "a kernel runs");
	must(cudaFree(chunks[0]), "begin");
	must(cudaMemGetInfo(&left, &total), "ask for memory");
	printf("# %zu of %zu bytes are free\n", left, total);
	check(left > 0 && left <= total, "no more is free than there is");
	if (quota)
		check(total == quota, "the whole is the quota");
	check(fill(&nr, total) == cudaErrorMemoryAllocation, "at the limit there is no memory");
	printf("# got %d chunks of %llu MiB\n", nr, CHUNK >> 20);
	check(nr > 0 && nr * CHUNK <= total, "no more was had than there is");
	check((nr + 1) * CHUNK > left - left / 8, "and most of what was free");
	check(cudaGetLastError() == cudaErrorMemoryAllocation && cudaGetLastError() == cudaSuccess,
	      "the error does not stay");
	must(cudaMemGetInfo(&less, &total), "ask for memory at the limit");
	check(less < left && less < 2 * CHUNK, "what is free has become little");
	check(works(chunks[0], 1) && works(chunks[nr - 1], 2), "the first and the last are memory");
	must(cudaFree(chunks[--nr]), "free one");
	check(!cudaMalloc(&chunks[nr], CHUNK) && works(chunks[nr], 3), "one can be had again");
	for (i = 0; i <= nr; i++)
		must(cudaFree(chunks[i]), "free all");
	must(cudaMemGetInfo(&less, &total), "ask for memory in the end");
	check(less + 2 * CHUNK > left, "all of it is free again");
	printf("1..%d\n", ktap_nr);
	return ktap_bad;
}
