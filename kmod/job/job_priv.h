/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between process.c, job.c, claim.c and query.c only; what others call is in job.h. All with
 * accel->lock held unless said otherwise.
 */
#ifndef _GW_JOB_PRIV_H
#define _GW_JOB_PRIV_H

#include "job/job.h"

/* Jobs by id. Its own lock makes "find, then take a reference" one step. */
extern struct xarray gw_jobs;

static inline struct gw_job *gw_job_of(struct gw_lessee *w)
{
	return container_of(w, struct gw_job, lessee);
}

/* The next job in the table from @id on that @has it, with a reference, and its number in @id. No lock needed. */
struct gw_job *gw_job_next_with(unsigned long *id, bool (*has)(const struct gw_job *job));

/* The command line of current, GPUWARD_COMMAND_LEN bytes, padded. No lock needed. */
void gw_proc_command(char *out);

/* A job for @p that nobody is in yet; NULL: no memory. */
struct gw_job *gw_job_alloc(struct gw_proc *p);
void gw_job_set_state(struct gw_job *job, u32 state);
void gw_job_start(struct gw_job *job);			/* it was granted the lease */
void gw_job_wait_count(struct gw_job *job);		/* the time waited up to now */
u32 gw_job_program(const struct gw_accel *a);		/* in force for a job that starts now */
void gw_job_cancel_queued(struct gw_accel *a);		/* those that wait for the accelerator */
bool gw_job_has_current(const struct gw_job *job);	/* is current part of its tree or cgroup? */
/* The job of @a that current is a part of though its process may not yet be; NULL: none. */
struct gw_job *gw_job_find_current(struct gw_accel *a);
/* Take @p out of its job. True: it was the last, gw_job_finish() is owed with no lock held. */
bool gw_job_unlink(struct gw_proc *p);
void gw_job_finish(struct gw_job *job);
/* The last file of @p is gone: it leaves its job. Returns a job that gw_job_finish() is owed to. */
struct gw_job *gw_job_leave(struct gw_proc *p);

/* --- interrupted_wait.c: a wait that was interrupted ------------------------------------------------- */

/* The wait of @job ended without the accelerator, @ret is why. -ERESTARTSYS: it may come back. */
void gw_job_wait_end(struct gw_job *job, int ret);
/* It was interrupted, and keeps its place in the queue for a moment with nobody asleep in it. */
void gw_job_step_out(struct gw_job *job);
/* It is back, or new: too late, and it must stand at the end. */
void gw_job_step_in(struct gw_job *job);
/* Interrupted, and not yet too late? Nobody passes it, and it is not granted meanwhile. */
bool gw_job_is_away(const struct gw_job *job);
void gw_away_exit(void);

/* Send an event of @job; no lock held. */
void gw_job_tell(struct gw_job *job, u32 type, struct gw_blame *holder);

#endif /* _GW_JOB_PRIV_H */
