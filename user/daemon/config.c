// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c - /etc/gpuward/gpuwardd.conf. An unknown key is an error: a typing error would pass
 * unseen.
 */
#include "daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int config_set_brand(struct tool *tool, const char *brand, struct config *config)
{
	if (!*brand || strlen(brand) >= sizeof(config->brand))
		return tool_die(tool, EXIT_USAGE, "brand must have 1 to %zu bytes",
				sizeof(config->brand) - 1);
	strcpy(config->brand, brand);
	return 0;
}

/* "TERM", "SIGTERM", "none" */
static int set_signal(struct tool *tool, const char *name, struct config *config)
{
	const char *bare = strncmp(name, "SIG", 3) ? name : name + 3;
	int sig;

	if (!strcmp(name, "none")) {
		config->evict_signal = 0;
		return 0;
	}
	for (sig = 1; sig < 32; sig++) {
		if (strcmp(bare, sigabbrev_np(sig)))
			continue;
		config->evict_signal = sig;
		return 0;
	}
	return tool_die(tool, EXIT_USAGE, "evict_signal must be none or the name of a signal, such as TERM, not \"%s\"",
			name);
}

static char *strip(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';
	return text;
}

int config_read(struct tool *tool, const char *path, int must_exist, struct config *config)
{
	unsigned int number = 0;
	char line[512];
	FILE *from;
	int code = 0;

	from = fopen(path, "re");
	if (!from) {
		if (errno == ENOENT && !must_exist)
			return 0;
		return tool_die(tool, EXIT_FAILED, "%s: %s", path, strerror(errno));
	}
	while (!code && fgets(line, sizeof(line), from)) {
		char *key = strip(line), *value = strchr(key, '=');

		number++;
		if (!*key || *key == '#')
			continue;
		if (value)
			*value++ = '\0';
		if (value && !strcmp(strip(key), "brand"))
			code = config_set_brand(tool, strip(value), config);
		else if (value && !strcmp(strip(key), "evict_signal"))
			code = set_signal(tool, strip(value), config);
		else
			code = tool_die(tool, EXIT_USAGE, "%s:%u: unknown key \"%s\"", path, number,
					key);
	}
	fclose(from);
	return code;
}
