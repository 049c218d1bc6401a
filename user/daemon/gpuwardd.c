// SPDX-License-Identifier: GPL-2.0-only
/*
 * gpuwardd.c - gpuwardd: writes to the terminals of waiting programs, ends orphaned and evicted
 * jobs. It must not hold /dev/gpuward open: that would keep the module from being unloaded.
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

static void notify_terminal(uint32_t pid, const char *text)
{
	terminal_write(pid, text);
}

static void notify_stdout(uint32_t pid, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		printf("%u: %.*s\n", pid, (int)len, text);
		text += len + (text[len] == '\n');
	}
	fflush(stdout);
}

static int sync_all(struct tool *tool, struct waiters *waiters, const struct reaper *reaper)
{
	struct gpuward_job_info *list;
	int err = gpuward_jobs(tool->g, &list);

	if (err)
		return tool_fail(tool, NULL, err);
	waiters_sync(waiters, list);
	reaper_sync(reaper, list);
	gpuward_free(list);
	return 0;
}

static int watch(struct tool *tool, struct waiters *waiters, const struct reaper *reaper)
{
	struct gpuward_event_info *events, *event;
	int err = gpuward_events_open(tool->g), code;

	if (err < 0)
		return tool_fail(tool, NULL, err);
	/* First subscribe, then read the list: nothing can fall between. */
	code = sync_all(tool, waiters, reaper);
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
			code = sync_all(tool, waiters, reaper);
			if (code)
				return code;
			continue;
		}
		if (err)
			return tool_fail(tool, NULL, err);
		for (event = events; event; event = event->next) {
			waiters_event(waiters, event);
			reaper_event(reaper, event);
		}
		gpuward_free(events);
	}
}

static int daemon_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	struct config config = { .brand = DEFAULT_BRAND, .evict_signal = SIGTERM };
	struct reaper reaper = { .tool = tool, .brand = config.brand };
	struct waiters *waiters;
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
	reaper.signal = config.evict_signal;
	reaper.notify = o[O_STDOUT] ? notify_stdout : notify_terminal;
	waiters = waiters_new(config.brand, reaper.notify);
	if (!waiters)
		return tool_die(tool, EXIT_FAILED, "out of memory");
	code = watch(tool, waiters, &reaper);
	waiters_free(waiters);
	return code;
}

const struct command daemon_command = {
	"gpuwardd", "", 0, 0, "notify waiting programs, end orphaned and evicted jobs",
	options,
	daemon_main,
};
