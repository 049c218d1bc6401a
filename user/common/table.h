/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - rows of text, printed as a plain table or as a box. */
#ifndef GPUWARD_TABLE_H
#define GPUWARD_TABLE_H

#include <stdio.h>

struct table;

/* @headings end with NULL. NULL without memory; all other calls then do nothing. */
struct table *table_new(const char *const *headings);
void table_free(struct table *table);

/* The next cell, from left to right and top to bottom; escaped on its way in. */
void table_cell(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Columns two blanks apart, headings in the first line. Returns -1 without memory. */
int table_print(const struct table *table, FILE *to);

/*
 * A box of + - | =. @left and @right stand in a line of their own on top, unless both are NULL;
 * @empty stands in the body when there is no row.
 */
int table_box(const struct table *table, FILE *to, const char *left, const char *right,
	      const char *empty);

#endif /* GPUWARD_TABLE_H */
