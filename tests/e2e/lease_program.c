// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that opens GPU 0, claims it and then does what its arguments say, for the ways of
 * waiting and dying that need a hand of their own. A helper of the scripts; prints what it did.
 *
 *   lease_program [WORD]...
 *     alarm MS	a timer whose handler restarts calls (SA_RESTART); says when it rang 20 times
 *     eintr SIG	a handler that does not
 *     open MINOR	nodes, client, device
 *     claim		tried once
 *     exec		becomes sleep; all files are close-on-exec
 *     map		managed memory of nvidia-uvm; closes all files, the mapping holds one
 *     unmap
 *     thread		the first thread ends, another one stays
 *     share		a child with the same table of files stays, the parent exits
 *     close
 *     wait		for SIGUSR1
 */
#define _GNU_SOURCE
#include "lease_rm.h"
#include "../nvsim/nvctrl.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>

#define MAP_AT ((void *)0x7000000000)
#define MAP_SIZE (4ul << 20)

static struct rm rm = { .ctl = -1, .gpu = -1 };
static volatile sig_atomic_t nr_alarms;

static void say(const char *what, int ret)
{
	printf("%s ret=%d alarms=%d\n", what, ret, (int)nr_alarms);
	fflush(stdout);
}

static void on_alarm(int sig)
{
	static const struct itimerval off;
	static const char over[] = "alarms are over\n";

	(void)sig;
	if (++nr_alarms < 20)
		return;
	setitimer(ITIMER_REAL, &off, NULL);
	if (write(1, over, sizeof(over) - 1) < 0)
		_exit(3);
}

static void start_alarm(int ms)
{
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval t = { { ms / 1000, ms % 1000 * 1000 }, { ms / 1000, ms % 1000 * 1000 } };

	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &t, NULL);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void start_eintr(int sig)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(sig, &sa, NULL);
}

static void wait_usr1(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	say("waiting", 0);
	sigwait(&set, &sig);
}

/* A shared mapping whose offset is its address, as cudaMallocManaged makes. */
static void map(void)
{
	struct uvm_initialize p = { .flags = UVM_INIT_MULTI_PROCESS };
	int uvm = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	int ret = uvm < 0 || ioctl(uvm, UVM_INITIALIZE, &p) ? -errno : (int)p.status;

	if (!ret && mmap(MAP_AT, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
			 uvm, (off_t)MAP_AT) == MAP_FAILED)
		ret = -errno;
	say("map", ret);
	close(uvm);
	rm_close(&rm);
}

static void *stay(void *arg)
{
	(void)arg;
	wait_usr1();
	exit(0);
}

static void leave_thread(void)
{
	pthread_t t;

	if (pthread_create(&t, NULL, stay, NULL))
		exit(1);
	syscall(SYS_exit, 0);	/* this thread only */
}

static int shared_child(void *arg)
{
	(void)arg;
	wait_usr1();
	return 0;
}

static void leave_sharer(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	pid_t pid = clone(shared_child, stack + sizeof(stack), CLONE_FILES | SIGCHLD, NULL);

	say("share", pid);
	_exit(0);
}

static void do_open(unsigned int minor)
{
	say("open", rm_open(&rm, minor));
}

/* Returns how many words it took. */
static int run(char **word)
{
	if (!strcmp(*word, "alarm") && word[1])
		start_alarm(atoi(word[1]));
	else if (!strcmp(*word, "eintr") && word[1])
		start_eintr(atoi(word[1]));
	else if (!strcmp(*word, "open") && word[1])
		do_open(atoi(word[1]));
	else
		goto short_word;
	return 2;

short_word:
	if (!strcmp(*word, "claim"))
		say("claim", rm_claim(&rm));
	else if (!strcmp(*word, "exec"))
		execl("/bin/sleep", "sleep", "1000", NULL);
	else if (!strcmp(*word, "map"))
		map();
	else if (!strcmp(*word, "unmap"))
		say("unmap", munmap(MAP_AT, MAP_SIZE) ? -errno : 0);
	else if (!strcmp(*word, "thread"))
		leave_thread();
	else if (!strcmp(*word, "share"))
		leave_sharer();
	else if (!strcmp(*word, "close"))
		rm_close(&rm);
	else if (!strcmp(*word, "wait"))
		wait_usr1();
	else
		exit(2);
	return 1;
}

int main(int argc, char **argv)
{
	sigset_t set;
	int i = 1;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGINT, SIG_DFL);	/* a shell's background jobs ignore it */
	while (i < argc)
		i += run(argv + i);
	return 0;
}
