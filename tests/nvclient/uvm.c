// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm.c - verbs for nvidia-uvm: managed memory and external mappings of RM memory.
 * Owns: the addresses it maps at. Must not: assume a GPU answers.
 */
#include "nvclient.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGN	(2ull << 20)

static __u64 last_base, last_size;

static struct result uvm_call(int fd, unsigned long cmd, void *params, const __u32 *status)
{
	struct result r = { .ret = ioctl(fd, cmd, params) };

	r.err = r.ret < 0 ? errno : 0;
	r.status = r.ret < 0 ? 0 : *status;
	return r;
}

/* A free piece of the address space, 2 MiB aligned, reserved so that nothing else lands there. */
static __u64 reserve(__u64 size)
{
	void *p = mmap(NULL, size + ALIGN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	if (p == MAP_FAILED)
		return 0;
	return ((__u64)(uintptr_t)p + ALIGN - 1) & ~(ALIGN - 1);
}

/* As CUDA does: the first file gets the VA space, a second one keeps the mm. */
static int do_uvm_init(struct client *c, int argc, char **argv)
{
	struct uvm_initialize p = { .flags = argc > 1 ? strtoull(argv[1], NULL, 0) : 0 };
	struct uvm_mm_initialize mm = { 0 };
	struct result r = open_uvm(c);
	int fd;

	if (r.ret < 0)
		return report(c, "uvm-init", r, NULL);
	r = uvm_call(c->uvm, UVM_INITIALIZE, &p, &p.status);
	if (!ok(r))
		return report(c, "uvm-init", r, NULL);
	fd = open_raw(c, "nvidia-uvm", O_RDWR);
	mm.uvm_fd = c->uvm;
	r = uvm_call(fd, UVM_MM_INITIALIZE, &mm, &mm.status);
	return report(c, "uvm-init", r, "fd=%d mm_fd=%d", c->uvm, fd);
}

static struct result learn_uuid(struct client *c, int minor)
{
	struct nv_ctrl_gid_info gid = { .flags = NV_GID_FORMAT_BINARY };
	struct result r =
		rm_control(c, c->gpu[minor].subdevice, NV2080_CTRL_GET_GID_INFO, &gid, sizeof(gid));

	memcpy(c->gpu[minor].uuid, gid.data, 16);
	return r;
}

/* GPU, its address space and, when there is one, its channel. */
static int do_uvm_register(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];
	struct uvm_register_gpu p = { .ctl_fd = c->ctl, .client = c->root };
	struct uvm_register_vaspace v = { .ctl_fd = c->ctl,
					  .client = c->root,
					  .vaspace = g->vaspace };
	struct uvm_register_channel ch = { .ctl_fd = c->ctl,
					   .client = c->root,
					   .channel = g->channel };
	struct result r = learn_uuid(c, c->cur);

	(void)argc;
	(void)argv;
	memcpy(p.uuid, g->uuid, 16);
	memcpy(v.uuid, g->uuid, 16);
	memcpy(ch.uuid, g->uuid, 16);
	if (ok(r))
		r = uvm_call(c->uvm, UVM_REGISTER_GPU, &p, &p.status);
	if (ok(r))
		r = uvm_call(c->uvm, UVM_REGISTER_GPU_VASPACE, &v, &v.status);
	if (ok(r) && g->channel) {
		ch.base = reserve(ALIGN);
		ch.length = ALIGN;
		r = uvm_call(c->uvm, UVM_REGISTER_CHANNEL, &ch, &ch.status);
	}
	return report(c, "uvm-register", r, "gpu=%d", c->cur);
}

/* Only the address space. Of a GPU that is not registered: the driver refuses. */
static int do_uvm_vaspace(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];
	struct uvm_register_vaspace v = { .ctl_fd = c->ctl,
					  .client = c->root,
					  .vaspace = g->vaspace };

	(void)argc;
	(void)argv;
	memcpy(v.uuid, g->uuid, 16);
	return report(c, "uvm-vaspace", uvm_call(c->uvm, UVM_REGISTER_GPU_VASPACE, &v, &v.status),
		      NULL);
}

/* Only the channel: what a program that has opened everything else does to run work. */
static int do_uvm_channel(struct client *c, int argc, char **argv)
{
	struct gpu *g = &c->gpu[c->cur];
	struct uvm_register_channel ch = { .ctl_fd = c->ctl, .client = c->root };

	ch.channel = argc > 1 ? strtoul(argv[1], NULL, 0) : g->channel;
	memcpy(ch.uuid, g->uuid, 16);
	ch.base = reserve(ALIGN);
	ch.length = ALIGN;
	return report(c, "uvm-channel", uvm_call(c->uvm, UVM_REGISTER_CHANNEL, &ch, &ch.status),
		      "handle=0x%x", ch.channel);
}

/* cudaMallocManaged: a shared mapping whose offset is its address. Touches the first page. */
static int do_managed(struct client *c, int argc, char **argv)
{
	struct result r = { 0 };
	__u64 size, base;
	void *p;

	if (argc < 2)
		return -1;
	size = parse_size(argv[1]);
	base = reserve(size);
	p = mmap((void *)(uintptr_t)base, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 c->uvm, base);
	if (p == MAP_FAILED) {
		r = (struct result){ .ret = -1, .err = errno };
	} else {
		*(volatile char *)p = 1;
		last_base = base;
		last_size = size;
	}
	return report(c, "managed", r, "base=0x%llx size=%llu", (unsigned long long)base,
		      (unsigned long long)size);
}

static __u64 base_arg(const char *s)
{
	return !strcmp(s, "last") ? last_base : strtoull(s, NULL, 0);
}

static int do_munmap(struct client *c, int argc, char **argv)
{
	__u64 base, size;
	struct result r;

	if (argc < 2)
		return -1;
	base = base_arg(argv[1]) + (argc > 2 ? parse_size(argv[2]) : 0);
	size = argc > 3 ? parse_size(argv[3]) : last_size;
	r.ret = munmap((void *)(uintptr_t)base, size);
	r.err = r.ret ? errno : 0;
	r.status = 0;
	return report(c, "munmap", r, "base=0x%llx size=%llu", (unsigned long long)base,
		      (unsigned long long)size);
}

static int do_mremap(struct client *c, int argc, char **argv)
{
	struct result r = { 0 };
	__u64 to, size;
	void *p;

	if (argc < 2)
		return -1;
	size = parse_size(argv[1]);
	to = reserve(size);
	p = mremap((void *)(uintptr_t)last_base, last_size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)(uintptr_t)to);
	if (p == MAP_FAILED)
		r = (struct result){ .ret = -1, .err = errno };
	return report(c, "mremap", r, "size=%llu", (unsigned long long)size);
}

static int do_migrate(struct client *c, int argc, char **argv)
{
	struct uvm_migrate p = { .base = last_base, .length = last_size };

	if (argc > 1)
		p.base = base_arg(argv[1]);
	if (argc > 2)
		p.length = parse_size(argv[2]);
	memcpy(p.uuid, c->gpu[c->cur].uuid, 16);
	return report(c, "migrate", uvm_call(c->uvm, UVM_MIGRATE, &p, &p.status), "size=%llu",
		      (unsigned long long)p.length);
}

/* As if a channel's work had touched it: the stand-in driver serves the GPU's fault. */
static int do_gpu_touch(struct client *c, int argc, char **argv)
{
	int fd = open("/sys/kernel/debug/nvsim/gpu_fault", O_WRONLY | O_CLOEXEC), n;
	struct result r = { 0 };
	char line[48];

	n = snprintf(line, sizeof(line), "%d %d %llx", c->uvm, c->cur,
		     (unsigned long long)(argc > 1 ? base_arg(argv[1]) : last_base));
	r.ret = write(fd, line, n) == n ? 0 : -1;
	r.err = r.ret ? errno : 0;
	close(fd);
	return report(c, "gpu-touch", r, NULL);
}

static bool wide_map(const struct client *c)
{
	return at_least(c, 550, 40, 53);
}

static struct result map_external(struct client *c, __u64 base, __u64 size, __u32 hclient,
				  __u32 handle)
{
	__u32 places = wide_map(c) ? UVM_MAP_GPUS : UVM_MAP_GPUS_OLD;
	__u64 *p = calloc(1, UVM_MAP_SIZE);
	struct uvm_gpu_attr *attr = (struct uvm_gpu_attr *)(p + 3);
	struct uvm_map_tail *tail = (struct uvm_map_tail *)(attr + places);
	struct result r;

	p[0] = base;
	p[1] = size;
	memcpy(attr->uuid, c->gpu[c->cur].uuid, 16);
	tail->count = 1;
	tail->ctl_fd = c->ctl;
	tail->client = hclient;
	tail->memory = handle;
	r = uvm_call(c->uvm, UVM_MAP_EXTERNAL_ALLOCATION, p, &tail->status);
	free(p);
	return r;
}

/* A range of its own with one RM memory object in it; the memory then has a second holder. */
static int do_ext_map(struct client *c, int argc, char **argv)
{
	struct uvm_external_range range = { 0 };
	__u32 handle, hclient = c->root;
	struct result r;

	if (argc < 3)
		return -1;
	handle = !strcmp(argv[1], "last") && c->nr_allocs ? c->allocs[c->nr_allocs - 1].handle
							  : strtoul(argv[1], NULL, 0);
	if (argc > 3)
		hclient = strtoul(argv[3], NULL, 0);
	range.length = parse_size(argv[2]);
	range.base = reserve(range.length);
	r = uvm_call(c->uvm, UVM_CREATE_EXTERNAL_RANGE, &range, &range.status);
	if (ok(r))
		r = map_external(c, range.base, range.length, hclient, handle);
	last_base = range.base;
	last_size = range.length;
	return report(c, "ext-map", r, "base=0x%llx handle=0x%x", (unsigned long long)range.base,
		      handle);
}

static int do_ext_unmap(struct client *c, int argc, char **argv)
{
	struct uvm_unmap_external p = { .base = last_base, .length = last_size };

	if (argc > 1)
		p.base = base_arg(argv[1]) + (argc > 2 ? parse_size(argv[2]) : 0);
	if (argc > 3)
		p.length = parse_size(argv[3]);
	memcpy(p.uuid, c->gpu[c->cur].uuid, 16);
	return report(c, "ext-unmap", uvm_call(c->uvm, UVM_UNMAP_EXTERNAL, &p, &p.status),
		      "size=%llu", (unsigned long long)p.length);
}

/* Two layouts: from 590 without the length. */
static int do_ext_free(struct client *c, int argc, char **argv)
{
	struct uvm_free_old o = { .base = last_base, .length = last_size };
	struct uvm_free n = { .base = last_base };
	struct result r;

	if (argc > 1)
		o.base = n.base = base_arg(argv[1]);
	if (argc > 2)
		o.length = parse_size(argv[2]);
	r = at_least(c, 590, 44, 1) ? uvm_call(c->uvm, UVM_FREE, &n, &n.status)
				    : uvm_call(c->uvm, UVM_FREE, &o, &o.status);
	return report(c, "ext-free", r, "base=0x%llx", (unsigned long long)o.base);
}

/* A pool of semaphores, in host memory, and the CPU's view of it. */
static int do_pool(struct client *c, int argc, char **argv)
{
	__u32 places = wide_map(c) ? UVM_MAP_GPUS : UVM_MAP_GPUS_OLD;
	__u64 *p = calloc(1, UVM_MAP_SIZE);
	struct uvm_pool_tail *tail = (struct uvm_pool_tail *)((struct uvm_gpu_attr *)(p + 2) + places);
	struct result r;
	void *at;

	p[1] = argc > 1 ? parse_size(argv[1]) : ALIGN;
	p[0] = reserve(p[1]);
	r = uvm_call(c->uvm, UVM_ALLOC_SEMAPHORE_POOL, p, &tail->status);
	last_base = p[0];
	last_size = p[1];
	free(p);
	if (ok(r)) {
		at = mmap((void *)(uintptr_t)last_base, last_size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_FIXED, c->uvm, last_base);
		if (at == MAP_FAILED)
			r = (struct result){ .ret = -1, .err = errno };
	}
	return report(c, "pool", r, "base=0x%llx", (unsigned long long)last_base);
}

/* Frees what an ended process left in a space that several share. */
static int do_uvm_clean_up(struct client *c, int argc, char **argv)
{
	struct uvm_clean_up p = { 0 };

	(void)argc;
	(void)argv;
	return report(c, "uvm-clean-up",
		      uvm_call(c->uvm, UVM_CLEAN_UP_ZOMBIE_RESOURCES, &p, &p.status), NULL);
}

/* Can the GPU take any page of the process? */
static int do_pageable(struct client *c, int argc, char **argv)
{
	struct uvm_pageable p = { .access = 0xff };
	struct result r = uvm_call(c->uvm, UVM_PAGEABLE_MEM_ACCESS, &p, &p.status);

	(void)argc;
	(void)argv;
	return report(c, "pageable", r, "access=%u", p.access);
}

/* Any request by its number, all of whose parameters are zero. */
static int do_uvm(struct client *c, int argc, char **argv)
{
	static __u32 params[4096];
	struct result r;

	if (argc < 2)
		return -1;
	memset(params, 0, sizeof(params));
	r = (struct result){ .ret = ioctl(c->uvm, strtoul(argv[1], NULL, 0), params) };
	r.err = r.ret < 0 ? errno : 0;
	return report(c, "uvm", r, "cmd=%s", argv[1]);
}

/* The mapping that was made last is copied to children. */
static int do_dofork(struct client *c, int argc, char **argv)
{
	struct result r = { .ret = madvise((void *)(uintptr_t)last_base, last_size, MADV_DOFORK) };

	(void)argc;
	(void)argv;
	r.err = r.ret ? errno : 0;
	return report(c, "dofork", r, NULL);
}

const struct verb verbs_uvm[] = {
	{ "uvm-init", do_uvm_init, "[FLAGS]" },
	{ "uvm-register", do_uvm_register, "" },
	{ "uvm-vaspace", do_uvm_vaspace, "" },
	{ "uvm-channel", do_uvm_channel, "[HANDLE]" },
	{ "uvm", do_uvm, "NUMBER (any request, its parameters zero)" },
	{ "managed", do_managed, "SIZE" },
	{ "pool", do_pool, "[SIZE]" },
	{ "uvm-clean-up", do_uvm_clean_up, "" },
	{ "pageable", do_pageable, "" },
	{ "dofork", do_dofork, "" },
	{ "munmap", do_munmap, "BASE|last [OFFSET SIZE]" },
	{ "mremap", do_mremap, "SIZE" },
	{ "migrate", do_migrate, "[BASE|last [SIZE]]" },
	{ "gpu-touch", do_gpu_touch, "[ADDRESS|last] (nvsim only)" },
	{ "ext-map", do_ext_map, "HANDLE|last SIZE [CLIENT]" },
	{ "ext-unmap", do_ext_unmap, "[BASE|last [OFFSET SIZE]]" },
	{ "ext-free", do_ext_free, "[BASE|last [SIZE]]" },
	{ NULL, NULL, NULL },
};
