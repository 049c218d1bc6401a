// SPDX-License-Identifier: GPL-2.0-only
/*
 * gpuwardd.c - gpuwardd: tells waiting programs' terminals what they wait for, ends jobs whose time is
 * over.
 * Owns the loop over events. Must not hold /dev/gpuward open: that would keep the module from
 * being unloaded.
 */
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define CONFIG_PATH "/etc/gpuward/gpuwardd.conf"

enum { O_BRAND, O_CONFIG, O_STDOUT, O_VERSION };
static const struct option_row options[] = {
	{ "brand", 0, "TEXT", "what users call an accelerator (default: " DEFAULT_BRAND ")" },
	{ "config", 0, "FILE", "read FILE, not " CONFIG_PATH },
	{ "stdout", 0, NULL, "print the messages with the pid, write to no terminal" },
	{ "version", 0, NULL, "version of this program" },
	{},
};

static void say_terminal(uint32_t pid, const char *text)
{
	terminal_write(pid, text);
}

static void say_stdout(uint32_t pid, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("%u: %.*s\n", pid, (int)len, text);
		text += len + (text[len] == '\n');
	}
	fflush(stdout);
}

static int sync_all(struct tool *tool, struct jobs *jobs, const struct ending *ending)
{
	struct gpuward_job_info *list;
	int err = gpuward_jobs(tool->g, &list);

	if (err)
		return tool_fail(tool, NULL, err);
	jobs_sync(jobs, list);
	ending_sync(ending, list);
	gpuward_free(list);
	return 0;
}

static int watch(struct tool *tool, struct jobs *jobs, const struct ending *ending)
{
	struct gpuward_event_info *events, *event;
	int err = gpuward_events_open(tool->g), code;

	if (err < 0)
		return tool_fail(tool, NULL, err);
	/* First subscribe, then look: nothing can fall between. */
	code = sync_all(tool, jobs, ending);
	if (code)
		return code;
	notify_send("READY=1\nSTATUS=Watching programs that wait, and jobs that have to end");
	for (;;) {
		if (ferror(stdout))
			return EXIT_FAILED;	/* tool_finish() says why */
		err = gpuward_events_read(tool->g, &events);
		if (err == -EINTR)
			continue;
		if (err == -ENOBUFS) {
			tool_fail(tool, NULL, err);
			code = sync_all(tool, jobs, ending);
			if (code)
				return code;
			continue;
		}
		if (err)
			return tool_fail(tool, NULL, err);
		for (event = events; event; event = event->next) {
			jobs_event(jobs, event);
			ending_event(ending, event);
		}
		gpuward_free(events);
	}
}

static int daemon_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	struct config config = { .brand = DEFAULT_BRAND, .evict_signal = SIGTERM };
	struct ending ending = { .tool = tool, .brand = config.brand };
	struct jobs *jobs;
	int code;

	if (o[O_VERSION]) {
		printf("gpuwardd %s\n", gpuward_client_version());
		return EXIT_DONE;
	}
	code = config_read(tool, o[O_CONFIG] ?: CONFIG_PATH, !!o[O_CONFIG], &config);
	if (!code && o[O_BRAND])
		code = config_set_brand(tool, o[O_BRAND], &config);
	if (!code)
		code = tool_greet(tool);
	if (code)
		return code;
	ending.signal = config.evict_signal;
	ending.say = o[O_STDOUT] ? say_stdout : say_terminal;
	jobs = jobs_new(config.brand, ending.say);
	if (!jobs)
		return tool_die(tool, EXIT_FAILED, "out of memory");
	code = watch(tool, jobs, &ending);
	jobs_free(jobs);
	return code;
}

const struct command daemon_command = {
	"gpuwardd", "", 0, 0, "tell waiting programs what they wait for, end orphaned and evicted jobs",
	options,
	daemon_main,
};
