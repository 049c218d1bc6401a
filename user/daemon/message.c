// SPDX-License-Identifier: GPL-2.0-only
/* message.c - the texts on a waiting program's terminal. */
#include "daemon.h"
#include "../common/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void put_holder(FILE *to, const char *brand, const struct holder *holder)
{
	char *command = text_escape(holder->command ?: "");
	char process[32] = "that process";

	fprintf(to, "[warning] %s is already in use by another process:\n", brand);
	if (holder->shown_pid) {
		snprintf(process, sizeof(process), "the process %u", holder->shown_pid);
		fprintf(to, "[warning]   (pid: %u) %s\n", holder->shown_pid, command ?: "");
	} else {
		fprintf(to, "[warning]   (in another pid namespace) %s\n", command ?: "");
	}
	fprintf(to, "[warning] Two or more processes cannot use %s at the same time. The program will resume automatically after %s terminates...\n",
		brand, process);
	if (holder->hint)
		fprintf(to, "[warning] %s\n", holder->hint);
	free(command);
}

char *message_wait(const char *brand, enum topic topic, const struct holder *holder, int is_first)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	if (is_first)
		fprintf(to, "[info] Requesting resources for %s...\n", brand);
	if (topic == TOPIC_ACCEL)
		put_holder(to, brand, holder);
	else
		fprintf(to, "[warning] Not enough resources are currently available for %s. All resources in the system are being used by other users. The program will resume automatically when resources become available...\n",
			brand);
	fclose(to);
	return text;
}

char *message_ready(const char *brand)
{
	char *text;

	return asprintf(&text, "[info] %s is ready to use.\n", brand) < 0 ? NULL : text;
}

char *message_evict(const char *brand, uint64_t left_ns)
{
	char *text;

	return asprintf(&text, "[warning] %s is needed by others. The program has to end by itself; its processes are killed in %" PRIu64 " seconds...\n",
			brand, left_ns / 1000000000) < 0 ? NULL : text;
}

char *message_stay(const char *brand)
{
	char *text;

	return asprintf(&text, "[info] %s is not needed by others any more. The program may go on.\n",
			brand) < 0 ? NULL : text;
}
