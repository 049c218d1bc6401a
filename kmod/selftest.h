/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's own test: in builds with SELFTEST=1, which the guests' are. */
#ifndef _GW_SELFTEST_H
#define _GW_SELFTEST_H

#ifdef GW_SELFTEST
/* 0; -ENOMEM; -EINVAL something decodes wrongly: said in the log, and the module does not load. */
int gw_selftest(void);
#else
static inline int gw_selftest(void)
{
	return 0;
}
#endif

#endif /* _GW_SELFTEST_H */
