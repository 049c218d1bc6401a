// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: the promises of core/usage.h, one by one, and long runs of random events against a
 * twin that adds up each nanosecond step by itself.
 */
#include "core/usage.h"

#include <linux/limits.h>

#include "ktap.h"

static u64 seed = 88172645463325252ull;

static u64 roll(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

static bool is_u128(struct gw_u128 x, u64 hi, u64 lo)
{
	return x.hi == hi && x.lo == lo;
}

static bool is_equal(struct gw_u128 x, struct gw_u128 y)
{
	return is_u128(x, y.hi, y.lo);
}

/* The figures of @m at @now_ns, from a copy that is cut there. */
static void read_meter(const struct gw_meter *m, u64 now_ns, struct gw_usage *out)
{
	struct gw_meter copy = *m;
	struct gw_record record;

	gw_meter_cut(&copy, now_ns, 0, &record);
	*out = record.usage;
}

static void test_wide(void)
{
	struct gw_u128 max = { U64_MAX, U64_MAX }, one = { 1, 0 };
	u32 i;

	CHECK(is_u128(gw_u128_mul(0, U64_MAX), 0, 0));
	CHECK(is_u128(gw_u128_mul(U64_MAX, 1), 0, U64_MAX));
	CHECK(is_u128(gw_u128_mul(U64_MAX, U64_MAX), U64_MAX - 1, 1));
	CHECK(is_u128(gw_u128_mul(1ull << 63, 2), 1, 0));
	CHECK(is_u128(gw_u128_mul(0x123456789abcdef0ull, 0x0fedcba987654321ull),
		      0x0121fa00ad77d742ull, 0x2236d88fe5618cf0ull));
	CHECK(is_u128(gw_u128_add((struct gw_u128){ U64_MAX, 0 }, one), 1, 0));
	CHECK(is_u128(gw_u128_add(max, one), U64_MAX, U64_MAX));
	CHECK(is_u128(gw_u128_add((struct gw_u128){ 0, 1 }, (struct gw_u128){ 5, U64_MAX }),
		      U64_MAX, U64_MAX));
#ifdef __SIZEOF_INT128__
	for (i = 0; i < 100000; i++) {
		u64 a = roll() >> (roll() & 63), b = roll() >> (roll() & 63);
		unsigned __int128 right = (unsigned __int128)a * b;

		CHECK(is_u128(gw_u128_mul(a, b), right >> 64, right));
	}
#else
	/* (a + 1) b = a b + b, for which nothing wide is needed. */
	for (i = 0; i < 100000; i++) {
		u64 a = (roll() | 1) - 1, b = roll() >> (roll() & 63);
		struct gw_u128 plus = { b, 0 };

		CHECK(is_equal(gw_u128_mul(a + 1, b), gw_u128_add(gw_u128_mul(a, b), plus)));
	}
#endif
}

static void test_states(void)
{
	const u32 minors[] = { 3, 5 };
	struct gw_usage u;
	struct gw_meter m;

	gw_meter_init(&m, 1000);
	gw_meter_state(&m, 1000, GW_METER_WAITING);
	gw_meter_state(&m, 1300, GW_METER_HELD);
	gw_meter_place(&m, 1300, minors, 2);
	gw_meter_charge(&m, 1310, 0, 10);
	gw_meter_charge(&m, 1320, 1, 7);
	gw_meter_charge(&m, 1330, 0, 4);
	gw_meter_charge(&m, 1340, 2, 99);
	gw_meter_deny(&m);
	gw_meter_evict(&m);
	read_meter(&m, 1400, &u);
	CHECK(u.wait_ns == 300 && u.held_ns == 100 && u.peak_bytes == 17);
	CHECK(u.gpus[0].minor == 3 && u.gpus[0].peak_bytes == 10 && u.gpus[0].bytes == 4);
	CHECK(is_u128(u.gpus[0].byte_ns, 0, 20 * 10 + 70 * 4));
	CHECK(is_u128(u.gpus[1].byte_ns, 0, 80 * 7));
	CHECK(u.nr_denials == 1 && u.nr_evictions == 1 && u.nr_gpus == 2);
	/* Reading changes nothing, a clock that goes back neither; idle time is nobody's. */
	gw_meter_state(&m, 1200, GW_METER_HELD);
	gw_meter_state(&m, 1400, GW_METER_IDLE);
	gw_meter_state(&m, 9000, GW_METER_WAITING);
	read_meter(&m, 100, &u);
	CHECK(u.wait_ns == 300 && u.held_ns == 100 && is_u128(u.gpus[1].byte_ns, 0, 80 * 7));
	read_meter(&m, 9001, &u);
	CHECK(u.wait_ns == 301 && u.held_ns == 100 && gw_meter_sane(&m));
}

static void test_month_of_all_memory(void)
{
	const u64 month = 31ull * 24 * 3600 * 1000000000ull, bytes = 1ull << 41;
	const u32 minor = 0;
	struct gw_total t = { };
	struct gw_record r = { };
	struct gw_meter m;

	gw_meter_init(&m, 0);
	gw_meter_state(&m, 0, GW_METER_HELD);
	gw_meter_place(&m, 0, &minor, 1);
	gw_meter_charge(&m, 0, 0, bytes);
	gw_meter_cut(&m, month, GW_RECORD_ENDED, &r);
	CHECK(is_equal(r.usage.gpus[0].byte_ns, gw_u128_mul(bytes, month)));
	CHECK(r.usage.gpus[0].byte_ns.hi);
	gw_total_add(&t, &r);
	gw_total_add(&t, &r);
	CHECK(is_equal(t.byte_ns, gw_u128_mul(bytes, 2 * month)));
	CHECK(is_u128(t.gpu_ns, 0, 2 * month) && t.peak_bytes == bytes && t.nr_jobs == 2);
	/* Sums stop at their largest. */
	r.usage.wait_ns = U64_MAX;
	gw_total_add(&t, &r);
	gw_total_add(&t, &r);
	CHECK(t.wait_ns == U64_MAX);
}

/* The same events on two meters, one of them cut now and then: the parts are the whole. */
static void test_split(void)
{
	u32 round, i, nr_parts;

	for (round = 0; round < 300; round++) {
		struct gw_meter whole, cut;
		struct gw_record r = { }, all = { };
		struct gw_total parts = { }, sum = { };
		const u32 minors[] = { 1, 2, 3 };
		u64 now = roll() >> 20, peak = 0, end = now;

		gw_meter_init(&whole, now);
		gw_meter_init(&cut, now);
		gw_meter_place(&whole, now, minors, 3);
		gw_meter_place(&cut, now, minors, 3);
		for (i = nr_parts = 0; i < 60; i++) {
			u32 what = roll() % 4, arg = roll() % 3;
			u64 bytes = roll() >> (roll() & 63);

			now += roll() >> (34 + (roll() & 15));
			if (!what) {
				gw_meter_state(&whole, now, arg);
				gw_meter_state(&cut, now, arg);
			} else if (what == 1) {
				gw_meter_deny(&whole);
				gw_meter_deny(&cut);
			} else {
				gw_meter_charge(&whole, now, arg, bytes);
				gw_meter_charge(&cut, now, arg, bytes);
			}
			CHECK(gw_meter_sane(&whole) && gw_meter_sane(&cut));
			if (roll() % 5 && i < 59)
				continue;
			gw_meter_cut(&cut, now, i < 59 ? GW_RECORD_SPLIT : GW_RECORD_ENDED, &r);
			CHECK(r.begin_ns == end && r.end_ns == now && r.part == nr_parts++);
			end = now;
			peak = r.usage.peak_bytes > peak ? r.usage.peak_bytes : peak;
			gw_total_add(&parts, &r);
		}
		gw_meter_cut(&whole, now, GW_RECORD_ENDED, &all);
		gw_total_add(&sum, &all);
		CHECK(!memcmp(&parts, &sum, sizeof(sum)) && peak == sum.peak_bytes);
		CHECK(sum.nr_jobs == 1);
	}
}

/* Sums of sums are sums, whatever is added to which. */
static void test_merge(void)
{
	struct gw_total all = { }, half[2] = { }, max = { };
	struct gw_record r = { };
	u32 round, i;

	CHECK(gw_total_is_zero(&all));
	for (round = 0; round < 200; round++) {
		r.end = roll() % 3;
		r.usage.wait_ns = roll() >> 20;
		r.usage.held_ns = roll() >> 20;
		r.usage.peak_bytes = roll() >> 24;
		r.usage.nr_denials = roll() % 3;
		r.usage.nr_evictions = roll() % 2;
		r.usage.nr_gpus = roll() % (GW_GRANT_GPUS + 1);
		for (i = 0; i < r.usage.nr_gpus; i++)
			r.usage.gpus[i].byte_ns = gw_u128_mul(roll(), roll());
		gw_total_add(&all, &r);
		gw_total_add(&half[roll() % 2], &r);
		CHECK(!gw_total_is_zero(&all));
	}
	gw_total_merge(&half[0], &half[1]);
	CHECK(!memcmp(&half[0], &all, sizeof(all)));
	/* They stop at their largest. */
	max.nr_jobs = max.wait_ns = max.held_ns = max.nr_denials = max.nr_evictions = U64_MAX;
	max.gpu_ns = max.byte_ns = (struct gw_u128){ U64_MAX, U64_MAX };
	max.peak_bytes = U64_MAX;
	gw_total_merge(&all, &max);
	CHECK(!memcmp(&all, &max, sizeof(max)));
	max = (struct gw_total){ .nr_denials = 1 };
	CHECK(!gw_total_is_zero(&max));
}

static void test_insane(void)
{
	const u32 minor = 0;
	struct gw_meter m, good;

	gw_meter_init(&good, 10);
	gw_meter_place(&good, 10, &minor, 1);
	gw_meter_state(&good, 10, GW_METER_HELD);
	gw_meter_charge(&good, 10, 0, 5);
	gw_meter_state(&good, 20, GW_METER_WAITING);
	CHECK(gw_meter_sane(&good));
#define SEEN(field, wrong)							\
	do {									\
		m = good;							\
		m.field = (wrong);						\
		CHECK(!gw_meter_sane(&m));					\
	} while (0)
	SEEN(state, 3);
	SEEN(begin_ns, 21);
	SEEN(usage.nr_gpus, GW_GRANT_GPUS + 1);
	SEEN(usage.wait_ns, 1);
	SEEN(usage.held_ns, 11);
	SEEN(usage.peak_bytes, 4);
	SEEN(usage.gpus[0].peak_bytes, 4);
	SEEN(usage.gpus[0].byte_ns.lo, 51);
}

static struct gw_record at[4];

static void test_ring(void)
{
	struct gw_record rec = { };
	struct gw_ring r;
	u64 seq;

	gw_ring_init(&r, at, 4);
	CHECK(gw_ring_sane(&r) && !gw_ring_after(&r, 0) && !gw_ring_after(&r, U64_MAX));
	for (seq = 1; seq <= 3; seq++) {
		rec.job = 100 + seq;
		CHECK(gw_ring_put(&r, &rec) == seq && gw_ring_sane(&r));
	}
	CHECK(gw_ring_after(&r, 0)->job == 101 && gw_ring_after(&r, 2)->seq == 3);
	CHECK(!gw_ring_after(&r, 3) && !gw_ring_after(&r, 9));
	gw_ring_ack(&r, 1);
	CHECK(gw_ring_after(&r, 0)->seq == 2 && !r.nr_lost);
	gw_ring_ack(&r, 1);
	for (; seq <= 7; seq++)
		gw_ring_put(&r, &rec);
	/* 4 to 7 are there, 2 and 3 gave way. */
	CHECK(r.nr_lost == 2 && gw_ring_after(&r, 1)->seq == 4 && gw_ring_sane(&r));
	gw_ring_ack(&r, 2);
	CHECK(gw_ring_after(&r, 0)->seq == 4);
	gw_ring_ack(&r, U64_MAX);
	CHECK(!gw_ring_after(&r, 0) && r.nr_lost == 2 && gw_ring_sane(&r));
	CHECK(gw_ring_put(&r, &rec) == 8 && gw_ring_after(&r, 0)->seq == 8);
	at[0].seq = 7;
	CHECK(!gw_ring_sane(&r));
	at[0].seq = 8;
	r.first = 10;
	CHECK(!gw_ring_sane(&r));
	r.first = 4;
	CHECK(!gw_ring_sane(&r));
	gw_ring_init(&r, at, 3);
	CHECK(!gw_ring_sane(&r));
}

/* A reader that is away now and then gets all but what is counted as lost, in order, once. */
static void test_reader(void)
{
	struct gw_record rec = { };
	const struct gw_record *next;
	u64 seen = 0, nr_seen = 0, gaps = 0;
	struct gw_ring r;
	u32 i;

	gw_ring_init(&r, at, 4);
	for (i = 0; i < 100000; i++) {
		if (roll() % 2) {
			rec.job = r.next;
			gw_ring_put(&r, &rec);
		} else if ((next = gw_ring_after(&r, seen))) {
			CHECK(next->seq > seen && next->job == next->seq);
			gaps += next->seq - seen - 1;
			seen = next->seq;
			nr_seen++;
			if (roll() % 2)
				gw_ring_ack(&r, seen);
		}
		CHECK(gw_ring_sane(&r));
	}
	CHECK(nr_seen + gaps == seen && gaps <= r.nr_lost && gaps && nr_seen > 10000);
}

static const struct ktap_test tests[] = {
	{ "usage: numbers of 128 bits", test_wide },
	{ "usage: each state counts as what it is", test_states },
	{ "usage: all memory for a month", test_month_of_all_memory },
	{ "usage: the parts add up to the whole", test_split },
	{ "usage: sums of sums", test_merge },
	{ "usage: damage is seen", test_insane },
	{ "usage: records are numbered, kept, counted when lost", test_ring },
	{ "usage: a reader misses nothing but what is counted", test_reader },
};

KTAP_MAIN(tests)
