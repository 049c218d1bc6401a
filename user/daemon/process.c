// SPDX-License-Identifier: GPL-2.0-only
/* process.c - what /proc says of processes. */
#include "daemon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int same_namespace(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_ino == sb.st_ino && sa.st_dev == sb.st_dev;
}

/* The value of a line of /proc/PID/status, in @line; NULL when it is not there. */
static const char *status_of(uint32_t pid, const char *key, char *line, size_t size)
{
	size_t len = strlen(key);
	const char *value = NULL;
	char path[32];
	FILE *from;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	from = fopen(path, "re");
	if (!from)
		return NULL;
	while (!value && fgets(line, (int)size, from))
		if (!strncmp(line, key, len) && line[len] == ':')
			value = line + len + 1;
	fclose(from);
	return value;
}

uint32_t process_seen_by(uint32_t pid, uint32_t seer)
{
	char seer_ns[40], pid_ns[40], line[256];
	const char *numbers;
	char *end;
	uint32_t last = 0;

	snprintf(seer_ns, sizeof(seer_ns), "/proc/%u/ns/pid", seer);
	if (same_namespace(seer_ns, "/proc/self/ns/pid"))
		return pid;
	snprintf(pid_ns, sizeof(pid_ns), "/proc/%u/ns/pid", pid);
	if (!same_namespace(seer_ns, pid_ns))
		return 0;
	/* "NSpid: 4711 12 1": from our namespace down to its own */
	numbers = status_of(pid, "NSpid", line, sizeof(line));
	while (numbers) {
		unsigned long number = strtoul(numbers, &end, 10);

		if (end == numbers)
			break;
		last = (uint32_t)number;
		numbers = end;
	}
	return last;
}

int process_are_siblings(uint32_t a, uint32_t b)
{
	char line[256];
	const char *value = status_of(a, "PPid", line, sizeof(line));
	unsigned long parent = value ? strtoul(value, NULL, 10) : 0;

	if (parent <= 1)
		return 0;
	value = status_of(b, "PPid", line, sizeof(line));
	return value && strtoul(value, NULL, 10) == parent;
}

int process_handles(uint32_t pid, int sig)
{
	char line[256];
	const char *value = status_of(pid, "SigCgt", line, sizeof(line));

	return value && sig > 0 && sig <= 64 && strtoull(value, NULL, 16) >> (sig - 1) & 1;
}
