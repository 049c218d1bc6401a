// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placement against an oracle that tries every subset, on every table of a few GPUs.
 * Owns the tables to try and what "best" means, in the words of core/placement.h.
 */
#include "core/placement.h"

#include <linux/errno.h>

#include "../unit/inventory.h"
#include "../unit/ktap.h"

#define GPUS 5

/* Kinds of GPUs: free in steps, near to each other in each way or to none, taken by others. */
static const struct kind {
	u32 use;
	u64 total, reserve, filled;
	u32 vm;
	bool is_dedicated, is_kept;
	u32 nvlink, pcie;
	s32 numa;
	u64 groups;
} kinds[] = {
	{ GW_OFFER_READY, 3, 0, 1, 2, .numa = -1, .groups = 1 },
	{ GW_OFFER_READY, 4, 1, 2, 2, .nvlink = 1, .pcie = 1, .numa = 0, .groups = 3 },
	{ GW_OFFER_READY, 3, 0, 0, 0, .nvlink = 1, .pcie = 2, .numa = 0, .groups = 1 },
	{ GW_OFFER_READY, 3, 0, 1, 1, .nvlink = 2, .pcie = 2, .numa = 0, .groups = 1 },
	{ GW_OFFER_READY, 3, 0, 1, 2, true, .pcie = 1, .numa = 1, .groups = 1 },
	{ GW_OFFER_READY, 3, 0, 1, 2, .is_kept = true, .nvlink = 2, .numa = 1, .groups = 1 },
	{ GW_OFFER_BUSY, 2, 0, 0, 0, .numa = 1, .groups = 2 },
	{ GW_OFFER_DRAINED, 3, 0, 0, 0, .numa = 0, .groups = 3 },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct kind *table[GPUS];

struct best {
	u32 set;		/* bit per GPU, 0 for none */
	u32 near;
	u64 left;
};

static bool may_share(const struct gw_ask *a, const struct kind *k)
{
	return !k->filled || a->vm == k->vm || (!a->is_dedicated && !k->is_dedicated);
}

static bool could(const struct gw_ask *a, const struct kind *k, bool ever)
{
	u64 taken = k->reserve + (ever && !k->is_kept ? 0 : k->filled);

	return (k->use == GW_OFFER_READY || (ever && k->use == GW_OFFER_BUSY)) &&
	       (k->groups & a->groups) && k->total >= taken + a->bytes_per_gpu &&
	       ((ever && !k->is_kept) || may_share(a, k));
}

static u64 domain(const struct kind *k, u32 near)
{
	return near == GW_NEAR_NVLINK ? k->nvlink : near == GW_NEAR_PCIE ? k->pcie :
	       (u64)(k->numa + 1);
}

/* How many GPUs, what do they share, and can all of them? 0: not. */
static u32 measure(u32 set, const struct gw_ask *a, bool ever, struct best *m)
{
	u32 i, near, nr = 0, same[GW_NR_NEAR] = { 1, 1, 1 };
	u32 first = 0;

	*m = (struct best){ .set = set };
	for (i = 0; i < GPUS; i++) {
		if (!(set & 1u << i))
			continue;
		if (!could(a, table[i], ever))
			return 0;
		first = nr++ ? first : i;
		m->left += table[i]->total - table[i]->reserve - table[i]->filled -
			   a->bytes_per_gpu;
		for (near = 0; near < GW_NR_NEAR; near++)
			same[near] &= domain(table[i], near) &&
				      domain(table[i], near) == domain(table[first], near);
	}
	while (m->near < GW_NR_NEAR && !same[m->near])
		m->near++;
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
	if (nr > 1 && a->near != b->near)
		return a->near < b->near;
	return a->left != b->left ? a->left < b->left : is_lower(a->set, b->set);
}

static int oracle(const struct gw_ask *a, u32 *set)
{
	struct best m, best = { 0 };
	bool ever = false;
	u32 try;

	if (!a->nr_gpus)
		return -EINVAL;
	for (try = 1; try < 1u << GPUS; try++) {
		ever |= measure(try, a, true, &m) == a->nr_gpus;
		if (measure(try, a, false, &m) == a->nr_gpus && is_better(&m, &best, a->nr_gpus))
			best = m;
	}
	*set = best.set;
	return best.set ? 0 : ever ? -EAGAIN : -ENOSPC;
}

/* Does each GPU's reason go with what was chosen? */
static void check_reasons(const struct gw_ask *a, int ret, u32 set)
{
	struct gw_reason r[GPUS];
	u32 i;

	CHECK(gw_place_explain(&tb.b, a, r) == ret);
	for (i = 0; i < GPUS; i++) {
		bool is_chosen = set & 1u << i;

		CHECK((r[i].why == GW_WHY_CHOSEN) == is_chosen);
		CHECK((r[i].why >= GW_WHY_FITS) == could(a, table[i], false));
		CHECK((r[i].why >= GW_WHY_BUSY) == could(a, table[i], true));
		CHECK(r[i].why != GW_WHY_OTHER || !ret);
	}
}

static void compare(const struct gw_ask *a)
{
	u32 out[GPUS + 1], got = 0, want = 0, i;
	int ret, expected = oracle(a, &want);

	memset(out, 0xcc, sizeof(out));
	ret = gw_place_choose(&tb.b, a, out);
	CHECK_SAY(ret == expected, "(%d, not %d)", ret, expected);
	for (i = 0; !ret && i < a->nr_gpus; i++) {
		CHECK(out[i] < GPUS && (!i || out[i] > out[i - 1]));
		got |= 1u << out[i];
	}
	CHECK_SAY(got == want, "(%#x, not %#x, for %u GPUs of %llu)", got, want, a->nr_gpus,
		  (unsigned long long)a->bytes_per_gpu);
	for (; i <= GPUS; i++)
		CHECK(out[i] == 0xcccccccc);
	check_reasons(a, ret, want);
}

static void set_table(u32 number)
{
	u32 i;

	board_new(GPUS);
	for (i = 0; i < GPUS; i++, number /= KINDS) {
		const struct kind *k = table[i] = &kinds[number % KINDS];
		struct gw_offer *o = board_gpu(i, k->total);

		o->use = k->use;
		o->reserve_bytes = k->reserve;
		o->nvlink = k->nvlink;
		o->pcie = k->pcie;
		o->numa = k->numa;
		o->groups = k->groups;
		if (k->filled)
			gw_board_keep(&tb.b, board_fill(i, k->filled, k->vm, k->is_dedicated),
				      k->is_kept);
	}
	gw_board_link(&tb.b);
}

static void test_tables(void)
{
	u32 number, cases = 0;
	struct gw_ask a;

	for (number = 0; number < KINDS * KINDS * KINDS * KINDS * KINDS; number++) {
		set_table(number);
		if (!(number % 64))
			CHECK(gw_board_sane(&tb.b));
		for (a = ask(0, 0); a.nr_gpus <= GPUS + 1; a.nr_gpus++) {
			for (a.bytes_per_gpu = 0; a.bytes_per_gpu <= 4; a.bytes_per_gpu++) {
				a.groups = number & 1 ? 1 : GW_ANY_GROUP;
				a.is_dedicated = false;
				compare(&a);
				a.is_dedicated = true;
				compare(&a);
				cases += 2;
			}
		}
	}
	printf("# %u cases\n", cases);
}

static const struct ktap_test tests[] = {
	{ "place: every want on every table of 5 GPUs", test_tables },
};

KTAP_MAIN(tests)
