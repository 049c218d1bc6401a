// SPDX-License-Identifier: GPL-2.0-only
/*
 * waiters.c - who waits for whom, and what was last said to whom.
 * Owns "at once, and again only on change". Must not write to a terminal.
 */
#include "daemon.h"

#include <stdlib.h>
#include <string.h>

struct job {
	struct job *next;
	uint64_t id;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t pid;
	uint32_t holder_pid;	/* whom it was told of */
	enum topic topic;	/* what it waits for */
	enum topic told;	/* what it was last told */
	int is_running;
	int is_seen;		/* by the present jobs_sync() */
	char vm[GPUWARD_NAME_LEN];
	char command[GPUWARD_COMMAND_LEN];
};

struct jobs {
	struct job *first;
	const char *brand;
	void (*say)(uint32_t pid, const char *text);
};

struct jobs *jobs_new(const char *brand, void (*say)(uint32_t pid, const char *text))
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));

	if (!jobs)
		return NULL;
	jobs->brand = brand;
	jobs->say = say;
	return jobs;
}

void jobs_free(struct jobs *jobs)
{
	struct job *job, *next;

	for (job = jobs ? jobs->first : NULL; job; job = next) {
		next = job->next;
		free(job);
	}
	free(jobs);
}

static struct job **find(struct jobs *jobs, uint64_t id)
{
	struct job **at = &jobs->first;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static struct job *find_or_add(struct jobs *jobs, uint64_t id)
{
	struct job **at = find(jobs, id);

	if (!*at) {
		*at = calloc(1, sizeof(**at));
		if (*at)
			(*at)->id = id;
	}
	return *at;
}

static void drop(struct job **at)
{
	struct job *job = *at;

	*at = job->next;
	free(job);
}

static void say(struct jobs *jobs, const struct job *job, char *text)
{
	if (text)
		jobs->say(job->pid, text);
	free(text);
}

static void tell_gpus(struct jobs *jobs, struct job *job)
{
	if (job->told == TOPIC_GPUS)
		return;
	say(jobs, job, message_wait(jobs->brand, TOPIC_GPUS, NULL, job->told == TOPIC_NONE));
	job->told = TOPIC_GPUS;
	job->holder_pid = 0;
}

/* A worker that waits for a worker of its own program waits forever: name the setting. */
static const char *hint_for(const struct job *job, const struct holder *holder, char buf[512])
{
	if (!holder->command || strcmp(job->command, holder->command) ||
	    !process_are_siblings(job->pid, holder->pid))
		return NULL;
	snprintf(buf, 512, "Both have the same parent and the same command. If they are workers of one program, they can run together: ask the administrator for 'gpuwardctl accel set %s:%u --program tree'.",
		 job->vm, job->accel);
	return buf;
}

static void tell_holder(struct jobs *jobs, struct job *job, const struct holder *holder)
{
	struct holder h = *holder;
	char hint[512];

	if (job->told == TOPIC_ACCEL && job->holder_pid == h.pid)
		return;
	if (!h.hint)
		h.hint = hint_for(job, &h, hint);
	say(jobs, job, message_wait(jobs->brand, TOPIC_ACCEL, &h, job->told == TOPIC_NONE));
	job->told = TOPIC_ACCEL;
	job->holder_pid = h.pid;
}

static void tell_ready(struct jobs *jobs, struct job *job)
{
	if (job->told != TOPIC_NONE)
		say(jobs, job, message_ready(jobs->brand));
	job->told = TOPIC_NONE;
	job->topic = TOPIC_NONE;
	job->holder_pid = 0;
	job->is_running = 1;
}

static const struct job *find_running(const struct jobs *jobs, const struct job *waiter,
				      uint32_t pid)
{
	const struct job *job;

	for (job = jobs->first; job; job = job->next)
		if (job->is_running && job->vm_id == waiter->vm_id &&
		    job->accel == waiter->accel && (!pid || job->pid == pid))
			return job;
	return NULL;
}

/*
 * The program that a waiter was told of may have ended while another one took over: say whom it
 * waits for now. The end of one and the start of the next come in either order.
 */
static void refresh(struct jobs *jobs, uint32_t vm_id, uint32_t accel)
{
	struct job *job;

	for (job = jobs->first; job; job = job->next) {
		const struct job *running;

		if (job->topic != TOPIC_ACCEL || job->vm_id != vm_id || job->accel != accel ||
		    (job->holder_pid && find_running(jobs, job, job->holder_pid)))
			continue;
		running = find_running(jobs, job, 0);
		if (running)
			tell_holder(jobs, job, &(struct holder){
				.pid = running->pid,
				.shown_pid = process_seen_by(running->pid, job->pid),
				.command = running->command,
			});
	}
}

static void on_wait(struct jobs *jobs, struct job *job, const struct gpuward_event_info *event)
{
	job->topic = TOPIC_ACCEL;
	tell_holder(jobs, job, &(struct holder){
		.pid = event->holder_pid,
		.shown_pid = event->holder_nspid,
		.command = event->holder_command,
		.hint = *event->text ? event->text : NULL,
	});
}

void jobs_event(struct jobs *jobs, const struct gpuward_event_info *event)
{
	struct job *job, **at;

	if (event->type == GPUWARD_EVENT_JOB_END || event->type == GPUWARD_EVENT_JOB_CANCEL) {
		at = find(jobs, event->job);
		if (*at)
			drop(at);
		refresh(jobs, event->vm_id, event->accel);
		return;
	}
	if (event->type != GPUWARD_EVENT_JOB_WAIT && event->type != GPUWARD_EVENT_JOB_PLACING &&
	    event->type != GPUWARD_EVENT_JOB_START)
		return;
	job = find_or_add(jobs, event->job);
	if (!job)
		return;
	job->vm_id = event->vm_id;
	job->accel = event->accel;
	job->pid = event->pid;
	memcpy(job->vm, event->vm, sizeof(job->vm));
	memcpy(job->command, event->command, sizeof(job->command));
	if (event->type == GPUWARD_EVENT_JOB_WAIT) {
		on_wait(jobs, job, event);
	} else if (event->type == GPUWARD_EVENT_JOB_PLACING) {
		job->topic = TOPIC_GPUS;
		tell_gpus(jobs, job);
	} else {
		tell_ready(jobs, job);
		refresh(jobs, job->vm_id, job->accel);
	}
}

static void sync_one(struct jobs *jobs, const struct gpuward_job_info *info)
{
	struct job *job = find_or_add(jobs, info->id);

	if (!job)
		return;
	job->is_seen = 1;
	job->vm_id = info->vm_id;
	job->accel = info->accel;
	job->pid = info->pid;
	memcpy(job->vm, info->vm, sizeof(job->vm));
	memcpy(job->command, info->command, sizeof(job->command));
	job->topic = TOPIC_NONE;
	if (info->state == GPUWARD_JOB_WAITING) {
		job->topic = TOPIC_ACCEL;
	} else if (info->state == GPUWARD_JOB_PLACING) {
		job->topic = TOPIC_GPUS;
		tell_gpus(jobs, job);
	} else {
		tell_ready(jobs, job);
	}
}

void jobs_sync(struct jobs *jobs, const struct gpuward_job_info *list)
{
	struct job **at, *job;

	for (job = jobs->first; job; job = job->next)
		job->is_seen = 0;
	for (; list; list = list->next)
		sync_one(jobs, list);
	for (at = &jobs->first; *at; ) {
		if ((*at)->is_seen)
			at = &(*at)->next;
		else
			drop(at);
	}
	for (job = jobs->first; job; job = job->next)
		if (job->topic == TOPIC_ACCEL)
			refresh(jobs, job->vm_id, job->accel);
}
