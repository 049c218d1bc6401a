// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs.c - /proc/driver/nvidia, in the real driver's format.
 * Owns: version and gpus/<address>/information. Must not: show what the real one does not.
 */
#include "nvsim.h"

#include <linux/proc_fs.h>

static struct proc_dir_entry *top;

static int version_show(struct seq_file *m, void *v)
{
	seq_printf(
		m,
		"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  %s  Release Build  (nvsim@gpuward)  \n",
		nvsim_version);
	seq_puts(m, "GCC version:  " CONFIG_CC_VERSION_TEXT "\n");
	return 0;
}

static int information_show(struct seq_file *m, void *v)
{
	const struct nv_state *nv = m->private;

	seq_printf(m, "Model: \t\t %s\n", nv->name);
	seq_puts(m, "IRQ:   \t\t 16\n");
	seq_printf(m, "GPU UUID: \t GPU-%pUb\n", nv->uuid);
	seq_puts(m, "Video BIOS: \t ??.??.??.??.??\n");
	seq_puts(m, "Bus Type: \t PCIe\n");
	seq_puts(m, "DMA Size: \t 52 bits\n");
	seq_puts(m, "DMA Mask: \t 0xfffffffffffff\n");
	seq_printf(m, "Bus Location: \t %04x:%02x:%02x.0\n", nv->domain, nv->bus, nv->slot);
	seq_printf(m, "Device Minor: \t %u\n", nv->minor);
	seq_puts(m, "GPU Excluded:\t No\n");
	return 0;
}

int nvsim_procfs_init(void)
{
	struct proc_dir_entry *gpus, *dir;
	unsigned int i;
	char name[32];

	top = proc_mkdir("driver/nvidia", NULL);
	if (!top)
		return -ENOMEM;
	gpus = proc_mkdir("gpus", top);
	if (!gpus || !proc_create_single_data("version", 0444, top, version_show, NULL))
		goto err;
	for (i = 0; i < nr_gpus; i++) {
		snprintf(name, sizeof(name), "%04x:%02x:%02x.0", nv_gpus[i]->domain,
			 nv_gpus[i]->bus, nv_gpus[i]->slot);
		dir = proc_mkdir(name, gpus);
		if (!dir || !proc_create_single_data("information", 0444, dir, information_show,
						     nv_gpus[i]))
			goto err;
	}
	return 0;
err:
	proc_remove(top);
	return -ENOMEM;
}

void nvsim_procfs_exit(void)
{
	proc_remove(top);
}
