#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ten thousand times open, claim, close, by programs that take turns: every count is zero
# afterwards, and the module's memory has not grown.
# vm: -T multi
# vm-debug: -T multi -t 1200
. ./lib.sh

# Kilobytes of slab memory that can not be given back
slab() {
	sed -n 's/^SUnreclaim: *\([0-9]*\) kB/\1/p' /proc/meminfo
}

# cycles NAME ROUNDS PROCESSES
cycles() {
	if out=$(in_cgroup alice ./lease_cycles "$2" "$3" 2>&1); then
		ok "$1"
	else
		not_ok "$1" "$out"
	fi
}

run() {
	setup "$1" gpus=1
	prefix="$1: "
	vm alice small.16gb
	cycles "a start" 500 1
	before=$(slab)
	cycles "$2 rounds of one program" "$2" 1
	cycles "$2 rounds of two programs" "$2" 2
	after=$(slab)
	if [ "${GUEST_KERNEL:-}" = debug ]; then
		skip "the kernel's memory has not grown" "KASAN keeps freed memory back; kmemleak looks here"
	else
		# 24 bytes for each round of either would show.
		check "the kernel's memory has not grown" [ $((after - before)) -lt $(($2 * 2 * 24 / 1024 + 400)) ]
	fi
	echo "# slab $before kB before, $after kB after"
	is "never two programs at once" "$(book 0 max_channel_procs)" 1
	is "no job is left" "$(jobs)" ""
	teardown
}

run 550 4000
run 535 1000
finish
