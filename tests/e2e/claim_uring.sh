#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Opened through io_uring, by a thread that the kernel made: attributed, placed, refused and waited
# for as any other open. On both shapes of driver.
# vm: -T multi
. ./lib.sh

printed() {
	grep -q "^$1" "$work/p.out"
}

uring() {
	setup "$1" gpus=2
	prefix="$1: "
	vm alice small.16gb
	vm bob small.16gb
	spawn p alice ./claim_uring claim
	must wait_for 5 test -s "$work/p.out"
	if printed "no "; then
		skip "io_uring" "$(sed -n 's/^no //p' "$work/p.out")"
		teardown
		return
	fi
	check "files opened by a worker thread can be claimed with" wait_for 5 printed "claim ret=0"
	is "they belong to the program's VM" "$(job "$p" vm) $(job "$p" nr_files)" "alice 2"
	spawn q alice ./claim_uring claim
	check "the next program waits" wait_for 5 waits "$q"
	end "$p"
	check "and goes on" wait_for 5 runs "$q"
	end "$q"

	out=$(in_cgroup alice ./claim_uring minor 1 2>&1)
	is "a GPU outside the placement is refused" "$out" "open ret=-1"
	client h bob
	ask h context >/dev/null
	gpuwardctl gpu drain 1
	spawn p alice ./claim_uring minor 0
	check "a full pool: the worker waits" wait_for 5 places "$p"
	end "$h"
	check "and goes on" wait_for 5 printed "open ret=[0-9]"
	client h bob
	ask h context >/dev/null
	spawn p alice ./claim_uring minor 0
	must wait_for 5 places "$p"
	kill -9 "$p"
	check "killed, the program is gone" wait_for 5 gone "$p"
	is "and waits no more" "$(nr_jobs placing)" 0
	end "$h"

	spawn p alice ./claim_uring fixed
	check "a file that only the ring has" wait_for 5 printed "open ret=0"
	is "is counted" "$(status nr_files)" 1
	is "and holds the placement" "$(placed alice)" 0
	kill -9 "$p"
	check "until the ring goes" wait_for 5 is_quiet
	teardown
}

uring 550
uring 535
finish
