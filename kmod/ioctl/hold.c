// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holding an accelerator by a file of /dev/gpuward, as a program does that has NVIDIA's nodes open
 * and a channel. Owns what each such file was told. To all others it is one more file of its
 * process: see file.h. Must not wait while detach waits for it.
 */
#include "ioctl/hold.h"
#include "base/backend.h"
#include "object/binding.h"
#include "reclaim/evict.h"
#include "job/file.h"
#include "hook/ftrace.h"
#include "base/refuse.h"

#include <linux/slab.h>
#include <linux/uaccess.h>

/* filp->private_data, from the first HOLD on. */
struct told {
	struct mutex lock;		/* order 0; of those who read */
	u32 type;			/* of the last notice that was read, 0: none, or it was called off */
	u64 deadline_ns;
	u64 job;			/* the one it held last; 0: none yet */
};

/* Notices are rare, and a queue for each file would have to be found from its job. */
static DECLARE_WAIT_QUEUE_HEAD(wq);

void gw_hold_wake(void)
{
	wake_up_all(&wq);
}

/*
 * Records stay until leave(): detach, which forgets them all, waits for that. False: it is on its
 * way, or has been here.
 */
static bool enter(u32 *state)
{
	struct gw_backend_status st = { };

	gw_hook_enter();
	smp_mb();	/* either we see it detached, or gw_hook_drain() sees us */
	gw_backend->status(&st);
	*state = st.state;
	if (st.state != GPUWARD_STATE_DETACHED)
		return true;
	gw_hook_leave();
	return false;
}

static void leave(void)
{
	gw_hook_leave();
}

/* --- holding --------------------------------------------------------------------------------- */

static struct told *told_of(struct file *filp)
{
	struct told *told = READ_ONCE(filp->private_data), *fresh;

	if (told)
		return told;
	fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
	if (!fresh)
		return NULL;
	mutex_init(&fresh->lock);
	told = cmpxchg(&filp->private_data, NULL, fresh);
	if (told)
		kfree(fresh);
	return told ?: fresh;
}

static struct gw_file *record_add(struct file *filp)
{
	struct gw_accel *a = gw_proc_home(gw_bind_current());
	struct gw_file *f;

	if (!a)		/* since unbound */
		return ERR_PTR(-ENXIO);
	f = gw_file_open(filp, GW_NODE_HOLD, 0, a);
	gw_vm_put(a->vm);
	return f;
}

/* The record of @filp, made now if it has none. A file stays with the process that held by it first. */
static struct gw_file *record_of(struct file *filp)
{
	struct gw_file *f = gw_file_find(filp);

	if (!f)
		f = record_add(filp);
	if (f == ERR_PTR(-EEXIST))	/* another thread was faster */
		f = gw_file_find(filp);
	if (IS_ERR(f))
		return f;
	return f->proc->tgid == task_tgid(current) && gw_bind_current_is(f->proc->accel) ? f :
	       ERR_PTR(-EPERM);
}

/* @job is held by now: nothing was told of it yet, unless it was held before. */
static void begin(struct told *told, u64 job)
{
	mutex_lock(&told->lock);
	if (told->job != job) {
		told->type = 0;
		told->deadline_ns = 0;
		WRITE_ONCE(told->job, job);
	}
	mutex_unlock(&told->lock);
}

static int claim(struct gw_file *f, struct told *told, struct gpuward_claim *hold)
{
	struct gw_accel *a = f->proc->accel;
	int ret = gw_proc_claim(f->proc, !(hold->flags & GPUWARD_CLAIM_TRY));
	struct gw_job *job;

	if (ret)
		return ret;
	job = gw_proc_get_job(f->proc);		/* NULL: enforce=permissive, and it would have waited */
	hold->out_accel = a->index;
	hold->out_job = job ? job->id : 0;
	if (job) {
		begin(told, job->id);
		gw_job_put(job);
	}
	return 0;
}

static bool may_serve(u32 state)
{
	return state == GPUWARD_STATE_ATTACHED || state == GPUWARD_STATE_UNPROTECTED;
}

int gw_hold(struct file *filp, struct gpuward_claim *hold)
{
	struct told *told;
	struct gw_file *f;
	u32 state;
	int ret;

	if (hold->__reserved)
		return -EOPNOTSUPP;
	if (!gw_bind_current_cgroup())
		return -ENXIO;
	told = told_of(filp);
	if (!told)
		return -ENOMEM;
	if (!enter(&state))
		return -ENODEV;
	f = may_serve(state) ? record_of(filp) : ERR_PTR(-ENODEV);
	ret = IS_ERR(f) ? PTR_ERR(f) : claim(f, told, hold);
	leave();
	return ret;
}

/* The record goes with the file, whether it got what it asked for or not. */
void gw_hold_release(struct file *filp)
{
	struct told *told = filp->private_data;
	struct gw_file *f;
	u32 state;

	if (!told)
		return;
	if (enter(&state)) {
		f = gw_file_find(filp);
		if (f)
			gw_file_del(f);
		leave();
	}
	kfree(told);
}

/* --- notices --------------------------------------------------------------------------------- */

/* How @job stands. */
static void fill(struct gpuward_notice *n, struct gw_job *job)
{
	struct gw_accel *a = job->accel;
	bool is_ending;

	mutex_lock(&a->lock);
	is_ending = job->state == GPUWARD_JOB_ENDING;
	mutex_unlock(&a->lock);
	if (is_ending)
		return;
	n->deadline_ns = gw_evict_deadline(a);
	n->type = n->deadline_ns ? GPUWARD_NOTICE_EVICT : 0;
}

/* How its hold stands; type 0: nothing to tell. */
static struct gpuward_notice look(struct file *filp, const struct told *told)
{
	struct gpuward_notice n = {
		.size = sizeof(n), .type = GPUWARD_NOTICE_END, .job = READ_ONCE(told->job),
	};
	struct gw_job *job = NULL;
	struct gw_file *f;
	u32 state;

	if (enter(&state)) {
		f = gw_file_find(filp);
		job = f ? gw_proc_get_job(f->proc) : NULL;
		leave();
	}
	if (job && job->id == n.job)
		fill(&n, job);
	if (job)
		gw_job_put(job);
	return n;
}

/* told->lock held. */
static bool is_news(const struct told *told, const struct gpuward_notice *n)
{
	return n->type != told->type || n->deadline_ns != told->deadline_ns;
}

/* told->lock held. 0, or -EAGAIN: there is none. */
static int take_notice(struct file *filp, struct told *told, struct gpuward_notice *n)
{
	*n = look(filp, told);
	if (!is_news(told, n))
		return -EAGAIN;
	told->type = n->type;
	told->deadline_ns = n->deadline_ns;
	n->type = n->type ?: GPUWARD_NOTICE_EVICT_CANCEL;
	return 0;
}

static int try_notice(struct file *filp, struct told *told, struct gpuward_notice *n)
{
	int ret = mutex_lock_interruptible(&told->lock);

	if (ret)
		return -ERESTARTSYS;
	ret = take_notice(filp, told, n);
	mutex_unlock(&told->lock);
	return ret;
}

static int wait_notice(struct file *filp, struct told *told, struct gpuward_notice *n)
{
	DEFINE_WAIT_FUNC(wait, woken_wake_function);
	int ret;

	add_wait_queue(&wq, &wait);
	while ((ret = try_notice(filp, told, n)) == -EAGAIN && !signal_pending(current))
		wait_woken(&wait, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
	remove_wait_queue(&wq, &wait);
	return ret == -EAGAIN ? -ERESTARTSYS : ret;
}

ssize_t gw_hold_read(struct file *filp, char __user *to, size_t len, loff_t *pos)
{
	struct told *told = READ_ONCE(filp->private_data);
	struct gpuward_notice n;
	int ret;

	if (!told || !READ_ONCE(told->job))
		return -ENXIO;
	if (len < sizeof(n))
		return -EINVAL;
	ret = filp->f_flags & O_NONBLOCK ? try_notice(filp, told, &n) : wait_notice(filp, told, &n);
	if (ret)
		return ret;
	return copy_to_user(to, &n, sizeof(n)) ? -EFAULT : sizeof(n);
}

__poll_t gw_hold_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct told *told = READ_ONCE(filp->private_data);
	struct gpuward_notice n;
	__poll_t mask = 0;

	if (!told || !READ_ONCE(told->job))
		return EPOLLERR;
	poll_wait(filp, &wq, wait);
	mutex_lock(&told->lock);
	n = look(filp, told);
	if (is_news(told, &n))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (n.type == GPUWARD_NOTICE_END)
		mask |= EPOLLHUP;
	mutex_unlock(&told->lock);
	return mask;
}
