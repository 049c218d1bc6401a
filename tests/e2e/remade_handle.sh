#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A handle freed and made again while its first maker has not come back: what is found by it, and
# charged for its duplicate, is what the driver has.
# vm: -T multi
. ./lib_quota.sh

remade() {
	quota_setup "$1"
	echo 1000000 >/sys/module/nvidia/parameters/alloc_us
	rm -f "$work/in"
	: >"$work/out"
	mkfifo "$work/in"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >/sys/fs/cgroup/alice/cgroup.procs; exec ./remade_handle' <>"$work/in" \
		>>"$work/out" 2>&1 &
	p=$!
	clients="$clients $p"
	wait_for 40 grep -qE 'again=.* and=|no userf' "$work/out"
	if grep -q 'no userfaultfd' "$work/out"; then
		skip "a handle made again" "no userfaultfd"
	else
		is "who copies it, or makes something below it, waits for its maker, or is killed" "$(sed -n 1p "$work/out")" \
			"waits=1 killed=1 stuck=1 copied=0 below=0 then copied=0 below=0 freed=0 and=0"
		is "the second one waits for the first, who copies it for both" "$(sed -n 2p "$work/out")" \
			"stuck=1 freed=0 again=0 stuck=1 copied=0 then second=0 copied=0 freed=0 and=0"
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
