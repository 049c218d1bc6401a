// SPDX-License-Identifier: GPL-2.0-only
/*
 * One test's KTAP, read line by line and passed on.
 * Knows the format; knows nothing of processes or kernels.
 */
#include "ktap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int nr_results;

int ktap_results(void)
{
	return nr_results;
}

static void say(int out, const char *fmt, va_list ap)
{
	char text[4096];
	size_t len, done = 0;
	int n = vsnprintf(text, sizeof(text) - 1, fmt, ap);

	if (n < 0)
		return;
	len = (size_t)n < sizeof(text) - 1 ? (size_t)n : sizeof(text) - 2;
	text[len++] = '\n';
	if (!strncmp(text, "ok ", 3) || !strncmp(text, "not ok ", 7))
		nr_results++;
	while (done < len) {
		ssize_t w = write(out, text + done, len - done);

		if (w < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (w > 0)
			done += w;
	}
}

void ktap_say(int out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(out, fmt, ap);
	va_end(ap);
}

void ktap_init(struct ktap *k, int out, const char *test)
{
	memset(k, 0, sizeof(*k));
	k->out = out;
	k->test = test;
	k->nr_planned = -1;
}

/* After "ok" or "not ok": an optional number, an optional dash, the name. */
static const char *name_of(const char *s)
{
	s += strspn(s, " \t");
	s += strspn(s, "0123456789");
	s += strspn(s, " \t");
	if (*s == '-')
		s++;
	return s + strspn(s, " \t");
}

static int is_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(line, word, n) && (!line[n] || line[n] == ' ');
}

static void take_line(struct ktap *k, const char *line)
{
	if (is_word(line, "ok")) {
		k->nr_seen++;
		ktap_say(k->out, "ok - %s: %s", k->test, name_of(line + 2));
	} else if (is_word(line, "not ok")) {
		k->nr_seen++;
		k->nr_failed++;
		ktap_say(k->out, "not ok - %s: %s", k->test, name_of(line + 6));
	} else if (!strncmp(line, "1..", 3)) {
		k->nr_planned = atoi(line + 3);
		if (!k->nr_planned && strstr(line, "# SKIP")) {
			k->skipped_whole = 1;
			ktap_say(k->out, "ok - %s: everything %s", k->test,
				 strstr(line, "# SKIP"));
		}
	} else if (!strncmp(line, "Bail out!", 9)) {
		ktap_fail(k, "%s", line);
	} else if (strncmp(line, "KTAP version", 12) &&
		   strncmp(line, "TAP version", 11)) {
		ktap_say(k->out, line[0] == '#' ? "%s" : "# %s", line);
	}
}

static void end_line(struct ktap *k)
{
	k->line[k->len] = '\0';
	k->len = 0;
	take_line(k, k->line);
}

void ktap_feed(struct ktap *k, const char *bytes, size_t n)
{
	while (n--) {
		char c = *bytes++;

		if (c == '\n' || k->len == sizeof(k->line) - 1)
			end_line(k);
		if (c != '\n' && c != '\r')
			k->line[k->len++] = c;
	}
}

void ktap_fail(struct ktap *k, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	k->nr_failed++;
	ktap_say(k->out, "not ok - %s: %s", k->test, text);
}

void ktap_finish(struct ktap *k)
{
	if (k->len)
		end_line(k);
	if (k->nr_planned >= 0 && k->nr_planned != k->nr_seen)
		ktap_fail(k, "%d results where %d were planned", k->nr_seen,
			  k->nr_planned);
	else if (!k->nr_seen && !k->skipped_whole && !k->nr_failed)
		ktap_fail(k, "no result at all");
}
