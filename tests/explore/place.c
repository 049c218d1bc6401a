// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement against an oracle that tries every subset, on every table of a few GPUs.
 * Owns the tables to try and what "best" means, in the words of core/place.h.
 */
#include "core/place.h"

#include <linux/errno.h>

#include "../unit/ktap.h"

#define GPUS 5

/* Kinds of GPUs: on no known node and on two, free in steps, drained. */
static const struct gw_offer kinds[] = {
	{ 0, -1, 2, 2, true },
	{ 0, 0, 3, 1, true }, { 0, 0, 3, 2, true }, { 0, 0, 3, 3, true },
	{ 0, 7, 1, 1, true }, { 0, 7, 3, 2, true }, { 0, 7, 3, 3, true },
	{ 0, 0, 3, 3, false },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct gw_offer table[GPUS];

struct best {
	u32 set;		/* bit per GPU, 0 for none */
	bool one_node;
	u64 left;
};

/* How many GPUs, and are all of them free enough and of one known node? */
static u32 measure(u32 set, u64 bytes, bool ever, struct best *m)
{
	u32 i, nr = 0;
	s32 node = -2;

	*m = (struct best){ .set = set, .one_node = true };
	for (i = 0; i < GPUS; i++) {
		const struct gw_offer *o = &table[i];

		if (!(set & 1u << i))
			continue;
		if (!o->usable || (ever ? o->total_bytes : o->free_bytes) < bytes)
			return 0;
		m->left += o->free_bytes - bytes;
		m->one_node &= o->numa >= 0 && (!nr || node == o->numa);
		node = o->numa;
		nr++;
	}
	return nr;
}

/* Of two sets of the same size and the same leftover, the one with the lower first GPUs. */
static bool is_lower(u32 a, u32 b)
{
	u32 differ = a ^ b;

	return a & (differ & -differ);
}

static bool is_better(const struct best *a, const struct best *b, u32 nr)
{
	if (!b->set)
		return true;
	if (nr > 1 && a->one_node != b->one_node)
		return a->one_node;
	return a->left != b->left ? a->left < b->left : is_lower(a->set, b->set);
}

static int oracle(u32 nr, u64 bytes, u32 *set)
{
	struct best m, best = { 0 };
	bool ever = false;
	u32 try;

	if (!nr)
		return -EINVAL;
	for (try = 1; try < 1u << GPUS; try++) {
		ever |= measure(try, bytes, true, &m) == nr;
		if (measure(try, bytes, false, &m) == nr && is_better(&m, &best, nr))
			best = m;
	}
	*set = best.set;
	return best.set ? 0 : ever ? -EAGAIN : -ENOSPC;
}

static void compare(u32 nr, u64 bytes)
{
	u32 out[GPUS + 1], got = 0, want = 0, i;
	int ret, expected = oracle(nr, bytes, &want);

	memset(out, 0xcc, sizeof(out));
	ret = gw_place_choose(table, GPUS, nr, bytes, out);
	CHECK_SAY(ret == expected, "(%d, not %d)", ret, expected);
	for (i = 0; !ret && i < nr; i++) {
		CHECK(out[i] < GPUS && (!i || out[i] > out[i - 1]));
		got |= 1u << out[i];
	}
	CHECK_SAY(got == want, "(%#x, not %#x, for %u GPUs of %llu)", got, want, nr,
		  (unsigned long long)bytes);
	for (; i <= GPUS; i++)
		CHECK(out[i] == 0xcccccccc);
}

static void test_tables(void)
{
	u32 number, digits, i, nr, cases = 0;
	u64 bytes;

	for (number = 0; number < KINDS * KINDS * KINDS * KINDS * KINDS; number++) {
		for (i = 0, digits = number; i < GPUS; i++, digits /= KINDS) {
			table[i] = kinds[digits % KINDS];
			table[i].minor = i;
		}
		for (nr = 0; nr <= GPUS + 1; nr++)
			for (bytes = 0; bytes <= 4; bytes++, cases++)
				compare(nr, bytes);
	}
	printf("# %u cases\n", cases);
}

static const struct ktap_test tests[] = {
	{ "place: every want on every table of 5 GPUs", test_tables },
};

KTAP_MAIN(tests)
