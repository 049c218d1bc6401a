// SPDX-License-Identifier: GPL-2.0-only
/*
 * hooktaker.c - takes a function as livepatch would: an ftrace user that may change where it goes, and changes nothing.
 * Owns: one redirection for as long as it is loaded. Must not: count, log or alter anything.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static char *function;
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of the function to take");

static void notrace leave_it(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
}

static struct ftrace_ops ops = {
	.func = leave_it,
	.flags = FTRACE_OPS_FL_IPMODIFY
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
		 | FTRACE_OPS_FL_SAVE_REGS
#endif
};

static int __init hooktaker_init(void)
{
	int ret;

	if (!function)
		return -EINVAL;
	ret = ftrace_set_filter(&ops, function, strlen(function), 0);
	if (ret)
		return ret;
	ret = register_ftrace_function(&ops);
	if (ret)
		ftrace_free_filter(&ops);
	return ret;
}

static void __exit hooktaker_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
}

module_init(hooktaker_init);
module_exit(hooktaker_exit);
MODULE_DESCRIPTION("occupies a function, for tests");
MODULE_LICENSE("GPL");
