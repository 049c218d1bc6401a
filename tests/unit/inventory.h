/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small board of GPUs for tests: GPUs by a few words, and fillers that take of them.
 * Owns the memory; what is tried on it is the test's.
 */
#ifndef GPUWARD_TESTS_BOARD_H
#define GPUWARD_TESTS_BOARD_H

#include "core/inventory.h"

#include <stdio.h>
#include <string.h>

#define BOARD_GPUS 8

static struct {
	struct gw_board b;
	struct gw_offer offers[BOARD_GPUS];
	struct gw_grant fill[BOARD_GPUS];	/* one per GPU, of what is taken already */
} tb;

static inline void board_new(u32 nr)
{
	u32 i;

	gw_board_init(&tb.b, tb.offers, nr);
	for (i = 0; i < BOARD_GPUS; i++)
		gw_grant_init(&tb.fill[i]);
}

/* GPU @i: @total bytes, ready, in group 0, near to none. */
static inline struct gw_offer *board_gpu(u32 i, u64 total)
{
	struct gw_offer *o = &tb.offers[i];

	o->use = GW_OFFER_READY;
	o->total_bytes = total;
	o->groups = 1;
	return o;
}

static inline struct gw_ask ask(u32 nr_gpus, u64 bytes)
{
	return (struct gw_ask){
		.nr_gpus = nr_gpus, .bytes_per_gpu = bytes, .groups = GW_ANY_GROUP, .vm = 1,
	};
}

/* Takes @bytes of GPU @i for VM @vm. */
static inline struct gw_grant *board_fill(u32 i, u64 bytes, u32 vm, bool is_dedicated)
{
	struct gw_ask a = ask(1, bytes);

	a.vm = vm;
	a.is_dedicated = is_dedicated;
	gw_board_take(&tb.b, &tb.fill[i], &a, &i, 0);
	return &tb.fill[i];
}

#endif /* GPUWARD_TESTS_BOARD_H */
