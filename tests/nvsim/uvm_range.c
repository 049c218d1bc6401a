// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_range.c - a VA space and its ranges, kept apart from each other in a tree.
 * Owns: the life of both. Must not: know what lies in a range.
 */
#include "uvm.h"

#include <linux/sched/mm.h>
#include <linux/slab.h>

#define RANGE(n)	rb_entry(n, struct uvm_range, node)

struct uvm_range *uvm_range_find(struct uvm_space *space, u64 addr)
{
	struct rb_node *n = space->ranges.rb_node;

	lockdep_assert_held(&space->lock);
	while (n) {
		struct uvm_range *r = RANGE(n);

		if (addr < r->start)
			n = n->rb_left;
		else if (addr >= r->end)
			n = n->rb_right;
		else
			return r;
	}
	return NULL;
}

struct uvm_range *uvm_range_exact(struct uvm_space *space, u64 start, u64 end)
{
	struct uvm_range *r = uvm_range_find(space, start);

	return r && r->start == start && r->end == end ? r : NULL;
}

static bool insert(struct uvm_space *space, struct uvm_range *range)
{
	struct rb_node **n = &space->ranges.rb_node, *parent = NULL;

	while (*n) {
		struct uvm_range *r = RANGE(*n);

		parent = *n;
		if (range->end <= r->start)
			n = &parent->rb_left;
		else if (range->start >= r->end)
			n = &parent->rb_right;
		else
			return false;
	}
	rb_link_node(&range->node, parent, n);
	rb_insert_color(&range->node, &space->ranges);
	return true;
}

u32 uvm_range_create(struct uvm_space *space, u64 start, u64 length, enum uvm_range_type type,
		     struct uvm_range **out)
{
	struct uvm_range *range = kzalloc(sizeof(*range), GFP_KERNEL);

	if (!range)
		return NV_ERR_NO_MEMORY;
	range->space = space;
	range->start = start;
	range->end = start + length;
	range->type = type;
	INIT_LIST_HEAD(&range->maps);
	xa_init(&range->chunks);
	if (!insert(space, range)) {
		kfree(range);
		return NV_ERR_UVM_ADDRESS_IN_USE;
	}
	if (out)
		*out = range;
	return NV_OK;
}

static void drop_pages(struct uvm_space *space, u64 start, u64 end)
{
	unsigned long index;
	struct page *page;

	xa_for_each_range(&space->pages, index, page, start >> PAGE_SHIFT, (end >> PAGE_SHIFT) - 1) {
		xa_erase(&space->pages, index);
		put_page(page);
	}
}

void uvm_range_destroy(struct uvm_range *range)
{
	lockdep_assert_held(&range->space->lock);
	uvm_maps_release(range, NULL, range->start, range->end);
	uvm_chunks_release(range, NULL, range->start, range->end);
	xa_destroy(&range->chunks);
	if (range->type != UVM_EXTERNAL)
		drop_pages(range->space, range->start, range->end);
	rb_erase(&range->node, &range->space->ranges);
	kfree(range);
}

/*
 * Managed ranges only: [start, end), at one edge of range, becomes a range of its own. A block that
 * straddles the cut goes.
 */
u32 uvm_range_carve(struct uvm_range *range, u64 start, u64 end, struct uvm_range **part)
{
	bool low = start == range->start;
	u64 cut = low ? end : start, was_start = range->start, was_end = range->end;
	unsigned long index;
	void *nv;
	u32 status;

	if (cut & (UVM_BLOCK - 1))
		uvm_chunks_release(range, NULL, cut, cut + 1);
	if (low)
		range->start = cut;
	else
		range->end = cut;
	status = uvm_range_create(range->space, start, end - start, range->type, part);
	if (status) {
		range->start = was_start;
		range->end = was_end;
		return status;
	}
	(*part)->mm = range->mm;
	xa_for_each_range(&range->chunks, index, nv, start >> UVM_BLOCK_SHIFT,
			  (end - 1) >> UVM_BLOCK_SHIFT) {
		xa_erase(&range->chunks, index);
		if (xa_err(xa_store(&(*part)->chunks, index, nv, GFP_KERNEL)))
			nvUvmInterfacePmaFreePages(nv, UVM_BLOCK);
	}
	return NV_OK;
}

noinline u32 uvm_va_space_create(struct address_space *mapping, struct uvm_space **out, u64 flags)
{
	struct uvm_space *space;

	*out = NULL;
	if (flags & ~(u64)(UVM_INIT_DISABLE_HMM | UVM_INIT_MULTI_PROCESS))
		return NV_ERR_INVALID_ARGUMENT;
	space = kzalloc(sizeof(*space), GFP_KERNEL);
	if (!space)
		return NV_ERR_NO_MEMORY;
	mutex_init(&space->lock);
	space->flags = flags;
	space->mapping = mapping;
	space->mm = current->mm;
	mmgrab(space->mm);
	space->ranges = RB_ROOT;
	xa_init(&space->pages);
	INIT_LIST_HEAD(&space->channels);
	*out = space;
	return NV_OK;
}

noinline u32 uvm_api_clean_up_zombie_resources(struct uvm_clean_up *p, struct file *filp)
{
	struct uvm_space *space = uvm_fd_space(filp);
	struct rb_node *n, *next;

	mutex_lock(&space->lock);
	for (n = rb_first(&space->ranges); n; n = next) {
		next = rb_next(n);
		if (RANGE(n)->is_zombie)
			uvm_range_destroy(RANGE(n));
	}
	mutex_unlock(&space->lock);
	return NV_OK;
}

/* The last close: mappings are gone (they hold the file), everything else goes here. */
void uvm_space_free(struct uvm_space *space)
{
	struct rb_node *n;

	mutex_lock(&space->lock);
	while ((n = rb_first(&space->ranges)))
		uvm_range_destroy(RANGE(n));
	uvm_gpus_release(space);
	mutex_unlock(&space->lock);
	xa_destroy(&space->pages);
	mmdrop(space->mm);
	kfree(space);
}
