// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two gates: waiting for GPUs, waiting for the accelerator. Here programs sleep, with no lock
 * held, and are woken exactly when it is their turn. Must not call the vendor.
 */
#include "base/event.h"
#include "reclaim/evict.h"
#include "job/job.h"
#include "job/job_priv.h"
#include "base/refuse.h"
#include "account/usage.h"

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

static bool is_stopped;		/* READ_ONCE by those asleep */

/* --- waiting for GPUs -------------------------------------------------------------------- */

static u64 wait_deadline(const struct gw_job *job)
{
	const struct gw_vm *vm = job->accel->vm;

	if (READ_ONCE(vm->wait) != GPUWARD_WAIT_TIMEOUT)
		return GW_NO_DEADLINE;
	return job->wait_from_ns + (u64)READ_ONCE(vm->wait_ms) * NSEC_PER_MSEC;
}

static bool may_wait(const struct gw_accel *a)
{
	return READ_ONCE(a->vm->wait) != GPUWARD_WAIT_FAIL;
}

/* Returns whether this is a new wait, not one interrupted a moment ago. */
static bool wait_begin(struct gw_job *job, u32 state)
{
	bool is_new = !gw_job_is_away(job);

	job->wait_since_ns = ktime_get_boottime_ns();
	gw_usage_wait(job);
	if (is_new)
		job->wait_from_ns = job->wait_since_ns;
	job->left_ns = 0;
	job->is_wait_told = true;
	gw_job_set_state(job, state);
	return is_new;
}

/* The job of @p, made now if it has none. accel->lock held. */
static struct gw_job *job_get_own(struct gw_proc *p)
{
	struct gw_job *job = p->job;

	if (!job) {
		job = gw_job_alloc(p);
		if (!job)
			return NULL;
		list_add_tail(&p->job_link, &job->procs);
		WRITE_ONCE(p->job, job);
	}
	gw_proc_command(job->command);
	return job;
}

/* Is a program with this result out of the queue for good? Then those who watch are told. */
static bool gave_up(int ret)
{
	return ret == -EBUSY || ret == -ECANCELED || ret == -ENODEV || ret == -ENOSPC;
}

/* accel->lock is held, and dropped while asleep. */
static int place_wait(struct gw_proc *p)
{
	struct gw_accel *a = p->accel;
	struct gw_job *job = job_get_own(p);
	bool is_first, is_new = false;
	int ret;

	if (!job)
		return -ENOMEM;
	refcount_inc(&job->ref);	/* another thread may leave it for its tree's job meanwhile */
	job->nr_placing++;
	is_first = !job->state;		/* else other threads or processes of it are in a wait */
	if (is_first)
		is_new = wait_begin(job, GPUWARD_JOB_PLACING);
	mutex_unlock(&a->lock);
	if (is_new)
		gw_job_tell(job, GPUWARD_EVENT_JOB_PLACING, NULL);
	ret = gw_place_wait(a, &p->is_canceled, wait_deadline(job));
	mutex_lock(&a->lock);
	if (!--job->nr_placing && job->state == GPUWARD_JOB_PLACING) {
		gw_job_wait_end(job, ret);
		if (gave_up(ret)) {
			job->is_wait_told = false;
			mutex_unlock(&a->lock);
			gw_job_tell(job, GPUWARD_EVENT_JOB_CANCEL, NULL);
			mutex_lock(&a->lock);
		}
	}
	gw_job_put(job);
	return ret;
}

/*
 * Get GPUs for @p, which has none. accel->lock is held, and dropped while asleep. -EAGAIN: audit
 * mode, it would have waited.
 */
static int place(struct gw_proc *p, bool waits)
{
	struct gw_accel *a = p->accel;
	bool is_audit = gw_is_audit();
	int ret;

	waits = waits && !is_audit && may_wait(a);
	if (READ_ONCE(a->vm->is_dead))
		return -ENODEV;
	/* From here to is_placer nobody may take the placement away: see gw_job_blame(). */
	p->nr_placing++;
	ret = gw_place_try(a, waits);
	if (ret == -EAGAIN)
		ret = place_wait(p);
	else if (ret == -EBUSY && is_audit)
		ret = -EAGAIN;
	if (!--p->nr_placing)
		WRITE_ONCE(p->is_canceled, false);
	return ret;
}

/* See that @p is a placer. accel->lock is held, and dropped while asleep. */
static int become_placer(struct gw_proc *p, bool waits)
{
	int ret;

	if (p->is_placer)
		return 0;
	ret = place(p, waits);
	if (!ret && p->is_placer)	/* another thread of the process was placed meanwhile */
		gw_place_put(p->accel);
	p->is_placer |= !ret;
	return ret;
}

/* What a call returns for @ret of become_placer(); no lock held. */
static int report_place(struct gw_accel *a, int ret)
{
	if (ret == -EAGAIN)
		return gw_refuse(a->vm, -EBUSY, "would wait for GPUs");
	if (ret == -ENOSPC && !READ_ONCE(a->want.ask.groups))
		return gw_refuse(a->vm, ret, "its model is in no model group of the VM");
	if (ret == -ENOSPC)
		return gw_refuse(a->vm, ret, "no GPUs of this host can ever hold its model");
	return ret;
}

int gw_proc_place(struct gw_proc *p)
{
	struct gw_accel *a = p->accel;
	int ret;

	mutex_lock(&a->lock);
	ret = become_placer(p, true);
	mutex_unlock(&a->lock);
	return report_place(a, ret);
}

/* --- claiming ------------------------------------------------------------------------------ */

/* The job that @p claims for; *@left is one that it left empty, to be ended unlocked. */
static struct gw_job *job_for_claim(struct gw_proc *p, struct gw_job **left)
{
	struct gw_job *job = p->job, *other;

	/* One that was ended while it waits is out of the queue, but its threads still sleep in it. */
	if (job && (job->lessee.state != GW_LEASE_NONE || job->nr_sleepers))
		return job;
	other = gw_job_find_current(p->accel);
	if (!other || other == job)
		return job_get_own(p);
	if (job && gw_job_unlink(p))
		*left = job;
	list_add_tail(&p->job_link, &other->procs);
	WRITE_ONCE(p->job, other);
	return other;
}

/*
 * Every GPU that @p ever had, open or as a device of its RM clients, which outlives the file, must
 * be its own: a switched model may have moved it.
 */
static bool gpus_are_placed(struct gw_proc *p)
{
	unsigned int minor;

	for_each_set_bit(minor, p->gpus, GW_MAX_MINOR)
		if (!gw_place_has(p->accel, minor))
			return false;
	return true;
}

/* Sleep until @job runs, is canceled, or a signal comes. accel->lock is dropped meanwhile. */
static int lease_wait(struct gw_job *job)
{
	struct gw_accel *a = job->accel;
	struct gw_blame holder = { };
	bool is_new = job->state != GPUWARD_JOB_WAITING && wait_begin(job, GPUWARD_JOB_WAITING);
	u64 deadline = wait_deadline(job);
	long left;

	job->nr_sleepers++;
	if (is_new)
		gw_job_blame(a, &holder);
	mutex_unlock(&a->lock);
	if (is_new)
		gw_job_tell(job, GPUWARD_EVENT_JOB_WAIT, &holder);
	gw_blame_put(&holder);
	left = wait_event_interruptible_timeout(job->wq,
			READ_ONCE(job->state) != GPUWARD_JOB_WAITING ||
			READ_ONCE(job->is_canceled) || READ_ONCE(is_stopped),
			gw_remaining_jiffies(deadline));
	mutex_lock(&a->lock);
	job->nr_sleepers--;
	/* The winner was decided under the lock: granted and signalled, it is ours. */
	if (job->state != GPUWARD_JOB_WAITING)
		return 0;
	if (job->is_canceled)
		return -ECANCELED;
	if (is_stopped)
		return -ENODEV;
	return left < 0 ? -ERESTARTSYS : -EBUSY;
}

/* Nobody of @job sleeps any more, and it has no lease: @ret is why. */
static void lease_give_up(struct gw_job *job, int ret)
{
	/* A restarted call comes back in a moment, and finds its place: see interrupted_wait.c. */
	if (ret == -ERESTARTSYS && !fatal_signal_pending(current)) {
		gw_job_step_out(job);
		return;
	}
	gw_lease_leave(&job->accel->lease, &job->lessee);
	gw_job_wait_end(job, ret);
	WRITE_ONCE(job->is_canceled, false);
	gw_job_grant(job->accel);	/* who stood behind may be first now */
}

/* Take the lease or wait for it. accel->lock is held, and dropped while asleep. */
static int lease_take(struct gw_job *job, bool waits)
{
	struct gw_accel *a = job->accel;
	int ret;

	if (job->state == GPUWARD_JOB_RUNNING)
		return 0;
	if (job->state == GPUWARD_JOB_ENDING)
		return -ECANCELED;
	if (is_stopped)
		return -ENODEV;
	if (!job->is_canceled) {
		gw_job_step_in(job);
		ret = gw_lease_acquire(&a->lease, &job->lessee);
		if (!ret)
			gw_job_start(job);
		else if (ret == -EINPROGRESS)
			gw_job_grant(a);	/* it may have been held back for us */
		if (ret != -EINPROGRESS || job->state == GPUWARD_JOB_RUNNING)
			return ret == -EINPROGRESS ? 0 : ret;
		ret = waits && may_wait(a) ? lease_wait(job) : -EBUSY;
	} else {
		ret = -ECANCELED;		/* ended while it was away, or others still sleep */
	}
	if (ret && !job->nr_sleepers)
		lease_give_up(job, ret);
	return ret;
}

/* Audit mode: nothing waits, nothing is refused; say what would have been. */
static int audit_claim(struct gw_proc *p)
{
	struct gw_accel *a = p->accel;
	bool would_wait;

	mutex_lock(&a->lock);
	would_wait = (!p->job || p->job->state != GPUWARD_JOB_RUNNING) &&
		     a->lease.nr_holders >= a->lease.max_holders && !gw_job_find_current(a);
	mutex_unlock(&a->lock);
	return would_wait ? gw_refuse(a->vm, -EBUSY, "would wait for the accelerator") : -EAGAIN;
}

/* The hot path: has its program the accelerator already? */
static bool is_running(struct gw_proc *p)
{
	struct gw_job *job;
	bool running;

	rcu_read_lock();	/* a job that is left for another is freed after a grace period */
	job = READ_ONCE(p->job);
	running = job && READ_ONCE(job->state) == GPUWARD_JOB_RUNNING;
	rcu_read_unlock();
	return running;
}

/* What is to be told of @job after a claim that returned @ret; 0: nothing. */
static u32 claim_news(struct gw_job *job, int ret)
{
	if (!ret && !job->is_start_told) {
		job->is_start_told = true;
		return GPUWARD_EVENT_JOB_START;
	}
	if (gave_up(ret) && job->is_wait_told && !job->state) {
		job->is_wait_told = false;
		return GPUWARD_EVENT_JOB_CANCEL;
	}
	return 0;
}

/* For a placer. accel->lock is held, and dropped while asleep. */
static int take(struct gw_proc *p, struct gw_job *job, bool waits)
{
	if (READ_ONCE(p->accel->vm->is_dead))
		return -ENODEV;
	if (gw_evict_is_over(p->accel))
		return -ECANCELED;
	if (job->state != GPUWARD_JOB_RUNNING && !gpus_are_placed(p))
		return -EPERM;
	return lease_take(job, waits);
}

/* Both gates in one go: no model can be switched between them. */
static int claim(struct gw_proc *p, bool waits)
{
	struct gw_accel *a = p->accel;
	struct gw_job *job = NULL, *left = NULL;
	u32 news = 0;
	int ret;

	mutex_lock(&a->lock);
	ret = become_placer(p, waits);
	if (!ret) {
		job = job_for_claim(p, &left);
		ret = job ? take(p, job, waits) : -ENOMEM;
	}
	if (job)
		news = claim_news(job, ret);
	if (news)	/* one that gave up may be left by another thread for its tree's job */
		refcount_inc(&job->ref);
	mutex_unlock(&a->lock);
	if (left)
		gw_job_finish(left);
	if (news) {
		gw_job_tell(job, news, NULL);
		gw_job_put(job);
	}
	return ret;
}

int gw_proc_claim(struct gw_proc *p, bool waits)
{
	int ret;

	if (is_running(p))
		return 0;
	if (gw_is_audit()) {
		ret = audit_claim(p);
		if (ret != -EAGAIN)
			return ret;
	}
	return report_place(p->accel, claim(p, waits));
}

void gw_job_stop(bool stop)
{
	struct gw_job *job;
	unsigned long id;

	WRITE_ONCE(is_stopped, stop);
	xa_lock(&gw_jobs);	/* wake_up_all() does not sleep */
	xa_for_each(&gw_jobs, id, job)
		wake_up_all(&job->wq);
	xa_unlock(&gw_jobs);
	gw_place_stop(stop);
}
