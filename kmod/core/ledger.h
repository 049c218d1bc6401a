/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The account of one accelerator: bytes of video memory on each of its placed GPUs, against a
 * limit. Pure: the caller brings the lock, and remembers what it charged for which thing.
 */
#ifndef _GW_CORE_LEDGER_H
#define _GW_CORE_LEDGER_H

#include <linux/types.h>

#define GW_LEDGER_SLOTS 16

/**
 * struct gw_ledger_slot - The account on one placed GPU
 * @limit: quota in bytes
 * @used: charged now
 * @peak: highest @used since the GPU was placed
 * @over: the most by which @used was beyond @limit since the GPU was placed, for a good reason:
 *	the driver rounded a request up to more than had been charged for it, or limits were
 *	resumed while more was used
 * @is_placed: is there a GPU in this slot?
 */
struct gw_ledger_slot {
	u64 limit;
	u64 used;
	u64 peak;
	u64 over;
	bool is_placed;
};

/**
 * struct gw_ledger - The account of one accelerator
 * @slots: one per GPU of the placement
 * @is_unlimited: everything is counted and nothing is refused; to be shown wherever the
 *	account is shown
 */
struct gw_ledger {
	struct gw_ledger_slot slots[GW_LEDGER_SLOTS];
	bool is_unlimited;
};

/**
 * struct gw_ledger_view - What a tenant sees of one GPU; @used + @free is @total, always
 * @total: its quota
 * @used: charged of it
 * @free: left of it
 */
struct gw_ledger_view {
	u64 total;
	u64 used;
	u64 free;
};

/** gw_ledger_init() - Make @l empty: no GPU placed, limits in force */
void gw_ledger_init(struct gw_ledger *l);

/**
 * gw_ledger_place() - Open the account of the GPU in @slot
 * @l: the ledger
 * @slot: 0 to GW_LEDGER_SLOTS - 1
 * @limit: quota in bytes
 *
 * Return: 0; -EINVAL no such slot; -EEXIST it has a GPU already.
 */
int gw_ledger_place(struct gw_ledger *l, u32 slot, u64 limit);

/**
 * gw_ledger_unplace() - Close the account of the GPU in @slot
 * @l: the ledger
 * @slot: which
 *
 * Return: 0; -EINVAL no GPU there; -EBUSY something is still charged: the GPU must not be
 * given to anybody else.
 */
int gw_ledger_unplace(struct gw_ledger *l, u32 slot);

/**
 * gw_ledger_charge() - Take @bytes of the quota, before the driver is asked for them
 * @l: the ledger
 * @slot: which GPU
 * @bytes: any number; 0 is always granted
 *
 * Return: 0; -EINVAL no GPU there; -EDQUOT more than is left, or more than can be counted
 * when unlimited. The ledger is unchanged on failure.
 */
int gw_ledger_charge(struct gw_ledger *l, u32 slot, u64 bytes);

/**
 * gw_ledger_uncharge() - Give @bytes back
 * @l: the ledger
 * @slot: which GPU
 * @bytes: what was charged, or a part of it
 *
 * Return: 0; -EINVAL no GPU there; -ERANGE more than is charged in all. The last two are bugs
 * of the caller; the ledger is unchanged then.
 */
int gw_ledger_uncharge(struct gw_ledger *l, u32 slot, u64 bytes);

/**
 * gw_ledger_settle() - Put what the driver took in place of what was charged for it
 * @l: the ledger
 * @slot: which GPU
 * @charged: given to gw_ledger_charge() before the call
 * @real: what the driver says it took
 *
 * The memory is taken already, so it counts even beyond the limit: see gw_ledger_slot.over.
 *
 * Return: 0, and @real is what to uncharge later; -EINVAL no GPU there; -ERANGE @charged is
 * more than is charged in all; -EOVERFLOW @real can not be counted, so it is no size: the
 * ledger is unchanged then and @charged stays what to uncharge later.
 */
int gw_ledger_settle(struct gw_ledger *l, u32 slot, u64 charged, u64 real);

/**
 * gw_ledger_set_limit() - Change the quota on one GPU; in force at once
 * @l: the ledger
 * @slot: which GPU
 * @limit: in bytes
 *
 * Return: 0; -EINVAL no GPU there; -EBUSY lower than it was, and less than is used.
 */
int gw_ledger_set_limit(struct gw_ledger *l, u32 slot, u64 limit);

/**
 * gw_ledger_set_unlimited() - Stop or resume to refuse; in force at once
 * @l: the ledger
 * @is_unlimited: count only?
 *
 * Where more than the limit is used when limits are resumed, it stays so, and no more is granted.
 */
void gw_ledger_set_unlimited(struct gw_ledger *l, bool is_unlimited);

/** gw_ledger_left() - The most that a charge on @slot can take now; 0 where no GPU is */
u64 gw_ledger_left(const struct gw_ledger *l, u32 slot);

/** gw_ledger_room() - What is left of the limit, were it in force; 0 where no GPU is */
u64 gw_ledger_room(const struct gw_ledger *l, u32 slot);

/**
 * gw_ledger_view() - What the tenant is shown of the GPU in @slot
 * @l: the ledger
 * @slot: which; where no GPU is, all three are 0
 * @gpu_bytes: what the GPU really has: no tenant sees more, an unlimited one sees this
 * @v: result
 */
void gw_ledger_view(const struct gw_ledger *l, u32 slot, u64 gpu_bytes,
		    struct gw_ledger_view *v);

/** gw_ledger_is_zero() - Is nothing charged on any GPU? */
bool gw_ledger_is_zero(const struct gw_ledger *l);

/** gw_ledger_sane() - Do use, peak, limit and what went beyond it agree? */
bool gw_ledger_sane(const struct gw_ledger *l);

#endif /* _GW_CORE_LEDGER_H */
