// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a shell cannot measure: how fast a grant reaches the waiter, how long attaching takes, how
 * much memory a file and a waiter cost. Prints; judges nothing but that it could measure.
 *
 *   measure VM
 */
#define _GNU_SOURCE
#include "../e2e/lease_rm.h"

#include <gpuward/libgpuward.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define ROUNDS 200
#define NR_FILES 4000
#define NR_WAITERS 300

static struct { volatile uint64_t from, to; volatile int ready; } *shared;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void die(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	exit(1);
}

static void enter(const char *group)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/cgroup.procs", group);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "0", 1) != 1)
		die(path);
	close(fd);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t median(uint64_t *v, int n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

/* The waiter stamps the moment it goes on. */
static void waiter(void)
{
	struct rm rm;

	if (rm_open(&rm, 0))
		die("waiter: open");
	shared->ready = 1;
	if (rm_claim(&rm))
		die("waiter: claim");
	shared->to = now_ns();
	_exit(0);
}

/* From the holder's last close to the waiter's return, the driver's own release and request included. */
static uint64_t grant_once(void)
{
	struct rm rm;
	pid_t pid;

	if (rm_open(&rm, 0) || rm_claim(&rm))
		die("holder");
	shared->ready = 0;
	pid = fork();
	if (!pid) {
		rm_close(&rm);		/* its copies: the parent's are the ones that count */
		waiter();
	}
	while (!shared->ready)
		usleep(1000);
	usleep(20000);			/* asleep by now */
	close(rm.gpu);
	shared->from = now_ns();
	close(rm.ctl);
	waitpid(pid, NULL, 0);
	return shared->to - shared->from;
}

static uint64_t wake_once(int fd)
{
	uint64_t one = 1;
	pid_t pid;

	shared->ready = 0;
	pid = fork();
	if (!pid) {
		shared->ready = 1;
		if (read(fd, &one, sizeof(one)) != sizeof(one))
			_exit(1);
		shared->to = now_ns();
		_exit(0);
	}
	while (!shared->ready)
		usleep(1000);
	usleep(20000);
	shared->from = now_ns();
	if (write(fd, &one, sizeof(one)) != sizeof(one))
		die("eventfd");
	waitpid(pid, NULL, 0);
	return shared->to - shared->from;
}

static void grants(const char *vm)
{
	uint64_t granted[ROUNDS], woken[ROUNDS];
	int i, fd = eventfd(0, 0);

	enter(vm);
	for (i = 0; i < ROUNDS; i++) {
		woken[i] = wake_once(fd);
		granted[i] = grant_once();
	}
	enter("");
	printf("# grant, close to waiter's return: %llu ns; eventfd wake-up: %llu ns; ratio %.2f (medians of %d)\n",
	       (unsigned long long)median(granted, ROUNDS), (unsigned long long)median(woken, ROUNDS),
	       (double)median(granted, ROUNDS) / median(woken, ROUNDS), ROUNDS);
	close(fd);
}

static void attaching(struct gpuward *g)
{
	struct gpuward_status_info *st;
	uint64_t on[5], off[5], t;
	int i;

	for (i = 0; i < 5; i++) {
		t = now_ns();
		if (gpuward_detach(g, &st))
			die("detach");
		gpuward_free(st);
		off[i] = now_ns() - t;
		t = now_ns();
		if (gpuward_attach(g))
			die("attach");
		on[i] = now_ns() - t;
	}
	printf("# attach: %.1f ms, detach: %.1f ms (medians of 5)\n", median(on, 5) / 1e6, median(off, 5) / 1e6);
}

static long slab_kib(void)
{
	char line[128];
	long kib = 0;
	FILE *f = fopen("/proc/meminfo", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "Slab: %ld", &kib) == 1)
			break;
	if (f)
		fclose(f);
	return kib;
}

/* KiB of slab that NR_FILES open files take, in @group. */
static long files_kib(const char *group)
{
	static int fds[NR_FILES];
	long before, after;
	int i;

	enter(group);
	before = slab_kib();
	for (i = 0; i < NR_FILES; i++) {
		fds[i] = open("/dev/nvidiactl", O_RDWR);
		if (fds[i] < 0)
			die("open nvidiactl");
	}
	after = slab_kib();
	for (i = 0; i < NR_FILES; i++)
		close(fds[i]);
	enter("");
	sleep(1);
	return after - before;
}

/* KiB of slab that NR_WAITERS processes take that wait (in @group) or just have it (host). */
static long waiters_kib(const char *group)
{
	static pid_t pids[NR_WAITERS];
	struct rm rm = { .ctl = -1, .gpu = -1 }, mine;
	long before, after;
	int i;

	enter(group);
	if (rm_open(&rm, 0) || rm_claim(&rm))
		die("holder");
	before = slab_kib();
	for (i = 0; i < NR_WAITERS; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			rm_close(&rm);
			if (rm_open(&mine, 0))
				_exit(1);
			rm_claim(&mine);
			pause();
			_exit(0);
		}
	}
	sleep(3);
	after = slab_kib();
	for (i = 0; i < NR_WAITERS; i++)
		kill(pids[i], SIGKILL);
	for (i = 0; i < NR_WAITERS; i++)
		waitpid(pids[i], NULL, 0);
	rm_close(&rm);
	enter("");
	sleep(1);
	return after - before;
}

static void memory(const char *vm)
{
	struct rlimit files = { NR_FILES + 64, NR_FILES + 64 };
	long host, tenant;

	setrlimit(RLIMIT_NOFILE, &files);
	files_kib("");		/* warms the caches */
	host = files_kib("");
	tenant = files_kib(vm);
	printf("# memory per open file: %ld bytes more than the host's %ld\n",
	       (tenant - host) * 1024 / NR_FILES, host * 1024 / NR_FILES);
	waiters_kib("");
	host = waiters_kib("");
	tenant = waiters_kib(vm);
	printf("# memory per waiter: %ld bytes more than a host process that runs, %ld\n",
	       (tenant - host) * 1024 / NR_WAITERS, host * 1024 / NR_WAITERS);
}

int main(int argc, char **argv)
{
	struct gpuward *g = gpuward_new();

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (argc != 2 || !g || gpuward_open(g) || shared == MAP_FAILED)
		return 2;
	grants(argv[1]);
	memory(argv[1]);
	attaching(g);
	gpuward_close(g);
	return 0;
}
