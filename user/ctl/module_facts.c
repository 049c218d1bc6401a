// SPDX-License-Identifier: GPL-2.0-only
/*
 * module_facts.c - what is known of a module: from its file, and from the kernel that has it.
 * Owns the places to look. Must not change anything.
 */
#include "module.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct kmod_ctx *module_context(struct tool *tool)
{
	struct kmod_ctx *context = NULL;
	char *path;

	if (asprintf(&path, "%s/lib/modules/%s", host_root(), host_release()) > 0) {
		context = kmod_new(path, NULL);
		free(path);
	}
	if (context)
		kmod_set_log_priority(context, -1);	/* what it would say is told here */
	else
		tool_die(tool, EXIT_FAILED, "out of memory");
	return context;
}

static int read_info(struct module_file *file)
{
	int err = kmod_module_get_info(file->module, &file->info);

	if (err >= 0)
		return 0;
	module_close(file);
	return err;
}

int module_find(struct kmod_ctx *context, const char *name, struct module_file *file)
{
	struct kmod_list *list = NULL;
	int err;

	memset(file, 0, sizeof(*file));
	err = kmod_module_new_from_lookup(context, name, &list);
	if (err < 0)
		return err;
	if (!list)
		return -ENOENT;
	file->module = kmod_module_get_module(list);
	kmod_module_unref_list(list);
	if (kmod_module_get_path(file->module))
		return read_info(file);
	module_close(file);	/* built into the kernel */
	return -ENOENT;
}

int module_open(struct tool *tool, struct kmod_ctx *context, const char *path,
		struct module_file *file)
{
	int err;

	memset(file, 0, sizeof(*file));
	err = kmod_module_new_from_path(context, path, &file->module);
	if (err < 0)
		return tool_die(tool, tool_exit_code(err), "open %s: %s", path, strerror(-err));
	err = read_info(file);
	if (err)
		return tool_die(tool, EXIT_FAILED, "%s: not a kernel module that can be read: %s", path,
				strerror(-err));
	if (!strcmp(module_get(file, "name"), MODULE_NAME))
		return 0;
	tool_die(tool, EXIT_FAILED, "%s: this is not " MODULE_NAME " but \"%s\"", path,
		 module_get(file, "name"));
	module_close(file);
	return EXIT_FAILED;
}

void module_close(struct module_file *file)
{
	kmod_module_info_free_list(file->info);
	kmod_module_unref(file->module);
	memset(file, 0, sizeof(*file));
}

const char *module_get(const struct module_file *file, const char *key)
{
	struct kmod_list *at;

	kmod_list_foreach(at, file->info)
		if (!strcmp(kmod_module_info_get_key(at), key))
			return kmod_module_info_get_value(at);
	return "";
}

int module_fits(const struct module_file *file)
{
	const char *magic = module_get(file, "vermagic");
	size_t len = strcspn(magic, " ");

	return len == strlen(host_release()) && !strncmp(magic, host_release(), len);
}

const struct kmod_list *module_next_parameter(const struct module_file *file,
					      const struct kmod_list *at)
{
	for (at = at ? kmod_list_next(file->info, at) : file->info; at;
	     at = kmod_list_next(file->info, at))
		if (!strcmp(kmod_module_info_get_key(at), "parm"))
			return at;
	return NULL;
}

int module_read(char text[MODULE_TEXT], const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	FILE *from;
	int len = snprintf(path, sizeof(path), "%s", host_root());

	va_start(args, format);
	vsnprintf(path + len, sizeof(path) - (size_t)len, format, args);
	va_end(args);
	from = fopen(path, "re");
	if (!from || !fgets(text, MODULE_TEXT, from))
		*text = '\0';
	if (from)
		fclose(from);
	text[strcspn(text, "\n")] = '\0';
	return from ? 0 : -1;
}

int module_is_loaded(const char *name)
{
	char state[MODULE_TEXT];

	/* What is built in has a folder, too, but no state. */
	return !module_read(state, "/sys/module/%s/initstate", name);
}

void module_holders(char text[MODULE_TEXT])
{
	char path[PATH_MAX];
	struct dirent **entries;
	size_t len = 0;
	int i, nr;

	*text = '\0';
	snprintf(path, sizeof(path), "%s/sys/module/" MODULE_NAME "/holders", host_root());
	nr = scandir(path, &entries, NULL, alphasort);
	for (i = 0; i < nr; i++) {
		const char *name = entries[i]->d_name;

		if (*name != '.' && len + strlen(name) + 2 < MODULE_TEXT)
			len += (size_t)sprintf(text + len, "%s%s", len ? " " : "", name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

void module_lockdown(char mode[MODULE_TEXT])
{
	char text[MODULE_TEXT], *from;

	/* "none [integrity] confidentiality" */
	module_read(text, "/sys/kernel/security/lockdown");
	from = strchr(text, '[');
	snprintf(mode, MODULE_TEXT, "%.*s", from ? (int)strcspn(from + 1, "]") : 0, from ? from + 1 : "");
}
