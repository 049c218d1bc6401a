// SPDX-License-Identifier: GPL-2.0-only
/* print_stdout.c - gpuward-smi's boxes for people. */
#include "smi.h"
#include "box.h"
#include "../common/text.h"
#include "../common/token.h"

#include <inttypes.h>
#include <stdio.h>

/* The first column is for administrators only. */
static const char *const device_headings[] = {
	"VM", "Device", "Name", "Token", "Model", "Memory Usage", "Total Memory", NULL,
};
static const char *const running_headings[] = {
	"VM", "Device", "Job ID", "PID", "Process", "Memory Usage", NULL,
};
static const char *const waiting_headings[] = {
	"VM", "Device", "Job ID", "PID", "Process", "Position", "Waits For", NULL,
};

static int is_waiting(const struct gpuward_job_info *job)
{
	return job->state == GPUWARD_JOB_PLACING || job->state == GPUWARD_JOB_WAITING;
}

static int show_devices(const struct snapshot *snapshot, const char *server)
{
	struct box *box = box_new(device_headings + !snapshot->is_admin);
	const struct gpuward_accel_info *accel;
	char left[64], right[128];
	int err;

	for (accel = snapshot->accels; accel; accel = accel->next) {
		if (snapshot->is_admin)
			box_cell(box, "%s", accel->vm);
		box_cell(box, "%c %u", accel->is_default ? '*' : ' ', accel->index);
		box_cell(box, "%s", accel->name);
		box_cell(box, "%s", snapshot->has_token ? snapshot->token : TOKEN_MASK);
		box_cell(box, "%s", accel->model);
		if (accel->nr_running) {
			box_cell(box, "%" PRIu64 " MiB", used_mib(accel->used_bytes));
			if (accel->quota == GPUWARD_QUOTA_UNLIMITED)
				box_cell(box, "unlimited");
			else
				box_cell(box, "%" PRIu64 " MiB", accel->memory_bytes >> 20);
		} else {
			box_cell(box, "-");
			box_cell(box, "-");
		}
	}
	snprintf(left, sizeof(left), "gpuward-smi %s", gpuward_client_version());
	snprintf(right, sizeof(right), "Client Version: %s  Server Version: %s",
		 gpuward_client_version(), server);
	err = box_print(box, stdout, left, right, "No accelerators found");
	box_free(box);
	return err;
}

static void job_cells(struct box *box, const struct snapshot *snapshot,
		      const struct gpuward_job_info *job)
{
	if (snapshot->is_admin)
		box_cell(box, "%s", job->vm);
	box_cell(box, "%u", job->accel);
	box_cell(box, "%" PRIu64, job->id);
	if (job->pid)
		box_cell(box, "%u", job->pid);
	else
		box_cell(box, "-");
	box_cell(box, "%s", job->command);
}

static int show_running(const struct snapshot *snapshot)
{
	struct box *box = box_new(running_headings + !snapshot->is_admin);
	const struct gpuward_job_info *job;
	int err;

	for (job = snapshot->jobs; job; job = job->next) {
		if (is_waiting(job))
			continue;
		job_cells(box, snapshot, job);
		box_cell(box, "%" PRIu64 " MiB", used_mib(job->used_bytes));
	}
	puts("\nProcesses:");
	err = box_print(box, stdout, NULL, NULL, "No running processes found");
	box_free(box);
	return err;
}

static int show_waiting(const struct snapshot *snapshot)
{
	struct box *box = box_new(waiting_headings + !snapshot->is_admin);
	const struct gpuward_job_info *job;
	int err, nr = 0;

	for (job = snapshot->jobs; job; job = job->next) {
		if (!is_waiting(job))
			continue;
		job_cells(box, snapshot, job);
		box_cell(box, "%u", job->position);
		box_cell(box, "%s", job->state == GPUWARD_JOB_PLACING ? "GPUs" : "accelerator");
		nr++;
	}
	if (nr)
		puts("\nWaiting:");
	err = nr ? box_print(box, stdout, NULL, NULL, "") : 0;
	box_free(box);
	return err;
}

/* A program that runs, but not for long. */
static void show_ending(const struct gpuward_job_info *job)
{
	char duration[TEXT_DURATION_LEN];

	if (job->state != GPUWARD_JOB_ORPHANED && job->state != GPUWARD_JOB_EVICTING)
		return;
	printf("\nWARNING: device %u: job %" PRIu64 " %s", job->accel, job->id,
	       job->state == GPUWARD_JOB_ORPHANED ?
	       "is orphaned: its program is dead, but others hold its files" :
	       "has to go for others");
	if (job->fields & GPUWARD_FIELD(GPUWARD_A_JOB_DEADLINE))
		printf("; its processes are killed in %s",
		       text_duration(text_left(job->deadline_ns), duration));
	putchar('\n');
}

/* A rule that is not in force is shown loudly. */
static void show_notes(const struct snapshot *snapshot)
{
	const struct gpuward_accel_info *accel;
	const struct gpuward_job_info *job;

	for (accel = snapshot->accels; accel; accel = accel->next) {
		const char *vm = snapshot->is_admin ? accel->vm : "", *blank = snapshot->is_admin ? " " : "";

		if (accel->quota == GPUWARD_QUOTA_UNLIMITED)
			printf("\nWARNING: %s%sdevice %u: quota=unlimited: memory is counted, not limited\n",
			       vm, blank, accel->index);
		if (accel->managed == GPUWARD_MANAGED_IGNORE)
			printf("\nWARNING: %s%sdevice %u: managed=ignore: managed memory is not counted\n",
			       vm, blank, accel->index);
	}
	for (job = snapshot->jobs; job; job = job->next)
		show_ending(job);
}

int print_stdout(struct tool *tool, const struct snapshot *snapshot)
{
	if (show_devices(snapshot, gpuward_version(tool->g)->out_version_text) || show_running(snapshot) ||
	    show_waiting(snapshot))
		return tool_die(tool, EXIT_FAILED, "out of memory");
	show_notes(snapshot);
	return EXIT_DONE;
}
