// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holders of jobs' files. Owns the walk over all processes. Must not take a reference on a file:
 * its last one would then be ours to drop, and the vendor's release ours to run.
 */
#include "reclaim/holder.h"
#include "object/binding.h"
#include "job/file.h"

#include <linux/fdtable.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

/* A pass begins anew when the process on which it stands is gone; in vain so often at most. */
#define MAX_PASSES 8
#define FILES_AT_ONCE 1024

struct search {
	bool (*wants)(const struct search *s, const struct gw_job *job);
	void (*found)(struct search *s, struct task_struct *task);
	u64 job;			/* by gw_holders_find(): */
	u32 after;
	struct gw_holders *holders;
	u64 before_ns;			/* by gw_holders_kill() */
	/* of the file that was found: */
	bool is_held;
	const struct gw_vm *vm;		/* to compare only, as the next */
	const struct pid *opener;
	u64 home;
	/* of the walk: */
	u32 nr_left;
	u32 nr_found;
	const void *files, *mm;		/* those looked at last */
	struct task_struct *holder;	/* process that was found last */
};

/* --- one file -------------------------------------------------------------------------------- */

/* Whoever calls keeps @filp open meanwhile: by the lock of the table, or of the mappings. */
static bool is_wanted(struct search *s, struct file *filp)
{
	const struct gw_job *job;
	struct gw_file *f;

	if (!S_ISCHR(file_inode(filp)->i_mode))
		filp = READ_ONCE(filp->private_data);	/* of a dma-buf's file: the dma-buf */
	if (!filp)
		return false;
	rcu_read_lock();	/* a detach forgets files that are open */
	f = gw_file_find(filp);
	job = f ? READ_ONCE(f->proc->job) : NULL;
	if (job && s->wants(s, job)) {
		s->is_held = true;
		s->vm = f->proc->accel->vm;
		s->opener = f->proc->tgid;
		s->home = f->proc->home;
	}
	rcu_read_unlock();
	return s->is_held;
}

static int look_at_file(const void *arg, struct file *filp, unsigned int fd)
{
	struct search *s = (struct search *)arg;

	return is_wanted(s, filp) || !--s->nr_left ? fd + 1 : 0;
}

/* --- one task -------------------------------------------------------------------------------- */

static void look_at_files(struct search *s, struct task_struct *task)
{
	int fd = 0;

	do {
		s->nr_left = FILES_AT_ONCE;
		task_lock(task);	/* keeps its table */
		s->files = task->files;
		fd = iterate_fd(task->files, fd, look_at_file, s);
		task_unlock(task);
		cond_resched();
	} while (fd && !s->is_held);
}

/* A descriptor may be closed and the mapping stay. */
static void look_at_mappings(struct search *s, struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct vm_area_struct *vma;

	s->mm = mm;
	if (!mm)
		return;
	/* It may be stuck with it; who asks again finds it when it is not. */
	if (mmap_read_trylock(mm)) {
		VMA_ITERATOR(vmi, mm, 0);

		for_each_vma(vmi, vma)
			if (vma->vm_file && is_wanted(s, vma->vm_file))
				break;
		mmap_read_unlock(mm);
	}
	mmput(mm);
}

static void look_at(struct search *s, struct task_struct *task)
{
	s->is_held = false;
	if (READ_ONCE(task->files) != s->files)
		look_at_files(s, task);
	if (!s->is_held && READ_ONCE(task->mm) != s->mm)
		look_at_mappings(s, task);
	if (s->is_held)
		s->found(s, task);
}

/* --- all tasks ------------------------------------------------------------------------------- */

static bool is_new(const struct search *s, const struct task_struct *task)
{
	const void *files = READ_ONCE(task->files), *mm = READ_ONCE(task->mm);

	return !(task->flags & PF_KTHREAD) && task->group_leader != s->holder &&
	       (files || mm) && (files != s->files || mm != s->mm);
}

/* False: a process that it stood on is gone, and with it the way on. */
static bool pass(struct search *s)
{
	struct task_struct *leader, *task;
	bool is_alive = true;

	s->files = NULL;
	s->mm = NULL;
	s->holder = NULL;
	rcu_read_lock();
	for_each_process_thread(leader, task) {
		if (!is_new(s, task))
			continue;
		get_task_struct(leader);
		get_task_struct(task);
		rcu_read_unlock();
		look_at(s, task);
		if (s->is_held) {
			s->holder = leader;
			s->nr_found++;
		}
		cond_resched();
		rcu_read_lock();
		is_alive = pid_alive(leader) && pid_alive(task);
		put_task_struct(task);
		put_task_struct(leader);
		if (!is_alive)
			goto out;
	}
out:
	rcu_read_unlock();
	return is_alive;
}

static void walk(struct search *s)
{
	u32 i = 0, before;

	do {
		before = s->nr_found;
	} while (!pass(s) && (s->nr_found != before || ++i < MAX_PASSES));
}

/* --- to name them ---------------------------------------------------------------------------- */

static bool is_job(const struct search *s, const struct gw_job *job)
{
	return job->id == s->job;
}

static void add(struct search *s, struct task_struct *task)
{
	struct gw_holders *all = s->holders;
	struct gw_holder h = {
		.pid = get_task_pid(task, PIDTYPE_TGID),
		.is_opener = task_tgid(task) == s->opener,
		.is_outside = !gw_bind_is_inside(task, s->vm, s->home),
	};
	u32 nr = pid_nr(h.pid), i = all->nr;

	get_task_comm(h.comm, task->group_leader);
	while (i && pid_nr(all->at[i - 1].pid) > nr)
		i--;
	if (!nr || nr <= s->after || i == GW_HOLDERS_AT_ONCE ||
	    (i && all->at[i - 1].pid == h.pid)) {
		put_pid(h.pid);
		return;
	}
	if (all->nr == GW_HOLDERS_AT_ONCE)
		put_pid(all->at[--all->nr].pid);
	memmove(&all->at[i + 1], &all->at[i], (all->nr - i) * sizeof(h));
	all->at[i] = h;
	all->nr++;
}

void gw_holders_find(u64 id, u32 after, struct gw_holders *found)
{
	struct search s = {
		.wants = is_job, .found = add, .job = id, .after = after, .holders = found,
	};

	found->nr = 0;
	walk(&s);
}

void gw_holders_put(struct gw_holders *found)
{
	while (found->nr)
		put_pid(found->at[--found->nr].pid);
}

/* --- to end them ----------------------------------------------------------------------------- */

static bool is_due(const struct search *s, const struct gw_job *job)
{
	u64 since = READ_ONCE(job->reap_ns);

	return since && since <= s->before_ns;
}

static void kill_it(struct search *s, struct task_struct *task)
{
	struct pid *pid;

	if (is_global_init(task) || !gw_bind_is_inside(task, s->vm, s->home))
		return;
	pid = get_task_pid(task, PIDTYPE_TGID);
	kill_pid(pid, SIGKILL, 1);
	put_pid(pid);
}

void gw_holders_kill(u64 before_ns)
{
	struct search s = { .wants = is_due, .found = kill_it, .before_ns = before_ns };

	walk(&s);
}
