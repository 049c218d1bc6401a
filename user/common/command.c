// SPDX-License-Identifier: GPL-2.0-only
/*
 * command.c - from the words of a command line to the command that they name: aliases, requests for
 * help, and what was probably meant by a word that names nothing.
 */
#include "command.h"

#include <stdio.h>
#include <string.h>

#define MAX_WORD 32		/* longer than any name of a command */

static const struct command *find_verb(const struct command *verbs, const char *name)
{
	for (; verbs && verbs->name; verbs++)
		if (!strcmp(verbs->name, name))
			return verbs;
	return NULL;
}

static const struct command_alias *find_alias(const struct command *command, const char *name)
{
	const struct command_alias *alias = command->aliases;

	for (; alias && alias->name; alias++)
		if (!strcmp(alias->name, name))
			return alias;
	return NULL;
}

/* --- did you mean ------------------------------------------------------------------------- */

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters must be added, removed or replaced to make @word of @known. */
static unsigned int word_distance(const char *word, const char *known)
{
	unsigned int row[MAX_WORD], i, above, corner, len = (unsigned int)strlen(known);

	for (i = 0; i <= len; i++)
		row[i] = i;
	for (; *word; word++) {
		corner = row[0]++;
		for (i = 1; i <= len; i++) {
			above = row[i];
			row[i] = least(least(above, row[i - 1]) + 1,
				       corner + (*word != known[i - 1]));
			corner = above;
		}
	}
	return row[len];
}

/* Not near: more than two wrong letters, or more than a third of them. */
static int is_nearer(const char *word, const char *known, unsigned int *best)
{
	unsigned int distance = word_distance(word, known);

	if (distance >= *best || distance * 3 > strlen(known) + 2)
		return 0;
	*best = distance;
	return 1;
}

static const char *nearest_word(const struct command *command, const char *word)
{
	const struct command_alias *alias;
	const struct command *verb;
	const char *nearest = NULL;
	unsigned int best = 3;

	for (verb = command->verbs; verb->name; verb++)
		if (is_nearer(word, verb->name, &best))
			nearest = verb->name;
	for (alias = command->aliases; alias && alias->name; alias++)
		if (is_nearer(word, alias->name, &best))
			nearest = alias->means;
	return nearest;
}

static int fail_unknown(struct tool *tool, const struct command_line *line)
{
	const char *word = line->argv[0], *nearest = nearest_word(line->command, word);

	return tool_die(tool, EXIT_USAGE, "unknown %s \"%s\"%s%s%s; try '%s --help'",
			args_has_objects(line->command) ? "object" : "command", word,
			nearest ? " (did you mean '" : "", nearest ?: "", nearest ? "'?)" : "",
			line->typed);
}

/* --- down the tables ---------------------------------------------------------------------- */

static void step_down(struct tool *tool, struct command_line *line, const struct command *verb)
{
	size_t len = strlen(tool->path), typed_len = strlen(line->typed);

	snprintf(tool->path + len, sizeof(tool->path) - len, "%s %s",
		 strchr(tool->path, ':') ? "" : ":", verb->name);
	snprintf(line->typed + typed_len, sizeof(line->typed) - typed_len, " %s", verb->name);
	line->command = verb;
}

/* An alias stands for one or two words. */
static void step_alias(struct tool *tool, struct command_line *line, const char *means)
{
	char first[MAX_WORD];
	const char *second = strchr(means, ' ');

	snprintf(first, sizeof(first), "%.*s", (int)strcspn(means, " "), means);
	step_down(tool, line, find_verb(line->command->verbs, first));
	if (second)
		step_down(tool, line, find_verb(line->command->verbs, second + 1));
}

static int is_help(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help");
}

/* Words up to "--" that ask for help, wherever they stand. */
static int has_help(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && strcmp(argv[i], "--"); i++)
		if (is_help(argv[i]))
			return 1;
	return 0;
}

int command_find(struct tool *tool, struct command_line *line)
{
	snprintf(tool->path, sizeof(tool->path), "%s", tool->program);
	snprintf(line->typed, sizeof(line->typed), "%s", tool->program);
	while (line->command->verbs && line->argc) {
		const struct command *verb = find_verb(line->command->verbs, line->argv[0]);
		const struct command_alias *alias = find_alias(line->command, line->argv[0]);

		if (verb)
			step_down(tool, line, verb);
		else if (alias)
			step_alias(tool, line, alias->means);
		else if (is_help(line->argv[0]) || !strcmp(line->argv[0], "help"))
			line->wants_help = 1;
		else if (line->command->run && line->argv[0][0] == '-')
			break;
		else
			return fail_unknown(tool, line);
		line->argc--, line->argv++;
	}
	line->wants_help |= has_help(line->argc, line->argv);
	return 0;
}
