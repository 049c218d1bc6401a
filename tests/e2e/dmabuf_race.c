// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes dma-bufs of video memory whose handles it frees at once, while other threads close their
 * descriptors, copy them, and put other dma-bufs in their places. A helper of pass_dmabuf.sh:
 * dmabuf_race ROUNDS. Says how many it made, then how many it holds, and stays until SIGUSR1; lets
 * all of them go then, says so, and stays.
 */
#define _GNU_SOURCE
#include "turn_rm.h"
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

/* Its number, or -1. */
static int make(unsigned int i)
{
	struct nv_memory_params memory = { .owner = rm.root, .size = SIZE };
	struct nv_dmabuf d = {
		.head = { .fd = -1, .client = rm.root, .total_objects = 1, .count = 1, .total_size = SIZE },
		.handles = { MEMORY + i }, .sizes = { SIZE },
	};
	struct nvos00 f = { .root = rm.root, .parent = RM_DEVICE, .old = MEMORY + i };
	int ret;

	if (rm_new(&rm, RM_DEVICE, MEMORY + i, NV01_MEMORY_LOCAL_USER, &memory, sizeof(memory), NULL))
		return -1;
	ret = ioctl(rm.gpu, NV_IOWR(NV_ESC_EXPORT_TO_DMABUF_FD, sizeof(d)), &d);
	ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_FREE, sizeof(f)), &f);
	return ret || d.status ? -1 : d.head.fd;
}

static void *meddle(void *arg)
{
	unsigned int seed = (uintptr_t)arg;

	while (!is_over) {
		int a = FIRST + rand_r(&seed) % (LAST - FIRST), b = FIRST + rand_r(&seed) % (LAST - FIRST);

		switch (rand_r(&seed) % 3) {
		case 0:
			close(a);
			break;
		case 1:
			fcntl(a, F_DUPFD_CLOEXEC, FIRST);
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
	printf("made %u\nheld %u\n", made, held);
	sigwait(&set, &fd);
	close_range(FIRST, ~0u, 0);
	printf("let go\n");
	sigwait(&set, &fd);
	return 0;
}
