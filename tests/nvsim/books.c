// SPDX-License-Identifier: GPL-2.0-only
/*
 * books.c - the truth about each GPU's video memory and channels: how much, how many, and whose.
 * Owns: used, peak, and the list of holders. Must not: trust any caller but the objects that hold
 * memory; rm_lock is held.
 */
#include "nvsim.h"

#include <linux/slab.h>

static struct nvsim_holder *holder_of(struct nv_state *nv, pid_t pid, bool make)
{
	struct nvsim_holder *h;

	lockdep_assert_held(&rm_lock);
	list_for_each_entry(h, &nv->holders, entry)
		if (h->pid == pid)
			return h;
	if (!make)
		return NULL;
	h = kzalloc(sizeof(*h), GFP_KERNEL);
	if (!h)
		return NULL;
	h->pid = pid;
	list_add(&h->entry, &nv->holders);
	return h;
}

static void holder_settle(struct nvsim_holder *h)
{
	if (h->bytes || h->nr_allocs || h->nr_channels)
		return;
	list_del(&h->entry);
	kfree(h);
}

u64 nvsim_fb_free(const struct nv_state *nv)
{
	return nv->fb_size - nv->fb_reserved - nv->used;
}

/*
 * Addresses are labels: the pool is a number of bytes, so it has no holes and its largest free
 * block is all that is free.
 */
u32 nvsim_vidmem_take(struct nv_state *nv, pid_t pid, u64 size, u64 *offset)
{
	struct nvsim_holder *h;

	if (size > nvsim_fb_free(nv))
		return NV_ERR_NO_MEMORY;
	h = holder_of(nv, pid, true);
	if (!h)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	if (!h->nr_allocs++) {
		nv->nr_memory_procs++;
		nv->max_memory_procs = max(nv->max_memory_procs, nv->nr_memory_procs);
	}
	h->bytes += size;
	nv->used += size;
	nv->peak = max(nv->peak, nv->used);
	nv->nr_allocs++;
	*offset = nv->next_offset;
	nv->next_offset += size;
	if (nv->next_offset >= nv->fb_size)
		nv->next_offset = 0;
	nvsim_shared_update(nv);
	return NV_OK;
}

void nvsim_vidmem_give(struct nv_state *nv, pid_t pid, u64 size)
{
	struct nvsim_holder *h = holder_of(nv, pid, false);

	if (WARN_ON_ONCE(!h || h->bytes < size || !h->nr_allocs || nv->used < size))
		return;
	h->bytes -= size;
	if (!--h->nr_allocs)
		nv->nr_memory_procs--;
	nv->used -= size;
	nv->nr_allocs--;
	nvsim_shared_update(nv);
	holder_settle(h);
}

u32 nvsim_channel_take(struct nv_state *nv, pid_t pid)
{
	struct nvsim_holder *h = holder_of(nv, pid, true);

	if (!h)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	if (!h->nr_channels++) {
		nv->nr_channel_procs++;
		nv->max_channel_procs = max(nv->max_channel_procs, nv->nr_channel_procs);
	}
	nv->nr_channels++;
	return NV_OK;
}

void nvsim_channel_give(struct nv_state *nv, pid_t pid)
{
	struct nvsim_holder *h = holder_of(nv, pid, false);

	if (WARN_ON_ONCE(!h || !h->nr_channels))
		return;
	if (!--h->nr_channels)
		nv->nr_channel_procs--;
	nv->nr_channels--;
	holder_settle(h);
}

void nvsim_books_show(struct seq_file *m, struct nv_state *nv)
{
	struct nvsim_holder *h;

	mutex_lock(&rm_lock);
	seq_printf(m,
		   "total %llu\nused %llu\nfree %llu\npeak %llu\nallocations %llu\nchannels %llu\n",
		   nv->fb_size, nv->used, nvsim_fb_free(nv), nv->peak, nv->nr_allocs,
		   nv->nr_channels);
	seq_printf(
		m,
		"open %d\nchannel_procs %u\nmax_channel_procs %u\nmemory_procs %u\nmax_memory_procs %u\n",
		READ_ONCE(nv->usage_count), nv->nr_channel_procs, nv->max_channel_procs,
		nv->nr_memory_procs, nv->max_memory_procs);
	list_for_each_entry(h, &nv->holders, entry)
		seq_printf(m, "pid %d bytes %llu allocations %llu channels %llu\n", h->pid,
			   h->bytes, h->nr_allocs, h->nr_channels);
	mutex_unlock(&rm_lock);
}

void nvsim_books_reset_max(struct nv_state *nv)
{
	mutex_lock(&rm_lock);
	nv->peak = nv->used;
	nv->max_channel_procs = nv->nr_channel_procs;
	nv->max_memory_procs = nv->nr_memory_procs;
	mutex_unlock(&rm_lock);
}

/* The module goes: whatever is left was leaked by this driver itself, which a test must see. */
void nvsim_books_free(struct nv_state *nv)
{
	struct nvsim_holder *h, *next;

	WARN(nv->used || nv->nr_allocs || nv->nr_channels,
	     "nvsim: GPU %u leaves with %llu bytes in %llu allocations, %llu channels\n",
	     nv->instance, nv->used, nv->nr_allocs, nv->nr_channels);
	list_for_each_entry_safe(h, next, &nv->holders, entry)
		kfree(h);
}
