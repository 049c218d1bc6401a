// SPDX-License-Identifier: GPL-2.0-only
/*
 * os.c - the two functions through which RM reaches user memory for nested blocks, by the real
 * driver's names.
 * Owns: nothing else; interposers hook these. Must not: be inlined or lose its fentry.
 */
#include "nvsim.h"

#include <linux/uaccess.h>

noinline u32 os_memcpy_from_user(void *to, const void *from, u32 n)
{
	return copy_from_user(to, (const void __user *)from, n) ? NV_ERR_INVALID_ADDRESS : NV_OK;
}

noinline u32 os_memcpy_to_user(void *to, const void *from, u32 n)
{
	return copy_to_user((void __user *)to, from, n) ? NV_ERR_INVALID_ADDRESS : NV_OK;
}
