// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes dma-bufs of video memory, adds more to them, and frees the handles at once, while other
 * threads close their descriptors, copy them, and put other dma-bufs in their places. A helper of
 * fdpass_dmabuf.sh: dmabuf_race ROUNDS. Says how many it made, how many it added to, how many it holds,
 * and stays until SIGUSR1; lets all of them go then, says so, and stays.
 */
#define _GNU_SOURCE
#include "lease_rm.h"
#include "../nvsim/nvhold.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define MEMORY 0x5d000100
#define SIZE (64 << 10)
#define FIRST 20
#define LAST 60

static struct rm rm;
static volatile int is_over;
static unsigned int added;

static int alloc(uint32_t handle)
{
	struct nv_memory_params memory = { .owner = rm.root, .size = SIZE };

	return rm_new(&rm, RM_DEVICE, handle, NV01_MEMORY_LOCAL_USER, &memory, sizeof(memory), NULL);
}

/* Its number, or -1. @fd: of the one to add to, -1: a new one. */
static int export(int fd, uint32_t handle)
{
	struct nv_dmabuf d = {
		.head = { .fd = fd, .client = rm.root, .total_objects = 2, .count = 1,
			  .index = fd >= 0, .total_size = 2 * SIZE },
		.handles = { handle }, .sizes = { SIZE },
	};

	return ioctl(rm.gpu, NV_IOWR(NV_ESC_EXPORT_TO_DMABUF_FD, sizeof(d)), &d) || d.status ?
	       -1 : d.head.fd;
}

static int make(unsigned int i)
{
	uint32_t handle = MEMORY + 2 * i;
	int fd;

	if (alloc(handle) || alloc(handle + 1))
		return -1;
	fd = export(-1, handle);
	added += fd >= 0 && export(fd, handle + 1) >= 0;
	rm_free(&rm, handle);
	rm_free(&rm, handle + 1);
	return fd;
}

static void *meddle(void *arg)
{
	unsigned int seed = (uintptr_t)arg;

	while (!is_over) {
		int a = FIRST + rand_r(&seed) % (LAST - FIRST), b = FIRST + rand_r(&seed) % (LAST - FIRST);
		int copy;

		switch (rand_r(&seed) % 3) {
		case 0:
			close(a);
			break;
		case 1:
			copy = fcntl(a, F_DUPFD_CLOEXEC, FIRST);
			if (copy >= 2 * LAST)
				close(copy);
			break;
		default:
			dup2(a, b);
		}
	}
	return NULL;
}

static void fill_below(int first)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd < first - 1);
}

int main(int argc, char **argv)
{
	unsigned int i, nr = argc > 1 ? atoi(argv[1]) : 1000, made = 0, held = 0;
	pthread_t t[3];
	sigset_t set;
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (rm_open(&rm, 0) || rm_claim(&rm))
		return 1;
	fill_below(FIRST);
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, meddle, (void *)(uintptr_t)(i + 1));
	for (i = 0; i < nr; i++) {
		fd = make(i);
		made += fd >= 0;
		if (fd >= LAST)
			close(fd);
	}
	is_over = 1;
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	for (fd = FIRST; fd < 65536; fd++)
		held += fcntl(fd, F_GETFD) >= 0;
	printf("made %u\nadded %u\nheld %u\n", made, added, held);
	sigwait(&set, &fd);
	close_range(FIRST, ~0u, 0);
	printf("let go\n");
	sigwait(&set, &fd);
	return 0;
}
