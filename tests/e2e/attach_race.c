// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that attach memory of theirs to one multicast object, and detach what is there, at the same
 * address. A helper of escape_attached.sh: attach_race ROUNDS BRANCH. When all have ended it frees the
 * memory and says how often each came about; then what is attached still is all that is held. Detaches
 * that at SIGUSR1, says so, and stays.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include "../nvsim/nvctrl.h"
#include "../nvsim/nvhold.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define SUBDEVICE 0x5d000004
#define MULTICAST 0x5d000005
#define MEMORY 0x5d000100
#define NR_THREADS 3
#define MIB (1ull << 20)

static struct rm rm;
static unsigned int rounds = 1000, attached, detached;

static int attach(uint32_t memory)
{
	struct nv_ctrl_multicast_attach p = { .subdevice = SUBDEVICE, .memory = memory };

	return rm_control(&rm, MULTICAST, NV00FD_CTRL_ATTACH_MEM, &p, sizeof(p));
}

static int detach(void)
{
	struct nv_ctrl_multicast_detach p = { .subdevice = SUBDEVICE };

	return rm_control(&rm, MULTICAST, NV00FD_CTRL_DETACH_MEM, &p, sizeof(p));
}

static void *thread(void *arg)
{
	uint32_t memory = (uintptr_t)arg;
	unsigned int i, seed = memory;

	for (i = 0; i < rounds; i++)
		if (rand_r(&seed) % 2)
			__atomic_add_fetch(&attached, !attach(memory), __ATOMIC_RELAXED);
		else
			__atomic_add_fetch(&detached, !detach(), __ATOMIC_RELAXED);
	return NULL;
}

static int make(int is_old)
{
	struct nv_multicast_params p = { .p = { .alignment = 512 * MIB, .page_size = 512 * MIB,
						.size = 512 * MIB, .nr_gpus = 2 } };
	uint32_t i, none = 0;

	if (rm_new(&rm, RM_DEVICE, SUBDEVICE, NV20_SUBDEVICE_0, &none, sizeof(none), NULL) ||
	    rm_new(&rm, rm.root, MULTICAST, NV_MEMORY_MULTICAST_FABRIC, is_old ? (void *)&p.p : &p,
		   is_old ? sizeof(p.p) : sizeof(p), NULL))
		return -1;
	for (i = 0; i < NR_THREADS; i++) {
		struct nv_memory_params memory = { .owner = rm.root, .size = MIB << 2 * i };

		if (rm_new(&rm, RM_DEVICE, MEMORY + i, NV01_MEMORY_LOCAL_USER, &memory, sizeof(memory),
			   NULL))
			return -1;
	}
	return 0;
}

static void release(void)
{
	uint32_t i;

	for (i = 0; i < NR_THREADS; i++)
		rm_free(&rm, MEMORY + i);
}

int main(int argc, char **argv)
{
	pthread_t t[NR_THREADS];
	sigset_t set;
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (argc != 3 || rm_open(&rm, 0) || rm_claim(&rm) || make(atoi(argv[2]) < 545))
		return 1;
	rounds = atoi(argv[1]);
	for (i = 0; i < NR_THREADS; i++)
		pthread_create(&t[i], NULL, thread, (void *)(uintptr_t)(MEMORY + i));
	for (i = 0; i < NR_THREADS; i++)
		pthread_join(t[i], NULL);
	if (attached == detached)
		attached += !attach(MEMORY);
	release();
	printf("attached %u\ndetached %u\n", attached, detached);
	sigwait(&set, &i);
	printf("let go %d\n", detach());
	sigwait(&set, &i);
	return 0;
}
