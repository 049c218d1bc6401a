/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tree for tests: one client on a file, what is made below it, and what is reaped.
 * Owns the memory; what is tried on it is the test's.
 */
#ifndef GPUWARD_TESTS_RMTREE_H
#define GPUWARD_TESTS_RMTREE_H

#include "nv/object/rmtree.h"

#include <stdlib.h>

#include "ktap.h"

#define CLIENT 0xc1d00002

static struct gw_rm_tree t;
static struct gw_rm_file file, other;
static struct gw_rm_link **buckets;
static struct gw_rm_node *nodes;
static struct gw_rm_mem mems[8];
static u32 nr_reaped;

static inline void start_for(u32 bits, u32 nr_nodes)
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

static inline void start(u32 bits)
{
	start_for(bits, 2 * GW_RM_MAX_DEPTH);
}

static inline struct gw_rm_node *make(u32 i, u32 parent, u32 handle, struct gw_rm_mem *mem)
{
	CHECK(!gw_rm_reserve(&t, &file, CLIENT, parent, &nodes[i]));
	gw_rm_commit(&t, &nodes[i], handle, mem, GW_RM_HANDLE);
	return &nodes[i];
}

static inline int find(u32 object)
{
	struct gw_rm_node *n;
	int ret = gw_rm_find(&t, &file, CLIENT, object, &n);

	CHECK(ret || n->object == object);
	return ret;
}

/* How many nodes, and the last allocation that went. */
static inline struct gw_rm_mem *reap(void)
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

static inline struct gw_rm_mem *release(u32 object)
{
	struct gw_rm_node *n = NULL;

	CHECK(!gw_rm_detach(&t, &file, CLIENT, object, &n));
	gw_rm_drop(&t, n);
	return reap();
}

static inline void close_file(struct gw_rm_file *f)
{
	while (gw_rm_close_client(&t, f))
		;
	CHECK(!gw_rm_close_hold(f));
}

#endif /* GPUWARD_TESTS_RMTREE_H */
