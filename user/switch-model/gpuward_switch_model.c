// SPDX-License-Identifier: GPL-2.0-only
/*
 * gpuward_my_accel_set_model.c - gpuward-switch-model: another model for one of the caller's
 * accelerators.
 */
#include "switch.h"
#include "../common/menu.h"
#include "../common/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { O_MODEL, O_INDEX };
static const struct option_row options[] = {
	{ "model", 'M', "N|NAME", "switch to this one, by number or name, and end" },
	{ "index", 'i', "IDX", "the accelerator (default: the one of this cgroup)" },
	{},
};

/* Show the list; returns how many there are. */
static unsigned int show_models(const struct gpuward_model_info *models)
{
	const struct gpuward_model_info *model, *current = NULL;
	char *name;

	for (model = models; model; model = model->next)
		if (model->is_current)
			current = model;
	name = text_escape(current ? current->name : "none");
	printf("Current " DEFAULT_BRAND ": %s\n\n", name ?: "");
	free(name);
	return menu_models(models);
}

static int switch_to(struct tool *tool, uint32_t accel, const char *model)
{
	struct gpuward_job_info *busy;
	char *name;
	int err = gpuward_my_accel_set_model(tool->g, accel, model, &busy);

	if (err == -EBUSY && busy)
		err = menu_busy(tool, busy, "The model can be switched when it has ended.");
	else if (err)
		err = tool_fail(tool, model, err);
	gpuward_free(busy);
	if (err)
		return err;
	name = text_escape(model);
	printf("The " DEFAULT_BRAND " model is successfully switched to \"%s\".\n", name ?: "");
	free(name);
	return EXIT_DONE;
}

static int read_models(struct tool *tool, uint32_t accel, struct gpuward_model_info **models)
{
	int err = gpuward_my_models(tool->g, accel, models);

	if (err)
		return tool_fail(tool, NULL, err);
	return *models ? 0 : tool_die(tool, EXIT_NOT_FOUND, "no accelerator %u, or no model for it",
				      accel);
}

/* One round of the menu. Returns 1 to go on, 0 at the end; *@code is that of the last attempt. */
static int ask_once(struct tool *tool, uint32_t accel, int *code)
{
	const struct gpuward_model_info *model;
	struct gpuward_model_info *models;
	char line[MENU_LINE_LEN], what[32];
	const char *choice;
	unsigned int nr;
	int goes_on = 0, err = read_models(tool, accel, &models);

	if (err) {
		*code = err;
		return 0;
	}
	nr = show_models(models);
	snprintf(what, sizeof(what), "1-%u", nr);
	choice = menu_ask(what, line);
	if (!choice)
		goto out;
	goes_on = 1;
	model = menu_find_model(models, choice);
	if (model) {
		*code = switch_to(tool, accel, model->name);
	} else {
		*code = tool_die(tool, EXIT_USAGE, "\"%s\" is none of 1 to %u, q and Q", choice, nr);
	}
	putchar('\n');
out:
	gpuward_free(models);
	return goes_on;
}

static int choose_once(struct tool *tool, uint32_t accel, const char *choice)
{
	const struct gpuward_model_info *model;
	struct gpuward_model_info *models;
	int code = read_models(tool, accel, &models);

	if (code)
		return code;
	model = menu_find_model(models, choice);
	code = model ? switch_to(tool, accel, model->name) :
	       tool_die(tool, EXIT_NOT_FOUND, "model \"%s\" not found", choice);
	gpuward_free(models);
	return code;
}

static int switch_main(struct tool *tool, const struct args *args)
{
	const char *index = args->option[O_INDEX];
	struct gpuward_vm_info *vm;
	uint32_t accel = 0;
	int code = EXIT_DONE, err;

	if (index && args_u32(tool->path, "--index", index, 0, UINT32_MAX, &accel))
		return EXIT_USAGE;
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_my_vm(tool->g, &vm);
	if (err)
		return tool_fail(tool, NULL, err);
	if (!index)
		accel = vm->bound_accel;
	gpuward_free(vm);
	if (args->option[O_MODEL])
		return choose_once(tool, accel, args->option[O_MODEL]);
	while (ask_once(tool, accel, &code))
		;
	return code;
}

const struct command switch_command = {
	"gpuward-switch-model", "", 0, 0, "show the models and switch to another one", options,
	switch_main,
};
