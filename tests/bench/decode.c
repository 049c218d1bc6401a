// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long deciding takes, alone and in user space: what is done for each request of a tenant, over all vectors
 * of an effect, by kind of request. Prints nanoseconds; judges nothing.
 */
#include "nv/decode/request.h"
#include "nv/decode/effect.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../vectors/replay.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ROUNDS 20000
#define PASSES 5

static const struct { u32 nr; const char *name; } kinds[] = {
	{ 0x2b, "RM_ALLOC" }, { 0x4a, "RM_VID_HEAP_CONTROL" }, { 0x2a, "RM_CONTROL" },
	{ 0x29, "RM_FREE" }, { 0x34, "RM_DUP_OBJECT" },
};

static u32 sink;	/* so that no call is thought useless */

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

/* What request.c does with one: which class, how much, of whom. */
static void decide(const struct gw_effect_vector *v, const u8 *outer, const u8 *nested)
{
	struct gw_nv_effect e;
	struct gw_op op;
	u32 at;

	sink += gw_nv_nested_wanted(v->first, v->nr, v->size, outer, &at);
	sink += gw_nv_effect(v->first, v->nr, v->size, outer, v->wanted ? nested : NULL, v->wanted, &e);
	gw_nv_decode(v->first, v->nr, v->size, outer, v->size, &op);
	sink += op.kind + e.act;
}

static double ns_of(const struct gw_effect_vector *v)
{
	u8 *outer = calloc(1, v->size), *nested = calloc(1, v->wanted + !v->wanted);
	double best = 0, from, took;
	u32 i, pass;

	if (!outer || !nested || !gw_vector_write(v->outer, outer, v->size) ||
	    !gw_vector_write(v->nested ? v->nested : "", nested, v->wanted))
		exit(1);
	for (pass = 0; pass < PASSES; pass++) {
		from = now_ns();
		for (i = 0; i < ROUNDS; i++)
			decide(v, outer, nested);
		took = (now_ns() - from) / ROUNDS;
		best = !pass || took < best ? took : best;
	}
	free(outer);
	free(nested);
	return best;
}

static void measure(u32 nr, const char *name)
{
	double ns, sum = 0, most = 0;
	u32 i, n = 0;

	for (i = 0; i < COUNT(gw_effect_vectors); i++) {
		if (gw_effect_vectors[i].nr != nr)
			continue;
		ns = ns_of(&gw_effect_vectors[i]);
		sum += ns;
		most = ns > most ? ns : most;
		n++;
	}
	printf("# decide %-20s %6.0f ns, at most %.0f (%u vectors, best of %d x %d)\n", name, sum / n,
	       most, n, PASSES, ROUNDS);
}

/* All that is decided of a request that matters to nobody: by its number and size. */
static void measure_other(void)
{
	double from, took, best = 0;
	u32 i, pass;

	for (pass = 0; pass < PASSES; pass++) {
		from = now_ns();
		for (i = 0; i < ROUNDS; i++)
			sink += gw_nv_is_effective(550, 0xd6 + (i & 1), 8) + gw_nv_outer_wanted(0xd6, 8 + (i & 7));
		took = (now_ns() - from) / ROUNDS;
		best = !pass || took < best ? took : best;
	}
	printf("# decide %-20s %6.0f ns\n", "any other", best);
}

int main(void)
{
	u32 i;

	measure_other();
	for (i = 0; i < COUNT(kinds); i++)
		measure(kinds[i].nr, kinds[i].name);
	return sink == ~0u;
}
