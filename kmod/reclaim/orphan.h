/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs that outlive those who opened their files, since others hold them; and the end of jobs from
 * outside, when a grace period is over.
 */
#ifndef _GW_ORPHAN_H
#define _GW_ORPHAN_H

#include "job/job.h"

/* From the first file of @p to its last: notice its death. */
void gw_orphan_watch(struct gw_proc *p);
void gw_orphan_unwatch(struct gw_proc *p);
/* The grace period has changed, or a job may be an orphan's: look at all jobs soon. No sleep. */
void gw_orphan_look(void);
/* When the grace of @job is over, 0: never, or it is no orphan. accel->lock held. */
u64 gw_orphan_deadline(const struct gw_job *job);

/*
 * Its grace is over: nothing more is claimed or charged for it. gw_job_tell() of JOB_REAP is owed with no
 * lock held; gpuwardd then ends its processes; if it has not two seconds later, reaper.c does.
 * accel->lock held.
 */
void gw_reap_job(struct gw_job *job);
/* The same, but nobody is waited for: an admin, or the VM itself, wants its end. */
void gw_reap_job_now(struct gw_job *job);

void gw_orphan_exit(void);
void gw_reap_exit(void);

#endif /* _GW_ORPHAN_H */
