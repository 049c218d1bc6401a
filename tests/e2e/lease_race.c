// SPDX-License-Identifier: GPL-2.0-only
/*
 * A grant and a signal at the same instant, many times. Three processes: the parent, a holder
 * that gives up and asks again at once, a waiter made anew for each round. A helper of the
 * scripts; prints what it saw, ends with 1 when the accelerator was lost or given twice.
 *
 *   lease_race int|kill|end ROUNDS claim
 *   lease_race int|kill|end ROUNDS place CGROUP.PROCS	the waiter is of another VM and waits for GPUs
 *
 * end: an administrator ends the wait, and only then the holder gives up: never granted.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <gpuward/libgpuward.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#define PATIENCE_MS 20000

static struct {
	atomic_int inside;
	atomic_int nr_twice;
} *shared;

static bool is_kill, is_end, is_place;
static struct gpuward *admin;
static const char *waiter_cgroup;
static int to_holder[2], from_holder[2];

static void fail(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	fflush(stdout);
	exit(1);
}

static void on_signal(int sig)
{
	(void)sig;
}

/* --- both programs -------------------------------------------------------------------------- */

static int get(struct rm *rm)
{
	int ret = rm_open(rm, 0);

	return ret ? ret : rm_claim(rm);
}

static void enter(void)
{
	if (atomic_fetch_add(&shared->inside, 1))
		atomic_fetch_add(&shared->nr_twice, 1);
}

static void leave(void)
{
	atomic_fetch_sub(&shared->inside, 1);
}

static void put_int(int fd, int value)
{
	if (write(fd, &value, sizeof(value)) != sizeof(value))
		exit(3);
}

/* Holds; for each byte gives up, asks again, says what came of it. */
static void holder(void)
{
	struct rm rm = { .ctl = -1, .gpu = -1 };
	char byte;

	for (;;) {
		int ret = get(&rm);

		if (!ret)
			enter();
		put_int(from_holder[1], ret);
		if (read(to_holder[0], &byte, 1) != 1)
			exit(0);
		if (!ret)
			leave();
		rm_close(&rm);
	}
}

static void join(const char *cgroup)
{
	int fd = open(cgroup, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		exit(4);
	close(fd);
}

/* Says 1 before it starts to wait, then what came of it; holds until the pipe ends. */
static void waiter(int in, int out)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct rm rm = { .ctl = -1, .gpu = -1 };
	char byte;
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGUSR1, &sa, NULL);
	if (waiter_cgroup)
		join(waiter_cgroup);
	ret = is_place ? 0 : rm_open(&rm, 0);
	if (ret)
		exit(5);
	put_int(out, 1);
	ret = is_place ? get(&rm) : rm_claim(&rm);
	/* One that is killed can not say that it left: the driver's own books watch then. */
	if (!ret && !is_kill)
		enter();
	put_int(out, ret);
	while (!ret && read(in, &byte, 1) < 0 && errno == EINTR)
		;
	if (!ret && !is_kill)
		leave();
	exit(0);
}

/* --- the parent ----------------------------------------------------------------------------- */

/* 0 or -ETIMEDOUT, -EPIPE when the other end is gone. */
static int get_int(int fd, int *value)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	if (poll(&p, 1, PATIENCE_MS) != 1)
		return -ETIMEDOUT;
	return read(fd, value, sizeof(*value)) == sizeof(*value) ? 0 : -EPIPE;
}

static void wait_asleep(pid_t pid)
{
	char path[64], text[256], *end;
	ssize_t len = 0;
	int i, fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	for (i = 0; i < PATIENCE_MS; i++) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		len = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
		text[len > 0 ? len : 0] = '\0';
		close(fd);
		end = strrchr(text, ')');
		if (end && end[2] == 'S')
			return;
		usleep(200);
	}
	fail("the waiter never slept");
}

static void spin(long ns)
{
	struct timespec from, now;

	clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000000000 + now.tv_nsec - from.tv_nsec < ns);
}

static void end_wait(pid_t pid)
{
	struct gpuward_job_info *jobs, *job;
	int ret = -ESRCH;

	if (gpuward_jobs(admin, &jobs))
		fail(gpuward_error(admin));
	for (job = jobs; job; job = job->next)
		if ((pid_t)job->pid == pid)
			ret = gpuward_job_end(admin, job->id);
	gpuward_free(jobs);
	if (ret)
		fail("its wait can not be ended");
}

static void release(void)
{
	if (write(to_holder[1], "r", 1) != 1)
		fail("release");
}

/* The signal comes @delay after the release, or before it when negative. */
static void strike(pid_t pid, long delay)
{
	int sig = is_kill ? SIGKILL : SIGUSR1;

	if (is_end) {
		end_wait(pid);
		release();
	} else if (delay < 0) {
		kill(pid, sig);
		spin(-delay);
		release();
	} else {
		release();
		spin(delay);
		kill(pid, sig);
	}
}

/* Returns whether the waiter was granted before it was hit. */
static bool one_round(long delay)
{
	int in[2], out[2], value = 0, ret = -EPIPE, status;
	pid_t pid;

	if (pipe(in) || pipe(out))
		fail("pipe");
	pid = fork();
	if (!pid) {
		close(in[1]);
		close(out[0]);
		waiter(in[0], out[1]);
	}
	close(in[0]);
	close(out[1]);
	if (get_int(out[0], &value))
		fail("the waiter did not start");
	wait_asleep(pid);
	strike(pid, delay);
	if (get_int(out[0], &ret) == -ETIMEDOUT)
		fail("the waiter neither got it nor was interrupted");
	close(in[1]);
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	close(out[0]);
	if (ret && ret != -EPIPE && ret != (is_end ? -ECANCELED : -EINTR))
		fail("the waiter was refused");
	if (get_int(from_holder[0], &value) || value)
		fail("the accelerator is lost: the holder did not get it back");
	return !ret;
}

static void start_holder(void)
{
	int ret;

	if (pipe(to_holder) || pipe(from_holder))
		fail("pipe");
	if (!fork()) {
		close(to_holder[1]);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		holder();
	}
	close(to_holder[0]);
	if (get_int(from_holder[0], &ret) || ret)
		fail("the holder got nothing");
}

int main(int argc, char **argv)
{
	int i, rounds = argc > 3 ? atoi(argv[2]) : 0, granted = 0;
	long delay = 0, step = 64000;

	if (!rounds)
		return 2;
	is_kill = !strcmp(argv[1], "kill");
	is_end = !strcmp(argv[1], "end");
	admin = gpuward_new();
	if (!admin || gpuward_open(admin))
		fail("gpuward");
	is_place = !strcmp(argv[3], "place");
	waiter_cgroup = argv[4];
	signal(SIGPIPE, SIG_IGN);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		fail("mmap");
	start_holder();
	/*
	 * A signal: closing in on the instant at which both come together, and staying there. Death,
	 * after which nobody tells who was first: all around it.
	 */
	for (i = 0; i < rounds; i++) {
		bool was_granted = one_round(is_kill ? (i % 50 - 10) * 20000l : delay);

		granted += was_granted;
		delay += was_granted ? -step : step;
		if (i % 8 == 7)
			step = step > 2000 ? step * 3 / 4 : 16000;
	}
	printf("%d rounds, %d granted, %d not, %d times two at once\n", rounds, granted,
	       rounds - granted, atomic_load(&shared->nr_twice));
	if (is_end)
		return atomic_load(&shared->nr_twice) || granted;
	return atomic_load(&shared->nr_twice) || (!is_kill && (!granted || granted == rounds));
}
