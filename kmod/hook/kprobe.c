// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes at the first instruction of a function. Must not change where it goes on: only a probe
 * that leaves the instruction pointer alone can become a jump.
 */
#include "hook/kprobe.h"
#include "hook/ftrace.h"
#include "base/trace.h"

#include <linux/module.h>

#define ENDBR64 0xfa1e0ff3u

static int handle(struct kprobe *kp, struct pt_regs *regs)
{
	container_of(kp, struct gw_probe, kp)->handler(regs);
	return 0;
}
NOKPROBE_SYMBOL(handle);

int gw_probe_install(struct gw_probe *probe, const char *module, const char *function)
{
	struct kprobe *kp = &probe->kp;
	unsigned long addr;
	char name[96];
	int ret;

	ret = gw_hook_lookup(module, function, &addr);
	if (ret)
		return ret;
	memset(kp, 0, sizeof(*kp));
	snprintf(name, sizeof(name), "%s:%s", module, function);
	kp->symbol_name = name;
	kp->pre_handler = handle;
	/* Only behind an endbr can it become a jump; where IBT is on, the kernel does this itself. */
	if (IS_ENABLED(CONFIG_X86_64) && *(const u32 *)addr == ENDBR64)
		kp->offset = sizeof(u32);
	ret = register_kprobe(kp);
	kp->symbol_name = NULL;		/* looked at while registering only */
	probe->function = function;
	probe->is_installed = !ret;
	trace_gpuward_hook(function, true, ret);
	return !ret || ret == -ENOMEM || ret == -ENOENT ? ret : -EINVAL;
}

void gw_probe_remove(struct gw_probe *probe)
{
	if (!probe->is_installed)
		return;
	unregister_kprobe(&probe->kp);
	probe->is_installed = false;
	trace_gpuward_hook(probe->function, false, 0);
}

bool gw_probe_is_armed(const struct gw_probe *probe)
{
#ifdef CONFIG_X86_64
	u8 first = READ_ONCE(*(const u8 *)probe->kp.addr);

	/* int3, a jump, or the call of ftrace where the probe stands on its place */
	return first == 0xcc || first == 0xe9 || first == 0xe8;
#else
	return READ_ONCE(*probe->kp.addr) != probe->kp.opcode;
#endif
}
