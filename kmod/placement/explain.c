// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where an accelerator stands in the pool, for people: what it wants, what each GPU has against
 * it, what would have to change. Looks only; the rules are core/placement's and core/schedule's.
 */
#include "reclaim/evict.h"
#include "placement/pool_priv.h"

/* The words for people are those of the core. */
static_assert((int)GPUWARD_REASON_ABSENT == GW_WHY_ABSENT);
static_assert((int)GPUWARD_REASON_TOO_FULL == GW_WHY_TOO_FULL);
static_assert((int)GPUWARD_REASON_CHOSEN == GW_WHY_CHOSEN);
static_assert((int)GPUWARD_TOPOLOGY_NONE == GW_NR_NEAR);

/* What those GPUs lack that are nearest to being its own, and who is on them. */
static void sum_up(const struct gw_reason *reasons, int ret, struct gw_place_info *info)
{
	u32 i, limit = ret == -ENOSPC ? GW_WHY_BUSY : GW_WHY_FITS;

	for (i = 0; i < GW_MAX_MINOR; i++) {
		if (reasons[i].why < limit)
			info->why = max(info->why, reasons[i].why);
		if (reasons[i].why >= GW_WHY_BUSY && reasons[i].why <= GW_WHY_TOO_FULL)
			info->nr_holders += gw_gpu_find(i)->nr_placed;
	}
	if (!ret)
		info->why = info->position ? GW_WHY_HELD_BACK : GW_WHY_FITS;
}

u32 gw_place_position(const struct gw_accel *a)
{
	lockdep_assert_held(&gw_pool_lock);
	return gw_queue_position(&gw_pool.queue, &a->want);
}

void gw_place_look(struct gw_accel *a, struct gw_place_info *info, struct gw_reason *reasons)
{
	static struct gw_reason scratch[GW_MAX_MINOR];	/* pool lock */
	struct gw_want *w = &a->want;
	int ret = 0;

	mutex_lock(&gw_pool_lock);
	*info = (struct gw_place_info){
		.position = gw_queue_position(&gw_pool.queue, w),
		.class = w->ask.is_dedicated ? GPUWARD_CLASS_DEDICATED : w->class,
		.priority = w->queued ? w->priority : a->priority,
		.nr_gpus = w->ask.nr_gpus,
		.bytes_per_gpu = w->ask.bytes_per_gpu,
		.has_groups = w->ask.groups,
	};
	w->ask.vm = a->vm->id;
	if (!gw_pool.board.nr)		/* no GPU was ever declared */
		gw_board_init(&gw_pool.board, gw_pool.offers, GW_MAX_MINOR);
	/* One that would come now stands at the end; those who can never be served hold up nobody. */
	if (!a->is_placed || reasons)	/* in a dump of those who run nobody asks */
		ret = !a->is_placed && gw_pool.queue.nr ?
			      gw_serve_explain(&gw_pool.queue, &gw_pool.board, w, scratch) :
			      gw_place_explain(&gw_pool.board, &w->ask, scratch);
	if (a->is_placed)
		info->outlook = GPUWARD_PLACEMENT_PLACED;
	else if (!gw_place_possible(&gw_pool.board, &w->ask))
		info->outlook = GPUWARD_PLACEMENT_NEVER;
	else if (ret == -ENOSPC)
		info->outlook = GPUWARD_PLACEMENT_NEEDS_GPUS;
	else
		info->outlook = ret || info->position ? GPUWARD_PLACEMENT_WAITS : GPUWARD_PLACEMENT_FITS;
	if (!a->is_placed) {
		sum_up(scratch, ret, info);
		gw_evict_for(a, info);
	}
	if (reasons)
		memcpy(reasons, scratch, sizeof(scratch));
	mutex_unlock(&gw_pool_lock);
}
