// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spot accelerators that have to go. Owns notice, deadline and end; sole caller of core/evict, which
 * names them. Must not signal anybody: reaper.c and gpuwardd end processes.
 */
#include "reclaim/evict.h"
#include "core/evict.h"
#include "base/event.h"
#include "ioctl/hold.h"
#include "job/job_priv.h"
#include "reclaim/orphan.h"
#include "base/refuse.h"
#include "placement/pool.h"
#include "base/trace.h"
#include "account/usage.h"

#include <linux/timekeeping.h>
#include <linux/workqueue.h>

enum { NONE, NOTICED, OFF };		/* gw_eviction.state; OFF: it need not go, or has gone */

#define AGAIN_NS NSEC_PER_SEC		/* to see whether those who were ended are gone */

static LIST_HEAD(going);		/* pool lock; only work() takes out. A reference on the VM each */
static LIST_HEAD(safe);			/* pool lock; those not evictable yet */
static u32 nr_evictable;		/* pool lock */

static void work(struct work_struct *unused);
static DECLARE_DELAYED_WORK(evicter, work);

static void kick(void)
{
	mod_delayed_work(system_percpu_wq, &evicter, 0);
}

/* --- under the pool's lock ------------------------------------------------------------------- */

static void set_evictable(struct gw_accel *a, bool is)
{
	struct gw_grant *g = &a->want.grant;

	if (g->is_evictable != is)
		nr_evictable += is ? 1 : -1;
	g->is_evictable = is;
}

static void call_off(struct gw_accel *a)
{
	if (a->evict.state != NOTICED)
		return;
	a->want.grant.is_going = false;
	WRITE_ONCE(a->evict.state, OFF);
	a->evict.is_told = false;
	WRITE_ONCE(a->evict.is_over, false);
	gw_hold_wake();
	kick();
}

void gw_evict_class(struct gw_accel *a)
{
	bool is = a->is_placed && a->want.class == GPUWARD_CLASS_SPOT &&
		  list_empty(&a->evict.safe_link);

	lockdep_assert_held(&gw_pool_lock);
	set_evictable(a, is);
	if (!is && !a->evict.is_over)
		call_off(a);
}

void gw_evict_placed(struct gw_accel *a, u64 safe_ns)
{
	a->evict.safe_ns = safe_ns;
	if (safe_ns && a->want.class == GPUWARD_CLASS_SPOT) {
		list_add_tail(&a->evict.safe_link, &safe);
		kick();			/* to look again in time */
	}
	gw_evict_class(a);
}

void gw_evict_unplaced(struct gw_accel *a)
{
	lockdep_assert_held(&gw_pool_lock);
	list_del_init(&a->evict.safe_link);
	set_evictable(a, false);
	call_off(a);
	wake_up_all(&a->place_wq);	/* those who came too late for these GPUs stand in the queue now */
}

static void notice(struct gw_accel *a, const struct gw_want *w, u64 now)
{
	const struct gw_accel *waiter = container_of(w, struct gw_accel, want);
	struct gw_eviction *e = &a->evict;

	a->want.grant.is_going = true;
	e->is_told = false;
	e->since_ns = now;
	e->end_ns = now + (u64)READ_ONCE(gw_evict_ms) * NSEC_PER_MSEC;
	e->for_accel = waiter->index;
	e->for_vm_id = waiter->vm->id;
	memcpy(e->for_vm, waiter->vm->name, sizeof(e->for_vm));
	if (e->state == NONE) {
		gw_vm_get(a->vm);	/* dropped in work() */
		list_add_tail(&e->link, &going);
	}
	WRITE_ONCE(e->state, NOTICED);
	gw_hold_wake();
	kick();
}

static void name(struct gw_queue *q, struct gw_board *b, u64 now)
{
	struct list_head victims;
	struct gw_grant *g;

	INIT_LIST_HEAD(&victims);
	gw_evict(q, b, GPUWARD_CLASS_SPOT, &victims);
	while ((g = gw_evict_pop(&victims)))
		notice(container_of(g, struct gw_accel, want.grant), g->victim_of, now);
}

void gw_evict_serve(struct gw_queue *q, struct gw_board *b, u64 now_ns)
{
	struct gw_accel *a, *next;

	lockdep_assert_held(&gw_pool_lock);
	list_for_each_entry_safe(a, next, &safe, evict.safe_link) {
		if (a->evict.safe_ns > now_ns)
			continue;
		list_del_init(&a->evict.safe_link);
		gw_evict_class(a);
	}
	if (nr_evictable && q->nr)
		name(q, b, now_ns);
	list_for_each_entry(a, &going, evict.link)
		if (a->evict.state == NOTICED && !a->evict.is_over &&
		    !gw_evict_needs(q, b, GPUWARD_CLASS_SPOT, &a->want.grant))
			call_off(a);
}

u64 gw_evict_deadline(struct gw_accel *a)
{
	u64 end = 0;

	mutex_lock(&gw_pool_lock);
	if (a->evict.state == NOTICED)
		end = a->evict.end_ns;
	mutex_unlock(&gw_pool_lock);
	return end;
}

void gw_evict_for(const struct gw_accel *a, struct gw_place_info *info)
{
	const struct gw_accel *g;

	lockdep_assert_held(&gw_pool_lock);
	list_for_each_entry(g, &going, evict.link) {
		if (g->evict.state != NOTICED || g->evict.for_vm_id != a->vm->id ||
		    g->evict.for_accel != a->index)
			continue;
		info->nr_going++;
		if (g->evict.end_ns < info->going_ns)
			continue;
		info->going_ns = g->evict.end_ns;
		info->going_accel = g->index;
		memcpy(info->going_vm, g->vm->name, sizeof(info->going_vm));
	}
}

void gw_evict_look(const struct gw_accel *a)
{
	if (READ_ONCE(a->evict.state))
		kick();
}

/* --- telling --------------------------------------------------------------------------------- */

static void tell(struct gw_accel *a, struct gw_job *job, u32 type, const struct gw_eviction *e)
{
	char command[GPUWARD_COMMAND_LEN] = "";
	struct gw_event ev = {
		.type = type, .accel = a, .command = command, .for_vm = e->for_vm,
		.deadline_ns = type == GPUWARD_EVENT_EVICT_NOTICE ? e->end_ns : 0,
	};

	if (job) {
		mutex_lock(&a->lock);
		memcpy(command, job->command, sizeof(command));
		mutex_unlock(&a->lock);
		ev.job = job->id;
		ev.pid = job->owner;
	}
	gw_event_send(&ev);
}

/* A job that runs on @a and was not told of the eviction @e; it is now. */
static struct gw_job *next_untold(struct gw_accel *a, const struct gw_eviction *e)
{
	struct gw_job *job, *found = NULL;
	struct gw_lessee *w;

	mutex_lock(&a->lock);
	list_for_each_entry(w, &a->lease.holders, link) {
		job = gw_job_of(w);
		if (job->state != GPUWARD_JOB_RUNNING || job->evict_ns == e->since_ns)
			continue;
		job->evict_ns = e->since_ns;
		job->evict_vm = e->for_vm_id;
		gw_usage_evict(job);
		trace_gpuward_job(a->vm->id, a->index, job->id, GPUWARD_JOB_EVICTING,
				  a->lease.nr_queued);
		refcount_inc(&job->ref);
		found = job;
		break;
	}
	mutex_unlock(&a->lock);
	return found;
}

static struct gw_job *next_told(struct gw_accel *a)
{
	struct gw_job *job, *found = NULL;
	struct gw_lessee *w;

	mutex_lock(&a->lock);
	list_for_each_entry(w, &a->lease.holders, link) {
		job = gw_job_of(w);
		if (!job->evict_ns || job->state != GPUWARD_JOB_RUNNING)
			continue;
		job->evict_ns = 0;
		trace_gpuward_job(a->vm->id, a->index, job->id, job->state, a->lease.nr_queued);
		refcount_inc(&job->ref);
		found = job;
		break;
	}
	mutex_unlock(&a->lock);
	return found;
}

static void tell_notice(struct gw_accel *a, const struct gw_eviction *e)
{
	bool is_any = e->is_told;
	struct gw_job *job;

	while ((job = next_untold(a, e))) {
		tell(a, job, GPUWARD_EVENT_EVICT_NOTICE, e);
		gw_job_put(job);
		is_any = true;
	}
	if (!is_any)
		tell(a, NULL, GPUWARD_EVENT_EVICT_NOTICE, e);
}

static void tell_off(struct gw_accel *a, const struct gw_eviction *e)
{
	struct gw_job *job;

	while ((job = next_told(a))) {
		tell(a, job, GPUWARD_EVENT_EVICT_CANCEL, e);
		gw_job_put(job);
	}
}

/* --- ending ---------------------------------------------------------------------------------- */

/* A job that runs on @a; from now on it ends. */
static struct gw_job *next_running(struct gw_accel *a)
{
	struct gw_job *job, *found = NULL;
	struct gw_lessee *w;

	mutex_lock(&a->lock);
	gw_job_cancel_queued(a);
	list_for_each_entry(w, &a->lease.holders, link) {
		job = gw_job_of(w);
		if (job->state != GPUWARD_JOB_RUNNING)
			continue;
		job->is_evicted = true;
		gw_reap_job(job);
		refcount_inc(&job->ref);
		found = job;
		break;
	}
	mutex_unlock(&a->lock);
	return found;
}

/* Take the GPUs of @a from those who only look; not while its last program is on its way out. */
static void revoke(struct gw_accel *a)
{
	struct gw_proc *p;
	u32 nr_placing = 0;

	mutex_lock(&a->lock);
	list_for_each_entry(p, &a->procs, link)
		nr_placing += p->nr_placing;
	if (!a->lease.nr_holders && gw_place_revoke(a, nr_placing))
		list_for_each_entry(p, &a->procs, link)
			p->is_placer = false;
	mutex_unlock(&a->lock);
}

static void end(struct gw_accel *a)
{
	struct gw_job *job;

	while ((job = next_running(a))) {
		gw_job_tell(job, GPUWARD_EVENT_JOB_REAP, NULL);
		gw_job_put(job);
	}
	revoke(a);
}

/* --- all of them ----------------------------------------------------------------------------- */

static struct gw_eviction look_at(struct gw_accel *a)
{
	struct gw_eviction e;

	mutex_lock(&gw_pool_lock);
	e = a->evict;
	a->evict.is_told = true;	/* what is in @e, that is */
	mutex_unlock(&gw_pool_lock);
	return e;
}

/* The grace of the eviction that began at @since_ns is over, if it was not called off. */
static bool is_over_now(struct gw_accel *a, u64 since_ns)
{
	bool is;

	mutex_lock(&gw_pool_lock);
	is = a->evict.state == NOTICED && a->evict.since_ns == since_ns;
	if (is)
		WRITE_ONCE(a->evict.is_over, true);
	mutex_unlock(&gw_pool_lock);
	return is;
}

/* When to look at @a again, U64_MAX: not of itself. */
static u64 step(struct gw_accel *a, u64 now)
{
	struct gw_eviction e = look_at(a);

	if (e.state == OFF) {
		tell_off(a, &e);
		return U64_MAX;
	}
	if (!e.is_over) {
		tell_notice(a, &e);
		if (now < e.end_ns)
			return e.end_ns;
		if (!is_over_now(a, e.since_ns))
			return U64_MAX;
	}
	end(a);
	return now + AGAIN_NS;
}

/* Forget @a when there is nothing left to say. Pool lock held. */
static bool forget(struct gw_accel *a)
{
	if (a->evict.state != OFF || !a->evict.is_told)
		return false;
	WRITE_ONCE(a->evict.state, NONE);
	list_del_init(&a->evict.link);
	return true;
}

/* When the next one may be evicted. Pool lock held. */
static u64 next_unsafe(void)
{
	const struct gw_accel *a;
	u64 next = U64_MAX;

	list_for_each_entry(a, &safe, evict.safe_link)
		next = min(next, a->evict.safe_ns);
	return next;
}

static void work(struct work_struct *unused)
{
	u64 now = ktime_get_boottime_ns(), next = U64_MAX;
	struct gw_accel *a, *after;
	bool is_gone;

	mutex_lock(&gw_pool_lock);
	list_for_each_entry_safe(a, after, &going, evict.link) {
		mutex_unlock(&gw_pool_lock);
		next = min(next, step(a, now));
		mutex_lock(&gw_pool_lock);
		is_gone = forget(a);
		mutex_unlock(&gw_pool_lock);
		if (is_gone)
			gw_vm_put(a->vm);
		mutex_lock(&gw_pool_lock);
	}
	if (next_unsafe() <= now)
		gw_pool_serve();
	next = min(next, next_unsafe());
	mutex_unlock(&gw_pool_lock);
	if (next != U64_MAX)	/* unless somebody wants it sooner */
		schedule_delayed_work(&evicter, gw_remaining_jiffies(next));
}

void gw_evict_exit(void)
{
	cancel_delayed_work_sync(&evicter);
	work(NULL);			/* nobody has GPUs any more: forgets all */
	cancel_delayed_work_sync(&evicter);
	WARN_ON_ONCE(!list_empty(&going));
}
