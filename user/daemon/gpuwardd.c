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
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#define CONFIG_PATH "/etc/gpuward/gpuwardd.conf"

enum { O_BRAND, O_CONFIG, O_STDOUT, O_VERSION };
static const struct option_row options[] = {
	{ "brand", 0, "TEXT", "what users call an accelerator (default: " DEFAULT_BRAND ")" },
	{ "config", 0, "FILE", "read FILE, not " CONFIG_PATH },
	{ "stdout", 0, NULL, "print the messages with the pid, write to no terminal" },
	{ "version", 0, NULL, "version of this program" },
	{},
};

struct daemon {
	struct tool *tool;
	struct waiters *waiters;
	struct reaper reaper;
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

/* 0 or an exit code. */
static int read_jobs(struct daemon *daemon)
{
	struct gpuward_job_info *list;
	int err = gpuward_jobs(daemon->tool->g, &list);

	if (err)
		return log_fail(daemon->tool, NULL, 0, err);
	waiters_sync(daemon->waiters, list);
	reaper_sync(&daemon->reaper, list);
	gpuward_free(list);
	return 0;
}

/* 0 or an exit code. */
static int read_events(struct daemon *daemon)
{
	struct gpuward_event_info *events, *event;
	int err = gpuward_events_read(daemon->tool->g, &events);

	if (err == -EINTR || err == -EAGAIN)
		return 0;
	if (err == -ENOBUFS) {
		log_fail(daemon->tool, NULL, 0, err);
		return read_jobs(daemon);
	}
	if (err)
		return log_fail(daemon->tool, NULL, 0, err);
	for (event = events; event; event = event->next) {
		waiters_event(daemon->waiters, event);
		reaper_event(&daemon->reaper, event);
	}
	gpuward_free(events);
	return ferror(stdout) ? EXIT_FAILED : 0;	/* tool_finish() says why */
}

static int on_events(sd_event_source *source, int fd, uint32_t what, void *arg)
{
	int code = read_events(arg);

	(void)fd;
	(void)what;
	return code ? sd_event_exit(sd_event_source_get_event(source), code) : 0;
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	(void)info;
	(void)arg;
	return sd_event_exit(sd_event_source_get_event(source), EXIT_DONE);
}

/* 0 or a negative errno. */
static int add_sources(struct daemon *daemon, sd_event *loop, int events_fd)
{
	sigset_t signals;
	int err;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	err = sd_event_add_signal(loop, NULL, SIGTERM, on_signal, NULL);
	if (err >= 0)
		err = sd_event_add_signal(loop, NULL, SIGINT, on_signal, NULL);
	if (err >= 0)
		err = sd_event_add_io(loop, NULL, events_fd, EPOLLIN, on_events, daemon);
	if (err >= 0)
		err = sd_event_set_watchdog(loop, 1);
	return err < 0 ? err : 0;
}

static int watch(struct daemon *daemon)
{
	int events_fd = gpuward_events_open(daemon->tool->g), code, err;
	sd_event *loop = NULL;

	if (events_fd < 0)
		return log_fail(daemon->tool, NULL, 0, events_fd);
	/* First subscribe, then read the list: nothing can fall between. */
	code = read_jobs(daemon);
	if (code)
		return code;
	err = sd_event_new(&loop);
	if (err >= 0)
		err = add_sources(daemon, loop, events_fd);
	if (err >= 0) {
		sd_notify(0, "READY=1\nSTATUS=Watching programs that wait, and jobs that have to end");
		err = sd_event_loop(loop);
		sd_notify(0, "STOPPING=1");
	}
	sd_event_unref(loop);
	return err < 0 ? tool_die(daemon->tool, EXIT_FAILED, "event loop: %s", strerror(-err)) : err;
}

static int daemon_main(struct tool *tool, const struct args *args)
{
	const char *const *o = args->option;
	struct config config = { .brand = DEFAULT_BRAND, .evict_signal = SIGTERM };
	struct daemon daemon = { .tool = tool, .reaper = { .tool = tool, .brand = config.brand } };
	const char *error;
	int code;

	if (o[O_VERSION]) {
		printf("gpuwardd %s\n", gpuward_client_version());
		return EXIT_DONE;
	}
	code = config_read(tool, o[O_CONFIG] ?: CONFIG_PATH, !!o[O_CONFIG], &config);
	if (code)
		return code;
	error = o[O_BRAND] ? config_set_brand(&config, o[O_BRAND]) : NULL;
	if (error)
		return tool_die(tool, EXIT_USAGE, "%s", error);
	code = tool_greet(tool);
	if (code)
		return code;
	daemon.reaper.signal = config.evict_signal;
	daemon.reaper.notify = o[O_STDOUT] ? notify_stdout : notify_terminal;
	daemon.waiters = waiters_new(config.brand, daemon.reaper.notify);
	if (!daemon.waiters)
		return tool_die(tool, EXIT_FAILED, "out of memory");
	code = watch(&daemon);
	waiters_free(daemon.waiters);
	return code;
}

const struct command daemon_command = {
	"gpuwardd", "", 0, 0, "notify waiting programs, end orphaned and evicted jobs",
	options,
	daemon_main,
};
