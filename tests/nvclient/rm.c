// SPDX-License-Identifier: GPL-2.0-only
/*
 * rm.c - RM requests as system calls: direct or indirect form, long or short RM_ALLOC.
 * Owns: the encoding. Must not: print, or know what a request is for.
 */
#include "nvclient.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define P64(p)	((__u64)(uintptr_t)(p))

bool ok(struct result r)
{
	return r.ret >= 0 && !r.status;
}

bool at_least(const struct client *c, int major, int minor, int patch)
{
	if (c->version[0] != major)
		return c->version[0] > major;
	if (c->version[1] != minor)
		return c->version[1] > minor;
	return c->version[2] >= patch;
}

__u32 fresh_handle(struct client *c)
{
	return 0x5c000000u | c->next++;
}

/* The driver looks at number and size only: the rest of the word may be anything. */
static unsigned int word(const struct client *c, unsigned int nr, unsigned int size)
{
	unsigned int rest = c->odd_bits ? c->bits : NV_IOWR(0, 0);

	return (rest & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT | _IOC_NRMASK)) | size << _IOC_SIZESHIFT |
	       nr;
}

#ifdef __x86_64__
/* As a 32-bit program enters: what it hands over lies below 4 GiB. */
static int enter_compat(int fd, unsigned int cmd, void *data, unsigned int size)
{
	static void *low;
	long ret = 54;	/* ioctl, by its 32-bit number */

	if (!low)
		low = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	memcpy(low, data, size);
	__asm__ volatile("int $0x80"
			 : "+a"(ret)
			 : "b"((long)fd), "c"((long)cmd), "d"(low)
			 : "memory", "r8", "r9", "r10", "r11");
	memcpy(data, low, size);
	if ((int)ret < 0)
		errno = -(int)ret;
	return (int)ret < 0 ? -1 : (int)ret;
}
#else
#define enter_compat	ioctl_sized
static int ioctl_sized(int fd, unsigned int cmd, void *data, unsigned int size)
{
	(void)size;
	return ioctl(fd, cmd, data);
}
#endif

static int enter(struct client *c, int fd, unsigned int nr, void *data, unsigned int size)
{
	if (c->compat)
		return enter_compat(fd, word(c, nr, size), data, size);
	return ioctl(fd, word(c, nr, size), data);
}

struct result call(struct client *c, int fd, unsigned int nr, void *data, unsigned int size)
{
	struct nv_xfer x = { .cmd = nr, .size = size, .ptr = P64(data) };
	struct result r = { 0 };

	if (c->xfer || size > _IOC_SIZEMASK)
		r.ret = enter(c, fd, NV_ESC_IOCTL_XFER_CMD, &x, sizeof(x));
	else
		r.ret = enter(c, fd, nr, data, size);
	r.err = r.ret < 0 ? errno : 0;
	return r;
}

static struct result alloc_from(struct client *c, int fd, __u32 root, __u32 parent, __u32 *handle,
				__u32 hclass, void *params, __u32 size)
{
	struct nvos21 s = { .root = root, .parent = parent, .new_handle = *handle, .hclass = hclass,
			    .params = P64(params), .params_size = size };
	struct nvos64 l = { .root = root, .parent = parent, .new_handle = *handle, .hclass = hclass,
			    .params = P64(params), .params_size = size };
	struct result r;

	r = c->os21 ? call(c, fd, NV_ESC_RM_ALLOC, &s, sizeof(s))
		    : call(c, fd, NV_ESC_RM_ALLOC, &l, sizeof(l));
	r.status = c->os21 ? s.status : l.status;
	*handle = c->os21 ? s.new_handle : l.new_handle;
	return r;
}

struct result rm_alloc(struct client *c, __u32 parent, __u32 *handle, __u32 hclass, void *params,
		       __u32 size)
{
	return alloc_from(c, c->ctl, c->root, parent, handle, hclass, params, size);
}

struct result rm_client(struct client *c, int fd, __u32 *handle)
{
	*handle = 0;
	return alloc_from(c, fd, 0, 0, handle, NV01_ROOT_CLIENT, NULL, 0);
}

struct result rm_free(struct client *c, __u32 handle)
{
	struct nvos00 p = { .root = c->root, .parent = c->root, .old = handle };
	struct result r = call(c, c->ctl, NV_ESC_RM_FREE, &p, sizeof(p));

	r.status = p.status;
	return r;
}

struct result rm_control(struct client *c, __u32 object, __u32 cmd, void *params, __u32 size)
{
	struct nvos54 p = { .client = c->root,
			    .object = object,
			    .cmd = cmd,
			    .params = P64(params),
			    .params_size = size };
	struct result r = call(c, c->ctl, NV_ESC_RM_CONTROL, &p, sizeof(p));

	r.status = p.status;
	return r;
}
