// SPDX-License-Identifier: GPL-2.0-only
/*
 * reaper.c - notify and kill jobs that have to go. The module says when, and which processes;
 * nothing is kept between two events, so that a new daemon goes on where the last one ended.
 */
#include "daemon.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <syslog.h>

static void process_notify(const struct reaper *reaper, uint32_t pid, char *text)
{
	if (text && pid)
		reaper->notify(pid, text);
	free(text);
}

/* --- evicted jobs: notified ----------------------------------------------------------------- */

/*
 * A program that does not handle the signal would only be killed before its time: it keeps its
 * grace.
 */
static int choose_signal(const struct gpuward_holder_info *h, void *arg)
{
	const struct reaper *reaper = arg;

	return h->is_opener && !h->is_outside && process_handles(h->pid, reaper->signal) ?
	       reaper->signal : 0;
}

static void evict_notify(const struct reaper *reaper, const char *vm, uint64_t job, uint32_t pid,
			 uint64_t deadline_ns)
{
	struct tool *tool = reaper->tool;
	int err = 0;

	process_notify(reaper, pid, message_evict(reaper->brand, text_left(deadline_ns)));
	if (reaper->signal && job)
		err = gpuward_job_signal(tool->g, job, choose_signal, (void *)reaper, NULL);
	if (err && err != -ENOENT)
		log_fail(tool, vm, job, err);
}

/* --- jobs whose grace is over: killed -------------------------------------------------------- */

static uint32_t job_count_outside(struct tool *tool, uint64_t job)
{
	struct gpuward_holder_info *holders, *h;
	uint32_t nr = 0;

	if (gpuward_job_holders(tool->g, job, &holders))
		return 0;
	for (h = holders; h; h = h->next)
		nr += !!h->is_outside;
	gpuward_free(holders);
	return nr;
}

static void job_reap(const struct reaper *reaper, uint64_t job, const char *vm)
{
	struct tool *tool = reaper->tool;
	uint32_t nr, outside;
	int err = gpuward_job_reap(tool->g, job, 0, &nr);

	if (err == -ENOENT || err == -EBUSY)
		return;		/* it has ended meanwhile */
	if (err) {
		log_fail(tool, vm, job, err);
		return;
	}
	log_print(LOG_NOTICE, vm, job, "job %" PRIu64 " of VM \"%s\": %u processes killed", job, vm, nr);
	outside = nr ? 0 : job_count_outside(tool, job);
	if (outside)
		log_print(LOG_WARNING, vm, job, "job %" PRIu64 " of VM \"%s\": held by %u processes that are not in the VM; see gpuwardctl job holders %" PRIu64,
			  job, vm, outside, job);
}

/* --- events ---------------------------------------------------------------------------------- */

void reaper_event(const struct reaper *reaper, const struct gpuward_event_info *event)
{
	switch (event->type) {
	case GPUWARD_EVENT_EVICT_NOTICE:
		evict_notify(reaper, event->vm, event->job, event->pid, event->deadline_ns);
		break;
	case GPUWARD_EVENT_EVICT_CANCEL:
		process_notify(reaper, event->pid, message_stay(reaper->brand));
		break;
	case GPUWARD_EVENT_JOB_REAP:
		job_reap(reaper, event->job, event->vm);
		break;
	}
}

void reaper_sync(const struct reaper *reaper, const struct gpuward_job_info *list)
{
	for (; list; list = list->next) {
		if (list->state == GPUWARD_JOB_EVICTING)
			evict_notify(reaper, list->vm, list->id, list->pid, list->deadline_ns);
		else if (list->is_reaped)
			job_reap(reaper, list->id, list->vm);
	}
}
