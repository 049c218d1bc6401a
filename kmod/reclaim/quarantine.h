/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that nobody gives back: when it is held for longer than a grace after the last file of
 * its accelerator was closed, by our books or the driver's, the GPUs with it go to quarantine.
 */
#ifndef _GW_QUARANTINE_H
#define _GW_QUARANTINE_H

#include "core/audit.h"
#include "admin/gpu.h"

#define GW_QUARANTINE_MS 10000		/* unless told otherwise */

/* Pool lock held. @a is cleaning from now on; leaving the list is list_del_init(cleaning_link). */
void gw_quarantine_watch(struct gw_accel *a);
/* Pool lock held. An admin returned GPU @minor: whoever holds memory on it has another grace. */
void gw_quarantine_again(u32 minor);
/* How long memory may be held, 0: for ever. In force at once. */
void gw_quarantine_set_grace(u32 ms);
u32 gw_quarantine_grace(void);
/* No lock held. What those who are gone from a GPU have of it in the driver's books, @left, is too much. */
void gw_quarantine_left(const struct gw_audit_left *left);
void gw_quarantine_exit(void);

#endif /* _GW_QUARANTINE_H */
