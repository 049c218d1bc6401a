// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: time and memory over time of jobs, exact to the nanosecond, and finished records.
 * Owns the arithmetic. Must not read a clock, divide, or decide anything.
 */
#include "core/usage.h"

#include <linux/limits.h>

/* --- 128 bits ------------------------------------------------------------------------------ */

struct gw_u128 gw_u128_mul(u64 a, u64 b)
{
	u64 a_lo = (u32)a, a_hi = a >> 32, b_lo = (u32)b, b_hi = b >> 32;
	u64 low = a_lo * b_lo, one = a_hi * b_lo, two = a_lo * b_hi;
	u64 mid = (low >> 32) + (u32)one + (u32)two;

	return (struct gw_u128){
		.lo = mid << 32 | (u32)low,
		.hi = a_hi * b_hi + (one >> 32) + (two >> 32) + (mid >> 32),
	};
}

struct gw_u128 gw_u128_add(struct gw_u128 a, struct gw_u128 b)
{
	struct gw_u128 sum = { .lo = a.lo + b.lo, .hi = a.hi + b.hi };
	bool is_over = sum.hi < a.hi;

	if (sum.lo < a.lo) {
		sum.hi++;
		is_over |= !sum.hi;
	}
	return is_over ? (struct gw_u128){ U64_MAX, U64_MAX } : sum;
}

/* Below 0, 0 or above 0 as @a is less than, equal to or more than @b */
static int u128_cmp(struct gw_u128 a, struct gw_u128 b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return a.lo == b.lo ? 0 : a.lo < b.lo ? -1 : 1;
}

static u64 add(u64 a, u64 b)
{
	return a > U64_MAX - b ? U64_MAX : a + b;
}

/* --- the meter of a live job --------------------------------------------------------------- */

static u64 charged(const struct gw_usage *u)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < u->nr_gpus; i++)
		sum = add(sum, u->gpus[i].bytes);
	return sum;
}

static void count(struct gw_usage *u, u32 state, u64 ns)
{
	u32 i;

	if (state == GW_METER_WAITING)
		u->wait_ns = add(u->wait_ns, ns);
	if (state != GW_METER_HELD)
		return;
	u->held_ns = add(u->held_ns, ns);
	for (i = 0; i < u->nr_gpus; i++)
		u->gpus[i].byte_ns = gw_u128_add(u->gpus[i].byte_ns,
						 gw_u128_mul(u->gpus[i].bytes, ns));
}

/* Count the time up to now. */
static void settle(struct gw_meter *m, u64 now_ns)
{
	if (now_ns <= m->since_ns)
		return;
	count(&m->usage, m->state, now_ns - m->since_ns);
	m->since_ns = now_ns;
}

void gw_meter_init(struct gw_meter *m, u64 now_ns)
{
	*m = (struct gw_meter){ .since_ns = now_ns, .begin_ns = now_ns };
}

void gw_meter_state(struct gw_meter *m, u64 now_ns, u32 state)
{
	settle(m, now_ns);
	m->state = state;
}

void gw_meter_place(struct gw_meter *m, u64 now_ns, const u32 *minors, u32 nr)
{
	struct gw_usage *u = &m->usage;
	u32 i;

	settle(m, now_ns);
	u->nr_gpus = nr < GW_GRANT_GPUS ? nr : GW_GRANT_GPUS;
	for (i = 0; i < u->nr_gpus; i++)
		u->gpus[i] = (struct gw_usage_gpu){ .minor = minors[i] };
}

void gw_meter_charge(struct gw_meter *m, u64 now_ns, u32 slot, u64 bytes)
{
	struct gw_usage *u = &m->usage;
	u64 sum;

	if (slot >= u->nr_gpus)
		return;
	settle(m, now_ns);
	u->gpus[slot].bytes = bytes;
	if (bytes > u->gpus[slot].peak_bytes)
		u->gpus[slot].peak_bytes = bytes;
	sum = charged(u);
	if (sum > u->peak_bytes)
		u->peak_bytes = sum;
}

void gw_meter_deny(struct gw_meter *m)
{
	m->usage.nr_denials = add(m->usage.nr_denials, 1);
}

void gw_meter_evict(struct gw_meter *m)
{
	m->usage.nr_evictions = add(m->usage.nr_evictions, 1);
}

void gw_meter_cut(struct gw_meter *m, u64 now_ns, u32 end, struct gw_record *out)
{
	struct gw_usage *u = &m->usage;
	u32 i;

	settle(m, now_ns);
	out->part = m->part++;
	out->end = end;
	out->begin_ns = m->begin_ns;
	out->end_ns = m->since_ns;
	out->usage = *u;

	m->begin_ns = m->since_ns;
	u->wait_ns = 0;
	u->held_ns = 0;
	u->nr_denials = 0;
	u->nr_evictions = 0;
	u->peak_bytes = charged(u);
	for (i = 0; i < u->nr_gpus; i++) {
		u->gpus[i].peak_bytes = u->gpus[i].bytes;
		u->gpus[i].byte_ns = (struct gw_u128){ };
	}
}

bool gw_meter_sane(const struct gw_meter *m)
{
	const struct gw_usage *u = &m->usage;
	struct gw_u128 most;
	u32 i;

	if (m->state > GW_METER_HELD || m->begin_ns > m->since_ns || u->nr_gpus > GW_GRANT_GPUS)
		return false;
	if (u->wait_ns > m->since_ns - m->begin_ns ||
	    u->held_ns > m->since_ns - m->begin_ns - u->wait_ns || charged(u) > u->peak_bytes)
		return false;
	for (i = 0; i < u->nr_gpus; i++) {
		most = gw_u128_mul(u->gpus[i].peak_bytes, u->held_ns);
		if (u->gpus[i].bytes > u->gpus[i].peak_bytes ||
		    u128_cmp(u->gpus[i].byte_ns, most) > 0)
			return false;
	}
	return true;
}

/* --- sums and records -------------------------------------------------------------------------- */

void gw_total_add(struct gw_total *t, const struct gw_record *r)
{
	const struct gw_usage *u = &r->usage;
	u32 i;

	t->nr_jobs = add(t->nr_jobs, r->end != GW_RECORD_SPLIT);
	t->wait_ns = add(t->wait_ns, u->wait_ns);
	t->held_ns = add(t->held_ns, u->held_ns);
	t->gpu_ns = gw_u128_add(t->gpu_ns, gw_u128_mul(u->held_ns, u->nr_gpus));
	for (i = 0; i < u->nr_gpus; i++)
		t->byte_ns = gw_u128_add(t->byte_ns, u->gpus[i].byte_ns);
	if (u->peak_bytes > t->peak_bytes)
		t->peak_bytes = u->peak_bytes;
	t->nr_denials = add(t->nr_denials, u->nr_denials);
	t->nr_evictions = add(t->nr_evictions, u->nr_evictions);
}

void gw_total_merge(struct gw_total *t, const struct gw_total *more)
{
	t->nr_jobs = add(t->nr_jobs, more->nr_jobs);
	t->wait_ns = add(t->wait_ns, more->wait_ns);
	t->held_ns = add(t->held_ns, more->held_ns);
	t->gpu_ns = gw_u128_add(t->gpu_ns, more->gpu_ns);
	t->byte_ns = gw_u128_add(t->byte_ns, more->byte_ns);
	if (more->peak_bytes > t->peak_bytes)
		t->peak_bytes = more->peak_bytes;
	t->nr_denials = add(t->nr_denials, more->nr_denials);
	t->nr_evictions = add(t->nr_evictions, more->nr_evictions);
}

bool gw_total_is_zero(const struct gw_total *t)
{
	return !t->nr_jobs && !t->wait_ns && !t->held_ns && !t->nr_denials && !t->nr_evictions;
}

void gw_ring_init(struct gw_ring *r, struct gw_record *at, u32 size)
{
	*r = (struct gw_ring){ .at = at, .size = size, .first = 1, .next = 1 };
}

/* The place of number @seq: no two that are kept share one. */
static struct gw_record *place_of(const struct gw_ring *r, u64 seq)
{
	return &r->at[(u32)seq & (r->size - 1)];
}

u64 gw_ring_put(struct gw_ring *r, const struct gw_record *rec)
{
	u64 seq = r->next++;

	if (seq - r->first == r->size) {
		r->first++;
		r->nr_lost++;
	}
	*place_of(r, seq) = *rec;
	place_of(r, seq)->seq = seq;
	return seq;
}

const struct gw_record *gw_ring_after(const struct gw_ring *r, u64 seq)
{
	if (seq < r->first - 1)
		seq = r->first - 1;
	return seq + 1 < r->next && seq != U64_MAX ? place_of(r, seq + 1) : NULL;
}

void gw_ring_ack(struct gw_ring *r, u64 seq)
{
	if (seq >= r->next)
		seq = r->next - 1;
	if (seq >= r->first)
		r->first = seq + 1;
}

bool gw_ring_sane(const struct gw_ring *r)
{
	u64 seq;

	if (!r->size || r->size & (r->size - 1) || !r->first || r->first > r->next ||
	    r->next - r->first > r->size)
		return false;
	for (seq = r->first; seq < r->next; seq++)
		if (place_of(r, seq)->seq != seq)
			return false;
	return true;
}
