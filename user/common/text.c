// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c - foreign strings on their way to a terminal: escaping and display width; durations,
 * UUIDs. Nothing here depends on the locale: tools run with LC_ALL=C in containers that have no
 * locale at all.
 */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct range {
	uint32_t first, last;
};

/* Bidirectional controls, invisible and formatting characters, line separators. */
static const struct range hidden[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e },
	{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
};

static const struct range zero_width[] = {
	{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a }, { 0x64b, 0x65f },
	{ 0x6d6, 0x6dc }, { 0x900, 0x902 }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a }, { 0xe47, 0xe4e },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
};

static const struct range two_wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x23e9, 0x23ec }, { 0x2e80, 0x303e },
	{ 0x3041, 0x33ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xa000, 0xa4cf },
	{ 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

#define IS_IN(c, table) is_in(c, table, sizeof(table) / sizeof(*(table)))

static int is_in(uint32_t c, const struct range *table, size_t nr)
{
	size_t i;

	for (i = 0; i < nr && table[i].first <= c; i++)
		if (c <= table[i].last)
			return 1;
	return 0;
}

/* Length of the character at @text, 0 when it is no UTF-8 (overlong forms, surrogates). */
static unsigned int decode(const char *text, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*text;
	unsigned int len, i;

	if (first < 0x80) {
		*c = first;
		return 1;
	}
	len = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 :
	      first >= 0xc0 && first < 0xe0 ? 2 : 0;
	if (!len)
		return 0;
	*c = first & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (text[i] & 0x3f);
	}
	if (*c < least[len] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return 0;
	return len;
}

static unsigned int escape_one(char *to, uint32_t c)
{
	switch (c) {
	case '\n':
		return (unsigned int)sprintf(to, "\\n");
	case '\t':
		return (unsigned int)sprintf(to, "\\t");
	case '\r':
		return (unsigned int)sprintf(to, "\\r");
	case '\\':
		return (unsigned int)sprintf(to, "\\\\");
	default:
		return (unsigned int)sprintf(to, c < 0x100 ? "\\x%02" PRIx32 : "\\u%04" PRIx32, c);
	}
}

char *text_escape(const char *text)
{
	char *out = malloc(strlen(text) * 4 + 1), *to = out;	/* "\xNN" for one byte */
	uint32_t c;

	while (out && *text) {
		unsigned int len = decode(text, &c);

		if (!len) {
			to += escape_one(to, (unsigned char)*text++);
			continue;
		}
		if (c == '\\' || IS_IN(c, hidden)) {
			to += escape_one(to, c);
		} else {
			memcpy(to, text, len);
			to += len;
		}
		text += len;
	}
	if (out)
		*to = '\0';
	return out;
}

char *text_utf8(const char *text)
{
	char *out = malloc(strlen(text) * 3 + 1), *to = out;
	uint32_t c;

	while (out && *text) {
		unsigned int len = decode(text, &c);

		if (len) {
			memcpy(to, text, len);
			to += len;
			text += len;
		} else {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
			text++;
		}
	}
	if (out)
		*to = '\0';
	return out;
}

char *text_json(const char *json)
{
	char *out = malloc(strlen(json) * 6 + 1), *to = out;	/* U+009B: two bytes, then six */
	uint32_t c;

	while (out && *json) {
		unsigned int len = decode(json, &c);

		/* Beyond ASCII there is nothing but text in JSON; below, json-c escapes. */
		if (!len || c < 0x7f || !IS_IN(c, hidden)) {
			len = len ?: 1;
			memcpy(to, json, len);
			to += len;
		} else if (c < 0x10000) {
			to += sprintf(to, "\\u%04" PRIx32, c);
		} else {
			to += sprintf(to, "\\u%04" PRIx32 "\\u%04" PRIx32,
				      0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
		}
		json += len;
	}
	if (out)
		*to = '\0';
	return out;
}

unsigned int text_width(const char *text)
{
	unsigned int width = 0;
	uint32_t c;

	while (*text) {
		unsigned int len = decode(text, &c);

		if (!len)
			len = 1;
		else if (IS_IN(c, zero_width))
			width--;
		else if (IS_IN(c, two_wide))
			width++;
		width++;
		text += len;
	}
	return width;
}

uint64_t text_left(uint64_t deadline_ns)
{
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_BOOTTIME, &t);
	now = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
	return deadline_ns > now ? deadline_ns - now : 0;
}

const char *text_duration(uint64_t ns, char buf[TEXT_DURATION_LEN])
{
	uint64_t s = ns / 1000000000;

	if (s < 10)
		snprintf(buf, TEXT_DURATION_LEN, "%" PRIu64 ".%" PRIu64 "s", s,
			 ns / 100000000 % 10);
	else if (s < 60)
		snprintf(buf, TEXT_DURATION_LEN, "%" PRIu64 "s", s);
	else if (s < 3600)
		snprintf(buf, TEXT_DURATION_LEN, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, TEXT_DURATION_LEN, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
	else
		snprintf(buf, TEXT_DURATION_LEN, "%" PRIu64 "d%02" PRIu64 "h", s / 86400,
			 s / 3600 % 24);
	return buf;
}

const char *uuid_text(const uint8_t uuid[GPUWARD_GPU_UUID_LEN], char buf[UUID_TEXT_LEN])
{
	char *to = buf + sprintf(buf, "GPU-");
	int i;

	for (i = 0; i < GPUWARD_GPU_UUID_LEN; i++)
		to += sprintf(to, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      uuid[i]);
	return buf;
}

int uuid_parse(const char *text, uint8_t uuid[GPUWARD_GPU_UUID_LEN])
{
	unsigned int nr = 0, byte;

	if (!strncmp(text, "GPU-", 4))
		text += 4;
	while (*text && nr < GPUWARD_GPU_UUID_LEN) {
		if (*text == '-') {
			text++;
			continue;
		}
		if (strspn(text, "0123456789abcdefABCDEF") < 2 || sscanf(text, "%2x", &byte) != 1)
			return -1;
		uuid[nr++] = (uint8_t)byte;
		text += 2;
	}
	return *text || nr != GPUWARD_GPU_UUID_LEN ? -1 : 0;
}
