// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether the driver's books say more than ours, and what becomes of a job where they do. Owns the
 * findings of the last comparison. Must not know how the driver is asked, and hold no lock while it
 * is: it may take its time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "reclaim/audit.h"
#include "base/backend.h"
#include "base/event.h"
#include "job/job.h"
#include "base/refuse.h"
#include "reclaim/quarantine.h"
#include "base/trace.h"

#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#define CONFIRM_MS 100

u32 gw_audit_seconds = 5;
u64 gw_audit_tolerance = 64ull << 20;
u32 gw_audit_generation;

static void work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(work, work_fn);
static DECLARE_WAIT_QUEUE_HEAD(done);
static bool is_stopped = true;

/* findings_lock: */
static DEFINE_MUTEX(findings_lock);	/* under no other; a leaf but for a VM's name */
static struct gw_audit_info *findings;
static u32 nr_findings;
static u64 nr_asked;			/* comparisons wanted; read without it */
static u64 nr_done;			/* likewise, made */
static int result;			/* of the last one */

/* --- what is found ------------------------------------------------------------------------- */

static void name_of(u32 id, char *name)
{
	struct gw_vm *vm;

	mutex_lock(&gw_admin);
	vm = gw_vm_find(id);
	if (vm)
		memcpy(name, vm->name, GPUWARD_NAME_LEN);
	mutex_unlock(&gw_admin);
}

/* One of them for each job and GPU; NULL: no memory, or none. */
static struct gw_audit_info *sum_up(struct gw_books *books, u32 *nr)
{
	struct gw_audit_info *all = kvcalloc(max(books->nr, 1u), sizeof(*all), GFP_KERNEL);
	struct gw_audit_sum sum;
	u32 at = 0;

	*nr = 0;
	if (!all)
		return NULL;
	sort(books->rows, books->nr, sizeof(*books->rows), gw_audit_by_job, NULL);
	while (gw_audit_next(books->rows, books->nr, &at, &sum)) {
		struct gw_audit_info *info = &all[(*nr)++];

		info->job = sum.first->job;
		info->vm_id = sum.first->vm;
		info->accel = sum.first->accel;
		info->minor = sum.first->minor;
		info->nr_processes = sum.nr;
		info->known = sum.known;
		info->truth = sum.truth;
		info->excess = sum.excess;
		cond_resched();
	}
	return all;
}

struct look {
	struct gw_audit_info *all;
	u32 nr;
	struct gw_audit_left *left;
	u32 nr_left;
};

static int look(struct look *l)
{
	struct gw_books books;
	int ret = gw_backend->books(&books);

	*l = (struct look){ };
	if (ret)
		return ret;
	l->left = books.left;
	l->nr_left = books.nr_left;
	l->all = sum_up(&books, &l->nr);
	kvfree(books.rows);
	return l->all ? 0 : -ENOMEM;
}

static bool is_over(const struct gw_audit_info *info)
{
	return info->excess > READ_ONCE(gw_audit_tolerance);
}

static bool any_over(const struct look *l)
{
	u32 i;

	for (i = 0; i < l->nr; i++)
		if (is_over(&l->all[i]))
			return true;
	return false;
}

static bool was_over(const struct look *l, const struct gw_audit_info *now)
{
	const struct gw_audit_info *then;

	for (then = l->all; then < l->all + l->nr; then++)
		if (then->job == now->job && then->minor == now->minor && is_over(then) &&
		    then->vm_id == now->vm_id && then->accel == now->accel)
			return true;
	return false;
}

/* --- what becomes of it ---------------------------------------------------------------------- */

/* The job that the program runs as by now, where none was known. */
static u64 job_of(const struct gw_audit_info *info)
{
	struct gw_job_info job;
	u64 id = info->job, next = 0;

	while (!id && !gw_job_next(next, NULL, &job)) {
		next = job.id;
		if (job.vm_id == info->vm_id && job.accel == info->accel &&
		    job.state == GPUWARD_JOB_RUNNING)
			id = job.id;
		gw_job_info_put(&job);
	}
	return id;
}

static void tell(const struct gw_audit_info *info, u64 id)
{
	static DEFINE_RATELIMIT_STATE(log, 60 * HZ, 5);
	struct gw_event ev = {
		.type = GPUWARD_EVENT_EXCESS, .job = id, .has_gpu = true, .gpu = info->minor,
		.has_memory = true, .requested_bytes = info->excess, .used_bytes = info->truth,
		.limit_bytes = info->known,
		.text = gw_is_audit() ? "reported only: enforce=permissive" : info->is_ended ? "ended" :
			"it is part of no job that could be ended",
	};

	mutex_lock(&gw_admin);
	ev.vm = gw_vm_find(info->vm_id);
	if (ev.vm)
		gw_vm_get(ev.vm);
	mutex_unlock(&gw_admin);
	if (__ratelimit(&log))
		pr_warn("VM %s job %llu: the driver says %llu bytes on GPU %u, %llu are charged: %s\n",
			info->vm[0] ? info->vm : "(gone)", id, info->truth, info->minor,
			info->known, ev.text);
	gw_event_send(&ev);
	if (ev.vm)
		gw_vm_put(ev.vm);
}

static void act(struct gw_audit_info *info)
{
	u64 id = job_of(info);

	if (id && !gw_is_audit())
		info->is_ended = !gw_job_end(id, false);
	trace_gpuward_excess(info->vm_id, info->accel, id, info->minor, info->known, info->truth,
			     info->is_ended);
	tell(info, id);
}

static void publish(struct gw_audit_info *all, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		name_of(all[i].vm_id, all[i].vm);
	mutex_lock(&findings_lock);
	swap(all, findings);
	nr_findings = nr;
	gw_audit_generation++;
	mutex_unlock(&findings_lock);
	kvfree(all);
}

static void act_on_all(const struct look *first, struct look *now)
{
	u32 i;

	for (i = 0; i < now->nr; i++) {
		if (!is_over(&now->all[i]) || !was_over(first, &now->all[i]))
			continue;
		name_of(now->all[i].vm_id, now->all[i].vm);
		act(&now->all[i]);
	}
}

/* What is left by those who have gone, for longer than what is left by our own books may be. */
static void judge_left(const struct look *first, struct look *now)
{
	u64 grace_ns = (u64)gw_quarantine_grace() * NSEC_PER_MSEC;
	u32 i, nr;

	if (!grace_ns)
		return;
	nr = gw_audit_lasting(now->left, now->nr_left, first->left, first->nr_left,
			      ktime_get_boottime_ns() - grace_ns);
	for (i = 0; i < nr; i++)
		if (now->left[i].bytes > READ_ONCE(gw_audit_tolerance))
			gw_quarantine_left(&now->left[i]);
}

/*
 * Ours can be short of what the driver says only by a fault of ours or of theirs: to be sure that it
 * is none of the moment it must be so twice.
 */
static int compare(void)
{
	struct look first = { }, now;
	int ret = look(&now);

	if (!ret && (any_over(&now) || now.nr_left)) {
		first = now;
		msleep(CONFIRM_MS);
		ret = look(&now);
		if (!ret) {
			act_on_all(&first, &now);
			judge_left(&first, &now);
		}
	}
	kvfree(first.all);
	kvfree(first.left);
	kvfree(now.left);
	if (!ret)
		publish(now.all, now.nr);
	return ret;
}

/* --- when ------------------------------------------------------------------------------------ */

static void run_in(unsigned long delay)
{
	if (!READ_ONCE(is_stopped))
		queue_delayed_work(system_dfl_wq, &work, delay);
}

void gw_audit_wake(void)
{
	u32 seconds = READ_ONCE(gw_audit_seconds);

	if (seconds && (atomic_read(&gw_nr_jobs) || gw_backend->has_left()))
		run_in(seconds * HZ);
}

/* In a thread of the kernel's: the driver then numbers processes as the initial namespace does. */
static void work_fn(struct work_struct *w)
{
	u64 wanted = READ_ONCE(nr_asked);
	int ret;

	if (wanted == READ_ONCE(nr_done) && !READ_ONCE(gw_audit_seconds))
		return;		/* turned off since */
	ret = compare();
	mutex_lock(&findings_lock);
	result = ret;
	WRITE_ONCE(nr_done, max(nr_done, wanted));
	mutex_unlock(&findings_lock);
	wake_up_all(&done);
	if (READ_ONCE(nr_asked) != wanted)
		run_in(0);
	else
		gw_audit_wake();
}

int gw_audit_now(void)
{
	u64 wanted;
	int ret;

	mutex_lock(&findings_lock);
	wanted = nr_asked + 1;
	WRITE_ONCE(nr_asked, wanted);
	mutex_unlock(&findings_lock);
	if (READ_ONCE(is_stopped))
		return -ENODEV;
	mod_delayed_work(system_dfl_wq, &work, 0);
	if (wait_event_killable(done, READ_ONCE(nr_done) >= wanted))
		return -EINTR;
	mutex_lock(&findings_lock);
	ret = result;
	mutex_unlock(&findings_lock);
	return ret;
}

int gw_audit_get(u32 index, struct gw_audit_info *info)
{
	int ret = -ENOENT;

	mutex_lock(&findings_lock);
	if (index < nr_findings) {
		*info = findings[index];
		ret = 0;
	}
	mutex_unlock(&findings_lock);
	return ret;
}

void gw_audit_init(void)
{
	WRITE_ONCE(is_stopped, false);
}

void gw_audit_exit(void)
{
	WRITE_ONCE(is_stopped, true);
	cancel_delayed_work_sync(&work);
	kvfree(findings);
	findings = NULL;
	nr_findings = 0;
}
