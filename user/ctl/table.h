/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h - a list as lines of columns, by libsmartcols.
 * Owns what is the same in all lists. Must not know what the cells mean.
 */
#ifndef GPUWARDCTL_TABLE_H
#define GPUWARDCTL_TABLE_H

struct table;

/* @headings end with NULL. NULL without memory; all other calls then do nothing. */
struct table *table_new(const char *const *headings);
void table_free(struct table *table);

/* The next cell, from left to right and top to bottom; escaped on its way in. */
void table_cell(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * To stdout; on a terminal the last column is cut where a line would not fit. Returns -1 without
 * memory.
 */
int table_print(const struct table *table, int is_headless);

#endif /* GPUWARDCTL_TABLE_H */
