// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several threads of one program wait at once, each in a call of its own. A helper of the scripts:
 * wait_threads N claim|open. Prints "thread ret=..." as each comes back; SIGUSR1 interrupts the
 * first thread only; ends with SIGUSR2.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#define MAX 64

static bool is_open;

static void say(const char *what, int ret)
{
	char line[64];
	int len = snprintf(line, sizeof(line), "%s ret=%d\n", what, ret);

	if (write(1, line, len) != len)
		exit(3);
}

static void on_usr1(int sig)
{
	(void)sig;
}

static void *thread(void *arg)
{
	struct rm rm = { .ctl = -1, .gpu = -1 };
	sigset_t set;
	int ret = 0;

	if (!arg) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	}
	ret = rm_open(&rm, 0);
	say("open", ret);
	if (!is_open && !ret)
		say("claim", rm_claim(&rm));
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_usr1 };
	int nr = argc > 2 ? atoi(argv[1]) : 0, sig;
	pthread_t t;
	sigset_t set;
	long i;

	if (nr < 1 || nr > MAX)
		return 2;
	is_open = !strcmp(argv[2], "open");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	for (i = 0; i < nr; i++)
		if (pthread_create(&t, NULL, thread, (void *)i))
			return 1;
	sigdelset(&set, SIGUSR1);
	sigwait(&set, &sig);
	return 0;
}
