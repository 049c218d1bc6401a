// SPDX-License-Identifier: GPL-2.0-only
/* main.c - main() of gpuward-smi, apart from its table so that tests can link the table. */
#include "smi.h"

int main(int argc, char **argv)
{
	return tool_main(&smi_command, smi_command.name, argc, argv);
}
