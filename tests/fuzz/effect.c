// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a request and as the driver's answer to it: no read or write out of bounds, a
 * result that is always filled, and the rules that hold whatever the bytes are.
 * Owns the shape of an input only: branch, form, a choice, then the outer struct, the nested block
 * and an answer over both. See seeds.c.
 */
#include "nv/decode/effect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_lists(const struct gw_nv_effect *e, const u8 *outer, const u8 *nested)
{
	u32 i;

	must(e->nr_list <= GW_NV_LIST_MAX);
	for (i = 0; i < e->nr_list; i++)
		gw_nv_listed(e, outer, nested, i);
	must(!gw_nv_listed(e, outer, nested, e->nr_list));
}

static void check_effect(const struct gw_nv_effect *e, u8 *outer, u32 size, const u8 *nested)
{
	u8 *before = malloc(size + 1);
	u32 i, changed = 0;
	u64 real;

	must(e->act <= GW_NV_VIEW && e->what && *e->what);
	must(!e->takes || e->act == GW_NV_MAKE);
	must(!e->takes || (e->charge >= e->asked && e->charge >= 65536));
	must(e->takes || (!e->charge && !e->asked));
	must(!e->is_context || e->act == GW_NV_MAKE);
	check_lists(e, outer, nested);
	real = gw_nv_real_bytes(e, outer, nested);
	must(!real == !e->takes);
	gw_nv_new_handle(e, outer);
	/* A failure is four bytes at most, and is read back. */
	memcpy(before, outer, size);
	gw_nv_fail(e, outer, 0x51);
	for (i = 0; i < size; i++)
		changed += before[i] != outer[i];
	must(changed <= 4);
	must(e->act == GW_NV_NONE || gw_nv_status(e, outer) == 0x51);
	free(before);
}

static void check_request(struct input *in)
{
	u32 at = 0, wanted = gw_nv_nested_wanted(in->branch, in->nr, in->size, in->outer, &at);
	bool is_null = in->choice & 1;
	struct gw_nv_effect e;
	u8 *nested;
	int ret;

	must(wanted <= GW_NV_NESTED_MAX && (!wanted || at + 8 <= in->size));
	if (in->choice & 2)		/* a block of another size */
		wanted = in->choice >> 2;
	nested = input_block(in, wanted);
	memset(&e, 0xcc, sizeof(e));
	ret = gw_nv_effect(in->branch, in->nr, in->size, in->outer, is_null ? NULL : nested,
			   wanted, &e);
	must(ret == 0 || ret == -EINVAL);
	if (ret) {
		must(e.what && *e.what && e.act == GW_NV_NONE);
	} else {
		input_over(in, nested, wanted);
		input_over(in, in->outer, in->size);
		check_effect(&e, in->outer, in->size, is_null ? NULL : nested);
	}
	free(nested);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct input in;

	if (!input_init(&in, data, len))
		return 0;
	check_request(&in);
	input_free(&in);
	return 0;
}
