/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smi.h - what gpuward-smi saw at one moment, and the forms in which it shows it.
 * Owns the struct between reading and showing. Must not hold any code.
 */
#ifndef GPUWARD_SMI_H
#define GPUWARD_SMI_H

#include "../common/tool.h"

struct view {
	int is_admin;		/* all VMs, through netlink; else the caller's own */
	int has_token;		/* token[] was asked for */
	struct gpuward_vm_info *vm;	/* the caller's own, NULL for an admin */
	struct gpuward_accel_info *accels;
	struct gpuward_job_info *jobs;
	char token[GPUWARD_TOKEN_LEN];
};

enum smi_option {
	O_INDEX, O_TOKEN, O_STATUS, O_VERSION, O_RESET, O_LOOP, O_WATCH, O_JSON, O_QUERY, O_FORMAT,
};

/*
 * Read everything once. @index: only that accelerator, or -1. 0 or an exit code; view_free() in
 * both cases.
 */
int view_read(struct tool *tool, struct view *view, int64_t index, int wants_token);
void view_free(struct view *view);

int show_boxes(struct tool *tool, const struct view *view);
int show_json(struct tool *tool, const struct view *view);

/* @fields and @format as typed. show_query_check() tells early what is wrong with them. */
int show_query_check(struct tool *tool, const char *fields, const char *format);
int show_query(struct tool *tool, const struct view *view, const char *fields,
	       const char *format);

/* Used memory in MiB, rounded up: never 0 while something is charged. */
static inline uint64_t used_mib(uint64_t bytes)
{
	return (bytes >> 20) + !!(bytes & ((1 << 20) - 1));
}

/* The verb "device" */
extern const struct option_row device_options[];
int device_main(struct tool *tool, const struct args *args);

/* The tool itself; tests compare manual and completion with it. */
extern const struct command smi_command;

#endif /* GPUWARD_SMI_H */
