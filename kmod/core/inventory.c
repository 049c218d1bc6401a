// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board: grants in force on GPUs, and the sums of them.
 * Owns the books only. Must not choose GPUs (place does) nor know who waits (queue does).
 */
#include "core/inventory.h"

#include <linux/limits.h>

void gw_board_init(struct gw_board *b, struct gw_offer *offers, u32 nr)
{
	u32 i;

	b->offers = offers;
	b->nr = nr;
	b->holds_back = false;
	for (i = 0; i < nr; i++) {
		offers[i] = (struct gw_offer){ .numa = -1, .least_bytes = U64_MAX };
		INIT_LIST_HEAD(&offers[i].holds);
	}
	gw_board_link(b);
}

/* The name of the domain of @o, 0 when it is in none that is known. */
static u64 domain(const struct gw_offer *o, u32 near)
{
	if (o->use == GW_OFFER_ABSENT)
		return 0;
	if (near == GW_NEAR_NVLINK)
		return o->nvlink;
	if (near == GW_NEAR_PCIE)
		return o->pcie;
	return o->numa < 0 ? 0 : 1 + (u64)o->numa;
}

static u32 lead_of(const struct gw_board *b, u32 i, u32 near)
{
	u64 mine = domain(&b->offers[i], near);
	u32 j;

	if (!mine)
		return GW_NO_LEAD;
	for (j = 0; domain(&b->offers[j], near) != mine; j++)
		;
	return j;
}

void gw_board_link(struct gw_board *b)
{
	u32 i, near;

	for (i = 0; i < b->nr; i++)
		for (near = 0; near < GW_NR_NEAR; near++)
			b->offers[i].lead[near] = lead_of(b, i, near);
}

void gw_grant_init(struct gw_grant *g)
{
	*g = (struct gw_grant){ };
	INIT_LIST_HEAD(&g->victim_link);
}

/* What hangs on all the holds of a GPU; few are on one. */
static void sum_up(struct gw_offer *o)
{
	const struct gw_hold *h;

	o->nr_holds = 0;
	o->nr_dedicated = 0;
	o->placed_bytes = 0;
	o->kept_bytes = 0;
	o->least_bytes = U64_MAX;
	list_for_each_entry(h, &o->holds, link) {
		u64 bytes = h->grant->ask.bytes_per_gpu;

		o->nr_holds++;
		o->nr_dedicated += h->grant->ask.is_dedicated;
		o->placed_bytes += bytes;
		if (h->grant->is_kept)
			o->kept_bytes += bytes;
		else if (bytes < o->least_bytes)
			o->least_bytes = bytes;
	}
}

void gw_board_take(struct gw_board *b, struct gw_grant *g, const struct gw_ask *ask,
		   const u32 *gpus, u64 now_ns)
{
	u32 i;

	g->ask = *ask;
	g->since_ns = now_ns;
	g->nr = ask->nr_gpus;
	g->is_going = false;
	for (i = 0; i < g->nr; i++)
		g->holds[i] = (struct gw_hold){ .grant = g, .gpu = gpus[i] };
	gw_board_lay(b, g);
}

void gw_board_lay(struct gw_board *b, struct gw_grant *g)
{
	u32 i;

	for (i = 0; i < g->nr; i++) {
		struct gw_offer *o = &b->offers[g->holds[i].gpu];

		list_add_tail(&g->holds[i].link, &o->holds);
		sum_up(o);
	}
}

void gw_board_lift(struct gw_board *b, struct gw_grant *g)
{
	u32 i;

	for (i = 0; i < g->nr; i++) {
		list_del_init(&g->holds[i].link);
		sum_up(&b->offers[g->holds[i].gpu]);
	}
}

void gw_board_give(struct gw_board *b, struct gw_grant *g)
{
	gw_board_lift(b, g);
	g->nr = 0;
	g->is_going = false;
	g->is_tried = false;
}

void gw_board_keep(struct gw_board *b, struct gw_grant *g, bool is_kept)
{
	u32 i;

	g->is_kept = is_kept;
	for (i = 0; i < g->nr; i++)
		sum_up(&b->offers[g->holds[i].gpu]);
}

static bool hold_is_sane(const struct gw_offer *o, u32 gpu, const struct gw_hold *h)
{
	const struct gw_grant *g = h->grant;
	const struct gw_hold *other;

	if (h->gpu != gpu || h < g->holds || h >= g->holds + g->nr)
		return false;
	list_for_each_entry(other, &o->holds, link) {
		if (other != h && other->grant == g)
			return false;
		if (g->ask.is_dedicated && other->grant->ask.vm != g->ask.vm)
			return false;
	}
	return true;
}

static bool offer_is_sane(const struct gw_offer *o, u32 gpu)
{
	u64 placed = 0, kept = 0, least = U64_MAX;
	u32 nr = o->nr_holds, dedicated = 0;
	const struct gw_hold *h;

	list_for_each_entry(h, &o->holds, link) {
		u64 bytes = h->grant->ask.bytes_per_gpu;

		if (!nr-- || !hold_is_sane(o, gpu, h) || bytes > U64_MAX - placed)
			return false;
		placed += bytes;
		dedicated += h->grant->ask.is_dedicated;
		if (h->grant->is_kept)
			kept += bytes;
		else if (bytes < least)
			least = bytes;
	}
	return !nr && placed == o->placed_bytes && kept == o->kept_bytes &&
	       dedicated == o->nr_dedicated && least == o->least_bytes && placed <= gw_offer_room(o) &&
	       (o->use != GW_OFFER_ABSENT || !o->nr_holds);
}

bool gw_board_sane(const struct gw_board *b)
{
	u32 i;

	for (i = 0; i < b->nr; i++)
		if (!offer_is_sane(&b->offers[i], i))
			return false;
	return true;
}
