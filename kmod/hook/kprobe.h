/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A look at, and a change of, the arguments of a function that ftrace cannot redirect: a kprobe at
 * its first instruction. The kernel makes a jump of it where it can. Knows no vendor.
 */
#ifndef _GW_PROBE_H
#define _GW_PROBE_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>

struct gw_probe {
	/*
	 * Set by the owner. Runs as in an NMI: must not sleep, lock, or change anything of @regs but
	 * arguments.
	 */
	void (*handler)(struct pt_regs *regs);
	const char *function;
	struct kprobe kp;
	bool is_installed;
};

/* 0; -ENOENT no such function; -ENOMEM; -EINVAL it cannot be probed. */
int gw_probe_install(struct gw_probe *probe, const char *module, const char *function);
/* No handler runs any more when it returns. Harmless when not installed. */
void gw_probe_remove(struct gw_probe *probe);
/*
 * Does it act? An admin may disarm all probes (kprobes/enabled), of which the kprobe itself knows
 * nothing. The function's text must be there.
 */
bool gw_probe_is_armed(const struct gw_probe *probe);

#ifdef CONFIG_X86_64

static __always_inline unsigned long *gw_probe_place(struct pt_regs *regs, unsigned int n)
{
	switch (n) {
	case 0:
		return &regs->di;
	case 1:
		return &regs->si;
	case 2:
		return &regs->dx;
	case 3:
		return &regs->cx;
	case 4:
		return &regs->r8;
	default:
		return &regs->r9;
	}
}

#elif defined(CONFIG_ARM64)

static __always_inline unsigned long *gw_probe_place(struct pt_regs *regs, unsigned int n)
{
	return (unsigned long *)&regs->regs[n];
}

#else
#error "which registers hold a function's first six arguments here?"
#endif

/* Argument @n, 0 to 5; one narrower than a register has garbage above it. */
static __always_inline unsigned long gw_probe_arg(struct pt_regs *regs, unsigned int n)
{
	return *gw_probe_place(regs, n);
}

static __always_inline void gw_probe_set_arg(struct pt_regs *regs, unsigned int n,
					     unsigned long value)
{
	*gw_probe_place(regs, n) = value;
}

#endif /* _GW_PROBE_H */
