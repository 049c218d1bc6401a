// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who would have to go: smallest sets of evictable grants, tried on the board and put back.
 * Owns that choice. Must not say who may go first (serve does) nor end anything.
 */
#include "core/evict.h"

#include <linux/errno.h>
#include <linux/limits.h>

#define NO_GPU U32_MAX
#define NO_WAY U32_MAX		/* gw_offer.cost: no eviction helps */

static bool may_go(const struct gw_hold *h)
{
	const struct gw_grant *g = h->grant;

	return g->is_evictable && !g->is_kept && !g->is_going && !g->is_tried;
}

/* Is it as good as gone: picked on this GPU, or marked for another one of the same want? */
static bool is_out(const struct gw_hold *h)
{
	return h->is_picked || h->grant->is_marked;
}

static bool is_alien(const struct gw_ask *ask, const struct gw_hold *h)
{
	const struct gw_ask *other = &h->grant->ask;

	return ask->vm != other->vm && (ask->is_dedicated || other->is_dedicated);
}

/* Of @x and @y the better one to go for @need bytes: enough alone, small, young. */
static bool is_better(const struct gw_hold *x, const struct gw_hold *y, u64 need)
{
	u64 a = x->grant->ask.bytes_per_gpu, b = y->grant->ask.bytes_per_gpu;

	if ((a >= need) != (b >= need))
		return a >= need;
	if (a != b)
		return a >= need ? a < b : a > b;
	return x->grant->since_ns > y->grant->since_ns;
}

static struct gw_hold *pick(struct gw_offer *o, u64 need)
{
	struct gw_hold *h, *best = NULL;

	list_for_each_entry(h, &o->holds, link)
		if (!is_out(h) && may_go(h) && (!best || is_better(h, best, need)))
			best = h;
	return best;
}

static u64 sum_bytes(const struct gw_grant *g)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < g->nr; i++)
		sum += g->ask.bytes_per_gpu;
	return sum;
}

static void pick_one(struct gw_offer *o, struct gw_hold *h)
{
	h->is_picked = true;
	o->cost++;
	if (h->grant->since_ns < o->oldest_ns)
		o->oldest_ns = h->grant->since_ns;
	o->left_bytes += sum_bytes(h->grant);
}

/*
 * Picks on a GPU who has to go from it for @ask: how many in o->cost, of what in o->left_bytes, since
 * when the longest standing in o->oldest_ns.
 */
static void pick_all(struct gw_offer *o, const struct gw_ask *ask)
{
	u64 avail = gw_offer_free(o);
	struct gw_hold *h;

	o->cost = 0;
	o->oldest_ns = U64_MAX;
	o->left_bytes = 0;
	list_for_each_entry(h, &o->holds, link) {
		h->is_picked = false;
		if (!h->grant->is_marked && is_alien(ask, h)) {
			if (!may_go(h))
				goto no_way;
			pick_one(o, h);
		}
		if (is_out(h))
			avail += h->grant->ask.bytes_per_gpu;
	}
	while (avail < ask->bytes_per_gpu) {
		h = pick(o, ask->bytes_per_gpu - avail);
		if (!h)
			goto no_way;
		pick_one(o, h);
		avail += h->grant->ask.bytes_per_gpu;
	}
	return;

no_way:
	o->cost = NO_WAY;
}

/* Of two GPUs from which somebody can go, is @x the one that costs less? */
static bool is_cheaper(const struct gw_offer *x, const struct gw_offer *y)
{
	if (x->cost != y->cost)
		return x->cost < y->cost;
	if (x->left_bytes != y->left_bytes)
		return x->left_bytes < y->left_bytes;
	return x->oldest_ns > y->oldest_ns;
}

/* The cheapest GPU not in @gpus yet, NO_GPU: there is none. */
static u32 cheapest(struct gw_board *b, const struct gw_ask *ask, const u32 *gpus, u32 nr)
{
	u32 i, j, best = NO_GPU;

	for (i = 0; i < b->nr; i++) {
		struct gw_offer *o = &b->offers[i];

		for (j = 0; j < nr && gpus[j] != i; j++)
			;
		if (j < nr || !gw_place_could(b, ask, i))
			continue;
		pick_all(o, ask);
		if (o->cost == NO_WAY)
			continue;
		if (best == NO_GPU || is_cheaper(o, &b->offers[best]))
			best = i;
	}
	return best;
}

/* Adds @g to @set, which is by age, the longest standing first. */
static void mark(struct gw_grant *g, struct list_head *set)
{
	struct gw_grant *before;

	if (g->is_marked)
		return;
	g->is_marked = true;
	list_for_each_entry_reverse(before, set, victim_link)
		if (before->since_ns <= g->since_ns)
			break;
	list_add(&g->victim_link, &before->victim_link);
}

/* Puts a set of victims for @w into @set, more than need be perhaps. false: none helps. */
static bool collect(struct gw_board *b, const struct gw_want *w, struct list_head *set)
{
	u32 gpus[GW_GRANT_GPUS], nr;
	struct gw_hold *h;

	for (nr = 0; nr < w->ask.nr_gpus; nr++) {
		gpus[nr] = cheapest(b, &w->ask, gpus, nr);
		if (gpus[nr] == NO_GPU)
			return false;
		list_for_each_entry(h, &b->offers[gpus[nr]].holds, link) {
			if (h->is_picked)
				mark(h->grant, set);
			h->is_picked = false;
		}
	}
	return true;
}

/* --- trying it on the board ------------------------------------------------------------------ */

static void refold(struct gw_queue *q, struct gw_board *b, const struct gw_grant *g)
{
	u32 i;

	for (i = 0; i < g->nr; i++)
		gw_serve_refold(q, b, g->holds[i].gpu);
}

static void lift(struct gw_queue *q, struct gw_board *b, struct gw_grant *g)
{
	gw_board_lift(b, g);
	refold(q, b, g);
}

static void lay(struct gw_queue *q, struct gw_board *b, struct gw_grant *g)
{
	gw_board_lay(b, g);
	refold(q, b, g);
}

/* Leaves those in @set out of it who can stay while @w gets its GPUs all the same. */
static void spare(struct gw_queue *q, struct gw_board *b, const struct gw_want *w,
		  struct list_head *set)
{
	struct list_head *next = set->next, *at;
	u32 gpus[GW_GRANT_GPUS];
	struct gw_grant *g;

	while (next != set) {
		at = next;
		next = at->next;
		g = list_entry(at, struct gw_grant, victim_link);
		lay(q, b, g);
		if (gw_place_choose(b, &w->ask, gpus)) {
			lift(q, b, g);
		} else {
			g->is_marked = false;
			list_del_init(at);
		}
	}
}

/*
 * Victims that let @w go are lifted and put into @victims; how many. 0: none help, and the board
 * is as before.
 */
static u32 find_victims(struct gw_queue *q, struct gw_board *b, const struct gw_want *w,
			struct list_head *victims)
{
	bool helps;
	u32 gpus[GW_GRANT_GPUS], nr = 0;
	struct list_head set;
	struct gw_grant *g;

	INIT_LIST_HEAD(&set);
	helps = collect(b, w, &set);
	if (helps) {
		list_for_each_entry(g, &set, victim_link)
			lift(q, b, g);
		helps = !gw_place_choose(b, &w->ask, gpus);
		if (helps)
			spare(q, b, w, &set);
		else
			list_for_each_entry(g, &set, victim_link)
				lay(q, b, g);
	}
	while ((g = gw_evict_pop(&set))) {
		g->is_marked = false;
		if (!helps)
			continue;
		list_add_tail(&g->victim_link, victims);
		nr++;
	}
	return nr;
}

/* Is it no use to look for victims, since none were found for one that asks for no more? */
static bool is_helpless(const struct gw_queue *q, const struct gw_want *w)
{
	u32 i;

	for (i = 0; i < q->nr_helpless; i++)
		if (gw_ask_is_harder(&w->ask, &q->helpless[i]))
			return true;
	return q->nr_helpless == GW_QUEUE_SHAPES;
}

/* @w in its turn: on the board afterwards, or among those blocked. Returns as gw_place_choose(). */
static int step(struct gw_queue *q, struct gw_board *b, struct gw_want *w, bool *is_open)
{
	u32 gpus[GW_GRANT_GPUS];
	int ret = gw_serve_try(q, b, w, gpus);

	if (ret) {
		*is_open = gw_serve_block(q, b, w, ret);
		return ret;
	}
	gw_serve_take(q, b, w, gpus, 0);
	w->grant.is_tried = true;
	return 0;
}

/* Nobody who waits is on the board. */
static void clear(struct gw_queue *q, struct gw_board *b)
{
	struct gw_want *w = NULL;

	while ((w = gw_queue_next(q, w)))
		gw_board_give(b, &w->grant);
}

/* All up to @last once more on the board as it is; is each that has victims served? */
static bool replay(struct gw_queue *q, struct gw_board *b, const struct gw_want *last,
		   bool *is_open)
{
	struct gw_want *w = NULL;
	bool are_served = true;

	clear(q, b);
	gw_serve_begin(q, b);
	*is_open = true;
	while (*is_open && w != last && (w = gw_queue_next(q, w)))
		if (step(q, b, w, is_open) && w->has_victims)
			are_served = false;
	return are_served && w == last;
}

/* @w can not go: name who has to, if that lets it go and keeps nobody else from it. */
static u32 help(struct gw_queue *q, struct gw_board *b, struct gw_want *w,
		struct list_head *victims, bool *is_open)
{
	struct gw_grant *g;
	struct list_head set;
	u32 nr;

	INIT_LIST_HEAD(&set);
	nr = find_victims(q, b, w, &set);
	w->has_victims = nr;
	if (nr && !replay(q, b, w, is_open)) {
		/* Others ahead of it would have what they leave. */
		list_for_each_entry(g, &set, victim_link)
			gw_board_lay(b, g);
		w->has_victims = false;
		replay(q, b, w, is_open);
	} else if (!nr) {
		*is_open = gw_serve_block(q, b, w, -EAGAIN);
	}
	if (!w->has_victims) {
		q->helpless[q->nr_helpless++] = w->ask;
		nr = 0;
	}
	while ((g = gw_evict_pop(&set))) {
		if (!nr)
			continue;
		g->victim_of = w;
		list_add_tail(&g->victim_link, victims);
	}
	return nr;
}

/* Is there anybody to evict? Those going already are lifted into @going. */
static bool begin(struct gw_board *b, struct list_head *going)
{
	struct gw_grant *g;
	struct gw_hold *h;
	bool is_any = false;
	u32 i;

	for (i = 0; i < b->nr; i++) {
		list_for_each_entry(h, &b->offers[i].holds, link) {
			g = h->grant;
			is_any |= may_go(h);
			if (!g->is_going || g->is_marked)
				continue;
			g->is_marked = true;
			list_add_tail(&g->victim_link, going);
		}
	}
	list_for_each_entry(g, going, victim_link) {
		g->is_marked = false;
		gw_board_lift(b, g);
	}
	return is_any;
}

/* Those behind @keep are for idle wants, with nobody behind them who would start. How many. */
static u32 drop_idle(struct list_head *victims, const struct list_head *keep)
{
	struct gw_grant *g;
	u32 nr = 0;

	while (victims->prev != keep) {
		g = list_entry(victims->prev, struct gw_grant, victim_link);
		g->victim_of->has_victims = false;
		list_del_init(&g->victim_link);
		nr++;
	}
	return nr;
}

u32 gw_evict(struct gw_queue *q, struct gw_board *b, u32 below_class, struct list_head *victims)
{
	u32 gpus[GW_GRANT_GPUS], nr = 0, got;
	struct list_head going, *keep = victims;
	struct gw_want *w;
	struct gw_grant *g;
	bool is_open;

	INIT_LIST_HEAD(&going);
	is_open = begin(b, &going);
	q->nr_helpless = 0;
	for (w = gw_queue_head(q); w; w = gw_queue_next(q, w))
		w->has_victims = false;
	gw_serve_begin(q, b);
	for (w = gw_queue_head(q); w && is_open; w = gw_queue_next(q, w)) {
		if (w->class < below_class && !is_helpless(q, w) &&
		    gw_serve_try(q, b, w, gpus) == -EAGAIN) {
			got = help(q, b, w, victims, &is_open);
			nr += got;
		} else {
			got = !step(q, b, w, &is_open);
		}
		if (got && !w->is_idle && w->class < below_class)
			keep = victims->prev;
	}
	gw_serve_end(q, b);
	clear(q, b);
	list_for_each_entry(g, victims, victim_link)
		gw_board_lay(b, g);
	while ((g = gw_evict_pop(&going)))
		gw_board_lay(b, g);
	return nr - drop_idle(victims, keep);
}

struct gw_grant *gw_evict_pop(struct list_head *victims)
{
	struct gw_grant *g;

	if (list_empty(victims))
		return NULL;
	g = list_first_entry(victims, struct gw_grant, victim_link);
	list_del_init(&g->victim_link);
	return g;
}

bool gw_evict_needs(struct gw_queue *q, struct gw_board *b, u32 below_class, struct gw_grant *g)
{
	struct list_head victims;
	u32 nr;

	INIT_LIST_HEAD(&victims);
	g->is_going = false;
	nr = gw_evict(q, b, below_class, &victims);
	g->is_going = true;
	while (gw_evict_pop(&victims))
		;
	return nr;
}
