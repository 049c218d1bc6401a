// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bounded reader: every offset, in and out of bounds. Each window is a heap block of its
 * exact size, so that a read beyond it is seen by the sanitizer.
 */
#include "core/bytes.h"

#include <stdint.h>
#include <stdlib.h>

#include "ktap.h"

static u8 *window(size_t len)
{
	u8 *at = malloc(len + !len);
	size_t i;

	for (i = 0; i < len; i++)
		at[i] = (u8)(i + 1);
	return at;
}

static u64 expected(size_t offset, u32 width)
{
	u64 v = 0;

	while (width--)
		v = v << 8 | (offset + width + 1);
	return v;
}

static void check_window(size_t len)
{
	u8 *at = window(len);
	size_t offset;

	for (offset = 0; offset < len + 10; offset++) {
		struct gw_bytes b = { .at = at, .len = len };
		bool in = offset + 4 <= len;

		CHECK(gw_bytes_u32(&b, offset) == (in ? expected(offset, 4) : 0));
		CHECK(b.is_short == !in);
		b.is_short = false;
		in = offset + 8 <= len;
		CHECK(gw_bytes_u64(&b, offset) == (in ? expected(offset, 8) : 0));
		CHECK(b.is_short == !in);
	}
	free(at);
}

static void test_windows(void)
{
	size_t len;

	for (len = 0; len <= 20; len++)
		check_window(len);
}

static void test_huge_offsets(void)
{
	u8 *at = window(16);
	size_t back;

	for (back = 0; back < 20; back++) {
		struct gw_bytes b = { .at = at, .len = 16 };

		CHECK(!gw_bytes_u32(&b, SIZE_MAX - back) && b.is_short);
		b.is_short = false;
		CHECK(!gw_bytes_u64(&b, SIZE_MAX - back) && b.is_short);
	}
	free(at);
}

static void test_short_stays(void)
{
	u8 *at = window(8);
	struct gw_bytes b = { .at = at, .len = 8 };

	CHECK(!gw_bytes_u32(&b, 8) && b.is_short);
	CHECK(gw_bytes_u32(&b, 0) == expected(0, 4) && b.is_short);
	CHECK(gw_bytes_u64(&b, 0) == expected(0, 8) && b.is_short);
	free(at);
}

static const struct ktap_test tests[] = {
	{ "bytes: every offset of every small window", test_windows },
	{ "bytes: offsets near the end of the number range", test_huge_offsets },
	{ "bytes: short once, short for ever", test_short_stays },
};

KTAP_MAIN(tests)
