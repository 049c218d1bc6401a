#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What gpuward costs on the real driver, as far as that goes without a GPU; for tests/bench/run.
# Ratios in one run, never asserted; other runs of the lane leave it out.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

calls=2000

# bench CASE COMMAND...: into $tmp/CASE
bench() {
	bench_case=$1
	shift
	"$@" nvclient client, bench $calls 2>&1 |
		sed -n 's/^bench ret=0 .*what=\([a-z_]*\) ns=\([0-9]*\).*/\1 \2/p' >"$tmp/$bench_case"
}

value() {
	sed -n "s/^$2 //p" "$tmp/$1"
}

must "driver" driver_up 2
bench none env
must "gpuward" gpuward_up
bench host env
must "a VM" declare_gpus
add_vm alice
bench bound env
bench tenant in_vm alice
echo "# ns per call (ratio to none): best of short runs, 5 x $calls calls, kernel $(uname -r), NVIDIA $(driver_version)"
for what in sys_params control open_close host_alloc_free; do
	none=$(value none $what)
	[ -n "$none" ] || continue
	line="# $what: none $none"
	for case in host bound tenant; do
		ns=$(value $case $what)
		[ -z "$ns" ] || line="$line, $case $ns ($((ns / none)).$(printf %02d $((ns * 100 / none % 100))))"
	done
	echo "$line"
done
check "the same calls without, beside and under gpuward" [ -s "$tmp/tenant" ]
done_testing
