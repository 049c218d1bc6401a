// SPDX-License-Identifier: GPL-2.0-only
/*
 * What comes back to a program, whatever memory it asks with: one line for each way to ask for
 * 64 KiB of video memory. A helper of pin_answer.sh, for a tenant and for the host. It takes the
 * driver's own size of the parameters, and says whether the memory is there in the end.
 *
 *   pin_answer BYTES
 */
#define _GNU_SOURCE
#include "lease_rm.h"
#include "../nvsim/nvctrl.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HANDLE 0x5d000100
#define SIZE 65536
#define PAGE 4096

static struct rm rm;
static size_t len;			/* of the parameters */
static char *outer_page, *page;		/* each with a page behind it that is not there */

static struct nv_memory_params *fill(void *at)
{
	struct nv_memory_params p = { .owner = rm.root, .size = SIZE - 1 };

	memcpy(at, &p, len);
	return at;
}

static uint64_t size_in(const void *params)
{
	uint64_t size;

	memcpy(&size, (const char *)params + offsetof(struct nv_memory_params, size), sizeof(size));
	return size;
}

/* Does the driver know the handle? Then it is freed. */
static int was_made(void)
{
	struct nv_ctrl_pair pair = { NV_SURFACE_SIZE_LO, 0 };
	struct nv_ctrl_list list = { .count = 1, .list = (uintptr_t)&pair };
	struct nvos54 c = { .client = rm.root, .object = HANDLE, .cmd = NV0041_CTRL_GET_SURFACE_INFO,
			    .params = (uintptr_t)&list, .params_size = sizeof(list) };
	struct nvos00 f = { .root = rm.root, .parent = rm.root, .old = HANDLE };

	ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_CONTROL, sizeof(c)), &c);
	ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_FREE, sizeof(f)), &f);
	return !c.status;
}

/* @params as an address or a number; @protect what the outer struct's page allows at the call. */
static void ask(const char *name, uint64_t params, int protect, int indirect)
{
	struct nvos64 *p = (void *)(outer_page + PAGE - sizeof(*p));
	struct nv_xfer x = { .cmd = NV_ESC_RM_ALLOC, .size = sizeof(*p), .ptr = (uintptr_t)p };
	int ret, err;

	*p = (struct nvos64){ .root = rm.root, .parent = RM_DEVICE, .new_handle = HANDLE,
			      .hclass = NV01_MEMORY_LOCAL_USER, .params = params };
	mprotect(outer_page, PAGE, protect);
	ret = indirect ? ioctl(rm.ctl, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x)
		       : ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_ALLOC, sizeof(*p)), p);
	err = ret ? errno : 0;
	mprotect(outer_page, PAGE, PROT_READ | PROT_WRITE);
	printf("%s ret=%d errno=%d status=0x%x %s made=%d\n", name, ret, err, p->status,
	       p->params == params ? "mine" : "NOT MY POINTER", was_made());
}

static void at_the_end(void)
{
	void *exact = page + PAGE - len;

	fill(exact);
	ask("exact", (uintptr_t)exact, PROT_READ | PROT_WRITE, 0);
	printf("exact size=%llu\n", (unsigned long long)size_in(exact));
	fill(exact);
	ask("indirect", (uintptr_t)exact, PROT_READ | PROT_WRITE, 1);
	printf("indirect size=%llu\n", (unsigned long long)size_in(exact));
	ask("8 bytes over", (uintptr_t)exact + 8, PROT_READ | PROT_WRITE, 0);
	ask("nothing there", (uintptr_t)page + PAGE, PROT_READ | PROT_WRITE, 0);
	ask("null", 0, PROT_READ | PROT_WRITE, 0);
}

static void numbers(void)
{
	ask("no address", 0x9f80000012340000ull, PROT_READ | PROT_WRITE, 0);
	ask("the kernel's", 0xffff888000001000ull, PROT_READ | PROT_WRITE, 0);
}

/* The driver cannot write its answer where it could read the question. */
static void read_only(void)
{
	fill(page);
	mprotect(page, PAGE, PROT_READ);
	ask("read-only block", (uintptr_t)page, PROT_READ | PROT_WRITE, 0);
	mprotect(page, PAGE, PROT_READ | PROT_WRITE);
	fill(page);
	ask("read-only struct", (uintptr_t)page, PROT_READ, 0);
	ask("no struct", (uintptr_t)page, PROT_NONE, 0);
}

static char *page_with_nothing_behind(void)
{
	char *at = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		exit(2);
	munmap(at + PAGE, PAGE);
	return at;
}

int main(int argc, char **argv)
{
	int ret = rm_open(&rm, 0);

	len = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	if (ret || len > sizeof(struct nv_memory_params)) {
		printf("open ret=%d\n", ret);
		return 1;
	}
	outer_page = page_with_nothing_behind();
	page = page_with_nothing_behind();
	at_the_end();
	numbers();
	read_only();
	rm_close(&rm);
	return 0;
}
