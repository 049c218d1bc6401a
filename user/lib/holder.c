// SPDX-License-Identifier: GPL-2.0-only
/*
 * holder.c - the processes that hold a job's files, and their end. Never signal a bare pid: another
 * process may have it by then.
 */
#include "nl.h"
#include "sys.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define F(attr, how, member) [GPUWARD_A_HOLDER_##attr] = GW_FIELD(gpuward_holder_info, how, member)
static const struct gw_field holder_fields[] = {
	F(JOB, GW_U64, job),		F(PID, GW_U32, pid),
	F(COMMAND, GW_TEXT, command),	F(OPENER, GW_FLAG, is_opener),
	F(OUTSIDE, GW_FLAG, is_outside),
};
#undef F

static const struct gw_kind holder_kind = {
	.fields = holder_fields,
	.nr_fields = sizeof(holder_fields) / sizeof(*holder_fields),
	.size = sizeof(struct gpuward_holder_info),
};

int gpuward_job_holders(struct gpuward *g, uint64_t id, struct gpuward_holder_info **out)
{
	const struct gpuward_holder_info key = {
		.fields = GPUWARD_FIELD(GPUWARD_A_HOLDER_JOB), .job = id,
	};

	return gw_nl_dump(g, GPUWARD_CMD_HOLDER_GET, &holder_kind, &key, out);
}

/* Those of @list as pidfds, -1 for one that is gone; NULL without memory. */
static int *catch_all(const struct gpuward_holder_info *list)
{
	const struct gpuward_holder_info *h;
	size_t nr = 0;
	int *fds;

	for (h = list; h; h = h->next)
		nr++;
	fds = malloc((nr + 1) * sizeof(*fds));
	if (!fds)
		return NULL;
	for (nr = 0, h = list; h; h = h->next)
		fds[nr++] = h->pid ? gw_sys_pidfd_open(h->pid) : -ESRCH;
	return fds;
}

static const struct gpuward_holder_info *find(const struct gpuward_holder_info *list, uint32_t pid)
{
	while (list && list->pid != pid)
		list = list->next;
	return list;
}

/*
 * A number that is named again after it was caught is that of the process caught, if that still
 * lives: else the signal finds nobody.
 */
static uint32_t signal_all(const struct gpuward_holder_info *caught, const int *fds,
			   const struct gpuward_holder_info *again,
			   int (*choose)(const struct gpuward_holder_info *h, void *arg), void *arg)
{
	const struct gpuward_holder_info *h;
	uint32_t nr = 0;
	int sig;

	for (; caught; caught = caught->next, fds++) {
		h = *fds >= 0 ? find(again, caught->pid) : NULL;
		sig = h ? choose(h, arg) : 0;
		if (sig && !gw_sys_pidfd_kill(*fds, sig))
			nr++;
	}
	return nr;
}

int gpuward_job_signal(struct gpuward *g, uint64_t id,
		       int (*choose)(const struct gpuward_holder_info *h, void *arg), void *arg,
		       uint32_t *nr)
{
	struct gpuward_holder_info *caught, *again = NULL, *h;
	int err = gpuward_job_holders(g, id, &caught), *fds, i;

	if (nr)
		*nr = 0;
	if (err)
		return err;
	fds = catch_all(caught);
	if (!fds) {
		gpuward_free(caught);
		return gw_fail(g, -ENOMEM, "out of memory");
	}
	err = gpuward_job_holders(g, id, &again);
	if (!err) {
		uint32_t signaled = signal_all(caught, fds, again, choose, arg);

		if (nr)
			*nr = signaled;
	}
	for (i = 0, h = caught; h; h = h->next, i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(fds);
	gpuward_free(caught);
	gpuward_free(again);
	return err;
}

static int choose_kill(const struct gpuward_holder_info *h, void *arg)
{
	const int *with_outside = arg;

	return h->is_outside && !*with_outside ? 0 : SIGKILL;
}

int gpuward_job_reap(struct gpuward *g, uint64_t id, int with_outside, uint32_t *nr)
{
	struct gpuward_job_info *job;
	int err = gpuward_job_get(g, id, &job);
	uint32_t state;

	if (nr)
		*nr = 0;
	if (err)
		return err;
	state = job->state;
	gpuward_free(job);
	if (state != GPUWARD_JOB_ORPHANED && state != GPUWARD_JOB_ENDING)
		return gw_fail(g, -EBUSY, "its program lives");
	return gpuward_job_signal(g, id, choose_kill, &with_outside, nr);
}
