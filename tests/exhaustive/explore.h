/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two ways to try everything on a small world: all sequences of operations up to a depth, and
 * all states that can be reached at all. Knows nothing of what the world is.
 *
 * The world stays at one address and is saved and restored as bytes, so that the lists in it,
 * which point into it, stay whole.
 */
#ifndef GPUWARD_EXPLORE_H
#define GPUWARD_EXPLORE_H

#include <linux/types.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * struct explore - A world to explore
 * @world: its bytes
 * @size: how many
 * @nr_ops: operations are numbered from 0
 * @step: do one on the world and on its oracle; what they disagree about, or NULL
 * @key: number of the state, the same for states that can not be told apart by what follows;
 *	needed for explore_closure() only
 * @nr_steps: counts steps
 */
struct explore {
	void *world;
	size_t size;
	u32 nr_ops;
	const char *(*step)(u32 op);
	u64 (*key)(void);
	u64 nr_steps;
	u32 path[32];
	u32 depth;
};

static inline bool explore_fail(const struct explore *e, const char *why)
{
	u32 i;

	printf("# %s, after operations", why);
	for (i = 0; i < e->depth; i++)
		printf(" %u", e->path[i]);
	printf("\n");
	return false;
}

static inline bool explore_step(struct explore *e, u32 op)
{
	const char *why = e->step(op);

	e->nr_steps++;
	if (e->depth < sizeof(e->path) / sizeof(e->path[0]))
		e->path[e->depth++] = op;
	return !why || explore_fail(e, why);
}

/* All sequences of at most @depth operations from the world as it stands. */
static inline bool explore_sequences(struct explore *e, u32 depth)
{
	char saved[e->size];
	u32 op, at = e->depth;

	if (!depth)
		return true;
	memcpy(saved, e->world, e->size);
	for (op = 0; op < e->nr_ops; op++) {
		if (!explore_step(e, op) || !explore_sequences(e, depth - 1))
			return false;
		memcpy(e->world, saved, e->size);
		e->depth = at;
	}
	return true;
}

#define EXPLORE_MAX_STATES (1u << 18)

static inline bool explore_is_new(u64 *seen, u64 key)
{
	u32 at = (key * 0x9e3779b97f4a7c15ull) >> 40;

	/* 0 marks a free place, so keys are kept one higher. */
	for (;; at++) {
		at &= 2 * EXPLORE_MAX_STATES - 1;
		if (seen[at] == key + 1)
			return false;
		if (!seen[at])
			break;
	}
	seen[at] = key + 1;
	return true;
}

/* All operations in all states that can be reached. Returns how many states, 0 on failure. */
static inline u32 explore_closure(struct explore *e)
{
	u64 *seen = calloc(2 * EXPLORE_MAX_STATES, sizeof(*seen));
	char *states = malloc(EXPLORE_MAX_STATES * e->size);
	u32 at, op, nr = 1;

	explore_is_new(seen, e->key());
	memcpy(states, e->world, e->size);
	for (at = 0; at < nr; at++) {
		for (op = 0; op < e->nr_ops; op++) {
			e->depth = 0;
			memcpy(e->world, states + at * e->size, e->size);
			if (!explore_step(e, op) || nr == EXPLORE_MAX_STATES) {
				nr = 0;
				goto out;
			}
			if (explore_is_new(seen, e->key()))
				memcpy(states + nr++ * e->size, e->world, e->size);
		}
	}
out:
	free(states);
	free(seen);
	return nr;
}

#endif /* GPUWARD_EXPLORE_H */
