// SPDX-License-Identifier: GPL-2.0-only
/* group.c - gpuwardctl group: which models a VM may choose, and on which GPUs they are placed. */
#include "ctl.h"
#include "list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_FIELD(name) GPUWARD_FIELD(GPUWARD_A_GROUP_##name)
#define MEMBER_FIELD(name) GPUWARD_FIELD(GPUWARD_A_MEMBER_##name)

enum { O_VM, O_MODEL, O_GPU_GROUP, O_GPU };
static const struct option_row member_options[] = {
	{ "vm", 0, "NAME", "a VM, of a model group" },
	{ "model", 0, "NAME", "a model, of a model group" },
	{ "gpu-group", 0, "NAME", "a GPU group on which a model group is placed" },
	{ "gpu", 0, "MINOR", "a GPU, of a GPU group" },
	{},
};

static const char *const headings[] = { "KIND", "NAME", "MEMBERS", "VMS", "PLACED ON", NULL };

/* The members of @group that have @field, parted by commas; @others: and those in no group. */
static void member_cell(struct table *table, const struct gpuward_group_info *group,
			const struct gpuward_member_info *member, uint64_t field, int others)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	for (; member; member = member->next) {
		if (member->kind != group->kind || strcmp(member->group, group->name) ||
		    !(member->fields & field))
			continue;
		if (ftell(to) > 0)
			fputc(',', to);
		if (field == MEMBER_FIELD(GPU))
			fprintf(to, "%u", member->gpu);
		else
			fputs(field == MEMBER_FIELD(VM) ? member->vm :
			      field == MEMBER_FIELD(MODEL) ? member->model : member->gpu_group, to);
	}
	if (others)
		fputs(ftell(to) > 0 ? ",(others)" : "(others)", to);
	if (!fclose(to))
		table_cell(table, "%s", *text ? text : "-");
	free(text);
}

static int show_table(struct tool *tool, const struct gpuward_group_info *group,
		      const struct gpuward_member_info *members)
{
	struct table *table = table_new(headings);
	int failed;

	for (; group; group = group->next) {
		int is_model = group->kind == GPUWARD_GROUP_MODEL;

		table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_GROUP, group->kind));
		table_cell(table, "%s", group->name);
		member_cell(table, group, members,
			    is_model ? MEMBER_FIELD(MODEL) : MEMBER_FIELD(GPU), group->is_default);
		member_cell(table, group, members, MEMBER_FIELD(VM), is_model && group->is_default);
		member_cell(table, group, members, MEMBER_FIELD(GPU_GROUP), 0);
	}
	failed = table_print(table, tool->is_headless);
	table_free(table);
	return failed;
}

static int list_main(struct tool *tool, const struct args *args)
{
	struct gpuward_group_info *groups, *group;
	struct gpuward_member_info *members;
	int err = open_list(tool, args), failed;

	if (err)
		return err;
	err = gpuward_groups(tool->g, &groups);
	if (err)
		return tool_fail(tool, NULL, err);
	err = gpuward_members(tool->g, &members);
	if (err) {
		gpuward_free(groups);
		return tool_fail(tool, NULL, err);
	}
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g);
		struct json_object *array = json_object_new_array();

		for (group = groups; group; group = group->next)
			json_object_array_add(array, json_group(group, members));
		json_object_object_add(document, "groups", array);
		failed = json_print(document);
	} else {
		failed = show_table(tool, groups, members);
	}
	gpuward_free(groups);
	gpuward_free(members);
	return failed ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}

static int parse_kind(struct tool *tool, const char *text, uint32_t *kind)
{
	int value = gpuward_word_value(GPUWARD_WORDS_GROUP, text);

	if (value < 0)
		return tool_die(tool, EXIT_USAGE, "the kind must be model or gpu, not \"%s\"", text);
	*kind = (uint32_t)value;
	return 0;
}

static int parse_name(struct tool *tool, const char *text, char to[GPUWARD_NAME_LEN])
{
	if (!*text || strlen(text) >= GPUWARD_NAME_LEN)
		return tool_die(tool, EXIT_USAGE, "a name has 1 to %d bytes",
				GPUWARD_NAME_LEN - 1);
	strcpy(to, text);
	return 0;
}

/* KIND NAME of the command line, then what @act does with the group. */
static int act_on(struct tool *tool, const struct args *args, struct gpuward_group_info *group,
		  int (*act)(struct gpuward *g, const struct gpuward_group_info *group))
{
	int err = parse_kind(tool, args->operand[0], &group->kind) ?:
		  parse_name(tool, args->operand[1], group->name);

	if (!err)
		err = tool_open(tool);
	if (err)
		return err;
	group->fields |= GROUP_FIELD(KIND) | GROUP_FIELD(NAME);
	err = act(tool->g, group);
	return err ? tool_fail(tool, args->operand[1], err) : EXIT_DONE;
}

static int add_main(struct tool *tool, const struct args *args)
{
	struct gpuward_group_info group = {};

	return act_on(tool, args, &group, gpuward_group_add);
}

static int del_main(struct tool *tool, const struct args *args)
{
	struct gpuward_group_info group = {};

	return act_on(tool, args, &group, gpuward_group_del);
}

static int rename_main(struct tool *tool, const struct args *args)
{
	struct gpuward_group_info group = { .fields = GROUP_FIELD(NEW_NAME) };

	return parse_name(tool, args->operand[2], group.new_name) ?:
	       act_on(tool, args, &group, gpuward_group_set);
}

/* What is to join or leave: exactly one option. */
static int parse_member(struct tool *tool, const struct args *args,
			struct gpuward_member_info *member)
{
	const char *const *o = args->option;
	int nr = !!o[O_VM] + !!o[O_MODEL] + !!o[O_GPU_GROUP] + !!o[O_GPU];

	if (nr != 1)
		return tool_die(tool, EXIT_USAGE, "needs one of --vm, --model, --gpu-group and --gpu");
	if (o[O_GPU]) {
		member->fields |= MEMBER_FIELD(GPU);
		return args_u32(tool->path, "--gpu", o[O_GPU], 0, 247, &member->gpu);
	}
	member->fields |= o[O_VM] ? MEMBER_FIELD(VM) :
			  o[O_MODEL] ? MEMBER_FIELD(MODEL) : MEMBER_FIELD(GPU_GROUP);
	return parse_name(tool, o[O_VM] ?: o[O_MODEL] ?: o[O_GPU_GROUP],
			  o[O_VM] ? member->vm : o[O_MODEL] ? member->model : member->gpu_group);
}

static int member_change(struct tool *tool, const struct args *args,
			 int (*act)(struct gpuward *g, const struct gpuward_member_info *member))
{
	struct gpuward_member_info member = {
		.fields = MEMBER_FIELD(KIND) | MEMBER_FIELD(GROUP),
	};
	int err = parse_kind(tool, args->operand[0], &member.kind) ?:
		  parse_name(tool, args->operand[1], member.group) ?:
		  parse_member(tool, args, &member);

	if (!err)
		err = tool_open(tool);
	if (err)
		return err;
	err = act(tool->g, &member);
	return err ? tool_fail(tool, args->operand[1], err) : EXIT_DONE;
}

static int join_main(struct tool *tool, const struct args *args)
{
	return member_change(tool, args, gpuward_member_add);
}

static int leave_main(struct tool *tool, const struct args *args)
{
	return member_change(tool, args, gpuward_member_del);
}

const struct command group_verbs[] = {
	{ "list", "", 0, 0, "all groups and what is in them", list_options, list_main },
	{ "add", "model|gpu NAME", 2, 2, "make a group of models or of GPUs", NULL, add_main },
	{ "rename", "model|gpu NAME NEW", 3, 3, "call a group otherwise", NULL, rename_main },
	{ "del", "model|gpu NAME", 2, 2, "delete a group that nothing is in", NULL, del_main },
	{ "join", "model|gpu NAME", 2, 2, "put a VM, model or GPU into a group, or place it on one",
	  member_options, join_main },
	{ "leave", "model|gpu NAME", 2, 2, "take it out", member_options, leave_main },
	{},
};
