// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choice of GPUs: smallest sufficient leftover first, one NUMA node when one can do it.
 * Owns the choice only: what is offered and what is reserved are the caller's.
 */
#include "place.h"

#include <linux/errno.h>
#include <linux/limits.h>

/* Matches every NUMA node, the unknown one (-1) too. */
#define ANY_NODE S32_MIN

/* What a choice is made of: the offers, and what must fit on which of them. */
struct search {
	const struct gw_offer *offers;
	u32 nr_offers;
	u64 bytes;
	s32 numa;
};

static bool fits(const struct search *s, u32 i)
{
	const struct gw_offer *o = &s->offers[i];

	return o->usable && o->free_bytes >= s->bytes &&
	       (s->numa == ANY_NODE || s->numa == o->numa);
}

static u32 nr_fitting(const struct search *s)
{
	u32 i, nr = 0;

	for (i = 0; i < s->nr_offers; i++)
		nr += fits(s, i);
	return nr;
}

/* How many fitting offers are to be taken before the fitting offer @i? */
static u32 rank(const struct search *s, u32 i)
{
	u64 mine = s->offers[i].free_bytes;
	u32 j, nr = 0;

	for (j = 0; j < s->nr_offers; j++) {
		u64 other = s->offers[j].free_bytes;

		nr += fits(s, j) && (other < mine || (other == mine && j < i));
	}
	return nr;
}

/* Bytes left over on the @nr offers that would be taken; U64_MAX stands for more. */
static u64 leftover(const struct search *s, u32 nr)
{
	u64 left, sum = 0;
	u32 i;

	for (i = 0; i < s->nr_offers; i++) {
		if (!fits(s, i) || rank(s, i) >= nr)
			continue;
		left = s->offers[i].free_bytes - s->bytes;
		sum = left > U64_MAX - sum ? U64_MAX : sum + left;
	}
	return sum;
}

/*
 * The node that gives all @nr GPUs with the least leftover, ANY_NODE when none can. Of equals
 * the one whose first GPU comes first: a node is looked at when the first of its choice is.
 */
static s32 best_node(struct search s, u32 nr)
{
	s32 best = ANY_NODE;
	u64 left, least = 0;
	u32 i;

	for (i = 0; i < s.nr_offers; i++) {
		s.numa = s.offers[i].numa;
		if (s.numa < 0 || s.numa == best || !fits(&s, i) || rank(&s, i) >= nr ||
		    nr_fitting(&s) < nr)
			continue;
		left = leftover(&s, nr);
		if (best == ANY_NODE || left < least) {
			best = s.numa;
			least = left;
		}
	}
	return best;
}

int gw_place_choose(const struct gw_offer *offers, u32 nr_offers, u32 nr_gpus,
		    u64 bytes_per_gpu, u32 *out)
{
	struct search s = { offers, nr_offers, bytes_per_gpu, ANY_NODE };
	u32 i, nr_ever = 0;

	if (!nr_gpus)
		return -EINVAL;
	for (i = 0; i < nr_offers; i++)
		nr_ever += offers[i].usable && offers[i].total_bytes >= bytes_per_gpu;
	if (nr_ever < nr_gpus)
		return -ENOSPC;
	if (nr_fitting(&s) < nr_gpus)
		return -EAGAIN;
	if (nr_gpus > 1)
		s.numa = best_node(s, nr_gpus);
	for (i = 0; i < nr_offers; i++)
		if (fits(&s, i) && rank(&s, i) < nr_gpus)
			*out++ = i;
	return 0;
}
