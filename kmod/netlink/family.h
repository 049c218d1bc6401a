/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink: policies, handlers, dumps. Events leave through event.c. */
#ifndef _GW_GENL_H
#define _GW_GENL_H

int gw_genl_init(void);
void gw_genl_exit(void);

#endif /* _GW_GENL_H */
