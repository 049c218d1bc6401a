// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens GPU nodes through io_uring, in a worker thread of the kernel. A helper of the scripts.
 * Prints "no REASON" when this kernel has no io_uring.
 *
 *   claim_uring claim	control node and GPU 0 so, then a claim; stays
 *   claim_uring minor N	GPU N, prints what came of it
 *   claim_uring fixed	GPU 0 into the ring's own table, where no descriptor shows it; stays
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <linux/io_uring.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static int ring_fd;
static struct io_uring_params params;
static char *sq, *cq;
static struct io_uring_sqe *sqes;

static void say(const char *what, long ret)
{
	printf("%s ret=%ld\n", what, ret);
	fflush(stdout);
}

static void setup(void)
{
	ring_fd = syscall(SYS_io_uring_setup, 4, &params);
	if (ring_fd < 0) {
		printf("no io_uring: %s\n", strerror(errno));
		exit(0);
	}
	sq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQ_RING);
	cq = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_CQ_RING);
	sqes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqes == MAP_FAILED)
		exit(1);
}

/* One open in a worker thread (IOSQE_ASYNC); @slot 0: an ordinary descriptor. */
static long open_async(const char *path, unsigned int slot)
{
	unsigned int *tail = (unsigned int *)(sq + params.sq_off.tail), at = *tail & 3;
	unsigned int *head = (unsigned int *)(cq + params.cq_off.head);
	struct io_uring_cqe *cqes = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
	long ret;

	sqes[at] = (struct io_uring_sqe){
		.opcode = IORING_OP_OPENAT, .flags = IOSQE_ASYNC, .fd = AT_FDCWD,
		.addr = (uintptr_t)path, .open_flags = O_RDWR, .file_index = slot,
	};
	((unsigned int *)(sq + params.sq_off.array))[at] = at;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	do {
		ret = syscall(SYS_io_uring_enter, ring_fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	} while (ret < 0 && errno == EINTR);
	if (ret < 0)
		return -errno;
	ret = cqes[*head & (params.cq_entries - 1)].res;
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return ret;
}

/* As rm_open(), with files that are there. */
static int make_device(struct rm *rm)
{
	struct nv0080_params device = { 0 };

	if (ioctl(rm->gpu, NV_IOWR(NV_ESC_REGISTER_FD, sizeof(int)), &rm->ctl))
		return -errno;
	return rm_new(rm, 0, 0, NV01_ROOT_CLIENT, NULL, 0, &rm->root) ?:
	       rm_new(rm, rm->root, RM_DEVICE, NV01_DEVICE_0, &device, sizeof(device), NULL);
}

static void claim(void)
{
	struct rm rm = { .ctl = open_async("/dev/nvidiactl", 0) };

	say("open ctl", rm.ctl < 0 ? rm.ctl : 0);
	rm.gpu = open_async("/dev/nvidia0", 0);
	say("open", rm.gpu < 0 ? rm.gpu : 0);
	if (rm.ctl >= 0 && rm.gpu >= 0) {
		say("device", make_device(&rm));
		say("claim", rm_claim(&rm));
	}
	pause();
}

int main(int argc, char **argv)
{
	static const int none[1] = { -1 };
	char path[32];

	if (argc < 2)
		return 2;
	setup();
	if (!strcmp(argv[1], "claim")) {
		claim();
	} else if (!strcmp(argv[1], "fixed")) {
		if (syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_FILES, none, 1))
			return 1;
		say("open", open_async("/dev/nvidia0", 1));
		pause();
	} else {
		snprintf(path, sizeof(path), "/dev/nvidia%s", argc > 2 ? argv[2] : "0");
		say("open", open_async(path, 0));
	}
	return 0;
}
