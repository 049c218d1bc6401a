// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm.c - the stand-in nvidia-uvm.ko: loads after nvidia.ko, offers no device.
 * Owns: the module. Must not: be taken for UVM.
 */
#include <linux/module.h>
