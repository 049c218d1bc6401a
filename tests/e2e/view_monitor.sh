#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Programs that only look (nvidia-smi, NVML) never wait behind a job and never become one, whatever
# happens around them. On both shapes of driver.
# vm: -T multi
. ./lib.sh

# monitored NAME: a monitor comes back though nobody has gone, sees its own GPU, and only that
monitored() {
	out=$(in_vm alice timeout $((10 * patience)) nvclient monitor 2>&1)
	like "$1: it answers" "$out" "monitor ret=0 errno=0 status=0x0 seen=1"
	check "$1: it sees its own GPU" matches "$out" "monitor ret=0 errno=0 status=0x0 gpu=0 total=[1-9]*"
}

# others: jobs as they were, "state state"
states() {
	jobs | while read -r states_line; do
		field state " $states_line "
	done | sort | tr '\n' ' '
}

beside_jobs() {
	monitored "with nothing else"
	is "it gives its GPU back" "$(placed alice)" ""
	client a alice
	ask a context >/dev/null
	monitored "while a program runs"
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	monitored "while another one waits, too"
	is "neither is changed" "$(states)" "running waiting "
	client m alice
	ask m monitor >/dev/null
	is "one that stays open is no job" "$(job "$m")" ""
	is "and is not counted among them" "$(states)" "running waiting "
	end "$a"
	like "nor does it hold up the next one" "$(reply b)" "context ret=0 *"
	end "$b"
	is "it keeps the GPU" "$(placed alice)" 0
	is "which stands idle" "$(accel alice state)" placed
	end "$m"
	check "until it goes" wait_for 5 is_quiet
}

# Three monitors look in a circle while programs take turns.
in_circles() {
	for i in 1 2; do
		spawn "m$i" alice sh -c 'while :; do nvclient monitor; done'
	done
	for i in 1 2 3; do
		spawn "p$i" alice sh -c 'for k in 1 2 3 4; do nvclient infer 10; done'
	done
	wait_for 60 gone "$p1" "$p2" "$p3"
	is "programs take turns meanwhile" "$(cat "$work"/p[123].out | grep -c READY)" 12
	looks=$(cat "$work"/m[12].out | grep -c '^monitor ret=0 .* seen=1')
	check "monitors look meanwhile" [ "$looks" -gt 4 ]
	is "none was refused" "$(cat "$work"/m[12].out | grep -v 'gpu=1' | grep -c -e 'ret=-1' -e 'status=0x[1-9a-f]')" 0
	end "$m1" "$m2"
	is "never two programs at once" "$(book 0 max_channel_procs)" 1
	is "nor beside them a monitor" "$(book 0 max_memory_procs)" 1
}

monitors() {
	setup "$1" gpus=2
	prefix="$1: "
	vm alice small.16gb
	beside_jobs
	in_circles
	teardown
}

monitors 550
monitors 535
finish
