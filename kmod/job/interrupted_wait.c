// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waits that a signal interrupted. A restarted call is back within microseconds, and a runtime
 * that is signalled a hundred times a second must not lose its turn each time: the place is kept
 * for a moment, with nobody asleep in it. Must not keep it longer: who does not come back has
 * given up.
 */
#include "job/job.h"
#include "job/job_priv.h"

#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#define KEEP_NS NSEC_PER_SEC

static void reap(struct work_struct *work);
static DECLARE_DELAYED_WORK(reaper, reap);

bool gw_job_is_away(const struct gw_job *job)
{
	return job->left_ns && ktime_get_boottime_ns() - job->left_ns <= KEEP_NS;
}

static void leave(struct gw_job *job)
{
	job->left_ns = ktime_get_boottime_ns();
	schedule_delayed_work(&reaper, nsecs_to_jiffies(KEEP_NS) + 1);
}

void gw_job_step_out(struct gw_job *job)
{
	lockdep_assert_held(&job->accel->lock);
	leave(job);
}

void gw_job_step_in(struct gw_job *job)
{
	lockdep_assert_held(&job->accel->lock);
	if (job->left_ns && !gw_job_is_away(job)) {
		gw_lease_leave(&job->accel->lease, &job->lessee);
		gw_job_wait_end(job, -EINTR);
	}
	job->left_ns = 0;
}

void gw_job_wait_end(struct gw_job *job, int ret)
{
	gw_job_wait_count(job);
	gw_job_set_state(job, 0);
	if (ret == -ERESTARTSYS) {
		leave(job);
	} else {
		job->left_ns = 0;
		gw_lessee_init(&job->lessee);
	}
}

/* Has @job not come back in time? Then its wait is over; true when that is to be told. */
static bool expire(struct gw_job *job, bool *again)
{
	struct gw_accel *a = job->accel;
	bool news = false;

	mutex_lock(&a->lock);
	if (gw_job_is_away(job)) {
		*again = true;
	} else if (job->left_ns) {
		gw_lease_leave(&a->lease, &job->lessee);
		gw_job_wait_end(job, -EINTR);
		WRITE_ONCE(job->is_canceled, false);
		news = job->is_wait_told;
		job->is_wait_told = false;
		gw_job_grant(a);
	}
	mutex_unlock(&a->lock);
	return news;
}

/* The next job from @id on that is or was away, with a reference. */
static struct gw_job *next_away(unsigned long *id)
{
	struct gw_job *job, *found = NULL;

	xa_lock(&gw_jobs);
	xa_for_each_start(&gw_jobs, *id, job, *id) {
		if (!READ_ONCE(job->left_ns) || !refcount_inc_not_zero(&job->ref))
			continue;
		found = job;
		break;
	}
	xa_unlock(&gw_jobs);
	return found;
}

static void reap(struct work_struct *work)
{
	unsigned long id = 0;
	bool again = false;
	struct gw_job *job;

	while ((job = next_away(&id))) {
		if (expire(job, &again))
			gw_job_tell(job, GPUWARD_EVENT_JOB_CANCEL, NULL);
		gw_job_put(job);
		id++;
	}
	if (again)
		schedule_delayed_work(&reaper, nsecs_to_jiffies(KEEP_NS / 4) + 1);
}

void gw_away_exit(void)
{
	cancel_delayed_work_sync(&reaper);
}
