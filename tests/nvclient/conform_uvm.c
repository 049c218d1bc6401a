// SPDX-License-Identifier: GPL-2.0-only
/*
 * conform_uvm.c - the conformance list for nvidia-uvm and nvidia-uvm-tools.
 * Owns: that chapter; the identity tests in it are what an interposer breaks first. Must not: need
 * a GPU.
 */
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE	(4ul << 20)

static struct result ask(int fd, unsigned long cmd, void *p, const __u32 *status)
{
	struct result r = sys(ioctl(fd, cmd, p));

	r.status = r.ret < 0 ? 0 : *status;
	return r;
}

static void space(int fd)
{
	struct uvm_initialize i = { 0 };
	struct uvm_pageable p = { 0 };
	struct uvm_free_old f = { 0 };

	answer("uvm: request before initialize", ask(fd, UVM_PAGEABLE_MEM_ACCESS, &p, &p.status),
	       NULL);
	answer("uvm: mmap before initialize",
	       sys(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? -1
											     : 0),
	       NULL);
	answer("uvm: initialize", ask(fd, UVM_INITIALIZE, &i, &i.status), NULL);
	answer("uvm: initialize again", ask(fd, UVM_INITIALIZE, &i, &i.status), NULL);
	i.flags = UVM_INIT_MULTI_PROCESS;
	answer("uvm: initialize, other flags", ask(fd, UVM_INITIALIZE, &i, &i.status), NULL);
	answer("uvm: pageable access", ask(fd, UVM_PAGEABLE_MEM_ACCESS, &p, &p.status), NULL);
	answer("uvm: unknown request", sys(ioctl(fd, 0x7000, &f)), NULL);
	answer("uvm: deinitialize", sys(ioctl(fd, UVM_DEINITIALIZE, NULL)), NULL);
	answer("uvm: bad pointer", sys(ioctl(fd, UVM_INITIALIZE, (void *)16)), NULL);
}

static void mm(struct client *c, int fd)
{
	int second = open_raw(c, "nvidia-uvm", O_RDWR), null = open("/dev/null", O_RDWR);
	struct uvm_mm_initialize m = { .uvm_fd = null };

	answer("uvm: mm of /dev/null", ask(second, UVM_MM_INITIALIZE, &m, &m.status), NULL);
	m.uvm_fd = second;
	answer("uvm: mm of an empty file", ask(second, UVM_MM_INITIALIZE, &m, &m.status), NULL);
	m.uvm_fd = -1;
	answer("uvm: mm of no file", ask(second, UVM_MM_INITIALIZE, &m, &m.status), NULL);
	m.uvm_fd = fd;
	answer("uvm: mm", ask(second, UVM_MM_INITIALIZE, &m, &m.status), NULL);
	answer("uvm: mm again", ask(second, UVM_MM_INITIALIZE, &m, &m.status), NULL);
	close(null);
	/* second stays open: closing it would end the VA space's work */
}

static void managed(int fd)
{
	char *at = mmap(NULL, 2 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			0),
	     *p;
	int status = 0;
	pid_t pid;

	p = mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
		 (uintptr_t)at + 4096);
	answer("uvm: offset is not the address", sys(p == MAP_FAILED ? -1 : 0), NULL);
	p = mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, (uintptr_t)at);
	answer("uvm: private mapping", sys(p == MAP_FAILED ? -1 : 0), NULL);
	p = mmap(at, SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, (uintptr_t)at);
	answer("uvm: read-only mapping", sys(p == MAP_FAILED ? -1 : 0), NULL);
	p = mmap(at, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, (uintptr_t)at);
	answer("uvm: managed memory", sys(p == MAP_FAILED ? -1 : 0), NULL);
	if (p == MAP_FAILED)
		return;
	memset(p, 0x33, SIZE);
	answer("uvm: touch", (struct result){ 0 }, "last=0x%x", p[SIZE - 1]);
	pid = fork();
	if (!pid) {
		volatile char v = *(volatile char *)p;

		_exit(v == 0x33 ? 3 : 4);
	}
	waitpid(pid, &status, 0);
	answer("uvm: touch in a child", (struct result){ 0 }, "signal=%d exit=%d",
	       WIFSIGNALED(status) ? WTERMSIG(status) : 0,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 0);
	answer("uvm: unmap the middle", sys(munmap(p + SIZE / 4, SIZE / 4)), NULL);
	answer("uvm: the rest is there", (struct result){ 0 }, "first=0x%x last=0x%x", p[0],
	       p[SIZE - 1]);
	answer("uvm: unmap", sys(munmap(p, SIZE)), NULL);
}

static struct result uvm_free(struct client *c, int fd, __u64 base)
{
	struct uvm_free_old o = { .base = base, .length = SIZE };
	struct uvm_free n = { .base = base };

	return at_least(c, 590, 44, 1) ? ask(fd, UVM_FREE, &n, &n.status)
				       : ask(fd, UVM_FREE, &o, &o.status);
}

static void external(struct client *c, int fd)
{
	char *at = mmap(NULL, SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct uvm_external_range e = { .base = (uintptr_t)at, .length = SIZE };
	struct uvm_unmap_external u = { .base = (uintptr_t)at, .length = SIZE };
	struct uvm_register_gpu g = { .ctl_fd = c->ctl, .client = c->root };

	answer("uvm: external range", ask(fd, UVM_CREATE_EXTERNAL_RANGE, &e, &e.status), NULL);
	answer("uvm: external range again", ask(fd, UVM_CREATE_EXTERNAL_RANGE, &e, &e.status),
	       NULL);
	e.base += 1;
	answer("uvm: external range, odd", ask(fd, UVM_CREATE_EXTERNAL_RANGE, &e, &e.status), NULL);
	answer("uvm: unmap, unknown gpu", ask(fd, UVM_UNMAP_EXTERNAL, &u, &u.status), NULL);
	answer("uvm: register unknown gpu", ask(fd, UVM_REGISTER_GPU, &g, &g.status), NULL);
	answer("uvm: free", uvm_free(c, fd, (uintptr_t)at), NULL);
	answer("uvm: free again", uvm_free(c, fd, (uintptr_t)at), NULL);
	munmap(at, SIZE);
}

/* The tracker wants real buffers: a queue and a control page. */
static void tools(struct client *c, int fd)
{
	int t = open_raw(c, "nvidia-uvm-tools", O_RDWR), null = open("/dev/null", O_RDWR);
	char *buffer =
		mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uvm_tools_tracker p = { .requested = 1, .all = 1, .uvm_fd = null };

	answer("tools: open", sys(t), NULL);
	answer("tools: tracker of /dev/null", ask(t, UVM_TOOLS_INIT_EVENT_TRACKER, &p, &p.status),
	       NULL);
	p.uvm_fd = fd;
	answer("tools: tracker without buffers",
	       ask(t, UVM_TOOLS_INIT_EVENT_TRACKER, &p, &p.status), NULL);
	p.queue_size = 3;
	answer("tools: tracker, odd queue", ask(t, UVM_TOOLS_INIT_EVENT_TRACKER, &p, &p.status),
	       NULL);
	p.queue_size = 64;
	p.queue = (uintptr_t)buffer;
	p.control = (uintptr_t)buffer + 8192;
	answer("tools: tracker", ask(t, UVM_TOOLS_INIT_EVENT_TRACKER, &p, &p.status), NULL);
	answer("tools: tracker again", ask(t, UVM_TOOLS_INIT_EVENT_TRACKER, &p, &p.status), NULL);
	answer("tools: unknown request", sys(ioctl(t, 0x7000, &p)), NULL);
	close(t);
	close(null);
}

void conform_uvm(struct client *c)
{
	int fd = open_raw(c, "nvidia-uvm", O_RDWR);

	answer("uvm: open", sys(fd), NULL);
	if (fd < 0)
		return;
	space(fd);
	mm(c, fd);
	managed(fd);
	external(c, fd);
	tools(c, fd);
	close(fd);
}
