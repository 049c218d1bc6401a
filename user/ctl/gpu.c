// SPDX-License-Identifier: GPL-2.0-only
/* gpu.c - gpuwardctl gpu: physical GPUs. */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define GPU_FIELD(name) GPUWARD_FIELD(GPUWARD_A_GPU_##name)

enum { O_MEMORY, O_NAME, O_PCI, O_UUID, O_ID, O_INSTANCE, O_NUMA, O_NVLINK, O_PCIE, O_DRIVER };
static const struct option_row options[] = {
	{ "memory", 0, "SIZE", "its video memory, such as 80GiB" },
	{ "name", 0, "NAME", "as the driver names it" },
	{ "pci", 0, "ADDRESS", "dddd:bb:dd.f" },
	{ "uuid", 0, "UUID", "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" },
	{ "gpu-id", 0, "N", "gpuId of the driver's resource manager" },
	{ "instance", 0, "N", "its device instance there (default: the minor)" },
	{ "numa", 0, "N", "NUMA node, -1 when unknown" },
	{ "nvlink", 0, "N", "NVLink domain: GPUs of one number are linked; 0 when unknown" },
	{ "pcie-switch", 0, "ADDRESS", "bridge that GPUs on its switch share; \"\" when unknown" },
	{ "driver-reserve", 0, "SIZE", "memory that the driver takes, never placed (default 0)" },
	{},
};

static const char *const headings[] = {
	"MINOR", "STATE", "MEMORY", "DRIVER", "RESERVED", "PLACED", "NVLINK", "PCIE", "NUMA", "PCI",
	"NAME", NULL,
};

static void add_row(struct table *table, const struct gpuward_gpu_info *gpu)
{
	char size[GPUWARD_SIZE_LEN];

	table_cell(table, "%u", gpu->minor);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_GPU, gpu->state));
	table_cell(table, "%s", gpuward_format_size(gpu->memory_bytes, size));
	table_cell(table, "%s", gpuward_format_size(gpu->driver_bytes, size));
	table_cell(table, "%s", gpuward_format_size(gpu->reserved_bytes, size));
	table_cell(table, "%u", gpu->nr_placed);
	if (gpu->nvlink)
		table_cell(table, "%u", gpu->nvlink);
	else
		table_cell(table, "-");
	table_cell(table, "%s", *gpu->pcie ? gpu->pcie : "-");
	if (gpu->numa < 0 || !(gpu->fields & GPU_FIELD(NUMA)))
		table_cell(table, "-");
	else
		table_cell(table, "%d", gpu->numa);
	table_cell(table, "%s", *gpu->pci ? gpu->pci : "-");
	table_cell(table, "%s", *gpu->name ? gpu->name : "-");
}

/* Below a table: why GPUs are in quarantine, a line each. */
static void show_evidence(const struct gpuward_gpu_info *gpu)
{
	char *vm, *reason;

	for (; gpu; gpu = gpu->next) {
		if (gpu->state != GPUWARD_GPU_QUARANTINE)
			continue;
		vm = text_escape(gpu->held_vm);
		reason = text_escape(gpu->reason);
		printf("GPU %u is in quarantine since %" PRIu64 ".%03" PRIu64 " s after boot: ", gpu->minor,
		       gpu->since_ns / 1000000000, gpu->since_ns / 1000000 % 1000);
		if (gpu->fields & GPU_FIELD(HELD))
			printf("VM \"%s\", accelerator %u: ", vm ?: "", gpu->held_accel);
		puts(reason ?: "");
		free(vm);
		free(reason);
	}
}

static int show_gpus(struct tool *tool, struct gpuward_gpu_info *gpus)
{
	struct gpuward_gpu_info *gpu;
	struct table *table;
	int failed;

	if (tool->is_json)
		return show_list(tool, "gpus", gpus, headings, add_row, json_gpu);
	table = table_new(headings);
	for (gpu = gpus; gpu; gpu = gpu->next)
		add_row(table, gpu);
	failed = table_print(table, tool->is_headless);
	table_free(table);
	show_evidence(gpus);
	gpuward_free(gpus);
	return failed ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}

static int show_main_gpu(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info *gpu;
	struct json_object *document;
	uint32_t minor;
	int err;

	err = args_u32(tool->path, "MINOR", args->operand[0], 0, 247, &minor) ?:
	      open_list(tool, args);
	if (err)
		return err;
	err = gpuward_gpu_get(tool->g, minor, &gpu);
	if (err)
		return tool_fail(tool, args->operand[0], err);
	if (!tool->is_json)
		return show_gpus(tool, gpu);
	document = json_document(tool->g);
	json_object_object_add(document, "gpu", json_gpu(gpu));
	gpuward_free(gpu);
	return json_print(document) ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info *gpus;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_gpus(tool->g, &gpus);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_gpus(tool, gpus);
}

static int parse_text(struct tool *tool, const char *option, const char *text, char *to,
		      size_t size)
{
	if (strlen(text) >= size)
		return tool_die(tool, EXIT_USAGE, "%s is too long", option);
	strcpy(to, text);
	return 0;
}

static int parse_minor(struct tool *tool, const struct args *args, struct gpuward_gpu_info *gpu)
{
	gpu->fields = GPU_FIELD(MINOR);
	return args_u32(tool->path, "MINOR", args->operand[0], 0, 247, &gpu->minor);
}

/* What decides which GPUs are near to each other, and how much of one is placed. */
static int parse_links(struct tool *tool, const struct args *args, struct gpuward_gpu_info *gpu)
{
	const char *const *o = args->option;
	int err = 0;

	if (o[O_NUMA]) {
		err = args_s32(tool->path, "--numa", o[O_NUMA], &gpu->numa);
		gpu->fields |= GPU_FIELD(NUMA);
	}
	if (!err && o[O_NVLINK]) {
		err = args_u32(tool->path, "--nvlink", o[O_NVLINK], 0, UINT32_MAX, &gpu->nvlink);
		gpu->fields |= GPU_FIELD(NVLINK);
	}
	if (!err && o[O_PCIE]) {
		err = parse_text(tool, "--pcie-switch", o[O_PCIE], gpu->pcie, sizeof(gpu->pcie));
		gpu->fields |= GPU_FIELD(PCIE);
	}
	if (!err && o[O_DRIVER]) {
		err = args_size(tool->path, "--driver-reserve", o[O_DRIVER], &gpu->driver_bytes);
		gpu->fields |= GPU_FIELD(DRIVER);
	}
	return err;
}

static int parse_options(struct tool *tool, const struct args *args, struct gpuward_gpu_info *gpu)
{
	const char *const *o = args->option;
	int err = 0;

	if (o[O_MEMORY]) {
		err = args_size(tool->path, "--memory", o[O_MEMORY], &gpu->memory_bytes);
		gpu->fields |= GPU_FIELD(MEMORY);
	}
	if (!err && o[O_NAME]) {
		err = parse_text(tool, "--name", o[O_NAME], gpu->name, sizeof(gpu->name));
		gpu->fields |= GPU_FIELD(NAME);
	}
	if (!err && o[O_PCI]) {
		err = parse_text(tool, "--pci", o[O_PCI], gpu->pci, sizeof(gpu->pci));
		gpu->fields |= GPU_FIELD(PCI);
	}
	if (!err && o[O_UUID]) {
		if (uuid_parse(o[O_UUID], gpu->uuid))
			err = tool_die(tool, EXIT_USAGE, "--uuid must be a UUID");
		gpu->fields |= GPU_FIELD(UUID);
	}
	if (!err && o[O_ID]) {
		err = args_u32(tool->path, "--gpu-id", o[O_ID], 0, UINT32_MAX, &gpu->id);
		gpu->fields |= GPU_FIELD(ID);
	}
	if (!err && o[O_INSTANCE]) {
		err = args_u32(tool->path, "--instance", o[O_INSTANCE], 0, UINT32_MAX,
			       &gpu->instance);
		gpu->fields |= GPU_FIELD(INSTANCE);
	}
	return err ?: parse_links(tool, args, gpu);
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info gpu = {};
	int err = parse_minor(tool, args, &gpu) ?: parse_options(tool, args, &gpu);

	if (err)
		return err;
	if (!args->option[O_MEMORY])
		return tool_die(tool, EXIT_USAGE, "needs --memory SIZE ('gpuwardctl gpu detect' finds it)");
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_gpu_add(tool->g, &gpu);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

static int gpu_change(struct tool *tool, const struct args *args, const struct gpuward_gpu_info *gpu)
{
	int err = tool_open(tool);

	if (err)
		return err;
	err = gpuward_gpu_set(tool->g, gpu);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

static int set_main_gpu(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info gpu = {};
	int err = parse_minor(tool, args, &gpu) ?: parse_options(tool, args, &gpu);

	if (err)
		return err;
	if (gpu.fields == GPU_FIELD(MINOR))
		return tool_die(tool, EXIT_USAGE, "nothing to change; try '--help'");
	return gpu_change(tool, args, &gpu);
}

static int set_state(struct tool *tool, const struct args *args, uint32_t state)
{
	struct gpuward_gpu_info gpu = {};
	int err = parse_minor(tool, args, &gpu);

	gpu.state = state;
	gpu.fields |= GPU_FIELD(STATE);
	return err ?: gpu_change(tool, args, &gpu);
}

static int drain_main(struct tool *tool, const struct args *args)
{
	return set_state(tool, args, GPUWARD_GPU_SHUTDOWN);
}

static int resume_main(struct tool *tool, const struct args *args)
{
	return set_state(tool, args, GPUWARD_GPU_IDLE);
}

static int del_main(struct tool *tool, const struct args *args)
{
	struct gpuward_gpu_info gpu = {};
	int err = parse_minor(tool, args, &gpu) ?: tool_open(tool);

	if (err)
		return err;
	err = gpuward_gpu_del(tool->g, gpu.minor);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

const struct command gpu_verbs[] = {
	{ "list", "", 0, 0, "all declared GPUs", list_options, list_main },
	{ "show", "MINOR", 1, 1, "one GPU, and why it is in quarantine", list_options, show_main_gpu },
	{ "detect", "", 0, 0, "find GPUs through NVIDIA's driver", detect_options, detect_main },
	{ "audit", "", 0, 0, "compare what jobs hold with the driver's own books", list_options,
	  gpu_audit_main },
	{ "add", "MINOR", 1, 1, "declare a GPU by hand", options, add_main },
	{ "set", "MINOR", 1, 1, "change what is known of a GPU", options, set_main_gpu },
	{ "del", "MINOR", 1, 1, "forget a GPU that nothing is placed on", NULL, del_main },
	{ "drain", "MINOR", 1, 1, "no new placements on it", NULL, drain_main },
	{ "resume", "MINOR", 1, 1, "return a GPU that is drained or in quarantine", NULL, resume_main },
	{},
};
