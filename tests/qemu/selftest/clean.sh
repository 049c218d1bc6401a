#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Passes when the test before left nothing.
[ ! -d /sys/fs/cgroup/left ] && echo "ok 1 - no cgroup" || echo "not ok 1 - no cgroup"
[ ! -s /proc/modules ] && echo "ok 2 - no module" || echo "not ok 2 - no module"
! pidof sleep >/dev/null && echo "ok 3 - no process" || echo "not ok 3 - no process"
