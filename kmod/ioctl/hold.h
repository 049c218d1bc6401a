/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An accelerator held by a file of /dev/gpuward, and the notices that its holder reads from it.
 */
#ifndef _GW_HOLD_H
#define _GW_HOLD_H

#include <linux/fs.h>
#include <linux/poll.h>
#include <uapi/linux/gpuward.h>

/* GPUWARD_IOC_CLAIM by current on @filp: 0, or -errno as gpuward.h says. No lock held; waits. */
int gw_hold(struct file *filp, struct gpuward_claim *hold);
/* The same of fops; @filp may hold nothing. */
ssize_t gw_hold_read(struct file *filp, char __user *to, size_t len, loff_t *pos);
__poll_t gw_hold_poll(struct file *filp, struct poll_table_struct *wait);
void gw_hold_release(struct file *filp);

/* What a notice may tell has changed: holders look again. Never sleeps. */
void gw_hold_wake(void);

#endif /* _GW_HOLD_H */
