/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat.h - bends older kernels to the newest one, for the stand-in driver only.
 * Owns: every kernel-version test below tests/nvsim. Must not: hold anything else.
 */
#ifndef NVSIM_COMPAT_H
#define NVSIM_COMPAT_H

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/version.h>

/* 6.3: vma->vm_flags became read only, with helpers to change it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/*
 * Stable 6.1.y got the helpers too, without changing the field: a second definition under another
 * name serves both.
 */
static inline void nvsim_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void nvsim_vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#else
#define nvsim_vm_flags_set	vm_flags_set
#define nvsim_vm_flags_clear	vm_flags_clear
#endif

/* 6.13: the name space is a string. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define NVSIM_IMPORT_DMA_BUF	MODULE_IMPORT_NS(DMA_BUF)
#else
#define NVSIM_IMPORT_DMA_BUF	MODULE_IMPORT_NS("DMA_BUF")
#endif

#endif /* NVSIM_COMPAT_H */
