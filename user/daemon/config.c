// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c - /etc/gpuward/gpuwardd.conf. An unknown key is an error: a typing error would pass
 * unseen.
 */
#include "daemon.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

struct parse {
	FILE *from;
	struct config *config;
	int line;		/* the one that is being parsed */
	int error_line;
	char error[128];	/* of error_line */
};

const char *config_set_brand(struct config *config, const char *brand)
{
	if (!*brand || strlen(brand) >= sizeof(config->brand))
		return "brand must have 1 to 63 bytes";
	strcpy(config->brand, brand);
	return NULL;
}
_Static_assert(GPUWARD_NAME_LEN == 64, "the text above says 63");

/* "TERM", "SIGTERM", "none" */
static const char *set_signal(struct config *config, const char *name)
{
	const char *bare = strncmp(name, "SIG", 3) ? name : name + 3;
	int sig;

	if (!strcmp(name, "none")) {
		config->evict_signal = 0;
		return NULL;
	}
	for (sig = 1; sig < 32; sig++) {
		if (strcmp(bare, sigabbrev_np(sig)))
			continue;
		config->evict_signal = sig;
		return NULL;
	}
	return "evict_signal must be none or the name of a signal, such as TERM";
}

static void set_error(struct parse *parse, const char *text, const char *word)
{
	parse->error_line = parse->line;
	snprintf(parse->error, sizeof(parse->error), "%s%s%.40s%s", text, word ? " \"" : "",
		 word ?: "", word ? "\"" : "");
}

static int parse_key(void *arg, const char *section, const char *key, const char *value)
{
	struct parse *parse = arg;
	const char *error;

	if (*section) {
		set_error(parse, "unknown section", section);
		return 0;
	}
	if (!strcmp(key, "brand")) {
		error = config_set_brand(parse->config, value);
	} else if (!strcmp(key, "evict_signal")) {
		error = set_signal(parse->config, value);
	} else {
		set_error(parse, "unknown key", key);
		return 0;
	}
	if (error)
		set_error(parse, error, NULL);
	return !error;
}

/* What did not fit of a line, which would be another line to inih. 1 when there was anything. */
static int skip_rest(FILE *from, const char *line)
{
	int c, nr = 0;

	if (strchr(line, '\n'))
		return 0;
	while ((c = fgetc(from)) != EOF && c != '\n')
		nr = 1;
	return nr;
}

/*
 * Up to the first error. Leading blanks are taken off: to inih a line that begins with one would go
 * on with the value above.
 */
static char *read_line(char *to, int size, void *arg)
{
	struct parse *parse = arg;
	char *text;

	if (parse->error_line || !fgets(to, size, parse->from))
		return NULL;
	parse->line++;
	text = to + strspn(to, " \t");
	if (skip_rest(parse->from, to) && *text != '#' && *text != ';') {
		set_error(parse, "line too long", NULL);
		return NULL;
	}
	return memmove(to, text, strlen(text) + 1);
}

int config_read(struct tool *tool, const char *path, int must_exist, struct config *config)
{
	struct parse parse = { .config = config };
	int code = 0, line;

	parse.from = fopen(path, "re");
	if (!parse.from) {
		if (errno == ENOENT && !must_exist)
			return 0;
		return tool_die(tool, EXIT_FAILED, "%s: %s", path, strerror(errno));
	}
	line = ini_parse_stream(read_line, &parse, parse_key, &parse);
	if (ferror(parse.from))
		code = tool_die(tool, EXIT_FAILED, "%s: %s", path, strerror(errno));
	else if (line < 0)
		code = tool_die(tool, EXIT_FAILED, "out of memory");
	else if (line && line != parse.error_line)
		code = tool_die(tool, EXIT_USAGE, "%s:%d: neither key=value nor a comment", path,
				line);
	else if (parse.error_line)
		code = tool_die(tool, EXIT_USAGE, "%s:%d: %s", path, parse.error_line, parse.error);
	fclose(parse.from);
	return code;
}
