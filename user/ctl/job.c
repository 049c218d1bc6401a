// SPDX-License-Identifier: GPL-2.0-only
/*
 * job.c - gpuwardctl job: programs that run or wait.
 * Owns these verbs. Must not signal processes itself: the module ends jobs.
 */
#include "ctl.h"
#include "show.h"
#include "../common/text.h"

#include <inttypes.h>

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

static int show(struct tool *tool, const struct args *args, const char *id)
{
	struct gpuward_job_info *jobs;
	uint64_t number = 0;
	int err;

	err = (id ? args_u64(tool->path, "ID", id, &number) : 0) ?:
	      open_for(tool, args->option[0]);
	if (err)
		return err;
	err = id ? gpuward_job_get(tool->g, number, &jobs) : gpuward_jobs(tool->g, &jobs);
	if (err)
		return tool_fail(tool, id, err);
	return show_list(tool, "jobs", jobs, headings, add_row, json_job);
}

static int list_main(struct tool *tool, const struct args *args)
{
	return show(tool, args, NULL);
}

static int show_main(struct tool *tool, const struct args *args)
{
	return show(tool, args, args->operand[0]);
}

static int end_main(struct tool *tool, const struct args *args)
{
	uint64_t id;
	int err = args_u64(tool->path, "ID", args->operand[0], &id) ?: tool_open(tool);

	if (err)
		return err;
	err = gpuward_job_end(tool->g, id);
	return err ? tool_fail(tool, args->operand[0], err) : EXIT_DONE;
}

const struct command job_verbs[] = {
	{ "list", "", 0, 0, "all jobs", json_option, list_main },
	{ "show", "ID", 1, 1, "one job", json_option, show_main },
	{ "end", "ID", 1, 1, "cancel a waiting job, kill the processes of a running one", NULL,
	  end_main },
	{},
};
