// SPDX-License-Identifier: GPL-2.0-only
/* model.c - gpuwardctl model: accelerator models. */
#include "ctl.h"
#include "list.h"

#include <string.h>

#define MODEL_FIELD(name) GPUWARD_FIELD(GPUWARD_A_MODEL_##name)

enum { O_MEMORY, O_GPUS };
static const struct option_row options[] = {
	{ "memory", 0, "SIZE", "memory over all its GPUs, such as 16gb" },
	{ "gpus", 0, "N", "GPUs that it spans, 1 to 16 (default 1)" },
	{},
};

static const char *const headings[] = { "NAME", "MEMORY", "GPUS", "ACCELS", NULL };

static void add_row(struct table *table, const struct gpuward_model_info *model)
{
	char size[GPUWARD_SIZE_LEN];

	table_cell(table, "%s", model->name);
	table_cell(table, "%s", gpuward_format_size(model->memory_bytes, size));
	table_cell(table, "%u", model->nr_gpus);
	table_cell(table, "%u", model->nr_accels);
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_model_info *models;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_models(tool->g, &models);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_list(tool, "models", models, headings, add_row, json_model);
}

static int parse_model(struct tool *tool, const struct args *args,
		       struct gpuward_model_info *model)
{
	const char *name = args->operand[0];
	int err;

	if (!*name || strlen(name) >= sizeof(model->name))
		return tool_die(tool, EXIT_USAGE, "a name has 1 to %d bytes",
				GPUWARD_NAME_LEN - 1);
	strcpy(model->name, name);
	model->fields = MODEL_FIELD(NAME);
	if (args->option[O_MEMORY]) {
		err = args_size(tool->path, "--memory", args->option[O_MEMORY],
				&model->memory_bytes);
		if (err)
			return err;
		model->fields |= MODEL_FIELD(MEMORY);
	}
	if (args->option[O_GPUS]) {
		model->fields |= MODEL_FIELD(NR_GPUS);
		return args_u32(tool->path, "--gpus", args->option[O_GPUS], 1, GPUWARD_MAX_PLACED,
				&model->nr_gpus);
	}
	return 0;
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_model_info model = { .nr_gpus = 1 };
	int err = parse_model(tool, args, &model);

	if (err)
		return err;
	if (!args->option[O_MEMORY])
		return tool_die(tool, EXIT_USAGE, "needs --memory SIZE");
	model.fields |= MODEL_FIELD(NR_GPUS);
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_model_add(tool->g, &model);
	return err ? tool_fail(tool, model.name, err) : EXIT_DONE;
}

static int set_main_model(struct tool *tool, const struct args *args)
{
	struct gpuward_model_info model = {};
	int err = parse_model(tool, args, &model);

	if (err)
		return err;
	if (model.fields == MODEL_FIELD(NAME))
		return tool_die(tool, EXIT_USAGE, "nothing to change; try '--help'");
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_model_set(tool->g, &model);
	return err ? tool_fail(tool, model.name, err) : EXIT_DONE;
}

static int del_main(struct tool *tool, const struct args *args)
{
	int err = tool_open(tool);

	if (err)
		return err;
	err = gpuward_model_del(tool->g, args->operand[0]);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

const struct command model_verbs[] = {
	{ "list", "", 0, 0, "all models", list_options, list_main },
	{ "add", "NAME", 1, 1, "make a model", options, add_main },
	{ "set", "NAME", 1, 1, "change a model; its memory for running programs, too", options,
	  set_main_model },
	{ "del", "NAME", 1, 1, "delete a model that no accelerator has", NULL, del_main },
	{},
};
