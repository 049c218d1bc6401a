// SPDX-License-Identifier: GPL-2.0-only
/* waiters.c - jobs that wait, and the last message to each: at once, and again only on change. */
#include "daemon.h"

#include <stdlib.h>
#include <string.h>

struct job {
	struct job *next;
	uint64_t id;
	uint32_t vm_id;
	uint32_t accel;
	uint32_t pid;
	uint32_t holder_pid;	/* the one named to it last */
	enum topic topic;	/* what it waits for */
	enum topic notified;	/* what it was notified of last */
	int is_running;
	int is_seen;		/* by the present waiters_sync() */
	char vm[GPUWARD_NAME_LEN];
	char command[GPUWARD_COMMAND_LEN];
};

struct waiters {
	struct job *first;
	const char *brand;
	void (*notify)(uint32_t pid, const char *text);
};

struct waiters *waiters_new(const char *brand, void (*notify)(uint32_t pid, const char *text))
{
	struct waiters *waiters = calloc(1, sizeof(*waiters));

	if (!waiters)
		return NULL;
	waiters->brand = brand;
	waiters->notify = notify;
	return waiters;
}

void waiters_free(struct waiters *waiters)
{
	struct job *job, *next;

	for (job = waiters ? waiters->first : NULL; job; job = next) {
		next = job->next;
		free(job);
	}
	free(waiters);
}

static struct job **job_find(struct waiters *waiters, uint64_t id)
{
	struct job **at = &waiters->first;

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	return at;
}

static struct job *job_find_or_add(struct waiters *waiters, uint64_t id)
{
	struct job **at = job_find(waiters, id);

	if (!*at) {
		*at = calloc(1, sizeof(**at));
		if (*at)
			(*at)->id = id;
	}
	return *at;
}

static void job_drop(struct job **at)
{
	struct job *job = *at;

	*at = job->next;
	free(job);
}

static void job_notify(struct waiters *waiters, const struct job *job, char *text)
{
	if (text)
		waiters->notify(job->pid, text);
	free(text);
}

static void notify_gpus(struct waiters *waiters, struct job *job)
{
	if (job->notified == TOPIC_GPUS)
		return;
	job_notify(waiters, job,
		   message_wait(waiters->brand, TOPIC_GPUS, NULL, job->notified == TOPIC_NONE));
	job->notified = TOPIC_GPUS;
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

static void notify_holder(struct waiters *waiters, struct job *job, const struct holder *holder)
{
	struct holder h = *holder;
	char hint[512];

	if (job->notified == TOPIC_ACCEL && job->holder_pid == h.pid)
		return;
	if (!h.hint)
		h.hint = hint_for(job, &h, hint);
	job_notify(waiters, job,
		   message_wait(waiters->brand, TOPIC_ACCEL, &h, job->notified == TOPIC_NONE));
	job->notified = TOPIC_ACCEL;
	job->holder_pid = h.pid;
}

static void notify_ready(struct waiters *waiters, struct job *job)
{
	if (job->notified != TOPIC_NONE)
		job_notify(waiters, job, message_ready(waiters->brand));
	job->notified = TOPIC_NONE;
	job->topic = TOPIC_NONE;
	job->holder_pid = 0;
	job->is_running = 1;
}

static const struct job *job_find_running(const struct waiters *waiters, const struct job *waiter,
					  uint32_t pid)
{
	const struct job *job;

	for (job = waiters->first; job; job = job->next)
		if (job->is_running && job->vm_id == waiter->vm_id &&
		    job->accel == waiter->accel && (!pid || job->pid == pid))
			return job;
	return NULL;
}

/*
 * The holder that a waiter was notified of may have ended while another one took over: name the
 * present one. The end of one and the start of the next come in either order.
 */
static void notify_next_holder(struct waiters *waiters, uint32_t vm_id, uint32_t accel)
{
	struct job *job;

	for (job = waiters->first; job; job = job->next) {
		const struct job *running;

		if (job->topic != TOPIC_ACCEL || job->vm_id != vm_id || job->accel != accel ||
		    (job->holder_pid && job_find_running(waiters, job, job->holder_pid)))
			continue;
		running = job_find_running(waiters, job, 0);
		if (running)
			notify_holder(waiters, job, &(struct holder){
				.pid = running->pid,
				.shown_pid = process_seen_by(running->pid, job->pid),
				.command = running->command,
			});
	}
}

static void job_waits(struct waiters *waiters, struct job *job,
		      const struct gpuward_event_info *event)
{
	job->topic = TOPIC_ACCEL;
	notify_holder(waiters, job, &(struct holder){
		.pid = event->holder_pid,
		.shown_pid = event->holder_nspid,
		.command = event->holder_command,
		.hint = *event->text ? event->text : NULL,
	});
}

void waiters_event(struct waiters *waiters, const struct gpuward_event_info *event)
{
	struct job *job, **at;

	if (event->type == GPUWARD_EVENT_JOB_END || event->type == GPUWARD_EVENT_JOB_CANCEL) {
		at = job_find(waiters, event->job);
		if (*at)
			job_drop(at);
		notify_next_holder(waiters, event->vm_id, event->accel);
		return;
	}
	if (event->type != GPUWARD_EVENT_JOB_WAIT && event->type != GPUWARD_EVENT_JOB_PLACING &&
	    event->type != GPUWARD_EVENT_JOB_START)
		return;
	job = job_find_or_add(waiters, event->job);
	if (!job)
		return;
	job->vm_id = event->vm_id;
	job->accel = event->accel;
	job->pid = event->pid;
	memcpy(job->vm, event->vm, sizeof(job->vm));
	memcpy(job->command, event->command, sizeof(job->command));
	if (event->type == GPUWARD_EVENT_JOB_WAIT) {
		job_waits(waiters, job, event);
	} else if (event->type == GPUWARD_EVENT_JOB_PLACING) {
		job->topic = TOPIC_GPUS;
		notify_gpus(waiters, job);
	} else {
		notify_ready(waiters, job);
		notify_next_holder(waiters, job->vm_id, job->accel);
	}
}

static void job_sync(struct waiters *waiters, const struct gpuward_job_info *info)
{
	struct job *job = job_find_or_add(waiters, info->id);

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
		notify_gpus(waiters, job);
	} else {
		notify_ready(waiters, job);
	}
}

void waiters_sync(struct waiters *waiters, const struct gpuward_job_info *list)
{
	struct job **at, *job;

	for (job = waiters->first; job; job = job->next)
		job->is_seen = 0;
	for (; list; list = list->next)
		job_sync(waiters, list);
	for (at = &waiters->first; *at; ) {
		if ((*at)->is_seen)
			at = &(*at)->next;
		else
			job_drop(at);
	}
	for (job = waiters->first; job; job = job->next)
		if (job->topic == TOPIC_ACCEL)
			notify_next_holder(waiters, job->vm_id, job->accel);
}
