// SPDX-License-Identifier: GPL-2.0-only
/* usage_sum.c - which records of usage are meant, and their sums. */
#include "usage.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- which ------------------------------------------------------------------------------- */

static int parse_number(const char *text, uint64_t *value, char *unit)
{
	*value = 0;
	if (!isdigit((unsigned char)*text))
		return -1;
	for (; isdigit((unsigned char)*text); text++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(*text - '0'), value))
			return -1;
	*unit = *text;
	return *text && text[1] ? -1 : 0;
}

/* A number into *@seq, or a time ago into *@at. */
static int number_or_time(const char *text, uint64_t now_ns, uint64_t *seq, uint64_t *at)
{
	static const struct { char unit; uint64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 },
	};
	uint64_t value;
	size_t i;
	char unit;

	if (parse_number(text, &value, &unit))
		return -1;
	if (!unit) {
		*seq = value;
		return 0;
	}
	for (i = 0; i < sizeof(units) / sizeof(*units) && units[i].unit != unit; i++)
		;
	if (i == sizeof(units) / sizeof(*units) ||
	    __builtin_mul_overflow(value, units[i].seconds * 1000000000u, &value))
		return -1;
	*at = value < now_ns ? now_ns - value : 0;
	return 0;
}

int usage_since(const char *text, uint64_t now_ns, struct usage_period *period)
{
	return number_or_time(text, now_ns, &period->after_seq, &period->after_ns);
}

int usage_until(const char *text, uint64_t now_ns, struct usage_period *period)
{
	return number_or_time(text, now_ns, &period->last_seq, &period->last_ns);
}

void usage_select(struct gpuward_usage_info **list, const struct usage_period *period)
{
	struct gpuward_usage_info *u;

	while ((u = *list)) {
		if (u->seq <= period->last_seq && u->end_ns > period->after_ns &&
		    u->end_ns <= period->last_ns) {
			list = &u->next;
			continue;
		}
		*list = u->next;
		u->next = NULL;
		gpuward_free(u);
	}
}

/* --- sums -------------------------------------------------------------------------------- */

unsigned int usage_by_word(const char *word)
{
	return !strcmp(word, "vm") ? BY_VM : !strcmp(word, "model") ? BY_MODEL :
	       !strcmp(word, "vm,model") || !strcmp(word, "model,vm") ? BY_VM | BY_MODEL : 0;
}

/* Leave of @u what all that are added to it have in common, and make a record a sum of one. */
static void usage_reduce(struct gpuward_usage_info *u, unsigned int by)
{
	if (u->fields & GPUWARD_FIELD(GPUWARD_A_USAGE_SEQ))
		u->nr_jobs = u->end != GPUWARD_RECORD_SPLIT;
	u->seq = 0;
	if (!(by & BY_VM)) {
		u->vm_id = 0;
		u->vm[0] = '\0';
	}
	if (!(by & BY_MODEL)) {
		u->model[0] = '\0';
		u->model_bytes = 0;
		u->nr_gpus = 0;
	}
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int usage_compare(const void *a, const void *b)
{
	const struct gpuward_usage_info *x = *(const struct gpuward_usage_info *const *)a;
	const struct gpuward_usage_info *y = *(const struct gpuward_usage_info *const *)b;

	return compare_u64(x->vm_id, y->vm_id) ?: strcmp(x->model, y->model) ?:
	       compare_u64(x->model_bytes, y->model_bytes) ?: compare_u64(x->nr_gpus, y->nr_gpus);
}

/* Sums stop at their largest. */
static void add_u64(uint64_t *to, uint64_t more)
{
	if (__builtin_add_overflow(*to, more, to))
		*to = UINT64_MAX;
}

static void add_u128(struct gpuward_u128 *to, const struct gpuward_u128 *more)
{
	unsigned __int128 a = (unsigned __int128)to->high << 64 | to->low;
	unsigned __int128 b = (unsigned __int128)more->high << 64 | more->low;

	if (__builtin_add_overflow(a, b, &a))
		a = ~(unsigned __int128)0;
	to->low = (uint64_t)a;
	to->high = (uint64_t)(a >> 64);
}

static void usage_merge(struct gpuward_usage_info *to, const struct gpuward_usage_info *more)
{
	add_u64(&to->nr_jobs, more->nr_jobs);
	add_u64(&to->wait_ns, more->wait_ns);
	add_u64(&to->held_ns, more->held_ns);
	add_u128(&to->gpu_ns, &more->gpu_ns);
	add_u128(&to->byte_ns, &more->byte_ns);
	if (more->peak_bytes > to->peak_bytes)
		to->peak_bytes = more->peak_bytes;
	add_u64(&to->nr_denials, more->nr_denials);
	add_u64(&to->nr_evictions, more->nr_evictions);
}

int usage_sum(struct gpuward_usage_info **list, unsigned int by)
{
	struct gpuward_usage_info *u, **all, **end = list, *last = NULL;
	size_t nr = 0, i;

	for (u = *list; u; u = u->next)
		nr++;
	all = calloc(nr + 1, sizeof(*all));
	if (!all)
		return -1;
	for (u = *list, i = 0; u; u = u->next) {
		usage_reduce(u, by);
		all[i++] = u;
	}
	qsort(all, nr, sizeof(*all), usage_compare);
	for (i = 0; i < nr; i++) {
		all[i]->next = NULL;
		if (last && !usage_compare(&last, &all[i])) {
			usage_merge(last, all[i]);
			gpuward_free(all[i]);
			continue;
		}
		last = *end = all[i];
		end = &last->next;
	}
	*end = NULL;
	free(all);
	return 0;
}
