#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A handle freed and made again while its first maker has not come back: what is found by it, and
# charged for its duplicate, is what the driver has.
# vm: -T multi
. ./lib_quota.sh

remade() {
	quota_setup "$1"
	echo 400000 >/sys/module/nvidia/parameters/alloc_us
	rm -f "$work/in"
	mkfifo "$work/in"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >/sys/fs/cgroup/alice/cgroup.procs; exec ./remade_handle' <>"$work/in" \
		>"$work/out" 2>&1 &
	p=$!
	clients="$clients $p"
	wait_for 20 test -s "$work/out"
	wait_for 10 grep -q 'and=' "$work/out"
	if grep -q 'no userfaultfd' "$work/out"; then
		skip "a handle made again" "no userfaultfd"
	else
		is "the second one waits for the first" "$(cat "$work/out")" \
			"stuck=1 freed=0 again=0 second=0 copied=0 freed=0 and=0"
		is "what is charged is what the driver has" "$(ledger)" "$(book 0 used)"
		is "which is the duplicate" "$(book 0 used)" $((64 << 20))
	fi
	end "$p"
	wait_for 10 nothing_charged
	is "nothing is left" "$(ledger) $(book 0 used)" "0 0"
	teardown
}

remade 550
remade 535
finish
