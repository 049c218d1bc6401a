// SPDX-License-Identifier: GPL-2.0-only
/*
 * holdback.c - keeps what programs give back of the memory charged to them, as a driver would that leaks it.
 * Owns: the charges it took, which it gives back when it is unloaded. Must not: take more than it can hold.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define MAX_HELD 64

/* struct gw_charge of gpuward: accel, job, slot, bytes */
struct charge {
	void *accel, *job;
	u32 slot;
	u64 bytes;
};

static DEFINE_SPINLOCK(lock);
static struct charge held[MAX_HELD];
static unsigned int nr_held;
module_param(nr_held, uint, 0444);

static void notrace noinline nothing(void)
{
}

/* Both take a struct gw_charge, and do nothing with an empty one. */
static int take_over(struct kprobe *p, struct pt_regs *regs)
{
	struct charge *c = (struct charge *)regs->di;
	bool took = false;

	spin_lock(&lock);
	if (c->accel && c->bytes && nr_held < MAX_HELD) {
		held[nr_held++] = *c;
		*c = (struct charge){ };
		took = true;
	}
	spin_unlock(&lock);
	if (took)
		regs->ip = (unsigned long)nothing;
	return took;
}

/* Without it the probe could not change where the function goes. */
static void after(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe give_probe = {
	.symbol_name = "gw_charge_give",
	.pre_handler = take_over,
	.post_handler = after,
};

static struct kprobe return_probe = {
	.symbol_name = "gw_charge_return",
	.pre_handler = take_over,
	.post_handler = after,
};

static struct kprobe *probes[] = { &give_probe, &return_probe };

static int __init holdback_init(void)
{
	return register_kprobes(probes, ARRAY_SIZE(probes));
}

static void __exit holdback_exit(void)
{
	void (*give)(struct charge *c) = (void *)give_probe.addr;
	unsigned int i;

	unregister_kprobes(probes, ARRAY_SIZE(probes));
	for (i = 0; i < nr_held; i++)
		give(&held[i]);
}

module_init(holdback_init);
module_exit(holdback_exit);
MODULE_DESCRIPTION("keeps charges, for tests");
MODULE_LICENSE("GPL");
