/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bounded reader: all decoding of foreign bytes goes through it. A read past the end
 * yields 0 and marks the reader short; it never touches what it must not.
 */
#ifndef _GW_CORE_BYTES_H
#define _GW_CORE_BYTES_H

#include <linux/string.h>
#include <linux/types.h>

/**
 * struct gw_bytes - A window on foreign bytes
 * @at: the bytes
 * @len: how many
 * @is_short: some read went past the end
 */
struct gw_bytes {
	const u8 *at;
	size_t len;
	bool is_short;
};

/** gw_bytes_u32() - The 32-bit number at @offset, host byte order */
static inline u32 gw_bytes_u32(struct gw_bytes *b, size_t offset)
{
	u32 v = 0;

	if (b->len < sizeof(v) || offset > b->len - sizeof(v))
		b->is_short = true;
	else
		memcpy(&v, b->at + offset, sizeof(v));
	return v;
}

/** gw_bytes_u64() - The 64-bit number at @offset, host byte order */
static inline u64 gw_bytes_u64(struct gw_bytes *b, size_t offset)
{
	u64 v = 0;

	if (b->len < sizeof(v) || offset > b->len - sizeof(v))
		b->is_short = true;
	else
		memcpy(&v, b->at + offset, sizeof(v));
	return v;
}

#endif /* _GW_CORE_BYTES_H */
