// SPDX-License-Identifier: GPL-2.0-only
/* queue.c - gpuwardctl queue: which programs wait for GPUs, in what order, and why. */
#include "ctl.h"
#include "list.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdlib.h>

static const char *const headings[] = {
	"POSITION", "JOB", "VM", "ACCEL", "CLASS", "PRIORITY", "WANTS", "WAITED", "HOLDERS", "REASON",
	"COMMAND", NULL,
};

static void add_row(struct table *table, const struct gpuward_job_info *job)
{
	char size[GPUWARD_SIZE_LEN], duration[TEXT_DURATION_LEN];

	table_cell(table, "%u", job->position);
	if (job->id)
		table_cell(table, "%" PRIu64, job->id);
	else
		table_cell(table, "-");
	table_cell(table, "%s", job->vm);
	table_cell(table, "%u", job->accel);
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_CLASS, job->vm_class));
	table_cell(table, "%d", job->priority);
	table_cell(table, "%u x %s", job->nr_gpus, gpuward_format_size(job->wanted_bytes, size));
	table_cell(table, "%s", text_duration(job->wait_ns, duration));
	table_cell(table, "%u", job->nr_holders);
	table_cell(table, "%s", job->fields & GPUWARD_FIELD(GPUWARD_A_JOB_REASON) ?
		   gpuward_word(GPUWARD_WORDS_REASON, job->reason) : "-");
	table_cell(table, "%s", job->command);
}

static int is_before(const struct gpuward_job_info *a, const struct gpuward_job_info *b)
{
	return a->position != b->position ? a->position < b->position : a->id < b->id;
}

static int queue_compare(const void *a, const void *b)
{
	const struct gpuward_job_info *const *x = a, *const *y = b;

	return is_before(*x, *y) ? -1 : is_before(*y, *x);
}

/* Leave those that wait for GPUs, by position; frees the others. -1 without memory. */
static int sort_waiting(struct gpuward_job_info **list)
{
	struct gpuward_job_info *job, *next, **all, **end = list;
	size_t nr = 0, i;

	for (job = *list; job; job = job->next)
		nr++;
	all = calloc(nr + 1, sizeof(*all));
	if (!all)
		return -1;
	nr = 0;
	for (job = *list; job; job = next) {
		next = job->next;
		job->next = NULL;
		if (job->state == GPUWARD_JOB_PLACING)
			all[nr++] = job;
		else
			gpuward_free(job);
	}
	qsort(all, nr, sizeof(*all), queue_compare);
	for (i = 0; i < nr; i++) {
		*end = all[i];
		end = &all[i]->next;
	}
	*end = NULL;
	free(all);
	return 0;
}

/* A reservation that no program waits for has its place, too. Frees the others. */
static void keep_pending(struct gpuward_accel_info **list)
{
	struct gpuward_accel_info *accel;

	while ((accel = *list)) {
		if (accel->state == GPUWARD_ACCEL_PENDING) {
			list = &accel->next;
			continue;
		}
		*list = accel->next;
		accel->next = NULL;
		gpuward_free(accel);
	}
}

static void show_going(const struct gpuward_job_info *job)
{
	for (; job; job = job->next) {
		if (!(job->fields & GPUWARD_FIELD(GPUWARD_A_JOB_NR_EVICTING)))
			continue;
		printf("Position %u: ", job->position);
		explain_evicting(job->nr_evicting, job->evicting_ns, job->evicting_vm, job->evicting_accel);
	}
}

static void show_pending(const struct gpuward_accel_info *accel)
{
	char *vm;

	for (; accel; accel = accel->next) {
		vm = text_escape(accel->vm);
		printf("VM \"%s\", accelerator %u is reserved and waits without a program, at position %u\n",
		       vm ?: "", accel->index, accel->position);
		free(vm);
	}
}

static int show_table(struct tool *tool, const struct gpuward_job_info *jobs)
{
	struct table *table = table_new(headings);
	const struct gpuward_job_info *job;
	int failed;

	for (job = jobs; job; job = job->next)
		add_row(table, job);
	failed = table_print(table, tool->is_headless);
	table_free(table);
	show_going(jobs);
	return failed ? tool_die(tool, EXIT_FAILED, "out of memory") : EXIT_DONE;
}

/* Frees both lists. */
static int queue_print(struct tool *tool, struct gpuward_job_info *jobs,
		       struct gpuward_accel_info *pending)
{
	struct json_object *document;
	int code = EXIT_DONE;

	if (tool->is_json) {
		document = json_document(tool->g);
		json_list(document, "queue", jobs, json_job);
		json_list(document, "reservations", pending, json_accel);
		if (json_print(document))
			code = tool_die(tool, EXIT_FAILED, "out of memory");
	} else {
		code = show_table(tool, jobs);
		show_pending(pending);
	}
	gpuward_free(jobs);
	gpuward_free(pending);
	return code;
}

int queue_main(struct tool *tool, const struct args *args)
{
	struct gpuward_accel_info *accels;
	struct gpuward_job_info *jobs;
	int err = open_list(tool, args);

	if (err)
		return err;
	err = gpuward_jobs(tool->g, &jobs);
	if (err)
		return tool_fail(tool, NULL, err);
	err = gpuward_accels(tool->g, 0, &accels);
	if (err) {
		gpuward_free(jobs);
		return tool_fail(tool, NULL, err);
	}
	keep_pending(&accels);
	if (sort_waiting(&jobs)) {
		gpuward_free(jobs);
		gpuward_free(accels);
		return tool_die(tool, EXIT_FAILED, "out of memory");
	}
	return queue_print(tool, jobs, accels);
}
