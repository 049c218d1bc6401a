/* SPDX-License-Identifier: GPL-2.0-only */
/* /dev/gpuward: the table of calls, copying in and out; handlers are in ioctl/self.c. */
#ifndef _GW_CTL_H
#define _GW_CTL_H

int gw_ctl_init(void);
void gw_ctl_exit(void);

#endif /* _GW_CTL_H */
