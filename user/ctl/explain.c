// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c - gpuwardctl explain: why an accelerator gets, or does not get, which GPUs. The module
 * says which rule holds for which GPU; the words are here.
 */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"

#include <stdio.h>
#include <stdlib.h>

#define EXPLAIN_FIELD(name) GPUWARD_FIELD(GPUWARD_A_EXPLAIN_##name)

static const char *const headings[] = { "GPU", "FREE", "ROOM", "KEPT", "PLACED", "WHY", "WHAT HELPS", NULL };

/* In the order of enum gpuward_reason: what it means, and what would have to change. */
static const struct { const char *means, *helps; } words[] = {
	[GPUWARD_REASON_ABSENT] = { "it is not there", "gpuwardctl gpu add" },
	[GPUWARD_REASON_QUARANTINED] = { "it is in quarantine", "look at it, then gpuwardctl gpu resume" },
	[GPUWARD_REASON_DRAINED] = { "it is drained", "gpuwardctl gpu resume" },
	[GPUWARD_REASON_GROUP] = { "it is in no GPU group of the model", "gpuwardctl group join" },
	[GPUWARD_REASON_TOO_SMALL] = { "it is too small for it, even empty", "a smaller model" },
	[GPUWARD_REASON_KEPT] = { "reserved accelerators keep it", "fewer reservations on it" },
	[GPUWARD_REASON_BUSY] = { "it is being cleaned", "a moment" },
	[GPUWARD_REASON_DEDICATED] = { "it is another VM's alone", "the end of that VM's programs" },
	[GPUWARD_REASON_TOO_FULL] = { "too little of it is free", "the end of programs on it" },
	[GPUWARD_REASON_HELD_BACK] = { "what is free is for those ahead", "its turn, or a higher priority" },
	[GPUWARD_REASON_FITS] = { "it fits", "-" },
	[GPUWARD_REASON_TOO_FEW] = { "it fits, but too few others do", "another GPU that fits" },
	[GPUWARD_REASON_OTHER] = { "it fits, but others fit better", "-" },
	[GPUWARD_REASON_CHOSEN] = { "it would be taken", "-" },
};

static const char *const near_words[] = {
	[GPUWARD_TOPOLOGY_NVLINK] = "it would be taken: one NVLink domain",
	[GPUWARD_TOPOLOGY_PCIE] = "it would be taken: one PCIe switch",
	[GPUWARD_TOPOLOGY_NUMA] = "it would be taken: one NUMA node",
};

static void add_row(struct table *table, const struct gpuward_explain_info *gpu)
{
	int is_known = gpu->gpu_reason < sizeof(words) / sizeof(*words);
	const char *means = is_known ? words[gpu->gpu_reason].means : "a rule newer than this tool";
	char size[GPUWARD_SIZE_LEN];

	if ((gpu->fields & EXPLAIN_FIELD(TOPOLOGY)) && gpu->near < GPUWARD_TOPOLOGY_NONE)
		means = near_words[gpu->near];
	table_cell(table, "%u", gpu->minor);
	table_cell(table, "%s", gpuward_format_size(gpu->free_bytes, size));
	table_cell(table, "%s", gpuward_format_size(gpu->room_bytes, size));
	table_cell(table, "%s", gpuward_format_size(gpu->kept_bytes, size));
	table_cell(table, "%u", gpu->nr_placed);
	table_cell(table, "%s", means);
	table_cell(table, "%s", is_known ? words[gpu->gpu_reason].helps : "-");
}

static void show_want(const struct gpuward_explain_info *e)
{
	char size[GPUWARD_SIZE_LEN];
	char *vm = text_escape(e->vm), *model = text_escape(e->model);

	printf("VM \"%s\", accelerator %u: model \"%s\" wants %u GPU%s with %s%s.\n", vm ?: "",
	       e->index, model ?: "", e->nr_gpus, e->nr_gpus == 1 ? "" : "s",
	       gpuward_format_size(e->wanted_bytes, size), e->nr_gpus == 1 ? "" : " each");
	printf("Class %s, priority %d.\n", gpuward_word(GPUWARD_WORDS_CLASS, e->vm_class), e->priority);
	free(vm);
	free(model);
}

static void show_deadline(const struct gpuward_explain_info *e)
{
	char duration[TEXT_DURATION_LEN];

	if (e->fields & EXPLAIN_FIELD(DEADLINE))
		printf("It must give its GPUs back for a program of a higher class, in %s at the latest.\n",
		       text_duration(text_left(e->deadline_ns), duration));
}

void explain_evicting(uint32_t nr, uint64_t deadline_ns, const char *vm, uint32_t accel)
{
	char duration[TEXT_DURATION_LEN], *name = text_escape(vm);
	uint64_t left = text_left(deadline_ns);

	if (nr > 1)
		printf("%u accelerators were told to go for it, the last one is VM \"%s\", accelerator %u: their GPUs come free",
		       nr, name ?: "", accel);
	else
		printf("VM \"%s\", accelerator %u was told to go for it: its GPUs come free", name ?: "",
		       accel);
	printf(" %s%s.\n", left ? "within " : "any moment", left ? text_duration(left, duration) : "");
	free(name);
}

static void show_outlook(const struct gpuward_explain_info *e)
{
	switch (e->placement_status) {
	case GPUWARD_PLACEMENT_PLACED:
		printf("It has its GPUs%s. What each would say to another one like it:\n",
		       e->vm_class == GPUWARD_CLASS_RESERVED ? ", and keeps them while it is idle" : "");
		return;
	case GPUWARD_PLACEMENT_FITS:
		puts("It gets GPUs at once when a program asks.");
		return;
	case GPUWARD_PLACEMENT_WAITS:
		if (e->vm_class == GPUWARD_CLASS_RESERVED)
			puts("GPUs are set aside for it as soon as they fit.");
		if (e->position)
			printf("It waits, at position %u of the queue; ", e->position);
		else
			printf("It would wait; ");
		printf("%u placement%s on GPUs that it could get.\n", e->nr_holders,
		       e->nr_holders == 1 ? " is" : "s are");
		return;
	case GPUWARD_PLACEMENT_NEEDS_GPUS:
		puts("It waits for GPUs to be returned: no leaving of others is enough.");
		return;
	case GPUWARD_PLACEMENT_NEVER:
		puts(e->no_group ? "It gets none: its model is in no model group of its VM (gpuwardctl group join)." :
		     "It gets none: this host has too few GPUs that could ever hold it.");
		return;
	default:
		puts("This tool is older than the module and does not know what that means.");
	}
}

static int explain_print(struct tool *tool, struct gpuward_explain_info *summary,
			 struct gpuward_explain_info *gpus)
{
	if (tool->is_json) {
		struct json_object *document = json_document(tool->g), *o = json_explain(summary);

		json_list(o, "gpus", gpus, json_explain_gpu);
		json_object_object_add(document, "explain", o);
		gpuward_free(gpus);
		return json_print(document) ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
	}
	show_want(summary);
	show_deadline(summary);
	show_outlook(summary);
	if (summary->fields & EXPLAIN_FIELD(NR_EVICTING))
		explain_evicting(summary->nr_evicting, summary->evicting_ns, summary->evicting_vm,
			      summary->evicting_accel);
	putchar('\n');
	return show_list(tool, "gpus", gpus, headings, add_row, json_explain_gpu);
}

int explain_main(struct tool *tool, const struct args *args)
{
	struct gpuward_explain_info key = { .fields = EXPLAIN_FIELD(VM) }, *summary, *gpus;
	int has_index, err;

	err = accel_key(tool, args->operand[0], key.vm, &key.index, &has_index) ?:
	      open_list(tool, args);
	if (err)
		return err;
	if (has_index)
		key.fields |= EXPLAIN_FIELD(INDEX);
	err = gpuward_explain(tool->g, &key, &summary);
	if (err)
		return tool_fail(tool, args->operand[0], err);
	err = gpuward_explain_gpus(tool->g, &key, &gpus);
	err = err ? tool_fail(tool, args->operand[0], err) : explain_print(tool, summary, gpus);
	gpuward_free(summary);
	return err;
}
