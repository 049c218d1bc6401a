#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A warning of the kernel that does not stop the guest.
echo 0 >/proc/sys/kernel/panic_on_warn
insmod /modules/selftest/splat.ko what=warn
echo 1 >/proc/sys/kernel/panic_on_warn
echo "ok 1 - loaded"
