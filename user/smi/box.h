/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * box.h - rows of text, shown in a box.
 * Owns widths. Must not know what the cells mean.
 */
#ifndef GPUWARD_SMI_BOX_H
#define GPUWARD_SMI_BOX_H

#include <stdio.h>

struct box;

/* @headings end with NULL. NULL without memory; all other calls then do nothing. */
struct box *box_new(const char *const *headings);
void box_free(struct box *box);

/* The next cell, from left to right and top to bottom; escaped on its way in. */
void box_cell(struct box *box, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * A box of + - | =. @left and @right stand in a line of their own on top, unless both are NULL;
 * @empty stands in the body when there is no row.
 */
int box_print(const struct box *box, FILE *to, const char *left, const char *right,
	      const char *empty);

#endif /* GPUWARD_SMI_BOX_H */
