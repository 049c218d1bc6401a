// SPDX-License-Identifier: GPL-2.0-only
/* usage.c - gpuwardctl usage: what programs that have ended have cost. */
#include "ctl.h"
#include "list.h"
#include "usage.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

enum { O_SINCE, O_UNTIL, O_BY, O_TOTAL, O_ACK, O_CSV, O_JSON, O_NO_HEADINGS };
const struct option_row usage_options[] = {
	{ "since", 0, "SEQ|AGO", "only records with a number above SEQ, or that ended since AGO: 30m, 12h, 7d" },
	{ "until", 0, "SEQ|AGO", "only records with a number up to SEQ, or that had ended by then" },
	{ "by", 0, "vm|model|vm,model", "sums instead of records; of all since the module was loaded, unless limited" },
	{ "total", 0, NULL, "the same as --by vm" },
	{ "ack", 0, "SEQ", "forget the records up to SEQ: they were taken" },
	{ "csv", 0, NULL, "comma-separated values, all in the units of --json" },
	{ "json", 0, NULL, "print JSON with stable keys" },
	{ "no-headings", 0, NULL, "leave out the line of headings" },
	{},
};

static const char *const headings[] = {
	"SEQ", "JOB", "VM", "ACCEL", "MODEL", "GPUS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK",
	"DENIED", "END", NULL,
};
static const char *const vm_headings[] = {
	"VM", "JOBS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK", "DENIED", NULL,
};
static const char *const model_headings[] = {
	"MODEL", "MEMORY", "GPUS", "JOBS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK", "DENIED",
	NULL,
};
static const char *const both_headings[] = {
	"VM", "MODEL", "MEMORY", "GPUS", "JOBS", "WAITED", "HELD", "GPU TIME", "GIB SECONDS", "PEAK",
	"DENIED", NULL,
};

/* By what sums are: enum usage_by; 0: these are records. Set once, before the list is shown. */
static unsigned int by;

/* Nanoseconds into whole seconds; the largest number stands for more. */
static uint64_t u128_seconds(struct gpuward_u128 ns)
{
	unsigned __int128 value = ((unsigned __int128)ns.high << 64 | ns.low) / 1000000000u;

	return value > UINT64_MAX ? UINT64_MAX : (uint64_t)value;
}

static uint64_t u128_nanoseconds(struct gpuward_u128 ns)
{
	return ns.high ? UINT64_MAX : ns.low;
}

static void add_figures(struct table *table, const struct gpuward_usage_info *u)
{
	char size[GPUWARD_SIZE_LEN], duration[TEXT_DURATION_LEN];

	table_cell(table, "%s", text_duration(u->wait_ns, duration));
	table_cell(table, "%s", text_duration(u->held_ns, duration));
	table_cell(table, "%s", text_duration(u128_nanoseconds(u->gpu_ns), duration));
	table_cell(table, "%.3f", (double)u128_seconds(u->byte_ns) / (1 << 30));
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
	table_cell(table, "%s", gpuward_word(GPUWARD_WORDS_RECORD, u->end));
}

static void add_total(struct table *table, const struct gpuward_usage_info *u)
{
	char size[GPUWARD_SIZE_LEN];

	if (by & BY_VM)
		table_cell(table, "%s", u->vm_id ? u->vm : "-");
	if (by & BY_MODEL) {
		table_cell(table, "%s", u->nr_gpus ? u->model : "-");
		table_cell(table, "%s", gpuward_format_size(u->model_bytes, size));
		table_cell(table, "%u", u->nr_gpus);
	}
	table_cell(table, "%" PRIu64, u->nr_jobs);
	add_figures(table, u);
}

static void json_figures(struct json_object *o, const struct gpuward_usage_info *u)
{
	json_u64(o, "wait_ns", u->wait_ns);
	json_u64(o, "held_ns", u->held_ns);
	json_u64(o, "gpu_ns", u128_nanoseconds(u->gpu_ns));
	json_u64(o, "memory_byte_seconds", u128_seconds(u->byte_ns));
	json_u64(o, "memory_peak_bytes", u->peak_bytes);
	json_u64(o, "nr_denials", u->nr_denials);
	json_u64(o, "nr_evictions", u->nr_evictions);
}

static struct json_object *json_gpus(const struct gpuward_usage_info *u)
{
	struct json_object *gpus = json_object_new_array(), *gpu;
	uint32_t i;

	for (i = 0; i < u->nr_gpus && i < GPUWARD_MAX_PLACED; i++) {
		gpu = json_object_new_object();
		json_u64(gpu, "minor", u->minors[i]);
		json_u64(gpu, "memory_byte_seconds", u128_seconds(u->bytes_ns[i]));
		json_u64(gpu, "memory_peak_bytes", u->peaks[i]);
		json_object_array_add(gpus, gpu);
	}
	return gpus;
}

static struct json_object *json_minors(const struct gpuward_usage_info *u)
{
	struct json_object *minors = json_object_new_array();
	uint32_t i;

	for (i = 0; i < u->nr_gpus && i < GPUWARD_MAX_PLACED; i++)
		json_object_array_add(minors, json_object_new_uint64(u->minors[i]));
	return minors;
}

static struct json_object *json_record(const struct gpuward_usage_info *u)
{
	struct json_object *o = json_object_new_object();

	json_u64(o, "sequence", u->seq);
	json_u64(o, "job", u->job);
	json_u64(o, "part", u->part);
	json_text(o, "end", gpuward_word(GPUWARD_WORDS_RECORD, u->end));
	json_u64(o, "vm_id", u->vm_id);
	json_text(o, "vm", u->vm);
	json_u64(o, "accelerator", u->accel);
	json_text(o, "model", u->model);
	json_u64(o, "memory_per_gpu_bytes", u->model_bytes);
	json_object_object_add(o, "gpu_minors", json_minors(u));
	json_u64(o, "begin_ns", u->begin_ns);
	json_u64(o, "end_ns", u->end_ns);
	json_figures(o, u);
	if (u->evict_ns) {
		json_u64(o, "evict_ns", u->evict_ns);
		json_u64(o, "evict_vm_id", u->evict_vm_id);
	}
	json_object_object_add(o, "gpus", json_gpus(u));
	return o;
}

/* VMs that are gone have no name any more, models of which there were too many neither. */
static struct json_object *json_total(const struct gpuward_usage_info *u)
{
	struct json_object *o = json_object_new_object();

	if (by & BY_VM) {
		json_u64(o, "vm_id", u->vm_id);
		json_text(o, "vm", u->vm);
	}
	if (by & BY_MODEL) {
		json_text(o, "model", u->model);
		json_u64(o, "memory_per_gpu_bytes", u->model_bytes);
		json_u64(o, "nr_gpus", u->nr_gpus);
	}
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

static void put_record(const struct gpuward_usage_info *u)
{
	printf("%" PRIu64 ",%" PRIu64 ",", u->seq, u->job);
	put_quoted(u->vm);
	printf(",%u,", u->accel);
	put_quoted(u->model);
	printf(",%u,%" PRIu64 ",%" PRIu64, u->nr_gpus, u->begin_ns, u->end_ns);
}

static void put_total(const struct gpuward_usage_info *u)
{
	if (by & BY_VM)
		put_quoted(u->vm);
	if (by == (BY_VM | BY_MODEL))
		putchar(',');
	if (by & BY_MODEL) {
		put_quoted(u->model);
		printf(",%" PRIu64 ",%u", u->model_bytes, u->nr_gpus);
	}
	printf(",%" PRIu64, u->nr_jobs);
}

static void put_figures(const struct gpuward_usage_info *u)
{
	printf(",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, u->wait_ns,
	       u->held_ns, u128_nanoseconds(u->gpu_ns), u128_seconds(u->byte_ns), u->peak_bytes,
	       u->nr_denials);
}

static int show_csv(struct gpuward_usage_info *list, int is_headless)
{
	static const char *const keys[] = {
		"sequence,job,vm,accelerator,model,nr_gpus,begin_ns,end_ns", "vm,nr_jobs",
		"model,memory_per_gpu_bytes,nr_gpus,nr_jobs",
		"vm,model,memory_per_gpu_bytes,nr_gpus,nr_jobs",
	};
	const struct gpuward_usage_info *u;

	if (!is_headless)
		printf("%s,wait_ns,held_ns,gpu_ns,memory_byte_seconds,memory_peak_bytes,nr_denials%s\n",
		       keys[by], by ? "" : ",part,end,memory_per_gpu_bytes");
	for (u = list; u; u = u->next) {
		by ? put_total(u) : put_record(u);
		put_figures(u);
		if (!by)
			printf(",%u,%s,%" PRIu64, u->part,
			       gpuward_word(GPUWARD_WORDS_RECORD, u->end), u->model_bytes);
		putchar('\n');
	}
	gpuward_free(list);
	return EXIT_DONE;
}

/* A gap is never silent. */
static int warn_lost(struct tool *tool)
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

static int usage_print(struct tool *tool, struct gpuward_usage_info *list, int is_csv)
{
	static const char *const *const total_headings[] = {
		NULL, vm_headings, model_headings, both_headings,
	};

	if (is_csv)
		return show_csv(list, tool->is_headless);
	if (by)
		return show_list(tool, "totals", list, total_headings[by], add_total, json_total);
	return show_list(tool, "usage", list, headings, add_row, json_record);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int usage_check(struct tool *tool, const char *const *o, struct usage_period *period)
{
	by = o[O_BY] ? usage_by_word(o[O_BY]) : o[O_TOTAL] ? BY_VM : 0;
	if (o[O_BY] && !by)
		return tool_die(tool, EXIT_USAGE, "--by must be vm, model or vm,model");
	if (o[O_SINCE] && usage_since(o[O_SINCE], now_ns(), period))
		return tool_die(tool, EXIT_USAGE, "--since must be a number, or a time like 30m, 12h, 7d");
	if (o[O_UNTIL] && usage_until(o[O_UNTIL], now_ns(), period))
		return tool_die(tool, EXIT_USAGE, "--until must be a number, or a time like 30m, 12h, 7d");
	if ((o[O_CSV] && o[O_JSON]) || (o[O_BY] && o[O_TOTAL]) ||
	    (o[O_ACK] && (o[O_SINCE] || o[O_UNTIL] || by || o[O_CSV] || o[O_JSON])))
		return tool_die(tool, EXIT_USAGE, "these options do not go together; try '--help'");
	return 0;
}

/* The module's own sums are of all that ever ran; those of a period are of the records it keeps. */
static int usage_get(struct tool *tool, const struct usage_period *period, int is_all,
		     struct gpuward_usage_info **list)
{
	int err;

	if (by && is_all)
		err = gpuward_usage_totals(tool->g, list);
	else
		err = gpuward_usage(tool->g, period->after_seq, list);
	if (err)
		return tool_fail(tool, NULL, err);
	if (!is_all)
		usage_select(list, period);
	if (by && usage_sum(list, by))
		err = tool_die(tool, EXIT_FAILED, "out of memory");
	else if (warn_lost(tool))
		err = EXIT_FAILED;
	if (err)
		gpuward_free(*list);
	return err;
}

int usage_main(struct tool *tool, const struct args *args)
{
	struct usage_period period = { .last_seq = UINT64_MAX, .last_ns = UINT64_MAX };
	const char *const *o = args->option;
	struct gpuward_usage_info *list;
	uint64_t seq = 0;
	int err;

	if (o[O_ACK] && args_u64(tool->path, "--ack", o[O_ACK], &seq))
		return EXIT_USAGE;
	err = usage_check(tool, o, &period);
	if (!err)
		err = open_for(tool, o[O_JSON]);
	tool->is_headless = !!o[O_NO_HEADINGS];
	if (err)
		return err;
	if (o[O_ACK]) {
		err = gpuward_usage_ack(tool->g, seq);
		return err ? tool_fail(tool, o[O_ACK], err) : EXIT_DONE;
	}
	err = usage_get(tool, &period, !o[O_SINCE] && !o[O_UNTIL], &list);
	return err ?: usage_print(tool, list, !!o[O_CSV]);
}
