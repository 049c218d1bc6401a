// SPDX-License-Identifier: GPL-2.0-only
/*
 * holder.c - verbs that make something else hold memory: a dma-buf, fabric addresses; and the page
 * that shows a GPU's memory.
 * Owns: the descriptors of its dma-bufs. Must not: free the memory itself.
 */
#include "nvclient.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int last_dmabuf = -1;

/* One object of @size, at @head's index; @head has the descriptor afterwards. */
static struct result export_dmabuf(struct client *c, struct nv_dmabuf_head *head, __u32 handle,
				   __u64 size)
{
	struct nv_dmabuf old = { .head = *head, .handles = { handle }, .sizes = { size } };
	struct nv_dmabuf_570 wide = { .head = *head, .handles = { handle }, .sizes = { size } };
	int gpu = c->gpu[c->cur].fd;
	struct result r;

	if (at_least(c, 570, 86, 15)) {
		r = call(c, gpu, NV_ESC_EXPORT_TO_DMABUF_FD, &wide, sizeof(wide));
		r.status = wide.status;
		*head = wide.head;
	} else {
		r = call(c, gpu, NV_ESC_EXPORT_TO_DMABUF_FD, &old, sizeof(old));
		r.status = old.status;
		*head = old.head;
	}
	return r;
}

static int do_dmabuf(struct client *c, int argc, char **argv)
{
	struct nv_dmabuf_head head = { .fd = -1, .client = c->root, .total_objects = 1, .count = 1 };
	struct result r;
	__u32 handle;
	__u64 size;

	if (argc < 3)
		return -1;
	handle = handle_arg(c, argv[1]);
	size = parse_size(argv[2]);
	if (argc > 3 && strcmp(argv[3], "own"))
		head.client = strtoul(argv[3], NULL, 0);
	if (argc > 4)
		head.total_objects = strtoul(argv[4], NULL, 0);
	head.total_size = size * head.total_objects;
	r = export_dmabuf(c, &head, handle, size);
	if (ok(r))
		last_dmabuf = c->received = head.fd;
	return report(c, "dmabuf", r, "handle=0x%x fd=%d", handle, head.fd);
}

static int do_dmabuf_add(struct client *c, int argc, char **argv)
{
	struct nv_dmabuf_head head = { .fd = last_dmabuf, .client = c->root, .total_objects = 1,
				       .count = 1 };
	struct result r;

	if (argc < 4)
		return -1;
	head.index = strtoul(argv[3], NULL, 0);
	if (argc > 4)
		head.fd = !strcmp(argv[4], "received") ? c->received : atoi(argv[4]);
	head.total_size = parse_size(argv[2]);
	r = export_dmabuf(c, &head, handle_arg(c, argv[1]), head.total_size);
	return report(c, "dmabuf-add", r, NULL);
}

static int do_dmabuf_close(struct client *c, int argc, char **argv)
{
	struct result r = { .ret = close(argc > 1 ? atoi(argv[1]) : last_dmabuf) };

	r.err = r.ret ? errno : 0;
	return report(c, "dmabuf-close", r, NULL);
}

/* Seen by the CPU: the GPU's file is armed, then mapped; with a file of its own. */
static int do_map(struct client *c, int argc, char **argv)
{
	struct nvos33_fd m = { .client = c->root, .device = c->gpu[c->cur].device };
	char node[16];
	struct result r;
	void *p = MAP_FAILED;

	if (argc < 3)
		return -1;
	snprintf(node, sizeof(node), "nvidia%d", c->cur);
	m.memory = handle_arg(c, argv[1]);
	m.length = parse_size(argv[2]);
	m.fd = open_raw(c, node, 2);
	r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));
	r.status = m.status;
	if (ok(r)) {
		p = mmap(NULL, m.length, PROT_READ | PROT_WRITE, MAP_SHARED, m.fd, 0);
		r.ret = p == MAP_FAILED ? -1 : 0;
		r.err = r.ret ? errno : 0;
	}
	close(m.fd);
	return report(c, "map", r, "handle=0x%x", m.memory);
}

static int do_fabric(struct client *c, int argc, char **argv)
{
	struct nv_fabric_params p = { .alignment = 2 << 20, .page_size = 2 << 20 };
	__u32 handle = fresh_handle(c);
	struct result r;

	if (argc < 3)
		return -1;
	p.memory = handle_arg(c, argv[1]);
	p.size = parse_size(argv[2]);
	r = rm_alloc(c, c->gpu[c->cur].subdevice, &handle, NV_MEMORY_FABRIC, &p, sizeof(p));
	if (ok(r))
		remember(c, handle, c->gpu[c->cur].subdevice, 0);
	return report(c, "fabric", r, "handle=0x%x", handle);
}

static int do_multicast(struct client *c, int argc, char **argv)
{
	struct nv_multicast_params p = { .p = { .alignment = 512 << 20, .page_size = 512 << 20,
						.nr_gpus = 2 } };
	bool is_old = !at_least(c, 545, 23, 6);
	__u32 handle = fresh_handle(c);
	struct result r;

	if (argc < 2)
		return -1;
	p.p.size = parse_size(argv[1]);
	r = rm_alloc(c, c->root, &handle, NV_MEMORY_MULTICAST_FABRIC, is_old ? (void *)&p.p : &p,
		     is_old ? sizeof(p.p) : sizeof(p));
	if (ok(r))
		remember(c, handle, c->root, 0);
	return report(c, "multicast", r, "handle=0x%x", handle);
}

static int do_attach(struct client *c, int argc, char **argv)
{
	struct nv_ctrl_multicast_attach p = { .subdevice = c->gpu[c->cur].subdevice };
	struct result r;

	if (argc < 3)
		return -1;
	p.memory = handle_arg(c, argv[2]);
	p.offset = argc > 3 ? parse_size(argv[3]) : 0;
	r = rm_control(c, handle_arg(c, argv[1]), NV00FD_CTRL_ATTACH_MEM, &p, sizeof(p));
	return report(c, "attach", r, "memory=0x%x", p.memory);
}

static int do_detach(struct client *c, int argc, char **argv)
{
	struct nv_ctrl_multicast_detach p = { .subdevice = c->gpu[c->cur].subdevice };

	if (argc < 2)
		return -1;
	p.offset = argc > 2 ? parse_size(argv[2]) : 0;
	return report(c, "detach", rm_control(c, handle_arg(c, argv[1]), NV00FD_CTRL_DETACH_MEM, &p,
					      sizeof(p)), NULL);
}

/* Where the releases have total and free memory in the page; 535 has neither. */
static int totals_at(const struct client *c)
{
	if (at_least(c, 580, 65, 6))
		return 24;
	return at_least(c, 550, 54, 14) ? 16 : -1;
}

static int do_page(struct client *c, int argc, char **argv)
{
	__u64 params[1] = { 0 }, total = 0, avail = 0;
	__u32 handle = fresh_handle(c);
	struct nvos33_fd m = { .client = c->root, .device = c->gpu[c->cur].subdevice,
			       .length = 4096 };
	struct result r;
	char *page;

	(void)argc;
	(void)argv;
	r = rm_alloc(c, c->gpu[c->cur].subdevice, &handle, RM_USER_SHARED_DATA, params,
		     sizeof(params));
	if (!ok(r))
		return report(c, "page", r, NULL);
	m.memory = handle;
	m.fd = open_raw(c, "nvidiactl", 2);
	r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));
	r.status = m.status;
	page = ok(r) ? mmap(NULL, 4096, PROT_READ, MAP_SHARED, m.fd, 0) : MAP_FAILED;
	if (page == MAP_FAILED)
		r = ok(r) ? (struct result){ .ret = -1, .err = errno } : r;
	else if (totals_at(c) >= 0)
		memcpy(&total, page + totals_at(c), 8), memcpy(&avail, page + totals_at(c) + 8, 8);
	if (page != MAP_FAILED)
		munmap(page, 4096);
	close(m.fd);
	rm_free(c, handle);
	return report(c, "page", r, "total=%llu free=%llu", (unsigned long long)total,
		      (unsigned long long)avail);
}

const struct verb verbs_holder[] = {
	{ "dmabuf", do_dmabuf, "HANDLE|last SIZE [CLIENT|own [OBJECTS]]" },
	{ "dmabuf-add", do_dmabuf_add, "HANDLE|last SIZE INDEX [FD|received]" },
	{ "dmabuf-close", do_dmabuf_close, "[FD]" },
	{ "map", do_map, "HANDLE|last SIZE (for the CPU)" },
	{ "fabric", do_fabric, "HANDLE|last SIZE" },
	{ "multicast", do_multicast, "SIZE" },
	{ "attach", do_attach, "MULTICAST MEMORY [OFFSET]" },
	{ "detach", do_detach, "MULTICAST [OFFSET]" },
	{ "page", do_page, "(class 0xde: the GPU's memory as its page shows it)" },
	{ NULL, NULL, NULL },
};
