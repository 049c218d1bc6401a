// SPDX-License-Identifier: GPL-2.0-only
/* gpuwardctl.c - the table of gpuwardctl's objects. */
#include "ctl.h"

const struct option_row json_option[] = {
	{ "json", 0, NULL, "print JSON with stable keys" },
	{},
};

const struct option_row list_options[] = {
	{ "json", 0, NULL, "print JSON with stable keys" },
	{ "no-headings", 0, NULL, "leave out the line of headings" },
	{},
};

static const struct command verbs[] = {
	{ "status", "", 0, 0, "what the module does and with which driver", list_options, status_main },
	{ "module", "", 0, 0, "the kernel module: which is installed and loaded; load, unload",
	  module_options, module_status_main, module_verbs },
	{ "vm", "", .help = "virtual machines: the tenants", .verbs = vm_verbs },
	{ "model", "", .help = "accelerator models: memory and number of GPUs", .verbs = model_verbs },
	{ "gpu", "", .help = "physical GPUs: find, declare, drain, audit", .verbs = gpu_verbs },
	{ "group", "", .help = "which models a VM may choose, on which GPUs they are placed",
	  .verbs = group_verbs },
	{ "binding", "", .help = "which cgroups belong to which VM", .verbs = binding_verbs },
	{ "accel", "", .help = "accelerators of the VMs", .verbs = accel_verbs },
	{ "job", "", .help = "programs that run or wait", .verbs = job_verbs },
	{ "queue", "", 0, 0, "who waits for GPUs, in what order, and why", list_options, queue_main },
	{ "explain", "VM[:INDEX]", 1, 1, "why an accelerator gets, or does not get, which GPUs", list_options,
	  explain_main },
	{ "usage", "", 0, 0, "what programs that have ended have cost", usage_options, usage_main },
	{ "setting", "", .help = "settings of the module", .verbs = setting_verbs },
	{ "driver", "", .help = "hook and unhook NVIDIA's driver", .verbs = driver_verbs },
	{ "events", "", 0, 0, "show what happens while it happens", events_options, events_main },
	{ "version", "", 0, 0, "versions of tool, module and driver", json_option, version_main },
	{},
};

static const struct command_alias aliases[] = {
	{ "bind", "binding" },
	{ "attach", "driver attach" },
	{ "detach", "driver detach" },
	{ "get", "setting list" },
	{ "set", "setting set" },
	{ "monitor", "events" },
	{},
};

const struct command ctl_command = {
	"gpuwardctl", .help = "administer gpuward: turns, quotas and tenants of NVIDIA GPUs",
	.verbs = verbs, .aliases = aliases,
};
