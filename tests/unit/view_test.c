// SPDX-License-Identifier: GPL-2.0-only
/*
 * Views: answers of an imagined driver, as a tenant gets them.
 * Owns the few offsets of the answers that it writes and reads, a second time.
 */
#include "nv/decode/view.h"

#include <stdlib.h>

#include "ktap.h"

#define MIB(n) ((n) * 1048576ull)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every index that tells of memory, and how; all others must not be touched. */
static const struct { u32 index; bool is_free; } told[] = {
	{ 0x07 }, { 0x08 }, { 0x09 }, { 0x0a }, { 0x20 }, { 0x33 },
	{ 0x12, true }, { 0x16, true }, { 0x34, true },
};

static u8 outer[184];
static u8 nested[55892];
static u8 list[1024];
static struct gw_ledger_view memory;

static bool is_even(void *context, u32 pid)
{
	++*(u32 *)context;
	return !(pid & 1);
}

static u32 asked;
static struct gw_nv_looker who = { &memory, is_even, &asked };

static u32 get(const u8 *at)
{
	u32 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static u64 get_big(const u8 *at)
{
	u64 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put(u8 *at, u32 v)
{
	memcpy(at, &v, sizeof(v));
}

static struct gw_nv_effect view_of(u32 class)
{
	return (struct gw_nv_effect){ .act = GW_NV_VIEW, .class = class, .status_at = 28 };
}

static void set_memory(u64 total, u64 used)
{
	memory = (struct gw_ledger_view){ total, used, total - used };
}

static u32 shown(u32 index, u32 real, u32 total, u32 left)
{
	u32 i;

	for (i = 0; i < COUNT(told); i++)
		if (told[i].index == index)
			return real < (told[i].is_free ? left : total) ? real :
			       told[i].is_free ? left : total;
	return real;
}

/* All indices up to 127 in both versions of the list. */
static void check_pairs(u64 quota, u64 used, u32 total, u32 left, u32 real)
{
	struct gw_nv_effect v1 = view_of(0x20801301), v2 = view_of(0x20801303);
	u32 i;

	set_memory(quota, used);
	memset(nested, 0xcc, sizeof(nested));
	put(nested, 128);
	for (i = 0; i < 128; i++) {
		put(list + 8 * i, i);
		put(list + 8 * i + 4, real);
		put(nested + 4 + 8 * i, i);
		put(nested + 8 + 8 * i, real);
	}
	gw_nv_view(&v1, outer, nested, 16, list, 1024, &who);
	gw_nv_view(&v2, outer, nested, 1028, NULL, 0, &who);
	for (i = 0; i < 128; i++) {
		CHECK_SAY(get(list + 8 * i) == i && get(nested + 4 + 8 * i) == i, "(%u)", i);
		CHECK_SAY(get(list + 8 * i + 4) == shown(i, real, total, left), "(%#x: %u)", i,
			  get(list + 8 * i + 4));
		CHECK_SAY(get(nested + 8 + 8 * i) == shown(i, real, total, left), "(%#x)", i);
	}
	CHECK(nested[1028] == 0xcc);
}

static void test_memory(void)
{
	check_pairs(MIB(16384), 0, 16384 << 10, 16384 << 10, 80 << 20);
	check_pairs(MIB(16384), MIB(320), 16384 << 10, 16064 << 10, 80 << 20);
	check_pairs(MIB(16384), MIB(16384), 16384 << 10, 0, 80 << 20);
	/* Less in the GPU than the quota: the driver is right. */
	check_pairs(MIB(16384), MIB(320), 16384 << 10, 16064 << 10, 1 << 20);
	/* Parts of a KiB are used. */
	check_pairs(MIB(1) + 1023, 1, 1024, 1023, 80 << 20);
	check_pairs(1023, 1023, 0, 0, 80 << 20);
	check_pairs(0, 0, 0, 0, 80 << 20);
	/* More than the answer can hold. */
	check_pairs(1ull << 50, 1ull << 41, 0xffffffff, 0x7fffffff, 0xffffffff);
	check_pairs(1ull << 50, 1ull << 43, 0xffffffff, 0, 0xffffffff);
}

static void test_no_account(void)
{
	struct gw_nv_effect v2 = view_of(0x20801303);
	struct gw_nv_looker stranger = { NULL, is_even, &asked };

	put(nested, 2);
	put(nested + 4, 0x08);
	put(nested + 8, 1000);
	put(nested + 12, 0x16);
	put(nested + 16, 1000);
	gw_nv_view(&v2, outer, nested, 20, NULL, 0, &stranger);
	CHECK(!get(nested + 8) && !get(nested + 16));
}

/* Entries that the driver did not fill are the caller's; a count is never trusted. */
static void test_counts(void)
{
	struct gw_nv_effect v2 = view_of(0x20801303);
	u8 *block = malloc(20);

	set_memory(MIB(1), 0);
	put(block, 1);
	put(block + 4, 0x08);
	put(block + 8, 5000);
	put(block + 12, 0x08);
	put(block + 16, 5000);
	gw_nv_view(&v2, outer, block, 20, NULL, 0, &who);
	CHECK(get(block + 8) == 1024 && get(block + 16) == 5000);
	put(block, ~0u);
	gw_nv_view(&v2, outer, block, 20, NULL, 0, &who);
	CHECK(get(block + 8) == 1024 && get(block + 16) == 1024);
	gw_nv_view(&v2, outer, block, 4, NULL, 0, &who);
	gw_nv_view(&v2, outer, block, 3, NULL, 0, &who);
	gw_nv_view(&v2, outer, NULL, 0, NULL, 0, &who);
	free(block);
}

static void test_heap(void)
{
	struct gw_nv_effect info = view_of(5);
	u64 big = MIB(81920);
	u32 i;

	info.status_at = 20;
	set_memory(MIB(16384), MIB(320));
	memset(outer, 0xcc, sizeof(outer));
	memcpy(outer + 24, &big, 8);
	memcpy(outer + 32, &big, 8);
	memcpy(outer + 56, &big, 8);
	gw_nv_view(&info, outer, NULL, 0, NULL, 0, &who);
	CHECK(get_big(outer + 24) == MIB(16384));
	CHECK(get_big(outer + 32) == MIB(16064));
	CHECK(get_big(outer + 56) == MIB(16064));
	for (i = 0; i < sizeof(outer); i++)
		CHECK_SAY(outer[i] == 0xcc || (i >= 24 && i < 40) || (i >= 56 && i < 64), "(%u)", i);
	set_memory(MIB(100), 0);
	gw_nv_view(&info, outer, NULL, 0, NULL, 0, &who);
	CHECK(get_big(outer + 24) == MIB(100) && get_big(outer + 32) == MIB(100));
	set_memory(MIB(200), 0);	/* what is lower stays */
	gw_nv_view(&info, outer, NULL, 0, NULL, 0, &who);
	CHECK(get_big(outer + 24) == MIB(100) && get_big(outer + 32) == MIB(100));
}

/* A list of processes that counts up from 1 or 2; the even ones are mine. */
static void check_pid_list(u32 class, u32 size, u32 count_at, u32 list_at, u32 max, u32 count,
			   u32 first)
{
	struct gw_nv_effect e = view_of(class);
	u32 i, kept = ((count < max ? count : max) + first - 1) / 2;

	memset(nested, 0xcc, sizeof(nested));
	for (i = 0; i < max; i++)
		put(nested + list_at + 4 * i, i + first);
	put(nested + count_at, count);
	gw_nv_view(&e, outer, nested, size, NULL, 0, &who);
	CHECK_SAY(get(nested + count_at) == kept, "(%u)", get(nested + count_at));
	for (i = 0; i < max; i++)
		CHECK_SAY(get(nested + list_at + 4 * i) == (i < kept ? 2 * i + 2 : 0), "(%u)", i);
	/* A block of any other size is no answer. */
	put(nested + count_at, count);
	gw_nv_view(&e, outer, nested, size - 4, NULL, 0, &who);
	CHECK(get(nested + count_at) == count);
}

static void test_pid_lists(void)
{
	static const u32 counts[] = { 0, 1, 2, 7, 949, 950, 951, 952, 3999, 4000, 4001, 4002, ~0u };
	u32 i, first;

	for (i = 0; i < COUNT(counts); i++)
		for (first = 1; first < 3; first++) {
			check_pid_list(0x2080018d, 3812, 8, 12, 950, counts[i], first);
			check_pid_list(0xb04, 16012, 16008, 8, 4000, counts[i], first);
		}
}

static void check_entry(u32 i, u32 count)
{
	const u8 *at = nested + 8 + 72 * i;
	bool is_hidden = i < count && i & 1;
	u32 byte;

	CHECK(get(at) == i && get(at + 4) == 0xcccccccc && get(at + 8) == 0xcccccccc);
	for (byte = 16; byte < 72; byte++)
		CHECK_SAY(at[byte] == (!is_hidden ? 0xcc : byte < 64 ? 0 : 0xff), "(%u of %u: %u)",
			  i, count, byte);
}

static void test_pid_info(void)
{
	static const u32 counts[] = { 0, 1, 2, 5, 199, 200, 201, ~0u };
	struct gw_nv_effect e = view_of(0x2080018e);
	u32 i, n;

	for (n = 0; n < COUNT(counts); n++) {
		memset(nested, 0xcc, sizeof(nested));
		put(nested, counts[n]);
		for (i = 0; i < 200; i++)
			put(nested + 8 + 72 * i, i);
		put(nested + 14408, 201);	/* behind the end */
		gw_nv_view(&e, outer, nested, 14408, NULL, 0, &who);
		for (i = 0; i < 200; i++)
			check_entry(i, counts[n]);
		CHECK(get(nested + 14408) == 201 && nested[14408 + 16] == 0xcc);
	}
	asked = 0;
	gw_nv_view(&e, outer, nested, 14404, NULL, 0, &who);
	CHECK(!asked);
}

static void test_accounting(void)
{
	struct gw_nv_effect e = view_of(0xb03);
	u32 i;

	memset(nested, 0xcc, sizeof(nested));
	memset(outer, 0, sizeof(outer));
	put(nested + 4, 8);
	gw_nv_view(&e, outer, nested, 48, NULL, 0, &who);
	CHECK(nested[12] == 0xcc && nested[47] == 0xcc && !get(outer + 28));
	put(nested + 4, 9);
	gw_nv_view(&e, outer, nested, 44, NULL, 0, &who);
	CHECK(nested[12] == 0xcc && !get(outer + 28));
	gw_nv_view(&e, outer, nested, 48, NULL, 0, &who);
	for (i = 12; i < 48; i++)
		CHECK(!nested[i]);
	CHECK(get(outer + 28) == 0x57 && nested[48] == 0xcc && nested[8] == 0xcc);
}

/* Each engine of each sample names a process: 1, 2, 3 ... of which the even ones are mine. */
static void check_samples(u32 size, u32 sample, u32 step, u32 nr, bool is_nested)
{
	struct gw_nv_looker looker = { &memory, is_even, &asked, is_nested };
	struct gw_nv_effect e = view_of(0x20802096);
	u32 i, n, pid = 0;
	u8 *at;

	memset(nested, 0xcc, sizeof(nested));
	for (i = 0; i < 72; i++)
		for (n = 0; n < nr; n++)
			put(nested + 16 + i * sample + 8 + n * step + 8, ++pid);
	gw_nv_view(&e, outer, nested, size, NULL, 0, &looker);
	CHECK(nested[15] == 0xcc && nested[16] == 0xcc && nested[size] == 0xcc);
	for (i = 0, pid = 1; i < 72; i++)
		for (n = 0; n < nr; n++, pid++) {
			bool is_shown = !(pid & 1) && !(is_nested && step == 128);

			at = nested + 16 + i * sample + 8 + n * step;
			CHECK_SAY(get(at) == (is_shown ? 0xcccccccc : 0), "(%u)", pid);
			CHECK_SAY(get(at + 4) == 0xcccccccc, "(%u)", pid);
			CHECK_SAY(get(at + 8) == (is_shown ? pid : ~0u), "(%u)", pid);
			CHECK_SAY(get(at + 12) == (is_shown ? 0xcccccccc : ~0u), "(%u)", pid);
			CHECK_SAY(at[16] == (is_shown ? 0xcc : 0) && at[115] == at[16], "(%u)", pid);
			CHECK_SAY(step == 116 || !get_big(at + 120), "(%u)", pid);
		}
	/* A block of any other size is no answer. */
	asked = 0;
	gw_nv_view(&e, outer, nested, size - 8, NULL, 0, &looker);
	CHECK(!asked);
}

static void test_samples(void)
{
	int is_nested;

	for (is_nested = 0; is_nested < 2; is_nested++) {
		check_samples(34000, 472, 116, 4, is_nested);
		check_samples(50704, 704, 116, 6, is_nested);
		check_samples(55888, 776, 128, 6, is_nested);
	}
}

static void test_lists_wanted(void)
{
	struct gw_nv_effect v1 = view_of(0x20801301), other = view_of(0x20801303);
	u32 at;

	put(nested, 54);
	CHECK(gw_nv_view_list_wanted(&v1, nested, &at) == 432 && at == 8);
	put(nested, 128);
	CHECK(gw_nv_view_list_wanted(&v1, nested, &at) == 1024);
	put(nested, 129);
	CHECK(!gw_nv_view_list_wanted(&v1, nested, &at));
	put(nested, 0x20000001);
	CHECK(!gw_nv_view_list_wanted(&v1, nested, &at));
	put(nested, 1);
	CHECK(!gw_nv_view_list_wanted(&v1, NULL, &at));
	CHECK(!gw_nv_view_list_wanted(&other, nested, &at));
	v1.act = GW_NV_NONE;
	CHECK(!gw_nv_view_list_wanted(&v1, nested, &at));
}

static void test_others(void)
{
	struct gw_nv_effect make = { .act = GW_NV_MAKE, .class = 5 };
	struct gw_nv_effect v1 = view_of(0x20801301), unknown = view_of(0x20801302);
	u32 i;

	set_memory(0, 0);
	memset(outer, 0xcc, sizeof(outer));
	memset(nested, 0xcc, sizeof(nested));
	gw_nv_view(&make, outer, nested, 48, NULL, 0, &who);
	gw_nv_view(&v1, outer, nested, 16, NULL, 0, &who);
	gw_nv_view(&unknown, outer, nested, 16, NULL, 0, &who);
	for (i = 0; i < sizeof(outer); i++)
		CHECK(outer[i] == 0xcc && nested[i] == 0xcc);
}

static const struct ktap_test tests[] = {
	{ "view: memory, by both lists", test_memory },
	{ "view: memory of a GPU without an account", test_no_account },
	{ "view: counts of entries", test_counts },
	{ "view: the heap", test_heap },
	{ "view: lists of processes", test_pid_lists },
	{ "view: memory of processes", test_pid_info },
	{ "view: accounting of a process", test_accounting },
	{ "view: samples of engines", test_samples },
	{ "view: the list behind a pointer", test_lists_wanted },
	{ "view: nothing else is touched", test_others },
};

KTAP_MAIN(tests)
