// SPDX-License-Identifier: GPL-2.0-only
/*
 * Redirection by ftrace. Owns nothing but the count of calls inside. Must not sleep in the
 * callback, which only moves the instruction pointer; knows no vendor and no tenant.
 */
#include "hook.h"
#include "trace.h"

#include <linux/delay.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

DEFINE_PER_CPU(struct gw_hook_calls, gw_hook_calls);

static void notrace redirect(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			     struct ftrace_regs *fregs)
{
	struct gw_hook *h = container_of(ops, struct gw_hook, ops);

	if (!within_module(parent_ip, THIS_MODULE))
		ftrace_regs_set_instruction_pointer(fregs, (unsigned long)h->replacement);
}

/* With IBT a probe sits behind the function's endbr: back to where calls enter. */
static unsigned long entry_of(unsigned long addr)
{
	char *symbol = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL), *plus;
	unsigned long offset;

	if (!symbol)
		return 0;
	sprint_symbol(symbol, addr);
	plus = strchr(symbol, '+');
	if (!plus || sscanf(plus, "+0x%lx/", &offset) != 1 || offset > 16)
		offset = 0;
	kfree(symbol);
	return addr - offset;
}

/*
 * kallsyms_lookup_name() is not exported; a kprobe that is registered disabled (it patches
 * nothing) resolves "module:function", and fails for a module that is going.
 */
unsigned long gw_hook_lookup(const char *module, const char *function)
{
	char name[96];
	struct kprobe kp = { .symbol_name = name, .flags = KPROBE_FLAG_DISABLED };
	unsigned long addr;

	if (snprintf(name, sizeof(name), "%s:%s", module, function) >= sizeof(name) ||
	    register_kprobe(&kp))
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return entry_of(addr);
}

static void notrace pass(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			 struct ftrace_regs *fregs)
{
}

/*
 * Both refusals are -EBUSY: somebody else's redirection, and kernel.ftrace_enabled=0. The second
 * one hits an ops that redirects nothing, too.
 */
static bool is_tracing_off(unsigned long addr)
{
	static struct ftrace_ops ops;	/* under the lock of attaching */
	int ret;

	memset(&ops, 0, sizeof(ops));
	ops.func = pass;
	ops.flags = FTRACE_OPS_FL_PERMANENT;
	ret = ftrace_set_filter_ip(&ops, addr, 0, 0);
	if (ret)
		return false;
	ret = register_ftrace_function(&ops);
	if (!ret)
		unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
	return ret == -EBUSY;
}

int gw_hook_install(struct gw_hook *h, const char *module, const char *function)
{
	unsigned long addr = gw_hook_lookup(module, function);
	int ret = -ENOENT;

	if (WARN_ON_ONCE(h->is_installed))
		return -EALREADY;
	if (!addr)
		goto out;
	h->function = function;
	h->original = (void *)addr;
	memset(&h->ops, 0, sizeof(h->ops));
	h->ops.func = redirect;
	/* PERMANENT: kernel.ftrace_enabled=0 gets EBUSY instead of disarming us in silence. */
	h->ops.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT;
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
	h->ops.flags |= FTRACE_OPS_FL_SAVE_REGS;
#endif
	ret = ftrace_set_filter_ip(&h->ops, addr, 0, 0);
	if (ret) {
		ret = -EINVAL;
		goto out;
	}
	ret = register_ftrace_function(&h->ops);
	if (ret)
		ftrace_free_filter(&h->ops);
	if (ret == -EBUSY && is_tracing_off(addr))
		ret = -EOPNOTSUPP;
	h->is_installed = !ret;
out:
	trace_gpuward_hook(function, true, ret);
	return ret;
}

void gw_hook_remove(struct gw_hook *h)
{
	int ret;

	if (!h->is_installed)
		return;
	ret = unregister_ftrace_function(&h->ops);
	WARN_ON_ONCE(ret);
	ftrace_free_filter(&h->ops);
	h->is_installed = false;
	trace_gpuward_hook(h->function, false, ret);
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
