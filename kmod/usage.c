// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting of jobs: their meters, the records of those that have ended, sums per VM. Owns the
 * records. Must not wait, nor decide anything from a figure.
 */
#include "usage.h"

#include <linux/mm.h>
#include <linux/timekeeping.h>

static DEFINE_SPINLOCK(lock);			/* leaf: ring, names, gw_vm.total */
static struct gw_ring ring;
static char (*names)[GPUWARD_NAME_LEN];		/* of the VM of each record, by number */

static char *name_of(u64 seq)
{
	return names[seq & (GW_USAGE_RECORDS - 1)];
}

static void set_state(struct gw_job *job, u32 state)
{
	struct gw_account *acc = &job->accel->account;

	spin_lock(&acc->lock);
	gw_meter_state(&job->meter, ktime_get_boottime_ns(), state);
	spin_unlock(&acc->lock);
}

void gw_usage_wait(struct gw_job *job)
{
	lockdep_assert_held(&job->accel->lock);
	set_state(job, GW_METER_WAITING);
}

void gw_usage_idle(struct gw_job *job)
{
	lockdep_assert_held(&job->accel->lock);
	set_state(job, GW_METER_IDLE);
}

void gw_usage_hold(struct gw_job *job)
{
	struct gw_accel *a = job->accel;
	struct gw_account *acc = &a->account;
	u64 now = ktime_get_boottime_ns();
	u32 minors[GW_GRANT_GPUS], nr = 0;

	lockdep_assert_held(&a->lock);
	memcpy(job->model, a->model_name, sizeof(job->model));
	spin_lock(&acc->lock);
	while (nr < GW_GRANT_GPUS && acc->ledger.slots[nr].is_placed) {
		minors[nr] = acc->minors[nr];
		nr++;
	}
	gw_meter_place(&job->meter, now, minors, nr);
	gw_meter_state(&job->meter, now, GW_METER_HELD);
	spin_unlock(&acc->lock);
}

void gw_usage_evict(struct gw_job *job)
{
	struct gw_account *acc = &job->accel->account;

	lockdep_assert_held(&job->accel->lock);
	spin_lock(&acc->lock);
	gw_meter_evict(&job->meter);
	spin_unlock(&acc->lock);
}

u64 gw_usage_finish(struct gw_job *job)
{
	struct gw_account *acc = &job->accel->account;
	struct gw_vm *vm = job->accel->vm;
	struct gw_record *rec;
	u64 seq = 0;

	if (!job->start_ns)
		return 0;
	rec = kzalloc(sizeof(*rec), GFP_KERNEL);
	spin_lock(&acc->lock);
	if (rec)
		gw_meter_cut(&job->meter, ktime_get_boottime_ns(),
			     job->is_evicted ? GW_RECORD_EVICTED : GW_RECORD_ENDED, rec);
	spin_unlock(&acc->lock);
	spin_lock(&lock);
	if (rec) {
		rec->job = job->id;
		rec->vm = vm->id;
		rec->accel = job->accel->index;
		rec->evict_ns = job->evict_ns;
		rec->evict_vm = job->evict_vm;
		memcpy(rec->model, job->model, sizeof(rec->model));
		seq = gw_ring_put(&ring, rec);
		memcpy(name_of(seq), vm->name, GPUWARD_NAME_LEN);
		gw_total_add(&vm->total, rec);
	} else {
		ring.nr_lost++;		/* no memory for it: told as lost */
	}
	spin_unlock(&lock);
	kfree(rec);
	return seq;
}

int gw_usage_after(u64 seq, struct gw_usage_info *info)
{
	const struct gw_record *rec;

	spin_lock(&lock);
	rec = gw_ring_after(&ring, seq);
	if (rec) {
		info->record = *rec;
		memcpy(info->vm, name_of(rec->seq), sizeof(info->vm));
	}
	spin_unlock(&lock);
	return rec ? 0 : -ENOENT;
}

void gw_usage_ack(u64 seq)
{
	spin_lock(&lock);
	gw_ring_ack(&ring, seq);
	spin_unlock(&lock);
}

void gw_usage_state(struct gw_usage_state *state)
{
	spin_lock(&lock);
	*state = (struct gw_usage_state){
		.first = ring.first, .next = ring.next, .nr_lost = ring.nr_lost,
	};
	spin_unlock(&lock);
}

void gw_usage_total(const struct gw_vm *vm, struct gw_total *total)
{
	spin_lock(&lock);
	*total = vm->total;
	spin_unlock(&lock);
}

int gw_usage_init(void)
{
	struct gw_record *at = kvcalloc(GW_USAGE_RECORDS, sizeof(*at), GFP_KERNEL);

	names = kvcalloc(GW_USAGE_RECORDS, sizeof(*names), GFP_KERNEL);
	gw_ring_init(&ring, at, GW_USAGE_RECORDS);
	if (at && names)
		return 0;
	gw_usage_exit();
	return -ENOMEM;
}

void gw_usage_exit(void)
{
	kvfree(ring.at);
	kvfree(names);
}
