// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes each vector of an effect as an input of the effect and view fuzzers: where they start.
 * Owns nothing but the file names. usage: seeds DIRECTORY
 */
#include "nv/decode/effect.h"

#include <stdio.h>

#include "../vectors/effect.h"
#include "input.h"

static bool find_form(const struct gw_effect_vector *v, struct input_head *head)
{
	u32 i;

	for (i = 0; i < INPUT_COUNT(input_branches); i++)
		if (input_branches[i] == v->last)
			head->branch = (u8)i;
	for (i = 0; i < INPUT_COUNT(input_forms); i++)
		if (input_forms[i].nr == v->nr && input_forms[i].size == v->size) {
			head->form = (u8)i;
			return true;
		}
	return false;
}

static void append(u8 *seed, u32 *len, const char *text, u32 size)
{
	if (!gw_vector_write(text ? text : "", seed + *len, size))
		abort();
	*len += size;
}

/* The answer comes in the order in which the fuzzers take it: nested, then outer. */
static bool write_seed(const char *directory, u32 nr, const struct gw_effect_vector *v)
{
	static u8 seed[65536];
	struct input_head head = { .choice = v->nested || !v->wanted ? 0 : 1 };
	u32 len = sizeof(head);
	char path[512];
	FILE *f;

	memset(seed, 0, sizeof(seed));
	if (!find_form(v, &head))
		return false;
	memcpy(seed, &head, sizeof(head));
	append(seed, &len, v->outer, v->size);
	append(seed, &len, v->nested, v->wanted);
	if (v->nested_answer)
		append(seed, &len, v->nested_answer, v->wanted);
	snprintf(path, sizeof(path), "%s/vector-%u", directory, nr);
	f = fopen(path, "w");
	return f && fwrite(seed, len, 1, f) == 1 && !fclose(f);
}

int main(int argc, char **argv)
{
	u32 i;

	if (argc != 2)
		return 2;
	for (i = 0; i < INPUT_COUNT(gw_effect_vectors); i++)
		if (!write_seed(argv[1], i, &gw_effect_vectors[i])) {
			fprintf(stderr, "seeds: %s\n", gw_effect_vectors[i].name);
			return 1;
		}
	return 0;
}
