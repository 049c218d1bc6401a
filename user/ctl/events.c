// SPDX-License-Identifier: GPL-2.0-only
/*
 * events.c - gpuwardctl events: what happens, while it happens. Each line is out before the next
 * event is read.
 */
#include "ctl.h"
#include "../common/json.h"
#include "../common/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { O_JSON, O_COUNT };
const struct option_row events_options[] = {
	{ "json", 0, NULL, "print one JSON object per line" },
	{ "count", 'n', "COUNT", "end after COUNT events" },
	{},
};

#define HAS(event, attr) ((event)->fields & GPUWARD_FIELD(GPUWARD_A_EVENT_##attr))

static void print_text(const char *key, const char *text)
{
	char *safe = text_escape(text);
	const char *c;

	printf(" %s=\"", key);
	for (c = safe ?: ""; *c; c++)
		printf(*c == '"' ? "\\%c" : "%c", *c);
	putchar('"');
	free(safe);
}

static void print_human(const struct gpuward_event_info *event)
{
	char duration[TEXT_DURATION_LEN];

	printf("%" PRIu64 ".%06" PRIu64 " %s", event->time_ns / 1000000000,
	       event->time_ns / 1000 % 1000000, gpuward_word(GPUWARD_WORDS_EVENT, event->type));
	if (HAS(event, VM))
		print_text("vm", event->vm);
	if (HAS(event, ACCEL))
		printf(" accel=%u", event->accel);
	if (HAS(event, GPU))
		printf(" gpu=%u", event->gpu);
	if (HAS(event, JOB))
		printf(" job=%" PRIu64, event->job);
	if (HAS(event, PID))
		printf(" pid=%u", event->pid);
	if (HAS(event, COMMAND))
		print_text("command", event->command);
	if (HAS(event, HOLDER_PID))
		printf(" holder=%u", event->holder_pid);
	if (HAS(event, HOLDER_COMMAND))
		print_text("holder_command", event->holder_command);
	if (HAS(event, MODEL))
		print_text("model", event->model);
	if (HAS(event, WAIT_NS))
		printf(" waited=%s", text_duration(event->wait_ns, duration));
	if (HAS(event, HELD_NS) && event->type != GPUWARD_EVENT_JOB_START)
		printf(" held=%s", text_duration(event->held_ns, duration));
	if (HAS(event, REQUESTED))
		printf(" requested=%" PRIu64 " used=%" PRIu64 " limit=%" PRIu64,
		       event->requested_bytes, event->used_bytes, event->limit_bytes);
	if (HAS(event, DEADLINE))
		printf(" left=%s", text_duration(event->deadline_ns > event->time_ns ?
						 event->deadline_ns - event->time_ns : 0,
						 duration));
	if (HAS(event, FOR_VM))
		print_text("for_vm", event->for_vm);
	if (HAS(event, COUNT) && event->count)
		printf(" not_shown=%" PRIu64, event->count);
	if (HAS(event, TEXT))
		print_text("text", event->text);
	putchar('\n');
}

static void print_json(const struct gpuward_event_info *event)
{
	json_print_line(json_event(event));
}

int events_main(struct tool *tool, const struct args *args)
{
	struct gpuward_event_info *events, *event;
	uint64_t left = UINT64_MAX;
	int err;

	if (args->option[O_COUNT] &&
	    args_u64(tool->path, "--count", args->option[O_COUNT], &left))
		return EXIT_USAGE;
	tool->is_json = !!args->option[O_JSON];
	err = tool_greet(tool);
	if (err)
		return err;
	err = gpuward_events_open(tool->g);
	if (err < 0)
		return tool_fail(tool, NULL, err);
	while (left) {
		err = gpuward_events_read(tool->g, &events);
		if (err && err != -ENOBUFS)
			return tool_fail(tool, NULL, err);
		if (err)
			tool_fail(tool, NULL, err);
		for (event = events; event && left; event = event->next, left--)
			(tool->is_json ? print_json : print_human)(event);
		gpuward_free(events);
		if (fflush(stdout))
			return EXIT_FAILED;	/* tool_finish() says why */
	}
	return EXIT_DONE;
}
