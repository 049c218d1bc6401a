/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's string.h and the C library's have in common. */
#include <string.h>
