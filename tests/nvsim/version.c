// SPDX-License-Identifier: GPL-2.0-only
/*
 * version.c - which driver release this stand-in plays; the only object that differs between most
 * variants.
 * Owns: the version string, its comparison and the module's identity. Must not: know any request.
 */
#include "nvsim.h"

#include <linux/kernel.h>

#ifndef NVSIM_VERSION
#error "NVSIM_VERSION is set by Kbuild from the variant's name"
#endif

const char nvsim_version[] = NVSIM_VERSION;

/* Is the played release at least this one? */
bool nvsim_at_least(unsigned int major, unsigned int minor, unsigned int patch)
{
	unsigned int v[3] = { 0, 0, 0 };

	if (sscanf(nvsim_version, "%u.%u.%u", &v[0], &v[1], &v[2]) < 1)
		return true;
	if (v[0] != major)
		return v[0] > major;
	if (v[1] != minor)
		return v[1] > minor;
	return v[2] >= patch;
}

/* The frontend shape (one cdev, inner functions) was given up in 545.23.06. */
bool nvsim_is_frontend(void)
{
	return !nvsim_at_least(545, 23, 6);
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("stand-in for nvidia.ko, for tests");
MODULE_VERSION(NVSIM_VERSION);
