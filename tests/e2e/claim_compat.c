// SPDX-License-Identifier: GPL-2.0-only
/*
 * A claim as a 32-bit program makes it: a 64-bit program enters the kernel through int 0x80, all
 * it hands over lies below 4 GiB. A helper of the scripts. Prints "ret=..." when the claim comes
 * back, "no REASON" when this kernel has no such entry.
 *
 *   claim_compat direct|indirect
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

#define SYS32_GETPID 20
#define SYS32_IOCTL 54

/* All that the request consists of, below 4 GiB. */
struct request {
	struct nv_xfer xfer;
	struct nvos21 alloc;
	uint64_t params[64];
};

static long call32(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static void on_fault(int sig)
{
	static const char text[] = "no 32-bit entry in this kernel\n";

	(void)sig;
	if (write(1, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct request *r = mmap(NULL, sizeof(*r), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct rm rm;
	long ret;

	if (r == MAP_FAILED || argc < 2)
		return 2;
	signal(SIGSEGV, on_fault);
	signal(SIGILL, on_fault);
	if (call32(SYS32_GETPID, 0, 0, 0) != getpid())
		on_fault(0);
	ret = rm_open(&rm, 0);
	if (ret) {
		printf("open ret=%ld\n", ret);
		return 1;
	}
	r->alloc = (struct nvos21){
		.root = rm.root, .parent = RM_DEVICE, .new_handle = RM_GROUP,
		.hclass = KEPLER_CHANNEL_GROUP_A, .params = (uintptr_t)r->params,
		.params_size = sizeof(r->params),
	};
	r->xfer = (struct nv_xfer){
		.cmd = NV_ESC_RM_ALLOC, .size = sizeof(r->alloc), .ptr = (uintptr_t)&r->alloc,
	};
	if (!strcmp(argv[1], "direct"))
		ret = call32(SYS32_IOCTL, rm.ctl, NV_IOWR(NV_ESC_RM_ALLOC, sizeof(r->alloc)),
			     (long)&r->alloc);
	else
		ret = call32(SYS32_IOCTL, rm.ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(r->xfer)),
			     (long)&r->xfer);
	printf("ret=%ld status=0x%x\n", ret, r->alloc.status);
	return ret || r->alloc.status;
}
