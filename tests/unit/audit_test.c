// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two books compared: rows of an imagined driver and an imagined ledger.
 * Owns a naive sum to compare with.
 */
#include "core/audit.h"

#include <stdlib.h>

#include "ktap.h"

#define MAX 64

static struct gw_audit_row rows[MAX];

static void sort_by(u32 nr, int (*how)(const void *, const void *))
{
	qsort(rows, nr, sizeof(*rows), how);
}

/* One job with a row of each process: the sum on each GPU, by going through all of them. */
static void naive(const struct gw_audit_row *all, u32 nr, u64 job, u32 minor,
		  struct gw_audit_sum *sum)
{
	u32 i;

	*sum = (struct gw_audit_sum){ 0 };
	for (i = 0; i < nr; i++) {
		if (all[i].job != job || all[i].minor != minor)
			continue;
		sum->nr++;
		sum->known += all[i].known;
		sum->truth += all[i].truth;
		sum->excess += all[i].truth > all[i].known ? all[i].truth - all[i].known : 0;
	}
}

static void test_sums(void)
{
	struct gw_audit_sum sum, want;
	u32 round, i, nr, at, seen;

	srand(1);
	for (round = 0; round < 2000; round++) {
		nr = rand() % MAX;
		for (i = 0; i < nr; i++)
			rows[i] = (struct gw_audit_row){
				.job = 1 + rand() % 4, .pid = i, .minor = rand() % 3,
				.known = rand() % 100, .truth = rand() % 100,
			};
		sort_by(nr, gw_audit_by_job);
		for (at = 0, seen = 0; gw_audit_next(rows, nr, &at, &sum); seen += sum.nr) {
			naive(rows, nr, sum.first->job, sum.first->minor, &want);
			CHECK(sum.nr == want.nr && sum.known == want.known);
			CHECK(sum.truth == want.truth && sum.excess == want.excess);
		}
		CHECK_SAY(seen == nr, "(%u of %u)", seen, nr);
	}
}

/* One that has less than is known of it hides nothing of another's. */
static void test_no_set_off(void)
{
	struct gw_audit_sum sum;
	u32 at = 0;

	rows[0] = (struct gw_audit_row){ .job = 1, .pid = 1, .known = 100, .truth = 0 };
	rows[1] = (struct gw_audit_row){ .job = 1, .pid = 2, .known = 0, .truth = 60 };
	CHECK(gw_audit_next(rows, 2, &at, &sum));
	CHECK(sum.known == 100 && sum.truth == 60 && sum.excess == 60);
	CHECK(!gw_audit_next(rows, 2, &at, &sum));
}

/* A process on two accelerators, or known twice on one. */
static void test_merge(void)
{
	rows[0] = (struct gw_audit_row){ .job = 7, .pid = 2, .minor = 0, .known = 10 };
	rows[1] = (struct gw_audit_row){ .job = 0, .pid = 2, .minor = 0, .known = 5 };
	rows[2] = (struct gw_audit_row){ .job = 7, .pid = 2, .minor = 1, .known = 3 };
	rows[3] = (struct gw_audit_row){ .job = 9, .pid = 1, .minor = 0, .known = 1 };
	rows[4] = (struct gw_audit_row){ .job = 3, .pid = 2, .minor = 0, .known = ~0ull };
	sort_by(5, gw_audit_by_process);
	CHECK(gw_audit_merge(rows, 5) == 3);
	CHECK(rows[0].pid == 1 && rows[0].known == 1 && rows[0].job == 9);
	CHECK(rows[1].pid == 2 && rows[1].job == 7 && rows[1].known == ~0ull);
	CHECK(rows[2].minor == 1 && rows[2].known == 3);
	CHECK(!gw_audit_merge(rows, 0));
}

/* Those without a job are told apart by their accelerator. */
static void test_no_job(void)
{
	struct gw_audit_sum sum;
	u32 at = 0, nr = 0;

	rows[0] = (struct gw_audit_row){ .vm = 1, .accel = 0, .truth = ~0ull };
	rows[1] = (struct gw_audit_row){ .vm = 1, .accel = 1, .truth = 2 };
	rows[2] = (struct gw_audit_row){ .vm = 2, .accel = 0, .truth = 3 };
	rows[3] = (struct gw_audit_row){ .vm = 2, .accel = 0, .truth = ~0ull, .known = ~0ull };
	while (gw_audit_next(rows, 4, &at, &sum))
		nr++;
	CHECK_SAY(nr == 3, "(%u)", nr);
	CHECK(sum.nr == 2 && sum.truth == ~0ull && sum.excess == 3);
}

#define LEFT(s, p, m, b, t) { .serial = s, .vm = 1, .accel = 0, .pid = p, .minor = m, .bytes = b, .since_ns = t }

static void test_lasting(void)
{
	const struct gw_audit_left before[] = {
		LEFT(3, 30, 0, 50, 10), LEFT(3, 30, 1, 60, 10), LEFT(5, 50, 0, 5, 9), LEFT(7, 70, 0, 7, 20),
		LEFT(9, 90, 1, ~0ull, 11),
	};
	struct gw_audit_left now[] = {
		LEFT(2, 20, 0, 99, 1),		/* was not there before */
		LEFT(3, 30, 0, 40, 10), LEFT(3, 30, 1, 70, 10),
		LEFT(5, 50, 0, 6, 9), LEFT(5, 50, 1, 6, 9),	/* the second was not */
		LEFT(7, 70, 0, 7, 20),		/* has time yet */
		LEFT(9, 90, 1, ~0ull, 11),
	};

	CHECK(gw_audit_lasting(now, 7, before, 5, 19) == 2);
	/* Of each the least that was seen; who went first stands for them. */
	CHECK(now[0].minor == 0 && now[0].bytes == 45 && now[0].nr == 2);
	CHECK(now[0].pid == 50 && now[0].since_ns == 9);
	CHECK(now[1].minor == 1 && now[1].bytes == ~0ull && now[1].nr == 2 && now[1].pid == 30);
}

/* Other accelerators' are others' sums; the last instant counts; nothing comes of nothing. */
static void test_lasting_edges(void)
{
	struct gw_audit_left now[3] = { LEFT(1, 1, 0, 1, 5), LEFT(2, 2, 0, 1, 5), LEFT(3, 3, 0, 1, 5) };
	struct gw_audit_left before[3];

	now[1].accel = 1;
	now[2].vm = 2;
	__builtin_memcpy(before, now, sizeof(now));
	CHECK(!gw_audit_lasting(now, 3, before, 3, 4));
	CHECK(!gw_audit_lasting(now, 3, before, 0, 5));
	CHECK(!gw_audit_lasting(now, 0, before, 3, 5));
	CHECK(gw_audit_lasting(now, 3, before, 3, 5) == 3);
	CHECK(now[0].nr == 1 && now[1].nr == 1 && now[2].nr == 1 && now[2].vm == 2);
}

static const struct ktap_test tests[] = {
	{ "audit: sums by job and GPU", test_sums },
	{ "audit: less of one is not more of another", test_no_set_off },
	{ "audit: one row for each process", test_merge },
	{ "audit: processes without a job", test_no_job },
	{ "audit: what is left for good", test_lasting },
	{ "audit: by accelerator, and in time", test_lasting_edges },
};

KTAP_MAIN(tests)
