/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which GPUs for an ask, and why not the others. Pure: looks at the board, returns a choice;
 * putting it in force is gw_board_take().
 */
#ifndef _GW_CORE_PLACE_H
#define _GW_CORE_PLACE_H

#include "core/inventory.h"

/**
 * enum gw_why - What stands between an ask and one GPU; the first that holds, in this order
 * @GW_WHY_ABSENT: there is no such GPU
 * @GW_WHY_QUARANTINED: it is in quarantine
 * @GW_WHY_DRAINED: it is drained
 * @GW_WHY_GROUP: it is in none of the groups allowed
 * @GW_WHY_TOO_SMALL: its memory, less the driver's reserve, could never hold the ask
 * @GW_WHY_KEPT: reserved accelerators keep too much of it, or one keeps it that the ask can
 *	not share a GPU with
 * @GW_WHY_BUSY: it is being cleaned
 * @GW_WHY_DEDICATED: it is another VM's, and one of the two is dedicated
 * @GW_WHY_TOO_FULL: too little of it is free now
 * @GW_WHY_HELD_BACK: what is free of it is for those who wait ahead
 * @GW_WHY_FITS: nothing
 * @GW_WHY_TOO_FEW: nothing, but not enough others fit
 * @GW_WHY_OTHER: nothing, but others are tighter or nearer to each other
 * @GW_WHY_CHOSEN: it would be taken
 *
 * Those before GW_WHY_BUSY do not pass by waiting for others to leave. The last three come
 * from gw_place_explain() only, in place of GW_WHY_FITS.
 */
enum gw_why {
	GW_WHY_ABSENT = 0,
	GW_WHY_QUARANTINED,
	GW_WHY_DRAINED,
	GW_WHY_GROUP,
	GW_WHY_TOO_SMALL,
	GW_WHY_KEPT,
	GW_WHY_BUSY,
	GW_WHY_DEDICATED,
	GW_WHY_TOO_FULL,
	GW_WHY_HELD_BACK,
	GW_WHY_FITS,
	GW_WHY_TOO_FEW,
	GW_WHY_OTHER,
	GW_WHY_CHOSEN,
};

/**
 * struct gw_reason - Why a GPU is or is not taken, with figures
 * @why: enum gw_why
 * @near: for GW_WHY_CHOSEN with several GPUs: enum gw_near of what they share, GW_NR_NEAR
 *	when nothing
 * @wanted_bytes: what the ask wants on it
 * @room_bytes: what grants may have of it in all
 * @free_bytes: of these, what none has now
 * @kept_bytes: of these, what reserved accelerators keep
 */
struct gw_reason {
	u32 why;
	u32 near;
	u64 wanted_bytes;
	u64 room_bytes;
	u64 free_bytes;
	u64 kept_bytes;
};

/** gw_place_judge() - What stands between @ask and GPU @gpu now: enum gw_why */
u32 gw_place_judge(const struct gw_board *b, const struct gw_ask *ask, u32 gpu);

/** gw_ask_is_harder() - Is what @ask wants no less than what @other wants, in every way? */
bool gw_ask_is_harder(const struct gw_ask *ask, const struct gw_ask *other);

/** gw_ask_is_like() - Are GPUs shared by the one as by the other? */
bool gw_ask_is_like(const struct gw_ask *ask, const struct gw_ask *other);

/** gw_place_could() - Could GPU @gpu be given to @ask once others leave it, as it stands? */
bool gw_place_could(const struct gw_board *b, const struct gw_ask *ask, u32 gpu);

/**
 * gw_place_choose() - Choose GPUs for an ask
 * @b: the board; its scratch is used
 * @ask: what is wanted
 * @out: indices on the board, @ask->nr_gpus of them, written on success only, rising
 *
 * One GPU: the one with the smallest sufficient leftover, so that large holes stay; of equals
 * the lower index. Several: from one NVLink domain when one can give them all, else from one
 * PCIe switch, else from one NUMA node, else from anywhere; within it those with the smallest
 * leftover, of equals the lower index. Of several such domains the one that leaves the least
 * over in sum, of equals the one with the lowest index among what it would give. GPUs whose
 * domain is unknown are in none.
 *
 * Cost: linear in GPUs for one; n log n for several, and only when enough fit.
 *
 * Return: 0; -EAGAIN not now, but once others leave; -ENOSPC never on this host as it
 * stands (too few GPUs that are neither drained, of another group, too small nor kept);
 * -EINVAL no GPUs are asked for.
 */
int gw_place_choose(struct gw_board *b, const struct gw_ask *ask, u32 *out);

/** gw_place_possible() - Could an empty host do it, with no GPU drained or in quarantine? */
bool gw_place_possible(const struct gw_board *b, const struct gw_ask *ask);

/**
 * gw_place_explain() - Say for each GPU why it would or would not be taken now
 * @b: the board; its scratch is used
 * @ask: what is wanted
 * @out: an entry per GPU of the board
 *
 * Return: as gw_place_choose().
 */
int gw_place_explain(struct gw_board *b, const struct gw_ask *ask, struct gw_reason *out);

#endif /* _GW_CORE_PLACE_H */
