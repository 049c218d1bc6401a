#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest: the same calls without gpuward, of a process of the host beside it, and of a tenant.
# A line each, "# instructions NAME WITHOUT WITH DIFFERENCE", of medians; a result line says only that it could be
# measured. Before them, "# CASE NAME MEDIAN LEAST MEAN".
cd /tests/e2e || exit 1
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh

# count CASE CGROUP hand|turns
count() {
	in_cgroup "$2" /tests/bench/instructions "$3" >"$work/$1" 2>&1 ||
		not_ok "$1: $(tail -n 1 "$work/$1")"
	sed "s/^/# $1 /" "$work/$1"
}

# difference CASE: what it costs more than without gpuward
difference() {
	while read -r what median _; do
		while read -r none_what none_median _; do
			[ "$what" != "$none_what" ] ||
				echo "# instructions $1.$what $none_median $median $((median - none_median))"
		done <"$work/none"
	done <"$work/$1"
}

driver 550 gpus=2 mem=24576 || exit 1
echo "# clock: $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource), kernel $(uname -r)"
count none - hand
must insmod /modules/gpuward.ko
gpuwardctl gpu detect --apply >/dev/null
must vm alice small.16gb
count host - hand
count tenant alice turns
difference host
difference tenant
check "calls are counted without, beside and under gpuward" [ "$bad" = 0 ]
check "every count is back to zero" wait_for 60 is_quiet
clear
check "everything unloads" unload
finish
