// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - nvclient: options, verbs from arguments or from standard input, one line of output per
 * verb.
 * Owns: parsing and printing. Must not: know what a verb does.
 */
#include "nvclient.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_WORDS	32

static const struct verb *const tables[] = {
	verbs_node, verbs_object, verbs_memory, verbs_life,
	verbs_look, verbs_uvm,	  verbs_test,	verbs_race,
	verbs_escape, verbs_holder, verbs_swarm,
};

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* The one output format: verb, ret, errno, status, then what the verb adds. */
int report(struct client *c, const char *verb, struct result r, const char *fmt, ...)
{
	va_list ap;

	printf("%s ret=%d errno=%d status=0x%x", verb, r.ret, r.err, r.status);
	if (fmt) {
		putchar(' ');
		va_start(ap, fmt);
		vprintf(fmt, ap);
		va_end(ap);
	}
	putchar('\n');
	fflush(stdout);
	if (!ok(r))
		c->failed = true;
	return ok(r) ? 0 : 1;
}

unsigned long long parse_size(const char *s)
{
	char *end;
	unsigned long long v = strtoull(s, &end, 0);

	switch (*end) {
	case 'k': case 'K':
		return v << 10;
	case 'm': case 'M':
		return v << 20;
	case 'g': case 'G':
		return v << 30;
	case 't': case 'T':
		return v << 40;
	}
	return v;
}

static const struct verb *find_verb(const char *name)
{
	const struct verb *v;
	unsigned int i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (v = tables[i]; v->name; v++)
			if (!strcmp(v->name, name))
				return v;
	return NULL;
}

static void usage(FILE *f)
{
	const struct verb *v;
	unsigned int i;

	fprintf(f,
		"usage: nvclient [--gpu N] [--name X] [--dev DIR] [--nonblock] VERB [ARG...] [, VERB...]\n"
		"       nvclient -            verbs from standard input, one per line\n"
		"       nvclient FILE         verbs from a file\n");
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (v = tables[i]; v->name; v++)
			fprintf(f, "  %-12s %s\n", v->name, v->args);
}

int run_line(struct client *c, char *line)
{
	char *words[MAX_WORDS], *save = NULL, *w;
	const struct verb *v;
	int n = 0, ret;

	for (w = strtok_r(line, " \t\r\n", &save); w && n < MAX_WORDS - 1;
	     w = strtok_r(NULL, " \t\r\n", &save))
		words[n++] = w;
	words[n] = NULL;
	if (!n || words[0][0] == '#')
		return 0;
	v = find_verb(words[0]);
	ret = v ? v->run(c, n, words) : -1;
	if (ret < 0) {
		fprintf(stderr, "nvclient: %s: %s\n", words[0], v ? v->args : "no such verb");
		exit(2);
	}
	return ret;
}

static void run_stream(struct client *c, FILE *from)
{
	char *line = NULL;
	size_t cap = 0;

	while (getline(&line, &cap, from) >= 0)
		run_line(c, line);
	free(line);
}

/* "python train.py", python being a copy of this program, runs the verbs in train.py. */
static bool run_file(struct client *c, const char *path)
{
	FILE *from = find_verb(path) ? NULL : fopen(path, "re");

	if (!from)
		return false;
	run_stream(c, from);
	fclose(from);
	return true;
}

/* Arguments are one text in which commas part the verbs. */
static void run_args(struct client *c, int argc, char **argv)
{
	char text[8192] = "", *save = NULL, *part;
	int i;

	for (i = 0; i < argc; i++) {
		strncat(text, argv[i], sizeof(text) - strlen(text) - 2);
		strcat(text, " ");
	}
	for (part = strtok_r(text, ",", &save); part; part = strtok_r(NULL, ",", &save))
		run_line(c, part);
}

/* --adopt NAME=FD: files that came through exec. */
static void adopt(struct client *c, char *what)
{
	char *eq = strchr(what, '=');
	int fd, minor;

	if (!eq)
		return;
	*eq = 0;
	fd = atoi(eq + 1);
	if (!strcmp(what, "ctl"))
		c->ctl = fd;
	else if (!strcmp(what, "uvm"))
		c->uvm = fd;
	else if (!strcmp(what, "root"))
		c->root = strtoul(eq + 1, NULL, 0);
	else if (sscanf(what, "gpu%d", &minor) == 1 && minor >= 0 && minor < MAX_GPUS)
		c->gpu[minor].fd = fd;
}

static int options(struct client *c, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		if (!strcmp(argv[i], "--gpu") && i + 1 < argc)
			c->only = atoi(argv[++i]);
		else if (!strcmp(argv[i], "--any"))
			c->only = -1;
		else if (!strcmp(argv[i], "--name") && i + 1 < argc)
			c->name = argv[++i];
		else if (!strcmp(argv[i], "--dev") && i + 1 < argc)
			c->dev = argv[++i];
		else if (!strcmp(argv[i], "--adopt") && i + 1 < argc)
			adopt(c, argv[++i]);
		else if (!strcmp(argv[i], "--nonblock"))
			c->nonblock = true;
		else if (!strcmp(argv[i], "--help")) {
			usage(stdout);
			exit(0);
		} else {
			usage(stderr);
			exit(2);
		}
	}
	return i;
}

int main(int argc, char **argv)
{
	static struct client c = { .dev = "/dev",
				   .only = -1,
				   .ctl = -1,
				   .uvm = -1,
				   .tools = -1,
				   .received = -1,
				   .exit_code = -1,
				   .next = 1 };
	int i, first;

	for (i = 0; i < MAX_GPUS; i++)
		c.gpu[i].fd = -1;
	c.allocs = calloc(MAX_ALLOCS, sizeof(*c.allocs));
	if (!c.allocs)
		return 1;
	first = options(&c, argc, argv);
	if (c.name)
		prctl(PR_SET_NAME, c.name);
	if (first >= argc) {
		usage(stderr);
		return 2;
	}
	if (!strcmp(argv[first], "-"))
		run_stream(&c, stdin);
	else if (argc - first > 1 || !run_file(&c, argv[first]))
		run_args(&c, argc - first, argv + first);
	return c.exit_code >= 0 ? c.exit_code : c.failed;
}
