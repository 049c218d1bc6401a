// SPDX-License-Identifier: GPL-2.0-only
/*
 * reaper.c - jobs that have to go: who is told, who is killed.
 * Owns neither times nor choices: the module says when, and which processes. Must not keep anything
 * between two events, so that nothing is lost when the daemon is.
 */
#include "daemon.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(const struct ending *ending, uint32_t pid, char *text)
{
	if (text && pid)
		ending->say(pid, text);
	free(text);
}

/* --- those who are told to go ---------------------------------------------------------------- */

/*
 * A program that does not handle the signal would only be killed before its time: it is left its
 * grace.
 */
static int choose_notice(const struct gpuward_holder_info *h, void *arg)
{
	const struct ending *ending = arg;

	return h->is_opener && !h->is_outside && process_handles(h->pid, ending->signal) ?
	       ending->signal : 0;
}

static void give_notice(const struct ending *ending, uint64_t job, uint32_t pid, uint64_t deadline_ns)
{
	struct tool *tool = ending->tool;
	int err = 0;

	say(ending, pid, message_evict(ending->brand, text_left(deadline_ns)));
	if (ending->signal && job)
		err = gpuward_job_signal(tool->g, job, choose_notice, (void *)ending, NULL);
	if (err && err != -ENOENT)
		tool_fail(tool, NULL, err);
}

/* --- those whose time is over ---------------------------------------------------------------- */

static uint32_t count_outside(struct tool *tool, uint64_t job)
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

static void reap(const struct ending *ending, uint64_t job, const char *vm)
{
	struct tool *tool = ending->tool;
	uint32_t nr, outside;
	int err = gpuward_job_reap(tool->g, job, 0, &nr);

	if (err == -ENOENT || err == -EBUSY)
		return;		/* it has ended meanwhile */
	if (err) {
		tool_fail(tool, NULL, err);
		return;
	}
	fprintf(stderr, "gpuwardd: job %" PRIu64 " of VM \"%s\": %u processes killed\n", job, vm, nr);
	outside = nr ? 0 : count_outside(tool, job);
	if (outside)
		fprintf(stderr, "gpuwardd: job %" PRIu64 " of VM \"%s\": held by %u processes that are not in the VM; see gpuwardctl job holders %" PRIu64 "\n",
			job, vm, outside, job);
}

/* --- events ---------------------------------------------------------------------------------- */

void ending_event(const struct ending *ending, const struct gpuward_event_info *event)
{
	switch (event->type) {
	case GPUWARD_EVENT_EVICT_NOTICE:
		give_notice(ending, event->job, event->pid, event->deadline_ns);
		break;
	case GPUWARD_EVENT_EVICT_OFF:
		say(ending, event->pid, message_stay(ending->brand));
		break;
	case GPUWARD_EVENT_JOB_REAP:
		reap(ending, event->job, event->vm);
		break;
	}
}

void ending_sync(const struct ending *ending, const struct gpuward_job_info *list)
{
	for (; list; list = list->next) {
		if (list->state == GPUWARD_JOB_EVICTING)
			give_notice(ending, list->id, list->pid, list->deadline_ns);
		else if (list->is_reaped)
			reap(ending, list->id, list->vm);
	}
}
