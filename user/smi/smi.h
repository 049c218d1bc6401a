/* SPDX-License-Identifier: GPL-2.0-only */
/* smi.h - what gpuward-smi read at one moment, and the forms in which it prints it. */
#ifndef GPUWARD_SMI_H
#define GPUWARD_SMI_H

#include "../common/tool.h"

struct snapshot {
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
 * Read everything once. @index: only that accelerator, or -1. 0 or an exit code; snapshot_free() in
 * both cases.
 */
int snapshot_read(struct tool *tool, struct snapshot *snapshot, int64_t index, int wants_token);
void snapshot_free(struct snapshot *snapshot);

int print_stdout(struct tool *tool, const struct snapshot *snapshot);
int print_json(struct tool *tool, const struct snapshot *snapshot);

/* @fields and @format as typed. print_csv_check() finds early what is wrong with them. */
int print_csv_check(struct tool *tool, const char *fields, const char *format);
int print_csv(struct tool *tool, const struct snapshot *snapshot, const char *fields,
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
