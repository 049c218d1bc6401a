// SPDX-License-Identifier: GPL-2.0-only
/* args.c - command lines: tables of options and of sub-commands, and their help. */
#include "args.h"
#include "exit.h"

#include <ctype.h>
#include <errno.h>
#include <gpuward/libgpuward.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row no_options[] = { {} };

static int find_long(const struct option_row *rows, const char *name, size_t len)
{
	int i;

	for (i = 0; rows[i].name || rows[i].letter; i++)
		if (rows[i].name && !strncmp(rows[i].name, name, len) && !rows[i].name[len])
			return i;
	return -1;
}

static int find_letter(const struct option_row *rows, char letter)
{
	int i;

	for (i = 0; rows[i].name || rows[i].letter; i++)
		if (rows[i].letter == letter)
			return i;
	return -1;
}

static int is_optional(const struct option_row *row)
{
	return row->value && row->value[0] == '[';
}

/* "--name", "--name=value", "--name value". Returns the words used up, or -1. */
static int parse_long(const struct option_row *rows, const char *path, char **argv,
		      struct args *args)
{
	const char *name = argv[0] + 2, *value = strchr(name, '=');
	size_t len = value ? (size_t)(value - name) : strlen(name);
	int row = find_long(rows, name, len);

	if (row < 0) {
		fprintf(stderr, "%s: unknown option --%.*s\n", path, (int)len, name);
		return -1;
	}
	if (!rows[row].value && value) {
		fprintf(stderr, "%s: option --%.*s takes no value\n", path, (int)len, name);
		return -1;
	}
	if (!rows[row].value || (is_optional(&rows[row]) && !value)) {
		args->option[row] = "";
		return 1;
	}
	if (value) {
		args->option[row] = value + 1;
		return 1;
	}
	if (!argv[1]) {
		fprintf(stderr, "%s: option --%s needs a value: %s\n", path, name, rows[row].value);
		return -1;
	}
	args->option[row] = argv[1];
	return 2;
}

/* "-l", "-l5", "-l 5", "-ts". Returns the words used up, or -1. */
static int parse_letters(const struct option_row *rows, const char *path, char **argv,
			 struct args *args)
{
	const char *letter;

	for (letter = argv[0] + 1; *letter; letter++) {
		int row = find_letter(rows, *letter);

		if (row < 0) {
			fprintf(stderr, "%s: unknown option -%c\n", path, *letter);
			return -1;
		}
		if (!rows[row].value || (is_optional(&rows[row]) && !letter[1])) {
			args->option[row] = "";
			continue;
		}
		if (letter[1]) {
			args->option[row] = letter + 1;
			return 1;
		}
		if (!argv[1]) {
			fprintf(stderr, "%s: option -%c needs a value: %s\n", path, *letter,
				rows[row].value);
			return -1;
		}
		args->option[row] = argv[1];
		return 2;
	}
	return 1;
}

int args_parse(const struct command *command, const char *path, int argc, char **argv,
	       struct args *args)
{
	const struct option_row *rows = command->options ?: no_options;
	int i = 0, used, only_operands = 0;

	memset(args, 0, sizeof(*args));
	for (; i < argc; i += used) {
		used = 1;
		if (!only_operands && !strcmp(argv[i], "--")) {
			only_operands = 1;
		} else if (!only_operands && !strncmp(argv[i], "--", 2)) {
			used = parse_long(rows, path, argv + i, args);
		} else if (!only_operands && argv[i][0] == '-' && argv[i][1] &&
			   !isdigit((unsigned char)argv[i][1])) {	/* -5 is a number */
			used = parse_letters(rows, path, argv + i, args);
		} else if (args->nr_operands < command->max_operands) {
			args->operand[args->nr_operands++] = argv[i];
		} else {
			fprintf(stderr, "%s: unexpected \"%s\"\n", path, argv[i]);
			used = -1;
		}
		if (used < 0)
			return EXIT_USAGE;
	}
	if (args->nr_operands < command->min_operands) {
		fprintf(stderr, "%s: needs %s\n", path, command->operands);
		return EXIT_USAGE;
	}
	return 0;
}

static void help_options(FILE *to, const struct option_row *row)
{
	fputs("\nOptions:\n", to);
	for (; row->name || row->letter; row++) {
		char letter[4] = "", left[64];

		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c", row->letter);
		snprintf(left, sizeof(left), "%s%s%s%s%s%s", letter,
			 row->letter && row->name ? ", " : "", row->name ? "--" : "",
			 row->name ?: "", row->value ? (is_optional(row) && row->name ? "" : " ") : "",
			 row->value ?: "");
		fprintf(to, "  %-28s %s\n", left, row->help);
	}
	fprintf(to, "  %-28s %s\n", "-h, --help", "show this help");
}

int args_has_objects(const struct command *command)
{
	const struct command *verb;

	for (verb = command->verbs; verb && verb->name; verb++)
		if (verb->verbs)
			return 1;
	return 0;
}

static void help_verbs(FILE *to, const struct command *command, const char *path)
{
	int has_objects = args_has_objects(command);
	const struct command *verb;

	fputs(has_objects ? "\nObjects:\n" : "\nCommands:\n", to);
	for (verb = command->verbs; verb->name; verb++) {
		char left[96];

		snprintf(left, sizeof(left), "%s %s", verb->name,
			 verb->verbs ? "..." : verb->operands);
		fprintf(to, "  %-28s %s\n", left, verb->help);
	}
	fprintf(to, "\nSee '%s %s --help'.\n", path, has_objects ? "OBJECT" : "COMMAND");
}

void args_help(FILE *to, const struct command *command, const char *path)
{
	if (command->run) {
		fprintf(to, "Usage: %s%s%s%s\n\n%c%s.\n", path, *command->operands ? " " : "",
			command->operands, command->options ? " [OPTIONS]" : "",
			toupper((unsigned char)*command->help), command->help + 1);
		help_options(to, command->options ?: no_options);
	} else {
		fprintf(to, "Usage: %s %s\n\n%c%s.\n", path,
			args_has_objects(command) ? "OBJECT [COMMAND]" : "COMMAND",
			toupper((unsigned char)*command->help), command->help + 1);
	}
	if (command->verbs)
		help_verbs(to, command, path);
}

static int parse_integer(const char *text, int is_signed, unsigned long long *value)
{
	char *end;

	/* strtoull() would take "-1", " 1" and "" */
	if (!strspn(text, "0123456789") && !(is_signed && *text == '-' && text[1] >= '0' &&
					     text[1] <= '9'))
		return -1;
	errno = 0;
	*value = is_signed ? (unsigned long long)strtoll(text, &end, 0) : strtoull(text, &end, 0);
	return errno || *end ? -1 : 0;
}

int args_u32(const char *path, const char *what, const char *text, uint32_t min, uint32_t max,
	     uint32_t *value)
{
	unsigned long long number;

	if (parse_integer(text, 0, &number) || number < min || number > max) {
		fprintf(stderr, "%s: %s must be a number from %u to %u\n", path, what, min, max);
		return EXIT_USAGE;
	}
	*value = (uint32_t)number;
	return 0;
}

int args_s32(const char *path, const char *what, const char *text, int32_t *value)
{
	unsigned long long number;

	if (parse_integer(text, 1, &number) || (long long)number < INT_MIN ||
	    (long long)number > INT_MAX) {
		fprintf(stderr, "%s: %s must be a number\n", path, what);
		return EXIT_USAGE;
	}
	*value = (int32_t)number;
	return 0;
}

int args_u64(const char *path, const char *what, const char *text, uint64_t *value)
{
	unsigned long long number;

	if (parse_integer(text, 0, &number)) {
		fprintf(stderr, "%s: %s must be a number\n", path, what);
		return EXIT_USAGE;
	}
	*value = number;
	return 0;
}

int args_size(const char *path, const char *what, const char *text, uint64_t *bytes)
{
	if (gpuward_parse_size(text, bytes)) {
		fprintf(stderr, "%s: %s must be a size such as 16gb or 512MiB\n", path, what);
		return EXIT_USAGE;
	}
	return 0;
}
