// SPDX-License-Identifier: GPL-2.0-only
/*
 * rm.c - RM requests as system calls: direct or indirect form, long or short RM_ALLOC.
 * Owns: the encoding. Must not: print, or know what a request is for.
 */
#include "nvclient.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

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

struct result call(struct client *c, int fd, unsigned int nr, void *data, unsigned int size)
{
	struct nv_xfer x = { .cmd = nr, .size = size, .ptr = P64(data) };
	struct result r = { 0 };

	if (c->xfer || size > _IOC_SIZEMASK)
		r.ret = ioctl(fd, NV_IOWR(NV_ESC_IOCTL_XFER_CMD, sizeof(x)), &x);
	else
		r.ret = ioctl(fd, NV_IOWR(nr, size), data);
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
