/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of the whole host, and the one place where a request is refused and counted.
 */
#ifndef _GW_POLICY_H
#define _GW_POLICY_H

#include "vm.h"

/* enum gpuward_host, enum gpuward_enforce; written under gw_admin, read anywhere. */
extern u32 gw_host;
extern u32 gw_enforce;
extern atomic64_t gw_nr_refused;

static inline bool gw_is_audit(void)
{
	return READ_ONCE(gw_enforce) == GPUWARD_ENFORCE_AUDIT;
}

/*
 * Refuse a request of current for @errno (negative): counts, traces, reports (at most 10 a
 * second and VM). @vm NULL: of the host. Returns @errno, or 0 when enforce=audit.
 */
__printf(3, 4) int gw_refuse(struct gw_vm *vm, int errno, const char *fmt, ...);

#endif /* _GW_POLICY_H */
