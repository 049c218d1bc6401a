/* SPDX-License-Identifier: GPL-2.0-only */
/* ctl.h - the commands of gpuwardctl, a file for each object. */
#ifndef GPUWARDCTL_H
#define GPUWARDCTL_H

#include "../common/args.h"
#include "../common/tool.h"

/* Verbs with verbs of their own. */
extern const struct command accel_verbs[];
extern const struct command binding_verbs[];
extern const struct command driver_verbs[];
extern const struct command gpu_verbs[];
extern const struct command group_verbs[];
extern const struct command job_verbs[];
extern const struct command model_verbs[];
extern const struct command module_verbs[];
extern const struct command setting_verbs[];
extern const struct command vm_verbs[];

/* An accelerator as a row, for "vm show" too. */
struct table;
extern const char *const accel_headings[];
void accel_row(struct table *table, const struct gpuward_accel_info *accel);

/* "gpu detect" has its own file. */
extern const struct option_row detect_options[];
int detect_main(struct tool *tool, const struct args *args);

/*
 * "VM", "VM:INDEX" or "VM/INDEX" into a name and (*@has_index) an index; names may hold colons, so
 * only digits behind the last one count. 0 or an exit code.
 */
int accel_key(struct tool *tool, const char *key, char vm[GPUWARD_NAME_LEN], uint32_t *index,
	      int *has_index);

/* "module" alone is its status. */
extern const struct option_row module_options[];
int module_status_main(struct tool *tool, const struct args *args);

/* Simple verbs. */
extern const struct option_row events_options[], usage_options[];
extern const struct option_row json_option[];	/* --json alone, row 0 */
extern const struct option_row list_options[];	/* --json, --no-headings */
int events_main(struct tool *tool, const struct args *args);
int explain_main(struct tool *tool, const struct args *args);
/* For a waiting accelerator: how many others have to go for it, by when, and the last of them. */
void explain_evicting(uint32_t nr, uint64_t deadline_ns, const char *vm, uint32_t accel);
int usage_main(struct tool *tool, const struct args *args);
int gpu_audit_main(struct tool *tool, const struct args *args);
int queue_main(struct tool *tool, const struct args *args);
int status_main(struct tool *tool, const struct args *args);
int version_main(struct tool *tool, const struct args *args);

/* The tool itself; tests compare manual and completion with it. */
extern const struct command ctl_command;

#endif /* GPUWARDCTL_H */
