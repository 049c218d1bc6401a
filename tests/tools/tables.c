// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables.c - prints every command and option that the tools know, one a line.
 * Owns nothing: manual, completion and --help are compared with what it prints.
 */
#include <stdio.h>

#include "../../user/common/args.h"

extern const struct command ctl_command, smi_command, switch_command, daemon_command;

static void print(const struct command *command, const char *path)
{
	const struct command_alias *alias;
	const struct option_row *row;
	const struct command *verb;
	char below[128];

	if (command->run)
		printf("command %s\n", path);
	for (row = command->options; row && (row->name || row->letter); row++) {
		if (row->name)
			printf("option %s --%s %s\n", path, row->name, row->value ?: "-");
		if (row->letter)
			printf("option %s -%c %s\n", path, row->letter, row->value ?: "-");
	}
	for (alias = command->aliases; alias && alias->name; alias++)
		printf("alias %s %s\n", path, alias->name);
	for (verb = command->verbs; verb && verb->name; verb++) {
		snprintf(below, sizeof(below), "%s %s", path, verb->name);
		print(verb, below);
	}
}

int main(void)
{
	print(&ctl_command, "gpuwardctl");
	print(&smi_command, "gpuward-smi");
	print(&switch_command, "gpuward-switch-model");
	print(&daemon_command, "gpuwardd");
	return 0;
}
