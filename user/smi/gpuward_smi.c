// SPDX-License-Identifier: GPL-2.0-only
/* gpuward_smi.c - gpuward-smi: the caller's accelerators and the programs on them. */
#include "smi.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WATCH_SECONDS "2"

static const struct option_row options[] = {
	[O_INDEX] = { "index", 'i', "IDX", "only accelerator IDX" },
	[O_TOKEN] = { "show-token", 't', NULL, "show the token (masked otherwise)" },
	[O_STATUS] = { "status", 's', NULL, "versions and the state of protection" },
	[O_VERSION] = { "version", 'v', NULL, "version of this tool" },
	[O_RESET] = { "reset", 'r', NULL, "end the programs of the accelerator and free it" },
	[O_LOOP] = { "loop", 'l', "SECONDS", "show again every SECONDS, until interrupted" },
	[O_WATCH] = { "watch", 0, "[=SECONDS]", "the same, on a cleared terminal (default 2)" },
	[O_JSON] = { "json", 0, NULL, "print JSON with stable keys" },
	[O_QUERY] = { "query", 0, "FIELDS", "chosen fields, one line per accelerator" },
	[O_FORMAT] = { "format", 0, "FORMAT", "of --query: csv[,noheader][,nounits]" },
	[O_FORMAT + 1] = {},
};

static int accel_reset(struct tool *tool, int64_t index)
{
	struct gpuward_vm_info *vm;
	uint32_t nr_ended, accel;
	int err = tool_open(tool);

	if (err)
		return err;
	err = gpuward_my_vm(tool->g, &vm);
	if (err)
		return tool_fail(tool, "--reset", err);
	accel = index < 0 ? vm->bound_accel : (uint32_t)index;
	gpuward_free(vm);
	err = gpuward_reset(tool->g, accel, &nr_ended);
	if (err)
		return tool_fail(tool, "--reset", err);
	printf("Accelerator %u is released: %u program%s ended.\n", accel, nr_ended,
	       nr_ended == 1 ? "" : "s");
	return EXIT_DONE;
}

static int print_status(struct tool *tool)
{
	const struct gpuward_version *v = gpuward_version(tool->g);
	int err = tool_open(tool);

	if (err)
		return err;
	printf("Client Version: %s\n", gpuward_client_version());
	printf("Server Version: %s\n", v->out_version_text);
	printf("Driver Version: %s\n", *v->out_driver ? v->out_driver : "none");
	printf("State: %s\n", gpuward_word(GPUWARD_WORDS_STATE, v->out_state));
	printf("Enforcement: %s\n", v->out_permissive ? "permissive" : "on");
	return EXIT_DONE;
}

static int print_once(struct tool *tool, const struct args *args, int64_t index)
{
	struct snapshot snapshot;
	int code = snapshot_read(tool, &snapshot, index, !!args->option[O_TOKEN]);
	if (code)
		;
	else if (args->option[O_JSON])
		code = print_json(tool, &snapshot);
	else if (args->option[O_QUERY])
		code = print_csv(tool, &snapshot, args->option[O_QUERY],
				 args->option[O_FORMAT] ?: "csv");
	else
		code = print_stdout(tool, &snapshot);
	snapshot_free(&snapshot);
	return code;
}

/* Each round makes contact anew, so that a change of state or version is noticed. */
static int print_every(struct tool *tool, const struct args *args, int64_t index,
		       unsigned int seconds)
{
	int clears = args->option[O_WATCH] && isatty(STDOUT_FILENO), code;

	do {
		if (clears) {
			fputs("\033[H\033[2J", stdout);
			fflush(stdout);		/* before warnings on stderr */
		}
		code = print_once(tool, args, index);
		if (!clears && !args->option[O_JSON] && !args->option[O_QUERY])
			putchar('\n');
		if (fflush(stdout) || code)
			return code;
		sleep(seconds);
		code = tool_again(tool);
	} while (!code);
	return code;
}

static int smi_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	const char *every = o[O_LOOP];
	uint32_t number = 0, seconds = 0;
	int64_t index;
	int code;

	if (o[O_WATCH] && *o[O_WATCH])
		every = o[O_WATCH];
	else if (o[O_WATCH] && !every)
		every = WATCH_SECONDS;

	if (o[O_VERSION]) {
		printf("gpuward-smi %s\n", gpuward_client_version());
		return EXIT_DONE;
	}
	if (o[O_INDEX] && args_u32(tool->path, "--index", o[O_INDEX], 0, UINT32_MAX, &number))
		return EXIT_USAGE;
	index = o[O_INDEX] ? number : -1LL;
	if (every && args_u32(tool->path, "SECONDS", every, 1, 86400, &seconds))
		return EXIT_USAGE;
	if (o[O_FORMAT] && !o[O_QUERY])
		return tool_die(tool, EXIT_USAGE, "--format needs --query");
	if (o[O_QUERY] && print_csv_check(tool, o[O_QUERY], o[O_FORMAT] ?: "csv"))
		return EXIT_USAGE;
	if (o[O_STATUS])
		return print_status(tool);
	if (o[O_RESET])
		return accel_reset(tool, index);
	tool->is_json = !!o[O_JSON];
	code = tool_open(tool);
	if (code)
		return code;
	if (every)
		return print_every(tool, args, index, seconds);
	return print_once(tool, args, index);
}

static const struct command verbs[] = {
	{ "device", "[MODEL|IDX]", 0, 1, "my accelerators: list, add, remove, choose the default",
	  device_options, device_main },
	{},
};

const struct command smi_command = {
	"gpuward-smi", "", 0, 0, "show my accelerators and the programs on them", options, smi_main,
	verbs,
};
