/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which GPUs for a want. Pure: takes a table of what each GPU offers, returns a choice;
 * reserving it is the caller's.
 */
#ifndef _GW_CORE_PLACE_H
#define _GW_CORE_PLACE_H

#include <linux/types.h>

/**
 * struct gw_offer - What one GPU offers to the want at hand
 * @minor: which GPU
 * @numa: its NUMA node, -1 when unknown
 * @total_bytes: memory that placements may ever use on it
 * @free_bytes: of these, not reserved now
 * @usable: may it be chosen (healthy, not drained)?
 */
struct gw_offer {
	u32 minor;
	s32 numa;
	u64 total_bytes;
	u64 free_bytes;
	bool usable;
};

/**
 * gw_place_choose() - Choose @nr_gpus GPUs with @bytes_per_gpu free on each
 * @offers: the table, each minor once
 * @nr_offers: its length
 * @nr_gpus: GPUs wanted, all or nothing
 * @bytes_per_gpu: memory wanted on each
 * @out: indices into @offers, @nr_gpus of them, written on success only, rising
 *
 * The smallest sufficient leftover goes first, so that large holes stay; of equals the
 * lower index. Several GPUs come from one NUMA node when one node can give them all, of
 * several such nodes from the one with the least leftover in sum.
 *
 * Return: 0; -EAGAIN not now, but once others leave; -ENOSPC never on this host as it
 * stands (too few usable GPUs that are large enough); -EINVAL @nr_gpus is 0.
 */
int gw_place_choose(const struct gw_offer *offers, u32 nr_offers, u32 nr_gpus,
		    u64 bytes_per_gpu, u32 *out);

#endif /* _GW_CORE_PLACE_H */
