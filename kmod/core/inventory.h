/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The board: what each GPU of the host can give, and the grants that are in force on it.
 * Pure: the caller brings memory, identity and the lock, and says what an admin decided.
 */
#ifndef _GW_CORE_BOARD_H
#define _GW_CORE_BOARD_H

#include <linux/list.h>
#include <linux/types.h>

#define GW_GRANT_GPUS 16	/* GPUs that one grant may span */
#define GW_ANY_GROUP (~0ULL)
#define GW_NO_LEAD (~0U)

/**
 * struct gw_ask - What one accelerator asks of the board
 * @nr_gpus: GPUs wanted, all or nothing
 * @vm: whose it is
 * @bytes_per_gpu: memory wanted on each
 * @groups: GPU groups allowed, a bit each
 * @is_dedicated: no GPU of it may be shared with another VM
 */
struct gw_ask {
	u32 nr_gpus;
	u32 vm;
	u64 bytes_per_gpu;
	u64 groups;
	bool is_dedicated;
};

/** struct gw_hold - One grant's part on one GPU */
struct gw_hold {
	struct list_head link;		/* gw_offer.holds */
	struct gw_grant *grant;
	u32 gpu;			/* index on the board */
	bool is_picked;			/* scratch of core/evict */
};

struct gw_want;

/**
 * struct gw_grant - A placement in force; lives in the caller's accelerator
 * @ask: what was asked when it was granted
 * @since_ns: when, as the caller told
 * @nr: GPUs it has, 0 while it is not in force
 * @is_kept: reserved: stays while idle, so nobody can count on its leaving
 * @is_evictable: may be ended for a want that would start then (the caller says so)
 * @is_going: its end was asked for already (the caller says so)
 * @is_marked: scratch of core/evict
 * @is_tried: scratch of core/evict: of a want that waits, on the board for a look only
 * @victim_link: in the list that core/evict returns
 * @victim_of: set by core/evict with it: the want for which it was named
 * @holds: its parts
 */
struct gw_grant {
	struct gw_ask ask;
	u64 since_ns;
	u32 nr;
	bool is_kept;
	bool is_evictable;
	bool is_going;
	bool is_marked;
	bool is_tried;
	struct list_head victim_link;
	struct gw_want *victim_of;
	struct gw_hold holds[GW_GRANT_GPUS];
};

/**
 * enum gw_offer_use - What may be placed on a GPU now
 * @GW_OFFER_ABSENT: there is no such GPU
 * @GW_OFFER_READY: grants
 * @GW_OFFER_BUSY: none, but soon again: it is being cleaned
 * @GW_OFFER_DRAINED: none until an admin returns it
 * @GW_OFFER_QUARANTINED: none until somebody has looked at it
 */
enum gw_offer_use {
	GW_OFFER_ABSENT = 0,
	GW_OFFER_READY,
	GW_OFFER_BUSY,
	GW_OFFER_DRAINED,
	GW_OFFER_QUARANTINED,
};

/* Ways in which GPUs are near to each other, nearest first. */
enum gw_near {
	GW_NEAR_NVLINK = 0,
	GW_NEAR_PCIE,
	GW_NEAR_NUMA,
	GW_NR_NEAR,
};

/**
 * struct gw_offer - One GPU
 * @use: enum gw_offer_use
 * @groups: the groups it is in, a bit each
 * @total_bytes: its memory
 * @reserve_bytes: of it, what no grant gets since the driver takes it
 * @nvlink: its NVLink domain, 0 when it has none or it is unknown
 * @pcie: its PCIe switch, 0 when unknown
 * @numa: its NUMA node, -1 when unknown
 * @holds: parts of grants on it
 * @nr_holds: length of @holds
 * @nr_dedicated: of these, those of dedicated VMs
 * @placed_bytes: their sum
 * @kept_bytes: of these, what is kept while idle
 * @least_bytes: the smallest that is not kept, U64_MAX when there is none
 * @lead: per enum gw_near, the first GPU of the same domain, GW_NO_LEAD when unknown
 * @spare_bytes: scratch of core/queue: what may be taken of it without delaying those ahead
 * @is_contested: scratch of core/queue: somebody ahead could get it
 * @oldest_ns: scratch of core/evict
 * @cost: scratch of core/evict
 * @order: scratch of core/placement, as the next three
 * @count: of its domain, GPUs that fit
 * @first: of these, the lowest index
 * @left_bytes: of these, the sum of what would be left over
 *
 * The caller sets the fields from @use to @numa, then calls gw_board_link() and serves the
 * queue. All others are the board's own.
 */
struct gw_offer {
	u32 use;
	u64 groups;
	u64 total_bytes;
	u64 reserve_bytes;
	u32 nvlink;
	u32 pcie;
	s32 numa;

	struct list_head holds;
	u32 nr_holds;
	u32 nr_dedicated;
	u64 placed_bytes;
	u64 kept_bytes;
	u64 least_bytes;
	u32 lead[GW_NR_NEAR];

	u64 spare_bytes;
	bool is_contested;
	u64 oldest_ns;
	u32 cost;
	u32 order;
	u32 count;
	u32 first;
	u64 left_bytes;
};

/**
 * struct gw_board - All GPUs of the host
 * @offers: the caller's array, one per GPU, with holes where GW_OFFER_ABSENT
 * @nr: its length
 * @holds_back: scratch of core/queue: @spare_bytes and @is_contested are in force
 */
struct gw_board {
	struct gw_offer *offers;
	u32 nr;
	bool holds_back;
};

/** gw_board_init() - Make @b a board of @nr absent GPUs in @offers */
void gw_board_init(struct gw_board *b, struct gw_offer *offers, u32 nr);

/** gw_board_link() - The GPUs or their domains have changed. Quadratic in GPUs */
void gw_board_link(struct gw_board *b);

/** gw_grant_init() - Make @g not in force, with all marks off */
void gw_grant_init(struct gw_grant *g);

/**
 * gw_board_take() - Put a grant in force
 * @b: the board
 * @g: the grant, not in force; @g->is_kept is the caller's
 * @ask: what it gets, as chosen by gw_place_choose() with nothing changed since
 * @gpus: the indices chosen, @ask->nr_gpus of them, at most GW_GRANT_GPUS
 * @now_ns: for @g->since_ns
 */
void gw_board_take(struct gw_board *b, struct gw_grant *g, const struct gw_ask *ask,
		   const u32 *gpus, u64 now_ns);

/** gw_board_give() - End a grant; harmless when it is not in force. Serve the queue afterwards */
void gw_board_give(struct gw_board *b, struct gw_grant *g);

/** gw_board_lift() - As if @g had left, for a look at the board: gw_board_lay() puts it back */
void gw_board_lift(struct gw_board *b, struct gw_grant *g);

/** gw_board_lay() - Undo gw_board_lift() */
void gw_board_lay(struct gw_board *b, struct gw_grant *g);

/** gw_board_keep() - Set whether @g stays while idle; in force or not */
void gw_board_keep(struct gw_board *b, struct gw_grant *g, bool is_kept);

/** gw_offer_room() - What grants together may have of it */
static inline u64 gw_offer_room(const struct gw_offer *o)
{
	return o->total_bytes > o->reserve_bytes ? o->total_bytes - o->reserve_bytes : 0;
}

/** gw_offer_free() - Of these, what none has */
static inline u64 gw_offer_free(const struct gw_offer *o)
{
	return gw_offer_room(o) > o->placed_bytes ? gw_offer_room(o) - o->placed_bytes : 0;
}

/** gw_board_sane() - Do sums and holds agree, is nothing oversubscribed or shared against rules? */
bool gw_board_sane(const struct gw_board *b);

#endif /* _GW_CORE_BOARD_H */
