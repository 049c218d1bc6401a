// SPDX-License-Identifier: GPL-2.0-only
/*
 * The accounts of accelerators: each charge finds its GPU, its job and its limit here. Owns the
 * order of lock, ledger and figures; the arithmetic is core/ledger's. Must not know what a charge
 * is for, nor wait.
 */
#include "account/charge.h"
#include "job/job.h"
#include "base/refuse.h"
#include "account/usage_totals.h"
#include "base/trace.h"
#include "account/usage.h"

#include <linux/timekeeping.h>

#define NO_SLOT GW_LEDGER_SLOTS

void gw_account_init(struct gw_account *account)
{
	spin_lock_init(&account->lock);
	gw_ledger_init(&account->ledger);
	INIT_LIST_HEAD(&account->jobs);
}

static u32 slot_of(const struct gw_account *acc, u32 minor)
{
	u32 i;

	lockdep_assert_held(&acc->lock);
	for (i = 0; i < GW_LEDGER_SLOTS; i++)
		if (acc->ledger.slots[i].is_placed && acc->minors[i] == minor)
			return i;
	return NO_SLOT;
}

static bool is_unlimited(const struct gw_accel *a)
{
	return gw_is_audit() || READ_ONCE(a->vm->quota) == GPUWARD_QUOTA_UNLIMITED;
}

/* --- the pool's part ------------------------------------------------------------------- */

void gw_account_place(struct gw_accel *a)
{
	struct gw_account *acc = &a->account;
	u32 i;

	spin_lock(&acc->lock);
	acc->model_bytes = a->placed_bytes;
	for (i = 0; i < a->nr_placed; i++) {
		acc->minors[i] = a->placed[i];
		WARN_ON_ONCE(gw_ledger_place(&acc->ledger, i, a->placed_bytes));
	}
	spin_unlock(&acc->lock);
}

bool gw_account_await(struct gw_accel *a)
{
	struct gw_account *acc = &a->account;
	bool is_awaited;

	spin_lock(&acc->lock);
	is_awaited = acc->is_awaited = !gw_ledger_is_zero(&acc->ledger);
	spin_unlock(&acc->lock);
	return is_awaited;
}

int gw_account_unplace(struct gw_accel *a)
{
	struct gw_account *acc = &a->account;
	u32 i;
	int ret = 0;

	spin_lock(&acc->lock);
	/* Whoever gives the last of it back sees this, and calls the pool. */
	acc->is_awaited = !gw_ledger_is_zero(&acc->ledger);
	if (acc->is_awaited)
		ret = -EBUSY;
	for (i = 0; i < a->nr_placed && !ret; i++)
		WARN_ON_ONCE(gw_ledger_unplace(&acc->ledger, i));
	spin_unlock(&acc->lock);
	return ret;
}

int gw_account_set_limit(struct gw_accel *a, u64 bytes_per_gpu, u32 *minor, u64 *used)
{
	struct gw_account *acc = &a->account;
	const struct gw_ledger_slot *s;
	u32 i;
	int ret = 0;

	spin_lock(&acc->lock);
	for (i = 0; i < a->nr_placed && !ret; i++) {
		s = &acc->ledger.slots[i];
		if (bytes_per_gpu >= s->limit || bytes_per_gpu >= s->used)
			continue;
		*minor = acc->minors[i];
		*used = s->used;
		ret = -EBUSY;
	}
	for (i = 0; i < a->nr_placed && !ret; i++)
		WARN_ON_ONCE(gw_ledger_set_limit(&acc->ledger, i, bytes_per_gpu));
	spin_unlock(&acc->lock);
	return ret;
}

void gw_account_resize(struct gw_accel *a, u64 bytes_per_gpu)
{
	struct gw_account *acc = &a->account;
	struct gw_total_row *row = gw_totals_row(a->vm, a->model_name, bytes_per_gpu, a->nr_placed);
	u32 i;

	spin_lock(&acc->lock);
	/* A lower limit is in force already; a higher one not before the records end. */
	for (i = 0; i < a->nr_placed; i++)
		if (acc->ledger.slots[i].limit < bytes_per_gpu)
			WARN_ON_ONCE(gw_ledger_set_limit(&acc->ledger, i, bytes_per_gpu));
	if (acc->model_bytes != bytes_per_gpu)
		gw_usage_split(a, bytes_per_gpu, row);
	acc->model_bytes = bytes_per_gpu;
	spin_unlock(&acc->lock);
}

bool gw_account_is_busy(struct gw_accel *a)
{
	bool busy;

	spin_lock(&a->account.lock);
	busy = !gw_ledger_is_zero(&a->account.ledger);
	spin_unlock(&a->account.lock);
	return busy;
}

/* --- charges ------------------------------------------------------------------------------ */

/* With the account's lock: @bytes more or (negative) less are charged to @job on GPU @slot. */
static void meter(struct gw_job *job, u32 slot, s64 bytes)
{
	if (slot < job->meter.usage.nr_gpus)
		gw_meter_charge(&job->meter, ktime_get_boottime_ns(), slot,
				job->meter.usage.gpus[slot].bytes + bytes);
}

static void job_add(struct gw_job *job, u32 slot, u64 bytes)
{
	if (!job)
		return;
	meter(job, slot, bytes);
	job->used_bytes += bytes;
	job->peak_bytes = max(job->peak_bytes, job->used_bytes);
}

static void job_sub(struct gw_job *job, u32 slot, u64 bytes)
{
	if (!job)
		return;
	bytes = min(bytes, job->used_bytes);
	meter(job, slot, -bytes);
	job->used_bytes -= bytes;
}

static void trace_charge(const struct gw_charge *c, s64 delta, int ret)
{
	const struct gw_account *acc = &c->accel->account;
	const struct gw_ledger_slot *s = &acc->ledger.slots[c->slot];

	trace_gpuward_charge(c->accel->vm->id, c->accel->index, c->job ? c->job->id : 0,
			     acc->minors[c->slot], delta, s->used, s->limit, ret);
}

/* With the account's lock. *@over: the limit is exceeded, or would be. */
static int charge(struct gw_charge *c, bool counts_only, u64 bytes, bool *over)
{
	struct gw_ledger *l = &c->accel->account.ledger;
	int ret;

	gw_ledger_set_unlimited(l, counts_only);
	*over = bytes > gw_ledger_room(l, c->slot);
	if (counts_only && bytes > gw_ledger_left(l, c->slot))
		bytes = 0;	/* no number; what the vendor takes is counted then */
	ret = gw_ledger_charge(l, c->slot, bytes);
	if (!ret) {
		job_add(c->job, c->slot, bytes);
		c->bytes = bytes;
	}
	trace_charge(c, bytes, ret);
	return ret;
}

static void drop(struct gw_charge *c)
{
	if (c->job)
		gw_job_put(c->job);
	gw_vm_put(c->accel->vm);
}

int gw_charge_take(struct gw_charge *c, struct gw_proc *p, u32 minor, u64 bytes)
{
	struct gw_charge new = { .accel = p->accel };
	struct gw_account *acc = &p->accel->account;
	struct gw_shortage s = { .accel = p->accel, .minor = minor, .requested = bytes };
	bool over = false;
	int ret = -ENODEV;

	gw_vm_get(p->accel->vm);
	new.job = gw_proc_get_job(p);
	spin_lock(&acc->lock);
	new.slot = slot_of(acc, minor);
	if (new.slot != NO_SLOT) {
		s.used = acc->ledger.slots[new.slot].used;
		s.limit = acc->ledger.slots[new.slot].limit;
		ret = charge(&new, is_unlimited(p->accel), bytes, &over);
		if (ret && new.job)
			gw_meter_deny(&new.job->meter);
	}
	spin_unlock(&acc->lock);
	s.job = new.job ? new.job->id : 0;
	/* A VM without limits is told of nothing; permissive mode tells what it would have refused. */
	if (ret == -EDQUOT || (over && READ_ONCE(p->accel->vm->quota) == GPUWARD_QUOTA_ON))
		gw_refuse_memory(&s);
	if (ret)
		drop(&new);
	else
		*c = new;
	return ret;
}

void gw_charge_settle(struct gw_charge *c, u64 bytes)
{
	struct gw_account *acc = &c->accel->account;
	int ret;

	spin_lock(&acc->lock);
	ret = gw_ledger_settle(&acc->ledger, c->slot, c->bytes, bytes);
	if (!WARN_ON_ONCE(ret == -EINVAL || ret == -ERANGE) && !ret) {
		trace_charge(c, bytes - c->bytes, 0);
		job_sub(c->job, c->slot, c->bytes);
		job_add(c->job, c->slot, bytes);
		c->bytes = bytes;
	}
	spin_unlock(&acc->lock);
}

void gw_charge_merge(struct gw_charge *c, struct gw_charge *more)
{
	if (!c->accel) {
		*c = *more;
	} else {
		spin_lock(&c->accel->account.lock);
		WARN_ON_ONCE(c->accel != more->accel || c->slot != more->slot);
		c->bytes += more->bytes;
		job_sub(more->job, more->slot, more->bytes);
		job_add(c->job, c->slot, more->bytes);
		spin_unlock(&c->accel->account.lock);
		drop(more);
	}
	*more = (struct gw_charge){ };
}

/* Is the pool waiting for the last of it? */
static bool give(struct gw_charge *c, u64 bytes)
{
	struct gw_account *acc = &c->accel->account;
	bool is_last;

	spin_lock(&acc->lock);
	WARN_ON_ONCE(gw_ledger_uncharge(&acc->ledger, c->slot, bytes));
	job_sub(c->job, c->slot, bytes);
	c->bytes -= bytes;
	trace_charge(c, -bytes, 0);
	is_last = acc->is_awaited && gw_ledger_is_zero(&acc->ledger);
	spin_unlock(&acc->lock);
	return is_last;
}

void gw_charge_reduce(struct gw_charge *c, u64 bytes)
{
	if (c->accel && give(c, min(bytes, c->bytes)))
		gw_place_clean(c->accel);
}

void gw_charge_return(struct gw_charge *c)
{
	if (c->accel)
		give(c, c->bytes);
}

void gw_charge_give(struct gw_charge *c)
{
	if (!c->accel)
		return;
	gw_charge_reduce(c, c->bytes);
	drop(c);
	*c = (struct gw_charge){ };
}

/* --- figures ------------------------------------------------------------------------------- */

void gw_account_view(struct gw_accel *a, u32 minor, u64 gpu_bytes, struct gw_ledger_view *view)
{
	struct gw_account *acc = &a->account;

	spin_lock(&acc->lock);
	gw_ledger_set_unlimited(&acc->ledger, is_unlimited(a));
	gw_ledger_view(&acc->ledger, slot_of(acc, minor), gpu_bytes, view);
	spin_unlock(&acc->lock);
}

void gw_account_info(struct gw_accel *a, struct gw_account_info *info)
{
	struct gw_account *acc = &a->account;
	u32 i;

	memset(info, 0, sizeof(*info));
	info->is_unlimited = is_unlimited(a);
	spin_lock(&acc->lock);
	for (i = 0; i < GPUWARD_MAX_PLACED; i++) {
		const struct gw_ledger_slot *s = &acc->ledger.slots[i];

		if (!s->is_placed)
			continue;
		info->gpus[info->nr_gpus++] = (struct gw_account_gpu){
			.minor = acc->minors[i],
			.limit_bytes = s->limit,
			.used_bytes = s->used,
			.peak_bytes = s->peak,
		};
	}
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && !gw_ledger_sane(&acc->ledger));
	spin_unlock(&acc->lock);
}

void gw_account_job(struct gw_job *job, u64 *used_bytes, u64 *peak_bytes)
{
	spin_lock(&job->accel->account.lock);
	*used_bytes = job->used_bytes;
	*peak_bytes = job->peak_bytes;
	spin_unlock(&job->accel->account.lock);
}
