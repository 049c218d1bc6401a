// SPDX-License-Identifier: GPL-2.0-only
/* main.c - main() of gpuwardctl, apart from its table so that tests can link the table. */
#include "ctl.h"

int main(int argc, char **argv)
{
	return tool_main(&ctl_command, ctl_command.name, argc, argv);
}
