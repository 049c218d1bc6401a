/* SPDX-License-Identifier: GPL-2.0-only */
/* The same numbers on both sides. */
#include_next <linux/errno.h>
