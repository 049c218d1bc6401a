// SPDX-License-Identifier: GPL-2.0-only
/*
 * failload.c - fails the Nth allocation of another module's own start, not those of the kernel's loader around it, which
 * warns about its own.
 * Owns: the loading task's countdown from the end of the loader's work to the end of the module's. Must not: fail anything else.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

#ifdef CONFIG_FAULT_INJECTION

static char *victim = "gpuward";
module_param(victim, charp, 0444);
MODULE_PARM_DESC(victim, "name of the module");

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "which allocation to fail the next time it is loaded; 0 again when that was done");

static bool is_victim(const struct module *mod)
{
	return !strcmp(mod->name, victim);
}

/* The loader has done its part: the module's own start is next. */
static int at_init(struct kprobe *kp, struct pt_regs *regs)
{
	if (is_victim((const struct module *)regs_get_kernel_argument(regs, 0)))
		current->fail_nth = nth;
	return 0;
}

static struct kprobe probe = { .symbol_name = "do_init_module", .pre_handler = at_init };

/* It lives, or it goes because it failed. */
static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event != MODULE_STATE_COMING && is_victim(data) && nth) {
		nth = current->fail_nth;
		current->fail_nth = 0;
	}
	return NOTIFY_OK;
}

/* First of all: others may allocate. */
static struct notifier_block notifier = { .notifier_call = module_event, .priority = INT_MAX };

static int __init failload_init(void)
{
	int ret = register_module_notifier(&notifier);

	if (ret)
		return ret;
	ret = register_kprobe(&probe);
	if (ret)
		unregister_module_notifier(&notifier);
	return ret;
}

static void __exit failload_exit(void)
{
	unregister_kprobe(&probe);
	unregister_module_notifier(&notifier);
}

#else

static int __init failload_init(void)
{
	return -EOPNOTSUPP;
}

static void __exit failload_exit(void)
{
}

#endif

module_init(failload_init);
module_exit(failload_exit);
MODULE_DESCRIPTION("fails another module's allocations while it starts, for tests");
MODULE_LICENSE("GPL");
