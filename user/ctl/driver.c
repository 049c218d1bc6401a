// SPDX-License-Identifier: GPL-2.0-only
/* driver.c - gpuwardctl driver: hook and unhook NVIDIA's driver. */
#include "ctl.h"

#include <string.h>
#include <unistd.h>

enum { O_YES };
static const struct option_row detach_options[] = {
	{ "yes", 'y', NULL, "do not ask" },
	{},
};

static int attach_main(struct tool *tool, const struct args *args)
{
	int err;

	(void)args;
	tool->is_quiet = 1;
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_attach(tool->g);
	if (err)
		return tool_fail(tool, NULL, err);
	tool->is_quiet = 0;
	return tool_again(tool);
}

static void print_loss(const char *verb, const struct gpuward_status_info *status)
{
	printf("Detaching %s up control of %u open file%s and %u job%s: waiting programs fail, running ones go on unwatched, no tenant is held back.\n",
	       verb, status->nr_files, status->nr_files == 1 ? "" : "s", status->nr_jobs,
	       status->nr_jobs == 1 ? "" : "s");
}

/* 0 to go on, or an exit code. */
static int detach_confirm(struct tool *tool)
{
	struct gpuward_status_info *status;
	char answer[16];
	int err;

	if (!isatty(STDIN_FILENO))
		return tool_die(tool, EXIT_USAGE, "needs --yes without a terminal to ask on");
	err = gpuward_status(tool->g, &status);
	if (err)
		return tool_fail(tool, NULL, err);
	print_loss("gives", status);
	gpuward_free(status);
	fputs("Do you want to detach? (y/n, default:n) ", stdout);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin) || strncasecmp(answer, "y", 1))
		return tool_die(tool, EXIT_FAILED, "not detached");
	return 0;
}

static int detach_main(struct tool *tool, const struct args *args)
{
	struct gpuward_status_info *given_up;
	int err = tool_open(tool);

	if (err)
		return err;
	if (!args->option[O_YES]) {
		err = detach_confirm(tool);
		if (err)
			return err;
	}
	err = gpuward_detach(tool->g, &given_up);
	if (err)
		return tool_fail(tool, NULL, err);
	print_loss("gave", given_up);
	gpuward_free(given_up);
	return EXIT_DONE;
}

const struct command driver_verbs[] = {
	{ "attach", "", 0, 0, "hook the driver again after detach", NULL, attach_main },
	{ "detach", "", 0, 0, "unhook the driver: tenants are no longer held back", detach_options,
	  detach_main },
	{},
};
