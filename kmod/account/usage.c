// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting of jobs: their meters, the records of those that have ended. Owns the records. Must
 * not wait but for memory, nor decide anything from a figure.
 */
#include "account/usage.h"
#include "account/usage_totals.h"

#include <linux/mm.h>
#include <linux/timekeeping.h>

static DEFINE_SPINLOCK(lock);			/* order 6: ring, names */
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

/* With the account's lock: the GPUs that are placed. */
static u32 placed(const struct gw_account *acc, u32 *minors)
{
	u32 nr;

	for (nr = 0; nr < GW_GRANT_GPUS && acc->ledger.slots[nr].is_placed; nr++)
		minors[nr] = acc->minors[nr];
	return nr;
}

/* False: the model has another size than @bytes by now. */
static bool hold(struct gw_job *job, u64 bytes)
{
	struct gw_account *acc = &job->accel->account;
	u32 minors[GW_GRANT_GPUS], nr;
	bool is_same;
	u64 now;

	spin_lock(&acc->lock);
	is_same = acc->model_bytes == bytes;
	if (is_same) {
		job->model_bytes = bytes;
		nr = placed(acc, minors);
		now = ktime_get_boottime_ns();
		gw_meter_place(&job->meter, now, minors, nr);
		gw_meter_state(&job->meter, now, GW_METER_HELD);
		list_add_tail(&job->meter_link, &acc->jobs);
	}
	spin_unlock(&acc->lock);
	return is_same;
}

void gw_usage_hold(struct gw_job *job)
{
	struct gw_accel *a = job->accel;
	u32 minors[GW_GRANT_GPUS], nr;
	u64 bytes;

	lockdep_assert_held(&a->lock);
	memcpy(job->model, a->model_name, sizeof(job->model));
	do {
		spin_lock(&a->account.lock);
		bytes = a->account.model_bytes;
		nr = placed(&a->account, minors);
		spin_unlock(&a->account.lock);
		job->row = gw_totals_row(a->vm, job->model, bytes, nr);
	} while (!hold(job, bytes));
}

/* With the account's lock: end the part up to @now with a record. Returns its number. */
static u64 cut(struct gw_job *job, u64 now, u32 end)
{
	static struct gw_record rec;	/* too large for a stack; the records' lock */
	struct gw_vm *vm = job->accel->vm;
	u64 seq;

	lockdep_assert_held(&job->accel->account.lock);
	spin_lock(&lock);
	gw_meter_cut(&job->meter, now, end, &rec);
	rec.job = job->id;
	rec.vm = vm->id;
	rec.accel = job->accel->index;
	memcpy(rec.model, job->model, sizeof(rec.model));
	rec.model_bytes = job->model_bytes;
	rec.evict_ns = job->evict_ns;
	rec.evict_vm = job->evict_vm;
	seq = gw_ring_put(&ring, &rec);
	rec.seq = seq;
	memcpy(name_of(seq), vm->name, GPUWARD_NAME_LEN);
	gw_totals_count(job->row, &rec);
	spin_unlock(&lock);
	return seq;
}

void gw_usage_split(struct gw_accel *a, u64 bytes_per_gpu, struct gw_total_row *row)
{
	struct gw_account *acc = &a->account;
	u64 now = ktime_get_boottime_ns();
	struct gw_job *job;

	lockdep_assert_held(&acc->lock);
	list_for_each_entry(job, &acc->jobs, meter_link) {
		cut(job, now, GW_RECORD_SPLIT);
		job->model_bytes = bytes_per_gpu;
		job->row = row;
	}
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
	u64 seq;

	if (!job->start_ns)
		return 0;
	spin_lock(&acc->lock);
	list_del_init(&job->meter_link);
	seq = cut(job, ktime_get_boottime_ns(),
		  job->is_evicted ? GW_RECORD_EVICTED : GW_RECORD_ENDED);
	spin_unlock(&acc->lock);
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
	gw_totals_ack(min(seq, ring.next - 1));
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
