// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object tree where the explorer does not look: answers to wrong names, the hash while it
 * grows, equal handles, depth, what a closed file leaves to calls in progress, 100,000 objects.
 */
#include "nv/rmtree.h"

#include <linux/errno.h>

#include <stdlib.h>
#include <time.h>

#include "ktap.h"

#define CLIENT 0xc1d00002
#define NODES 100000

static struct gw_rm_tree t;
static struct gw_rm_file file, other;
static struct gw_rm_link **buckets;
static struct gw_rm_node *nodes;
static struct gw_rm_mem mems[8];
static u32 nr_reaped;

static void start_for(u32 bits, u32 nr_nodes)
{
	free(buckets);
	free(nodes);
	buckets = calloc(1u << bits, sizeof(*buckets));
	nodes = malloc(nr_nodes * sizeof(*nodes));
	memset(nodes, 0xcc, nr_nodes * sizeof(*nodes));
	memset(mems, 0, sizeof(mems));
	memset(&t, 0xcc, sizeof(t));
	gw_rm_init(&t, buckets, bits, 0x123456789abcdef0);
	gw_rm_file_init(&file);
	gw_rm_file_init(&other);
	gw_rm_reserve_client(&file, &nodes[0]);
	gw_rm_commit(&t, &nodes[0], CLIENT, NULL, GW_RM_HANDLE);
	CHECK(gw_rm_sane(&t) && t.nr_nodes == 1);
}

static void start(u32 bits)
{
	start_for(bits, 2 * GW_RM_MAX_DEPTH);
}

static struct gw_rm_node *make(u32 i, u32 parent, u32 handle, struct gw_rm_mem *mem)
{
	CHECK(!gw_rm_reserve(&t, &file, CLIENT, parent, &nodes[i]));
	gw_rm_commit(&t, &nodes[i], handle, mem, GW_RM_HANDLE);
	return &nodes[i];
}

static int find(u32 object)
{
	struct gw_rm_node *n;
	int ret = gw_rm_find(&t, &file, CLIENT, object, &n);

	CHECK(ret || n->object == object);
	return ret;
}

/* How many nodes, and the last allocation that went. */
static struct gw_rm_mem *reap(void)
{
	struct gw_rm_mem *mem, *last = NULL;
	struct gw_rm_node *n;

	for (nr_reaped = 0; (n = gw_rm_reap(&t, &mem)); nr_reaped++) {
		last = mem ? mem : last;
		memset(n, 0xdd, sizeof(*n));
	}
	CHECK(gw_rm_sane(&t));
	return last;
}

static struct gw_rm_mem *release(u32 object)
{
	struct gw_rm_node *n = NULL;

	CHECK(!gw_rm_detach(&t, &file, CLIENT, object, &n));
	gw_rm_drop(&t, n);
	return reap();
}

static void close_file(struct gw_rm_file *f)
{
	while (gw_rm_close_client(&t, f))
		;
	CHECK(!gw_rm_close_hold(f));
}

static void test_names(void)
{
	struct gw_rm_node *n = NULL;

	start(4);
	make(1, CLIENT, 7, NULL);
	CHECK(!find(7) && find(8) == -ENOENT && find(0) == -ENOENT);
	CHECK(gw_rm_find(&t, &file, CLIENT + 1, 7, &n) == -ENOENT);
	/* Another file's client says nothing about what is below. */
	CHECK(gw_rm_find(&t, &other, CLIENT, 7, &n) == -EPERM);
	CHECK(gw_rm_find(&t, &other, CLIENT, 8, &n) == -EPERM);
	CHECK(gw_rm_reserve(&t, &other, CLIENT, 7, &nodes[2]) == -EPERM);
	CHECK(gw_rm_detach(&t, &other, CLIENT, CLIENT, &n) == -EPERM && !n);
	CHECK(!gw_rm_find(&t, NULL, CLIENT, 7, &n) && gw_rm_owner(n) == &file);
	CHECK(gw_rm_reserve(&t, &file, CLIENT, 8, &nodes[2]) == -ENOENT);
	CHECK(gw_rm_pin(&t, &file, CLIENT, 8, &n) == -ENOENT);
	CHECK(!gw_rm_reserve(&t, &file, CLIENT, 7, &nodes[2]) && nodes[1].nr_pins == 1);
	gw_rm_abort(&t, &nodes[2]);
	CHECK(!nodes[1].nr_pins && !nodes[0].nr_pins && gw_rm_sane(&t));
	gw_rm_reserve_client(&other, &nodes[2]);
	gw_rm_abort(&t, &nodes[2]);
	CHECK(list_empty(&other.clients) && t.nr_nodes == 2);
}

static void test_free(void)
{
	struct gw_rm_node *n = NULL, *again = NULL;

	start(4);
	make(1, CLIENT, 7, NULL)->slot = 5;
	make(2, 7, 8, &mems[0]);
	CHECK(nodes[0].slot == GW_RM_NO_SLOT && nodes[2].slot == 5);
	CHECK(!gw_rm_detach(&t, &file, CLIENT, 7, &n) && find(7) == -EBUSY && find(8) == -EBUSY);
	CHECK(gw_rm_detach(&t, &file, CLIENT, 7, &again) == -EBUSY);
	CHECK(gw_rm_detach(&t, &file, CLIENT, CLIENT, &again) == -EBUSY && !again);
	CHECK(gw_rm_reserve(&t, &file, CLIENT, 7, &nodes[3]) == -EBUSY && gw_rm_sane(&t));
	/* The handle is used again while the old object is on its way out. */
	make(3, CLIENT, 7, NULL);
	CHECK(!find(7) && find(8) == -EBUSY);
	gw_rm_drop(&t, n);
	CHECK(find(8) == -ENOENT && reap() == &mems[0] && nr_reaped == 2 && !find(7));
	CHECK(!gw_rm_detach(&t, &file, CLIENT, 7, &n) && n == &nodes[3]);
	gw_rm_reattach(&t, n);
	CHECK(!gw_rm_detach(&t, &file, CLIENT, CLIENT, &n) && find(7) == -EBUSY);
	CHECK(find(9) == -EBUSY && gw_rm_find(&t, &other, CLIENT, 7, &again) == -EPERM);
	gw_rm_reattach(&t, n);
	CHECK(!find(7) && !gw_rm_reap(&t, &(struct gw_rm_mem *){ NULL }));
	CHECK(!release(CLIENT) && nr_reaped == 2 && !t.nr_links && !t.nr_nodes);
}

static void test_equal_handles(void)
{
	start(1);
	make(1, CLIENT, 7, &mems[0]);
	make(2, CLIENT, 7, &mems[1]);
	CHECK(gw_rm_sane(&t) && t.nr_nodes == 3);
	/* The newer one is found, and the older charge stays until it goes itself. */
	CHECK(release(7) == &mems[1] && mems[0].nr_holders == 1);
	CHECK(release(7) == &mems[0] && find(7) == -ENOENT);
}

static void test_depth(void)
{
	u32 i;

	start(4);
	for (i = 1; i < GW_RM_MAX_DEPTH; i++)
		make(i, i == 1 ? CLIENT : i - 1, i, NULL);
	CHECK(gw_rm_reserve(&t, &file, CLIENT, i - 1, &nodes[i]) == -E2BIG && gw_rm_sane(&t));
	CHECK(!release(1) && nr_reaped == GW_RM_MAX_DEPTH - 1);
}

static void test_closed_under_calls(void)
{
	struct gw_rm_node *pinned = NULL, *dying = NULL;

	start(4);
	make(1, CLIENT, 7, NULL);
	make(2, 7, 8, &mems[0]);
	make(3, 7, 9, &mems[1]);
	make(4, 7, 10, &mems[2]);
	CHECK(!gw_rm_pin(&t, NULL, CLIENT, 8, &pinned) && !gw_rm_pin(&t, NULL, CLIENT, 8, &pinned));
	CHECK(!gw_rm_detach(&t, &file, CLIENT, 9, &dying));
	CHECK(!gw_rm_reserve(&t, &file, CLIENT, 10, &nodes[5]));
	close_file(&file);
	CHECK(!gw_rm_owner(pinned) && find(8) == -ENOENT && find(CLIENT) == -ENOENT);
	/* What the three calls rely on is still there, all else is not. */
	CHECK(!reap() && nr_reaped == 2 && t.nr_nodes == 3 && mems[0].nr_holders == 1);
	gw_rm_commit(&t, &nodes[5], 11, &mems[3], GW_RM_DUP);
	CHECK(reap() && nr_reaped == 2 && !mems[3].nr_holders && !mems[2].nr_holders);
	gw_rm_unpin(&t, pinned);
	CHECK(!reap() && !nr_reaped && pinned->is_zombie && pinned->nr_pins == 1);
	gw_rm_unpin(&t, pinned);
	CHECK(reap() == &mems[0] && nr_reaped == 1);
	gw_rm_drop(&t, dying);
	CHECK(reap() == &mems[1] && nr_reaped == 1 && !t.nr_links && !t.nr_nodes);
	CHECK(list_empty(&t.zombies) && list_empty(&t.doomed));
}

static void test_holders(void)
{
	struct gw_rm_hold a, b;

	start(4);
	make(1, CLIENT, 7, &mems[0]);
	a = b = (struct gw_rm_hold){ .mem = &mems[0], .file = &other, .base = 0x200000,
				     .length = 0x1000, .sub = 3, .kind = GW_RM_MAPPING };
	gw_rm_hold_add(&t, &a);
	gw_rm_hold_add(&t, &b);
	gw_rm_mem_get(&mems[0], GW_RM_OTHER);
	CHECK(gw_rm_sane(&t) && mems[0].nr_holders == 4 && mems[0].holders[GW_RM_MAPPING] == 2);
	CHECK(!release(7) && nr_reaped == 1 && mems[0].nr_holders == 3);
	CHECK(!gw_rm_hold_find(&t, &file, GW_RM_MAPPING, 0x200000, 3));
	CHECK(!gw_rm_hold_find(&t, &other, GW_RM_EXPORT, 0x200000, 3));
	CHECK(!gw_rm_hold_find(&t, &other, GW_RM_MAPPING, 0x201000, 3));
	CHECK(!gw_rm_hold_find(&t, &other, GW_RM_MAPPING, 0x200000, 2));
	CHECK(gw_rm_hold_find(&t, &other, GW_RM_MAPPING, 0x200000, 3) == &b);
	gw_rm_hold_detach(&t, &b);
	CHECK(gw_rm_hold_find(&t, &other, GW_RM_MAPPING, 0x200000, 3) == &a);
	CHECK(!gw_rm_hold_del(&t, &b) && gw_rm_sane(&t) && gw_rm_close_hold(&other) == &a);
	gw_rm_hold_detach(&t, &a);
	gw_rm_hold_reattach(&t, &a);
	CHECK(!gw_rm_mem_put(&mems[0], GW_RM_OTHER) && gw_rm_hold_del(&t, &a) == &mems[0]);
	CHECK(!gw_rm_close_hold(&other) && gw_rm_sane(&t));
}

/* A hold whose key is that of a node, of a hold of another file, of another kind, at another base. */
static u64 base_for(u64 key, const struct gw_rm_file *f, u32 kind, u32 sub)
{
	return (key - sub * 0x9e3779b97f4a7c15ull) ^ (u64)(unsigned long)f << 8 ^ (u64)kind << 48;
}

static void test_equal_keys(void)
{
	u64 key = (u64)CLIENT << 32 | 7;
	struct gw_rm_hold a = { .mem = &mems[0], .file = &file, .kind = GW_RM_MAPPING,
				.base = base_for(key, &file, GW_RM_MAPPING, 3), .sub = 3 };
	u32 i;

	start(1);
	gw_rm_hold_add(&t, &a);
	CHECK(a.link.key == key && find(7) == -ENOENT && gw_rm_sane(&t));
	make(1, CLIENT, 7, &mems[1]);
	CHECK(!find(7) && gw_rm_hold_find(&t, &file, GW_RM_MAPPING, a.base, 3) == &a);
	CHECK(!gw_rm_hold_find(&t, &other, GW_RM_MAPPING, base_for(key, &other, GW_RM_MAPPING, 3), 3));
	CHECK(!gw_rm_hold_find(&t, &file, GW_RM_EXPORT, base_for(key, &file, GW_RM_EXPORT, 3), 3));
	CHECK(!gw_rm_hold_find(&t, &file, GW_RM_MAPPING, base_for(key, &file, GW_RM_MAPPING, 2), 2));
	for (i = 0; i < 8; i++)		/* other keys in the same two buckets */
		CHECK(!gw_rm_hold_find(&t, &file, GW_RM_MAPPING, a.base + 1 + i, 3));
	CHECK(release(7) == &mems[1] && find(7) == -ENOENT);
	CHECK(gw_rm_hold_del(&t, &a) == &mems[0] && gw_rm_sane(&t));
}

static u32 longest_chain(void)
{
	u32 at, nr, longest = 0;
	struct gw_rm_link *l;

	for (at = 0; !(at >> t.table.bits); at++) {
		for (nr = 0, l = t.table.buckets[at]; l; l = l->next)
			nr++;
		longest = nr > longest ? nr : longest;
	}
	return longest;
}

/* Grows as a caller would, a few buckets at each commit, and finds everything meanwhile. */
static void test_grow(void)
{
	struct gw_rm_link **old = NULL, **more;
	u32 i, bits;

	start_for(1, NODES + 1);
	CHECK(gw_rm_grow(&t, buckets, 1) == -EINVAL && gw_rm_grow(&t, buckets, 32) == -EINVAL);
	CHECK(!gw_rm_grow_step(&t, 1));
	t.table.bits = 31;
	CHECK(!gw_rm_wanted_bits(&t));
	t.table.bits = 1;
	for (i = 1; i <= NODES; i++) {
		make(i, CLIENT, i, NULL);
		bits = gw_rm_wanted_bits(&t);
		if (bits) {
			more = calloc(1u << bits, sizeof(*more));
			CHECK(!gw_rm_grow(&t, more, bits) && !gw_rm_wanted_bits(&t));
			CHECK(gw_rm_grow(&t, more, bits + 1) == -EBUSY);
			CHECK(gw_rm_sane(&t) && !find(1) && !find(i) && find(i + 1) == -ENOENT);
			buckets = more;
		}
		old = gw_rm_grow_step(&t, 4);
		free(old);
		if (old)
			CHECK(gw_rm_sane(&t) && !find(1) && !find(i));
	}
	CHECK(t.table.bits >= 15 && gw_rm_sane(&t) && longest_chain() < 16);
	/* Taken out of the old half, too. */
	more = calloc(1u << 20, sizeof(*more));
	free(gw_rm_grow_step(&t, ~0u));
	old = t.table.buckets;
	CHECK(!gw_rm_grow(&t, more, 20) && !gw_rm_grow_step(&t, 1000));
	close_file(&file);
	CHECK(!reap() && nr_reaped == NODES + 1 && !t.nr_links);
	CHECK(gw_rm_grow_step(&t, ~0u) == old && !gw_rm_grow_step(&t, 1));
	free(old);
	buckets = more;
}

/*
 * What a tenant can leave behind by itself: one handle, used again and again. No step may walk past all
 * the others: it would be seconds, under a lock.
 */
static void test_many_equal(void)
{
	clock_t begin = clock();
	struct gw_rm_link **more;
	u32 i, bits;

	start_for(1, NODES + 1);
	for (i = 1; i <= NODES; i++) {
		CHECK(!gw_rm_reserve(&t, &file, CLIENT, CLIENT, &nodes[i]));
		gw_rm_commit(&t, &nodes[i], 7, NULL, GW_RM_HANDLE);
		bits = gw_rm_wanted_bits(&t);
		if (bits) {
			more = calloc(1u << bits, sizeof(*more));
			CHECK(!gw_rm_grow(&t, more, bits));
			buckets = more;
		}
		free(gw_rm_grow_step(&t, 4));
	}
	free(gw_rm_grow_step(&t, ~0u));
	close_file(&file);
	CHECK(!reap() && nr_reaped == NODES + 1 && !t.nr_links);
	CHECK_SAY(clock() - begin < 3 * CLOCKS_PER_SEC, "(%ld ms)",
		  (long)(clock() - begin) * 1000 / CLOCKS_PER_SEC);
}

/* What the driver frees together with an address space goes with it here, wherever it hangs. */
static void test_dependants(void)
{
	struct gw_rm_node *n;

	start(4);
	make(1, CLIENT, 1, NULL);	/* a device; below it a space, and two groups that depend on it */
	make(2, 1, 2, NULL);
	make(3, 1, 3, &mems[0]);
	gw_rm_depend(&nodes[3], &nodes[2]);
	make(4, 3, 4, NULL);
	make(5, 1, 5, &mems[1]);
	gw_rm_depend(&nodes[5], &nodes[2]);
	make(6, 1, 6, &mems[2]);
	/* A group that is freed first takes nothing with it. */
	CHECK(release(5) == &mems[1] && nr_reaped == 1 && !find(2) && !find(3));
	/* The space: the other group, with what is below it; what is not its own stays. */
	CHECK(release(2) == &mems[0] && nr_reaped == 3);
	CHECK(find(3) == -ENOENT && find(4) == -ENOENT && !find(6) && !find(1));
	/* Pinned by a call, and being freed by another, when the space goes. */
	make(7, 1, 7, NULL);
	make(8, 1, 8, &mems[3]);
	gw_rm_depend(&nodes[8], &nodes[7]);
	make(9, 1, 9, &mems[4]);
	gw_rm_depend(&nodes[9], &nodes[7]);
	CHECK(!gw_rm_pin(&t, &file, CLIENT, 8, &n) && n == &nodes[8]);
	CHECK(!gw_rm_detach(&t, &file, CLIENT, 9, &n) && n == &nodes[9]);
	CHECK(!release(7) && nr_reaped == 1 && find(8) == -ENOENT && find(9) == -ENOENT);
	gw_rm_unpin(&t, &nodes[8]);
	CHECK(reap() == &mems[3] && nr_reaped == 1);
	gw_rm_drop(&t, &nodes[9]);
	CHECK(reap() == &mems[4] && nr_reaped == 1);
	/* All at once: whatever goes first. */
	make(10, 1, 10, NULL);
	make(11, 1, 11, NULL);
	gw_rm_depend(&nodes[11], &nodes[10]);
	make(12, 11, 12, NULL);
	gw_rm_depend(&nodes[12], &nodes[10]);
	close_file(&file);
	reap();
	CHECK(nr_reaped == 6 && !t.nr_nodes && !t.nr_links);
}

#define SPOILS(field, value)							\
	do {									\
		__typeof__(field) kept = field;					\
		field = value;							\
		CHECK(!gw_rm_sane(&t));						\
		field = kept;							\
		CHECK(gw_rm_sane(&t));						\
	} while (0)

static void test_sane(void)
{
	struct gw_rm_node *n;

	start(4);
	n = make(1, CLIENT, 7, &mems[0]);
	SPOILS(n->object, 8);
	SPOILS(n->depth, 2);
	SPOILS(n->depth, GW_RM_MAX_DEPTH);
	SPOILS(n->nr_pins, 1);
	SPOILS(n->is_zombie, true);
	SPOILS(n->is_doomed, true);
	SPOILS(n->kind, GW_RM_DUP);
	SPOILS(n->kind, GW_RM_NR_HOLDERS);
	SPOILS(n->parent, NULL);
	SPOILS(nodes[0].owner, NULL);
	SPOILS(mems[0].nr_holders, 2);
	SPOILS(t.nr_nodes, 1);
	SPOILS(t.nr_links, 3);
	SPOILS(t.multiplier, 1);
	gw_rm_reserve_client(&other, &nodes[2]);
	gw_rm_commit(&t, &nodes[2], CLIENT, NULL, GW_RM_HANDLE);
	SPOILS(n->parent, &nodes[2]);
	/* A client that is not its parent's; one that is freed, in use and yet to be found. */
	gw_rm_reserve_client(&other, &nodes[3]);
	gw_rm_commit(&t, &nodes[3], CLIENT + 1, NULL, GW_RM_HANDLE);
	list_del_init(&n->sibling);
	SPOILS(n->parent, &nodes[3]);
	nodes[0].nr_pins = 1;
	SPOILS(nodes[0].is_zombie, true);
}

static void test_sane_holds(void)
{
	struct gw_rm_hold a = { .mem = &mems[0], .file = &file, .base = 0x200000, .kind = GW_RM_EXPORT };

	start(4);
	gw_rm_hold_add(&t, &a);
	CHECK(gw_rm_sane(&t));
	SPOILS(a.is_linked, false);
	SPOILS(a.base, 0x400000);
	SPOILS(a.kind, GW_RM_MAPPING);
	SPOILS(mems[0].nr_holders, 0);
	CHECK(gw_rm_hold_del(&t, &a) == &mems[0]);
}

static const struct ktap_test tests[] = {
	{ "rmtree: names that are not the caller's", test_names },
	{ "rmtree: free, and a handle used again", test_free },
	{ "rmtree: two objects of one handle", test_equal_handles },
	{ "rmtree: depth is bounded", test_depth },
	{ "rmtree: closed while calls are under way", test_closed_under_calls },
	{ "rmtree: all that holds an allocation", test_holders },
	{ "rmtree: equal keys of different things", test_equal_keys },
	{ "rmtree: 100,000 objects in a growing hash", test_grow },
	{ "rmtree: 100,000 objects of one handle", test_many_equal },
	{ "rmtree: what goes together with something else", test_dependants },
	{ "rmtree: sane tells what is not", test_sane },
	{ "rmtree: sane tells what is not, of holds", test_sane_holds },
};

KTAP_MAIN(tests)
