// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - main() of gpuward-switch-model, apart from its table so that tests can link the table.
 */
#include "switch.h"

int main(int argc, char **argv)
{
	return tool_main(&switch_command, switch_command.name, argc, argv);
}
