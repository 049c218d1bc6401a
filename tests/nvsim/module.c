// SPDX-License-Identifier: GPL-2.0-only
/*
 * module.c - loading and unloading of the stand-in nvidia.ko, and its parameters.
 * Owns: the parameters and the order of initialisation. Must not: know any request.
 */
#include "nvsim.h"

#include <linux/moduleparam.h>

DEFINE_MUTEX(rm_lock);

unsigned int nvsim_gpus = 2;
module_param_named(gpus, nvsim_gpus, uint, 0444);
MODULE_PARM_DESC(gpus, "number of GPUs, 0 to 32");

unsigned int nvsim_mem_mib[NVSIM_MAX_GPUS];
int nvsim_nr_mem;
module_param_array_named(mem, nvsim_mem_mib, uint, &nvsim_nr_mem, 0444);
MODULE_PARM_DESC(mem, "MiB of video memory, one number for all GPUs or a list (default 16384)");

unsigned int nvsim_reserved_mib;
module_param_named(reserved, nvsim_reserved_mib, uint, 0444);
MODULE_PARM_DESC(reserved, "MiB of each GPU that the driver keeps out of the heap");

unsigned int nvsim_ctx_mib;
module_param_named(ctx_mib, nvsim_ctx_mib, uint, 0644);
MODULE_PARM_DESC(ctx_mib, "MiB the driver takes for itself with each channel group");

unsigned int nvsim_hidden_mib;
module_param_named(hidden_mib, nvsim_hidden_mib, uint, 0644);
MODULE_PARM_DESC(hidden_mib, "MiB each allocation of video memory takes beyond what its user is told");

unsigned int nvsim_hidden_pid;
module_param_named(hidden_pid, nvsim_hidden_pid, uint, 0644);
MODULE_PARM_DESC(hidden_pid, "only allocations of this process's clients do; 0: all");

unsigned int nvsim_lost_pid;
module_param_named(lost_pid, nvsim_lost_pid, uint, 0644);
MODULE_PARM_DESC(lost_pid, "clients of this process outlive their control file; 0: nobody's");

bool nvsim_fabric = true;
module_param_named(fabric, nvsim_fabric, bool, 0644);
MODULE_PARM_DESC(fabric, "the GPUs are joined by switches: fabric memory can be made");

bool nvsim_accounting;
module_param_named(accounting, nvsim_accounting, bool, 0644);
MODULE_PARM_DESC(accounting, "the driver remembers which processes use a GPU");

unsigned int nvsim_open_ms;
module_param_named(open_ms, nvsim_open_ms, uint, 0644);
MODULE_PARM_DESC(open_ms, "time the first open of a GPU takes");

unsigned int nvsim_alloc_us;
module_param_named(alloc_us, nvsim_alloc_us, uint, 0644);
MODULE_PARM_DESC(alloc_us, "time an allocation of video memory takes, under the API lock");

unsigned int nvsim_dmabuf_us;
module_param_named(dmabuf_us, nvsim_dmabuf_us, uint, 0644);
MODULE_PARM_DESC(dmabuf_us, "time until a request reads the descriptor of the dma-buf that it adds to");

unsigned int nvsim_open_fail;
module_param_named(open_fail, nvsim_open_fail, uint, 0644);
MODULE_PARM_DESC(open_fail, "bit mask of GPUs whose initialisation fails (EIO)");

unsigned int nvsim_alloc_fail_nth;
module_param_named(alloc_fail_nth, nvsim_alloc_fail_nth, uint, 0644);
MODULE_PARM_DESC(
	alloc_fail_nth,
	"countdown: when it passes 1, that RM_ALLOC answers INSUFFICIENT_RESOURCES; 0 is off");

char *nvsim_answer_version;
module_param_named(version, nvsim_answer_version, charp, 0444);
MODULE_PARM_DESC(version, "release that CHECK_VERSION_STR answers, instead of the built-in one");

static int __init nvsim_init(void)
{
	int ret;

	ret = nvsim_gpus_init();
	if (ret)
		return ret;
	ret = nvsim_entry_init();
	if (ret)
		goto err_entry;
	ret = nvsim_procfs_init();
	if (ret)
		goto err_procfs;
	nvsim_debugfs_init();
	ret = nvsim_chardev_init();
	if (ret)
		goto err_chardev;
	pr_info("NVRM: loading stand-in for NVIDIA driver %s, %u GPUs\n", nvsim_version, nr_gpus);
	return 0;

err_chardev:
	nvsim_debugfs_exit();
	nvsim_procfs_exit();
err_procfs:
	nvsim_entry_exit();
err_entry:
	nvsim_gpus_exit();
	return ret;
}

static void __exit nvsim_exit(void)
{
	nvsim_chardev_exit();
	nvsim_entry_exit();
	nvsim_debugfs_exit();
	nvsim_procfs_exit();
	nvsim_clients_find_lost();
	nvsim_gpus_exit();
}

module_init(nvsim_init);
module_exit(nvsim_exit);
