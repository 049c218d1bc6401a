/* SPDX-License-Identifier: GPL-2.0-only */
/* /sys/kernel/debug/gpuward: a read-only look inside, for root. */
#ifndef _GW_DEBUGFS_H
#define _GW_DEBUGFS_H

void gw_debugfs_init(void);
void gw_debugfs_exit(void);

#endif /* _GW_DEBUGFS_H */
