// SPDX-License-Identifier: GPL-2.0-only
/*
 * Redirection by ftrace. Owns nothing but the count of calls inside. Must not sleep in the
 * callback, which only moves the instruction pointer; knows no vendor and no tenant.
 */
#include "hook/ftrace.h"
#include "base/trace.h"

#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

DEFINE_PER_CPU(struct gw_hook_calls, gw_hook_calls);

/* Where a function calls the tracer: at its first instruction, or behind an endbr. */
static bool is_at(const struct gw_hook *h, unsigned long ip)
{
	return ip - h->addr < 16;
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *fregs)
{
	struct gw_hook_set *set = container_of(ops, struct gw_hook_set, ops);
	unsigned int i;

	if (within_module(parent_ip, THIS_MODULE))
		return;
	for (i = 0; i < set->nr; i++) {
		if (!is_at(set->hooks[i], ip))
			continue;
		if (set->hooks[i]->is_wanted && !set->hooks[i]->is_wanted())
			return;
		ftrace_regs_set_instruction_pointer(fregs,
						    (unsigned long)set->hooks[i]->replacement);
		return;
	}
}

/* With IBT a probe sits behind the function's endbr: back to where calls enter. */
static int entry_of(unsigned long *addr)
{
	char *symbol = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL), *plus;
	unsigned long offset;

	if (!symbol)
		return -ENOMEM;
	sprint_symbol(symbol, *addr);
	plus = strchr(symbol, '+');
	if (plus && sscanf(plus, "+0x%lx/", &offset) == 1 && offset <= 16)
		*addr -= offset;
	kfree(symbol);
	return 0;
}

/*
 * kallsyms_lookup_name() is not exported; a kprobe that is registered disabled (it patches
 * nothing) resolves "module:function", and fails for a module that is going.
 */
static int probe_register(struct kprobe *kp, const char *module, const char *function)
{
	char name[96];
	int ret;

	memset(kp, 0, sizeof(*kp));
	kp->symbol_name = name;
	kp->flags = KPROBE_FLAG_DISABLED;
	if (snprintf(name, sizeof(name), "%s%s%s", module ?: "", module ? ":" : "", function) >=
	    sizeof(name))
		return -ENOENT;
	ret = register_kprobe(kp);
	kp->symbol_name = NULL;		/* looked at while registering only */
	return !ret || ret == -ENOMEM ? ret : -ENOENT;
}

int gw_hook_lookup(const char *module, const char *function, unsigned long *addr)
{
	struct kprobe kp;
	int ret = probe_register(&kp, module, function);

	if (ret)
		return ret;
	unregister_kprobe(&kp);
	if (!addr)
		return 0;
	*addr = (unsigned long)kp.addr;
	return entry_of(addr);
}

int gw_hook_add(struct gw_hook_set *set, struct gw_hook *h, const char *module,
		const char *function)
{
	int ret;

	if (WARN_ON_ONCE(set->is_installed || set->nr == GW_HOOKS_MAX))
		return -EINVAL;
	h->original = NULL;
	ret = probe_register(&h->probe, module, function);
	if (ret)
		return ret;
	if (!set->nr)
		memset(&set->ops, 0, sizeof(set->ops));
	set->hooks[set->nr++] = h;
	h->function = function;
	h->addr = (unsigned long)h->probe.addr;
	ret = entry_of(&h->addr);
	if (ret)
		return ret;
	h->original = (void *)h->addr;
	ret = ftrace_set_filter_ip(&set->ops, h->addr, 0, 0);
	return !ret || ret == -ENOMEM ? ret : -EINVAL;
}

/* Together: each time costs a grace period. */
static void drop_probes(struct gw_hook_set *set)
{
	struct kprobe *probes[GW_HOOKS_MAX];
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		probes[i] = &set->hooks[i]->probe;
	unregister_kprobes(probes, set->nr);
}

static void set_empty(struct gw_hook_set *set)
{
	if (set->nr)
		ftrace_free_filter(&set->ops);
	set->nr = 0;
}

void gw_hook_abort(struct gw_hook_set *set)
{
	drop_probes(set);
	set_empty(set);
}

static void notrace pass(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			 struct ftrace_regs *fregs)
{
}

/* Would an ops with these flags be taken there? It redirects nothing. */
static int try_one(unsigned long addr, unsigned long flags)
{
	static struct ftrace_ops ops;	/* one call at a time, see gw_hook_install() */
	int ret;

	memset(&ops, 0, sizeof(ops));
	ops.func = pass;
	ops.flags = flags;
	ret = ftrace_set_filter_ip(&ops, addr, 0, 0);
	if (ret)
		return ret;
	ret = register_ftrace_function(&ops);
	if (!ret)
		unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
	return ret;
}

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define MODIFY FTRACE_OPS_FL_IPMODIFY
#else
#define MODIFY (FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_SAVE_REGS)
#endif

/*
 * Two refusals are -EBUSY: somebody else's redirection of one function, and ftrace_enabled=0,
 * which hits an ops that redirects nothing, too.
 */
static int why_busy(struct gw_hook_set *set, const char **culprit)
{
	unsigned int i;

	if (try_one(set->hooks[0]->addr, FTRACE_OPS_FL_PERMANENT) == -EBUSY)
		return -EOPNOTSUPP;
	for (i = 0; i < set->nr; i++) {
		*culprit = set->hooks[i]->function;
		if (try_one(set->hooks[i]->addr, MODIFY) == -EBUSY)
			break;
	}
	return -EBUSY;
}

static void trace_set(struct gw_hook_set *set, bool on, int ret)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		trace_gpuward_hook(set->hooks[i]->function, on, ret);
}

int gw_hook_install(struct gw_hook_set *set, const char **culprit)
{
	int ret;

	if (!set->nr)	/* an ops without a filter would take every function of the kernel */
		return 0;
	drop_probes(set);
	*culprit = set->hooks[0]->function;
	set->ops.func = redirect;
	/* PERMANENT: kernel.ftrace_enabled=0 gets EBUSY instead of disarming us in silence. */
	set->ops.flags = MODIFY | FTRACE_OPS_FL_PERMANENT;
	ret = register_ftrace_function(&set->ops);
	if (ret == -EBUSY)
		ret = why_busy(set, culprit);
	set->is_installed = !ret;
	trace_set(set, true, ret);
	if (ret)
		set_empty(set);
	return ret;
}

void gw_hook_remove(struct gw_hook_set *set)
{
	int ret;

	if (!set->is_installed)
		return;
	ret = unregister_ftrace_function(&set->ops);
	WARN_ON_ONCE(ret);
	set->is_installed = false;
	trace_set(set, false, ret);
	set_empty(set);
}

/* Nobody inside? Left is summed first: whoever is seen leaving is seen to have entered. */
static bool is_quiet(void)
{
	unsigned long entered = 0, left = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		left += READ_ONCE(per_cpu_ptr(&gw_hook_calls, cpu)->left);
	smp_rmb();	/* pairs with the order of the two counts on each CPU (x86: program order) */
	for_each_possible_cpu(cpu)
		entered += READ_ONCE(per_cpu_ptr(&gw_hook_calls, cpu)->entered);
	return entered == left;
}

int gw_hook_drain(unsigned int timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms);

	/* Redirected, but not yet counted: a few instructions that do not sleep. */
	synchronize_rcu_tasks();
	while (!is_quiet()) {
		if (timeout_ms && time_after(jiffies, end))
			return -ETIMEDOUT;
		if (!timeout_ms)
			msleep(10);
		else if (schedule_timeout_killable(msecs_to_jiffies(10)) &&
			 fatal_signal_pending(current))
			return -EINTR;
	}
	/* Counted as left, but not yet returned. */
	synchronize_rcu_tasks();
	return 0;
}
