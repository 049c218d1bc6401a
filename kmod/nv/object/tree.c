// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trees of objects: one for each accelerator with files open, and the table that tells whose a
 * client is. Owns their memory, growth and end. Must not know a request, nor hold a lock while it
 * gives charges back.
 */
#include "nv/object/objects_priv.h"

#include "nv/driver/rm_client.h"

#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#define FIRST_BITS 6
#define MOVES_AT_ONCE 4
#define CLIENT_BITS 12

static DEFINE_MUTEX(trees_lock);	/* under no other; held for a look or a link */
static LIST_HEAD(trees);		/* gw_nv_objects.all */

/* Clients of all trees, by handle. A leaf. */
static DEFINE_SPINLOCK(clients_lock);
static struct hlist_head clients[1 << CLIENT_BITS];
static u32 clients_seed;		/* secret: handles can be chosen */

/* --- clients ----------------------------------------------------------------------------- */

static struct hlist_head *client_bucket(u32 handle)
{
	return &clients[hash_32((handle ^ clients_seed) * 0x61c88647u, CLIENT_BITS)];
}

static void client_add(struct gw_nv_objects *t, struct gw_nv_node *n)
{
	spin_lock(&clients_lock);
	n->objects = t;
	hlist_add_head(&n->by_handle, client_bucket(n->rm.client));
	spin_unlock(&clients_lock);
}

static void client_del(struct gw_nv_node *n)
{
	spin_lock(&clients_lock);
	hlist_del(&n->by_handle);
	spin_unlock(&clients_lock);
}

bool gw_nv_is_foreign(struct gw_nv_objects *t, u32 handle)
{
	struct gw_nv_node *n;
	bool is_foreign = false;

	spin_lock(&clients_lock);
	hlist_for_each_entry(n, client_bucket(handle), by_handle)
		if (n->rm.client == handle && n->objects != t)
			is_foreign = true;
	spin_unlock(&clients_lock);
	return is_foreign;
}

int gw_nv_check_client(struct gw_nv_objects *t, const struct gw_nv_file *owner, u32 handle)
{
	struct gw_rm_node *n;
	int ret = gw_rm_find(&t->tree, owner ? &owner->rm : NULL, handle, handle, &n);

	return ret == -ENOENT ? -ENODEV : ret;
}

/* --- memory --------------------------------------------------------------------------------- */

struct gw_nv_node *gw_nv_node_alloc(void)
{
	return kzalloc(sizeof(struct gw_nv_node), GFP_KERNEL_ACCOUNT);
}

struct gw_nv_mem *gw_nv_mem_alloc(void)
{
	struct gw_nv_mem *mem = kzalloc(sizeof(*mem), GFP_KERNEL_ACCOUNT);

	if (mem)
		INIT_LIST_HEAD(&mem->attached);
	return mem;
}

static void free_one(struct gw_nv_mem *mem)
{
	if (!mem)
		return;
	gw_charge_give(&mem->charge);
	kfree(mem);
}

void gw_nv_mem_free(struct gw_nv_mem *mem)
{
	struct gw_nv_hold *h, *next;

	if (!mem)
		return;
	list_for_each_entry_safe(h, next, &mem->attached, rm.on_file) {
		free_one(gw_nv_mem_of(h->rm.mem));
		kfree(h);
	}
	free_one(mem);
}

static void unused_one(struct gw_nv_mem *mem)
{
	gw_nv_context_forget(NULL, mem);
	gw_charge_return(&mem->charge);
}

/*
 * The bytes are free for others at once: who sees that the object is gone may use them. What was
 * attached goes with it, where nothing else holds that.
 */
void gw_nv_mem_unused(struct gw_nv_mem *mem)
{
	struct gw_nv_hold *h;

	unused_one(mem);
	list_for_each_entry(h, &mem->attached, rm.on_file) {
		if (gw_rm_mem_put(h->rm.mem, GW_RM_OTHER))
			unused_one(gw_nv_mem_of(h->rm.mem));
		else
			h->rm.mem = NULL;
	}
}

void gw_nv_commit(struct gw_nv_objects *t, struct gw_nv_node *n, u32 handle,
		  struct gw_nv_mem *mem, u32 kind)
{
	lockdep_assert_held(&t->lock);
	gw_rm_commit(&t->tree, &n->rm, handle, mem ? &mem->rm : NULL, kind);
	if (!n->rm.parent && !n->rm.depth)
		client_add(t, n);
}

/* --- what is left after each step -------------------------------------------------------------- */

static bool reap_one(struct gw_nv_objects *t)
{
	struct gw_rm_node *rm;
	struct gw_rm_mem *unused;
	struct gw_nv_node *n = NULL;

	spin_lock(&t->lock);
	rm = gw_rm_reap(&t->tree, &unused);
	if (rm) {
		n = container_of(rm, struct gw_nv_node, rm);
		if (n->objects)
			client_del(n);
		gw_nv_uncount(t, n);
		gw_nv_context_forget(n, NULL);
		if (unused)
			gw_nv_mem_unused(gw_nv_mem_of(unused));
	}
	spin_unlock(&t->lock);
	if (!n)
		return false;
	kfree(n);
	gw_nv_mem_free(gw_nv_mem_of(unused));
	return true;
}

void gw_nv_settled(struct gw_nv_objects *t)
{
	struct gw_rm_link **old;

	while (reap_one(t))
		cond_resched();
	spin_lock(&t->lock);
	old = gw_rm_grow_step(&t->tree, MOVES_AT_ONCE);
	spin_unlock(&t->lock);
	kvfree(old);
	if (wq_has_sleeper(&t->wq))
		wake_up_all(&t->wq);
}

/* No memory for a larger hash is no error: the chains are longer then. */
static void grow(struct gw_nv_objects *t, u32 bits)
{
	struct gw_rm_link **buckets = kvcalloc(1ul << bits, sizeof(*buckets),
					       GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	int ret;

	if (!buckets)
		return;
	spin_lock(&t->lock);
	ret = gw_rm_grow(&t->tree, buckets, bits);
	spin_unlock(&t->lock);
	if (ret)
		kvfree(buckets);
}

int gw_nv_make_room(struct gw_nv_objects *t)
{
	u32 bits, nr;

	spin_lock(&t->lock);
	bits = gw_rm_wanted_bits(&t->tree);
	nr = t->tree.nr_links;
	spin_unlock(&t->lock);
	if (nr >= GW_NV_LINKS_MAX)
		return -ENOSPC;
	if (bits)
		grow(t, bits);
	return 0;
}

/* --- life ------------------------------------------------------------------------------------ */

static struct gw_nv_objects *tree_alloc(struct gw_accel *a)
{
	struct gw_nv_objects *t = kzalloc(sizeof(*t), GFP_KERNEL_ACCOUNT);
	struct gw_rm_link **buckets = kvcalloc(1 << FIRST_BITS, sizeof(*buckets),
					       GFP_KERNEL_ACCOUNT);

	if (!t || !buckets) {
		kfree(t);
		kvfree(buckets);
		return NULL;
	}
	gw_rm_init(&t->tree, buckets, FIRST_BITS, get_random_u64());
	spin_lock_init(&t->lock);
	INIT_LIST_HEAD(&t->files);
	INIT_LIST_HEAD(&t->making);
	xa_init(&t->makers);
	init_waitqueue_head(&t->wq);
	gw_vm_get(a->vm);
	t->accel = a;
	return t;
}

static void tree_free(struct gw_nv_objects *t)
{
	if (!t)
		return;
	WARN_ON_ONCE(t->tree.nr_links || t->tree.nr_nodes || !xa_empty(&t->makers));
	kvfree(t->tree.table.buckets);
	kvfree(t->tree.old.buckets);
	gw_vm_put(t->accel->vm);
	kfree(t);
}

static struct gw_nv_objects *tree_find(const struct gw_accel *a)
{
	struct gw_nv_objects *t;

	list_for_each_entry(t, &trees, all)
		if (t->accel == a)
			return t;
	return NULL;
}

static struct gw_nv_objects *tree_get(struct gw_accel *a)
{
	struct gw_nv_objects *t, *fresh = NULL;

	mutex_lock(&trees_lock);
	t = tree_find(a);
	if (!t) {
		mutex_unlock(&trees_lock);
		fresh = tree_alloc(a);
		mutex_lock(&trees_lock);
		t = tree_find(a);
	}
	if (!t && fresh) {
		t = fresh;
		fresh = NULL;
		list_add(&t->all, &trees);
	}
	if (t)
		t->nr_users++;
	mutex_unlock(&trees_lock);
	tree_free(fresh);
	return t;
}

struct gw_nv_objects *gw_nv_tree_next(struct gw_nv_objects *t)
{
	struct gw_nv_objects *next;

	mutex_lock(&trees_lock);
	next = t ? list_next_entry(t, all) : list_first_entry(&trees, struct gw_nv_objects, all);
	if (list_entry_is_head(next, &trees, all))
		next = NULL;
	else
		next->nr_users++;
	mutex_unlock(&trees_lock);
	if (t)
		gw_nv_tree_put(t);
	return next;
}

bool gw_nv_trees_know(u32 vm, u32 accel, u32 pid)
{
	struct gw_nv_objects *t;
	bool know = false;

	mutex_lock(&trees_lock);
	list_for_each_entry(t, &trees, all) {
		spin_lock(&t->lock);
		know = xa_load(&t->makers, pid) ||
		       (!list_empty(&t->files) && t->accel->vm->id == vm && t->accel->index == accel);
		spin_unlock(&t->lock);
		if (know)
			break;
	}
	mutex_unlock(&trees_lock);
	return know;
}

void gw_nv_tree_get(struct gw_nv_objects *t)
{
	mutex_lock(&trees_lock);
	t->nr_users++;
	mutex_unlock(&trees_lock);
}

void gw_nv_tree_put(struct gw_nv_objects *t)
{
	bool is_last;

	mutex_lock(&trees_lock);
	is_last = !--t->nr_users;
	if (is_last)
		list_del(&t->all);
	mutex_unlock(&trees_lock);
	if (is_last)
		tree_free(t);
}

int gw_nv_objects_open(struct gw_file *f)
{
	struct gw_nv_file *nf = kzalloc(sizeof(*nf), GFP_KERNEL_ACCOUNT);

	if (!nf)
		return -ENOMEM;
	nf->objects = tree_get(f->proc->accel);
	if (!nf->objects) {
		kfree(nf);
		return -ENOMEM;
	}
	gw_rm_file_init(&nf->rm);
	nf->file = f;
	spin_lock(&nf->objects->lock);
	list_add_tail(&nf->link, &nf->objects->files);
	spin_unlock(&nf->objects->lock);
	f->vendor = nf;
	return 0;
}

static bool close_client(struct gw_nv_objects *t, struct gw_nv_file *nf)
{
	bool was_one;

	spin_lock(&t->lock);
	was_one = gw_rm_close_client(&t->tree, &nf->rm);
	spin_unlock(&t->lock);
	return was_one;
}

static bool close_hold(struct gw_nv_objects *t, struct gw_nv_file *nf)
{
	struct gw_rm_mem *unused = NULL;
	struct gw_rm_hold *h;

	spin_lock(&t->lock);
	h = gw_rm_close_hold(&nf->rm);
	if (h)
		unused = gw_rm_hold_del(&t->tree, h);
	if (unused)
		gw_nv_mem_unused(gw_nv_mem_of(unused));
	spin_unlock(&t->lock);
	if (!h)
		return false;
	kfree(container_of(h, struct gw_nv_hold, rm));
	gw_nv_mem_free(gw_nv_mem_of(unused));
	return true;
}

void gw_nv_objects_close(struct gw_file *f)
{
	struct gw_nv_file *nf = f->vendor;
	struct gw_nv_objects *t;

	if (!nf)
		return;
	t = nf->objects;
	f->vendor = NULL;
	spin_lock(&t->lock);
	list_del(&nf->link);
	spin_unlock(&t->lock);
	while (close_client(t, nf) || close_hold(t, nf))
		cond_resched();
	gw_nv_settled(t);
	kfree(nf);
	gw_nv_tree_put(t);
}

/* No call is in flight and none can come: nobody else looks. */
static struct gw_nv_file *first_file(void)
{
	struct gw_nv_objects *t;
	struct gw_nv_file *nf = NULL;

	mutex_lock(&trees_lock);
	t = list_first_entry_or_null(&trees, struct gw_nv_objects, all);
	if (t)
		nf = list_first_entry_or_null(&t->files, struct gw_nv_file, link);
	mutex_unlock(&trees_lock);
	return nf;
}

void gw_nv_objects_forget(void)
{
	struct gw_nv_file *nf;

	while ((nf = first_file()))
		gw_nv_objects_close(nf->file);
	gw_nv_past_forget();
}

void gw_nv_objects_init(void)
{
	clients_seed = get_random_u32();
}

void gw_nv_objects_exit(void)
{
	WARN_ON_ONCE(!list_empty(&trees));
}
