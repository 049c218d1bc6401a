/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a job costs: time waited, time held, memory over time. And the finished records, kept
 * until somebody has taken them. Pure: the caller brings memory, the clock and the lock.
 *
 * Units: ns, bytes, and byte_ns: bytes held times nanoseconds held, 128 bits wide, as 2^41
 * bytes over a month pass 64 bits. A byte_ns over 10^9 is a byte-second; nothing is rounded
 * here. Memory counts while the job holds the accelerator, at what is charged to it.
 */
#ifndef _GW_CORE_USAGE_H
#define _GW_CORE_USAGE_H

#include "core/inventory.h"

#define GW_USAGE_NAME_LEN 64

/** struct gw_u128 - An unsigned number of 128 bits */
struct gw_u128 {
	u64 lo;
	u64 hi;
};

/** gw_u128_mul() - @a times @b, exactly */
struct gw_u128 gw_u128_mul(u64 a, u64 b);

/** gw_u128_add() - @a plus @b; all ones when that is too large */
struct gw_u128 gw_u128_add(struct gw_u128 a, struct gw_u128 b);

/**
 * struct gw_usage_gpu - One GPU's share
 * @minor: which
 * @bytes: charged now
 * @peak_bytes: the most charged at one time
 * @byte_ns: bytes over time
 */
struct gw_usage_gpu {
	u32 minor;
	u64 bytes;
	u64 peak_bytes;
	struct gw_u128 byte_ns;
};

/**
 * struct gw_usage - Figures of a job, or of the part of it under one model
 * @wait_ns: time waited
 * @held_ns: time that it had the accelerator
 * @peak_bytes: the most charged at one time over all GPUs
 * @nr_denials: requests for memory beyond the quota
 * @nr_evictions: how often it was told to go for others
 * @nr_gpus: how many of @gpus count
 * @gpus: the GPUs, in the order of the placement
 */
struct gw_usage {
	u64 wait_ns;
	u64 held_ns;
	u64 peak_bytes;
	u64 nr_denials;
	u64 nr_evictions;
	u32 nr_gpus;
	struct gw_usage_gpu gpus[GW_GRANT_GPUS];
};

/** enum gw_meter_state - What the time that passes counts as */
enum gw_meter_state {
	GW_METER_IDLE = 0,
	GW_METER_WAITING,
	GW_METER_HELD,
};

/**
 * struct gw_meter - The running figures of one live job
 * @state: enum gw_meter_state
 * @since_ns: up to when time is counted
 * @begin_ns: when this part began
 * @part: parts finished before it
 * @usage: the figures of this part
 */
struct gw_meter {
	u32 state;
	u64 since_ns;
	u64 begin_ns;
	u32 part;
	struct gw_usage usage;
};

/** gw_meter_init() - A new job: idle, nothing counted */
void gw_meter_init(struct gw_meter *m, u64 now_ns);

/**
 * gw_meter_state() - What the time from now on counts as
 * @m: the meter
 * @now_ns: now; a clock that goes back counts as one that stands
 * @state: enum gw_meter_state
 */
void gw_meter_state(struct gw_meter *m, u64 now_ns, u32 state);

/** gw_meter_place() - Other GPUs from now on, nothing charged on them yet; cut the part first */
void gw_meter_place(struct gw_meter *m, u64 now_ns, const u32 *minors, u32 nr);

/** gw_meter_charge() - @bytes are charged on the GPU @slot from now on; no such slot: nothing */
void gw_meter_charge(struct gw_meter *m, u64 now_ns, u32 slot, u64 bytes);

/** gw_meter_deny() - A request for memory was denied */
void gw_meter_deny(struct gw_meter *m);

/** gw_meter_evict() - It was told to go */
void gw_meter_evict(struct gw_meter *m);

/** gw_meter_sane() - Does nothing contradict itself? */
bool gw_meter_sane(const struct gw_meter *m);

/**
 * enum gw_record_end - Why a record ends
 * @GW_RECORD_ENDED: the job did
 * @GW_RECORD_EVICTED: the job did, for others
 * @GW_RECORD_SPLIT: the model changed, the job goes on in the next part
 */
enum gw_record_end {
	GW_RECORD_ENDED = 0,
	GW_RECORD_EVICTED,
	GW_RECORD_SPLIT,
};

/**
 * struct gw_record - What is left of a job, or of a part of it
 * @seq: its number, from 1, without gaps: a gap is a loss
 * @job: the job
 * @vm: its VM
 * @accel: index of the accelerator
 * @part: of the job, from 0
 * @end: enum gw_record_end
 * @begin_ns: when the part began; the first with the job
 * @end_ns: when it ended; the next part begins there
 * @model: its model then
 * @evict_ns: when it was told to go for others, 0: it was not, or that was called off
 * @evict_vm: with it: the VM for which
 * @model_bytes: that model's memory on each GPU, in that part
 * @usage: the figures
 */
struct gw_record {
	u64 seq;
	u64 job;
	u32 vm;
	u32 accel;
	u32 part;
	u32 end;
	u64 begin_ns;
	u64 end_ns;
	char model[GW_USAGE_NAME_LEN];
	u64 evict_ns;
	u32 evict_vm;
	u64 model_bytes;
	struct gw_usage usage;
};

/**
 * gw_meter_cut() - End a part: the figures go into a record and start again from nothing
 * @m: the meter
 * @now_ns: now
 * @end: enum gw_record_end
 * @out: begin, end, part, why and figures are set; the rest is the caller's
 *
 * The figures of all parts add up to those of the whole, to the last byte_ns. GPUs and what is
 * charged on them stay as they are; peaks begin at that.
 */
void gw_meter_cut(struct gw_meter *m, u64 now_ns, u32 end, struct gw_record *out);

/**
 * struct gw_total - Figures of many jobs: those of a VM, or of a model
 * @nr_jobs: jobs that have ended
 * @wait_ns: as in struct gw_usage, summed
 * @held_ns: likewise
 * @gpu_ns: @held_ns times GPUs, summed
 * @byte_ns: over all GPUs, summed
 * @peak_bytes: the largest
 * @nr_denials: summed
 * @nr_evictions: summed
 */
struct gw_total {
	u64 nr_jobs;
	u64 wait_ns;
	u64 held_ns;
	struct gw_u128 gpu_ns;
	struct gw_u128 byte_ns;
	u64 peak_bytes;
	u64 nr_denials;
	u64 nr_evictions;
};

/** gw_total_add() - Add a record; all zero is the sum of none. Sums stop at their largest */
void gw_total_add(struct gw_total *t, const struct gw_record *r);

/** gw_total_merge() - Add all of @more */
void gw_total_merge(struct gw_total *t, const struct gw_total *more);

/** gw_total_is_zero() - Is it the sum of nothing that shows? */
bool gw_total_is_zero(const struct gw_total *t);

/**
 * struct gw_ring - Finished records that nobody has acknowledged yet
 * @at: the caller's array
 * @size: its length, a power of two
 * @first: number of the oldest that is kept
 * @next: number of the next one
 * @nr_lost: records that gave way before they were acknowledged
 */
struct gw_ring {
	struct gw_record *at;
	u32 size;
	u64 first;
	u64 next;
	u64 nr_lost;
};

/** gw_ring_init() - Make @r empty; the first record will be number 1 */
void gw_ring_init(struct gw_ring *r, struct gw_record *at, u32 size);

/** gw_ring_put() - Keep a copy of @rec and number it; the oldest gives way. Returns the number */
u64 gw_ring_put(struct gw_ring *r, const struct gw_record *rec);

/** gw_ring_after() - The oldest record kept with a number above @seq, NULL when there is none */
const struct gw_record *gw_ring_after(const struct gw_ring *r, u64 seq);

/** gw_ring_ack() - Forget all up to number @seq */
void gw_ring_ack(struct gw_ring *r, u64 seq);

/** gw_ring_sane() - Do numbers and places agree? */
bool gw_ring_sane(const struct gw_ring *r);

#endif /* _GW_CORE_USAGE_H */
