#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The guest stops doing anything.
echo "ok 1 - before"
insmod /modules/selftest/splat.ko what=lockup
