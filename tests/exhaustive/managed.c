// SPDX-License-Identifier: GPL-2.0-only
/*
 * The count of managed memory against an oracle that remembers each range by itself.
 * Owns the oracle: what is charged is what a GPU could hold.
 */
#include "nv/uvm/managed_count.h"

#include "../unit/ktap.h"
#include "explore.h"

#define RANGES 3

/* Operations: map 1 or 2 pages, end one page of a range, end of the process, ... */
enum { MAP1, MAP2, UNMAP, EXIT = UNMAP + RANGES, EXIT_SHARED, CLEAN_UP, REGISTER, OVER_QUOTA,
       NOT_REGISTERED, CLOSE, NR_OPS };

static struct {
	struct gw_managed m;
	u64 charged;		/* by its words */
	/* the oracle's: */
	u32 pages[RANGES];
	bool is_zombie[RANGES];
	bool has_gpu;
} w;

static void map(u32 pages)
{
	u32 i;

	for (i = 0; i < RANGES && w.pages[i]; i++)
		;
	if (i == RANGES || gw_managed_map(&w.m, pages))
		return;
	w.charged += w.m.is_charged ? pages : 0;
	w.pages[i] = pages;
	w.is_zombie[i] = false;
}

static void unmap(u32 i)
{
	if (!w.pages[i] || w.is_zombie[i])
		return;
	w.charged -= gw_managed_unmap(&w.m, 1, false);
	w.pages[i]--;
}

static void end_process(bool is_shared)
{
	u32 i;

	for (i = 0; i < RANGES; i++) {
		if (!w.pages[i] || w.is_zombie[i])
			continue;
		w.charged -= gw_managed_unmap(&w.m, w.pages[i], is_shared);
		w.is_zombie[i] = is_shared;
		w.pages[i] = is_shared ? w.pages[i] : 0;
	}
}

static void clean_up(void)
{
	u32 i;

	w.charged -= gw_managed_clean_up(&w.m, w.m.zombies);
	for (i = 0; i < RANGES; i++) {
		w.pages[i] = w.is_zombie[i] ? 0 : w.pages[i];
		w.is_zombie[i] = false;
	}
}

static void add_gpu(bool is_over, bool fails)
{
	u64 bytes = gw_managed_register(&w.m);

	if (is_over && bytes) {
		w.charged -= gw_managed_unregister(&w.m);
		return;
	}
	w.charged += bytes;
	gw_managed_charged(&w.m);
	if (fails)
		w.charged -= gw_managed_unregister(&w.m);
	else
		w.has_gpu = true;
}

static void close_file(void)
{
	w.charged -= gw_managed_close(&w.m);
	memset(w.pages, 0, sizeof(w.pages));
	memset(w.is_zombie, 0, sizeof(w.is_zombie));
	w.has_gpu = false;
}

static const char *judge(void)
{
	u64 bytes = 0, zombies = 0;
	u32 i;

	for (i = 0; i < RANGES; i++) {
		bytes += w.pages[i];
		zombies += w.is_zombie[i] ? w.pages[i] : 0;
	}
	if (!gw_managed_sane(&w.m))
		return "not sane";
	if (w.m.bytes != bytes || w.m.zombies != zombies)
		return "counted wrong";
	return w.charged == (w.has_gpu ? bytes : 0) ? NULL : "charged wrong";
}

static const char *step(u32 op)
{
	switch (op) {
	case MAP1:
	case MAP2:
		map(op - MAP1 + 1);
		break;
	case EXIT:
	case EXIT_SHARED:
		end_process(op == EXIT_SHARED);
		break;
	case CLEAN_UP:
		clean_up();
		break;
	case REGISTER:
	case OVER_QUOTA:
	case NOT_REGISTERED:
		add_gpu(op == OVER_QUOTA, op == NOT_REGISTERED);
		break;
	case CLOSE:
		close_file();
		break;
	default:
		unmap(op - UNMAP);
	}
	return judge();
}

static void test_sequences(void)
{
	struct explore e = { .world = &w, .size = sizeof(w), .nr_ops = NR_OPS, .step = step };

	CHECK(explore_sequences(&e, 7));
	printf("# %llu steps\n", (unsigned long long)e.nr_steps);
}

static const struct ktap_test tests[] = {
	{ "managed: all sequences of 7 operations", test_sequences },
};

KTAP_MAIN(tests)
