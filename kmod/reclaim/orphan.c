// SPDX-License-Identifier: GPL-2.0-only
/*
 * Orphans: those who opened a job's files are dead, but the files live on in others that inherited
 * them. Owns when that is noticed and how long it is borne. Must not look for the others
 * (holder.c does) nor end them (reaper.c).
 *
 * The kernel wakes those who wait on a pid when the last thread of the process has given up its
 * files, so a job whose program ends as it should is gone before.
 */
#include "reclaim/orphan.h"
#include "job/job_priv.h"
#include "base/refuse.h"
#include "base/trace.h"

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

/* Whoever looks at a dying process may hold its mappings for a moment. */
#define SOON (HZ / 50 + 1)

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_soon, look);
static DECLARE_DELAYED_WORK(look_late, look);	/* when the next grace is over */

/* --- noticing -------------------------------------------------------------------------------- */

/* In the dying process, or one that reaps it, with interrupts off; perhaps of one thread only. */
static int on_death(struct wait_queue_entry *entry, unsigned int mode, int sync, void *key)
{
	struct gw_proc *p = container_of(entry, struct gw_proc, death);

	WRITE_ONCE(p->is_woken, true);
	gw_orphan_look();
	return 0;
}

void gw_orphan_watch(struct gw_proc *p)
{
	init_waitqueue_func_entry(&p->death, on_death);
	add_wait_queue(&p->tgid->wait_pidfd, &p->death);
}

void gw_orphan_unwatch(struct gw_proc *p)
{
	remove_wait_queue(&p->tgid->wait_pidfd, &p->death);
}

void gw_orphan_look(void)
{
	schedule_delayed_work(&look_soon, SOON);	/* not put off by those who come later */
}

static bool is_dead(struct pid *tgid)
{
	struct task_struct *leader;
	bool dead;

	rcu_read_lock();
	leader = pid_task(tgid, PIDTYPE_TGID);
	dead = !leader || (READ_ONCE(leader->exit_state) && thread_group_empty(leader));
	rcu_read_unlock();
	return dead;
}

static bool is_orphan(const struct gw_job *job)
{
	const struct gw_proc *p;

	list_for_each_entry(p, &job->procs, job_link)
		if (!READ_ONCE(p->is_woken) || !is_dead(p->tgid))
			return false;
	return !list_empty(&job->procs);
}

/* --- bearing it ------------------------------------------------------------------------------ */

u64 gw_orphan_deadline(const struct gw_job *job)
{
	u32 grace = READ_ONCE(gw_orphan_ms);

	return job->orphan_ns && grace ? job->orphan_ns + (u64)grace * NSEC_PER_MSEC : 0;
}

/* What is to be told of @job; 0: nothing. accel->lock held. */
static u32 judge(struct gw_job *job, u64 now, u64 *next)
{
	bool was = job->orphan_ns;
	u64 deadline;

	if (!is_orphan(job)) {
		job->orphan_ns = 0;	/* one more of its program has come, and lives */
		return 0;
	}
	if (job->state == GPUWARD_JOB_ENDING) {
		if (!job->reap_ns)
			gw_reap_job_now(job);
		return 0;
	}
	if (job->state != GPUWARD_JOB_RUNNING)
		return 0;		/* gw_job_start() has it looked at again */
	if (!was) {
		job->orphan_ns = now;
		trace_gpuward_job(job->accel->vm->id, job->accel->index, job->id,
				  GPUWARD_JOB_ORPHANED, job->accel->lease.nr_queued);
	}
	deadline = gw_orphan_deadline(job);
	if (deadline && deadline <= now) {
		gw_reap_job(job);
		return GPUWARD_EVENT_JOB_REAP;
	}
	if (deadline)
		*next = min(*next, deadline);
	if (was && deadline == job->orphan_told_ns)
		return 0;
	job->orphan_told_ns = deadline;
	return GPUWARD_EVENT_JOB_ORPHAN;
}

static bool has_state(const struct gw_job *job)
{
	return READ_ONCE(job->state);
}

static void look(struct work_struct *work)
{
	u64 now = ktime_get_boottime_ns(), next = U64_MAX;
	unsigned long id = 0;
	struct gw_job *job;
	u32 news;

	while ((job = gw_job_next_with(&id, has_state))) {
		mutex_lock(&job->accel->lock);
		news = judge(job, now, &next);
		mutex_unlock(&job->accel->lock);
		if (news)
			gw_job_tell(job, news, NULL);
		gw_job_put(job);
		id++;
	}
	if (next != U64_MAX)
		mod_delayed_work(system_percpu_wq, &look_late, gw_remaining_jiffies(next));
}

void gw_orphan_exit(void)
{
	cancel_delayed_work_sync(&look_soon);
	cancel_delayed_work_sync(&look_late);
}
