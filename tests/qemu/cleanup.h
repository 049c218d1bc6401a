/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Brings the guest back to how it was before a test.
 * Removes what a test left behind; says what it could not remove.
 */
#ifndef GPUWARD_VM_CLEANUP_H
#define GPUWARD_VM_CLEANUP_H

#include "ktap.h"

/* Kills every process but us; one that does not die is a failure. */
void cleanup_processes(struct ktap *k, int patience_s);
/* Removes every cgroup below the root. */
void cleanup_cgroups(struct ktap *k);
/* Unloads every module; one that does not go is a failure. */
void cleanup_modules(struct ktap *k, int patience_s);

#endif
