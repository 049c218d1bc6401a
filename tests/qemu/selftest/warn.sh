#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A warning of the kernel stops the guest.
echo "ok 1 - before"
insmod /modules/selftest/splat.ko what=warn
echo "ok 2 - after"
