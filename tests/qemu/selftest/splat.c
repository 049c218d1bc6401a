// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one wrong thing when loaded, so that the harness can be seen to notice.
 * Only for the harness's own test; never loaded by another.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *what = "nothing";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "nothing warn leak uaf abba sleep stay lockup");

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static DEFINE_SPINLOCK(spin);
static u8 *volatile block;

static void leak(void)
{
	block = kmalloc(321, GFP_KERNEL);
	block = NULL;
}

static void use_after_free(void)
{
	u8 *p = kmalloc(64, GFP_KERNEL);

	if (!p)
		return;
	block = p;
	kfree(p);
	block[3] = 1;
	block = NULL;
}

static void lock_both_ways(void)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);
	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
}

static void sleep_atomically(void)
{
	spin_lock(&spin);
	might_sleep();
	spin_unlock(&spin);
}

static void spin_forever(void *arg)
{
	for (;;)
		cpu_relax();
}

static int __init splat_init(void)
{
	if (!strcmp(what, "warn"))
		WARN(1, "splat was asked to warn\n");
	else if (!strcmp(what, "leak"))
		leak();
	else if (!strcmp(what, "uaf"))
		use_after_free();
	else if (!strcmp(what, "abba"))
		lock_both_ways();
	else if (!strcmp(what, "sleep"))
		sleep_atomically();
	else if (!strcmp(what, "stay"))
		__module_get(THIS_MODULE);
	else if (!strcmp(what, "lockup"))
		on_each_cpu(spin_forever, NULL, 1);
	return 0;
}

static void __exit splat_exit(void)
{
}

module_init(splat_init);
module_exit(splat_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Does wrong things for the harness's own test");
