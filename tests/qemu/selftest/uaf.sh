#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Debug kernel only: the module does "uaf" while loading.
echo 0 >/proc/sys/kernel/panic_on_warn
insmod /modules/selftest/splat.ko what=uaf
echo "ok 1 - loaded"
