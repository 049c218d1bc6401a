// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's answers about memory and processes, rewritten for a tenant.
 * Owns nothing. Must not show more of anything than the driver did, and must not fail: what can
 * not be told is 0.
 */
#include "nv/decode/view.h"

#include "core/bytes.h"
#include "nv/decode/abi.h"

/* The answer's own encoding: 32 bits of KiB. */
#define MOST_KIB 0xffffffffull

/**
 * struct view - What is shown instead
 * @total: quota in KiB
 * @free: left of it in KiB
 */
struct view {
	u32 total;
	u32 free;
};

static u32 number(const void *at)
{
	u32 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put(void *at, u32 v)
{
	memcpy(at, &v, sizeof(v));
}

static void lower(void *at, u32 most)
{
	if (number(at) > most)
		put(at, most);
}

static void lower_big(void *at, u64 most)
{
	u64 v;

	memcpy(&v, at, sizeof(v));
	if (v > most)
		memcpy(at, &most, sizeof(most));
}

static struct view view_of(const struct gw_ledger_view *m)
{
	u64 total, used;

	if (!m)
		return (struct view){ 0, 0 };
	total = m->total >> 10;
	if (total > MOST_KIB)
		total = MOST_KIB;
	used = (m->used >> 10) + !!(m->used & 1023);
	return (struct view){ (u32)total, used < total ? (u32)(total - used) : 0 };
}

/* --- memory ------------------------------------------------------------------------------- */

static void view_pair(u8 *pair, const struct view *v)
{
	switch (number(pair + NV2080_FB_INFO_INDEX)) {
	case NV_FB_RAM_SIZE:
	case NV_FB_TOTAL_RAM_SIZE:
	case NV_FB_HEAP_SIZE:
	case NV_FB_MAPPABLE_HEAP_SIZE:
	case NV_FB_USABLE_RAM_SIZE:
	case NV_FB_PROTECTED_TOTAL:
		lower(pair + NV2080_FB_INFO_DATA, v->total);
		break;
	case NV_FB_HEAP_FREE:
	case NV_FB_LARGEST_FREE:
	case NV_FB_PROTECTED_FREE:
		lower(pair + NV2080_FB_INFO_DATA, v->free);
		break;
	}
}

/* At most as many entries as there is room for. */
static void view_pairs(u8 *at, u32 len, u32 count, const struct view *v)
{
	u32 i;

	for (i = 0; i < count && i < len / NV2080_FB_INFO_STEP; i++)
		view_pair(at + i * NV2080_FB_INFO_STEP, v);
}

static void view_heap(u8 *outer, const struct view *v)
{
	lower_big(outer + NVOS32_TOTAL, (u64)v->total << 10);
	lower_big(outer + NVOS32_FREE, (u64)v->free << 10);
	lower_big(outer + NVOS32_INFO_SIZE, (u64)v->free << 10);
}

/* --- processes ---------------------------------------------------------------------------- */

/* Closes the gaps: a shorter list, and nothing of the others behind it. */
static void view_pid_list(u8 *list, u32 max, u8 *count_at, const struct gw_nv_looker *who)
{
	u32 count = number(count_at), i, kept = 0, pid;

	for (i = 0; i < count && i < max; i++) {
		pid = number(list + i * sizeof(pid));
		if (who->is_mine(who->context, pid))
			put(list + kept++ * sizeof(pid), pid);
	}
	memset(list + kept * sizeof(pid), 0, (max - kept) * sizeof(pid));
	put(count_at, kept);
}

/* The caller names the processes: another's has no memory, as one that does not exist. */
static void view_pid_info(u8 *nested, const struct gw_nv_looker *who)
{
	u32 count = number(nested + NV2080_PID_INFO_COUNT), i, pid;
	u8 *entry = nested + NV2080_PID_INFO_LIST;

	for (i = 0; i < count && i < NV2080_PID_INFO_MAX; i++, entry += NV2080_PID_INFO_STEP) {
		pid = number(entry + NV2080_PID_INFO_PID);
		if (who->is_mine(who->context, pid))
			continue;
		memset(entry + NV2080_PID_INFO_DATA, 0, NV2080_PID_INFO_DATA_SIZE);
		memset(entry + NV2080_PID_INFO_SMC, 0xff,
		       NV2080_PID_INFO_STEP - NV2080_PID_INFO_SMC);
	}
}

/* As the driver does for a process that it has no record of. */
static void view_acct_info(const struct gw_nv_effect *e, u8 *outer, u8 *nested,
			   const struct gw_nv_looker *who)
{
	if (who->is_mine(who->context, number(nested + NV0000_ACCT_INFO_PID)))
		return;
	memset(nested + NV0000_ACCT_INFO_DATA, 0, NV0000_ACCT_INFO_SIZE - NV0000_ACCT_INFO_DATA);
	gw_nv_fail(e, outer, GW_NV_OBJECT_NOT_FOUND);
}

/*
 * An engine in a sample: as when no process is active. A number that the driver could not translate
 * is that of another namespace, whatever it stands for in the caller's.
 */
static void view_engine(u8 *at, u32 step, const struct gw_nv_looker *who)
{
	u64 is_told = 0;

	if (step > NV2080_UTIL_PID_STRUCT) {
		memcpy(&is_told, at + NV2080_UTIL_PID_STRUCT, sizeof(is_told));
		memset(at + NV2080_UTIL_PID_STRUCT, 0, sizeof(is_told));	/* an address */
	}
	if (!(is_told && who->is_nested) &&
	    who->is_mine(who->context, number(at + NV2080_UTIL_PID)))
		return;
	put(at + NV2080_UTIL_BUSY, 0);
	put(at + NV2080_UTIL_PID, ~0u);
	put(at + NV2080_UTIL_GUEST_PID, ~0u);
	memset(at + NV2080_UTIL_GUEST_NAME, 0, NV2080_UTIL_STEP_535 - NV2080_UTIL_GUEST_NAME);
}

static void view_samples(u8 *nested, u32 len, const struct gw_nv_looker *who)
{
	u32 step = len == NV2080_UTIL_SIZE_570 ? NV2080_UTIL_STEP_570 : NV2080_UTIL_STEP_535;
	u32 size = (len - NV2080_UTIL_LIST) / NV2080_UTIL_MAX, i, at;

	for (i = 0; i < NV2080_UTIL_MAX; i++)
		for (at = NV2080_UTIL_ENGINES; at + step <= size; at += step)
			view_engine(nested + NV2080_UTIL_LIST + i * size + at, step, who);
}

/* --- all ------------------------------------------------------------------------------------ */

u32 gw_nv_view_list_wanted(const struct gw_nv_effect *e, const void *nested, u32 *at)
{
	u32 count;

	*at = NV2080_FB_INFO_PTR;
	if (e->act != GW_NV_VIEW || e->class != NV2080_CTRL_CMD_FB_GET_INFO || !nested)
		return 0;
	count = number((const u8 *)nested + NV2080_FB_INFO_COUNT);
	return count <= NV2080_FB_INFO_MAX ? count * NV2080_FB_INFO_STEP : 0;
}

static void view_control(const struct gw_nv_effect *e, u8 *outer, u8 *nested, u32 len,
			 const struct view *v, const struct gw_nv_looker *who)
{
	switch (e->class) {
	case NV2080_CTRL_CMD_FB_GET_INFO_V2:
		if (len > NV2080_FB_INFO_V2_LIST)
			view_pairs(nested + NV2080_FB_INFO_V2_LIST,
				   len - NV2080_FB_INFO_V2_LIST,
				   number(nested + NV2080_FB_INFO_COUNT), v);
		break;
	case NV2080_CTRL_CMD_GPU_GET_PIDS:
		if (len == NV2080_PIDS_SIZE)
			view_pid_list(nested + NV2080_PIDS_LIST, NV2080_PIDS_MAX,
				      nested + NV2080_PIDS_COUNT, who);
		break;
	case NV2080_CTRL_CMD_GPU_GET_PID_INFO:
		if (len == NV2080_PID_INFO_SIZE)
			view_pid_info(nested, who);
		break;
	case NV2080_CTRL_CMD_PERF_GET_UTIL_SAMPLES:
		if (len == NV2080_UTIL_SIZE_535 || len == NV2080_UTIL_SIZE_550 ||
		    len == NV2080_UTIL_SIZE_570)
			view_samples(nested, len, who);
		break;
	case NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS:
		if (len == NV0000_ACCT_PIDS_SIZE)
			view_pid_list(nested + NV0000_ACCT_PIDS_LIST, NV0000_ACCT_PIDS_MAX,
				      nested + NV0000_ACCT_PIDS_COUNT, who);
		break;
	case NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO:
		if (len == NV0000_ACCT_INFO_SIZE)
			view_acct_info(e, outer, nested, who);
		break;
	}
}

void gw_nv_view(const struct gw_nv_effect *e, void *outer, void *nested, u32 nested_len,
		void *list, u32 list_len, const struct gw_nv_looker *who)
{
	struct view v = view_of(who->memory);

	if (e->act != GW_NV_VIEW)
		return;
	if (e->class == NVOS32_FUNCTION_INFO)
		view_heap(outer, &v);
	else if (e->class == NV2080_CTRL_CMD_FB_GET_INFO && list)
		view_pairs(list, list_len, NV2080_FB_INFO_MAX, &v);
	else if (nested)
		view_control(e, outer, nested, nested_len, &v, who);
}
