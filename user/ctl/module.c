// SPDX-License-Identifier: GPL-2.0-only
/*
 * module.c - gpuwardctl module: status, load, unload of the kernel module.
 * Owns loading and unloading. Must not leave the reason of a refusal to the kernel's log.
 */
#include "ctl.h"
#include "module.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct option_row module_options[] = {
	{ "file", 0, "PATH", "look at this file, too" },
	{ "json", 0, NULL, "print JSON with stable keys" },
	{},
};

static const struct option_row load_options[] = {
	{ "file", 0, "PATH", "load this file, not the installed one" },
	{},
};

/* A parameter that a module does not have would be ignored by the kernel. */
static int check_parameter(struct tool *tool, const struct module_file *file, const char *text)
{
	const struct kmod_list *at = NULL;
	size_t len = strcspn(text, "=");

	if (!text[len] || !len || strpbrk(text, " \t\n\""))
		return tool_die(tool, EXIT_USAGE, "\"%s\" is not PARAM=VALUE", text);
	while ((at = module_next_parameter(file, at))) {
		const char *parm = kmod_module_info_get_value(at);

		if (!strncmp(parm, text, len) && parm[len] == ':')
			return 0;
	}
	return tool_die(tool, EXIT_USAGE, "%s has no parameter \"%.*s\"; 'modinfo -p %s' shows them",
			kmod_module_get_path(file->module), (int)len, text,
			kmod_module_get_path(file->module));
}

/* All in one string; NULL after telling what is wrong (*@code). */
static char *join_parameters(struct tool *tool, const struct args *args,
			     const struct module_file *file, int *code)
{
	size_t size = 1;
	char *options;
	int i;

	for (i = 0; i < args->nr_operands; i++) {
		*code = check_parameter(tool, file, args->operand[i]);
		if (*code)
			return NULL;
		size += strlen(args->operand[i]) + 1;
	}
	options = calloc(1, size);
	if (!options)
		*code = tool_die(tool, EXIT_FAILED, "out of memory");
	for (i = 0; options && i < args->nr_operands; i++)
		sprintf(options + strlen(options), "%s%s", i ? " " : "", args->operand[i]);
	return options;
}

static int insert(struct tool *tool, const struct args *args, const struct module_file *file)
{
	char line[MODULE_TEXT], *options;
	int err, log, code = EXIT_DONE;

	options = join_parameters(tool, args, file, &code);
	if (!options)
		return code;
	log = module_log_open();
	err = host_load(file->module, options);
	module_log_read(log, line);
	free(options);
	if (!err || err == -EEXIST)	/* somebody else was quicker */
		return EXIT_DONE;
	return module_not_loaded(tool, file, err, line);
}

/* What stands in the way already: being loaded, or half so. */
static int tell_loaded(struct tool *tool, const struct args *args)
{
	char version[MODULE_TEXT], state[MODULE_TEXT];

	module_read(state, "/sys/module/" MODULE_NAME "/initstate");
	if (strcmp(state, "live"))
		return tool_die(tool, EXIT_BUSY, "it is on its way in or out at this moment (%s): try again",
				state);
	module_read(version, "/sys/module/" MODULE_NAME "/version");
	printf(MODULE_NAME " %s is loaded already%s\n", version,
	       args->option[O_MODULE_FILE] || args->nr_operands ?
	       ", and stays as it is: 'gpuwardctl module unload' first to load it otherwise" : "");
	return EXIT_DONE;
}

static int load_main(struct tool *tool, const struct args *args)
{
	struct kmod_ctx *context;
	struct module_file file;
	int code;

	if (module_is_loaded(MODULE_NAME))
		return tell_loaded(tool, args);
	context = module_context(tool);
	if (!context)
		return EXIT_FAILED;
	if (args->option[O_MODULE_FILE])
		code = module_open(tool, context, args->option[O_MODULE_FILE], &file);
	else if (module_find(context, MODULE_NAME, &file))
		code = tool_die(tool, EXIT_NOT_FOUND,
				"no " MODULE_NAME " module is installed for kernel %s: 'make modules modules_install' in the sources builds and installs it; --file loads one that is elsewhere",
				host_release());
	else
		code = EXIT_DONE;
	if (!code) {
		code = insert(tool, args, &file);
		module_close(&file);
	}
	kmod_unref(context);
	return code;
}

static int unload_main(struct tool *tool, const struct args *args)
{
	struct kmod_module *module;
	struct kmod_ctx *context;
	int err;

	(void)args;
	if (!module_is_loaded(MODULE_NAME)) {
		printf(MODULE_NAME " is not loaded\n");
		return EXIT_DONE;
	}
	context = module_context(tool);
	if (!context)
		return EXIT_FAILED;
	err = kmod_module_new_from_name(context, MODULE_NAME, &module);
	if (!err) {
		err = host_unload(module);
		kmod_module_unref(module);
	}
	kmod_unref(context);
	return err ? module_not_unloaded(tool, err) : EXIT_DONE;
}

const struct command module_verbs[] = {
	{ "status", "", 0, 0, "which module is installed, which is loaded, who uses it", module_options,
	  module_status_main },
	{ "load", "[PARAM=VALUE...]", 0, MAX_OPERANDS, "load the module, or say why that can not be",
	  load_options, load_main },
	{ "unload", "", 0, 0, "unload the module, or say who holds it", NULL, unload_main },
	{},
};
