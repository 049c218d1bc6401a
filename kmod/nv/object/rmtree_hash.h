/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hash of rmtree.c, which alone includes this: links by key, newest first among equals. Many may
 * be equal: nothing here walks a chain to find one link.
 */
#ifndef _GW_NV_RMTREE_HASH_H
#define _GW_NV_RMTREE_HASH_H

#include "nv/object/rmtree.h"

/*
 * The hash: what came last is found first. Two products: handles are counted up, and one
 * product may have them fill a few buckets only.
 */
static struct gw_rm_link **bucket(const struct gw_rm_tree *t, const struct gw_rm_table *table,
				  u64 key)
{
	u64 hash = key * t->multiplier;

	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ull;
	return &table->buckets[hash >> (64 - table->bits)];
}

static void link_put(struct gw_rm_link *l, struct gw_rm_link **at)
{
	l->next = *at;
	l->at = at;
	if (l->next)
		l->next->at = &l->next;
	*at = l;
}

static void link_add(struct gw_rm_tree *t, struct gw_rm_link *l, u64 key, bool is_hold)
{
	l->key = key;
	l->is_hold = is_hold;
	link_put(l, bucket(t, &t->table, key));
	t->nr_links++;
}

static void link_del(struct gw_rm_tree *t, const struct gw_rm_link *l)
{
	*l->at = l->next;
	if (l->next)
		l->next->at = l->at;
	t->nr_links--;
}

/* What may hold @key: chain 0 in the table, chain 1 in the old one while there is one. */
static struct gw_rm_link *chain(const struct gw_rm_tree *t, u32 nr, u64 key)
{
	if (nr)
		return t->old.buckets ? *bucket(t, &t->old, key) : NULL;
	return *bucket(t, &t->table, key);
}

static struct gw_rm_link **end_of(struct gw_rm_link **b)
{
	while (*b)
		b = &(*b)->next;
	return b;
}

/*
 * Behind all others, which are newer. Many may be equal, and all go to the same two buckets when
 * the table doubles: their ends are looked for once.
 */
static void links_move(struct gw_rm_tree *t, struct gw_rm_link *l)
{
	struct gw_rm_link **starts[2] = { }, **ends[2] = { }, **b, *next;

	for (; l; l = next) {
		u32 i;

		next = l->next;
		b = bucket(t, &t->table, l->key);
		i = (b - t->table.buckets) & 1;
		if (starts[i] != b)
			ends[i] = end_of(b);
		starts[i] = b;
		link_put(l, ends[i]);
		ends[i] = &l->next;
	}
}

#endif /* _GW_NV_RMTREE_HASH_H */
