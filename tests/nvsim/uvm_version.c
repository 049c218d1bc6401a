// SPDX-License-Identifier: GPL-2.0-only
/*
 * uvm_version.c - the identity of the stand-in nvidia-uvm.ko.
 * Owns: its version. Must not: know any request.
 */
#include <linux/module.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("stand-in for nvidia-uvm.ko, for tests");
MODULE_VERSION(NVSIM_VERSION);
