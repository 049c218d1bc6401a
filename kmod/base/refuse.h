/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of the whole host, and the one place where a request is refused and counted.
 */
#ifndef _GW_POLICY_H
#define _GW_POLICY_H

#include "object/types.h"

/* enum gpuward_host, enum gpuward_enforce; written under gw_admin, read anywhere. */
extern u32 gw_host;
extern u32 gw_enforce;
extern atomic64_t gw_nr_refused;
/* What a context takes of each GPU for the driver itself; bytes, written under gw_admin. */
extern u64 gw_context_bytes;
#define GW_MAX_CONTEXT_BYTES (64ull << 30)
/* How long an orphaned job is left (0: for ever), a spot job after the notice; ditto. */
extern u32 gw_orphan_ms;
extern u32 gw_evict_ms;
#define GW_MAX_GRACE_MS (24 * 3600 * 1000)

static inline bool gw_is_audit(void)
{
	return READ_ONCE(gw_enforce) == GPUWARD_ENFORCE_PERMISSIVE;
}

/*
 * Refuse a request of current for @errno (negative): counts, traces, reports (at most 10 a
 * second and VM). @vm NULL: of the host. Returns @errno, or 0 when enforce=permissive.
 */
__printf(3, 4) int gw_refuse(struct gw_vm *vm, int errno, const char *fmt, ...);

/* A request for more memory than is left on a GPU. */
struct gw_shortage {
	struct gw_accel *accel;
	u64 job;
	u32 minor;
	u64 requested;
	u64 used;
	u64 limit;
};

/* The same for memory: -EDQUOT, or 0 when enforce=permissive. */
int gw_refuse_memory(const struct gw_shortage *s);

#endif /* _GW_POLICY_H */
