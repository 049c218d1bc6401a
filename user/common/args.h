/* SPDX-License-Identifier: GPL-2.0-only */
/* args.h - command lines: tables of options and of sub-commands, and their help. */
#ifndef GPUWARD_ARGS_H
#define GPUWARD_ARGS_H

#include <stdint.h>
#include <stdio.h>

#define MAX_OPTIONS 24
#define MAX_OPERANDS 16

/* One row of a table that ends with a row without name and letter. */
struct option_row {
	const char *name;	/* without --, or NULL */
	char letter;		/* without -, or 0 */
	const char *value;	/* what its value is called, NULL for a flag, "[X]" when optional */
	const char *help;
};

struct args {
	const char *option[MAX_OPTIONS];	/* by row: value, "" for a flag, NULL when absent */
	const char *operand[MAX_OPERANDS];
	int nr_operands;
};

struct tool;

/* An older or other spelling, "attach" for "driver attach"; help and completion do not show it. */
struct command_alias {
	const char *name;
	const char *means;	/* one or two words */
};

/* A command: a tool itself, or a verb, or a verb's own verb. Tables end with a NULL name. */
struct command {
	const char *name;
	const char *operands;		/* as usage shows them, "" for none */
	int min_operands;
	int max_operands;
	const char *help;
	const struct option_row *options;	/* may be NULL */
	int (*run)(struct tool *tool, const struct args *args);
	const struct command *verbs;		/* instead of run; with it: run goes without a verb */
	const struct command_alias *aliases;	/* of verbs, up to a NULL name; may be NULL */
};

/* Do its verbs have verbs, as in OBJECT COMMAND? */
int args_has_objects(const struct command *command);

/*
 * Parse the words after the command. Returns 0, or 2 after an error on stderr;
 * @path names the command there ("gpuwardctl: vm add").
 */
int args_parse(const struct command *command, const char *path, int argc, char **argv,
	       struct args *args);

/* The help of one command. @path as the user types it ("gpuwardctl vm add"). */
void args_help(FILE *to, const struct command *command, const char *path);

/* Numbers of an option or operand. Return 0, or 2 after an error on stderr. */
int args_u32(const char *path, const char *what, const char *text, uint32_t min, uint32_t max,
	     uint32_t *value);
int args_s32(const char *path, const char *what, const char *text, int32_t *value);
int args_u64(const char *path, const char *what, const char *text, uint64_t *value);
int args_size(const char *path, const char *what, const char *text, uint64_t *bytes);

#endif /* GPUWARD_ARGS_H */
