/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests written in C: an allocation that has the driver's success and does not come back, since
 * its answer goes to a page that is not there until we put one. The driver must be slow (alloc_us).
 */
#ifndef TURN_STUCK_H
#define TURN_STUCK_H

#include "lease_rm.h"

#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

struct make {
	pthread_t thread;
	const struct rm *rm;
	struct nvos21 *outer;
	struct nvos21 own;
	struct nv_memory_params memory;
	int is_through;
	int ret;
};

struct stuck {
	void *page;
	size_t size;
	int fd;
	struct make make;
};

static inline void *make_thread(void *arg)
{
	struct make *m = arg;

	m->ret = ioctl(m->rm->ctl, NV_IOWR(NV_ESC_RM_ALLOC, sizeof(*m->outer)), m->outer);
	__atomic_store_n(&m->is_through, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* Video memory, as @handle, by a thread of its own. @outer: where the request stands, NULL: anywhere. */
static inline void make_start(struct make *m, const struct rm *rm, struct nvos21 *outer,
			      uint32_t handle, uint64_t size)
{
	m->rm = rm;
	m->memory = (struct nv_memory_params){ .size = size };
	m->outer = outer ? outer : &m->own;
	*m->outer = (struct nvos21){
		.root = rm->root, .parent = RM_DEVICE, .new_handle = handle,
		.hclass = NV01_MEMORY_LOCAL_USER, .params = (uintptr_t)&m->memory,
		.params_size = sizeof(m->memory),
	};
	if (pthread_create(&m->thread, NULL, make_thread, m))
		exit(1);
}

static inline int is_through(const int *flag, int ms)
{
	for (; ms > 0 && !__atomic_load_n(flag, __ATOMIC_ACQUIRE); ms -= 20)
		usleep(20000);
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

/* -1: this kernel has no userfaultfd for us. */
static inline int stuck_init(struct stuck *s)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	s->size = (size_t)sysconf(_SC_PAGESIZE);
	s->page = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memset(s->page, 0, s->size);
	s->fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	reg.range.start = (uintptr_t)s->page;
	reg.range.len = s->size;
	if (s->fd < 0 || ioctl(s->fd, UFFDIO_API, &api) || ioctl(s->fd, UFFDIO_REGISTER, &reg))
		return -1;
	return 0;
}

/* The driver has just got it. 1: it stays under way. */
static inline int stuck_hold(struct stuck *s)
{
	usleep(300000);		/* the driver takes its time, and has read the request */
	madvise(s->page, s->size, MADV_DONTNEED);
	return poll(&(struct pollfd){ s->fd, POLLIN, 0 }, 1, 5000) == 1 &&
	       !is_through(&s->make.is_through, 20);
}

static inline int stuck_start(struct stuck *s, const struct rm *rm, uint32_t handle, uint64_t size)
{
	make_start(&s->make, rm, s->page, handle, size);
	return stuck_hold(s);
}

static inline void stuck_end(struct stuck *s)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)s->page, s->size } };

	ioctl(s->fd, UFFDIO_ZEROPAGE, &zero);
	pthread_join(s->make.thread, NULL);
}

#endif /* TURN_STUCK_H */
