// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - verbs that take, share and give back video memory.
 * Owns: the list of what this client holds. Must not: print anything but results.
 */
#include "nvclient.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void remember(struct client *c, __u32 handle, __u32 parent, __u64 size)
{
	if (c->nr_allocs < MAX_ALLOCS)
		c->allocs[c->nr_allocs++] = (struct allocation){ handle, parent, c->cur, size };
}

void forget(struct client *c, __u32 handle)
{
	int i;

	for (i = 0; i < c->nr_allocs; i++) {
		if (c->allocs[i].handle == handle) {
			c->allocs[i] = c->allocs[--c->nr_allocs];
			return;
		}
	}
}

static __u32 last_handle(struct client *c)
{
	return c->nr_allocs ? c->allocs[c->nr_allocs - 1].handle : 0;
}

__u32 handle_arg(struct client *c, const char *s)
{
	return !strcmp(s, "last") ? last_handle(c) : strtoul(s, NULL, 0);
}

/* Class 0x40, as cudaMalloc ends up; attr may be given to choose pages. */
static struct result alloc_one(struct client *c, __u64 size, __u32 attr, __u32 *handle, __u64 *got)
{
	struct nv_memory_params p = { .owner = c->root, .size = size, .attr = attr };
	struct result r;

	*handle = fresh_handle(c);
	r = rm_alloc(c, c->gpu[c->cur].device, handle, NV01_MEMORY_LOCAL_USER, &p, sizeof(p));
	*got = p.size;
	if (ok(r))
		remember(c, *handle, c->gpu[c->cur].device, p.size);
	return r;
}

int do_alloc(struct client *c, int argc, char **argv)
{
	__u64 size, got = 0, total = 0;
	struct result r = { 0 };
	__u32 handle = 0, attr;
	int count, i;

	if (argc < 2)
		return -1;
	size = parse_size(argv[1]);
	count = argc > 2 ? atoi(argv[2]) : 1;
	attr = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;
	for (i = 0; i < count; i++) {
		r = alloc_one(c, size, attr, &handle, &got);
		if (!ok(r))
			break;
		total += got;
	}
	return report(c, "alloc", r, "handle=0x%x size=%llu made=%d total=%llu", handle,
		      (unsigned long long)got, i, (unsigned long long)total);
}

static int do_heapalloc(struct client *c, int argc, char **argv)
{
	struct nvos32 p = { .root = c->root,
			    .parent = c->gpu[c->cur].device,
			    .function = NVOS32_ALLOC_SIZE };
	struct result r;

	if (argc < 2)
		return -1;
	p.u.alloc.owner = c->root;
	p.u.alloc.size = parse_size(argv[1]);
	p.u.alloc.flags = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	p.u.alloc.attr = argc > 3 ? strtoul(argv[3], NULL, 0) : 0;
	r = call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p));
	r.status = p.status;
	if (ok(r))
		remember(c, p.u.alloc.memory, p.parent, p.u.alloc.size);
	return report(c, "heapalloc", r, "handle=0x%x size=%llu", p.u.alloc.memory,
		      (unsigned long long)p.u.alloc.size);
}

static int do_heappitch(struct client *c, int argc, char **argv)
{
	struct nvos32 p = { .root = c->root,
			    .parent = c->gpu[c->cur].device,
			    .function = NVOS32_ALLOC_TILED_PITCH_HEIGHT };
	struct result r;

	if (argc < 3)
		return -1;
	p.u.pitch.owner = c->root;
	p.u.pitch.pitch = parse_size(argv[1]);
	p.u.pitch.height = parse_size(argv[2]);
	r = call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p));
	r.status = p.status;
	if (ok(r))
		remember(c, p.u.pitch.memory, p.parent, p.u.pitch.size);
	return report(c, "heappitch", r, "handle=0x%x size=%llu", p.u.pitch.memory,
		      (unsigned long long)p.u.pitch.size);
}

static int do_heapinfo(struct client *c, int argc, char **argv)
{
	struct nvos32 p = { .root = c->root,
			    .parent = c->gpu[c->cur].device,
			    .function = NVOS32_INFO };
	struct result r = call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p));

	(void)argc;
	(void)argv;
	r.status = p.status;
	return report(c, "heapinfo", r, "total=%llu free=%llu", (unsigned long long)p.total,
		      (unsigned long long)p.free);
}

static int do_heapfree(struct client *c, int argc, char **argv)
{
	struct nvos32 p = { .root = c->root,
			    .parent = c->gpu[c->cur].device,
			    .function = NVOS32_FREE };
	struct result r;

	if (argc < 2)
		return -1;
	p.u.free_mem.owner = c->root;
	p.u.free_mem.memory = handle_arg(c, argv[1]);
	r = call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p));
	r.status = p.status;
	if (ok(r))
		forget(c, p.u.free_mem.memory);
	return report(c, "heapfree", r, "handle=0x%x", p.u.free_mem.memory);
}

int do_free(struct client *c, int argc, char **argv)
{
	struct result r = { 0 };
	__u32 handle = 0;
	int n = 0;

	if (argc < 2)
		return -1;
	if (strcmp(argv[1], "all")) {
		handle = !strcmp(argv[1], "root") ? c->root : handle_arg(c, argv[1]);
		r = rm_free(c, handle);
		if (ok(r))
			forget(c, handle);
		if (ok(r) && handle == c->root)
			c->root = 0;
		return report(c, "free", r, "handle=0x%x", handle);
	}
	while (c->nr_allocs) {
		handle = last_handle(c);
		r = rm_free(c, handle);
		c->nr_allocs--;
		if (!ok(r))
			break;
		n++;
	}
	return report(c, "free", r, "count=%d", n);
}

static int do_dup(struct client *c, int argc, char **argv)
{
	struct nvos55 p = { .client = c->root, .parent = c->gpu[c->cur].device };
	struct result r;

	if (argc < 3)
		return -1;
	p.client_src = !strcmp(argv[1], "self") ? c->root : strtoul(argv[1], NULL, 0);
	p.object_src = handle_arg(c, argv[2]);
	p.object = fresh_handle(c);
	r = call(c, c->ctl, NV_ESC_RM_DUP_OBJECT, &p, sizeof(p));
	r.status = p.status;
	if (ok(r))
		remember(c, p.object, p.parent, 0);
	return report(c, "dup", r, "handle=0x%x", p.object);
}

static int do_share(struct client *c, int argc, char **argv)
{
	struct nvos57 p = { .client = c->root, .policy_mask = 1, .policy_type = 1 };
	struct result r;

	if (argc < 2)
		return -1;
	p.object = handle_arg(c, argv[1]);
	r = call(c, c->ctl, NV_ESC_RM_SHARE, &p, sizeof(p));
	r.status = p.status;
	return report(c, "share", r, "handle=0x%x", p.object);
}

/* Parks a memory object on a control file of its own; sendfd then passes that file. */
static int do_export(struct client *c, int argc, char **argv)
{
	struct nv_ctrl_export p = { .type = NV_EXPORT_TYPE_RM, .device = c->gpu[c->cur].device };
	struct result r;

	if (argc < 2)
		return -1;
	p.object = handle_arg(c, argv[1]);
	p.parent = p.device;
	if (c->received < 0)
		c->received = open_raw(c, "nvidiactl", 2);
	p.fd = c->received;
	r = rm_control(c, c->root, NV0000_CTRL_EXPORT_OBJECT_TO_FD, &p, sizeof(p));
	return report(c, "export", r, "handle=0x%x fd=%d", p.object, p.fd);
}

static int do_import(struct client *c, int argc, char **argv)
{
	struct nv_ctrl_import p = { .type = NV_EXPORT_TYPE_RM, .fd = c->received };
	struct result r;

	(void)argc;
	(void)argv;
	p.device = c->gpu[c->cur].device;
	p.parent = p.device;
	p.object = fresh_handle(c);
	r = rm_control(c, c->root, NV0000_CTRL_IMPORT_OBJECT_FROM_FD, &p, sizeof(p));
	if (ok(r))
		remember(c, p.object, p.parent, 0);
	return report(c, "import", r, "handle=0x%x", p.object);
}

static int do_alloc02(struct client *c, int argc, char **argv)
{
	struct nvos02_fd p = { .root = c->root, .parent = c->gpu[c->cur].device, .fd = -1 };
	struct result r;

	p.hclass = argc > 1 ? strtoul(argv[1], NULL, 0) : NV01_MEMORY_LOCAL_USER;
	p.limit = argc > 2 ? parse_size(argv[2]) - 1 : 0;
	p.new_handle = fresh_handle(c);
	r = call(c, argc > 3 ? node_fd(c, argv[3]) : c->gpu[c->cur].fd, NV_ESC_RM_ALLOC_MEMORY, &p,
		 sizeof(p));
	r.status = p.status;
	return report(c, "alloc02", r, "handle=0x%x limit=%llu", p.new_handle,
		      (unsigned long long)p.limit);
}

const struct verb verbs_memory[] = {
	{ "alloc", do_alloc, "SIZE [COUNT [ATTR]]" },
	{ "heapalloc", do_heapalloc, "SIZE [FLAGS [ATTR]]" },
	{ "heappitch", do_heappitch, "PITCH HEIGHT" },
	{ "heapinfo", do_heapinfo, "" },
	{ "heapfree", do_heapfree, "HANDLE|last" },
	{ "free", do_free, "HANDLE|last|all|root" },
	{ "dup", do_dup, "CLIENT|self HANDLE|last" },
	{ "share", do_share, "HANDLE|last" },
	{ "export", do_export, "HANDLE|last" },
	{ "import", do_import, "" },
	{ "alloc02", do_alloc02, "[CLASS [SIZE [NODE]]]" },
	{ NULL, NULL, NULL },
};
