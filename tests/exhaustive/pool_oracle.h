/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The judge of the pool's world: a naive reading of core/schedule.h and core/evict.h. It keeps
 * its own copy of who holds what, tries every order of leaving, and knows no shapes.
 */
#ifndef GPUWARD_POOL_ORACLE_H
#define GPUWARD_POOL_ORACLE_H

/* Who is on which GPU, a bit each, and who waits, as seen before serving. */
static struct view {
	u32 on[WANTS];
	bool queued[WANTS];
	u32 nr_passed[WANTS];
	u32 order[WANTS], nr;
} view;

static u32 gpus_of(const struct gw_want *w)
{
	u32 i, set = 0;

	for (i = 0; i < w->grant.nr; i++)
		set |= 1u << w->grant.holds[i].gpu;
	return set;
}

static bool is_first(const struct gw_want *a, const struct gw_want *b)
{
	bool x = pool.now - a->since_ns >= AGE, y = pool.now - b->since_ns >= AGE;

	if (x != y)
		return x;
	if (!x && a->class != b->class)
		return a->class < b->class;
	if (!x && a->priority != b->priority)
		return a->priority > b->priority;
	return a->ticket < b->ticket;
}

static void look(void)
{
	u32 i, j;

	view.nr = 0;
	for (i = 0; i < WANTS; i++) {
		view.on[i] = gpus_of(&pool.w[i]);
		view.queued[i] = pool.w[i].queued;
		view.nr_passed[i] = pool.w[i].nr_passed;
		if (!view.queued[i])
			continue;
		for (j = view.nr++; j && is_first(&pool.w[i], &pool.w[view.order[j - 1]]); j--)
			view.order[j] = view.order[j - 1];
		view.order[j] = i;
	}
}

static u64 room(u32 gpu)
{
	return pool.offers[gpu].total_bytes - pool.offers[gpu].reserve_bytes;
}

/* Could want @i ever get @gpu, if everybody left? */
static bool could_get(u32 i, u32 gpu)
{
	const struct gw_ask *a = &pool.w[i].ask;

	return (pool.offers[gpu].use == GW_OFFER_READY || pool.offers[gpu].use == GW_OFFER_BUSY) &&
	       (pool.offers[gpu].groups & a->groups) && room(gpu) >= a->bytes_per_gpu;
}

/* Is @gpu ready for want @i when those of @gone have left, and @extra bytes of @by are there? */
static bool is_ready(u32 i, u32 gpu, u32 gone, u32 by, u64 extra)
{
	const struct gw_ask *a = &pool.w[i].ask;
	u64 used = extra;
	u32 j;

	if (!could_get(i, gpu))
		return false;
	if (extra && (a->is_dedicated || pool.w[by].ask.is_dedicated))
		return false;
	for (j = 0; j < WANTS; j++) {
		if (gone & 1u << j || !(view.on[j] & 1u << gpu))
			continue;
		used += pool.w[j].ask.bytes_per_gpu;
		if (a->is_dedicated || pool.w[j].ask.is_dedicated)
			return false;
	}
	return used + a->bytes_per_gpu <= room(gpu);
}

/* Does want @by on @gpu change when that GPU is ready for @i, whoever leaves? */
static bool delays(u32 i, u32 by, u32 gpu)
{
	u64 x = pool.w[by].ask.bytes_per_gpu;
	u32 gone;

	for (gone = 0; gone < 1u << WANTS; gone++)
		if (is_ready(i, gpu, gone, by, 0) && !is_ready(i, gpu, gone, by, x))
			return true;
	return false;
}

/* The rule as it is written down, which may forbid more than it must. */
static bool may_pass(u32 i, u32 by, u32 gpu)
{
	u64 used = 0, least = ~0ull, want = pool.w[i].ask.bytes_per_gpu, bytes;
	u64 x = pool.w[by].ask.bytes_per_gpu;
	u32 j;

	if (!could_get(i, gpu))
		return true;
	if (view.nr_passed[i] >= pool.q.max_backfill || pool.w[i].ask.is_dedicated ||
	    pool.w[by].ask.is_dedicated)
		return false;
	for (j = 0; j < WANTS; j++) {
		if (!(view.on[j] & 1u << gpu))
			continue;
		bytes = pool.w[j].ask.bytes_per_gpu;
		used += bytes;
		least = bytes < least ? bytes : least;
	}
	if (used + want <= room(gpu))
		return used + want + x <= room(gpu);
	return least != ~0ull && used - least + want + x <= room(gpu);
}

/* Want @i in its turn, past the wants of @blocked: which GPUs may it get? */
static u32 gpus_allowed(u32 i, u32 blocked)
{
	u32 gpu, j, set = 0;
	bool ok;

	for (gpu = 0; gpu < pool.b.nr; gpu++) {
		ok = pool.offers[gpu].use == GW_OFFER_READY && is_ready(i, gpu, 0, 0, 0);
		for (j = 0; j < WANTS && ok; j++)
			ok = !(blocked & 1u << j) || may_pass(j, i, gpu);
		set |= (u32)ok << gpu;
	}
	return set;
}

static u32 nr_could_get(u32 i)
{
	u32 gpu, nr = 0;

	for (gpu = 0; gpu < pool.b.nr; gpu++)
		nr += could_get(i, gpu);
	return nr;
}

/* Want @i got the GPUs of @set past @blocked: is nobody delayed? Counts the passes. */
static const char *judge_grant(u32 i, u32 set, u32 blocked)
{
	u32 j, gpu;

	for (j = 0; j < WANTS; j++) {
		bool touched = false;

		for (gpu = 0; gpu < pool.b.nr && blocked & 1u << j; gpu++) {
			if (!(set & 1u << gpu))
				continue;
			if (delays(j, i, gpu))
				return "somebody who is ahead is delayed";
			touched |= could_get(j, gpu);
		}
		view.nr_passed[j] += touched;
	}
	view.on[i] = set;
	return NULL;
}

static const char *judge(void)
{
	u32 at, blocked = 0;
	const char *why;

	for (at = 0; at < view.nr; at++) {
		u32 i = view.order[at], set = gpus_of(&pool.w[i]);
		u32 allowed = gpus_allowed(i, blocked);
		bool must_go = __builtin_popcount(allowed) >= (int)pool.w[i].ask.nr_gpus;

		if (must_go != !!set)
			return set ? "one went who must not" : "one waits who can go";
		if (set & ~allowed)
			return "a GPU was given that must not be";
		if (set && __builtin_popcount(set) != (int)pool.w[i].ask.nr_gpus)
			return "another number of GPUs";
		if (!set && nr_could_get(i) >= pool.w[i].ask.nr_gpus)
			blocked |= 1u << i;
		why = set ? judge_grant(i, set, blocked) : NULL;
		if (why)
			return why;
	}
	for (at = 0; at < view.nr; at++)
		if (pool.w[view.order[at]].queued &&
		    view.nr_passed[view.order[at]] != pool.w[view.order[at]].nr_passed)
			return "other numbers of passes";
	return NULL;
}

/* Nobody gets ahead of one that is aged. */
static const char *check_aged(void)
{
	u32 i, ahead;

	for (i = 0; i < WANTS; i++) {
		if (!pool.w[i].queued || !pool.w[i].is_aged)
			continue;
		ahead = gw_queue_position(&pool.q, &pool.w[i]) - 1;
		if (pool.was_aged[i] && ahead > pool.ahead[i])
			return "somebody got ahead of one that is aged";
		pool.was_aged[i] = true;
		pool.ahead[i] = ahead;
	}
	return NULL;
}

/* The first of the queue, if it is aged and all GPUs are there. */
static const struct gw_want *aged_first(void)
{
	const struct gw_want *first = gw_queue_head(&pool.q);
	u32 gpu;

	for (gpu = 0; gpu < pool.b.nr; gpu++)
		if (pool.offers[gpu].use != GW_OFFER_READY)
			return NULL;
	return first && first->is_aged ? first : NULL;
}

/*
 * What the bound on waits rests on: one that is aged and the first has its GPUs at the latest when
 * all have left who had some when it became that, whoever came and passed it since.
 */
static const char *check_first(void)
{
	const struct gw_want *first = aged_first();
	u32 i;

	if (!first || pool.first_ticket != first->ticket) {
		pool.first_ticket = first ? first->ticket : 0;
		for (i = 0; i < WANTS; i++)
			pool.holds_since[i] = pool.w[i].grant.nr ? pool.nr_grants[i] : 0;
	}
	if (!pool.first_ticket || nr_could_get(index_of(first)) < first->ask.nr_gpus)
		return NULL;
	for (i = 0; i < WANTS; i++)
		if (pool.w[i].grant.nr && pool.holds_since[i] == pool.nr_grants[i])
			return NULL;
	return "the first waits for somebody who came later";
}

/* What is said of each want, by hand: all that is ahead is looked at for each anew. */
static int explain_by_hand(const struct gw_want *w, struct gw_reason *out)
{
	u32 gpus[GW_GRANT_GPUS], i;
	struct gw_want *ahead = NULL;
	bool is_open = true;
	int ret;

	gw_serve_begin(&pool.q, &pool.b);
	while (is_open && (ahead = gw_queue_next(&pool.q, ahead)) && ahead != w) {
		ret = gw_serve_try(&pool.q, &pool.b, ahead, gpus) == -ENOSPC ? -ENOSPC : -EAGAIN;
		is_open = gw_serve_block(&pool.q, &pool.b, ahead, ret);
	}
	for (i = 0; i < pool.b.nr && !is_open; i++)
		pool.b.offers[i].spare_bytes = 0;
	ret = gw_place_explain(&pool.b, &w->ask, out);
	gw_serve_end(&pool.q, &pool.b);
	return ret;
}

static const char *check_explained(void)
{
	struct gw_reason said[WANTS][sizeof(pool.offers) / sizeof(*pool.offers)] = { };
	struct gw_reason own[sizeof(pool.offers) / sizeof(*pool.offers)] = { };
	int ret[WANTS];
	u32 i;

	for (i = 0; i < WANTS; i++)
		ret[i] = gw_serve_explain(&pool.q, &pool.b, &pool.w[i], said[i]);
	for (i = 0; i < WANTS; i++)
		if (explain_by_hand(&pool.w[i], own) != ret[i] ||
		    memcmp(own, said[i], sizeof(own)))
			return "something else is explained";
	return NULL;
}

static const char *serve_checked(void)
{
	struct list_head go;
	struct gw_want *w;
	const char *why;
	u32 at = 0;

	look();
	INIT_LIST_HEAD(&go);
	pool.nr_served = gw_serve(&pool.q, &pool.b, pool.now, &go);
	while ((w = gw_serve_pop(&go))) {
		while (at < view.nr && view.order[at] != index_of(w))
			at++;
		if (at++ == view.nr || w->queued || !w->grant.nr)
			return "granted in another order, or not at all";
		pool.nr_grants[index_of(w)]++;
	}
	why = judge();
	if (why)
		return why;
	for (at = 0; at < WANTS; at++)
		if (pool.w[at].grant.nr)
			gw_want_done(&pool.w[at]);
	if (!gw_queue_sane(&pool.q) || !gw_board_sane(&pool.b))
		return "the books are not sane";
	if (gw_serve(&pool.q, &pool.b, pool.now, &go))
		return "one was forgotten";
	if (gw_queue_next_age(&pool.q) <= pool.now)
		return "one is aged and nobody said so";
	why = pool.q.nr > 1 ? check_explained() : NULL;
	why = why ?: check_first();
	return why ?: check_aged();
}

/* Are GPUs ready for the first in the queue when those of @gone leave? */
static bool would_go(u32 i, u32 gone)
{
	u32 gpu, nr = 0;

	for (gpu = 0; gpu < pool.b.nr; gpu++)
		nr += pool.offers[gpu].use == GW_OFFER_READY && is_ready(i, gpu, gone, 0, 0);
	return nr >= pool.w[i].ask.nr_gpus;
}

/* For the first of the queue: the fewest, when it wants one GPU, and none who could stay. */
static const char *judge_first(u32 first, u32 named, u32 may_go)
{
	u32 gone, fewest = WANTS + 1, i;

	for (gone = 0; gone < 1u << WANTS; gone++)
		if (!(gone & ~may_go) && would_go(first, gone) &&
		    (u32)__builtin_popcount(gone) < fewest)
			fewest = __builtin_popcount(gone);
	/* One that is being cleaned is as good as free: rather that than a victim. */
	if (pool.offers[pool.b.nr - 1].use == GW_OFFER_BUSY)
		return NULL;
	if (!pool.w[first].has_victims)
		return fewest <= WANTS && fewest ? "somebody could be evicted for the first" : NULL;
	if (!would_go(first, named))
		return "the first can not go";
	if (view.nr > 1)
		return NULL;
	for (i = 0; i < WANTS; i++)
		if (named & 1u << i && would_go(first, named & ~(1u << i)))
			return "a victim could stay";
	if (pool.w[first].ask.nr_gpus == 1 && (u32)__builtin_popcount(named) != fewest)
		return "fewer victims would do";
	return NULL;
}

static const char *check_victims(u32 nr, const struct list_head *victims)
{
	u32 named = 0, may_go = 0, i;
	const struct gw_grant *g;

	look();
	list_for_each_entry(g, victims, victim_link)
		for (i = 0; i < WANTS; i++)
			if (g == &pool.w[i].grant)
				named |= 1u << i;
	for (i = 0; i < WANTS; i++) {
		if (pool.w[i].grant.nr && pool.w[i].grant.is_evictable)
			may_go |= 1u << i;
		if (pool.w[i].queued && pool.w[i].has_victims && pool.w[i].class >= SPOT)
			return "a victim for one who may not have any";
		if (pool.w[i].grant.is_marked)
			return "a mark was left";
	}
	if (nr != (u32)__builtin_popcount(named) || named & ~may_go)
		return "other victims than may go";
	if (!gw_queue_sane(&pool.q) || !gw_board_sane(&pool.b))
		return "the books are not sane after a look at victims";
	if (!view.nr || pool.w[view.order[0]].class >= SPOT || pool.w[view.order[0]].is_idle)
		return NULL;
	return judge_first(view.order[0], named, may_go);
}

#endif /* GPUWARD_POOL_ORACLE_H */
