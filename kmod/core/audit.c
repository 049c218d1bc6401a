// SPDX-License-Identifier: GPL-2.0-only
/* Two books compared. Owns the arithmetic. Must not know whose they are, nor judge. */
#include "audit.h"

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
