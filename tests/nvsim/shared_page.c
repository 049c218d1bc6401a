// SPDX-License-Identifier: GPL-2.0-only
/*
 * shared_page.c - class 0xde: a read-only page of each GPU that shows its memory to whoever maps it.
 * Owns: where each release has the figures. Must not: know who reads them.
 */
#include "nvsim.h"

#include <linux/mm.h>
#include <linux/slab.h>

int nvsim_shared_init(struct nv_state *nv)
{
	nv->shared = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!nv->shared)
		return -ENOMEM;
	nvsim_shared_update(nv);
	return 0;
}

void nvsim_shared_exit(struct nv_state *nv)
{
	if (nv->shared)
		__free_page(nv->shared);
}

/* 535 shows BAR1 alone. 550 appends the totals; later each group begins with a time stamp. */
void nvsim_shared_update(struct nv_state *nv)
{
	u8 *page = page_address(nv->shared);
	u64 total = nv->fb_size - nv->fb_reserved;
	size_t bar1 = nvsim_at_least(550, 54, 14) ? 8 : 4, pma = 16;

	if (nvsim_at_least(580, 65, 6)) {
		*(u64 *)(page + 0) = 0xff00000000000000ull;
		*(u64 *)(page + 16) = 0xff00000000000000ull;
		pma = 24;
	}
	*(u32 *)(page + bar1) = nv->bar1_size >> 10;
	*(u32 *)(page + bar1 + 4) = nv->bar1_size >> 10;
	if (!nvsim_at_least(550, 54, 14))
		return;
	WRITE_ONCE(*(u64 *)(page + pma), total);
	WRITE_ONCE(*(u64 *)(page + pma + 8), total - nv->used);
}

u32 nvsim_shared_construct(struct nvsim_obj *obj)
{
	struct nvsim_mem *mem = nvsim_mem_new(obj, NVSIM_SYSMEM, PAGE_SIZE);

	if (!mem)
		return NV_ERR_NO_MEMORY;
	mem->pages = kvcalloc(1, sizeof(*mem->pages), GFP_KERNEL);
	if (!mem->pages) {
		kfree(mem);
		return NV_ERR_NO_MEMORY;
	}
	get_page(obj->nv->shared);
	mem->pages[0] = obj->nv->shared;
	mem->nr_pages = 1;
	mem->read_only = true;
	obj->mem = mem;
	return NV_OK;
}
