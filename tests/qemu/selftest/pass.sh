#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Passes and leaves a process, a cgroup and a module behind, to be removed.
insmod /modules/selftest/splat.ko || exit 1
mkdir -p /sys/fs/cgroup/left/below
sleep 1000 &
echo "ok 1 - passes on $(uname -r)"
echo "ok 2 - does not apply # SKIP on purpose"
echo "1..2"
