// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients, objects, and what else holds an allocation.
 * Owns who is below whom, what can be found, and the counts. Must not lock, allocate, free, charge
 * or know a request of the driver's.
 */
#include "nv/object/rmtree_hash.h"

#include <linux/errno.h>
#include <linux/string.h>

#define node_of(l) list_entry(l, struct gw_rm_node, link)
#define hold_of(l) list_entry(l, struct gw_rm_hold, link)

void gw_rm_init(struct gw_rm_tree *t, struct gw_rm_link **buckets, u32 bits, u64 seed)
{
	memset(t, 0, sizeof(*t));
	t->table.buckets = buckets;
	t->table.bits = bits;
	t->multiplier = seed | 1;
	INIT_LIST_HEAD(&t->doomed);
	INIT_LIST_HEAD(&t->zombies);
}

void gw_rm_file_init(struct gw_rm_file *f)
{
	INIT_LIST_HEAD(&f->clients);
	INIT_LIST_HEAD(&f->holds);
}

u32 gw_rm_wanted_bits(const struct gw_rm_tree *t)
{
	if (t->old.buckets || t->table.bits >= 31 || t->nr_links >> t->table.bits == 0)
		return 0;
	return t->table.bits + 1;
}

int gw_rm_grow(struct gw_rm_tree *t, struct gw_rm_link **buckets, u32 bits)
{
	if (t->old.buckets)
		return -EBUSY;
	if (bits <= t->table.bits || bits > 31)
		return -EINVAL;
	t->old = t->table;
	t->table.buckets = buckets;
	t->table.bits = bits;
	t->nr_moved = 0;
	return 0;
}

struct gw_rm_link **gw_rm_grow_step(struct gw_rm_tree *t, u32 nr)
{
	struct gw_rm_link **done = t->old.buckets, *l;

	if (!done)
		return NULL;
	for (; nr && !(t->nr_moved >> t->old.bits); nr--, t->nr_moved++) {
		l = done[t->nr_moved];
		done[t->nr_moved] = NULL;
		links_move(t, l);
	}
	if (!(t->nr_moved >> t->old.bits))
		return NULL;
	t->old.buckets = NULL;
	return done;
}

/* Nodes: finding. */

static u64 node_key(u32 client, u32 object)
{
	return (u64)client << 32 | object;
}

/* -ENOENT for what is free or closed, with or above it; -EBUSY for what is being freed. */
static int find_state(const struct gw_rm_node *n)
{
	int ret = 0;

	for (; n; n = n->parent) {
		if (n->is_doomed)
			return -ENOENT;
		if (n->is_dying)
			ret = -EBUSY;
	}
	return ret;
}

/* What lives goes before what is being freed: the handle is in use again then. */
static int find_any(const struct gw_rm_tree *t, u32 client, u32 object, struct gw_rm_node **out)
{
	u64 key = node_key(client, object);
	struct gw_rm_link *l;
	int ret = -ENOENT;
	u32 i;

	for (i = 0; i < 2; i++)
		for (l = chain(t, i, key); l; l = l->next) {
			int state = -ENOENT;

			if (l->key == key && !l->is_hold)
				state = find_state(node_of(l));
			if (state == -ENOENT)
				continue;
			ret = state;
			*out = node_of(l);
			if (!state)
				return 0;
		}
	return ret;
}

int gw_rm_find(const struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client,
	       u32 object, struct gw_rm_node **out)
{
	struct gw_rm_node *n;
	int ret = find_any(t, client, client, &n);

	if (ret == -ENOENT)
		return ret;
	if (file && n->owner != file)
		return -EPERM;
	if (!ret)
		ret = find_any(t, client, object, &n);
	if (!ret)
		*out = n;
	return ret;
}

/* Nodes: pins, which count upwards so that no ancestor is freed either. */

static void pins_add(struct gw_rm_node *n, u32 nr)
{
	for (; n; n = n->parent)
		n->nr_pins += nr;
}

static void pins_sub(struct gw_rm_node *n, u32 nr)
{
	for (; n; n = n->parent)
		n->nr_pins -= nr;
}

static void doom(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	list_del_init(&n->sibling);
	n->is_doomed = true;
	n->is_zombie = n->nr_pins && list_empty(&n->children);
	list_add_tail(&n->sibling, n->is_zombie ? &t->zombies : &t->doomed);
}

int gw_rm_pin(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 object,
	      struct gw_rm_node **out)
{
	int ret = gw_rm_find(t, file, client, object, out);

	if (!ret)
		pins_add(*out, 1);
	return ret;
}

void gw_rm_unpin(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	pins_sub(n, 1);
	if (n->is_zombie && !n->nr_pins)
		doom(t, n);
}

/* Nodes: making. */

static void node_init(struct gw_rm_node *n)
{
	memset(n, 0, sizeof(*n));
	n->slot = GW_RM_NO_SLOT;
	INIT_LIST_HEAD(&n->sibling);
	INIT_LIST_HEAD(&n->children);
	INIT_LIST_HEAD(&n->dependants);
	INIT_LIST_HEAD(&n->depends);
}

int gw_rm_reserve(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 parent,
		  struct gw_rm_node *n)
{
	struct gw_rm_node *above;
	int ret = gw_rm_find(t, file, client, parent, &above);

	if (ret)
		return ret;
	if (above->depth + 1 >= GW_RM_MAX_DEPTH)
		return -E2BIG;
	pins_add(above, 1);
	node_init(n);
	n->parent = above;
	n->client = client;
	n->depth = above->depth + 1;
	n->slot = above->slot;
	return 0;
}

void gw_rm_reserve_client(struct gw_rm_file *file, struct gw_rm_node *n)
{
	node_init(n);
	n->owner = file;
}

void gw_rm_commit(struct gw_rm_tree *t, struct gw_rm_node *n, u32 handle,
		  struct gw_rm_mem *mem, u32 kind)
{
	struct gw_rm_node *above = n->parent;

	n->object = handle;
	if (!above)
		n->client = handle;
	n->mem = mem;
	n->kind = kind;
	if (mem)
		gw_rm_mem_get(mem, kind);
	list_add_tail(&n->sibling, above ? &above->children : &n->owner->clients);
	link_add(t, &n->link, node_key(n->client, n->object), false);
	t->nr_nodes++;
	if (above)
		gw_rm_unpin(t, above);
}

void gw_rm_depend(struct gw_rm_node *n, struct gw_rm_node *on)
{
	list_add_tail(&n->depends, &on->dependants);
}

void gw_rm_abort(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	if (n->parent)
		gw_rm_unpin(t, n->parent);
}

/* Nodes: freeing. One that is being freed is pinned by that. */

int gw_rm_detach(struct gw_rm_tree *t, const struct gw_rm_file *file, u32 client, u32 object,
		 struct gw_rm_node **out)
{
	struct gw_rm_node *n;
	int ret = gw_rm_find(t, file, client, object, &n);

	if (ret)
		return ret;
	if (n->nr_pins)
		return -EBUSY;
	n->is_dying = true;
	pins_add(n, 1);
	*out = n;
	return 0;
}

void gw_rm_drop(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	gw_rm_unpin(t, n);
	/* Where the client was closed meanwhile, it was to be reaped already: so it is again. */
	n->parent = NULL;
	doom(t, n);
}

void gw_rm_reattach(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	n->is_dying = false;
	gw_rm_unpin(t, n);
}

bool gw_rm_close_client(struct gw_rm_tree *t, struct gw_rm_file *file)
{
	if (list_empty(&file->clients))
		return false;
	doom(t, list_first_entry(&file->clients, struct gw_rm_node, sibling));
	return true;
}

static struct gw_rm_node *first_leaf(struct gw_rm_tree *t)
{
	struct gw_rm_node *n;

	if (list_empty(&t->doomed))
		return NULL;
	n = list_first_entry(&t->doomed, struct gw_rm_node, sibling);
	while (!list_empty(&n->children))
		n = list_first_entry(&n->children, struct gw_rm_node, sibling);
	return n;
}

/* It becomes a root of its own. */
static void uproot(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	pins_sub(n->parent, n->nr_pins);
	n->parent = NULL;
	doom(t, n);
}

static void doom_dependants(struct gw_rm_tree *t, struct gw_rm_node *n)
{
	struct gw_rm_node *d;

	while (!list_empty(&n->dependants)) {
		d = list_first_entry(&n->dependants, struct gw_rm_node, depends);
		list_del_init(&d->depends);
		if (find_state(d) != -ENOENT)
			uproot(t, d);
	}
}

struct gw_rm_node *gw_rm_reap(struct gw_rm_tree *t, struct gw_rm_mem **mem)
{
	struct gw_rm_node *n;

	*mem = NULL;
	/* What somebody's call relies on stays until that is through. */
	while ((n = first_leaf(t)) && n->nr_pins)
		uproot(t, n);
	if (!n)
		return NULL;
	list_del_init(&n->sibling);
	list_del_init(&n->depends);
	doom_dependants(t, n);
	link_del(t, &n->link);
	t->nr_nodes--;
	if (n->mem && gw_rm_mem_put(n->mem, n->kind))
		*mem = n->mem;
	return n;
}

/* What holds an allocation. */

void gw_rm_mem_get(struct gw_rm_mem *mem, u32 kind)
{
	mem->nr_holders++;
	mem->holders[kind]++;
}

bool gw_rm_mem_put(struct gw_rm_mem *mem, u32 kind)
{
	mem->holders[kind]--;
	return !--mem->nr_holders;
}

static u64 hold_key(const struct gw_rm_file *file, u32 kind, u64 base, u32 sub)
{
	return (base ^ (u64)(unsigned long)file << 8 ^ (u64)kind << 48) + sub * 0x9e3779b97f4a7c15ull;
}

void gw_rm_hold_reattach(struct gw_rm_tree *t, struct gw_rm_hold *h)
{
	link_add(t, &h->link, hold_key(h->file, h->kind, h->base, h->sub), true);
	h->is_linked = true;
}

void gw_rm_hold_add(struct gw_rm_tree *t, struct gw_rm_hold *h)
{
	gw_rm_mem_get(h->mem, h->kind);
	list_add_tail(&h->on_file, &h->file->holds);
	gw_rm_hold_reattach(t, h);
}

struct gw_rm_hold *gw_rm_hold_find(const struct gw_rm_tree *t, const struct gw_rm_file *file,
				   u32 kind, u64 base, u32 sub)
{
	u64 key = hold_key(file, kind, base, sub);
	struct gw_rm_link *l;
	u32 i;

	for (i = 0; i < 2; i++)
		for (l = chain(t, i, key); l; l = l->next) {
			const struct gw_rm_hold *h = hold_of(l);

			if (l->key == key && l->is_hold && h->file == file &&
			    h->kind == kind && h->base == base && h->sub == sub)
				return hold_of(l);
		}
	return NULL;
}

void gw_rm_hold_detach(struct gw_rm_tree *t, struct gw_rm_hold *h)
{
	link_del(t, &h->link);
	h->is_linked = false;
}

struct gw_rm_hold *gw_rm_close_hold(struct gw_rm_file *file)
{
	return list_empty(&file->holds) ? NULL :
	       list_first_entry(&file->holds, struct gw_rm_hold, on_file);
}

struct gw_rm_mem *gw_rm_hold_del(struct gw_rm_tree *t, struct gw_rm_hold *h)
{
	if (h->is_linked)
		gw_rm_hold_detach(t, h);
	list_del_init(&h->on_file);
	return gw_rm_mem_put(h->mem, h->kind) ? h->mem : NULL;
}

/* Invariants. */

static bool mem_sane(const struct gw_rm_mem *mem, u32 kind)
{
	u32 i, sum = 0;

	for (i = 0; i < GW_RM_NR_HOLDERS; i++)
		sum += mem->holders[i];
	return sum == mem->nr_holders && kind < GW_RM_NR_HOLDERS && mem->holders[kind];
}

static bool node_sane(const struct gw_rm_node *n)
{
	const struct gw_rm_node *child;
	u32 pins = 0;

	if (n->link.key != node_key(n->client, n->object) || n->depth >= GW_RM_MAX_DEPTH)
		return false;
	if (n->parent && (n->depth != n->parent->depth + 1 || n->client != n->parent->client ||
			  n->is_doomed))
		return false;
	if (!n->parent && !n->is_doomed && (n->depth || !n->owner))
		return false;
	if (n->is_zombie && (!n->nr_pins || !n->is_doomed))
		return false;
	list_for_each_entry(child, &n->children, sibling) {
		if (child->parent != n)
			return false;
		pins += child->nr_pins;
	}
	return pins <= n->nr_pins && (!n->mem || mem_sane(n->mem, n->kind));
}

static bool link_sane(const struct gw_rm_tree *t, struct gw_rm_link *l, u32 *nr_nodes)
{
	const struct gw_rm_hold *h = hold_of(l);

	if (!l->is_hold) {
		++*nr_nodes;
		return node_sane(node_of(l));
	}
	return h->is_linked && mem_sane(h->mem, h->kind) &&
	       gw_rm_hold_find(t, h->file, h->kind, h->base, h->sub);
}

bool gw_rm_sane(const struct gw_rm_tree *t)
{
	const struct gw_rm_table *tables[] = { &t->table, &t->old };
	u32 i, at, nr = 0, nr_nodes = 0;
	struct gw_rm_link *l;

	for (i = 0; i < 2; i++)
		for (at = 0; tables[i]->buckets && !(at >> tables[i]->bits); at++)
			for (l = tables[i]->buckets[at]; l; l = l->next, nr++)
				if (bucket(t, tables[i], l->key) != &tables[i]->buckets[at] ||
				    !link_sane(t, l, &nr_nodes))
					return false;
	return nr == t->nr_links && nr_nodes == t->nr_nodes;
}
