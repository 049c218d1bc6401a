// SPDX-License-Identifier: GPL-2.0-only
/*
 * Effects against vectors, the rounding rule against a naive one, and rules for all bytes.
 * Owns no knowledge of NVIDIA's interface but the rounding: the rest is in tests/vectors.
 */
#include "nv/decode/effect.h"

#include <errno.h>
#include <stdlib.h>

#include "../vectors/replay.h"
#include "ktap.h"

static const u32 known[] = { 535, 545, 550, 555, 560, 565, 570, 575, 580, 590, 595, 610 };
static const u8 fillers[] = { 0x00, 0xff, 0xa5 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_vector(const struct gw_effect_vector *v, u32 branch, u8 filler)
{
	u8 *outer = malloc(v->size), *nested = malloc(v->wanted + !v->wanted);
	const char *wrong = gw_replay(v, branch, filler, outer, nested);

	CHECK_SAY(!wrong, "(%s on %u, filled with %02x: %s)", v->name, branch, filler, wrong);
	free(outer);
	free(nested);
}

static void test_vectors(void)
{
	u32 i, b, f, nr = 0, here;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		for (b = here = 0; b < COUNT(known); b++)
			for (f = 0; f < COUNT(fillers); f++) {
				const struct gw_effect_vector *v = &gw_effect_vectors[i];

				if (known[b] < v->first || known[b] > v->last)
					continue;
				check_vector(v, known[b], fillers[f]);
				here++;
			}
		CHECK_SAY(here, "(%s)", gw_effect_vectors[i].name);
		nr += here;
	}
	printf("# %u vectors, %u cases\n", (u32)COUNT(gw_effect_vectors), nr);
}

/* A nested block of any other size than wanted is refused, where one is wanted. */
static void test_nested_sizes(void)
{
	static u8 outer[2608], nested[GW_NV_NESTED_MAX + 1];
	struct gw_nv_effect e;
	u32 i, len;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		const struct gw_effect_vector *v = &gw_effect_vectors[i];

		if (!v->wanted || v->is_refused)
			continue;
		memset(outer, 0, sizeof(outer));
		memset(nested, 0, sizeof(nested));
		CHECK(gw_vector_write(v->outer, outer, v->size));
		CHECK(gw_vector_write(v->nested ? v->nested : "", nested, v->wanted));
		for (len = 1; len < 400; len++)
			if (len != v->wanted)
				CHECK_SAY(gw_nv_effect(v->first, v->nr, v->size, outer, nested,
						       len, &e) == -EINVAL, "(%s: %u)", v->name,
					  len);
		CHECK(gw_nv_effect(v->first, v->nr, v->size, outer, nested, v->wanted + 4,
				   &e) == -EINVAL);
	}
}

/* Parameters of many sizes: where the driver's releases differ. */
static bool has_many_sizes(const struct gw_effect_vector *v)
{
	return v->class == 0x20801303 || v->class == 0x20802096 || v->act == GW_NV_NAME;
}

/* None has parameters of no size, and few of more than one. */
static void test_control_sizes(void)
{
	static u8 outer[32], nested[GW_NV_NESTED_MAX];
	struct gw_nv_effect e;
	u32 i, n, at;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		const struct gw_effect_vector *v = &gw_effect_vectors[i];
		const u32 sizes[] = { 0, v->wanted - 4, v->wanted + 4 };

		if (v->nr != 0x2a || !v->wanted || v->is_refused)
			continue;
		CHECK(gw_vector_write(v->outer, outer, 32));
		for (n = 0; n < (has_many_sizes(v) ? 1 : COUNT(sizes)); n++) {
			memcpy(outer + 24, &sizes[n], 4);
			CHECK_SAY(!gw_nv_nested_wanted(v->first, 0x2a, 32, outer, &at), "(%s)",
				  v->name);
			CHECK_SAY(gw_nv_effect(v->first, 0x2a, 32, outer, nested, sizes[n], &e) ==
				  -EINVAL, "(%s: %u)", v->name, sizes[n]);
		}
	}
}

/* Every handle of the longest lists, in the outer struct and in the nested block. */
static void check_list(u32 branch, u32 nr, u32 size, const char *text, const char *nested_text,
		       u32 wanted, u32 list_at, u32 count)
{
	static u8 outer[2608], nested[2128];
	u8 *list = (wanted ? nested : outer) + list_at;
	struct gw_nv_effect e;
	u32 i, handle;

	CHECK(gw_vector_write(text, outer, size));
	CHECK(gw_vector_write(nested_text, nested, wanted));
	for (i = 0; i < count; i++) {
		handle = 0xcafe0000 + i;
		memcpy(list + 4 * i, &handle, 4);
	}
	CHECK(!gw_nv_effect(branch, nr, size, outer, nested, wanted, &e));
	for (i = 0; i < count; i++)
		CHECK_SAY(gw_nv_listed(&e, outer, nested, i) == 0xcafe0000 + i, "(%u)", i);
	CHECK(!gw_nv_listed(&e, outer, nested, count));
}

static void test_lists(void)
{
	check_list(580, 0x2a, 32, "@8 0b3d0000 00000000 @24 50080000", "@2124 0002 0000", 2128, 76,
		   512);
	check_list(580, 0x2a, 32, "@8 0c3d0000 00000000 @24 8c020000", "@648 8000 0000", 652, 8,
		   128);
	check_list(550, 0xd9, 2600, "@12 80000000", "", 0, 32, 128);
	check_list(580, 0xd9, 2608, "@12 80000000", "", 0, 36, 128);
}

static void test_other_requests(void)
{
	static u8 outer[300];
	struct gw_nv_effect e;
	u32 nr, size, at, effective = 0;

	for (nr = 0; nr < 300; nr++)
		for (size = 0; size < sizeof(outer); size++) {
			if (gw_nv_is_effective(580, nr, size)) {
				effective++;
				CHECK(!gw_nv_is_control(nr, size) || (nr == 0x2a && size == 32));
				continue;
			}
			CHECK(!gw_nv_is_control(nr, size));
			CHECK(!gw_nv_nested_wanted(580, nr, size, outer, &at) && !at);
			CHECK(!gw_nv_effect(580, nr, size, outer, NULL, 0, &e));
			CHECK(e.act == GW_NV_NONE && !e.takes && e.fd == -1 && *e.what);
			/* Without a place for a status nothing is written, nor read. */
			gw_nv_fail(&e, outer, ~0u);
			CHECK(!gw_nv_status(&e, outer) && !gw_nv_new_handle(&e, outer));
		}
	CHECK_SAY(effective == 9, "(%u)", effective);
	for (at = 0; at < sizeof(outer); at++)
		CHECK(!outer[at]);
}

static bool is_followed(u32 class)
{
	u32 i;

	for (i = 0; i < COUNT(gw_effect_vectors); i++)
		if (gw_effect_vectors[i].nr == 0x2b && gw_effect_vectors[i].class == class &&
		    gw_effect_vectors[i].act != GW_NV_NONE)
			return true;
	return false;
}

/* Channels of all generations, and the classes that have a vector: no other is followed. */
static void test_all_classes(void)
{
	static u8 outer[32];
	struct gw_nv_effect e;
	u32 class, at;

	for (class = 0; class < 0x20000; class++) {
		memcpy(outer + 12, &class, 4);
		if (class < 0x10000 && (class & 0xff) == 0x6f) {
			CHECK_SAY(gw_nv_nested_wanted(580, 0x2b, 32, outer, &at) == 368,
				  "(%#x)", class);
		} else if (!is_followed(class)) {
			CHECK_SAY(!gw_nv_nested_wanted(580, 0x2b, 32, outer, &at), "(%#x)",
				  class);
			CHECK_SAY(!gw_nv_effect(580, 0x2b, 32, outer, NULL, 0, &e) &&
				  e.act == GW_NV_NONE, "(%#x)", class);
		}
	}
}

/* Who makes something, or is refused it, is told what, not by which call. */
static void test_names(void)
{
	static u8 outer[2608], nested[GW_NV_NESTED_MAX];
	struct gw_nv_effect e;
	u32 i;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		const struct gw_effect_vector *v = &gw_effect_vectors[i];
		bool is_call = v->act == GW_NV_NONE || v->nr == 0x29 || v->nr == 0x34 ||
			       v->nr == 0x35 || (v->nr == 0x4a && v->act != GW_NV_MAKE);

		CHECK(gw_vector_write(v->outer, outer, v->size));
		CHECK(gw_vector_write(v->nested ? v->nested : "", nested, v->wanted));
		gw_nv_effect(v->first, v->nr, v->size, outer, v->nested ? nested : NULL, v->wanted,
			     &e);
		CHECK_SAY(!strncmp(e.what, "RM_", 3) == (is_call && !v->is_refused), "(%s: %s)",
			  v->name, e.what);
		CHECK_SAY(strcmp(e.what, "request"), "(%s)", v->name);
	}
}

static void test_unknown_branches(void)
{
	static const u32 unknown[] = { 0, 530, 540, 615, ~0u };
	static const u8 import[32] = { [8] = 0x06, [9] = 0x3d, [24] = 20 };
	static u8 outer[184];
	struct gw_nv_effect e;
	u32 i, at;

	CHECK(gw_nv_nested_wanted(550, 0x2a, 32, import, &at) == 20);
	for (i = 0; i < COUNT(unknown); i++) {
		CHECK(gw_nv_is_effective(unknown[i], 0x2b, 48));
		CHECK(gw_nv_is_effective(unknown[i], 0x4e, 56));
		CHECK(gw_nv_control_is_sensitive(unknown[i], 0x20800101));
		CHECK(!gw_nv_nested_wanted(unknown[i], 0x2a, 32, import, &at));
		CHECK(gw_nv_effect(unknown[i], 0x4a, 184, outer, NULL, 0, &e) == -EINVAL);
		CHECK(gw_nv_effect(unknown[i], 0x4e, 56, outer, NULL, 0, &e) == -EINVAL);
	}
}

/* Exactly the controls that have a vector matter. */
static void test_sensitive(void)
{
	static u8 outer[32];
	u32 i, nr = 0, cmd;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		const struct gw_effect_vector *v = &gw_effect_vectors[i];

		if (v->nr != 0x2a)
			continue;
		CHECK(gw_vector_write(v->outer, outer, 32));
		cmd = gw_nv_control_cmd(outer);
		CHECK_SAY(gw_nv_control_is_sensitive(v->first, cmd) ==
			  (v->act != GW_NV_NONE || v->is_refused), "(%s)", v->name);
		CHECK(v->is_refused || v->class == cmd);
	}
	for (cmd = 0; cmd < 0x10000; cmd++)
		nr += gw_nv_control_is_sensitive(580, cmd) +
		      gw_nv_control_is_sensitive(580, 0x20800000 | cmd);
	CHECK_SAY(nr == 21, "(%u)", nr);
}

/* Naive: whole pages one by one, as far as that can be waited for. */
static u64 naive_pages(u64 bytes, u64 page)
{
	u64 sum = page;

	while (sum < bytes)
		sum += page;
	return sum;
}

static u64 naive_charge(u64 bytes, u32 page_code, u32 huge_code, bool is_compressed)
{
	static const u64 huge[] = { MIB(2), MIB(2), MIB(512), GIB(256) };
	u64 page = KIB(64);

	if (page_code == 3)
		page = huge[huge_code];
	else if (is_compressed || (!page_code && bytes >= MIB(2)))
		page = MIB(2);
	return naive_pages(bytes, page);
}

static void test_rounding(void)
{
	static const u64 sizes[] = {
		0, 1, KIB(4), KIB(64) - 1, KIB(64), KIB(64) + 1, MIB(2) - 1, MIB(2), MIB(2) + 1,
		MIB(3), MIB(512) - 1, MIB(512), MIB(512) + 1, GIB(3) + 5,
	};
	static u8 outer[32] = { [12] = 0x40 };
	static u8 nested[128];
	struct gw_nv_effect e;
	u32 i, page, huge, compr, attr, attr2;

	for (i = 0; i < COUNT(sizes) * 4 * 4 * 4; i++) {
		page = i & 3;
		huge = i >> 2 & 3;
		compr = i >> 4 & 3;
		attr = page << 23 | compr << 12;
		attr2 = huge << 20;
		memcpy(nested + 24, &attr, 4);
		memcpy(nested + 28, &attr2, 4);
		memcpy(nested + 64, &sizes[i >> 6], 8);
		CHECK(!gw_nv_effect(580, 0x2b, 32, outer, nested, 128, &e));
		CHECK_SAY(e.charge == naive_charge(sizes[i >> 6], page, huge, compr),
			  "(%llu, page %u, huge %u, compr %u: %llu)",
			  (unsigned long long)sizes[i >> 6], page, huge, compr,
			  (unsigned long long)e.charge);
		CHECK(e.charge >= e.asked && e.charge >= KIB(64));
	}
}

/* Sizes around every power of two never round down and never wrap. */
static void test_edges(void)
{
	static u8 outer[32] = { [12] = 0x40 };
	static u8 nested[128];
	struct gw_nv_effect e;
	u32 bit;
	int off;

	for (bit = 0; bit < 64; bit++)
		for (off = -2; off <= 2; off++) {
			u64 bytes = (1ull << bit) + (u64)(s64)off;

			memcpy(nested + 64, &bytes, 8);
			CHECK(!gw_nv_effect(550, 0x2b, 32, outer, nested, 128, &e));
			CHECK(e.takes && e.asked == bytes && e.charge >= bytes);
			CHECK(gw_nv_real_bytes(&e, outer, nested) >= bytes);
			CHECK(gw_nv_real_bytes(&e, outer, NULL) == KIB(64));
			CHECK(e.charge == GW_NV_UNCOUNTABLE || !(e.charge & 0xffff));
		}
}

static const struct ktap_test tests[] = {
	{ "effect: every vector, whatever the other bytes are", test_vectors },
	{ "effect: nested blocks of a wrong size are refused", test_nested_sizes },
	{ "effect: parameters of a wrong size are refused", test_control_sizes },
	{ "effect: every handle of a list", test_lists },
	{ "effect: all other requests have none", test_other_requests },
	{ "effect: all other classes have none", test_all_classes },
	{ "effect: people are told what it is", test_names },
	{ "effect: an unknown branch is refused", test_unknown_branches },
	{ "effect: the sensitive controls", test_sensitive },
	{ "effect: rounding against a naive rule", test_rounding },
	{ "effect: sizes around powers of two", test_edges },
};

KTAP_MAIN(tests)
