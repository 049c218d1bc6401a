// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choice of GPUs: the smallest sufficient leftover, and several near to each other.
 * Owns the choice only: what is on the board and who may go first are others'.
 */
#include "core/placement.h"

#include <linux/errno.h>
#include <linux/limits.h>

/* May @ask share a GPU with @g? */
static bool may_share(const struct gw_ask *ask, const struct gw_grant *g)
{
	return ask->vm == g->ask.vm || (!ask->is_dedicated && !g->ask.is_dedicated);
}

static bool is_shareable(const struct gw_ask *ask, const struct gw_offer *o, bool only_kept)
{
	const struct gw_hold *h;

	if (!ask->is_dedicated && !o->nr_dedicated)
		return true;
	list_for_each_entry(h, &o->holds, link)
		if ((!only_kept || h->grant->is_kept) && !may_share(ask, h->grant))
			return false;
	return true;
}

/* What no leaving of others changes, GW_WHY_FITS when there is none. */
static u32 judge_ever(const struct gw_ask *ask, const struct gw_offer *o)
{
	u64 room = gw_offer_room(o);

	if (o->use == GW_OFFER_ABSENT)
		return GW_WHY_ABSENT;
	if (o->use == GW_OFFER_QUARANTINED)
		return GW_WHY_QUARANTINED;
	if (o->use == GW_OFFER_DRAINED)
		return GW_WHY_DRAINED;
	if (!(o->groups & ask->groups))
		return GW_WHY_GROUP;
	if (room < ask->bytes_per_gpu)
		return GW_WHY_TOO_SMALL;
	if (o->kept_bytes > room - ask->bytes_per_gpu ||
	    (o->kept_bytes && !is_shareable(ask, o, true)))
		return GW_WHY_KEPT;
	return GW_WHY_FITS;
}

u32 gw_place_judge(const struct gw_board *b, const struct gw_ask *ask, u32 gpu)
{
	const struct gw_offer *o = &b->offers[gpu];
	u32 why = judge_ever(ask, o);

	if (why != GW_WHY_FITS)
		return why;
	if (o->use == GW_OFFER_BUSY)
		return GW_WHY_BUSY;
	if (gw_offer_free(o) < ask->bytes_per_gpu)
		return is_shareable(ask, o, false) ? GW_WHY_TOO_FULL : GW_WHY_DEDICATED;
	if (!is_shareable(ask, o, false))
		return GW_WHY_DEDICATED;
	if (b->holds_back && (o->spare_bytes < ask->bytes_per_gpu ||
			      (ask->is_dedicated && o->is_contested)))
		return GW_WHY_HELD_BACK;
	return GW_WHY_FITS;
}

bool gw_ask_is_like(const struct gw_ask *ask, const struct gw_ask *other)
{
	return ask->is_dedicated == other->is_dedicated &&
	       (!ask->is_dedicated || ask->vm == other->vm);
}

bool gw_ask_is_harder(const struct gw_ask *ask, const struct gw_ask *other)
{
	return ask->nr_gpus >= other->nr_gpus && ask->bytes_per_gpu >= other->bytes_per_gpu &&
	       !(ask->groups & ~other->groups) && gw_ask_is_like(ask, other);
}

bool gw_place_could(const struct gw_board *b, const struct gw_ask *ask, u32 gpu)
{
	return judge_ever(ask, &b->offers[gpu]) == GW_WHY_FITS;
}

/* --- in which order, and from which domain -------------------------------------------------- */

/* Is GPU @x to be taken before @y? */
static bool goes_first(const struct gw_board *b, u32 x, u32 y)
{
	u64 mine = gw_offer_free(&b->offers[x]), other = gw_offer_free(&b->offers[y]);

	return mine < other || (mine == other && x < y);
}

/* The heap's entry at @at sinks to its place among the first @nr; the last to go is on top. */
static void sink(struct gw_board *b, u32 at, u32 nr)
{
	struct gw_offer *o = b->offers;
	u32 child, entry = o[at].order;

	for (; (child = 2 * at + 1) < nr; at = child) {
		if (child + 1 < nr && goes_first(b, o[child].order, o[child + 1].order))
			child++;
		if (!goes_first(b, entry, o[child].order))
			break;
		o[at].order = o[child].order;
	}
	o[at].order = entry;
}

/* Sorts the first @nr indices in offers[].order by goes_first(). */
static void sort_order(struct gw_board *b, u32 nr)
{
	u32 i, top;

	for (i = nr / 2; i-- > 0;)
		sink(b, i, nr);
	for (i = nr; i-- > 1;) {
		top = b->offers[0].order;
		b->offers[0].order = b->offers[i].order;
		b->offers[i].order = top;
		sink(b, 0, i);
	}
}

/* What each domain would give, noted at its first GPU. */
static void add_up_domains(struct gw_board *b, const struct gw_ask *ask, u32 near, u32 nr_fit)
{
	struct gw_offer *o, *lead;
	u64 left;
	u32 i;

	for (i = 0; i < b->nr; i++) {
		b->offers[i].count = 0;
		b->offers[i].first = U32_MAX;
		b->offers[i].left_bytes = 0;
	}
	for (i = 0; i < nr_fit; i++) {
		o = &b->offers[b->offers[i].order];
		if (o->lead[near] == GW_NO_LEAD)
			continue;
		lead = &b->offers[o->lead[near]];
		if (lead->count == ask->nr_gpus)
			continue;
		left = gw_offer_free(o) - ask->bytes_per_gpu;
		lead->left_bytes = left > U64_MAX - lead->left_bytes ? U64_MAX :
				   lead->left_bytes + left;
		lead->count++;
		if (b->offers[i].order < lead->first)
			lead->first = b->offers[i].order;
	}
}

/* First GPU of the domain that gives all with the least leftover, GW_NO_LEAD: none does. */
static u32 best_domain(struct gw_board *b, const struct gw_ask *ask, u32 near, u32 nr_fit)
{
	const struct gw_offer *o = b->offers;
	u32 i, best = GW_NO_LEAD;

	add_up_domains(b, ask, near, nr_fit);
	for (i = 0; i < b->nr; i++) {
		if (o[i].count != ask->nr_gpus)
			continue;
		if (best == GW_NO_LEAD || o[i].left_bytes < o[best].left_bytes ||
		    (o[i].left_bytes == o[best].left_bytes && o[i].first < o[best].first))
			best = i;
	}
	return best;
}

/* Puts @gpu into the rising row @out that has @nr already. */
static void add_rising(u32 *out, u32 nr, u32 gpu)
{
	for (; nr && out[nr - 1] > gpu; nr--)
		out[nr] = out[nr - 1];
	out[nr] = gpu;
}

/* Of the @nr_fit sorted GPUs, those to take; returns what they share. */
static u32 take_near(struct gw_board *b, const struct gw_ask *ask, u32 nr_fit, u32 *out)
{
	u32 near, i, gpu, nr = 0, lead = GW_NO_LEAD;

	for (near = 0; near < GW_NR_NEAR; near++) {
		lead = best_domain(b, ask, near, nr_fit);
		if (lead != GW_NO_LEAD)
			break;
	}
	for (i = 0; i < nr_fit && nr < ask->nr_gpus; i++) {
		gpu = b->offers[i].order;
		if (near == GW_NR_NEAR || b->offers[gpu].lead[near] == lead)
			add_rising(out, nr++, gpu);
	}
	return near;
}

/* See gw_place_choose(); *@near is what several GPUs share. */
static int choose(struct gw_board *b, const struct gw_ask *ask, u32 *out, u32 *near)
{
	u32 i, why, nr_ever = 0, nr_fit = 0, best = 0;

	*near = GW_NR_NEAR;
	if (!ask->nr_gpus)
		return -EINVAL;
	for (i = 0; i < b->nr; i++) {
		why = gw_place_judge(b, ask, i);
		nr_ever += why >= GW_WHY_BUSY;
		if (why != GW_WHY_FITS)
			continue;
		if (!nr_fit || goes_first(b, i, best))
			best = i;
		b->offers[nr_fit++].order = i;
	}
	if (nr_ever < ask->nr_gpus)
		return -ENOSPC;
	if (nr_fit < ask->nr_gpus)
		return -EAGAIN;
	if (ask->nr_gpus == 1) {
		out[0] = best;
		return 0;
	}
	sort_order(b, nr_fit);
	*near = take_near(b, ask, nr_fit, out);
	return 0;
}

int gw_place_choose(struct gw_board *b, const struct gw_ask *ask, u32 *out)
{
	u32 near;

	return choose(b, ask, out, &near);
}

bool gw_place_possible(const struct gw_board *b, const struct gw_ask *ask)
{
	const struct gw_offer *o;
	u32 i, nr = 0;

	for (i = 0; i < b->nr; i++) {
		o = &b->offers[i];
		nr += o->use != GW_OFFER_ABSENT && (o->groups & ask->groups) &&
		      gw_offer_room(o) >= ask->bytes_per_gpu;
	}
	return ask->nr_gpus && nr >= ask->nr_gpus;
}

int gw_place_explain(struct gw_board *b, const struct gw_ask *ask, struct gw_reason *out)
{
	u32 chosen[GW_GRANT_GPUS], near = GW_NR_NEAR, i, nr = 0;
	int ret = -ENOSPC;

	if (ask->nr_gpus <= GW_GRANT_GPUS)
		ret = choose(b, ask, chosen, &near);
	for (i = 0; i < b->nr; i++) {
		const struct gw_offer *o = &b->offers[i];
		struct gw_reason *r = &out[i];

		*r = (struct gw_reason){
			.why = gw_place_judge(b, ask, i),
			.near = GW_NR_NEAR,
			.wanted_bytes = ask->bytes_per_gpu,
			.room_bytes = gw_offer_room(o),
			.free_bytes = gw_offer_free(o),
			.kept_bytes = o->kept_bytes,
		};
		if (r->why != GW_WHY_FITS)
			continue;
		if (!ret && nr < ask->nr_gpus && chosen[nr] == i) {
			r->why = GW_WHY_CHOSEN;
			r->near = near;
			nr++;
		} else {
			r->why = ret ? GW_WHY_TOO_FEW : GW_WHY_OTHER;
		}
	}
	return ret;
}
