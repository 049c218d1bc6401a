// SPDX-License-Identifier: GPL-2.0-only
/* accel.c - gpuwardctl accel: the VMs' accelerators. */
#include "ctl.h"
#include "list.h"

#include <stdio.h>
#include <string.h>

#define ACCEL_FIELD(name) GPUWARD_FIELD(GPUWARD_A_ACCEL_##name)

enum { O_MODEL, O_NAME, O_PROGRAM, O_DUPLICABLE, O_DEFAULT };
#define COMMON_OPTIONS								\
	{ "name", 0, "NAME", "call it NAME" },					\
	{ "program", 0, "WHAT", "what counts as one program: auto, process, tree or cgroup" }, \
	{ "duplicable", 0, "N", "programs that may share it at once, 1 to 1024" }, \
	{ "default", 0, NULL, "make it the VM's default one" }, {}

static const struct option_row set_options[] = {
	{ "model", 0, "MODEL", "give it another model; refused while a program runs or waits" },
	COMMON_OPTIONS,
};
static const struct option_row add_options[] = {
	{ "model", 0, "MODEL", "its model (default: that of the VM's default accelerator)" },
	COMMON_OPTIONS,
};

const char *const accel_headings[] = {
	"VM", "INDEX", "NAME", "MODEL", "STATE", "USED", "PEAK", "MEMORY", "GPUS", "RUNNING", "WAITING",
	"PROGRAM", "DUPLICABLE", NULL,
};

static const char *gpus_text(const struct gpuward_accel_info *accel, char buf[128])
{
	size_t at = 0;
	uint32_t i;

	snprintf(buf, 128, "-");
	for (i = 0; i < accel->nr_placed && at < 120; i++)
		at += (size_t)snprintf(buf + at, 128 - at, "%s%u", i ? "," : "",
				       accel->placed[i].minor);
	return buf;
}

void accel_row(struct table *table, const struct gpuward_accel_info *accel)
{
	char size[GPUWARD_SIZE_LEN], gpus[128];

	table_cell(table, "%s", accel->vm);
	table_cell(table, "%u%s", accel->index, accel->is_default ? "*" : "");
	table_cell(table, "%s", accel->name);
	table_cell(table, "%s", accel->model);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_ACCEL, accel->state));
	table_cell(table, "%s", gpuward_format_size(accel->used_bytes, size));
	table_cell(table, "%s", gpuward_format_size(accel->peak_bytes, size));
	/* Loud: a limit that is not in force is no limit. */
	if (accel->quota == GPUWARD_QUOTA_UNLIMITED)
		table_cell(table, "UNLIMITED");
	else
		table_cell(table, "%s", gpuward_format_size(accel->memory_bytes, size));
	table_cell(table, "%s", gpus_text(accel, gpus));
	table_cell(table, "%u", accel->nr_running);
	table_cell(table, "%u", accel->nr_waiting);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_PROGRAM, accel->program));
	table_cell(table, "%u", accel->duplicable);
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_accel_info *accels;
	struct gpuward_vm_info *vm = NULL;
	int err = open_list(tool, args);

	if (err)
		return err;
	if (args->nr_operands) {
		err = gpuward_vm_get(tool->g, args->operand[0], &vm);
		if (err)
			return tool_fail(tool, args->operand[0], err);
	}
	err = gpuward_accels(tool->g, vm ? vm->id : 0, &accels);
	gpuward_free(vm);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_list(tool, "accelerators", accels, accel_headings, accel_row, json_accel);
}

int accel_key(struct tool *tool, const char *key, char vm[GPUWARD_NAME_LEN], uint32_t *index,
	      int *has_index)
{
	const char *mark = strrchr(key, '/') ?: strrchr(key, ':');
	size_t len = strlen(key);

	*has_index = 0;
	if (mark && mark[1] && !mark[1 + strspn(mark + 1, "0123456789")]) {
		int err = args_u32(tool->path, "INDEX", mark + 1, 0, UINT32_MAX, index);

		if (err)
			return err;
		*has_index = 1;
		len = (size_t)(mark - key);
	}
	if (!len || len >= GPUWARD_NAME_LEN)
		return tool_die(tool, EXIT_NOT_FOUND, "VM \"%.*s\" not found", (int)len, key);
	memcpy(vm, key, len);
	vm[len] = '\0';
	return 0;
}

/* INDEX is sent only when it was given. */
static int parse_key(struct tool *tool, const char *key, struct gpuward_accel_info *accel)
{
	int has_index;
	int err = accel_key(tool, key, accel->vm, &accel->index, &has_index);

	accel->fields |= ACCEL_FIELD(VM) | (has_index ? ACCEL_FIELD(INDEX) : 0);
	return err;
}

static int parse_text(struct tool *tool, const char *option, const char *text, uint64_t field,
		      char to[GPUWARD_NAME_LEN], struct gpuward_accel_info *accel)
{
	if (!text)
		return 0;
	if (!*text || strlen(text) >= GPUWARD_NAME_LEN)
		return tool_die(tool, EXIT_USAGE, "%s must have 1 to %d bytes", option,
				GPUWARD_NAME_LEN - 1);
	strcpy(to, text);
	accel->fields |= field;
	return 0;
}

static int parse_options(struct tool *tool, const struct args *args,
			 struct gpuward_accel_info *accel)
{
	const char *program = args->option[O_PROGRAM], *duplicable = args->option[O_DUPLICABLE];
	int err, value;

	err = parse_text(tool, "--model", args->option[O_MODEL], ACCEL_FIELD(MODEL), accel->model,
			 accel) ?:
	      parse_text(tool, "--name", args->option[O_NAME], ACCEL_FIELD(NAME), accel->name,
			 accel);
	if (err)
		return err;
	if (program) {
		value = gpuward_word_value(GPUWARD_WORDS_PROGRAM, program);
		if (value < 0)
			return tool_die(tool, EXIT_USAGE,
					"--program must be auto, process, tree or cgroup");
		accel->program = (uint32_t)value;
		accel->fields |= ACCEL_FIELD(PROGRAM);
	}
	if (args->option[O_DEFAULT])
		accel->fields |= ACCEL_FIELD(DEFAULT);
	if (duplicable) {
		accel->fields |= ACCEL_FIELD(DUPLICABLE);
		return args_u32(tool->path, "--duplicable", duplicable, 1, 1024,
				&accel->duplicable);
	}
	return 0;
}

static int set_main_accel(struct tool *tool, const struct args *args)
{
	struct gpuward_accel_info accel = {};
	int err = parse_key(tool, args->operand[0], &accel) ?: parse_options(tool, args, &accel);

	if (err)
		return err;
	accel.fields |= ACCEL_FIELD(INDEX);
	if (accel.fields == (ACCEL_FIELD(VM) | ACCEL_FIELD(INDEX)))
		return tool_die(tool, EXIT_USAGE, "nothing to change; try '--help'");
	err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_accel_set(tool->g, &accel);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_accel_info accel = {}, *made;
	int err = parse_key(tool, args->operand[0], &accel) ?: parse_options(tool, args, &accel) ?:
		  tool_open(tool);

	if (err)
		return err;
	err = gpuward_accel_add(tool->g, &accel, &made);
	if (err)
		return tool_fail(tool, args->operand[0], err);
	printf("%u\n", made->index);
	gpuward_free(made);
	return EXIT_DONE;
}

static int del_main(struct tool *tool, const struct args *args)
{
	struct gpuward_accel_info accel = {};
	int err = parse_key(tool, args->operand[0], &accel);

	if (!err && !(accel.fields & ACCEL_FIELD(INDEX)))
		err = tool_die(tool, EXIT_USAGE, "which one? Needs VM:INDEX");
	if (!err)
		err = tool_open(tool);
	if (err)
		return err;
	err = gpuward_accel_del(tool->g, &accel);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

const struct command accel_verbs[] = {
	{ "list", "[VM]", 0, 1, "all accelerators, or those of one VM", list_options, list_main },
	{ "set", "VM[:INDEX]", 1, 1, "change an accelerator", set_options, set_main_accel },
	{ "add", "VM[:INDEX]", 1, 1, "give a VM one more accelerator, and print its index", add_options,
	  add_main },
	{ "del", "VM:INDEX", 1, 1, "remove an accelerator that no program is on", NULL, del_main },
	{},
};
