// SPDX-License-Identifier: GPL-2.0-only
/*
 * The choice of victims, one promise of core/evict.h after the other; and what serving says to
 * those who wait. Every short sequence against a judge is tests/exhaustive's business.
 */
#include "core/evict.h"

#include <linux/errno.h>

#include "inventory.h"
#include "ktap.h"

#define GRANTS 8
#define SPOT 2

static struct gw_queue q;
static struct gw_want w[4];
static struct gw_grant g[GRANTS];
static struct list_head victims;

static void world(u32 nr_gpus, u64 total)
{
	u32 i;

	board_new(nr_gpus);
	for (i = 0; i < nr_gpus; i++)
		board_gpu(i, total);
	gw_board_link(&tb.b);
	gw_queue_init(&q);
	for (i = 0; i < 4; i++)
		gw_want_init(&w[i]);
	for (i = 0; i < GRANTS; i++)
		gw_grant_init(&g[i]);
	INIT_LIST_HEAD(&victims);
}

/* Grant @i of @bytes each on the GPUs of @set, since @since. */
static void run(u32 i, u32 set, u64 bytes, u64 since, bool is_evictable)
{
	struct gw_ask a = ask(0, bytes);
	u32 gpus[BOARD_GPUS], gpu;

	for (gpu = 0; gpu < BOARD_GPUS; gpu++)
		if (set & 1u << gpu)
			gpus[a.nr_gpus++] = gpu;
	a.vm = 100 + i;
	g[i].is_evictable = is_evictable;
	gw_board_take(&tb.b, &g[i], &a, gpus, since);
}

static void want(u32 i, u32 class, u32 nr_gpus, u64 bytes)
{
	struct list_head go;

	w[i].class = class;
	w[i].ask = ask(nr_gpus, bytes);
	w[i].ask.vm = i;
	INIT_LIST_HEAD(&go);
	gw_queue_insert(&q, &w[i], 0);
	CHECK(!gw_serve(&q, &tb.b, 0, &go));
}

/* Who is named, a bit each. */
static u32 named(void)
{
	u32 nr = gw_evict(&q, &tb.b, SPOT, &victims), set = 0;
	struct gw_grant *v;

	CHECK(gw_board_sane(&tb.b) && gw_queue_sane(&q));
	for (; (v = gw_evict_pop(&victims)); nr--) {
		CHECK(v->victim_of >= w && v->victim_of < w + 4 && v->victim_of->has_victims);
		set |= 1u << (v - g);
	}
	CHECK(!nr);
	return set;
}

static void test_fewest(void)
{
	world(3, 10);
	run(0, 1, 5, 0, true);
	run(1, 1, 5, 0, true);
	run(2, 2, 4, 0, true);
	run(3, 2, 3, 0, false);
	run(4, 2, 3, 0, true);
	run(5, 4, 10, 0, false);
	want(0, 1, 1, 4);
	CHECK(named() == 1u << 2);	/* the smaller one that is enough */
	w[0].ask.bytes_per_gpu = 3;
	CHECK(named() == 1u << 4);
	gw_queue_remove(&q, &w[0]);
	want(1, 1, 1, 6);
	CHECK(named() == (1u << 2 | 1u << 4));
	gw_queue_remove(&q, &w[1]);
	want(2, 1, 1, 10);
	CHECK(named() == (1u << 0 | 1u << 1));
	gw_queue_remove(&q, &w[2]);
	want(3, SPOT, 1, 4);
	CHECK(!named());		/* spot does not evict */
}

static void test_young_goes(void)
{
	world(1, 10);
	run(0, 1, 5, 7, true);
	run(1, 1, 5, 9, true);
	want(0, 1, 1, 3);
	CHECK(named() == 1u << 1);
	world(3, 10);
	run(0, 1, 10, 7, true);
	run(1, 2, 10, 9, true);
	run(2, 4, 10, 8, true);
	want(0, 1, 1, 3);
	CHECK(named() == 1u << 1);	/* on whatever GPU */
}

static bool needs(u32 i)
{
	bool is = gw_evict_needs(&q, &tb.b, SPOT, &g[i]);

	CHECK(g[i].is_going && gw_board_sane(&tb.b) && gw_queue_sane(&q));
	return is;
}

static void test_called_off(void)
{
	world(2, 10);
	run(0, 1, 10, 1, true);
	run(1, 2, 10, 2, true);
	want(0, 1, 1, 10);
	CHECK(named() == 1u << 1);
	g[1].is_going = true;
	CHECK(!named());		/* enough are on their way */
	CHECK(needs(1));		/* though another, younger one would now be named first */
	g[0].since_ns = 3;
	CHECK(needs(1));
	gw_board_give(&tb.b, &g[0]);
	CHECK(!needs(1));		/* what is free now is enough */
	run(0, 1, 10, 1, true);
	tb.offers[1].use = GW_OFFER_DRAINED;
	CHECK(needs(1));		/* the other one would have to go in its place */
	CHECK(named() == 1u << 0);
	g[0].is_going = true;
	CHECK(!needs(1) && needs(0));	/* it does */
	g[0].is_going = false;
	g[0].is_evictable = false;
	CHECK(!needs(1));		/* nobody can help */
	tb.offers[1].use = GW_OFFER_READY;
	CHECK(needs(1));
	gw_queue_remove(&q, &w[0]);
	CHECK(!needs(1));		/* nobody waits */
	want(0, SPOT, 1, 10);
	CHECK(!needs(1));		/* nor one who may have it ended */
}

/* One that spans both GPUs makes others needless; the one of longest standing stays. */
static void test_none_could_stay(void)
{
	world(2, 10);
	run(0, 1, 4, 5, true);
	run(1, 3, 6, 9, true);
	run(2, 2, 4, 1, false);
	want(0, 1, 2, 6);
	CHECK(named() == 1u << 1);
	world(2, 10);
	run(0, 1, 5, 9, true);
	run(1, 3, 5, 1, true);
	run(2, 2, 5, 2, false);
	want(0, 1, 2, 5);
	CHECK(named() == 1u << 1);	/* the young one is taken first, and spared again */
	world(2, 10);
	run(0, 1, 6, 1, true);
	run(1, 3, 4, 9, true);
	run(2, 2, 6, 2, true);
	want(0, 1, 2, 6);
	CHECK(named() == (1u << 0 | 1u << 2));
}

static void test_not_in_vain(void)
{
	/* Two GPUs are wanted, one can be had. */
	world(2, 10);
	run(0, 1, 10, 0, true);
	run(1, 2, 10, 0, false);
	want(0, 1, 2, 10);
	CHECK(!named());
	/* Who is ahead would have it: the small one behind is not helped by the one on GPU 0. */
	want(1, 1, 1, 2);
	CHECK(!named());
	/* Kept, and going already: the first is nobody's, the second is enough. */
	world(2, 10);
	run(0, 1, 10, 0, true);
	run(1, 2, 10, 0, true);
	gw_board_keep(&tb.b, &g[0], true);
	g[1].is_going = true;
	want(0, 1, 1, 10);
	CHECK(!named());
	gw_board_keep(&tb.b, &g[0], false);
	CHECK(!named());
	want(1, 1, 1, 10);
	CHECK(named() == 1u << 0);	/* for the second in the queue */
}

/* An aged spot want is ahead: what a victim left would be its own, not the one's behind. */
static void test_spot_ahead(void)
{
	world(1, 10);
	run(0, 1, 10, 0, true);
	w[0].is_aged = true;
	want(0, SPOT, 1, 6);
	want(1, 1, 1, 6);
	CHECK(!named());
	/* Both fit: then it is not in vain. */
	gw_queue_remove(&q, &w[1]);
	want(1, 1, 1, 4);
	CHECK(named() == 1u << 0);
	/* Two aged ones ahead leave it the same, or take all. */
	w[2].is_aged = true;
	want(2, SPOT, 1, 6);
	CHECK(named() == 1u << 0);
	w[0].ask.bytes_per_gpu = 5;
	w[2].ask.bytes_per_gpu = 5;
	CHECK(!named());
}

/* A spot want that will run by what a victim leaves runs not yet: it is nobody's victim. */
static void test_not_yet_running(void)
{
	world(1, 10);
	run(0, 1, 10, 0, true);
	w[0].is_aged = true;
	w[0].grant.is_evictable = true;
	want(0, SPOT, 1, 6);
	want(1, 1, 1, 4);
	want(2, 1, 1, 6);
	CHECK(named() == 1u << 0);
	CHECK(w[1].has_victims && !w[2].has_victims && !w[0].grant.nr);
}

/* A reservation that no program waits for has nobody ended, but for those behind it. */
static void test_idle(void)
{
	world(2, 10);
	run(0, 1, 10, 7, true);
	run(1, 2, 10, 9, true);
	w[0].is_idle = true;
	want(0, 0, 1, 10);
	CHECK(!named() && !w[0].has_victims);
	want(1, SPOT, 1, 10);
	CHECK(!named());		/* spot has nobody ended */
	want(2, 1, 1, 10);
	CHECK(named() == 3 && w[0].has_victims && w[2].has_victims);
	g[0].is_going = true;
	g[1].is_going = true;
	CHECK(!named());
	CHECK(gw_evict_needs(&q, &tb.b, SPOT, &g[0]) && gw_evict_needs(&q, &tb.b, SPOT, &g[1]));
	gw_queue_remove(&q, &w[2]);
	CHECK(!gw_evict_needs(&q, &tb.b, SPOT, &g[0]));	/* called off with the last program */
	g[0].is_going = false;
	CHECK(!gw_evict_needs(&q, &tb.b, SPOT, &g[1]));
	g[1].is_going = false;
	w[0].is_idle = false;
	CHECK(named() == 1u << 1 && w[0].has_victims);	/* its own program came */
}

/* One behind an idle want that would go, but not by what leaves for its own sake. */
static void test_idle_ahead(void)
{
	world(2, 10);
	run(0, 1, 10, 0, true);
	run(1, 2, 3, 0, false);
	q.max_backfill = 0;
	w[0].is_idle = true;
	want(0, 0, 1, 10);
	want(1, 1, 1, 8);
	CHECK(!named());		/* what leaves is for the first, and the other GPU too small */
	w[1].ask.bytes_per_gpu = 7;
	g[1].is_evictable = true;
	w[0].ask.nr_gpus = 2;
	CHECK(!named());		/* behind it there is nothing left */
	w[0].ask.bytes_per_gpu = 3;
	CHECK(named() == 1u << 0);
	CHECK(w[0].has_victims && !w[1].has_victims);
}

static void test_dedicated(void)
{
	world(2, 10);
	run(0, 1, 1, 0, true);
	run(1, 1, 1, 0, true);
	run(2, 2, 9, 0, true);
	w[0].class = 1;
	w[0].ask = ask(1, 5);
	w[0].ask.is_dedicated = true;
	gw_queue_insert(&q, &w[0], 0);
	CHECK(named() == 1u << 2);
	g[2].is_evictable = false;
	CHECK(named() == (1u << 0 | 1u << 1));
	g[0].is_evictable = false;
	CHECK(!named());
}

/* More kinds of wants that nothing helps than there is room to remember: no harm is done. */
static void test_many_helpless(void)
{
	static struct gw_want many[GW_QUEUE_SHAPES + 8];
	u32 i;

	world(2, 1000);
	run(0, 1, 1000, 0, true);
	run(1, 2, 1000, 0, false);
	for (i = 0; i < GW_QUEUE_SHAPES + 8; i++) {
		gw_want_init(&many[i]);
		many[i].class = 1;
		many[i].ask = ask(2, 900 - i);
		gw_queue_insert(&q, &many[i], 0);
	}
	CHECK(!named());
}

/* What the one who waits is told: it is held back for those ahead, or it is too full. */
static void test_explain(void)
{
	struct gw_reason why[2];

	world(2, 10);
	run(0, 1, 6, 0, false);
	run(1, 1, 1, 0, false);
	want(0, 1, 2, 8);
	want(1, 1, 1, 3);
	CHECK(gw_serve_explain(&q, &tb.b, &w[0], why) == -EAGAIN);
	CHECK(why[0].why == GW_WHY_TOO_FULL && why[1].why == GW_WHY_TOO_FEW);
	CHECK(why[0].free_bytes == 3 && why[0].wanted_bytes == 8);
	CHECK(gw_serve_explain(&q, &tb.b, &w[1], why) == -EAGAIN);
	CHECK(why[0].why == GW_WHY_HELD_BACK && why[1].why == GW_WHY_HELD_BACK);
	gw_queue_remove(&q, &w[0]);
	CHECK(!gw_serve_explain(&q, &tb.b, &w[1], why) && why[0].why == GW_WHY_CHOSEN);
	CHECK(why[1].why == GW_WHY_OTHER && !tb.b.holds_back);
}

/* Behind more shapes than there is room for nobody passes; those before are told as ever. */
static void test_explain_many(void)
{
	static struct gw_want many[GW_QUEUE_SHAPES + 8];
	struct gw_reason why[2];
	u32 i, pass;

	world(2, 1000);
	run(0, 1, 1000, 0, false);
	for (i = 0; i < GW_QUEUE_SHAPES + 8; i++) {
		gw_want_init(&many[i]);
		many[i].class = 1;
		many[i].ask = ask(2, 900 - i);
		gw_queue_insert(&q, &many[i], 0);
	}
	want(0, 1, 1, 10);	/* 100 bytes are left beside the first, and so on */
	for (pass = 0; pass < 2; pass++) {
		CHECK(gw_serve_explain(&q, &tb.b, &w[0], why) == -EAGAIN);
		CHECK(why[0].why == GW_WHY_TOO_FULL && why[1].why == GW_WHY_HELD_BACK);
		CHECK(gw_serve_explain(&q, &tb.b, &many[0], why) == -EAGAIN);
		CHECK(why[0].why == GW_WHY_TOO_FULL && why[1].why == GW_WHY_TOO_FEW);
	}
	/* As many as there is room for, and the last one passes: the queue has changed. */
	for (i = 0; i < 8; i++)
		gw_queue_remove(&q, &many[i]);
	CHECK(!gw_serve_explain(&q, &tb.b, &w[0], why) && why[1].why == GW_WHY_CHOSEN);
}

static const struct ktap_test tests[] = {
	{ "evict: the fewest, the smallest that is enough", test_fewest },
	{ "evict: the youngest of equals", test_young_goes },
	{ "evict: who need not go any more", test_called_off },
	{ "evict: none is named that could stay", test_none_could_stay },
	{ "evict: nobody is named in vain", test_not_in_vain },
	{ "evict: not for one behind who would have it", test_spot_ahead },
	{ "evict: nobody who waits is named", test_not_yet_running },
	{ "evict: for nobody who is idle", test_idle },
	{ "evict: but with those behind", test_idle_ahead },
	{ "evict: a dedicated VM needs the whole GPU", test_dedicated },
	{ "evict: many that nothing helps", test_many_helpless },
	{ "serve: says who is held back and who is not", test_explain },
	{ "serve: says so behind more shapes than it can tell apart", test_explain_many },
};

KTAP_MAIN(tests)
