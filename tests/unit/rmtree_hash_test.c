// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash of the object tree: equal keys, how it is spread, and what is found while it grows.
 * Owns no other rule than the words of nv/object/rmtree.h.
 */
#include "rmtree.h"

#include <linux/errno.h>

#include <time.h>

#define NODES 100000

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

/* A seed that is even, or nothing: clients, whose handles are the high half of a key, are spread. */
static void test_seeds(void)
{
	static const u64 seeds[] = { 0, 2, 1ull << 32, 1ull << 63 };
	u32 s, i;

	for (s = 0; s < 4; s++) {
		start_for(6, 65);
		gw_rm_init(&t, buckets, 6, seeds[s]);
		memset(buckets, 0, 64 * sizeof(*buckets));
		for (i = 0; i < 64; i++) {
			gw_rm_reserve_client(&other, &nodes[1 + i]);
			gw_rm_commit(&t, &nodes[1 + i], CLIENT + i, NULL, GW_RM_HANDLE);
		}
		CHECK_SAY(longest_chain() < 16, "(%u: %u)", s, longest_chain());
	}
}

/* As many links as buckets: more are wanted, but not before, not while it grows, not beyond 2^31. */
static void test_wanted_bits(void)
{
	struct gw_rm_link **more = calloc(8, sizeof(*more));
	u32 i;

	start(2);
	for (i = 1; i < 4; i++) {
		CHECK(!gw_rm_wanted_bits(&t));
		make(i, CLIENT, i, NULL);
	}
	CHECK(gw_rm_wanted_bits(&t) == 3 && !gw_rm_grow(&t, more, 3));
	for (; i < 10; i++)
		make(i, CLIENT, i, NULL);
	CHECK(!gw_rm_wanted_bits(&t));
	free(gw_rm_grow_step(&t, ~0u));
	buckets = more;
	CHECK(gw_rm_wanted_bits(&t) == 4);
	t.nr_links = ~0u;
	t.table.bits = 30;
	CHECK(gw_rm_wanted_bits(&t) == 31 && !gw_rm_grow(&t, buckets, 31));
	t.old.buckets = NULL;
	CHECK(!gw_rm_wanted_bits(&t));
}

/* A hold in the old half is found like one in the new, and moves with the rest. */
static void test_grow_holds(void)
{
	struct gw_rm_hold a = { .mem = &mems[0], .file = &file, .base = 7, .kind = GW_RM_EXPORT };
	struct gw_rm_link **more = calloc(4, sizeof(*more));

	start(1);
	gw_rm_hold_add(&t, &a);
	CHECK(!gw_rm_grow(&t, more, 2));
	CHECK(gw_rm_hold_find(&t, &file, GW_RM_EXPORT, 7, 0) == &a && gw_rm_sane(&t));
	free(gw_rm_grow_step(&t, ~0u));
	buckets = more;
	CHECK(gw_rm_hold_find(&t, &file, GW_RM_EXPORT, 7, 0) == &a && gw_rm_sane(&t));
	CHECK(gw_rm_hold_del(&t, &a) == &mems[0]);
}

/* Grows as a caller would, a few buckets at each commit, and finds everything meanwhile. */
static void test_grow(void)
{
	struct gw_rm_link **old = NULL, **more;
	u32 i, bits;

	start_for(1, NODES + 1);
	CHECK(gw_rm_grow(&t, buckets, 1) == -EINVAL && gw_rm_grow(&t, buckets, 32) == -EINVAL);
	CHECK(!gw_rm_grow_step(&t, 1));
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

static const struct ktap_test tests[] = {
	{ "rmtree_hash: equal keys of different things", test_equal_keys },
	{ "rmtree_hash: whatever the seed", test_seeds },
	{ "rmtree_hash: when more buckets are wanted", test_wanted_bits },
	{ "rmtree_hash: a hold while the hash grows", test_grow_holds },
	{ "rmtree_hash: 100,000 objects in a growing hash", test_grow },
	{ "rmtree_hash: 100,000 objects of one handle", test_many_equal },
};

KTAP_MAIN(tests)
