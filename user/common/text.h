/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * text.h - foreign strings on their way to a terminal: escaping and display width; durations,
 * UUIDs.
 */
#ifndef GPUWARD_TEXT_H
#define GPUWARD_TEXT_H

#include <linux/gpuward_genl.h>
#include <stdint.h>

/*
 * A copy that is harmless on a terminal, to be freed by the caller: control characters,
 * bidirectional and invisible ones, a backslash and bytes that are no UTF-8 become \n, \x1b,
 * \u202e and so on. NULL without memory.
 */
char *text_escape(const char *text);

/* A copy with bytes that are no UTF-8 replaced by U+FFFD, for JSON. */
char *text_utf8(const char *text);

/*
 * A copy of a JSON document in which characters that are not harmless on a terminal are written
 * as \u009b and so on: it is the same document.
 */
char *text_json(const char *json);

/* Columns that an escaped string takes on a terminal. */
unsigned int text_width(const char *text);

#define TEXT_DURATION_LEN 32

/* How long it is until @deadline_ns of CLOCK_BOOTTIME; 0 when that is over. */
uint64_t text_left(uint64_t deadline_ns);

/* Nanoseconds for people: "0.5s", "12s", "3m05s", "2h07m", "4d03h". */
const char *text_duration(uint64_t ns, char buf[TEXT_DURATION_LEN]);

/* "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" */
#define UUID_TEXT_LEN 41
const char *uuid_text(const uint8_t uuid[GPUWARD_GPU_UUID_LEN], char buf[UUID_TEXT_LEN]);

/* The reverse; -1 when it is no UUID. "GPU-" and dashes may be left out. */
int uuid_parse(const char *text, uint8_t uuid[GPUWARD_GPU_UUID_LEN]);

#endif /* GPUWARD_TEXT_H */
