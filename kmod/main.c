// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing the house up and down, in order. Nothing else.
 */
#include "reclaim/audit.h"
#include "base/backend.h"
#include "object/binding.h"
#include "account/usage.h"
#include "account/usage_totals.h"
#include "ioctl/device.h"
#include "debugfs.h"
#include "job/file.h"
#include "netlink/family.h"
#include "placement/pool.h"
#include "reclaim/quarantine.h"
#include "nv/nv.h"
#include "selftest.h"

#include <linux/module.h>

static int __init gpuward_init(void)
{
	int ret;

	gw_backend = &gw_nv_backend;
	ret = gw_selftest();
	if (ret)
		return ret;
	gw_pool_init();
	ret = gw_usage_init();
	if (ret)
		return ret;
	ret = gw_totals_init();
	if (ret)
		goto err_usage;
	ret = gw_vm_init();
	if (ret)
		goto err_totals;
	ret = gw_bind_init();
	if (ret)
		goto err_vm;
	ret = gw_file_init();
	if (ret)
		goto err_bind;
	ret = gw_backend->init();
	if (ret)
		goto err_file;
	ret = gw_genl_init();
	if (ret)
		goto err_backend;
	ret = gw_ctl_init();
	if (ret)
		goto err_genl;
	gw_debugfs_init();
	gw_audit_init();
	return 0;

err_genl:
	gw_genl_exit();
err_backend:
	gw_backend->exit();
err_file:
	gw_file_exit();
err_bind:
	gw_bind_exit();
err_vm:
	gw_vm_exit();
err_totals:
	gw_totals_exit();
err_usage:
	gw_usage_exit();
	return ret;
}

static void __exit gpuward_exit(void)
{
	gw_debugfs_exit();
	gw_ctl_exit();
	gw_genl_exit();
	gw_audit_exit();
	gw_backend->exit();
	gw_job_exit();
	gw_quarantine_exit();		/* before the last reference on a VM may go */
	gw_file_exit();
	gw_bind_exit();
	gw_vm_exit();
	gw_totals_exit();
	gw_usage_exit();
	gw_pool_exit();
	gw_gpu_exit();
}

module_init(gpuward_init);
module_exit(gpuward_exit);
MODULE_DESCRIPTION("Exclusive, fair and metered use of NVIDIA GPUs by VMs");
MODULE_AUTHOR("The gpuward authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(GW_VERSION);
