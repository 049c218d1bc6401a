// SPDX-License-Identifier: GPL-2.0-only
/* main.c - main() of gpuwardd, apart from its table so that tests can link the table. */
#include "daemon.h"

int main(int argc, char **argv)
{
	return tool_main(&daemon_command, daemon_command.name, argc, argv);
}
