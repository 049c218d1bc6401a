/* SPDX-License-Identifier: GPL-2.0-only */
/* dma-bufs of tenants' video memory. */
#ifndef _GW_NV_DMABUF_H
#define _GW_NV_DMABUF_H

#include "nv/nv.h"
#include "nv/driver/current_call.h"

struct gw_nv_part;

/* One request for a dma-buf, on the stack of its call. Its fields are private. */
struct gw_nv_export {
	struct gw_task task;
	struct gw_file *file;
	u32 size;			/* of the outer struct */
	struct gw_nv_part *parts;	/* while the driver's function runs */
	u32 nr_parts;
	struct file *made;		/* the dma-buf that gets them; NULL: one to be made */
	bool is_busy;			/* another call has (@client, @object) */
	u32 client;
	u32 object;
};

/* Around the driver's ioctl, on a tenant's file. @size: of the outer struct. */
void gw_nv_export_begin(struct gw_nv_export *x, struct gw_file *f, u32 size);
/* 0; -EAGAIN: waited for another call, ask the driver again; -EINTR. */
int gw_nv_export_end(struct gw_nv_export *x);

/* Is anybody between these two? Asked in ftrace's context. */
bool gw_nv_export_is_wanted(void);

typedef u32 (*gw_nv_dma_buf_fn)(void *gpu, void *params);
/* In place of nv_dma_buf_export(), which gets the driver's own copy: its status. */
u32 gw_nv_dma_buf_export(void *gpu, void *params, gw_nv_dma_buf_fn original);
/* In place of the kernel's dma_buf_fd(): a descriptor for @buf, of the caller's. */
int gw_nv_dma_buf_fd(void *buf, int flags, int (*original)(void *buf, int flags));
/* In place of the kernel's dma_buf_get(): the dma-buf of @fd, one reference more. */
void *gw_nv_dma_buf_get(int fd, void *(*original)(int fd));
/* In place of nv_dma_buf_release(). */
void gw_nv_dma_buf_release(void *buf, void (*original)(void *buf));

/* hooks.c: are all four in place? */
bool gw_nv_follows_dma_bufs(void);

#endif /* _GW_NV_DMABUF_H */
