/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An input of the effect and view fuzzers: a head of 12 bytes (branch, form, choice, number,
 * size, in the order of struct input_head), then bytes that are taken in turn for the outer
 * struct, the nested block and the answers. When they run out, zeros follow.
 */
#ifndef GPUWARD_FUZZ_INPUT_H
#define GPUWARD_FUZZ_INPUT_H

#include <linux/types.h>

#include <stdlib.h>
#include <string.h>

struct input_head {
	u8 branch;		/* of input_branches */
	u8 form;		/* of input_forms; 0xf0 and above: the number and size that follow */
	u16 choice;
	u32 nr;
	u32 size;
};

struct input {
	u32 branch;
	u32 nr;
	u32 size;
	u32 choice;
	u8 *outer;		/* a block of its own, so that the byte behind it is out of bounds */
	const u8 *at;		/* bytes not yet taken */
	size_t left;
};

static const u16 input_branches[] = {
	535, 545, 550, 555, 560, 565, 570, 575, 580, 590, 595, 610, 0, 999,
};

static const struct { u32 nr; u32 size; } input_forms[] = {
	{ 0x2a, 32 }, { 0x2b, 32 }, { 0x2b, 48 }, { 0x4a, 184 }, { 0x28, 20 }, { 0x29, 16 },
	{ 0x34, 28 }, { 0x35, 24 }, { 0x27, 56 }, { 0xd9, 2600 }, { 0xd9, 2608 },
};

#define INPUT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes of the input over the first of @len bytes at @to. */
static inline void input_over(struct input *in, u8 *to, u32 len)
{
	size_t n = len < in->left ? len : in->left;

	if (n)
		memcpy(to, in->at, n);
	in->at += n;
	in->left -= n;
}

static inline u8 *input_block(struct input *in, u32 len)
{
	u8 *block = calloc(len + !len, 1);

	input_over(in, block, len);
	return block;
}

static inline bool input_init(struct input *in, const u8 *data, size_t len)
{
	struct input_head head;

	if (len < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	in->branch = input_branches[head.branch % INPUT_COUNT(input_branches)];
	in->choice = head.choice;
	in->nr = head.nr;
	in->size = head.size % 4096;
	if (head.form < 0xf0) {
		in->nr = input_forms[head.form % INPUT_COUNT(input_forms)].nr;
		in->size = input_forms[head.form % INPUT_COUNT(input_forms)].size;
	}
	in->at = data + sizeof(head);
	in->left = len - sizeof(head);
	in->outer = input_block(in, in->size);
	return true;
}

static inline void input_free(struct input *in)
{
	free(in->outer);
}

#endif /* GPUWARD_FUZZ_INPUT_H */
