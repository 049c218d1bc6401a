// SPDX-License-Identifier: GPL-2.0-only
/*
 * trainer.cu - a small training job on one GPU: learns generated images, prints what it achieves.
 * Owns the device's memory and the order of the steps. Must not hold any formula.
 */
#include "perceptron.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_UNAVAILABLE = 4 };
static const real rate = 0.3f;

struct options {
	uint64_t memory;	/* bytes to hold besides */
	uint64_t epochs;	/* 0: until the time is over */
	uint64_t seed;
	double seconds;		/* 0: until the epochs are over */
};

/* --- what can go wrong ------------------------------------------------------------------------ */

static int exit_code(cudaError_t err)
{
	switch (err) {
	case cudaErrorNoDevice:
	case cudaErrorInsufficientDriver:
	case cudaErrorStubLibrary:
	case cudaErrorSystemNotReady:
	case cudaErrorSystemDriverMismatch:
	case cudaErrorDevicesUnavailable:
	case cudaErrorNoKernelImageForDevice:
		return EXIT_UNAVAILABLE;
	default:
		return EXIT_FAILED;
	}
}

static void must(cudaError_t err, const char *what)
{
	if (err == cudaSuccess)
		return;
	fprintf(stderr, "trainer: %s: %s%s\n", what, cudaGetErrorString(err),
		err == cudaErrorInsufficientDriver ? " (no NVIDIA driver here, or one that is too old)" : "");
	exit(exit_code(err));
}

/* Memory of the GPU, or an end that says how much there is. */
static void *hold(uint64_t bytes, const char *what)
{
	size_t free_bytes = 0, total = 0;
	void *memory;
	cudaError_t err = cudaMalloc(&memory, bytes);

	if (err != cudaErrorMemoryAllocation) {
		must(err, what);
		must(cudaMemset(memory, 0, bytes), what);
		return memory;
	}
	cudaMemGetInfo(&free_bytes, &total);
	fprintf(stderr, "trainer: out of memory: %s wants %.1f MiB, %.1f of %.1f MiB are free (%s)\n",
		what, bytes / 1048576.0, free_bytes / 1048576.0, total / 1048576.0,
		cudaGetErrorString(err));
	exit(EXIT_FAILED);
}

/* --- the command line ------------------------------------------------------------------------- */

static int parse_number(const char *text, uint64_t *value, const char **rest)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	*value = strtoull(text, &end, 10);
	*rest = end;
	return errno ? -1 : 0;
}

/* 16gb, 512MiB, 4096: powers of 1024, as the other tools take them. */
static int parse_size(const char *text, uint64_t *bytes)
{
	static const char units[] = "kmgt";
	const char *rest, *unit;
	int shift = 0;

	if (parse_number(text, bytes, &rest))
		return -1;
	unit = *rest ? strchr(units, *rest | 0x20) : NULL;
	if (unit) {
		shift = 10 * (int)(unit - units + 1);
		rest++;
	}
	if (*bytes > UINT64_MAX >> shift)
		return -1;
	*bytes <<= shift;
	return *rest && strcasecmp(rest, "b") && (!shift || strcasecmp(rest, "ib")) ? -1 : 0;
}

static void usage(FILE *to)
{
	fputs("Usage: trainer [OPTIONS]\n\n"
	      "Train a small perceptron on generated images on the first GPU.\n\n"
	      "Options:\n"
	      "  --memory SIZE   hold so much video memory besides, such as 4gb\n"
	      "  --epochs N      train so many epochs (20, or no end with --seconds)\n"
	      "  --seconds N     end with the first epoch after so many seconds\n"
	      "  --seed N        other images, other weights (1)\n"
	      "  -h, --help      show this help\n", to);
}

static void bad_value(const char *name, const char *text)
{
	fprintf(stderr, "trainer: --%s: \"%s\" is no %s\nTry 'trainer --help'.\n", name, text,
		strcmp(name, "memory") ? "number" : "size such as 4gb or 512MiB");
	exit(EXIT_USAGE);
}

static struct options parse(int argc, char **argv)
{
	static const struct option table[] = {
		{ "memory", required_argument, NULL, 'm' }, { "epochs", required_argument, NULL, 'e' },
		{ "seconds", required_argument, NULL, 's' }, { "seed", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' }, {},
	};
	struct options o = { .memory = 0, .epochs = 0, .seed = 1, .seconds = 0 };
	uint64_t number;
	const char *rest = "";
	int letter, index = 0;

	while ((letter = getopt_long(argc, argv, "h", table, &index)) != -1) {
		if (letter == '?')
			exit(EXIT_USAGE);
		if (letter == 'h') {
			usage(stdout);
			exit(EXIT_DONE);
		}
		if (letter == 'm' ? parse_size(optarg, &o.memory) :
		    parse_number(optarg, &number, &rest) || *rest || (letter != 'r' && !number))
			bad_value(table[index].name, optarg);
		if (letter == 'e')
			o.epochs = number;
		else if (letter == 's')
			o.seconds = (double)number;
		else if (letter == 'r')
			o.seed = number;
	}
	if (optind < argc) {
		fprintf(stderr, "trainer: unexpected \"%s\"\nTry 'trainer --help'.\n", argv[optind]);
		exit(EXIT_USAGE);
	}
	if (!o.epochs && !(o.seconds > 0))
		o.epochs = 20;
	return o;
}

/* --- one thread for each element -------------------------------------------------------------- */

__global__ void k_start(struct weights *w, uint64_t seed)
{
	int at = blockIdx.x * blockDim.x + threadIdx.x, second = at - UNITS * INPUTS;

	if (at < UNITS * INPUTS)
		w->first[at / INPUTS][at % INPUTS] = first_weight(seed, at, INPUTS);
	else if (second < CLASSES * HIDDEN)
		w->second[second / HIDDEN][second % HIDDEN] = first_weight(seed, at, HIDDEN);
}

__global__ void k_fill(struct pass *p, uint64_t seed, uint64_t first)
{
	int at = blockIdx.x * blockDim.x + threadIdx.x;

	if (at < BATCH * INPUTS)
		fill_input(p, seed, first, at / INPUTS, at % INPUTS);
}

__global__ void k_hidden(struct pass *p, const struct weights *w)
{
	int at = blockIdx.x * blockDim.x + threadIdx.x;

	if (at < BATCH * HIDDEN)
		forth_hidden(p, w, at / HIDDEN, at % HIDDEN);
}

__global__ void k_output(struct pass *p, const struct weights *w, uint64_t seed, uint64_t first,
			 real *total)
{
	int n = blockIdx.x * blockDim.x + threadIdx.x;

	if (n >= BATCH)
		return;
	forth_output(p, w, n, image_label(seed, first + n));
	total[n] += p->loss[n];
}

__global__ void k_back(struct pass *p, const struct weights *w)
{
	int at = blockIdx.x * blockDim.x + threadIdx.x;

	if (at < BATCH * UNITS)
		back_hidden(p, w, at / UNITS, at % UNITS);
}

__global__ void k_learn(const struct pass *p, struct weights *w)
{
	int at = blockIdx.x * blockDim.x + threadIdx.x, second = at - UNITS * INPUTS;

	if (at < UNITS * INPUTS)
		w->first[at / INPUTS][at % INPUTS] -=
			rate * first_gradient(p, at / INPUTS, at % INPUTS);
	else if (second < CLASSES * HIDDEN)
		w->second[second / HIDDEN][second % HIDDEN] -=
			rate * second_gradient(p, second / HIDDEN, second % HIDDEN);
}

/* --- training --------------------------------------------------------------------------------- */

enum { THREADS = 128 };
#define BLOCKS(count) (((count) + THREADS - 1) / THREADS), THREADS
#define NR_WEIGHTS (UNITS * INPUTS + CLASSES * HIDDEN)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The mean loss over all images. */
static double epoch(struct pass *p, struct weights *w, real *total, uint64_t seed)
{
	real losses[BATCH];
	double sum = 0;
	int i;

	must(cudaMemset(total, 0, sizeof(losses)), "begin an epoch");
	for (i = 0; i < BATCHES; i++) {
		uint64_t first = (uint64_t)i * BATCH;

		k_fill<<<BLOCKS(BATCH * INPUTS)>>>(p, seed, first);
		k_hidden<<<BLOCKS(BATCH * HIDDEN)>>>(p, w);
		k_output<<<BLOCKS(BATCH)>>>(p, w, seed, first, total);
		k_back<<<BLOCKS(BATCH * UNITS)>>>(p, w);
		k_learn<<<BLOCKS(NR_WEIGHTS)>>>(p, w);
		must(cudaGetLastError(), "start a kernel");
	}
	must(cudaMemcpy(losses, total, sizeof(losses), cudaMemcpyDeviceToHost), "train");
	for (i = 0; i < BATCH; i++)
		sum += (double)losses[i];
	return sum / (BATCH * BATCHES);
}

int main(int argc, char **argv)
{
	struct options o = parse(argc, argv);
	struct cudaDeviceProp device;
	struct weights *w;
	struct pass *p;
	uint64_t nr = 0;
	double start;
	real *total;

	must(cudaSetDevice(0), "use the first GPU");
	must(cudaGetDeviceProperties(&device, 0), "ask for the GPU's name");
	printf("%s, %d images, seed %llu\n", device.name, BATCH * BATCHES, (unsigned long long)o.seed);
	w = (struct weights *)hold(sizeof(*w), "the weights");
	p = (struct pass *)hold(sizeof(*p), "a batch");
	total = (real *)hold(BATCH * sizeof(*total), "the losses");
	if (o.memory)
		hold(o.memory, "--memory");
	k_start<<<BLOCKS(NR_WEIGHTS)>>>(w, o.seed);
	must(cudaGetLastError(), "start a kernel");
	start = now();
	do {
		double before = now(), loss = epoch(p, w, total, o.seed);

		printf("epoch %llu  loss %.4f  images/s %.0f\n", (unsigned long long)++nr, loss,
		       BATCH * BATCHES / (now() - before));
		fflush(stdout);
	} while ((!o.epochs || nr < o.epochs) && !(o.seconds > 0 && now() - start >= o.seconds));
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_DONE;
	fprintf(stderr, "trainer: write: %s\n", strerror(errno));
	return EXIT_FAILED;
}
