// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs as others see and end them: lists, figures, who is in the way. Must not decide who gets
 * what; takes each accelerator's lock for a moment only.
 */
#include "job/job.h"
#include "reclaim/evict.h"
#include "job/job_priv.h"
#include "reclaim/orphan.h"

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

/* --- who is in the way ---------------------------------------------------------------- */

static void blame_job(struct gw_blame *blame, const struct gw_job *job)
{
	blame->pid = get_pid(job->owner);
	blame->state = job->state;
	memcpy(blame->command, job->command, sizeof(blame->command));
}

bool gw_job_blame(struct gw_accel *a, struct gw_blame *blame)
{
	struct gw_lessee *w = gw_lease_first_holder(&a->lease) ?: gw_lease_first_queued(&a->lease);
	struct gw_proc *p;

	lockdep_assert_held(&a->lock);
	if (w) {
		blame_job(blame, gw_job_of(w));
		return true;
	}
	list_for_each_entry(p, &a->procs, link) {
		if (!p->nr_placing)
			continue;
		blame->pid = get_pid(p->tgid);
		blame->state = GPUWARD_JOB_PLACING;
		memcpy(blame->command, p->command, sizeof(blame->command));
		return true;
	}
	return false;
}

void gw_blame_put(struct gw_blame *blame)
{
	put_pid(blame->pid);
	blame->pid = NULL;
}

/* --- lists and figures ------------------------------------------------------------------ */

/* A job that runs, and why it will not for long. */
static void fill_ending(const struct gw_job *job, struct gw_job_info *info)
{
	u64 evict_ns = gw_evict_deadline(job->accel);

	if (job->state == GPUWARD_JOB_ENDING)
		info->is_reaped = job->reap_ns;
	if (job->state != GPUWARD_JOB_RUNNING)
		return;
	if (job->orphan_ns) {
		info->state = GPUWARD_JOB_ORPHANED;
		info->deadline_ns = gw_orphan_deadline(job);
	}
	if (evict_ns && (!info->deadline_ns || evict_ns < info->deadline_ns)) {
		info->state = GPUWARD_JOB_EVICTING;
		info->deadline_ns = evict_ns;
	}
}

static void fill_info(struct gw_job *job, struct gw_job_info *info)
{
	struct gw_accel *a = job->accel;
	u64 now = ktime_get_boottime_ns();
	struct gw_proc *p;

	memset(info, 0, sizeof(*info));
	mutex_lock(&a->lock);
	info->id = job->id;
	info->vm_id = a->vm->id;
	memcpy(info->vm, a->vm->name, sizeof(info->vm));
	info->accel = a->index;
	info->state = job->state;
	info->pid = get_pid(job->owner);
	memcpy(info->command, job->command, sizeof(info->command));
	list_for_each_entry(p, &job->procs, job_link)
		info->nr_files += p->nr_files;
	info->wait_ns = job->wait_ns + (job->wait_since_ns ? now - job->wait_since_ns : 0);
	info->held_ns = job->start_ns ? now - job->start_ns : 0;
	if (job->state == GPUWARD_JOB_WAITING)
		info->position = gw_lease_position(&a->lease, &job->lessee);
	gw_place_look(a, &info->place, NULL);
	fill_ending(job, info);
	if (job->state == GPUWARD_JOB_PLACING)
		info->position = info->place.position;
	else
		info->place.nr_holders = job->state == GPUWARD_JOB_WAITING ? a->lease.nr_holders : 0;
	mutex_unlock(&a->lock);
	gw_account_job(job, &info->used_bytes, &info->peak_bytes);
}

void gw_job_info_put(struct gw_job_info *info)
{
	put_pid(info->pid);
	info->pid = NULL;
}

static struct gw_job *job_get(u64 id)
{
	struct gw_job *job;

	if (id > U32_MAX)
		return NULL;
	xa_lock(&gw_jobs);
	job = xa_load(&gw_jobs, id);
	if (job && (!READ_ONCE(job->state) || !refcount_inc_not_zero(&job->ref)))
		job = NULL;
	xa_unlock(&gw_jobs);
	return job;
}

int gw_job_get_info(u64 id, struct gw_job_info *info)
{
	struct gw_job *job = job_get(id);

	if (!job)
		return -ENOENT;
	fill_info(job, info);
	gw_job_put(job);
	return 0;
}

int gw_job_next(u64 after, const struct gw_vm *vm, struct gw_job_info *info)
{
	struct gw_job *job, *found = NULL;
	unsigned long id = after + 1;

	if (after >= U32_MAX)
		return -ENOENT;
	xa_lock(&gw_jobs);
	xa_for_each_start(&gw_jobs, id, job, id) {
		if ((vm && job->accel->vm != vm) || !READ_ONCE(job->state) ||
		    !refcount_inc_not_zero(&job->ref))
			continue;
		found = job;
		break;
	}
	xa_unlock(&gw_jobs);
	if (!found)
		return -ENOENT;
	fill_info(found, info);
	gw_job_put(found);
	return 0;
}

static void count_load(struct gw_accel *a, struct gw_accel_load *load)
{
	struct gw_proc *p;

	load->nr_running = a->lease.nr_holders;
	load->nr_waiting = a->lease.nr_queued;
	list_for_each_entry(p, &a->procs, link)
		load->nr_waiting += !!p->nr_placing;
	load->program = a->program;
	load->program_in_force = gw_job_program(a);
	load->duplicable = a->lease.max_holders;
}

static void count_memory(struct gw_accel *a, struct gw_accel_load *load)
{
	u32 i;

	load->quota = READ_ONCE(a->vm->quota);
	load->managed = READ_ONCE(a->vm->managed);
	gw_account_info(a, &load->account);
	for (i = 0; i < load->account.nr_gpus; i++) {
		load->used_bytes += load->account.gpus[i].used_bytes;
		load->peak_bytes += load->account.gpus[i].peak_bytes;
	}
}

/* enum gpuward_accel_state; pool lock held */
static u32 state_of(const struct gw_accel *a, const struct gw_accel_load *load)
{
	if (load->nr_running)
		return GPUWARD_ACCEL_RUNNING;
	if (load->nr_placed)
		return a->is_reserved && !a->nr_placers ? GPUWARD_ACCEL_RESERVED : GPUWARD_ACCEL_PLACED;
	if (load->nr_waiting)
		return GPUWARD_ACCEL_WAITING;
	return a->is_reserved ? GPUWARD_ACCEL_PENDING : GPUWARD_ACCEL_IDLE;
}

void gw_accel_load(struct gw_accel *a, struct gw_accel_load *load)
{
	memset(load, 0, sizeof(*load));
	mutex_lock(&a->lock);
	count_load(a, load);
	mutex_lock(&gw_pool_lock);
	load->nr_gpus = a->want.ask.nr_gpus;
	load->memory_bytes = a->want.ask.bytes_per_gpu * a->want.ask.nr_gpus;
	load->nr_placed = a->nr_placed;
	load->placed_bytes = a->placed_bytes;
	memcpy(load->placed, a->placed, a->nr_placed * sizeof(a->placed[0]));
	count_memory(a, load);
	load->position = gw_place_position(a);
	load->state = state_of(a, load);
	mutex_unlock(&gw_pool_lock);
	mutex_unlock(&a->lock);
}

/* --- ending ------------------------------------------------------------------------------ */

/* Its waits end with ECANCELED, its processes, if it runs, with SIGKILL. */
static void end(struct gw_job *job)
{
	struct gw_proc *p;

	lockdep_assert_held(&job->accel->lock);
	switch (job->state) {
	case GPUWARD_JOB_PLACING:
		list_for_each_entry(p, &job->procs, job_link)
			if (p->nr_placing)
				WRITE_ONCE(p->is_canceled, true);
		gw_place_wake(job->accel);
		break;
	case GPUWARD_JOB_WAITING:
		WRITE_ONCE(job->is_canceled, true);
		gw_lease_leave(&job->accel->lease, &job->lessee);	/* never granted from here on */
		wake_up_all(&job->wq);
		break;
	case GPUWARD_JOB_RUNNING:
	case GPUWARD_JOB_ENDING:
		gw_job_set_state(job, GPUWARD_JOB_ENDING);
		list_for_each_entry(p, &job->procs, job_link)
			kill_pid(p->tgid, SIGKILL, 1);
		gw_orphan_look();	/* others may hold its files */
		break;
	}
}

void gw_job_cancel_queued(struct gw_accel *a)
{
	struct gw_lessee *w, *next;

	lockdep_assert_held(&a->lock);
	list_for_each_entry_safe(w, next, &a->lease.queue, link)
		end(gw_job_of(w));
}

static bool is_waiting(const struct gw_job *job)
{
	return job->state == GPUWARD_JOB_PLACING || job->state == GPUWARD_JOB_WAITING;
}

int gw_job_end(u64 id, bool only_waiting)
{
	struct gw_job *job = job_get(id);
	int ret = 0;

	if (!job)
		return -ENOENT;
	mutex_lock(&job->accel->lock);
	if (only_waiting && !is_waiting(job))
		ret = job->state ? -EBUSY : -ENOENT;
	else
		end(job);
	mutex_unlock(&job->accel->lock);
	gw_job_put(job);
	return ret;
}

int gw_job_set_priority(u64 id, s32 priority)
{
	struct gw_job *job = job_get(id);
	int ret = -EINVAL;

	if (!job)
		return -ENOENT;
	mutex_lock(&job->accel->lock);
	if (job->state == GPUWARD_JOB_PLACING && !gw_place_set_priority(job->accel, priority))
		ret = 0;
	mutex_unlock(&job->accel->lock);
	gw_job_put(job);
	return ret;
}

u32 gw_job_end_all(struct gw_accel *a, bool only_waiting)
{
	struct gw_lessee *w, *next;
	struct gw_proc *p;
	u32 n = 0;

	mutex_lock(&a->lock);
	list_for_each_entry(p, &a->procs, link) {
		if (p->job && p->job->state == GPUWARD_JOB_PLACING) {
			end(p->job);
			n++;
		}
	}
	list_for_each_entry(w, &a->lease.holders, link) {
		if (only_waiting)
			break;
		end(gw_job_of(w));
		n++;
	}
	list_for_each_entry_safe(w, next, &a->lease.queue, link) {
		end(gw_job_of(w));
		n++;
	}
	mutex_unlock(&a->lock);
	return n;
}
