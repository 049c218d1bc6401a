/* SPDX-License-Identifier: GPL-2.0-only */
/* tool.h - what all tools have in common: contact with the module, errors, exit codes. */
#ifndef GPUWARD_TOOL_H
#define GPUWARD_TOOL_H

#include <gpuward/libgpuward.h>

#include "args.h"
#include "exit.h"

/* What users call an accelerator when nothing else is configured. */
#define DEFAULT_BRAND "AI Accelerator"

struct tool {
	const char *program;	/* "gpuwardctl" */
	char path[128];		/* "gpuwardctl: vm add", begins each message */
	struct gpuward *g;
	int is_json;		/* state goes into the output, not to stderr */
	int is_headless;	/* lists go without their headings */
	int is_quiet;		/* the command is about the state itself */
};

/*
 * Find the command that the words name, parse its options, run it. @root is the tool itself.
 * Returns the exit code; main() does nothing else.
 */
int tool_main(const struct command *root, const char *program, int argc, char **argv);

/* Contact the module and say what its state and version ask for. 0 or an exit code. */
int tool_open(struct tool *tool);

/* The same anew, on a new handle: after a change of state, and from time to time. */
int tool_again(struct tool *tool);

/* Like tool_open(), then let go of /dev/gpuward, which would keep the module from being unloaded. */
int tool_greet(struct tool *tool);

/*
 * Say what failed, as "PROGRAM: COMMAND OBJECT: text", with the handle's own text; returns the
 * exit code for @err. @object may be NULL.
 */
int tool_fail(struct tool *tool, const char *object, int err);

/* The same with another text, for what the tool itself found out. */
int tool_die(struct tool *tool, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Flush stdout; EXIT_FAILED with a message when something could not be written. */
int tool_finish(struct tool *tool, int code);

int tool_exit_code(int err);

#endif /* GPUWARD_TOOL_H */
