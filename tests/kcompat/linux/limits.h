/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's names of integer limits, in user space. Constants only. */
#pragma once

#include_next <linux/limits.h>

#define U32_MAX ((u32)~0U)
#define S32_MAX ((s32)(U32_MAX >> 1))
#define S32_MIN ((s32)(-S32_MAX - 1))
#define U64_MAX ((u64)~0ULL)
