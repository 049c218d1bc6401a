// SPDX-License-Identifier: GPL-2.0-only
/* vm.c - gpuwardctl vm: tenants and their tokens. */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"
#include "../common/token.h"

#include <errno.h>
#include <string.h>

#define VM_FIELD(name) GPUWARD_FIELD(GPUWARD_A_VM_##name)

enum { O_CLASS, O_PRIORITY, O_WAIT, O_MAX, O_QUOTA, O_MANAGED, O_TOKEN, O_MODEL, O_GROUP };
#define SET_OPTIONS								\
	{ "class", 0, "CLASS", "reserved, on-demand (default), spot or dedicated" },	\
	{ "priority", 0, "N", "-1000 to 1000, higher goes first (default 0)" },	\
	{ "wait", 0, "queue|fail|MS", "wait, fail at once, or fail after MS milliseconds" }, \
	{ "max-accels", 0, "N", "accelerators it may have, 1 to 64 (default 5)" }, \
	{ "quota", 0, "on|unlimited", "limit its memory (default), or only count it" }, \
	{ "managed", 0, "count|deny|ignore", "managed memory: charged (default), refused, not counted" }, \
	{ "token-stdin", 0, NULL, "read its token from standard input" }

static const struct option_row set_options[] = { SET_OPTIONS, {} };
static const struct option_row add_options[] = {
	SET_OPTIONS,
	{ "model", 0, "MODEL", "model of its first accelerator (needed)" },
	{ "group", 0, "NAME", "model group that it is in (default: the default one)" },
	{},
};
static const struct option_row del_options[] = {
	{ "force", 0, NULL, "end its programs instead of refusing while they run" },
	{},
};

enum { O_SHOW, O_JSON };
static const struct option_row token_options[] = {
	{ "show", 0, NULL, "show it (masked otherwise)" },
	{ "json", 0, NULL, "print JSON with stable keys" },
	{},
};

static const char *const headings[] = {
	"ID", "NAME", "CLASS", "PRIORITY", "WAIT", "ACCELS", "BINDINGS", "FILES", "JOBS", "QUOTA",
	"MANAGED", NULL,
};

static void add_row(struct table *table, const struct gpuward_vm_info *vm)
{
	table_cell(table, "%u", vm->id);
	table_cell(table, "%s", vm->name);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_CLASS, vm->vm_class));
	table_cell(table, "%d", vm->priority);
	if (vm->wait == GPUWARD_WAIT_TIMEOUT)
		table_cell(table, "%u ms", vm->wait_ms);
	else
		table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_WAIT, vm->wait));
	table_cell(table, "%u/%u", vm->nr_accels, vm->max_accels);
	table_cell(table, "%u", vm->nr_bindings);
	table_cell(table, "%u", vm->nr_files);
	table_cell(table, "%u", vm->nr_jobs);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_QUOTA, vm->quota));
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_MANAGED, vm->managed));
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_vm_info *vms;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_vms(tool->g, &vms);
	if (err)
		return tool_fail(tool, NULL, err);
	return show_list(tool, "vms", vms, headings, add_row, json_vm);
}

static int show_main(struct tool *tool, const struct args *args)
{
	struct gpuward_vm_info *vm;
	struct gpuward_accel_info *accels;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_vm_get(tool->g, args->operand[0], &vm);
	if (err)
		return tool_fail(tool, args->operand[0], err);
	err = gpuward_accels(tool->g, vm->id, &accels);
	if (err) {
		gpuward_free(vm);
		return tool_fail(tool, args->operand[0], err);
	}
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g), *o = json_vm(vm);

		json_list(o, "accelerators", accels, json_accel);
		json_object_object_add(document, "vm", o);
		json_print(document);
	} else {
		show_list(tool, "vms", vm, headings, add_row, json_vm);
		putchar('\n');
		vm = NULL;
		show_list(tool, "accelerators", accels, accel_headings, accel_row, json_accel);
		accels = NULL;
	}
	gpuward_free(vm);
	gpuward_free(accels);
	return EXIT_DONE;
}

static int parse_wait(struct tool *tool, const char *text, struct gpuward_vm_info *vm)
{
	vm->fields |= VM_FIELD(WAIT);
	if (!strcmp(text, "queue")) {
		vm->wait = GPUWARD_WAIT_QUEUE;
		return 0;
	}
	if (!strcmp(text, "fail")) {
		vm->wait = GPUWARD_WAIT_FAIL;
		return 0;
	}
	vm->wait = GPUWARD_WAIT_TIMEOUT;
	vm->fields |= VM_FIELD(WAIT_MS);
	return args_u32(tool->path, "--wait, unless queue or fail,", text, 1, UINT32_MAX,
			&vm->wait_ms);
}

static int parse_word(struct tool *tool, const char *option, const char *word,
		      enum gpuward_words words, const char *values, uint32_t *value)
{
	int found = gpuward_word_value(words, word);

	if (found < 0)
		return tool_die(tool, EXIT_USAGE, "%s must be %s", option, values);
	*value = (uint32_t)found;
	return 0;
}

static int parse_memory(struct tool *tool, const struct args *args, struct gpuward_vm_info *vm)
{
	int err = 0;

	if (args->option[O_QUOTA]) {
		err = parse_word(tool, "--quota", args->option[O_QUOTA], GPUWARD_WORDS_QUOTA,
				 "on or unlimited", &vm->quota);
		vm->fields |= VM_FIELD(QUOTA);
	}
	if (!err && args->option[O_MANAGED]) {
		err = parse_word(tool, "--managed", args->option[O_MANAGED],
				 GPUWARD_WORDS_MANAGED, "count, deny or ignore", &vm->managed);
		vm->fields |= VM_FIELD(MANAGED);
	}
	return err;
}

static int parse_options(struct tool *tool, const struct args *args, struct gpuward_vm_info *vm)
{
	int value, err;

	if (args->option[O_CLASS]) {
		value = gpuward_word_value(GPUWARD_WORDS_CLASS, args->option[O_CLASS]);
		if (value < 0)
			return tool_die(tool, EXIT_USAGE,
					"--class must be reserved, on-demand, spot or dedicated");
		vm->vm_class = (uint32_t)value;
		vm->fields |= VM_FIELD(CLASS);
	}
	if (args->option[O_PRIORITY]) {
		err = args_s32(tool->path, "--priority", args->option[O_PRIORITY], &vm->priority);
		if (err)
			return err;
		vm->fields |= VM_FIELD(PRIORITY);
	}
	if (args->option[O_MAX]) {
		err = args_u32(tool->path, "--max-accels", args->option[O_MAX], 1, 64,
			       &vm->max_accels);
		if (err)
			return err;
		vm->fields |= VM_FIELD(MAX_ACCELS);
	}
	err = parse_memory(tool, args, vm);
	if (err)
		return err;
	return args->option[O_WAIT] ? parse_wait(tool, args->option[O_WAIT], vm) : 0;
}

static int set_token(struct tool *tool, const char *name, uint32_t id)
{
	char token[GPUWARD_TOKEN_LEN];
	int err;

	if (token_read(token))
		return tool_die(tool, EXIT_FAILED, "a token of 8 to 63 characters is expected on standard input");
	err = gpuward_token_set(tool->g, id, token);
	explicit_bzero(token, sizeof(token));
	return err ? tool_fail(tool, name, err) : EXIT_DONE;
}

static int set_name(struct tool *tool, const char *name, char to[GPUWARD_NAME_LEN])
{
	if (!*name || strlen(name) >= GPUWARD_NAME_LEN)
		return tool_die(tool, EXIT_USAGE, "a name has 1 to %d bytes",
				GPUWARD_NAME_LEN - 1);
	strcpy(to, name);
	return 0;
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_vm_info vm = { .fields = VM_FIELD(NAME) | VM_FIELD(MODEL) }, *made;
	const char *name = args->operand[0];
	int err;

	if (!args->option[O_MODEL])
		return tool_die(tool, EXIT_USAGE, "needs --model MODEL ('gpuwardctl model list' shows them)");
	err = set_name(tool, name, vm.name) ?: set_name(tool, args->option[O_MODEL], vm.model);
	if (!err && args->option[O_GROUP]) {
		err = set_name(tool, args->option[O_GROUP], vm.group);
		vm.fields |= VM_FIELD(GROUP);
	}
	if (!err)
		err = parse_options(tool, args, &vm) ?: tool_open(tool);
	if (err)
		return err;
	err = gpuward_vm_add(tool->g, &vm, &made);
	if (err)
		return tool_fail(tool, name, err);
	if (args->option[O_TOKEN])
		err = set_token(tool, name, made->id);
	/* A VM whose owner does not know its token is not what was asked for. */
	if (err)
		gpuward_vm_del(tool->g, name, 0);
	gpuward_free(made);
	return err;
}

static int set_main_vm(struct tool *tool, const struct args *args)
{
	struct gpuward_vm_info vm = { .fields = VM_FIELD(NAME) }, *found;
	const char *name = args->operand[0];
	int err;

	err = set_name(tool, name, vm.name) ?: parse_options(tool, args, &vm);
	if (err)
		return err;
	if (vm.fields == VM_FIELD(NAME) && !args->option[O_TOKEN])
		return tool_die(tool, EXIT_USAGE, "nothing to change; try '--help'");
	err = tool_open(tool);
	if (err)
		return err;
	if (vm.fields != VM_FIELD(NAME)) {
		err = gpuward_vm_set(tool->g, &vm);
		if (err)
			return tool_fail(tool, name, err);
	}
	if (!args->option[O_TOKEN])
		return EXIT_DONE;
	err = gpuward_vm_get(tool->g, name, &found);
	if (err)
		return tool_fail(tool, name, err);
	err = set_token(tool, name, found->id);
	gpuward_free(found);
	return err;
}

static int del_main(struct tool *tool, const struct args *args)
{
	int err = tool_open(tool);

	if (err)
		return err;
	err = gpuward_vm_del(tool->g, args->operand[0], !!args->option[0]);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

static int token_main(struct tool *tool, const struct args *args)
{
	char token[GPUWARD_TOKEN_LEN] = TOKEN_MASK;
	struct gpuward_vm_info *vm;
	int err = open_for(tool, args->option[O_JSON]);

	if (err)
		return err;
	err = gpuward_vm_get(tool->g, args->operand[0], &vm);
	if (!err && args->option[O_SHOW])
		err = gpuward_token_get(tool->g, vm->id, token);
	gpuward_free(vm);
	if (err)
		return tool_fail(tool, args->operand[0], err);
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);

		json_text(document, "vm", args->operand[0]);
		json_text(document, "token", token);
		json_flag(document, "is_masked", !args->option[O_SHOW]);
		json_print(document);
	} else {
		puts(token);
	}
	explicit_bzero(token, sizeof(token));
	return EXIT_DONE;
}

const struct command vm_verbs[] = {
	{ "list", "", 0, 0, "all VMs", list_options, list_main },
	{ "show", "NAME", 1, 1, "one VM and its accelerators", list_options, show_main },
	{ "add", "NAME", 1, 1, "make a VM with one accelerator", add_options, add_main },
	{ "set", "NAME", 1, 1, "change a VM", set_options, set_main_vm },
	{ "del", "NAME", 1, 1, "delete a VM and its bindings", del_options, del_main },
	{ "token", "NAME", 1, 1, "the secret by which a VM is known", token_options, token_main },
	{},
};
