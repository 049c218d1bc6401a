// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many programs wait for one accelerator and are served in the order in which they came, each
 * once. A helper of the scripts: lease_hundred N prints what it saw, ends with 1 when it was wrong.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <gpuward/libgpuward.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define MAX 1000

static struct {
	atomic_int inside;
	atomic_int nr_twice;
	atomic_int nr_refused;
	atomic_int nr_served;
	int order[MAX];
} *shared;
static pid_t pids[MAX];

static void fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

/* Without the files of its parent, which would keep the parent's job. */
static void program(int index, struct rm *parents)
{
	struct rm rm;

	rm_close(parents);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (rm_open(&rm, 0) || rm_claim(&rm)) {
		atomic_fetch_add(&shared->nr_refused, 1);
		_exit(1);
	}
	if (atomic_fetch_add(&shared->inside, 1))
		atomic_fetch_add(&shared->nr_twice, 1);
	shared->order[atomic_fetch_add(&shared->nr_served, 1)] = index;
	usleep(500);
	atomic_fetch_sub(&shared->inside, 1);
	_exit(0);
}

static void wait_jobs(struct gpuward *g, unsigned int wanted)
{
	struct gpuward_status_info *status;
	unsigned int nr = 0;
	int i;

	for (i = 0; i < 10000 && nr != wanted; i++) {
		if (gpuward_status(g, &status))
			fail(gpuward_error(g));
		nr = status->nr_jobs;
		gpuward_free(status);
		if (nr != wanted)
			usleep(500);
	}
	if (nr != wanted)
		fail("a program did not come to wait");
}

/* Position I belongs to the program that came I-th. */
static int count_misplaced(struct gpuward *g, int nr)
{
	struct gpuward_job_info *jobs, *job;
	int seen = 0, wrong = 0;

	if (gpuward_jobs(g, &jobs))
		fail(gpuward_error(g));
	for (job = jobs; job; job = job->next) {
		if (job->state != GPUWARD_JOB_WAITING)
			continue;
		seen++;
		if (job->position < 1 || (int)job->position > nr ||
		    (pid_t)job->pid != pids[job->position - 1])
			wrong++;
	}
	gpuward_free(jobs);
	return wrong + abs(nr - seen);
}

int main(int argc, char **argv)
{
	int i, wrong = 0, misplaced, nr = argc > 1 ? atoi(argv[1]) : 100;
	struct gpuward *g = gpuward_new();
	struct rm rm;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (nr < 1 || nr > MAX || shared == MAP_FAILED || !g || gpuward_open(g))
		fail("start");
	if (rm_open(&rm, 0) || rm_claim(&rm))
		fail("claim");
	for (i = 0; i < nr; i++) {
		pids[i] = fork();
		if (!pids[i])
			program(i, &rm);
		wait_jobs(g, i + 2);
	}
	misplaced = count_misplaced(g, nr);
	rm_close(&rm);
	while (wait(NULL) > 0)
		;
	for (i = 0; i < nr; i++)
		wrong += shared->order[i] != i;
	printf("%d served, %d refused, %d out of order, %d shown at a wrong position, %d times two at once\n",
	       shared->nr_served, shared->nr_refused, wrong, misplaced, shared->nr_twice);
	gpuward_close(g);
	return wrong || misplaced || shared->nr_refused || shared->nr_twice || shared->nr_served != nr;
}
