// SPDX-License-Identifier: GPL-2.0-only
/* Two books compared. Owns the arithmetic. Must not know whose they are, nor judge. */
#include "core/audit.h"

static int order(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static u64 add(u64 a, u64 b)
{
	return a + b < a ? ~0ull : a + b;
}

int gw_audit_by_process(const void *va, const void *vb)
{
	const struct gw_audit_row *a = va, *b = vb;

	return order(a->pid, b->pid) ?: order(a->minor, b->minor) ?: order(a->job, b->job);
}

int gw_audit_by_job(const void *va, const void *vb)
{
	const struct gw_audit_row *a = va, *b = vb;
	int ret = order(a->job, b->job);

	if (!ret && !a->job)
		ret = order(a->vm, b->vm) ?: order(a->accel, b->accel);
	return ret ?: order(a->minor, b->minor);
}

static bool is_same_process(const struct gw_audit_row *a, const struct gw_audit_row *b)
{
	return a->pid == b->pid && a->minor == b->minor;
}

u32 gw_audit_merge(struct gw_audit_row *rows, u32 nr)
{
	u32 i, kept = 0;
	u64 known;

	for (i = 0; i < nr; i++) {
		known = rows[i].known;
		if (kept && is_same_process(&rows[kept - 1], &rows[i]))
			known = add(rows[--kept].known, known);
		rows[kept] = rows[i];
		rows[kept++].known = known;
	}
	return kept;
}

bool gw_audit_next(const struct gw_audit_row *rows, u32 nr, u32 *at, struct gw_audit_sum *sum)
{
	const struct gw_audit_row *r;

	if (*at >= nr)
		return false;
	*sum = (struct gw_audit_sum){ .first = &rows[*at] };
	for (; *at < nr && !gw_audit_by_job(sum->first, &rows[*at]); ++*at) {
		r = &rows[*at];
		sum->nr++;
		sum->known = add(sum->known, r->known);
		sum->truth = add(sum->truth, r->truth);
		if (r->truth > r->known)
			sum->excess = add(sum->excess, r->truth - r->known);
	}
	return true;
}

static int by_serial(const struct gw_audit_left *a, const struct gw_audit_left *b)
{
	return order(a->serial, b->serial) ?: order(a->minor, b->minor);
}

/* To the sum of its accelerator and GPU among the first @nr; returns how many there are then. */
static u32 add_left(struct gw_audit_left *sums, u32 nr, struct gw_audit_left row)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (sums[i].vm == row.vm && sums[i].accel == row.accel &&
		    sums[i].minor == row.minor)
			break;
	if (i == nr) {
		row.nr = 1;
		sums[nr] = row;
		return nr + 1;
	}
	sums[i].nr++;
	sums[i].bytes = add(sums[i].bytes, row.bytes);
	if (row.since_ns < sums[i].since_ns) {
		sums[i].since_ns = row.since_ns;
		sums[i].pid = row.pid;
	}
	return nr;
}

u32 gw_audit_lasting(struct gw_audit_left *now, u32 nr, const struct gw_audit_left *before,
		     u32 nr_before, u64 until_ns)
{
	struct gw_audit_left row;
	u32 i, j = 0, kept = 0;

	for (i = 0; i < nr; i++) {
		row = now[i];
		while (j < nr_before && by_serial(&before[j], &row) < 0)
			j++;
		if (j == nr_before)
			break;
		if (by_serial(&before[j], &row) || row.since_ns > until_ns)
			continue;
		row.bytes = row.bytes < before[j].bytes ? row.bytes : before[j].bytes;
		kept = add_left(now, kept, row);
	}
	return kept;
}
