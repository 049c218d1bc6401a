// SPDX-License-Identifier: GPL-2.0-only
/*
 * A handle that is freed and made again while its first maker has the driver's success and has not
 * come back. A helper of remade_handle.sh, which makes the driver slow; prints what happened, then
 * holds a duplicate of what was made last until its input ends.
 */
#define _GNU_SOURCE
#include "lease_stuck.h"

#include <signal.h>
#include <sys/wait.h>

#define HANDLE 0x5e000001
#define COPY 0x5e000002
#define BELOW 0x5e000003
#define MIB 1048576ull

static struct rm rm;
/* Requests by threads of their own, each about HANDLE. */
struct other {
	pthread_t thread;
	int (*run)(void);
	int status;
	int is_through;
};

static int copy(void)
{
	struct nvos55 p = {
		.client = rm.root, .parent = RM_DEVICE, .object = COPY, .client_src = rm.root,
		.object_src = HANDLE,
	};

	return ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_DUP_OBJECT, sizeof(p)), &p) ? -errno : (int)p.status;
}

/* The driver wants another parent for memory, and says so. */
static int below(void)
{
	struct nv_memory_params memory = { .size = MIB };

	return rm_new(&rm, HANDLE, BELOW, NV01_MEMORY_LOCAL_USER, &memory, sizeof(memory), NULL);
}

static void *other_thread(void *arg)
{
	struct other *o = arg;

	o->status = o->run();
	__atomic_store_n(&o->is_through, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void other_start(struct other *o, int (*run)(void))
{
	o->run = run;
	if (pthread_create(&o->thread, NULL, other_thread, o))
		exit(1);
}

static int is_gone(pid_t pid, int ms)
{
	for (; ms > 0; ms -= 20) {
		if (waitpid(pid, NULL, WNOHANG))
			return 1;
		usleep(20000);
	}
	return 0;
}

/* Another process waits for what a thread of ours makes, and is killed while we go on making. */
static void killed(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(!!copy());
	printf("waits=%d", !is_gone(pid, 1000));
	kill(pid, SIGKILL);
	printf(" killed=%d ", is_gone(pid, 5000));
}

/* Who names what is in the making waits; then it is there. */
static void named(struct stuck *first)
{
	struct other copier = { 0 }, child = { 0 };
	int stuck = stuck_start(first, &rm, HANDLE, MIB);

	killed();
	other_start(&copier, copy);
	other_start(&child, below);
	printf("stuck=%d copied=%d below=%d", stuck, is_through(&copier.is_through, 1000),
	       is_through(&child.is_through, 1000));
	stuck_end(first);
	pthread_join(copier.thread, NULL);
	pthread_join(child.thread, NULL);
	printf(" then copied=%#x below=%d", copier.status, !child.status);
	printf(" freed=%#x", rm_free(&rm, COPY));
	printf(" and=%#x\n", rm_free(&rm, HANDLE));
}

/* While the second one is made the dead first one is known by its handle. */
static void remade(struct stuck *first, struct stuck *second)
{
	int stuck = stuck_start(first, &rm, HANDLE, MIB), freed = rm_free(&rm, HANDLE);
	struct other copier = { 0 };

	make_start(&second->make, &rm, second->page, HANDLE, 64 * MIB);
	printf("stuck=%d freed=%d again=%d ", stuck, freed,
	       is_through(&second->make.is_through, 3000));
	stuck_end(first);
	stuck = stuck_hold(second);
	other_start(&copier, copy);
	printf("stuck=%d copied=%d ", stuck, is_through(&copier.is_through, 1000));
	stuck_end(second);
	pthread_join(copier.thread, NULL);
	printf("then second=%#x copied=%#x ", second->make.outer->status, copier.status);
	printf("freed=%#x", rm_free(&rm, HANDLE));
	printf(" and=%#x\n", rm_free(&rm, HANDLE));
}

int main(void)
{
	static struct stuck pages[3];

	if (stuck_init(&pages[0]) || stuck_init(&pages[1]) || stuck_init(&pages[2])) {
		puts("no userfaultfd");
		return 0;
	}
	if (rm_open(&rm, 0) || rm_claim(&rm))
		return 1;
	named(&pages[0]);
	remade(&pages[1], &pages[2]);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
