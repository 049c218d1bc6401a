// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma-bufs of tenants' video memory: each is one more file of its process, on which the memory is
 * held until the driver releases it. Owns which dma-buf a request makes or adds to. Must not wait
 * inside the driver, nor touch a dma-buf: its address is the key, no more.
 *
 * The driver makes the dma-buf and puts a descriptor for it into the caller's table in one go. What
 * another thread does with that meanwhile (close it, keep a copy, put another file in its place) no
 * look afterwards can tell: so it is caught on its way to the kernel's dma_buf_fd(). And one that
 * more is added to is looked up once, by us: the driver's dma_buf_get() gets that one.
 */
#include "nv/dmabuf.h"
#include "job/file.h"
#include "base/refuse.h"
#include "nv/decode/abi.h"
#include "nv/decode/effect.h"
#include "nv/object/objects.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

struct gw_nv_part {
	struct gw_nv_pinned pinned;
	struct gw_nv_hold *hold;
};

DEFINE_GW_TASKS(exports);
static atomic_t nr_exports;

static struct gw_nv_export *current_export(void)
{
	struct gw_task *t = gw_task_find(&exports);

	return t ? container_of(t, struct gw_nv_export, task) : NULL;
}

notrace bool gw_nv_export_is_wanted(void)
{
	return atomic_read(&nr_exports);
}

void gw_nv_export_begin(struct gw_nv_export *x, struct gw_file *f, u32 size)
{
	*x = (struct gw_nv_export) { .file = f, .size = size };
	gw_task_enter(&exports, &x->task);
	atomic_inc(&nr_exports);
}

int gw_nv_export_end(struct gw_nv_export *x)
{
	struct gw_nv_pinned p;
	int ret;

	atomic_dec(&nr_exports);
	gw_task_leave(&exports, &x->task);
	if (!x->is_busy)
		return 0;
	ret = gw_nv_mem_pin(x->file, x->client, x->object, &p);
	if (!ret)
		gw_nv_mem_unpin(&p);
	return ret == -EINTR ? ret : -EAGAIN;
}

/* --- what it is made of ------------------------------------------------------------------------ */

static void drop_parts(struct gw_nv_export *x)
{
	while (x->nr_parts--) {
		gw_nv_mem_unpin(&x->parts[x->nr_parts].pinned);
		kfree(x->parts[x->nr_parts].hold);
	}
	kvfree(x->parts);
	x->parts = NULL;
	x->nr_parts = 0;
}

/* 0, or the driver's status. The caller drops them, too, when it is none. */
static u32 pin_parts(struct gw_nv_export *x, const struct gw_nv_effect *e, const void *params)
{
	struct gw_nv_part *part;
	int ret;

	x->parts = kvcalloc(max(e->nr_list, 1u), sizeof(*x->parts), GFP_KERNEL_ACCOUNT);
	while (x->parts && x->nr_parts < e->nr_list) {
		part = &x->parts[x->nr_parts];
		x->object = gw_nv_listed(e, params, NULL, x->nr_parts);
		x->client = e->client;
		ret = gw_nv_mem_try_pin(x->file, x->client, x->object, &part->pinned);
		x->is_busy = ret == -EBUSY;
		if (ret)
			return ret < 0 ? GW_NV_BUSY_RETRY : ret;
		x->nr_parts++;
		part->hold = gw_nv_hold_alloc();
		if (!part->hold)
			return GW_NV_NO_MEMORY;
	}
	return x->parts ? 0 : GW_NV_NO_MEMORY;
}

/* --- making it --------------------------------------------------------------------------------- */

static u32 refuse(struct gw_nv_export *x, const char *what, u32 status)
{
	return gw_refuse(x->file->proc->accel->vm, -EPERM, "%s is not for tenants", what) ? status : 0;
}

static struct gw_file *record_of(struct file *filp)
{
	struct gw_file *f = gw_file_find(filp->private_data);

	return f && f->kind == GW_NODE_DMA_BUF ? f : NULL;
}

/* Is it one of the program's own? Its file stays ours until the driver is through. */
static u32 find_made(struct gw_nv_export *x, int fd)
{
	struct file *filp = fget(fd);
	struct gw_file *f = filp ? record_of(filp) : NULL;

	if (f && f->proc == x->file->proc) {
		x->made = filp;
		return 0;
	}
	if (filp)
		fput(filp);
	return refuse(x, "more memory for a dma-buf of somebody else's", GW_NV_INSUFFICIENT_PERMISSIONS);
}

/* 0, or the driver's status; what it may do is in @e. */
static u32 judge(struct gw_nv_export *x, void *params, struct gw_nv_effect *e)
{
	if (gw_nv_effect(gw_nv_branch_now(), NV_ESC_EXPORT_TO_DMABUF_FD, x->size, params, NULL, 0, e) ||
	    e->act != GW_NV_ATTACH)
		return refuse(x, e->what, GW_NV_INSUFFICIENT_PERMISSIONS);
	if (!gw_nv_follows_dma_bufs())
		return refuse(x, "a dma-buf, whose end cannot be seen here,", GW_NV_NOT_SUPPORTED);
	return e->fd == -1 ? 0 : find_made(x, e->fd);
}

static void hold_parts(struct gw_nv_export *x, struct gw_file *f)
{
	struct gw_nv_part *part;
	u32 i;

	for (i = 0; i < x->nr_parts; i++) {
		part = &x->parts[i];
		if (!part->pinned.mem)
			continue;
		gw_nv_hold_add(f, part->hold, &part->pinned, GW_RM_OTHER, i, 0, 0);
		part->hold = NULL;
	}
}

static void leave_made(struct gw_nv_export *x)
{
	if (x->made)
		fput(x->made);
	x->made = NULL;
}

u32 gw_nv_dma_buf_export(void *gpu, void *params, gw_nv_dma_buf_fn original)
{
	struct gw_nv_export *x = current_export();
	struct gw_nv_effect e;
	u32 status;

	if (!x)
		return original(gpu, params);
	status = judge(x, params, &e);
	if (status)
		return status;
	/* Else permissive mode lets pass what is unknown. */
	if (e.act == GW_NV_ATTACH && (e.fd == -1 || x->made))
		status = pin_parts(x, &e, params);
	if (!status)
		status = original(gpu, params);
	if (!status && x->made)
		hold_parts(x, record_of(x->made));
	drop_parts(x);
	leave_made(x);
	return status;
}

/* One file more of the process whose GPU it is. */
static struct gw_file *record_add(struct gw_file *of, void *buf)
{
	struct gw_file *f = gw_file_open_beside(of, buf, GW_NODE_DMA_BUF);

	if (IS_ERR(f))
		return NULL;
	if (!gw_nv_objects_open(f))
		return f;
	gw_file_del(f);
	return NULL;
}

int gw_nv_dma_buf_fd(void *buf, int flags, int (*original)(void *buf, int flags))
{
	struct gw_nv_export *x = current_export();
	struct gw_file *f;

	if (!x || !x->parts)
		return original(buf, flags);
	f = record_add(x->file, buf);
	if (!f)
		return -ENOMEM;		/* the driver releases it */
	hold_parts(x, f);
	return original(buf, flags);
}

void *gw_nv_dma_buf_get(int fd, void *(*original)(int fd))
{
	struct gw_nv_export *x = current_export();

	if (!x || !x->made)
		return original(fd);
	return get_file(x->made)->private_data;
}

/* --- its end ----------------------------------------------------------------------------------- */

void gw_nv_dma_buf_release(void *buf, void (*original)(void *buf))
{
	struct gw_file *f = gw_file_find(buf);

	original(buf);
	if (!f)
		return;
	gw_nv_objects_close(f);
	gw_file_del(f);
}
