/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a tenant sees of a GPU in the driver's answers: its quota for the memory, its own
 * processes for the processes. Pure: bytes in, the account in, bytes out. Only ever takes away:
 * where the driver says less than the quota, the driver is right.
 */
#ifndef _GW_NV_VIEW_H
#define _GW_NV_VIEW_H

#include "nv/decode/effect.h"

#include "core/ledger.h"

#include <linux/types.h>

/**
 * struct gw_nv_looker - Who looks, and what is its own
 * @memory: account of the GPU that the request is about; NULL when that has none: what would
 *	tell of its memory is answered with 0
 * @is_mine: does process @pid, as the driver numbers it, belong to the VM? never NULL
 * @context: for @is_mine
 * @is_nested: has it a pid namespace of its own, so that the driver had to translate?
 */
struct gw_nv_looker {
	const struct gw_ledger_view *memory;
	bool (*is_mine)(void *context, u32 pid);
	void *context;
	bool is_nested;
};

/**
 * gw_nv_view_list_wanted() - How many bytes behind the nested block's own pointer are the answer
 * @e: the effect: GW_NV_VIEW
 * @nested: the nested block, before the call
 * @at: set to the offset in @nested of the pointer
 *
 * Return: 0 for none, at most GW_NV_NESTED_MAX.
 */
u32 gw_nv_view_list_wanted(const struct gw_nv_effect *e, const void *nested, u32 *at);

/**
 * gw_nv_view() - Rewrite an answer, whatever its status: some controls answer on failure, too
 * @e: the effect: GW_NV_VIEW
 * @outer: the outer struct, as the driver left it
 * @nested: the nested block, as the driver left it; NULL for none
 * @nested_len: its size
 * @list: the block behind the nested block's own pointer; NULL for none
 * @list_len: its size
 * @who: who looks
 *
 * The sizes that are written are whole KiB: what is used is rounded up, so that what is free and
 * what is used never make more than the total.
 */
void gw_nv_view(const struct gw_nv_effect *e, void *outer, void *nested, u32 nested_len,
		void *list, u32 list_len, const struct gw_nv_looker *who);

#endif /* _GW_NV_VIEW_H */
