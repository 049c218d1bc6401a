// SPDX-License-Identifier: GPL-2.0-only
/*
 * A launcher and its workers, one after another, each a process that opens and claims GPU 0, as
 * torchrun starts them. A helper of the scripts: hold_workers N.
 *
 * Prints "worker I runs" when the I-th has its claim, only then is the next one started unless it
 * takes longer than a moment. SIGUSR1: the first worker starts a child that claims, too
 * ("grandchild runs"). SIGUSR2: the launcher and all workers but the last end ("last worker PID").
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define MAX 16

static void say(const char *text, int number)
{
	char line[64];
	int len = snprintf(line, sizeof(line), text, number);

	if (write(1, line, len) != len)
		_exit(3);
}

static int claims(void)
{
	static struct rm rm;
	int ret = rm_open(&rm, 0);

	return ret ? ret : rm_claim(&rm);
}

static int next_signal(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigwait(&set, &sig);
	return sig;
}

static void grandchild(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (claims())
		_exit(1);
	say("grandchild runs\n", 0);
	for (;;)
		pause();
}

static void worker(int number, int done)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (claims())
		_exit(1);
	say("worker %d runs\n", number);
	close(done);
	while (next_signal() == SIGUSR1)
		if (!fork())
			grandchild();
	/* The last one outlives its launcher, which waits for this. */
	prctl(PR_SET_PDEATHSIG, 0);
	say("last worker %d\n", getpid());
	kill(getppid(), SIGUSR2);
	for (;;)
		pause();
}

/* Waits for its claim, but not for long: it may have to wait itself. */
static pid_t start(int number)
{
	struct pollfd p;
	int done[2];
	pid_t pid;

	if (pipe(done))
		exit(1);
	pid = fork();
	if (!pid) {
		close(done[0]);
		worker(number, done[1]);
	}
	close(done[1]);
	p = (struct pollfd){ .fd = done[0], .events = POLLIN };
	poll(&p, 1, 500);
	close(done[0]);
	return pid;
}

int main(int argc, char **argv)
{
	int i, nr = argc > 1 ? atoi(argv[1]) : 2;
	pid_t workers[MAX];
	sigset_t set;

	if (nr < 1 || nr > MAX)
		return 2;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < nr; i++)
		workers[i] = start(i + 1);
	while (next_signal() == SIGUSR1)
		kill(workers[0], SIGUSR1);
	for (i = 0; i < nr - 1; i++)
		kill(workers[i], SIGKILL);
	kill(workers[nr - 1], SIGUSR2);
	next_signal();
	return 0;
}
