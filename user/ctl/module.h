/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - what the verbs of "module" share: module files, what the kernel says of modules.
 * Owns these declarations. Must not be seen by other verbs.
 */
#ifndef GPUWARDCTL_MODULE_H
#define GPUWARDCTL_MODULE_H

#include "../common/host.h"
#include "../common/tool.h"

#define MODULE_NAME "gpuward"
#define MODULE_TEXT 512		/* of what is read from sysfs */

enum { O_MODULE_FILE, O_MODULE_JSON };

/* A module file, and what stands in its .modinfo. */
struct module_file {
	struct kmod_module *module;
	struct kmod_list *info;
};

/* The modules installed for the running kernel; NULL after telling. */
struct kmod_ctx *module_context(struct tool *tool);

/* What modprobe would load by this name. 0, or a negative errno: -ENOENT when there is none. */
int module_find(struct kmod_ctx *context, const char *name, struct module_file *file);

/* A file by its path: 0, or an exit code after telling what is wrong with it. */
int module_open(struct tool *tool, struct kmod_ctx *context, const char *path,
		struct module_file *file);
void module_close(struct module_file *file);

/* The first value of a key, "" when there is none. */
const char *module_get(const struct module_file *file, const char *key);

/* The release that a file was built for is the one that runs. */
int module_fits(const struct module_file *file);

/* The entries at and after @at that describe a parameter: "NAME:text". NULL at the end. */
const struct kmod_list *module_next_parameter(const struct module_file *file,
					      const struct kmod_list *at);

/* The first line of a file below the host's root. -1 with "" when it can not be read. */
int module_read(char text[MODULE_TEXT], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int module_is_loaded(const char *name);

/* The modules that use it, with blanks between them. */
void module_holders(char text[MODULE_TEXT]);

/* The mode of the kernel's lockdown: "none", "integrity", "confidentiality", "" when unknown. */
void module_lockdown(char mode[MODULE_TEXT]);

/* The kernel's log from now on, or -1; then its last line about the module, "" for none. */
int module_log_open(void);
void module_log_read(int log, char line[MODULE_TEXT]);

/* Why the kernel did not load, or unload: tells it, with what helps, and gives the exit code. */
int module_not_loaded(struct tool *tool, const struct module_file *file, int err, const char *line);
int module_not_unloaded(struct tool *tool, int err);

#endif /* GPUWARDCTL_MODULE_H */
