// SPDX-License-Identifier: GPL-2.0-only
/* log.c - the daemon's own messages: to the journal with fields, where that reads stderr; else lines. */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "daemon.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

/* JOURNAL_STREAM names the socket that stderr was at the start; it may be something else by now. */
static int stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uint64_t device, inode;
	struct stat st;

	return stream && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
	       !fstat(STDERR_FILENO, &st) && st.st_dev == device && st.st_ino == inode;
}

static int journal_print(int priority, const char *vm, uint64_t job, const char *text)
{
	if (job)
		return sd_journal_send("MESSAGE=%s", text, "PRIORITY=%i", priority,
				       "GPUWARD_VM=%s", vm, "GPUWARD_JOB=%" PRIu64, job, NULL);
	return sd_journal_send("MESSAGE=%s", text, "PRIORITY=%i", priority, NULL);
}

void log_print(int priority, const char *vm, uint64_t job, const char *format, ...)
{
	char *text = NULL, *safe;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	safe = text ? text_escape(text) : NULL;
	if (!stderr_is_journal() || journal_print(priority, vm, job, safe ?: "out of memory") < 0)
		fprintf(stderr, "gpuwardd: %s\n", safe ?: "out of memory");
	free(safe);
	free(text);
}

int log_fail(struct tool *tool, const char *vm, uint64_t job, int err)
{
	const char *text = gpuward_error(tool->g);

	log_print(LOG_ERR, vm, job, "%s", *text ? text : strerror(-err));
	return tool_exit_code(err);
}
