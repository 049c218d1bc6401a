// SPDX-License-Identifier: GPL-2.0-only
/* job.c - gpuwardctl job: programs that run or wait. */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdio.h>

#define JOB_FIELD(name) GPUWARD_FIELD(GPUWARD_A_JOB_##name)

static const struct option_row which_options[] = {
	{ "vm", 0, "VM[:INDEX]", "all of this VM, or of this accelerator; prints how many" },
	{},
};

static const char *const headings[] = {
	"ID", "VM", "ACCEL", "STATE", "PID", "POSITION", "MEMORY", "PEAK", "WAITED", "HELD", "COMMAND", NULL,
};

static void number_or_dash(struct table *table, uint32_t number)
{
	if (number)
		table_cell(table, "%u", number);
	else
		table_cell(table, "-");
}

static void add_row(struct table *table, const struct gpuward_job_info *job)
{
	char size[GPUWARD_SIZE_LEN], duration[TEXT_DURATION_LEN];

	table_cell(table, "%" PRIu64, job->id);
	table_cell(table, "%s", job->vm);
	table_cell(table, "%u", job->accel);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_JOB, job->state));
	number_or_dash(table, job->pid);
	number_or_dash(table, job->position);
	table_cell(table, "%s", gpuward_format_size(job->used_bytes, size));
	table_cell(table, "%s", gpuward_format_size(job->peak_bytes, size));
	table_cell(table, "%s", text_duration(job->wait_ns, duration));
	table_cell(table, "%s", text_duration(job->held_ns, duration));
	table_cell(table, "%s", job->command);
}

static int job_print(struct tool *tool, const struct args *args, const char *id)
{
	struct gpuward_job_info *jobs;
	uint64_t number = 0;
	int err;

	err = (id ? args_u64(tool->path, "ID", id, &number) : 0) ?:
	      open_list(tool, args);
	if (err)
		return err;
	err = id ? gpuward_job_get(tool->g, number, &jobs) : gpuward_jobs(tool->g, &jobs);
	if (err)
		return tool_fail(tool, id, err);
	return show_list(tool, "jobs", jobs, headings, add_row, json_job);
}

static int list_main(struct tool *tool, const struct args *args)
{
	return job_print(tool, args, NULL);
}

static int show_main(struct tool *tool, const struct args *args)
{
	return job_print(tool, args, args->operand[0]);
}

/* By number, or all of a VM's. */
static int parse_which(struct tool *tool, const struct args *args, struct gpuward_job_info *which)
{
	const char *vm = args->option[0];
	int has_index, err;

	if (!vm == !args->nr_operands)
		return tool_die(tool, EXIT_USAGE, "needs the number of a job, or --vm VM[:INDEX]");
	if (!vm) {
		which->fields |= JOB_FIELD(ID);
		return args_u64(tool->path, "ID", args->operand[0], &which->id);
	}
	err = accel_key(tool, vm, which->vm, &which->accel, &has_index);
	which->fields |= JOB_FIELD(VM) | (has_index ? JOB_FIELD(ACCEL) : 0);
	return err;
}

static int job_end(struct tool *tool, const struct args *args, uint64_t fields)
{
	struct gpuward_job_info which = { .fields = fields };
	uint32_t nr;
	int err = parse_which(tool, args, &which) ?: tool_open(tool);

	if (err)
		return err;
	err = gpuward_jobs_end(tool->g, &which, &nr);
	if (err)
		return tool_fail(tool, args->option[0] ?: args->operand[0], err);
	if (args->option[0])
		printf("%u\n", nr);
	return EXIT_DONE;
}

static int end_main(struct tool *tool, const struct args *args)
{
	return job_end(tool, args, 0);
}

static int cancel_main(struct tool *tool, const struct args *args)
{
	return job_end(tool, args, JOB_FIELD(ONLY_WAITING));
}

static const char *const holder_headings[] = { "PID", "OPENED", "OUTSIDE", "COMMAND", NULL };

static void add_holder(struct table *table, const struct gpuward_holder_info *holder)
{
	number_or_dash(table, holder->pid);
	table_cell(table, holder->is_opener ? "yes" : "no");
	table_cell(table, holder->is_outside ? "yes" : "no");
	table_cell(table, "%s", holder->command);
}

static int holders_main(struct tool *tool, const struct args *args)
{
	struct gpuward_holder_info *holders;
	const char *id = args->operand[0];
	uint64_t number;
	int err = args_u64(tool->path, "ID", id, &number) ?: open_list(tool, args);

	if (err)
		return err;
	err = gpuward_job_holders(tool->g, number, &holders);
	if (err)
		return tool_fail(tool, id, err);
	return show_list(tool, "holders", holders, holder_headings, add_holder, json_holder);
}

static const struct option_row reap_options[] = {
	{ "outside", 0, NULL, "also those that are in no cgroup of the job's VM" },
	{},
};

static int reap_main(struct tool *tool, const struct args *args)
{
	const char *id = args->operand[0];
	uint64_t number;
	uint32_t nr;
	int err = args_u64(tool->path, "ID", id, &number) ?: tool_open(tool);

	if (err)
		return err;
	err = gpuward_job_reap(tool->g, number, !!args->option[0], &nr);
	if (err)
		return tool_fail(tool, id, err);
	printf("%u\n", nr);
	return EXIT_DONE;
}

static int priority_main(struct tool *tool, const struct args *args)
{
	struct gpuward_job_info job = { .fields = JOB_FIELD(ID) | JOB_FIELD(PRIORITY) };
	int err = args_u64(tool->path, "ID", args->operand[0], &job.id) ?:
		  args_s32(tool->path, "PRIORITY", args->operand[1], &job.priority) ?:
		  tool_open(tool);

	if (err)
		return err;
	err = gpuward_job_set(tool->g, &job);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

const struct command job_verbs[] = {
	{ "list", "", 0, 0, "all jobs", list_options, list_main },
	{ "show", "ID", 1, 1, "one job", list_options, show_main },
	{ "priority", "ID PRIORITY", 2, 2, "let a job that waits for GPUs go earlier or later", NULL,
	  priority_main },
	{ "cancel", "[ID]", 0, 1, "end the wait of a job, or of all of a VM that wait", which_options,
	  cancel_main },
	{ "end", "[ID]", 0, 1, "cancel a waiting job, kill the processes of a running one", which_options,
	  end_main },
	{ "holders", "ID", 1, 1, "processes that hold files of a job", list_options, holders_main },
	{ "reap", "ID", 1, 1, "kill those that hold files of an orphaned job, or of one that is ending; prints how many",
	  reap_options, reap_main },
	{},
};
