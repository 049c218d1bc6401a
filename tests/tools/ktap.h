/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ktap.h - results of a test program in C.
 * Owns the counters. Must not end the program: every result is told.
 */
#ifndef TOOLS_KTAP_H
#define TOOLS_KTAP_H

#include <stdarg.h>
#include <stdio.h>

static int ktap_number, ktap_failed;

__attribute__((format(printf, 2, 3)))
static inline int ktap(int is_ok, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", is_ok ? "" : "not ", ++ktap_number);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	ktap_failed |= !is_ok;
	return is_ok;
}

static inline int ktap_end(void)
{
	printf("1..%d\n", ktap_number);
	return ktap_failed;
}

#endif /* TOOLS_KTAP_H */
