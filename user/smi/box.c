// SPDX-License-Identifier: GPL-2.0-only
/*
 * box.c - rows of text, shown in a box.
 * Owns widths. Must not know what the cells mean.
 */
#include "box.h"
#include "../common/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 16

struct box {
	unsigned int nr_columns;
	unsigned int nr_cells;
	unsigned int room;
	unsigned int width[MAX_COLUMNS];
	const char *const *headings;
	char **cells;
	int has_failed;		/* no memory for a cell */
};

struct box *box_new(const char *const *headings)
{
	struct box *box = *headings ? calloc(1, sizeof(*box)) : NULL;

	if (!box)
		return NULL;
	box->headings = headings;
	while (box->nr_columns < MAX_COLUMNS && headings[box->nr_columns]) {
		box->width[box->nr_columns] = text_width(headings[box->nr_columns]);
		box->nr_columns++;
	}
	return box;
}

void box_free(struct box *box)
{
	unsigned int i;

	if (!box)
		return;
	for (i = 0; i < box->nr_cells; i++)
		free(box->cells[i]);
	free(box->cells);
	free(box);
}

static int make_room(struct box *box)
{
	unsigned int room = box->room ? box->room * 2 : 64;
	char **cells;

	if (box->nr_cells < box->room)
		return 0;
	cells = realloc(box->cells, room * sizeof(*cells));
	if (!cells)
		return -1;
	box->cells = cells;
	box->room = room;
	return 0;
}

void box_cell(struct box *box, const char *format, ...)
{
	unsigned int column, width;
	char *raw = NULL, *cell;
	va_list args;

	if (!box || box->has_failed)
		return;
	va_start(args, format);
	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	va_end(args);
	cell = raw ? text_escape(raw) : NULL;
	free(raw);
	if (!cell || make_room(box)) {
		free(cell);
		box->has_failed = 1;
		return;
	}
	column = box->nr_cells % box->nr_columns;
	width = text_width(cell);
	if (width > box->width[column])
		box->width[column] = width;
	box->cells[box->nr_cells++] = cell;
}

static void pad(FILE *to, unsigned int nr, char with)
{
	while (nr--)
		fputc(with, to);
}

/* Two blanks on each side of a cell; a heading stands in the middle, rather left than right. */
static void print_cell(FILE *to, const char *cell, unsigned int width, int is_heading)
{
	unsigned int spare = width - text_width(cell);
	unsigned int left = is_heading ? spare / 2 : 0;

	pad(to, left + 2, ' ');
	fputs(cell, to);
	pad(to, spare - left + 2, ' ');
	fputc('|', to);
}

static void print_line(FILE *to, unsigned int inner, char with)
{
	fputc('+', to);
	pad(to, inner, with);
	fputs("+\n", to);
}

int box_print(const struct box *box, FILE *to, const char *left, const char *right,
	      const char *empty)
{
	unsigned int i, need = 0, inner = 0, width[MAX_COLUMNS];

	if (!box || box->has_failed)
		return -1;
	memcpy(width, box->width, sizeof(width));
	for (i = 0; i < box->nr_columns; i++)
		inner += width[i] + 5;
	inner--;
	if (left)
		need = text_width(left) + text_width(right) + 6;
	if (!box->nr_cells && need < text_width(empty) + 4)
		need = text_width(empty) + 4;
	if (need > inner) {
		width[box->nr_columns - 1] += need - inner;
		inner = need;
	}
	print_line(to, inner, '-');
	if (left) {
		fprintf(to, "|  %s", left);
		pad(to, inner - text_width(left) - text_width(right) - 4, ' ');
		fprintf(to, "%s  |\n", right);
		print_line(to, inner, '-');
	}
	fputc('|', to);
	for (i = 0; i < box->nr_columns; i++)
		print_cell(to, box->headings[i], width[i], 1);
	fputc('\n', to);
	print_line(to, inner, '=');
	for (i = 0; i < box->nr_cells; i++) {
		unsigned int column = i % box->nr_columns;

		if (!column)
			fputc('|', to);
		print_cell(to, box->cells[i], width[column], 0);
		if (column + 1 == box->nr_columns)
			fputc('\n', to);
	}
	if (!box->nr_cells) {
		fputc('|', to);
		print_cell(to, empty, inner - 4, 0);
		fputc('\n', to);
	}
	print_line(to, inner, '-');
	return 0;
}
