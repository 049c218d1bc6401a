// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmabuf.c - EXPORT_TO_DMABUF_FD: memory objects behind a dma-buf, which keeps them and the GPU.
 * Owns: the real driver's names and its two layouts. Must not: map anything: addresses are labels.
 */
#include "nvsim.h"

#include <linux/delay.h>
#include <linux/dma-buf.h>
#include <linux/fcntl.h>
#include <linux/slab.h>

struct dmabuf {
	struct mutex lock;
	struct nv_state *nv;
	u32 total;
	u32 count;
	u64 total_size;
	u64 attached_size;
	struct nvsim_mem *mem[];
};

/* The lists of a request, wherever its layout has them. */
struct lists {
	const u32 *handles;
	const u64 *offsets;
	const u64 *sizes;
};

u32 nvsim_dmabuf_size(void)
{
	return nvsim_at_least(570, 86, 15) ? sizeof(struct nv_dmabuf_570)
					   : sizeof(struct nv_dmabuf);
}

static struct lists lists_of(void *params)
{
	struct nv_dmabuf_570 *wide = params;
	struct nv_dmabuf *old = params;

	if (nvsim_at_least(570, 86, 15))
		return (struct lists){ wide->handles, wide->offsets, wide->sizes };
	return (struct lists){ old->handles, old->offsets, old->sizes };
}

/* Found by handle alone: whose client it is, nobody asks, and the dup is the kernel's own. */
static u32 find_memory(const struct dmabuf *d, u32 hclient, u32 handle, u64 offset, u64 size,
		       struct nvsim_mem **mem)
{
	struct nvsim_client *client = nvsim_client_find(hclient);
	struct nvsim_obj *obj;

	if (!client)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	obj = nvsim_obj_find(client, handle);
	if (!obj)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!obj->mem)
		return NV_ERR_INVALID_OBJECT;
	if (obj->mem->nv != d->nv)
		return NV_ERR_INVALID_OBJECT_PARENT;
	if (obj->mem->kind != NVSIM_VIDMEM || (offset | size) & ~PAGE_MASK || !size ||
	    size > obj->mem->length || offset > obj->mem->length - size)
		return NV_ERR_INVALID_ARGUMENT;
	*mem = obj->mem;
	return NV_OK;
}

static void undup(struct dmabuf *d, u32 index, u32 count)
{
	while (count--) {
		nvsim_mem_put(d->mem[index]);
		d->mem[index++] = NULL;
		d->count--;
	}
}

static u32 dup_locked(struct dmabuf *d, const struct nv_dmabuf_head *head, struct lists l)
{
	u64 before = d->attached_size;
	u32 i, status = NV_OK;

	for (i = 0; i < head->count && !status; i++) {
		struct nvsim_mem *mem;

		if (d->mem[head->index + i])
			status = NV_ERR_IN_USE;
		else if (l.sizes[i] > d->total_size - d->attached_size)
			status = NV_ERR_INVALID_ARGUMENT;
		else
			status = find_memory(d, head->client, l.handles[i], l.offsets[i],
					     l.sizes[i], &mem);
		if (status)
			break;
		nvsim_mem_get(mem);
		d->mem[head->index + i] = mem;
		d->attached_size += l.sizes[i];
		d->count++;
	}
	if (!status && d->count == d->total && d->attached_size != d->total_size)
		status = NV_ERR_INVALID_ARGUMENT;
	if (status) {
		undup(d, head->index, i);
		d->attached_size = before;
	}
	return status;
}

static u32 dup(struct dmabuf *d, const struct nv_dmabuf_head *head, struct lists l)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = dup_locked(d, head, l);
	mutex_unlock(&rm_lock);
	return status;
}

static struct sg_table *nv_dma_buf_map(struct dma_buf_attachment *a, enum dma_data_direction dir)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static void nv_dma_buf_unmap(struct dma_buf_attachment *a, struct sg_table *sgt,
			     enum dma_data_direction dir)
{
}

static void dmabuf_free(struct dmabuf *d)
{
	struct nv_state *nv = d->nv;
	u32 i;

	mutex_lock(&rm_lock);
	for (i = 0; i < d->total; i++)
		if (d->mem[i])
			nvsim_mem_put(d->mem[i]);
	mutex_unlock(&rm_lock);
	kvfree(d);
	nv_close_device_locking(nv);
}

static void nv_dma_buf_release(struct dma_buf *buf)
{
	if (!buf->priv)
		return;
	dmabuf_free(buf->priv);
	buf->priv = NULL;
}

static const struct dma_buf_ops nv_dma_buf_ops = {
	.map_dma_buf = nv_dma_buf_map,
	.unmap_dma_buf = nv_dma_buf_unmap,
	.release = nv_dma_buf_release,
};

static u32 nv_dma_buf_create(struct nv_state *nv, struct nv_dmabuf_head *head, struct lists l)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *buf;
	struct dmabuf *d;
	u32 status;
	int fd;

	if (head->index > head->total_objects - head->count)
		return NV_ERR_INVALID_ARGUMENT;
	d = kvzalloc(struct_size(d, mem, head->total_objects), GFP_KERNEL);
	if (!d)
		return NV_ERR_NO_MEMORY;
	mutex_init(&d->lock);
	d->nv = nv;
	d->total = head->total_objects;
	d->total_size = head->total_size;
	if (nvsim_gpu_hold(nv)) {
		kvfree(d);
		return NV_ERR_OPERATING_SYSTEM;
	}
	status = dup(d, head, l);
	if (status)
		goto err_dup;
	info.ops = &nv_dma_buf_ops;
	info.size = head->total_size;
	info.flags = O_RDWR | O_CLOEXEC;
	info.priv = d;
	buf = dma_buf_export(&info);
	if (IS_ERR(buf)) {
		status = NV_ERR_OPERATING_SYSTEM;
		goto err_dup;
	}
	fd = dma_buf_fd(buf, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		dma_buf_put(buf);	/* its release undoes the rest */
		return NV_ERR_OPERATING_SYSTEM;
	}
	head->fd = fd;
	return NV_OK;

err_dup:
	dmabuf_free(d);
	return status;
}

/* More objects for a dma-buf that is there. */
static u32 nv_dma_buf_reuse(struct nv_dmabuf_head *head, struct lists l)
{
	struct dma_buf *buf;
	struct dmabuf *d;
	u32 status;

	if (nvsim_dmabuf_us)
		usleep_range(nvsim_dmabuf_us, nvsim_dmabuf_us + 10);
	buf = dma_buf_get(head->fd);
	if (IS_ERR(buf))
		return NV_ERR_OPERATING_SYSTEM;
	d = buf->ops == &nv_dma_buf_ops ? buf->priv : NULL;
	if (!d) {
		status = NV_ERR_INVALID_ARGUMENT;
	} else if (mutex_lock_interruptible(&d->lock)) {
		status = NV_ERR_OPERATING_SYSTEM;
	} else {
		status = d->total < head->count || head->index > d->total - head->count
				 ? NV_ERR_INVALID_ARGUMENT
				 : dup(d, head, l);
		mutex_unlock(&d->lock);
	}
	dma_buf_put(buf);
	return status;
}

noinline u32 nv_dma_buf_export(struct nv_state *nv, void *params)
{
	struct nv_dmabuf_head *head = params;

	if (!head->total_size || !head->count || !head->total_objects ||
	    head->count > NV_DMABUF_HANDLES || head->count > head->total_objects)
		return NV_ERR_INVALID_ARGUMENT;
	if (head->fd == -1)
		return nv_dma_buf_create(nv, head, lists_of(params));
	return head->fd >= 0 ? nv_dma_buf_reuse(head, lists_of(params)) : NV_ERR_INVALID_ARGUMENT;
}

NVSIM_IMPORT_DMA_BUF;
