// SPDX-License-Identifier: GPL-2.0-only
/* device.c - gpuward-smi device: list, add and remove accelerators, choose the default. */
#include "smi.h"
#include "../common/json.h"
#include "../common/menu.h"
#include "box.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { O_LIST, O_ADD, O_RM, O_SWITCH, O_LIST_JSON };
const struct option_row device_options[] = {
	[O_LIST] = { "list", 0, NULL, "my accelerators (when nothing else is asked for)" },
	[O_ADD] = { "add", 0, "[=MODEL]", "add an accelerator of MODEL; asks without one" },
	[O_RM] = { "rm", 0, "[=IDX]", "remove accelerator IDX; asks without one" },
	[O_SWITCH] = { "switch", 0, "[=IDX]", "make IDX the default; asks without one" },
	[O_LIST_JSON] = { "json", 0, NULL, "print the list as JSON with stable keys" },
	[O_LIST_JSON + 1] = {},
};

static const char *const headings[] = {
	"Device", "Name", "Model", "GPUs", "Total Memory", "State", NULL,
};

static int read_accels(struct tool *tool, struct gpuward_accel_info **accels)
{
	int err = gpuward_my_accels(tool->g, accels);

	return err ? tool_fail(tool, NULL, err) : 0;
}

static int show_table(const struct gpuward_accel_info *accel)
{
	struct box *box = box_new(headings);
	int err;

	for (; accel; accel = accel->next) {
		box_cell(box, "%c %u", accel->is_default ? '*' : ' ', accel->index);
		box_cell(box, "%s", accel->name);
		box_cell(box, "%s", accel->model);
		box_cell(box, "%u", accel->nr_gpus);
		box_cell(box, "%" PRIu64 " MiB", accel->memory_bytes >> 20);
		box_cell(box, "%s", gpuward_word(GPUWARD_WORDS_ACCEL, accel->state));
	}
	err = box_print(box, stdout, NULL, NULL, "");
	box_free(box);
	return err;
}

static int device_list(struct tool *tool)
{
	struct gpuward_accel_info *accels;
	int err = read_accels(tool, &accels), failed;

	if (err)
		return err;
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);

		json_list(document, "accelerators", accels, json_accel);
		failed = json_print(document);
	} else {
		failed = show_table(accels);
	}
	gpuward_free(accels);
	return failed ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}

/* --- what is done with a choice ----------------------------------------------------------- */

static int device_add(struct tool *tool, const char *model)
{
	uint32_t index;
	int err = gpuward_my_accel_add(tool->g, model, &index);
	char *name;

	if (err)
		return tool_fail(tool, "--add", err);
	name = text_escape(model);
	printf("Device %u with model \"%s\" is added.\n", index, name ?: "");
	free(name);
	return EXIT_DONE;
}

static int device_rm(struct tool *tool, uint32_t index)
{
	struct gpuward_job_info *busy;
	int err = gpuward_my_accel_del(tool->g, index, &busy);

	if (err == -EBUSY && busy)
		err = menu_busy(tool, busy, "It can be removed when that has ended.");
	else if (err)
		err = tool_fail(tool, "--rm", err);
	else
		printf("Device %u is removed.\n", index);
	gpuward_free(busy);
	return err;
}

static int device_set_default(struct tool *tool, uint32_t index)
{
	int err = gpuward_my_accel_set_default(tool->g, index);

	if (err)
		return tool_fail(tool, "--switch", err);
	printf("Device %u is the default now.\n", index);
	return EXIT_DONE;
}

/* --- menus -------------------------------------------------------------------------------- */

/* A model by number or name, or asked for until one fits or the user leaves. */
static int choose_model(struct tool *tool, const char *given)
{
	const struct gpuward_model_info *model = NULL;
	struct gpuward_model_info *models;
	struct gpuward_vm_info *vm;
	char line[MENU_LINE_LEN], what[32];
	const char *choice = given;
	unsigned int nr;
	int code = EXIT_DONE, err = gpuward_my_vm(tool->g, &vm);

	if (!err) {
		err = gpuward_my_models(tool->g, vm->default_accel, &models);
		gpuward_free(vm);
	}
	if (err)
		return tool_fail(tool, "--add", err);
	if (given) {
		model = menu_find_model(models, given);
		if (!model)
			code = tool_die(tool, EXIT_NOT_FOUND, "model \"%s\" not found", given);
	} else {
		nr = menu_models(models);
		snprintf(what, sizeof(what), "1-%u", nr);
		while (!model && (choice = menu_ask(what, line))) {
			model = menu_find_model(models, choice);
			if (!model)
				code = tool_die(tool, EXIT_USAGE, "\"%s\" is none of 1 to %u, q and Q",
						choice, nr);
		}
	}
	if (model)
		code = device_add(tool, model->name);
	gpuward_free(models);
	return code;
}

static int has_index(const struct gpuward_accel_info *accel, uint32_t index)
{
	for (; accel; accel = accel->next)
		if (accel->index == index)
			return 1;
	return 0;
}

/* An accelerator by index, or asked for until one fits or the user leaves. */
static int choose_accel(struct tool *tool, const char *given,
			int (*act)(struct tool *tool, uint32_t index))
{
	struct gpuward_accel_info *accels;
	char line[MENU_LINE_LEN];
	const char *choice;
	uint32_t index;
	int code;

	if (given)
		return args_u32(tool->path, "IDX", given, 0, UINT32_MAX, &index) ?: act(tool, index);
	code = read_accels(tool, &accels);
	if (code)
		return code;
	code = show_table(accels) ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
	while (!code || code == EXIT_USAGE) {
		choice = menu_ask("device", line);
		if (!choice)
			break;
		code = args_u32(tool->path, "a device", choice, 0, UINT32_MAX, &index);
		if (!code && has_index(accels, index)) {
			code = act(tool, index);
			break;
		}
		if (!code)
			code = tool_die(tool, EXIT_USAGE, "no device %u", index);
	}
	gpuward_free(accels);
	return code;
}

/* --- the verb ----------------------------------------------------------------------------- */

int device_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	int nr = !!o[O_LIST] + !!o[O_ADD] + !!o[O_RM] + !!o[O_SWITCH], err;
	const char *what = o[O_ADD] ?: o[O_RM] ?: o[O_SWITCH];

	if (nr > 1)
		return tool_die(tool, EXIT_USAGE, "only one of --list, --add, --rm and --switch");
	if (o[O_LIST_JSON] && what)
		return tool_die(tool, EXIT_USAGE, "--json goes with --list only");
	if (args->nr_operands && (!what || *what))
		return tool_die(tool, EXIT_USAGE, "unexpected \"%s\"", args->operand[0]);
	if (what && !*what)
		what = args->nr_operands ? args->operand[0] : NULL;
	tool->is_json = !!o[O_LIST_JSON];
	err = tool_open(tool);
	if (err)
		return err;
	if (o[O_ADD])
		return choose_model(tool, what);
	if (o[O_RM])
		return choose_accel(tool, what, device_rm);
	if (o[O_SWITCH])
		return choose_accel(tool, what, device_set_default);
	return device_list(tool);
}
