// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that trains and its helpers, all with one name, one session and one cgroup. A helper of
 * the scripts: orphan_worker KIND...
 *
 * Opens GPU 0 and claims it, then starts one process for each kind, prints "KIND PID", and stays:
 *
 *   worker    holds what it inherited
 *   thread    so does another thread of it, with a table of files of its own; the first one has none
 *   mapper    has closed the descriptors, and holds a mapping
 *   passer    has sent the descriptors to the next one started of kind "taker", and none itself
 *   taker     has them from there
 *   clean     has closed what it inherited: a bystander
 *   looker    has closed it, and opened the GPU itself, as a monitor does: a bystander
 *
 * With the single word "can_map" it only tries the mapper's way: 0, or errno for exit status. From 6.16
 * or so on no child inherits such a mapping: EINVAL.
 * With the first word "gpu1" it is that GPU. With the word "polite" the program itself ends on SIGTERM, saying so.
 */
#define _GNU_SOURCE
#include "lease_rm.h"
#include "../nvclient/pass.h"
#include "../nvsim/nvctrl.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <pthread.h>

#define RANGE 0x600000000000
#define SIZE (2 << 20)

static struct rm rm;
static int uvm = -1;
static int pair[2], minor;

static void on_term(int sig)
{
	static const char text[] = "terminated\n";

	(void)sig;
	_exit(write(1, text, sizeof(text) - 1) != sizeof(text) - 1);
}

static void stay(void)
{
	for (;;)
		pause();
}

static void *hold_apart(void *ready)
{
	int c = 0;

	if (unshare(CLONE_FILES) || write(*(int *)ready, &c, 1) != 1)
		_exit(4);
	stay();
	return NULL;
}

static void close_all(void)
{
	rm_close(&rm);
	if (uvm >= 0)
		close(uvm);
}

static void thread(void)
{
	pthread_t t;
	int ready[2];
	char c;

	if (pipe(ready) || pthread_create(&t, NULL, hold_apart, &ready[1]) ||
	    read(ready[0], &c, 1) != 1)
		_exit(4);
	close_all();
}

static void send_gpu(void)
{
	if (pass_fd(pair[0], rm.gpu))
		_exit(5);
	close_all();
}

static void take_gpu(void)
{
	close_all();
	if (take_fd(pair[1]) < 0)
		_exit(5);
}

/* Of memory that nvidia-uvm manages: its mapping is one of its file. */
static void map_only(void)
{
	rm_close(&rm);
	close(uvm);
}

static void be(const char *kind)
{
	if (!strcmp(kind, "thread"))
		thread();
	else if (!strcmp(kind, "mapper"))
		map_only();
	else if (!strcmp(kind, "passer"))
		send_gpu();
	else if (!strcmp(kind, "taker"))
		take_gpu();
	else if (!strcmp(kind, "clean") || !strcmp(kind, "looker"))
		close_all();
	if (!strcmp(kind, "looker") && rm_open(&rm, minor))
		_exit(6);
	if (strcmp(kind, "mapper"))
		munmap((void *)RANGE, SIZE);
	printf("%s %d\n", kind, getpid());
	stay();
}

/* nvidia-uvm with a range that a child inherits, unless it unmaps it. */
static int map(void)
{
	struct uvm_initialize p = { .flags = UVM_INIT_MULTI_PROCESS };
	void *at = (void *)RANGE;

	uvm = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	if (uvm < 0)
		return -1;
	if (ioctl(uvm, UVM_INITIALIZE, &p) || p.status)
		return -1;
	if (mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, uvm, RANGE) != at)
		return -1;
	return madvise(at, SIZE, MADV_DOFORK);
}

int main(int argc, char **argv)
{
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1 && !strcmp(argv[1], "can_map"))
		return map() ? errno : 0;
	minor = argc > 1 && !strcmp(argv[1], "gpu1");
	if (rm_open(&rm, minor) || rm_claim(&rm) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return 1;
	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "mapper") && map())
			return 2;
	for (i = 1 + minor; i < argc; i++) {
		if (!strcmp(argv[i], "polite")) {
			signal(SIGTERM, on_term);
			continue;
		}
		if (!fork())
			be(argv[i]);
		usleep(50000);
	}
	printf("ready %d\n", getpid());
	stay();
}
