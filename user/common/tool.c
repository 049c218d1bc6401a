// SPDX-License-Identifier: GPL-2.0-only
/* tool.c - what all tools have in common: contact with the module, errors, exit codes. */
#include "tool.h"
#include "command.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int tool_exit_code(int err)
{
	switch (-err) {
	case 0:
		return EXIT_DONE;
	case ENOENT:
		return EXIT_NOT_FOUND;
	case EBUSY:
		return EXIT_BUSY;
	case EPERM:
	case EACCES:
	case ENODEV:
	case ENXIO:
	case EOPNOTSUPP:
		return EXIT_UNAVAILABLE;
	default:
		return EXIT_FAILED;
	}
}

int tool_fail(struct tool *tool, const char *object, int err)
{
	char *safe = text_escape(gpuward_error(tool->g));
	char *name = object ? text_escape(object) : NULL;

	fprintf(stderr, "%s%s%s: %s\n", tool->path,
		!name ? "" : strchr(tool->path, ':') ? " " : ": ", name ?: "", safe && *safe ? safe : strerror(-err));
	free(safe);
	free(name);
	return tool_exit_code(err);
}

int tool_die(struct tool *tool, int code, const char *format, ...)
{
	char *text = NULL, *safe;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	safe = text ? text_escape(text) : NULL;
	fprintf(stderr, "%s: %s\n", tool->path, safe ?: "out of memory");
	free(safe);
	free(text);
	return code;
}

int tool_finish(struct tool *tool, int code)
{
	if (!ferror(stdout) && !fflush(stdout))
		return code;
	fprintf(stderr, "%s: write: %s\n", tool->path, strerror(errno));
	return code ?: EXIT_FAILED;
}

static void print_versions(const struct gpuward_version *v)
{
	fprintf(stderr, "  client %s, module %s; ", gpuward_client_version(), v->out_version_text);
}

static int print_verdict(const struct gpuward_version *v)
{
	switch (v->out_verdict) {
	case GPUWARD_VERDICT_NEWER:
		fputs("A newer version of gpuward is available.\n", stderr);
		print_versions(v);
		fputs("to upgrade these tools: gpuward-update\n", stderr);
		return 0;
	case GPUWARD_VERDICT_OUTDATED:
		fputs("The current version of gpuward is outdated and no longer supported in the system.\n",
		      stderr);
		print_versions(v);
		fputs("to upgrade these tools: gpuward-update\n", stderr);
		return EXIT_UNAVAILABLE;
	case GPUWARD_VERDICT_OLDER:
		fputs("The loaded gpuward module is older than these tools.\n", stderr);
		print_versions(v);
		fputs("to load the installed one: modprobe -r gpuward && modprobe gpuward\n", stderr);
		return 0;
	default:
		return 0;
	}
}

/* Never silently unlimited: one line for each way in which tenants are not held to the rules. */
static void warn_state(const struct tool *tool, const struct gpuward_version *v)
{
	switch (v->out_state) {
	case GPUWARD_STATE_DETACHED:
		fprintf(stderr, "%s: WARNING: gpuward is DETACHED: nothing is enforced (gpuwardctl driver attach)\n",
			tool->program);
		break;
	case GPUWARD_STATE_REFUSING:
		fprintf(stderr, "%s: WARNING: gpuward is REFUSING all tenants with driver %s (gpuwardctl status shows why)\n",
			tool->program, *v->out_driver ? v->out_driver : "unknown");
		break;
	case GPUWARD_STATE_UNPROTECTED:
		fprintf(stderr, "%s: WARNING: the GPUs are UNPROTECTED (gpuwardctl status shows why)\n",
			tool->program);
		break;
	}
	if (v->out_permissive)
		fprintf(stderr, "%s: WARNING: PERMISSIVE mode: refusals are reported, not made (gpuwardctl setting set enforce=on)\n",
			tool->program);
}

int tool_open(struct tool *tool)
{
	const struct gpuward_version *v = gpuward_version(tool->g);
	int err = gpuward_open(tool->g);

	if (err)
		return tool_fail(tool, NULL, err);
	err = print_verdict(v);
	if (!err && !tool->is_json && !tool->is_quiet)
		warn_state(tool, v);
	return err;
}

static int tool_renew(struct tool *tool)
{
	gpuward_close(tool->g);
	tool->g = gpuward_new();
	return tool->g ? 0 : tool_die(tool, EXIT_FAILED, "out of memory");
}

int tool_again(struct tool *tool)
{
	return tool_renew(tool) ?: tool_open(tool);
}

int tool_greet(struct tool *tool)
{
	return tool_open(tool) ?: tool_renew(tool);
}

int tool_main(const struct command *root, const char *program, int argc, char **argv)
{
	struct tool tool = { .program = program };
	struct command_line line = { .command = root, .argc = argc - 1, .argv = argv + 1 };
	struct args args;
	int code = command_find(&tool, &line);

	if (code)
		return code;
	if (line.wants_help) {
		args_help(stdout, line.command, line.typed);
		return tool_finish(&tool, EXIT_DONE);
	}
	if (!line.command->run) {
		args_help(stderr, line.command, line.typed);
		return EXIT_USAGE;
	}
	if (args_parse(line.command, tool.path, line.argc, line.argv, &args)) {
		fprintf(stderr, "Try '%s --help'.\n", line.typed);
		return EXIT_USAGE;
	}
	tool.g = gpuward_new();
	if (!tool.g)
		return tool_die(&tool, EXIT_FAILED, "out of memory");
	code = tool_finish(&tool, line.command->run(&tool, &args));
	gpuward_close(tool.g);
	return code;
}
