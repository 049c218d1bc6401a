// SPDX-License-Identifier: GPL-2.0-only
/* table.c - rows of text, printed as a plain table or as a box. */
#include "table.h"
#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 16

struct table {
	unsigned int nr_columns;
	unsigned int nr_cells;
	unsigned int room;
	unsigned int width[MAX_COLUMNS];
	const char *const *headings;
	char **cells;
	int has_failed;		/* no memory for a cell */
};

struct table *table_new(const char *const *headings)
{
	struct table *table = *headings ? calloc(1, sizeof(*table)) : NULL;

	if (!table)
		return NULL;
	table->headings = headings;
	while (table->nr_columns < MAX_COLUMNS && headings[table->nr_columns]) {
		table->width[table->nr_columns] = text_width(headings[table->nr_columns]);
		table->nr_columns++;
	}
	return table;
}

void table_free(struct table *table)
{
	unsigned int i;

	if (!table)
		return;
	for (i = 0; i < table->nr_cells; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
}

static int make_room(struct table *table)
{
	unsigned int room = table->room ? table->room * 2 : 64;
	char **cells;

	if (table->nr_cells < table->room)
		return 0;
	cells = realloc(table->cells, room * sizeof(*cells));
	if (!cells)
		return -1;
	table->cells = cells;
	table->room = room;
	return 0;
}

void table_cell(struct table *table, const char *format, ...)
{
	unsigned int column, width;
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
	if (!cell || make_room(table)) {
		free(cell);
		table->has_failed = 1;
		return;
	}
	column = table->nr_cells % table->nr_columns;
	width = text_width(cell);
	if (width > table->width[column])
		table->width[column] = width;
	table->cells[table->nr_cells++] = cell;
}

static void pad(FILE *to, unsigned int nr, char with)
{
	while (nr--)
		fputc(with, to);
}

/* Headings count as the first row. */
static const char *cell_at(const struct table *table, unsigned int i)
{
	return i < table->nr_columns ? table->headings[i] : table->cells[i - table->nr_columns];
}

int table_print(const struct table *table, FILE *to)
{
	unsigned int i, column, width;

	if (!table || table->has_failed)
		return -1;
	for (i = 0; i < table->nr_columns + table->nr_cells; i++) {
		const char *cell = cell_at(table, i);

		column = i % table->nr_columns;
		width = text_width(cell);
		fputs(cell, to);
		if (column + 1 == table->nr_columns)
			fputc('\n', to);
		else if (column + 2 < table->nr_columns || *cell_at(table, i + 1))
			pad(to, table->width[column] - width + 2, ' ');
	}
	return 0;
}

/* Two blanks on each side of a cell; a heading stands in the middle, rather left than right. */
static void box_cell(FILE *to, const char *cell, unsigned int width, int is_heading)
{
	unsigned int spare = width - text_width(cell);
	unsigned int left = is_heading ? spare / 2 : 0;

	pad(to, left + 2, ' ');
	fputs(cell, to);
	pad(to, spare - left + 2, ' ');
	fputc('|', to);
}

static void box_line(FILE *to, unsigned int inner, char with)
{
	fputc('+', to);
	pad(to, inner, with);
	fputs("+\n", to);
}

int table_box(const struct table *table, FILE *to, const char *left, const char *right,
	      const char *empty)
{
	unsigned int i, need = 0, inner = 0, width[MAX_COLUMNS];

	if (!table || table->has_failed)
		return -1;
	memcpy(width, table->width, sizeof(width));
	for (i = 0; i < table->nr_columns; i++)
		inner += width[i] + 5;
	inner--;
	if (left)
		need = text_width(left) + text_width(right) + 6;
	if (!table->nr_cells && need < text_width(empty) + 4)
		need = text_width(empty) + 4;
	if (need > inner) {
		width[table->nr_columns - 1] += need - inner;
		inner = need;
	}
	box_line(to, inner, '-');
	if (left) {
		fprintf(to, "|  %s", left);
		pad(to, inner - text_width(left) - text_width(right) - 4, ' ');
		fprintf(to, "%s  |\n", right);
		box_line(to, inner, '-');
	}
	fputc('|', to);
	for (i = 0; i < table->nr_columns; i++)
		box_cell(to, table->headings[i], width[i], 1);
	fputc('\n', to);
	box_line(to, inner, '=');
	for (i = 0; i < table->nr_cells; i++) {
		unsigned int column = i % table->nr_columns;

		if (!column)
			fputc('|', to);
		box_cell(to, table->cells[i], width[column], 0);
		if (column + 1 == table->nr_columns)
			fputc('\n', to);
	}
	if (!table->nr_cells) {
		fputc('|', to);
		box_cell(to, empty, inner - 4, 0);
		fputc('\n', to);
	}
	box_line(to, inner, '-');
	return 0;
}
