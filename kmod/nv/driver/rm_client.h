/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking NVIDIA's driver itself what a process holds, as another module of its own does: through
 * nvidia_get_rm_ops(). The driver's own answer, not one that went through a tenant. No lock of
 * ours may be held.
 */
#ifndef _GW_NV_TRUTH_H
#define _GW_NV_TRUTH_H

#include "base/backend.h"

#include <linux/types.h>

#define GW_TRUTH_PIDS 50		/* in one question */

struct gw_truth;
struct module;

/*
 * 0: gw_truth_end() must follow, soon: the driver can not be unloaded until then. -EOPNOTSUPP the
 * driver can not be asked, see gw_truth_why(); -ENODEV it is not there, or goes; -ENOMEM; -EIO it
 * refuses.
 */
int gw_truth_begin(struct gw_truth **out);
void gw_truth_end(struct gw_truth *t);
/*
 * What the processes (as the initial namespace numbers them) have of GPU @minor, by all handles of
 * theirs: all 0 for a GPU that nobody has open. 0, -EIO the driver refuses.
 */
int gw_truth_ask(struct gw_truth *t, u32 minor, const u32 *pids, u32 nr, u64 *bytes);

/* --- for attach.c, with its lock ------------------------------------------------------------------ */

/* nvidia.ko of @branch is there, or gone (0). */
void gw_truth_attach(u32 branch, const char *version);
void gw_truth_detach(void);
/* Why it can not be asked; NULL: it can, or there is no driver. */
const char *gw_truth_why(void);
/* The module of a file of the driver's that is open: only now is it known where that is. */
void gw_truth_note(struct module *owner);

/* --- reconcile.c ------------------------------------------------------------------------------------ */

int gw_nv_books(struct gw_books *books);

/* --- past.c ------------------------------------------------------------------------------------- */

bool gw_nv_has_past(void);
/* They go on with files that are not known, or the driver has gone, and all memory with it. */
void gw_nv_past_forget(void);

#endif /* _GW_NV_TRUTH_H */
