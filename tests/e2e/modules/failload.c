// SPDX-License-Identifier: GPL-2.0-only
/*
 * failload.c - fails the Nth allocation of another module's own start, not those of the kernel's loader around it, which
 * warns about its own.
 * Owns: the loading task's countdown from the end of the loader's work to the end of the module's. Must not: fail anything else.
 */
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

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct module *mod = data;

	if (strcmp(mod->name, victim))
		return NOTIFY_DONE;
	if (event == MODULE_STATE_COMING) {
		current->fail_nth = nth;
	} else if (nth) {	/* it lives, or it goes because it failed */
		nth = current->fail_nth;
		current->fail_nth = 0;
	}
	return NOTIFY_OK;
}

/* Last of all on the way in; on the way out the first ones may have had the rest of the countdown. */
static struct notifier_block notifier = { .notifier_call = module_event, .priority = INT_MIN };

static int __init failload_init(void)
{
	return register_module_notifier(&notifier);
}

static void __exit failload_exit(void)
{
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
