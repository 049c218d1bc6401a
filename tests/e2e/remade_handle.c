// SPDX-License-Identifier: GPL-2.0-only
/*
 * A handle that is freed and made again while its first maker has the driver's success and has not
 * come back: its answer goes to a page that is not there, until we put one. A helper of
 * remade_handle.sh, which makes the driver slow; prints what happened, then holds a duplicate of
 * what was made last until its input ends.
 */
#define _GNU_SOURCE
#include "turn_rm.h"

#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HANDLE 0x5e000001
#define COPY 0x5e000002
#define MIB 1048576ull

static struct rm rm;

struct make {
	pthread_t thread;
	struct nvos21 *outer;
	struct nvos21 own;
	struct nv_memory_params memory;
	int is_through;
	int ret;
};

static void *make(void *arg)
{
	struct make *m = arg;

	m->ret = ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_ALLOC, sizeof(*m->outer)), m->outer);
	__atomic_store_n(&m->is_through, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void start(struct make *m, struct nvos21 *outer, uint64_t size)
{
	m->memory = (struct nv_memory_params){ .size = size };
	m->outer = outer ? outer : &m->own;
	*m->outer = (struct nvos21){
		.root = rm.root, .parent = RM_DEVICE, .new_handle = HANDLE,
		.hclass = NV01_MEMORY_LOCAL_USER, .params = (uintptr_t)&m->memory,
		.params_size = sizeof(m->memory),
	};
	if (pthread_create(&m->thread, NULL, make, m))
		exit(1);
}

static int is_through(struct make *m, int ms)
{
	for (; ms > 0 && !__atomic_load_n(&m->is_through, __ATOMIC_ACQUIRE); ms -= 20)
		usleep(20000);
	return __atomic_load_n(&m->is_through, __ATOMIC_ACQUIRE);
}

static int release(uint32_t handle)
{
	struct nvos00 p = { .root = rm.root, .parent = RM_DEVICE, .old = handle };

	return ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_FREE, sizeof(p)), &p) ? -errno : (int)p.status;
}

static int copy(void)
{
	struct nvos55 p = {
		.client = rm.root, .parent = RM_DEVICE, .object = COPY, .client_src = rm.root,
		.object_src = HANDLE,
	};

	return ioctl(rm.ctl, NV_IOWR(NV_ESC_RM_DUP_OBJECT, sizeof(p)), &p) ? -errno : (int)p.status;
}

static int watch(void *page, size_t size)
{
	struct uffdio_register reg = {
		.range = { (uintptr_t)page, size }, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &reg))
		return -1;
	return fd;
}

int main(void)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_zeropage zero = { .range = { (uintptr_t)page, size } };
	struct make first = { 0 }, second = { 0 };
	int fd, stuck, freed;

	memset(page, 0, size);
	fd = watch(page, size);
	if (fd < 0) {
		puts("no userfaultfd");
		return 0;
	}
	if (rm_open(&rm, 0) || rm_claim(&rm))
		return 1;
	start(&first, page, MIB);
	usleep(150000);		/* the driver takes its time, and has read the request */
	madvise(page, size, MADV_DONTNEED);
	stuck = poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 5000) == 1 && !is_through(&first, 20);
	freed = release(HANDLE);
	start(&second, NULL, 64 * MIB);
	printf("stuck=%d freed=%d again=%d ", stuck, freed, is_through(&second, 2000));
	ioctl(fd, UFFDIO_ZEROPAGE, &zero);
	pthread_join(first.thread, NULL);
	pthread_join(second.thread, NULL);
	printf("second=%#x copied=%#x ", second.own.status, copy());
	printf("freed=%#x", release(HANDLE));
	printf(" and=%#x\n", release(HANDLE));
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
