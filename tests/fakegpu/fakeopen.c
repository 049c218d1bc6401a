// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes opening /dev/nvidiaN of a fakegpu function succeed: NVIDIA's module
 * skips the adapter's start and stop, which need hardware. It owns a few
 * kprobes in nvidia.ko; it must not touch anything a real GPU would use.
 *
 * Load after nvidia.ko with every GPU node closed; unload before nvidia.ko,
 * again with every GPU node closed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/ptrace.h>
#include <linux/sysfs.h>

/* Counts let a test see that the driver's own open was, or was not, reached. */
static atomic_t starts;
static atomic_t stops;

static int count_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(kp->arg));
}

static const struct kernel_param_ops count_ops = { .get = count_get };

module_param_cb(starts, &count_ops, &starts, 0444);
MODULE_PARM_DESC(starts, "adapters started so far");
module_param_cb(stops, &count_ops, &stops, 0444);
MODULE_PARM_DESC(stops, "adapters stopped so far");

/* Leaves the result alone: the one that return_now() sets. */
static noinline notrace void just_return(void)
{
	barrier();
}

/* At a function's entry: go to another one, which returns to the caller. */
static void return_now(struct pt_regs *regs, unsigned long value)
{
	regs->ax = value;
	regs->ip = (unsigned long)just_return;
}

/* With this a probe may move the instruction pointer: it never becomes a jump. */
static void may_move_ip(struct kprobe *probe, struct pt_regs *regs,
			    unsigned long flags)
{
}

static int init_adapter(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&starts);
	return_now(regs, 1);
	return 1;
}

static int disable_adapter(struct kprobe *probe, struct pt_regs *regs)
{
	return_now(regs, 0);
	return 1;
}

static int shutdown_adapter(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&stops);
	return_now(regs, 0);
	return 1;
}

/* Looking for a UUID starts all GPUs to learn theirs; here they have none. */
static int dev_get_uuid(struct kprobe *probe, struct pt_regs *regs)
{
	return_now(regs, -ENODEV);
	return 1;
}

static struct kprobe init_probe = {
	.symbol_name = "nvidia:rm_init_adapter",
	.pre_handler = init_adapter,
	.post_handler = may_move_ip,
};

static struct kprobe disable_probe = {
	.symbol_name = "nvidia:rm_disable_adapter",
	.pre_handler = disable_adapter,
	.post_handler = may_move_ip,
};

static struct kprobe shutdown_probe = {
	.symbol_name = "nvidia:rm_shutdown_adapter",
	.pre_handler = shutdown_adapter,
	.post_handler = may_move_ip,
};

static struct kprobe uuid_probe = {
	.symbol_name = "nvidia:nvidia_dev_get_uuid",
	.pre_handler = dev_get_uuid,
	.post_handler = may_move_ip,
};

static struct kprobe *probes[] = {
	&init_probe, &disable_probe, &shutdown_probe, &uuid_probe,
};

static int __init fakeopen_init(void)
{
	int ret = register_kprobes(probes, ARRAY_SIZE(probes));

	if (ret)
		pr_err("no probe in nvidia.ko: %d\n", ret);
	return ret;
}

static void __exit fakeopen_exit(void)
{
	unregister_kprobes(probes, ARRAY_SIZE(probes));
}

module_init(fakeopen_init);
module_exit(fakeopen_exit);
MODULE_DESCRIPTION("Opening an NVIDIA GPU that is not there");
MODULE_LICENSE("GPL");
