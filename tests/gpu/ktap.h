/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ktap.h - results of the CUDA tests.
 * Owns the numbering. Must not know what is tested.
 */
#ifndef GPU_KTAP_H
#define GPU_KTAP_H

#include <stdio.h>
#include <stdlib.h>

static int ktap_nr, ktap_bad;

static void check(int is_good, const char *what)
{
	ktap_bad |= !is_good;
	printf("%sok %d - %s\n", is_good ? "" : "not ", ++ktap_nr, what);
}

/* A step without which the rest makes no sense. */
static void must(cudaError_t err, const char *what)
{
	if (err == cudaSuccess)
		return;
	printf("not ok %d - %s: %s\n", ++ktap_nr, what, cudaGetErrorString(err));
	exit(1);
}

#endif /* GPU_KTAP_H */
