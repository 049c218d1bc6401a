/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accounting: what each job that ran has cost, kept as numbered records until somebody has taken
 * them, and summed (usage_totals.h). Sole caller of core/usage, with charge.c for what is charged.
 */
#ifndef _GW_USAGE_H
#define _GW_USAGE_H

#include "core/usage.h"
#include "job/job.h"

struct gw_total_row;

#define GW_USAGE_RECORDS 1024		/* kept; a power of two */

/* A record for people. @name is the VM's, which may be gone. */
struct gw_usage_info {
	struct gw_record record;
	char vm[GPUWARD_NAME_LEN];
};

/* Which records are kept. */
struct gw_usage_state {
	u64 first;			/* number of the oldest, or of the next one when there is none */
	u64 next;			/* number of the next one */
	u64 nr_lost;			/* gave way before they were acknowledged */
};

int gw_usage_init(void);
void gw_usage_exit(void);

/* accel->lock held: what the time of @job counts as from now on. It holds: on the GPUs placed. */
void gw_usage_wait(struct gw_job *job);
void gw_usage_idle(struct gw_job *job);
void gw_usage_hold(struct gw_job *job);
/* It was told to go for others. */
void gw_usage_evict(struct gw_job *job);
/*
 * @a->account.lock held: the model of the jobs that run on @a has @bytes_per_gpu from now on. A record
 * ends for each, the next part begins at the same nanosecond and is added up in @row.
 */
void gw_usage_split(struct gw_accel *a, u64 bytes_per_gpu, struct gw_total_row *row);
/* Its last file is gone: make its record. No lock held. Returns the number, 0 when it never ran. */
u64 gw_usage_finish(struct gw_job *job);

/* No lock held: */
int gw_usage_after(u64 seq, struct gw_usage_info *info);	/* ENOENT */
void gw_usage_ack(u64 seq);
void gw_usage_state(struct gw_usage_state *state);

#endif /* _GW_USAGE_H */
