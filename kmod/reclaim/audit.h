/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The second line of the quota: what each job holds by the driver's own books, against what it was
 * charged. Every few seconds while jobs run or what they left is unknown, and when an admin asks. A
 * job that has more is told of (event, tracepoint, log) and ended; a GPU on which the driver has memory
 * of those who are gone goes to quarantine.
 */
#ifndef _GW_AUDIT_H
#define _GW_AUDIT_H

#include "core/audit.h"

#include <uapi/linux/gpuward.h>

/* Settings; written under gw_admin, read anywhere. */
extern u32 gw_audit_seconds;		/* 0: only when asked */
extern u64 gw_audit_tolerance;		/* bytes, of a job on a GPU */
#define GW_MAX_AUDIT_SECONDS 86400
#define GW_MAX_AUDIT_TOLERANCE (64ull << 30)

/* One job on one GPU, as it was found last. */
struct gw_audit_info {
	u64 job;			/* 0: processes that are part of none */
	u32 vm_id;
	char vm[GPUWARD_NAME_LEN];	/* empty: it is gone */
	u32 accel;
	u32 minor;
	u32 nr_processes;
	u64 known;
	u64 truth;
	u64 excess;
	bool is_ended;
};

void gw_audit_init(void);
/* Nothing of it runs any more, nor will. */
void gw_audit_exit(void);
/* A job has started, a process has closed what it had, or a setting changed. Any context. */
void gw_audit_wake(void);
/*
 * Compare now: 0; -EOPNOTSUPP the driver can not be asked, -ENODEV there is none, -EIO, -ENOMEM,
 * -EINTR a deadly signal. No lock held.
 */
int gw_audit_now(void);
/* The @index'th of the last comparison: 0, -ENOENT. */
int gw_audit_get(u32 index, struct gw_audit_info *info);
extern u32 gw_audit_generation;		/* of those; for dumps */

#endif /* _GW_AUDIT_H */
