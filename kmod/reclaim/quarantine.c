// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who holds memory on GPUs with no file open, since when, and what becomes of the GPUs. Owns the
 * list of them by our own books; that by the driver's is audit.c's. Must not give anything back: an
 * admin looks at the evidence.
 */
#include "reclaim/quarantine.h"
#include "base/event.h"
#include "placement/pool.h"

#include <linux/timekeeping.h>
#include <linux/workqueue.h>

/* Pool lock; gw_accel.cleaning_link: those whose time runs, longest first, and those it is over for. */
static LIST_HEAD(watched);
static LIST_HEAD(judged);
static u32 grace_ms = GW_QUARANTINE_MS;	/* pool lock to write it */

static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_work, look);

static u64 due_ns(const struct gw_accel *a)
{
	return a->cleaning_since_ns + (u64)grace_ms * NSEC_PER_MSEC;
}

/* The first one whose time is over; sees to it that the next one is looked at in time. */
static struct gw_accel *next_due(void)
{
	struct gw_accel *a = list_first_entry_or_null(&watched, struct gw_accel, cleaning_link);
	u64 now = ktime_get_boottime_ns();

	if (!a || !grace_ms)
		return NULL;
	if (due_ns(a) <= now)
		return a;
	mod_delayed_work(system_percpu_wq, &look_work, nsecs_to_jiffies(due_ns(a) - now) + 1);
	return NULL;
}

void gw_quarantine_watch(struct gw_accel *a)
{
	lockdep_assert_held(&gw_pool_lock);
	a->cleaning_since_ns = ktime_get_boottime_ns();
	list_move_tail(&a->cleaning_link, &watched);
	if (list_is_first(&a->cleaning_link, &watched) && grace_ms)
		mod_delayed_work(system_percpu_wq, &look_work, msecs_to_jiffies(grace_ms) + 1);
}

void gw_quarantine_again(u32 minor)
{
	struct gw_accel *a, *next;
	u32 i;

	lockdep_assert_held(&gw_pool_lock);
	list_for_each_entry_safe(a, next, &judged, cleaning_link)
		for (i = 0; i < a->nr_placed; i++)
			if (a->placed[i] == minor) {
				gw_quarantine_watch(a);
				break;
			}
}

static void isolate(struct gw_accel *a, const struct gw_account_gpu *held, unsigned long *news)
{
	struct gw_evidence evidence = {
		.since_ns = ktime_get_boottime_ns(),
		.accel = a->index,
		.held_bytes = held->used_bytes,
	};

	memcpy(evidence.vm, a->vm->name, sizeof(evidence.vm));
	snprintf(evidence.why, sizeof(evidence.why),
		 "%llu bytes are held %llu ms after the last file was closed", held->used_bytes,
		 div_u64(evidence.since_ns - a->cleaning_since_ns, NSEC_PER_MSEC));
	if (gw_gpu_isolate(gw_gpu_find(held->minor), &evidence))
		__set_bit(held->minor, news);
}

/* One of those whose time is over: its VM with a reference, and the GPUs that went. */
static struct gw_accel *judge(unsigned long *news)
{
	struct gw_account_info info;
	struct gw_accel *a;
	u32 i;

	mutex_lock(&gw_pool_lock);
	a = next_due();
	if (a) {
		gw_vm_get(a->vm);	/* what is held keeps it until then */
		list_move_tail(&a->cleaning_link, &judged);
		gw_account_info(a, &info);
		for (i = 0; i < info.nr_gpus; i++)
			if (info.gpus[i].used_bytes)
				isolate(a, &info.gpus[i], news);
		gw_pool_lost();		/* and serves */
	}
	mutex_unlock(&gw_pool_lock);
	return a;
}

static void tell(struct gw_vm *vm, struct gw_accel *a, u32 minor)
{
	struct gw_event ev = {
		.type = GPUWARD_EVENT_GPU_STATE, .vm = vm, .accel = a, .has_gpu = true, .gpu = minor,
	};
	struct gw_gpu gpu;

	if (gw_gpu_get(minor, false, &gpu) || !gpu.is_quarantined)
		return;		/* it was returned this moment, which was told */
	ev.text = gpu.evidence.why;
	gw_event_send(&ev);
}

static void look(struct work_struct *work)
{
	DECLARE_BITMAP(news, GW_MAX_MINOR);
	struct gw_accel *a;
	unsigned int minor;

	bitmap_zero(news, GW_MAX_MINOR);
	while ((a = judge(news))) {
		for_each_set_bit(minor, news, GW_MAX_MINOR)
			tell(a->vm, a, minor);
		bitmap_zero(news, GW_MAX_MINOR);
		gw_vm_put(a->vm);
	}
}

/* --- by the driver's books ----------------------------------------------------------------------- */

static void describe(const struct gw_audit_left *left, struct gw_evidence *e)
{
	u64 ms = div_u64(e->since_ns - left->since_ns, NSEC_PER_MSEC);

	if (left->nr == 1)
		snprintf(e->why, sizeof(e->why),
			 "the driver says that process %u has %llu bytes %llu ms after its last file was closed",
			 left->pid, left->bytes, ms);
	else
		snprintf(e->why, sizeof(e->why),
			 "the driver says that process %u and %u others have %llu bytes %llu ms after it closed its files",
			 left->pid, left->nr - 1, left->bytes, ms);
}

/* With references, dropped by gw_vm_put(); NULL: it is gone, as the accelerator may be. */
static struct gw_vm *vm_of(const struct gw_audit_left *left, struct gw_accel **a)
{
	struct gw_vm *vm;

	mutex_lock(&gw_admin);
	vm = gw_vm_find(left->vm);
	*a = vm ? gw_accel_of(vm, left->accel) : NULL;
	if (vm)
		gw_vm_get(vm);
	mutex_unlock(&gw_admin);
	return vm;
}

void gw_quarantine_left(const struct gw_audit_left *left)
{
	struct gw_evidence evidence = {
		.since_ns = ktime_get_boottime_ns(),
		.accel = left->accel,
		.held_bytes = left->bytes,
	};
	struct gw_accel *a;
	struct gw_vm *vm = vm_of(left, &a);
	struct gw_gpu *gpu;
	bool is_news;

	if (vm)
		memcpy(evidence.vm, vm->name, sizeof(evidence.vm));
	describe(left, &evidence);
	mutex_lock(&gw_pool_lock);
	gpu = gw_gpu_find(left->minor);
	is_news = gpu && gw_gpu_isolate(gpu, &evidence);
	if (is_news)
		gw_pool_lost();		/* and serves */
	mutex_unlock(&gw_pool_lock);
	if (is_news)
		tell(vm, a, left->minor);
	if (vm)
		gw_vm_put(vm);
}

/* --- settings ---------------------------------------------------------------------------------- */

void gw_quarantine_set_grace(u32 ms)
{
	mutex_lock(&gw_pool_lock);
	WRITE_ONCE(grace_ms, ms);
	if (ms && !list_empty(&watched))
		mod_delayed_work(system_percpu_wq, &look_work, 0);
	mutex_unlock(&gw_pool_lock);
}

u32 gw_quarantine_grace(void)
{
	return READ_ONCE(grace_ms);
}

void gw_quarantine_exit(void)
{
	cancel_delayed_work_sync(&look_work);
}
