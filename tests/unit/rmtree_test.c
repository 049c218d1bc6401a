// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object tree where the explorer does not look: answers to wrong names, equal handles, depth,
 * what a closed file leaves to calls in progress. Owns no other rule than the words of nv/object/rmtree.h.
 */
#include "rmtree.h"

#include <linux/errno.h>

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
	CHECK(!gw_rm_find(&t, NULL, CLIENT, 7, &n) && n->parent->owner == &file);
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
	CHECK(gw_rm_find(&t, &file, CLIENT, 7, &again) == -EBUSY && !again);
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

/* What else is in the bucket does not hide that it is being freed. */
static void test_free_among_others(void)
{
	struct gw_rm_node *n;
	u32 i;

	start(1);
	for (i = 1; i <= 16; i++)
		make(i, CLIENT, i, NULL);
	CHECK(!gw_rm_detach(&t, &file, CLIENT, 16, &n) && find(16) == -EBUSY);
	gw_rm_reattach(&t, n);
	CHECK(!find(16));
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
	CHECK(pinned->parent->parent->is_doomed && find(8) == -ENOENT && find(CLIENT) == -ENOENT);
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

static void test_close_two_clients(void)
{
	start(4);
	gw_rm_reserve_client(&file, &nodes[1]);
	gw_rm_commit(&t, &nodes[1], CLIENT + 1, &mems[0], GW_RM_HANDLE);
	close_file(&file);
	CHECK(reap() == &mems[0] && nr_reaped == 2 && !t.nr_nodes);
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
	{ "rmtree: free, among others", test_free_among_others },
	{ "rmtree: two objects of one handle", test_equal_handles },
	{ "rmtree: depth is bounded", test_depth },
	{ "rmtree: closed while calls are under way", test_closed_under_calls },
	{ "rmtree: a file of two clients is closed", test_close_two_clients },
	{ "rmtree: all that holds an allocation", test_holders },
	{ "rmtree: what goes together with something else", test_dependants },
	{ "rmtree: sane tells what is not", test_sane },
	{ "rmtree: sane tells what is not, of holds", test_sane_holds },
};

KTAP_MAIN(tests)
