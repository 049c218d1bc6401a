/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Older kernels bent to the newest one; force-included everywhere. The only file of the module
 * that may test kernel versions. Newest first; each entry: what changed, where, until when.
 */
#ifndef _GW_COMPAT_H
#define _GW_COMPAT_H

#include <linux/version.h>

/* 6.17 renamed the system's work queues, 7.2 complains of the old names. Until the floor is 6.17. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define system_percpu_wq system_wq
#define system_dfl_wq system_unbound_wq
#endif

/* 6.2 renamed ftrace_instruction_pointer_set(). Until the floor is 6.2. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define ftrace_regs_set_instruction_pointer ftrace_instruction_pointer_set
#endif

#if !defined(CONFIG_DYNAMIC_FTRACE_WITH_REGS) && !defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#error "gpuward needs CONFIG_DYNAMIC_FTRACE_WITH_REGS or _WITH_ARGS in the kernel"
#endif
#if !defined(CONFIG_KPROBES) || !defined(CONFIG_CGROUPS)
#error "gpuward needs CONFIG_KPROBES and CONFIG_CGROUPS in the kernel"
#endif

#endif /* _GW_COMPAT_H */
