// SPDX-License-Identifier: GPL-2.0-only
/*
 * conform_memory.c - the conformance list for memory objects; class 0x90CE needs no GPU and is a
 * real RM object.
 * Owns: that chapter, and the one that needs a GPU. Must not: print sizes a machine may choose.
 */
#include "conform.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PCI	(NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT)

static struct result host_memory(struct client *c, __u64 size, __u32 *handle,
				 struct nv_memory_params *p)
{
	*p = (struct nv_memory_params){ .owner = c->root, .size = size, .attr = PCI };
	return rm_alloc(c, c->root, handle, NV01_MEMORY_DEVICELESS, p, sizeof(*p));
}

static void map(struct client *c, __u32 memory)
{
	int fd = open_raw(c, "nvidiactl", O_RDWR);
	struct nvos33_fd m = {
		.client = c->root, .device = c->root, .memory = memory, .length = 1 << 20, .fd = fd
	};
	struct nvos34 u = { .client = c->root, .device = c->root, .memory = memory };
	struct result r;
	char *p;

	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	answer("mmap without a context", sys(p == MAP_FAILED ? -1 : 0), NULL);
	r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));
	r.status = m.status;
	answer("map memory", r, NULL);
	r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));
	r.status = m.status;
	answer("map memory, file in use", r, NULL);
	p = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	answer("mmap too much", sys(p == MAP_FAILED ? -1 : 0), NULL);
	p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	answer("mmap", sys(p == MAP_FAILED ? -1 : 0), NULL);
	if (p != MAP_FAILED) {
		memset(p, 0x5a, 1 << 20);
		answer("touch", (struct result){ 0 }, "last=0x%x", p[(1 << 20) - 1]);
		munmap(p, 1 << 20);
	}
	u.address = m.address;
	r = call(c, c->ctl, NV_ESC_RM_UNMAP_MEMORY, &u, sizeof(u));
	r.status = u.status;
	answer("unmap memory", r, NULL);
	close(fd);
}

/*
 * A nested block that can be read but not written back: an error status, and yet the object lives.
 */
static void unwritable_block(struct client *c)
{
	struct nv_memory_params *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
				again;
	__u32 h = 0x5cff0001, same = h;

	*p = (struct nv_memory_params){ .owner = c->root, .size = 65536, .attr = PCI };
	mprotect(p, 4096, PROT_READ);
	answer("block cannot be written back",
	       rm_alloc(c, c->root, &h, NV01_MEMORY_DEVICELESS, p, sizeof(*p)), NULL);
	answer("its handle afterwards", host_memory(c, 65536, &same, &again), NULL);
	answer("free it", rm_free(c, 0x5cff0001), NULL);
	munmap(p, 4096);
}

static void duplicates(struct client *c, __u32 memory)
{
	struct nvos55 d = { .client = c->root,
			    .parent = c->root,
			    .object = 0x5cff0002,
			    .client_src = c->root,
			    .object_src = memory };
	struct result r = call(c, c->ctl, NV_ESC_RM_DUP_OBJECT, &d, sizeof(d));

	r.status = d.status;
	answer("duplicate", r, NULL);
	r = call(c, c->ctl, NV_ESC_RM_DUP_OBJECT, &d, sizeof(d));
	r.status = d.status;
	answer("duplicate, handle in use", r, NULL);
	d.object = 0;
	d.object_src = 0x777;
	r = call(c, c->ctl, NV_ESC_RM_DUP_OBJECT, &d, sizeof(d));
	r.status = d.status;
	answer("duplicate of nothing", r, NULL);
	d.client_src = 0xc1d0ffff;
	r = call(c, c->ctl, NV_ESC_RM_DUP_OBJECT, &d, sizeof(d));
	r.status = d.status;
	answer("duplicate from no client", r, NULL);
	answer("free the duplicate", rm_free(c, 0x5cff0002), NULL);
}

void conform_memory(struct client *c)
{
	struct nv_memory_params p;
	__u32 h = 0, memory = 0x5cff0000;
	struct result r;

	r = host_memory(c, 1 << 20, &memory, &p);
	answer("host memory", r, "size=%llu limit=%llu", (unsigned long long)p.size,
	       (unsigned long long)p.limit);
	r = host_memory(c, 1 << 20, &memory, &p);
	answer("host memory, handle in use", r, NULL);
	r = host_memory(c, 1ull << 40, &h, &p);
	answer("host memory, 1 TiB", r, NULL);
	h = 0;
	answer("host memory, no block", rm_alloc(c, c->root, &h, NV01_MEMORY_DEVICELESS, NULL, 0),
	       NULL);
	h = 0;
	answer("host memory, bad block",
	       rm_alloc(c, c->root, &h, NV01_MEMORY_DEVICELESS, (void *)16, 128), NULL);
	h = 0;
	r = host_memory(c, 4096, &h, &p);
	answer("host memory, handle from RM", r, "range=%d", h >> 20 == 0xcaf);
	answer("free it", rm_free(c, h), NULL);
	map(c, memory);
	duplicates(c, memory);
	unwritable_block(c);
	answer("free host memory", rm_free(c, memory), NULL);
	answer("free host memory again", rm_free(c, memory), NULL);
}

/* Beyond this point a GPU must answer. */
void conform_gpu(struct client *c)
{
	static const __u64 sizes[] = { 1,	4096,	       65536,  65537, (2 << 20) - 1,
				       2 << 20, (2 << 20) + 1, 5 << 20 };
	struct nv0080_params dev = { .client_share = c->root };
	struct nv2080_params sub = { 0 };
	__u32 device = 0x5cfe0000, subdevice = 0x5cfe0001, h;
	unsigned int i;

	answer("gpu: open", open_gpu(c, 0), NULL);
	answer("gpu: device", rm_alloc(c, c->root, &device, NV01_DEVICE_0, &dev, sizeof(dev)),
	       NULL);
	h = 0;
	answer("gpu: second device", rm_alloc(c, c->root, &h, NV01_DEVICE_0, &dev, sizeof(dev)),
	       NULL);
	answer("gpu: subdevice",
	       rm_alloc(c, device, &subdevice, NV20_SUBDEVICE_0, &sub, sizeof(sub)), NULL);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct nv_memory_params p = { .owner = c->root, .size = sizes[i] };
		struct result r;

		h = 0;
		r = rm_alloc(c, device, &h, NV01_MEMORY_LOCAL_USER, &p, sizeof(p));
		answer("gpu: memory", r, "asked=%llu size=%llu page=%u",
		       (unsigned long long)sizes[i], (unsigned long long)p.size,
		       (p.attr & NVOS32_ATTR_PAGE_SIZE_MASK) >> NVOS32_ATTR_PAGE_SIZE_SHIFT);
		rm_free(c, h);
	}
	answer("gpu: free device", rm_free(c, device), NULL);
	close_node(c, "gpu0");
}
