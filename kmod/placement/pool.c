// SPDX-License-Identifier: GPL-2.0-only
/*
 * Placements and the wait for GPUs. Owns reservations and the capacity queue. Must not know jobs
 * or files; never sleeps under its lock but for memory.
 */
#include "placement/pool.h"
#include "core/schedule.h"
#include "reclaim/evict.h"
#include "placement/pool_priv.h"
#include "reclaim/quarantine.h"
#include "base/trace.h"

#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

struct gw_pool gw_pool;			/* pool lock */
static bool is_stopped;			/* written under the pool lock, read by waiters */

void gw_pool_init(void)
{
	gw_queue_init(&gw_pool.queue);
	gw_board_init(&gw_pool.board, gw_pool.offers, GW_MAX_MINOR);
}

static u32 use_of(const struct gw_gpu *gpu)
{
	if (!gpu)
		return GW_OFFER_ABSENT;
	if (gpu->is_quarantined)
		return GW_OFFER_QUARANTINED;
	if (gpu->is_drained)
		return GW_OFFER_DRAINED;
	return gpu->nr_cleaning ? GW_OFFER_BUSY : GW_OFFER_READY;
}

void gw_pool_changed(u32 minor)
{
	const struct gw_gpu *gpu = gw_gpu_find(minor);
	struct gw_offer *o = &gw_pool.offers[minor];

	o->use = use_of(gpu);
	o->groups = gpu && gpu->groups ? gpu->groups : GW_GPU_DEFAULT_GROUP;
	o->total_bytes = gpu ? gpu->memory_bytes : 0;
	o->reserve_bytes = gpu ? gpu->driver_bytes : 0;
	o->nvlink = gpu ? gpu->nvlink : 0;
	o->pcie = gpu ? gpu->pcie : 0;
	o->numa = gpu ? gpu->numa : -1;
	gw_board_link(&gw_pool.board);
}

/* @a was granted its GPUs: tell the books, and those asleep for it. */
static void placed(struct gw_accel *a)
{
	struct gw_grant *g = &a->want.grant;
	u64 safe_ns = a->want.is_aged ? g->since_ns + gw_pool.queue.age_ns : 0;
	u32 i;

	static_assert(GPUWARD_MAX_PLACED == GW_GRANT_GPUS);
	for (i = 0; i < g->nr; i++) {
		struct gw_gpu *gpu = gw_gpu_find(g->holds[i].gpu);

		gpu->reserved_bytes += g->ask.bytes_per_gpu;
		gpu->nr_placed++;
		a->placed[i] = gpu->minor;
	}
	a->nr_placed = g->nr;
	a->placed_bytes = g->ask.bytes_per_gpu;
	gw_want_done(&a->want);
	gw_account_place(a);
	WRITE_ONCE(a->is_placed, true);
	gw_evict_placed(a, safe_ns);
	trace_gpuward_place(a->vm->id, a->index, a->nr_placed, a->placed[0], a->placed_bytes);
	wake_up_all(&a->place_wq);
}

static void set_cleaning(struct gw_accel *a, bool is_cleaning)
{
	u32 i;

	for (i = 0; i < a->nr_placed && is_cleaning != a->is_cleaning; i++) {
		struct gw_gpu *gpu = gw_gpu_find(a->placed[i]);

		gpu->nr_cleaning += is_cleaning ? 1 : -1;
		gw_pool.offers[gpu->minor].use = use_of(gpu);
	}
	if (is_cleaning && !a->is_cleaning)
		gw_quarantine_watch(a);
	else if (!is_cleaning)
		list_del_init(&a->cleaning_link);
	a->is_cleaning = is_cleaning;
}

/* -EBUSY: memory on its GPUs is held, so it stays until gw_place_clean(). */
static int unplace(struct gw_accel *a)
{
	u32 i;

	lockdep_assert_held(&gw_pool_lock);
	a->is_leaving = gw_account_unplace(a);
	if (a->is_leaving)
		return -EBUSY;
	set_cleaning(a, false);
	for (i = 0; i < a->nr_placed; i++) {
		struct gw_gpu *gpu = gw_gpu_find(a->placed[i]);

		gpu->reserved_bytes -= a->placed_bytes;
		gpu->nr_placed--;
	}
	gw_board_give(&gw_pool.board, &a->want.grant);
	trace_gpuward_unplace(a->vm->id, a->index, a->nr_placed, a->placed[0], a->placed_bytes);
	a->nr_placed = 0;
	a->nr_placers = 0;
	WRITE_ONCE(a->is_placed, false);
	gw_evict_unplaced(a);
	return 0;
}

bool gw_pool_rest(struct gw_accel *a)
{
	bool was_cleaning = a->is_cleaning;

	lockdep_assert_held(&gw_pool_lock);
	if (!gw_reserve_keeps(a)) {
		if (unplace(a))
			return false;
		gw_reserve_ask(a);
		return true;
	}
	a->is_leaving = gw_account_await(a);
	if (!a->is_leaving)
		set_cleaning(a, false);
	return was_cleaning && !a->is_cleaning;
}

static void age(struct work_struct *work);
static DECLARE_DELAYED_WORK(age_work, age);

void gw_pool_serve(void)
{
	u64 now = ktime_get_boottime_ns(), next;
	struct list_head go;
	struct gw_want *w;

	lockdep_assert_held(&gw_pool_lock);
	INIT_LIST_HEAD(&go);
	gw_serve(&gw_pool.queue, &gw_pool.board, now, &go);
	while ((w = gw_serve_pop(&go)))
		placed(container_of(w, struct gw_accel, want));
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) &&
		     !(gw_board_sane(&gw_pool.board) && gw_queue_sane(&gw_pool.queue)));
	gw_evict_serve(&gw_pool.queue, &gw_pool.board, now);
	next = gw_queue_next_age(&gw_pool.queue);
	if (next != U64_MAX)	/* it may be able to go with nobody leaving */
		mod_delayed_work(system_percpu_wq, &age_work, nsecs_to_jiffies(next - now) + 1);
}

static void age(struct work_struct *work)
{
	mutex_lock(&gw_pool_lock);
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

void gw_pool_set_age(u32 ms)
{
	mutex_lock(&gw_pool_lock);
	gw_pool.queue.age_ns = (u64)ms * NSEC_PER_MSEC;
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

void gw_pool_set_max_passes(u32 nr)
{
	mutex_lock(&gw_pool_lock);
	WRITE_ONCE(gw_pool.queue.max_backfill, nr);
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

u32 gw_pool_age(void)
{
	u64 age_ns;

	mutex_lock(&gw_pool_lock);
	age_ns = gw_pool.queue.age_ns;
	mutex_unlock(&gw_pool_lock);
	return div_u64(age_ns, NSEC_PER_MSEC);
}

u32 gw_pool_max_passes(void)
{
	return READ_ONCE(gw_pool.queue.max_backfill);
}

void gw_pool_exit(void)
{
	cancel_delayed_work_sync(&age_work);
}

/* Wherever they stand: they need not wait for their turn to hear it. */
void gw_pool_lost(void)
{
	struct gw_want *w = NULL;

	lockdep_assert_held(&gw_pool_lock);
	gw_reserve_move();
	while ((w = gw_queue_next(&gw_pool.queue, w))) {
		struct gw_accel *a = container_of(w, struct gw_accel, want);

		if (gw_place_possible(&gw_pool.board, &w->ask))
			continue;
		WRITE_ONCE(a->is_hopeless, true);
		wake_up_all(&a->place_wq);
	}
	gw_pool_serve();	/* the first of the others may be the first of all now */
}

void gw_pool_recheck(void)
{
	mutex_lock(&gw_pool_lock);
	gw_pool_lost();
	mutex_unlock(&gw_pool_lock);
}

/* -EAGAIN: it must wait. */
static int place_now(struct gw_accel *a)
{
	if (gw_evict_is_over(a))	/* it has GPUs, which it must give back first */
		return -EAGAIN;
	if (!a->is_placed) {
		a->want.ask.vm = a->vm->id;
		WRITE_ONCE(a->is_hopeless, !gw_place_possible(&gw_pool.board, &a->want.ask));
		if (a->is_hopeless)
			return -ENOSPC;
		if (!a->want.queued || a->want.is_idle) {
			if (!a->want.queued && a->place_left_ns &&
			    ktime_get_boottime_ns() - a->place_left_ns > NSEC_PER_SEC)
				gw_want_done(&a->want);
			a->place_left_ns = 0;
			if (!a->want.ticket)	/* a new wait: what was set for an old one is past */
				a->want.priority = a->priority;
			a->want.is_idle = false;	/* others may have to go for it */
			gw_queue_insert(&gw_pool.queue, &a->want, ktime_get_boottime_ns());
			gw_pool_serve();
		}
		if (!a->is_placed)
			return -EAGAIN;
	}
	a->nr_placers++;
	a->is_leaving = false;
	if (a->is_cleaning) {	/* it goes on with what it held: others may have the rest */
		set_cleaning(a, false);
		gw_pool_serve();
	}
	return 0;
}

/* The last one of those who wait for @a is gone. */
static void leave_queue(struct gw_accel *a)
{
	if (a->is_reserved) {	/* it stays, without a program; what was set for that one is past */
		a->want.priority = a->priority;
		a->want.is_idle = true;
		gw_queue_requeue(&gw_pool.queue, &a->want);
	} else {
		gw_queue_remove(&gw_pool.queue, &a->want);
	}
	gw_pool_serve();
}

/*
 * When nobody of @a waits any more, or holds, leave no trace in the pool: but a place in the
 * queue is kept for a moment when the wait was interrupted, since a restarted call takes it up.
 */
static void settle(struct gw_accel *a, int ret)
{
	if (a->nr_place_waiters)
		return;
	if (a->want.queued)
		leave_queue(a);
	if (ret == -ERESTARTSYS)
		a->place_left_ns = ktime_get_boottime_ns();
	else if (ret != -EAGAIN)
		gw_want_done(&a->want);
	if (a->is_placed && !a->nr_placers && gw_pool_rest(a))
		gw_pool_serve();
}

int gw_place_try(struct gw_accel *a, bool will_wait)
{
	int ret;

	mutex_lock(&gw_pool_lock);
	ret = place_now(a);
	if (ret == -EAGAIN && !will_wait)
		ret = -EBUSY;		/* and no place in the queue is kept */
	settle(a, ret);
	mutex_unlock(&gw_pool_lock);
	return ret;
}

long gw_remaining_jiffies(u64 deadline_ns)
{
	u64 now = ktime_get_boottime_ns();

	if (deadline_ns == GW_NO_DEADLINE)
		return MAX_SCHEDULE_TIMEOUT;
	return deadline_ns > now ? nsecs_to_jiffies(deadline_ns - now) + 1 : 1;
}

/* Is there anything new for those who wait for GPUs? Read without the lock. */
static bool is_news(const struct gw_accel *a)
{
	if (gw_evict_is_over(a))
		return false;		/* it must be given back first, and that wakes */
	return READ_ONCE(a->is_placed) || READ_ONCE(a->is_hopeless) || !READ_ONCE(a->want.queued);
}

int gw_place_wait(struct gw_accel *a, const bool *cancel, u64 deadline_ns)
{
	long left = 1;
	int ret;

	mutex_lock(&gw_pool_lock);
	ret = place_now(a);
	a->nr_place_waiters++;
	while (ret == -EAGAIN) {
		if (is_stopped)
			ret = -ENODEV;
		else if (READ_ONCE(*cancel))
			ret = -ECANCELED;
		else if (left < 0)	/* the dead do not come back for their turn */
			ret = fatal_signal_pending(current) ? -EINTR : -ERESTARTSYS;
		else if (!left)
			ret = -EBUSY;
		if (ret != -EAGAIN)
			break;
		mutex_unlock(&gw_pool_lock);
		left = wait_event_interruptible_timeout(a->place_wq,
				is_news(a) || READ_ONCE(*cancel) || READ_ONCE(is_stopped),
				gw_remaining_jiffies(deadline_ns));
		mutex_lock(&gw_pool_lock);
		/* Granted and signalled at the same instant: it is ours. Granted after it was ended: not. */
		ret = READ_ONCE(*cancel) ? -ECANCELED : place_now(a);
	}
	a->nr_place_waiters--;
	settle(a, ret);
	mutex_unlock(&gw_pool_lock);
	return ret;
}

void gw_place_put(struct gw_accel *a)
{
	mutex_lock(&gw_pool_lock);
	if (!WARN_ON_ONCE(!a->nr_placers))
		a->nr_placers--;
	settle(a, 0);
	mutex_unlock(&gw_pool_lock);
}

bool gw_place_revoke(struct gw_accel *a, u32 nr_placing)
{
	bool may;

	mutex_lock(&gw_pool_lock);
	may = a->is_placed && a->evict.is_over && nr_placing == a->nr_place_waiters;
	if (may) {
		a->nr_placers = 0;
		if (!unplace(a))
			gw_pool_serve();
	}
	mutex_unlock(&gw_pool_lock);
	return may;
}

void gw_place_clean(struct gw_accel *a)
{
	mutex_lock(&gw_pool_lock);
	if (a->is_leaving && gw_pool_rest(a))
		gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

void gw_place_last(struct gw_accel *a)
{
	mutex_lock(&gw_pool_lock);
	if (a->is_leaving)
		set_cleaning(a, true);
	mutex_unlock(&gw_pool_lock);
}

void gw_place_wake(struct gw_accel *a)
{
	wake_up_all(&a->place_wq);
}

bool gw_place_has(struct gw_accel *a, u32 minor)
{
	bool has = false;
	u32 i;

	mutex_lock(&gw_pool_lock);
	for (i = 0; i < a->nr_placed && !has; i++)
		has = a->placed[i] == minor;
	mutex_unlock(&gw_pool_lock);
	return has;
}

int gw_place_minor_of(struct gw_accel *a, u32 instance)
{
	int minor = -1;
	u32 i;

	mutex_lock(&gw_pool_lock);
	for (i = 0; i < a->nr_placed && minor < 0; i++)
		if (gw_gpu_find(a->placed[i])->instance == instance)
			minor = a->placed[i];
	mutex_unlock(&gw_pool_lock);
	return minor;
}

int gw_place_set_priority(struct gw_accel *a, s32 priority)
{
	int ret = -ENOENT;

	mutex_lock(&gw_pool_lock);
	if (a->want.queued) {
		a->want.priority = priority;
		gw_queue_requeue(&gw_pool.queue, &a->want);
		gw_pool_serve();
		ret = 0;
	}
	mutex_unlock(&gw_pool_lock);
	return ret;
}

void gw_place_update(struct gw_accel *a, const struct gw_place_terms *terms, bool give_back)
{
	mutex_lock(&gw_pool_lock);
	if (give_back && a->is_placed) {
		a->nr_placers = 0;
		unplace(a);
	}
	a->want.ask.nr_gpus = terms->nr_gpus;
	a->want.ask.bytes_per_gpu = terms->bytes_per_gpu;
	a->want.ask.groups = terms->groups;
	a->want.priority = terms->priority;
	a->priority = terms->priority;
	gw_reserve_set(a, terms->class);
	gw_queue_requeue(&gw_pool.queue, &a->want);
	if (a->vm->id)		/* else it is being made, and may not come to be */
		gw_reserve_ask(a);
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
}

void gw_place_run(struct gw_accel *a, int delta)
{
	u32 i;

	mutex_lock(&gw_pool_lock);
	a->nr_running += delta;
	for (i = 0; i < a->nr_placed; i++)
		gw_gpu_find(a->placed[i])->nr_running += delta;
	mutex_unlock(&gw_pool_lock);
}

static void wake_all_queued(void)
{
	struct gw_want *w = NULL;

	while ((w = gw_queue_next(&gw_pool.queue, w)))
		wake_up_all(&container_of(w, struct gw_accel, want)->place_wq);
}

void gw_place_stop(bool stop)
{
	mutex_lock(&gw_pool_lock);
	WRITE_ONCE(is_stopped, stop);
	wake_all_queued();
	mutex_unlock(&gw_pool_lock);
}
