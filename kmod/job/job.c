// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs: one program's use of an accelerator, from its first wait or claim to its last file. Owns
 * their memory, their table and who belongs to them. Must not sleep but for memory: the waits
 * are claim.c's.
 */
#include "job/job.h"
#include "reclaim/audit.h"
#include "base/event.h"
#include "reclaim/evict.h"
#include "ioctl/hold.h"
#include "job/job_priv.h"
#include "reclaim/orphan.h"
#include "base/trace.h"
#include "account/usage.h"

#include <linux/cgroup.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

DEFINE_XARRAY_ALLOC1(gw_jobs);
static u32 next_job_id;
atomic_t gw_nr_jobs;

/* --- life ----------------------------------------------------------------------------- */

void gw_job_set_state(struct gw_job *job, u32 state)
{
	struct gw_accel *a = job->accel;
	int delta = !!state - !!job->state;

	lockdep_assert_held(&a->lock);
	if (state == job->state)
		return;
	atomic_add(delta, &gw_nr_jobs);
	atomic_add(delta, &a->vm->nr_jobs);
	WRITE_ONCE(job->state, state);
	if (state == GPUWARD_JOB_ENDING)
		gw_hold_wake();
	trace_gpuward_job(a->vm->id, a->index, job->id, state, a->lease.nr_queued);
}

u32 gw_job_program(const struct gw_accel *a)
{
	if (a->program != GPUWARD_PROGRAM_AUTO)
		return a->program;
	return READ_ONCE(a->want.ask.nr_gpus) > 1 ? GPUWARD_PROGRAM_TREE : GPUWARD_PROGRAM_PROCESS;
}

/*
 * Root of current's tree: its parent, unless that is the init of its pid namespace, whose
 * descendants are everybody.
 */
static struct pid *tree_root(void)
{
	struct pid *root;

	rcu_read_lock();
	root = task_tgid(rcu_dereference(current->real_parent));
	if (!root || is_child_reaper(root))
		root = task_tgid(current);
	get_pid(root);
	rcu_read_unlock();
	return root;
}

static u64 current_cgroup_id(void)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup(current));
	rcu_read_unlock();
	return id;
}

static bool current_descends_from(const struct pid *root)
{
	struct task_struct *t;
	bool found = false;

	rcu_read_lock();
	for (t = current; t->pid && !found; t = rcu_dereference(t->real_parent))
		found = task_tgid(t) == root;
	rcu_read_unlock();
	return found;
}

bool gw_job_has_current(const struct gw_job *job)
{
	switch (job->program) {
	case GPUWARD_PROGRAM_TREE:
		return current_descends_from(job->root);
	case GPUWARD_PROGRAM_CGROUP:
		return current_cgroup_id() == job->cgroup_id;
	default:
		return false;	/* a process's own job is found through its gw_proc */
	}
}

struct gw_job *gw_job_find_current(struct gw_accel *a)
{
	struct gw_lessee *w;

	list_for_each_entry(w, &a->lease.holders, link)
		if (gw_job_has_current(gw_job_of(w)))
			return gw_job_of(w);
	list_for_each_entry(w, &a->lease.queue, link)
		if (gw_job_has_current(gw_job_of(w)))
			return gw_job_of(w);
	return NULL;
}

struct gw_job *gw_job_next_with(unsigned long *id, bool (*has)(const struct gw_job *job))
{
	struct gw_job *job, *found = NULL;

	xa_lock(&gw_jobs);
	xa_for_each_start(&gw_jobs, *id, job, *id) {
		if (!has(job) || !refcount_inc_not_zero(&job->ref))
			continue;
		found = job;
		break;
	}
	xa_unlock(&gw_jobs);
	return found;
}

void gw_job_put(struct gw_job *job)
{
	if (!refcount_dec_and_test(&job->ref))
		return;
	put_pid(job->owner);
	put_pid(job->root);
	gw_vm_put(job->accel->vm);
	kfree_rcu(job, rcu);
}

struct gw_job *gw_proc_get_job(struct gw_proc *p)
{
	struct gw_job *job;

	rcu_read_lock();
	job = READ_ONCE(p->job);
	if (job && !refcount_inc_not_zero(&job->ref))
		job = NULL;
	rcu_read_unlock();
	return job;
}

struct gw_job *gw_job_alloc(struct gw_proc *p)
{
	struct gw_accel *a = p->accel;
	struct gw_job *job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);
	u32 id;

	if (!job)
		return NULL;
	refcount_set(&job->ref, 1);	/* its processes', dropped by the last in gw_job_unlink() */
	job->accel = a;
	gw_vm_get(a->vm);
	job->program = gw_job_program(a);
	job->owner = get_pid(p->tgid);
	job->root = job->program == GPUWARD_PROGRAM_TREE ? tree_root() : get_pid(p->tgid);
	job->cgroup_id = current_cgroup_id();
	gw_lessee_init(&job->lessee);
	INIT_LIST_HEAD(&job->procs);
	INIT_LIST_HEAD(&job->meter_link);
	gw_meter_init(&job->meter, ktime_get_boottime_ns());
	init_waitqueue_head(&job->wq);
	if (xa_alloc_cyclic(&gw_jobs, &id, job, XA_LIMIT(1, U32_MAX), &next_job_id, GFP_KERNEL) < 0) {
		gw_job_put(job);
		return NULL;
	}
	job->id = id;
	return job;
}

void gw_job_wait_count(struct gw_job *job)
{
	if (job->wait_since_ns)
		job->wait_ns += ktime_get_boottime_ns() - job->wait_since_ns;
	gw_usage_idle(job);
	job->wait_since_ns = 0;
}

void gw_job_start(struct gw_job *job)
{
	u64 now = ktime_get_boottime_ns();
	const struct gw_proc *p;

	gw_job_wait_count(job);
	job->left_ns = 0;
	job->start_ns = now;
	gw_usage_hold(job);
	gw_job_set_state(job, GPUWARD_JOB_RUNNING);
	gw_place_run(job->accel, 1);
	list_for_each_entry(p, &job->procs, job_link)
		if (READ_ONCE(p->is_woken))
			gw_orphan_look();
	gw_evict_look(job->accel);
	gw_audit_wake();
	wake_up_all(&job->wq);
}

void gw_job_grant(struct gw_accel *a)
{
	struct gw_lessee *next;

	lockdep_assert_held(&a->lock);
	while ((next = gw_lease_first_queued(&a->lease))) {
		if (gw_job_is_away(gw_job_of(next)))
			break;		/* its turn is kept for it: see interrupted_wait.c */
		next = gw_lease_grant_next(&a->lease);
		if (!next)
			break;
		gw_job_start(gw_job_of(next));
	}
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && !gw_lease_sane(&a->lease));
}

/* Take @p out of its job. True: it was the last, the caller owes gw_job_finish(). */
bool gw_job_unlink(struct gw_proc *p)
{
	struct gw_job *job = p->job;

	lockdep_assert_held(&p->accel->lock);
	list_del_init(&p->job_link);
	WRITE_ONCE(p->job, NULL);
	if (!list_empty(&job->procs))
		return false;
	if (job->lessee.state == GW_LEASE_HOLDER)
		gw_place_run(job->accel, -1);
	gw_lease_leave(&job->accel->lease, &job->lessee);
	gw_job_set_state(job, 0);
	xa_erase(&gw_jobs, job->id);
	gw_job_grant(job->accel);
	gw_evict_look(job->accel);
	return true;
}

static void tell(struct gw_job *job, u32 type, struct gw_blame *holder, u64 record)
{
	char command[GPUWARD_COMMAND_LEN];
	struct gw_event ev = {
		.type = type,
		.accel = job->accel,
		.job = job->id,
		.record = record,
		.pid = job->owner,
		.command = command,
		.holder = holder ? holder->pid : NULL,
		.holder_command = holder ? holder->command : NULL,
	};

	mutex_lock(&job->accel->lock);	/* another thread may begin a wait: a new command line */
	memcpy(command, job->command, sizeof(command));
	if (type == GPUWARD_EVENT_JOB_ORPHAN)
		ev.deadline_ns = gw_orphan_deadline(job);
	if (type == GPUWARD_EVENT_JOB_START || type == GPUWARD_EVENT_JOB_END) {
		ev.has_times = true;
		ev.wait_ns = job->wait_ns;
		if (type == GPUWARD_EVENT_JOB_END)
			ev.held_ns = ktime_get_boottime_ns() - job->start_ns;
	}
	mutex_unlock(&job->accel->lock);
	gw_event_send(&ev);
}

void gw_job_tell(struct gw_job *job, u32 type, struct gw_blame *holder)
{
	tell(job, type, holder, 0);
}

/* With no lock held: nobody else can reach the job but readers with a reference. */
void gw_job_finish(struct gw_job *job)
{
	u64 record = gw_usage_finish(job);

	if (job->start_ns)
		tell(job, GPUWARD_EVENT_JOB_END, NULL, record);
	else if (job->is_wait_told)
		gw_job_tell(job, GPUWARD_EVENT_JOB_CANCEL, NULL);
	gw_job_put(job);
}

struct gw_job *gw_job_leave(struct gw_proc *p)
{
	struct gw_job *job = p->job;

	return job && gw_job_unlink(p) ? job : NULL;
}

void gw_job_exit(void)
{
	gw_orphan_exit();
	gw_reap_exit();
	gw_evict_exit();
	gw_away_exit();
	WARN_ON_ONCE(!xa_empty(&gw_jobs));
	xa_destroy(&gw_jobs);
}
