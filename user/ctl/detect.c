// SPDX-License-Identifier: GPL-2.0-only
/*
 * detect.c - gpuwardctl gpu detect: find GPUs and declare them. One that is not found stays
 * declared: it may only be busy or unplugged for now.
 */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>

#define GPU_FIELD(name) GPUWARD_FIELD(GPUWARD_A_GPU_##name)

enum { O_APPLY, O_JSON, O_NO_HEADINGS };
const struct option_row detect_options[] = {
	{ "apply", 0, NULL, "declare what was found, update what changed" },
	{ "json", 0, NULL, "print JSON with stable keys" },
	{ "no-headings", 0, NULL, "leave out the line of headings" },
	{},
};

static const char *const headings[] = {
	"MINOR", "MEMORY", "PCIE", "NUMA", "PCI", "UUID", "NAME", "NOTE", NULL,
};

static void add_row(struct table *table, const struct gpuward_gpu_info *gpu)
{
	char size[GPUWARD_SIZE_LEN], uuid[UUID_TEXT_LEN];

	table_cell(table, "%u", gpu->minor);
	table_cell(table, "%s", gpu->fields & GPU_FIELD(MEMORY) ?
		   gpuward_format_size(gpu->memory_bytes, size) : "-");
	table_cell(table, "%s", *gpu->pcie ? gpu->pcie : "-");
	if (gpu->numa < 0)
		table_cell(table, "-");
	else
		table_cell(table, "%d", gpu->numa);
	table_cell(table, "%s", gpu->pci);
	table_cell(table, "%s", gpu->fields & GPU_FIELD(UUID) ? uuid_text(gpu->uuid, uuid) : "-");
	table_cell(table, "%s", *gpu->name ? gpu->name : "-");
	table_cell(table, "%s", gpu->note);
}

/* Declare one GPU, or bring its declaration up to date. 0 or an exit code. */
static int gpu_declare(struct tool *tool, const struct gpuward_gpu_info *gpu)
{
	char minor[16];
	int err;

	snprintf(minor, sizeof(minor), "%u", gpu->minor);
	if (!(gpu->fields & GPU_FIELD(MEMORY)))
		return tool_die(tool, EXIT_FAILED, "%s: not declared: memory size unknown (%s)",
				minor, gpu->note);
	err = gpuward_gpu_add(tool->g, gpu);
	if (err == -EEXIST)
		err = gpuward_gpu_set(tool->g, gpu);
	return err ? tool_fail(tool, minor, err) : EXIT_DONE;
}

int detect_main(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info *gpus, *gpu;
	int err, code = EXIT_DONE;

	tool->is_json = !!args->option[O_JSON];
	tool->is_headless = !!args->option[O_NO_HEADINGS];
	if (args->option[O_APPLY]) {
		err = tool_open(tool);
		if (err)
			return err;
	}
	err = gpuward_detect(tool->g, &gpus);
	if (err)
		return tool_fail(tool, NULL, err);
	if (!gpus && !tool->is_json)
		fprintf(stderr, "%s: the driver has no GPU\n", tool->path);
	for (gpu = args->option[O_APPLY] ? gpus : NULL; gpu; gpu = gpu->next) {
		int failed = gpu_declare(tool, gpu);

		code = code ?: failed;
	}
	return show_list(tool, "gpus", gpus, headings, add_row, json_gpu) ?: code;
}
