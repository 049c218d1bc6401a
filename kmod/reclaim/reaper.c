// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of jobs from outside: gpuwardd is told and given a moment; then those who hold their files
 * are killed here. Must not decide whose time is over.
 */
#include "reclaim/holder.h"
#include "job/job_priv.h"
#include "reclaim/orphan.h"

#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#define PATIENCE_NS (2 * NSEC_PER_SEC)
#define PAUSE_MIN HZ
#define PAUSE_MAX (64 * HZ)

static void reap(struct work_struct *work);
static DECLARE_DELAYED_WORK(reaper, reap);
static unsigned long pause = PAUSE_MIN;		/* between passes that are of no avail */

static void begin(struct gw_job *job, u64 since)
{
	lockdep_assert_held(&job->accel->lock);
	if (job->reap_ns && job->reap_ns <= since)
		return;
	gw_job_set_state(job, GPUWARD_JOB_ENDING);
	WRITE_ONCE(job->reap_ns, since);
	WRITE_ONCE(pause, PAUSE_MIN);
	mod_delayed_work(system_percpu_wq, &reaper, gw_remaining_jiffies(since + PATIENCE_NS));
}

void gw_reap_job(struct gw_job *job)
{
	begin(job, ktime_get_boottime_ns());
}

void gw_reap_job_now(struct gw_job *job)
{
	begin(job, 1);
}

static bool is_reaped(const struct gw_job *job)
{
	return READ_ONCE(job->reap_ns);
}

/*
 * A holder may be busy, or come later with a file that was on its way: again and again, but less and
 * less often, since one that is outside of the VM stays.
 */
static void reap(struct work_struct *work)
{
	u64 now = ktime_get_boottime_ns();
	unsigned long id = 0, wait = 0;
	bool is_any = false;
	struct gw_job *job;

	while ((job = gw_job_next_with(&id, is_reaped))) {
		u64 due = READ_ONCE(job->reap_ns) + PATIENCE_NS;

		if (due <= now)
			is_any = true;
		else
			wait = wait ? min_t(unsigned long, wait, gw_remaining_jiffies(due)) :
				      gw_remaining_jiffies(due);
		gw_job_put(job);
		id++;
	}
	if (is_any) {
		gw_holders_kill(now - PATIENCE_NS);
		wait = wait ? min(wait, READ_ONCE(pause)) : READ_ONCE(pause);
		WRITE_ONCE(pause, min(2 * READ_ONCE(pause), PAUSE_MAX + 0UL));
	}
	if (wait)	/* unless somebody wants it sooner */
		schedule_delayed_work(&reaper, wait);
}

void gw_reap_exit(void)
{
	cancel_delayed_work_sync(&reaper);
}
