#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Leaves a module that cannot be unloaded.
insmod /modules/selftest/splat.ko what=stay
echo "ok 1 - loaded"
