#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module replays the vectors of all known requests through its own decoders before it does anything else.
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh

check "it loads: none is wrong" insmod /modules/gpuward.ko
nr=$(cat /sys/module/gpuward/parameters/selftest)
check "it has replayed $nr" [ "$nr" -gt 200 ]
check "it unloads" rmmod gpuward
finish
