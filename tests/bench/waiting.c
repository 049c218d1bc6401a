// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many processes that wait for GPUs, one of each VM that "scale" made: what one costs, what it costs to
 * look at all of them, and how long it takes until the last one waits, and is gone. Prints; judges
 * nothing but that it could measure. GPU 0 must be the only one that takes placements.
 *
 *   waiting N FILE	"what value" to FILE, a line each: bytes or microseconds, of each
 */
#define _GNU_SOURCE
#include "../e2e/lease_rm.h"

#include <gpuward/libgpuward.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_WAITERS 4000
#define PATIENCE 300		/* seconds */

struct figures {
	double to_wait, to_go, dump, explain;	/* seconds, for all */
	long kib;
};

static pid_t pids[MAX_WAITERS];

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static void die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

static long slab_kib(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "SUnreclaim: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

static void enter(unsigned int i)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/many/%u/cgroup.procs", i);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		_exit(1);
	close(fd);
}

/* Open, or wait to. As a host process that does not wait when @is_host. */
static void child(unsigned int i, int is_host)
{
	struct rm rm;

	if (!is_host)
		enter(i);
	if (!is_host || !i)
		rm_open(&rm, 0);
	else if (open("/dev/nvidiactl", O_RDWR) < 0)
		_exit(1);
	pause();
	_exit(0);
}

/* How many wait for GPUs; *@seconds: what that look took. */
static unsigned int look(struct gpuward *g, double *seconds)
{
	struct gpuward_job_info *jobs, *job;
	double from = now();
	unsigned int nr = 0;

	if (gpuward_jobs(g, &jobs))
		die(gpuward_error(g));
	*seconds = now() - from;
	for (job = jobs; job; job = job->next)
		nr += job->state == GPUWARD_JOB_PLACING;
	gpuward_free(jobs);
	return nr;
}

/* To look must not be what takes the time. */
static void until(struct gpuward *g, unsigned int wanted)
{
	double give_up = now() + PATIENCE, took;

	while (look(g, &took) != wanted) {
		if (now() > give_up) {
			errno = ETIMEDOUT;
			die("not all of them wait, or are gone");
		}
		usleep(5000 + took * 4e6);
	}
}

static double median_dump(struct gpuward *g)
{
	double t[5], x;
	int i, j;

	for (i = 0; i < 5; i++) {
		look(g, &x);
		for (j = i; j && t[j - 1] > x; j--)
			t[j] = t[j - 1];
		t[j] = x;
	}
	return t[2];
}

/* Why each GPU is not given to the last one. */
static double explain_last(struct gpuward *g, unsigned int last)
{
	struct gpuward_explain_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_EXPLAIN_VM) | GPUWARD_FIELD(GPUWARD_A_EXPLAIN_INDEX),
	}, *gpus;
	double from = now();

	snprintf(key.vm, sizeof(key.vm), "many%u", last);
	if (gpuward_explain_gpus(g, &key, &gpus))
		die(gpuward_error(g));
	gpuward_free(gpus);
	return now() - from;
}

static void measure(struct gpuward *g, unsigned int n, int is_host, struct figures *f)
{
	unsigned int i;
	double from = now();
	long before = slab_kib();

	for (i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			die("fork");
		if (!pids[i])
			child(i, is_host);
	}
	if (is_host)
		sleep(5);
	else
		until(g, n - 1);	/* the first one has the GPU */
	f->to_wait = now() - from;
	f->kib = slab_kib() - before;
	f->dump = median_dump(g);
	f->explain = is_host ? 0 : explain_last(g, n - 1);
	from = now();
	for (i = n; i--;)		/* the last one first, or each would be given the GPU */
		kill(pids[i], SIGKILL);
	for (i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
	until(g, 0);
	f->to_go = now() - from;
}


int main(int argc, char **argv)
{
	unsigned int n = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	FILE *out = argc == 3 ? fopen(argv[2], "w") : NULL;
	struct gpuward *g = gpuward_new();
	struct figures f, host;

	if (n < 2 || n > MAX_WAITERS || !out || !g || gpuward_open(g))
		return 2;
	measure(g, n, 0, &f);		/* what stays in caches is there then */
	measure(g, n, 1, &host);
	measure(g, n, 0, &f);
	if (n >= 100)
		fprintf(out, "waiter_memory %ld\n", (f.kib - host.kib) * 1024 / (long)n);
	fprintf(out, "waiter_open %.0f\nwaiter_dump %.1f\nwaiter_explain %.0f\nwaiter_end %.0f\n",
		f.to_wait / n * 1e6, f.dump / n * 1e6, f.explain * 1e6, f.to_go / n * 1e6);
	fclose(out);
	gpuward_close(g);
	return 0;
}
