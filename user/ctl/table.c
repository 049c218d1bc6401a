// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - a list as lines of columns, by libsmartcols.
 * Owns what is the same in all lists. Must not know what the cells mean.
 */
#include "table.h"
#include "../common/text.h"

#include <libsmartcols.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BETWEEN "  "		/* columns */

struct table {
	const char *const *headings;
	struct libscols_table *scols;
	struct libscols_line *line;	/* that gets the next cell, */
	size_t column;			/* and where */
	int has_failed;			/* no memory for a part of it */
};

struct table *table_new(const char *const *headings)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->headings = headings;
	table->scols = scols_new_table();
	table->has_failed = !table->scols ||
		/* The cells are escaped as they come, no blank is left at the end of a line. */
		scols_table_enable_noencoding(table->scols, 1) ||
		scols_table_enable_minout(table->scols, 1) ||
		scols_table_set_column_separator(table->scols, BETWEEN);
	for (; *headings && !table->has_failed; headings++)
		table->has_failed = !scols_table_new_column(table->scols, *headings, 0,
							    headings[1] ? 0 : SCOLS_FL_TRUNC);
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	scols_unref_table(table->scols);
	free(table);
}

void table_cell(struct table *table, const char *format, ...)
{
	char *raw = NULL, *cell;
	va_list args;

	if (!table || table->has_failed)
		return;
	va_start(args, format);
	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	va_end(args);
	cell = raw ? text_escape(raw) : NULL;
	free(raw);
	if (!table->column)
		table->line = scols_table_new_line(table->scols, NULL);
	if (!cell || !table->line || scols_line_refer_data(table->line, table->column, cell)) {
		free(cell);
		table->has_failed = 1;
		return;
	}
	table->column = (table->column + 1) % scols_table_get_ncols(table->scols);
}

/* libsmartcols prints nothing at all of a list without lines. */
static void print_headings(const char *const *headings)
{
	for (; *headings; headings++)
		printf("%s%s", *headings, headings[1] ? BETWEEN : "\n");
}

int table_print(const struct table *table, int is_headless)
{
	locale_t utf8, before;
	int err;

	if (!table || table->has_failed)
		return -1;
	if (scols_table_is_empty(table->scols)) {
		if (!is_headless)
			print_headings(table->headings);
		return 0;
	}
	scols_table_enable_noheadings(table->scols, is_headless);
	/* The cells are UTF-8 in every locale; widths are those of the locale. */
	utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	before = uselocale(utf8);
	err = scols_print_table(table->scols);
	uselocale(before);
	if (utf8)
		freelocale(utf8);
	return err;
}
