/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One test's KTAP, read line by line and passed on.
 * Knows the format; knows nothing of processes or kernels.
 */
#ifndef GPUWARD_VM_KTAP_H
#define GPUWARD_VM_KTAP_H

#include <stddef.h>

struct ktap {
	int out;		/* where lines go */
	const char *test;	/* put in front of every name */
	int nr_seen;
	int nr_failed;
	int nr_planned;		/* -1: no plan */
	int skipped_whole;	/* "1..0 # SKIP reason" */
	char line[2048];
	size_t len;
};

void ktap_init(struct ktap *k, int out, const char *test);
/* Bytes the test wrote. */
void ktap_feed(struct ktap *k, const char *bytes, size_t n);
/* A failure found by the caller, not by the test. */
void ktap_fail(struct ktap *k, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Nothing more will come: judge the stream as a whole. */
void ktap_finish(struct ktap *k);

/* A line to out, whatever its length, whatever is in the way. */
void ktap_say(int out, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* How many results were said in all, for the reader to compare. */
int ktap_results(void);

#endif
