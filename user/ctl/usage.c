// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage.c - gpuwardctl usage: what programs that have ended have cost.
 * Owns this verb and its units. Must not acknowledge a record unless told to.
 */
#include "ctl.h"
#include "show.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdlib.h>

enum { O_SINCE, O_TOTAL, O_ACK, O_CSV, O_JSON };
const struct option_row usage_options[] = {
	{ "since", 0, "SEQ", "only records with a number above SEQ" },
	{ "total", 0, NULL, "the sum of each VM instead of records" },
	{ "ack", 0, "SEQ", "forget the records up to SEQ: they were taken" },
	{ "csv", 0, NULL, "comma-separated values, all in the units of --json" },
	{ "json", 0, NULL, "print JSON with stable keys" },
	{},
};

static const char *const headings[] = {
	"SEQ", "JOB", "VM", "ACCEL", "MODEL", "GPUS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK",
	"DENIED", NULL,
};
static const char *const total_headings[] = {
	"VM", "JOBS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK", "DENIED", NULL,
};

/* Nanoseconds into whole seconds; the largest number stands for more. */
static uint64_t seconds(struct gpuward_u128 ns)
{
	unsigned __int128 value = ((unsigned __int128)ns.high << 64 | ns.low) / 1000000000u;

	return value > UINT64_MAX ? UINT64_MAX : (uint64_t)value;
}

static uint64_t nanoseconds(struct gpuward_u128 ns)
{
	return ns.high ? UINT64_MAX : ns.low;
}

static void add_figures(struct table *table, const struct gpuward_usage_info *u)
{
	char size[GPUWARD_SIZE_LEN], duration[TEXT_DURATION_LEN];

	table_cell(table, "%s", text_duration(u->wait_ns, duration));
	table_cell(table, "%s", text_duration(u->held_ns, duration));
	table_cell(table, "%s", text_duration(nanoseconds(u->gpu_ns), duration));
	table_cell(table, "%.3f", (double)seconds(u->byte_ns) / (1 << 30));
	table_cell(table, "%s", gpuward_format_size(u->peak_bytes, size));
	table_cell(table, "%" PRIu64, u->nr_denials);
}

static void add_row(struct table *table, const struct gpuward_usage_info *u)
{
	table_cell(table, "%" PRIu64, u->seq);
	table_cell(table, "%" PRIu64, u->job);
	table_cell(table, "%s", u->vm);
	table_cell(table, "%u", u->accel);
	table_cell(table, "%s", u->model);
	table_cell(table, "%u", u->nr_gpus);
	add_figures(table, u);
}

static void add_total(struct table *table, const struct gpuward_usage_info *u)
{
	table_cell(table, "%s", u->vm);
	table_cell(table, "%" PRIu64, u->nr_jobs);
	add_figures(table, u);
}

static void json_figures(struct json_object *o, const struct gpuward_usage_info *u)
{
	json_u64(o, "wait_ns", u->wait_ns);
	json_u64(o, "held_ns", u->held_ns);
	json_u64(o, "gpu_ns", nanoseconds(u->gpu_ns));
	json_u64(o, "memory_byte_seconds", seconds(u->byte_ns));
	json_u64(o, "memory_peak_bytes", u->peak_bytes);
	json_u64(o, "nr_denials", u->nr_denials);
	json_u64(o, "nr_evictions", u->nr_evictions);
}

static struct json_object *json_record(const struct gpuward_usage_info *u)
{
	struct json_object *o = json_object_new_object(), *gpus = json_object_new_array();
	uint32_t i;

	json_u64(o, "sequence", u->seq);
	json_u64(o, "job", u->job);
	json_u64(o, "vm_id", u->vm_id);
	json_text(o, "vm", u->vm);
	json_u64(o, "accelerator", u->accel);
	json_text(o, "model", u->model);
	for (i = 0; i < u->nr_gpus && i < GPUWARD_MAX_PLACED; i++)
		json_object_array_add(gpus, json_object_new_uint64(u->minors[i]));
	json_object_object_add(o, "gpu_minors", gpus);
	json_u64(o, "begin_ns", u->begin_ns);
	json_u64(o, "end_ns", u->end_ns);
	json_figures(o, u);
	json_object_object_add(o, "evicted", json_object_new_boolean((int)u->is_evicted));
	if (u->evict_ns) {
		json_u64(o, "evict_ns", u->evict_ns);
		json_u64(o, "evict_vm_id", u->evict_vm_id);
	}
	return o;
}

static struct json_object *json_total(const struct gpuward_usage_info *u)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "vm_id", u->vm_id);
	json_text(o, "vm", u->vm);
	json_u64(o, "nr_jobs", u->nr_jobs);
	json_figures(o, u);
	return o;
}

/* Always quoted: names may hold anything but control characters. */
static void put_quoted(const char *raw)
{
	char *text = text_escape(raw);
	const char *c;

	putchar('"');
	for (c = text ?: ""; *c; c++)
		printf(*c == '"' ? "\"%c" : "%c", *c);
	putchar('"');
	free(text);
}

static void put_csv(const struct gpuward_usage_info *u, int is_total)
{
	if (is_total) {
		put_quoted(u->vm);
		printf(",%" PRIu64, u->nr_jobs);
	} else {
		printf("%" PRIu64 ",%" PRIu64 ",", u->seq, u->job);
		put_quoted(u->vm);
		printf(",%u,", u->accel);
		put_quoted(u->model);
		printf(",%u,%" PRIu64 ",%" PRIu64, u->nr_gpus, u->begin_ns, u->end_ns);
	}
	printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", u->wait_ns,
	       u->held_ns, nanoseconds(u->gpu_ns), seconds(u->byte_ns), u->peak_bytes,
	       u->nr_denials);
}

static int show_csv(struct gpuward_usage_info *list, int is_total)
{
	const struct gpuward_usage_info *u;

	fputs(is_total ? "vm,nr_jobs" : "sequence,job,vm,accelerator,model,nr_gpus,begin_ns,end_ns", stdout);
	puts(",wait_ns,held_ns,gpu_ns,memory_byte_seconds,memory_peak_bytes,nr_denials");
	for (u = list; u; u = u->next)
		put_csv(u, is_total);
	gpuward_free(list);
	return EXIT_DONE;
}

/* A gap is never silent. */
static int tell_lost(struct tool *tool)
{
	struct gpuward_usage_info *state;
	int err = gpuward_usage_state(tool->g, &state);

	if (err)
		return tool_fail(tool, NULL, err);
	if (state->nr_lost)
		fprintf(stderr, "%s: %" PRIu64 " records were lost before they were acknowledged\n",
			tool->path, state->nr_lost);
	gpuward_free(state);
	return 0;
}

int usage_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	struct gpuward_usage_info *list;
	uint64_t since = 0, seq = 0;
	int err;

	if ((o[O_SINCE] && args_u64(tool->path, "--since", o[O_SINCE], &since)) ||
	    (o[O_ACK] && args_u64(tool->path, "--ack", o[O_ACK], &seq)))
		return EXIT_USAGE;
	if ((o[O_CSV] && o[O_JSON]) || (o[O_SINCE] && o[O_TOTAL]) ||
	    (o[O_ACK] && (o[O_SINCE] || o[O_TOTAL] || o[O_CSV] || o[O_JSON])))
		return tool_die(tool, EXIT_USAGE, "these options do not go together; try '--help'");
	err = open_for(tool, o[O_JSON]);
	if (err)
		return err;
	if (o[O_ACK]) {
		err = gpuward_usage_ack(tool->g, seq);
		return err ? tool_fail(tool, o[O_ACK], err) : EXIT_DONE;
	}
	err = o[O_TOTAL] ? gpuward_usage_totals(tool->g, &list) : gpuward_usage(tool->g, since, &list);
	if (err)
		return tool_fail(tool, NULL, err);
	if (tell_lost(tool)) {
		gpuward_free(list);
		return EXIT_FAILED;
	}
	if (o[O_CSV])
		return show_csv(list, !!o[O_TOTAL]);
	if (o[O_TOTAL])
		return show_list(tool, "totals", list, total_headings, add_total, json_total);
	return show_list(tool, "usage", list, headings, add_row, json_record);
}
