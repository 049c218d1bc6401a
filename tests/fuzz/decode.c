// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a request: no read out of bounds, an answer that is always filled, and the
 * rules that hold whatever the bytes are.
 * Owns the shape of an input only: branch, number and size, then the outer struct.
 */
#include "nv/decode/request.h"

#include <stdlib.h>
#include <string.h>

static const u16 branches[] = { 535, 545, 550, 590, 595, 610, 0, 999 };
static const struct { u32 nr; u32 size; } forms[] = {
	{ 0x27, 56 }, { 0x28, 20 }, { 0x2a, 32 }, { 0x2b, 32 }, { 0x2b, 48 }, { 0x4a, 184 },
	{ 0xd3, 16 }, { 0x29, 16 },
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_op(const struct gw_op *op)
{
	must(op->kind <= GW_OP_REFUSE && op->what && strlen(op->what));
	must(op->kind != GW_OP_WRAPPED ||
	     (op->nr <= 0xff && op->nr != 0xd3 && op->size <= 16384));
	must(op->kind != GW_OP_DEVICE || !op->arg);
	must(op->kind != GW_OP_DEVICE_PTR || op->arg);
}

static void check_request(u32 branch, u32 nr, u32 size, const u8 *outer, size_t len)
{
	u32 wanted = gw_nv_outer_wanted(nr, size);
	struct gw_op op, again;
	u8 *copy = malloc(len + 1);

	must(wanted <= size && wanted <= GW_NV_OUTER_MAX);
	/* A block of its own, so that the byte behind it is out of bounds. */
	copy = realloc(copy, len + !len);
	memcpy(copy, outer, len);
	memset(&op, 0xcc, sizeof(op));
	memset(&again, 0x33, sizeof(again));
	gw_nv_decode(branch, nr, size, copy, len, &op);
	check_op(&op);
	if (!gw_nv_branch_is_known(branch) || nr > 0xff || len < wanted)
		must(op.kind == GW_OP_REFUSE || len < wanted);
	else if (!wanted)
		must(op.kind == GW_OP_PASS);
	/* Bytes beyond those wanted change nothing. */
	if (len > wanted) {
		memset(copy + wanted, ~copy[wanted], len - wanted);
		gw_nv_decode(branch, nr, size, copy, len, &again);
		must(op.kind == again.kind && op.nr == again.nr && op.size == again.size &&
		     op.class == again.class && op.arg == again.arg && op.what == again.what);
	}
	free(copy);
}

static void check_version(const u8 *data, size_t len)
{
	char *text = malloc(len + 1);

	memcpy(text, data, len);
	text[len] = 0;
	must(gw_nv_branch(text) <= 9999);
	free(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	u32 branch, nr, size, cmd;
	struct gw_op op;

	if (len < 10)
		return 0;
	branch = branches[data[0] % COUNT(branches)];
	memcpy(&nr, data + 2, sizeof(nr));
	memcpy(&size, data + 6, sizeof(size));
	if (data[1] < 0xf0) {
		nr = forms[data[1] % COUNT(forms)].nr;
		size = forms[data[1] % COUNT(forms)].size;
	}
	check_request(branch, nr, size, data + 10, len - 10);
	memcpy(&cmd, data + 2, sizeof(cmd));
	memset(&op, 0xcc, sizeof(op));
	gw_nv_decode_uvm(branch, data[1] & 1 ? cmd : cmd % 100, &op);
	check_op(&op);
	check_version(data + 10, len - 10);
	return 0;
}
