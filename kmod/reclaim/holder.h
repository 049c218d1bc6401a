/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which processes hold a job's files, whoever opened them: by descriptor or by mapping, found by
 * the files themselves, so that nobody else is ever taken for one. Walks all processes; sleeps.
 */
#ifndef _GW_HOLDER_H
#define _GW_HOLDER_H

#include "job/job.h"

#define GW_HOLDERS_AT_ONCE 64

struct gw_holder {
	struct pid *pid;		/* a reference */
	bool is_opener;			/* it opened the file itself */
	bool is_outside;		/* not one of the job's VM: see gw_bind_is_inside() */
	char comm[TASK_COMM_LEN];
};

struct gw_holders {
	u32 nr;
	struct gw_holder at[GW_HOLDERS_AT_ONCE];	/* by rising number in the initial namespace */
};

/*
 * The holders of job @id with the lowest numbers above @after; @found->nr below its size: there
 * are no more. One that comes, goes, or is busy with its own memory meanwhile may be missed.
 */
void gw_holders_find(u64 id, u32 after, struct gw_holders *found);
void gw_holders_put(struct gw_holders *found);

/*
 * Kill the holders of all jobs that are to be reaped since @before_ns (CLOCK_BOOTTIME) or longer, if
 * they are their VM's.
 */
void gw_holders_kill(u64 before_ns);

#endif /* _GW_HOLDER_H */
