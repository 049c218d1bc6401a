/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Redirecting a function of another module to one of ours, with ftrace: the caller finds our
 * function in its place, with the same arguments, in process context; calls made by this module
 * reach the original. Knows no vendor.
 *
 * A replacement is written
 *
 *	gw_hook_enter();
 *	... hook->original(...) ...
 *	gw_hook_leave();
 *
 * and nothing of this module may run in it before or after. gw_hook_drain() waits for those in
 * between; a tail call of the original would hide the caller (-fno-optimize-sibling-calls).
 */
#ifndef _GW_HOOK_H
#define _GW_HOOK_H

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/percpu.h>

#define GW_HOOKS_MAX 16

struct gw_hook {
	/* set by the owner: */
	void *replacement;
	/* NULL: always. Else asked at each call, with preemption perhaps on; must not sleep. */
	bool (*is_wanted)(void);
	/* set by gw_hook_add(): */
	const char *function;
	unsigned long addr;
	void *original;			/* the same; may be called while installed or draining; NULL: not found */
	struct kprobe probe;		/* while being added: resolves the name, patches nothing */
};

/* Functions of one module, redirected together or not at all. */
struct gw_hook_set {
	struct gw_hook *hooks[GW_HOOKS_MAX];	/* const while installed */
	unsigned int nr;
	bool is_installed;
	struct ftrace_ops ops;
};

/* Entered and left: each only rises, summed over CPUs to see whether anybody is inside. */
struct gw_hook_calls {
	unsigned long entered;
	unsigned long left;
};
DECLARE_PER_CPU(struct gw_hook_calls, gw_hook_calls);

static inline void gw_hook_enter(void)
{
	this_cpu_inc(gw_hook_calls.entered);
}

static inline void gw_hook_leave(void)
{
	barrier();
	this_cpu_inc(gw_hook_calls.left);
}

/*
 * Is there a @function in @module, and where do calls enter it (@addr may be NULL)? 0, -ENOENT none
 * or the module is going, -ENOMEM.
 */
int gw_hook_lookup(const char *module, const char *function, unsigned long *addr);
/* Add it (@module NULL: of the kernel) to a set that is not installed: ditto, -EINVAL it cannot be traced. */
int gw_hook_add(struct gw_hook_set *set, struct gw_hook *h, const char *module,
		const char *function);
/* Forget what was added, instead of installing it. */
void gw_hook_abort(struct gw_hook_set *set);
/*
 * Redirect all of the set in one step. -EBUSY another user redirects *@culprit (livepatch, a
 * kprobe with a post handler); -EOPNOTSUPP kernel.ftrace_enabled is 0; -ENOMEM. Empty again when
 * that fails; an empty set is installed without effect. One call at a time.
 */
int gw_hook_install(struct gw_hook_set *set, const char **culprit);
/* Harmless when not installed. Calls in flight go on: drain before anything of theirs goes. */
void gw_hook_remove(struct gw_hook_set *set);
/*
 * After removing: wait until no call is inside any more. @timeout_ms 0: without end.
 * 0, -ETIMEDOUT, or -EINTR on a fatal signal (neither with timeout 0).
 */
int gw_hook_drain(unsigned int timeout_ms);

/*
 * Call @function, of at most five arguments, that its own module never calls through a pointer; see
 * jump.S. In a replacement, in place of the original's call.
 */
unsigned long gw_hook_jump(unsigned long a, unsigned long b, unsigned long c, unsigned long d,
			   unsigned long e, void *function);

#endif /* _GW_HOOK_H */
