// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes with NVIDIA files open: from the first file to the last. Owns gw_proc and what it
 * counts. Whether it may run is job.c's; this file only knows who it is.
 */
#include "object/binding.h"
#include "job/job.h"
#include "job/job_priv.h"
#include "reclaim/orphan.h"

#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/*
 * The command line of current, for people. Never sleeps and never faults a page in: what is not
 * there at once is replaced by the command's short name.
 */
void gw_proc_command(char *out)
{
	struct mm_struct *mm = current->mm;
	unsigned long start = 0, end = 0, left, n, i;

	if (mm) {
		spin_lock(&mm->arg_lock);
		start = mm->arg_start;
		end = mm->arg_end;
		spin_unlock(&mm->arg_lock);
	}
	n = end > start ? min(end - start, (unsigned long)GPUWARD_COMMAND_LEN - 1) : 0;
	pagefault_disable();
	left = n ? __copy_from_user_inatomic(out, (void __user *)start, n) : 0;
	pagefault_enable();
	n -= left;
	while (n && !out[n - 1])
		n--;
	if (!n || left) {
		char comm[TASK_COMM_LEN];

		get_task_comm(comm, current);
		n = strscpy(out, comm, GPUWARD_COMMAND_LEN);
	}
	for (i = 0; i < n; i++)
		if ((u8)out[i] < ' ' || out[i] == 0x7f)
			out[i] = out[i] ? '?' : ' ';
	memset(out + n, 0, GPUWARD_COMMAND_LEN - n);
}

static struct gw_proc *proc_find(struct gw_accel *a, struct pid *tgid)
{
	struct gw_proc *p;

	lockdep_assert_held(&a->lock);
	list_for_each_entry(p, &a->procs, link)
		if (p->tgid == tgid)
			return p;
	return NULL;
}

static struct gw_proc *proc_alloc(struct gw_accel *a)
{
	struct gw_proc *p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);

	if (!p)
		return NULL;
	gw_vm_get(a->vm);		/* dropped in proc_free() */
	p->accel = a;
	p->tgid = get_pid(task_tgid(current));
	INIT_LIST_HEAD(&p->job_link);
	p->home = gw_bind_current_cgroup();
	gw_proc_command(p->command);
	gw_orphan_watch(p);
	return p;
}

static void proc_free(struct gw_proc *p)
{
	gw_orphan_unwatch(p);
	put_pid(p->tgid);
	gw_vm_put(p->accel->vm);
	kfree_rcu(p, rcu);
}

struct gw_proc *gw_proc_open(struct gw_accel *a)
{
	struct gw_proc *p, *fresh = proc_alloc(a);

	if (!fresh)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&a->lock);
	if (READ_ONCE(a->vm->is_dead) || a->is_gone) {
		p = ERR_PTR(-ENODEV);
	} else {
		p = proc_find(a, task_tgid(current));
		if (!p) {
			p = fresh;
			fresh = NULL;
			list_add_tail(&p->link, &a->procs);
		}
		p->nr_files++;
	}
	mutex_unlock(&a->lock);
	if (fresh)
		proc_free(fresh);
	return p;
}

void gw_proc_share(struct gw_proc *p)
{
	mutex_lock(&p->accel->lock);
	p->nr_files++;
	mutex_unlock(&p->accel->lock);
}

/* Is current, or the program that it is a part of, on @a? */
static bool is_home(struct gw_accel *a)
{
	bool is;

	mutex_lock(&a->lock);
	is = proc_find(a, task_tgid(current)) || gw_job_find_current(a);
	mutex_unlock(&a->lock);
	return is;
}

struct gw_accel *gw_proc_home(struct gw_accel *a)
{
	struct gw_accel *other;
	u32 i;

	if (!a || READ_ONCE(a->vm->nr_accels) == 1 || !gw_bind_current_floats() || is_home(a))
		return a;
	for (i = 0; i < READ_ONCE(a->vm->nr_slots); i++) {
		other = smp_load_acquire(&a->vm->accels[i]);
		if (other && other != a && is_home(other))
			return other;
	}
	return a;
}

void gw_proc_close(struct gw_proc *p)
{
	struct gw_accel *a = p->accel;
	struct gw_job *ended;

	mutex_lock(&a->lock);
	if (--p->nr_files) {
		mutex_unlock(&a->lock);
		return;
	}
	list_del(&p->link);
	ended = gw_job_leave(p);
	/* Before a model switch can take the placement from those on the list, which @p has left. */
	if (p->is_placer)
		gw_place_put(a);
	if (list_empty(&a->procs) && READ_ONCE(a->is_placed))
		gw_place_last(a);
	mutex_unlock(&a->lock);
	if (ended)
		gw_job_finish(ended);
	proc_free(p);
}

bool gw_proc_is_of(struct gw_vm *vm, struct pid *tgid)
{
	bool found = false;
	u32 i;

	for (i = 0; i < GW_MAX_ACCELS && !found; i++) {
		struct gw_accel *a = smp_load_acquire(&vm->accels[i]);

		if (!a)
			continue;
		mutex_lock(&a->lock);
		found = proc_find(a, tgid);
		mutex_unlock(&a->lock);
	}
	return found;
}

void gw_proc_note_gpu(struct gw_proc *p, u32 minor)
{
	mutex_lock(&p->accel->lock);
	__set_bit(minor, p->gpus);
	mutex_unlock(&p->accel->lock);
}

bool gw_proc_blame(struct gw_accel *a, struct gw_blame *blame)
{
	struct gw_proc *p = list_first_entry_or_null(&a->procs, struct gw_proc, link);

	lockdep_assert_held(&a->lock);
	if (!p)
		return false;
	blame->pid = get_pid(p->tgid);
	blame->state = 0;
	memcpy(blame->command, p->command, sizeof(blame->command));
	return true;
}
