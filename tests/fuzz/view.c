// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a request, any bytes as the driver's answer to it, seen by a tenant: nothing out of
 * bounds, no size grows, none above the quota is left, no process of others is named.
 * Owns the shape of an input only, as effect.c.
 */
#include "nv/decode/view.h"

#include <stdlib.h>
#include <string.h>

#include "input.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool is_mine(void *context, u32 pid)
{
	return pid && pid % *(u32 *)context == 0;
}

static u32 get(const u8 *at)
{
	u32 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static bool is_total(u32 index)
{
	return (index >= 0x07 && index <= 0x0a) || index == 0x20 || index == 0x33;
}

static bool is_free(u32 index)
{
	return index == 0x12 || index == 0x16 || index == 0x34;
}

static void check_pairs(const u8 *before, const u8 *at, u32 len, u32 count,
			const struct gw_ledger_view *m)
{
	u64 total = m->total >> 10, left = m->free >> 10;
	u32 i;

	for (i = 0; i < count && i < len / 8; i++) {
		u32 was = get(before + 8 * i + 4), is = get(at + 8 * i + 4);

		must(get(at + 8 * i) == get(before + 8 * i));
		if (is_total(get(at + 8 * i)))
			must(is <= was && is <= total && (is == was || is == total));
		else if (is_free(get(at + 8 * i)))
			must(is <= was && is <= left);
		else
			must(is == was);
	}
}

static void check_pids(const u8 *count_at, const u8 *list, u32 max, u32 mod)
{
	u32 i;

	must(get(count_at) <= max);
	for (i = 0; i < max; i++)
		must(i < get(count_at) ? is_mine(&mod, get(list + 4 * i)) : !get(list + 4 * i));
}

static void check_answer(const struct gw_nv_effect *e, const u8 *before, const u8 *nested,
			 u32 wanted, const struct gw_ledger_view *m, u32 mod)
{
	if (e->class == 0x20801303)
		check_pairs(before + 4, nested + 4, wanted - 4, get(nested), m);
	if (e->class == 0x2080018d)
		check_pids(nested + 8, nested + 12, 950, mod);
	if (e->class == 0xb04)
		check_pids(nested + 16008, nested + 8, 4000, mod);
}

static void look(struct input *in, const struct gw_nv_effect *e, u8 *nested, u32 wanted)
{
	u32 at, list_len = gw_nv_view_list_wanted(e, nested, &at), mod = 1 + in->choice % 5;
	u8 *list = input_block(in, list_len), *before, *list_before = malloc(list_len + 1);
	u64 total = (u64)in->choice << (in->choice % 40), used = total / (1 + in->choice % 7);
	struct gw_ledger_view m = { total, used, total - used };
	struct gw_nv_looker who = { in->choice & 8 ? NULL : &m, is_mine, &mod };

	input_over(in, nested, wanted);
	before = malloc(wanted + 1);
	if (wanted)
		memcpy(before, nested, wanted);
	memcpy(list_before, list, list_len);
	gw_nv_view(e, in->outer, nested, wanted, list_len ? list : NULL, list_len, &who);
	if (!who.memory)
		m = (struct gw_ledger_view){ 0, 0, 0 };
	check_answer(e, before, nested, wanted, &m, mod);
	if (list_len)
		check_pairs(list_before, list, list_len, 128, &m);
	free(list);
	free(list_before);
	free(before);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct gw_nv_effect e;
	struct input in;
	u32 at, wanted;
	u8 *nested;

	if (!input_init(&in, data, len))
		return 0;
	wanted = gw_nv_nested_wanted(in.branch, in.nr, in.size, in.outer, &at);
	nested = input_block(&in, wanted);
	if (!gw_nv_effect(in.branch, in.nr, in.size, in.outer, wanted ? nested : NULL, wanted, &e) &&
	    e.act == GW_NV_VIEW)
		look(&in, &e, wanted ? nested : NULL, wanted);
	free(nested);
	input_free(&in);
	return 0;
}
