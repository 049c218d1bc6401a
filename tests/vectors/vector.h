/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a vector is written, and how it becomes bytes. Included by the unit tests and by the
 * module's own test: nothing but linux/types.h, and the including file brings core/op.h.
 */
#ifndef GPUWARD_VECTORS_VECTOR_H
#define GPUWARD_VECTORS_VECTOR_H

#include <linux/types.h>

/**
 * struct gw_vector - One request and what it must be decoded to
 * @name: of the vector
 * @first: first branch it holds for
 * @last: last branch it holds for
 * @nr: request number
 * @size: size of the outer struct
 * @bytes: the bytes that decide: HEX in memory order from offset 0, or from the decimal
 *	number behind an @. All bytes that are not named must not matter
 * @kind: enum gw_op_kind
 * @class: expected, as the three that follow
 * @arg: expected
 * @inner_nr: expected in op.nr, for GW_OP_WRAPPED only
 * @inner_size: expected in op.size, for GW_OP_WRAPPED only
 */
struct gw_vector {
	const char *name;
	u32 first;
	u32 last;
	u32 nr;
	u32 size;
	const char *bytes;
	u32 kind;
	u32 class;
	u64 arg;
	u32 inner_nr;
	u32 inner_size;
};

/** struct gw_uvm_vector - The same for nvidia-uvm, where the number alone decides */
struct gw_uvm_vector {
	const char *name;
	u32 first;
	u32 last;
	u32 cmd;
	u32 kind;
};

static inline int gw_vector_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Writes the bytes that @s names over @size bytes at @out; false when the text is wrong. */
static inline bool gw_vector_write(const char *s, u8 *out, u32 size)
{
	u32 at = 0;

	while (*s) {
		if (*s == ' ') {
			s++;
		} else if (*s == '@') {
			for (at = 0, s++; *s >= '0' && *s <= '9'; s++)
				at = at * 10 + (u32)(*s - '0');
		} else {
			if (at >= size || gw_vector_digit(s[0]) < 0 || gw_vector_digit(s[1]) < 0)
				return false;
			out[at++] = (u8)(gw_vector_digit(s[0]) << 4 | gw_vector_digit(s[1]));
			s += 2;
		}
	}
	return true;
}

static inline bool gw_vector_bytes(const struct gw_vector *v, u8 *out)
{
	return gw_vector_write(v->bytes, out, v->size);
}

#endif /* GPUWARD_VECTORS_VECTOR_H */
