/* SPDX-License-Identifier: GPL-2.0-only */
/* command.h - from the words of a command line to the command that they name. */
#ifndef GPUWARD_COMMAND_H
#define GPUWARD_COMMAND_H

#include "tool.h"

struct command_line {
	const struct command *command;
	char typed[128];	/* "gpuwardctl vm add" */
	int wants_help;
	int argc;		/* the words behind the command */
	char **argv;
};

/*
 * Find the command that the words of @line name, from line->command down, and take these words off.
 * Names it in tool->path. 0, or 2 after saying which word is unknown.
 */
int command_find(struct tool *tool, struct command_line *line);

#endif /* GPUWARD_COMMAND_H */
