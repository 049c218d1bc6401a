#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Spot VMs use what is left, and go when one of a higher class could start for it: they are told, have a
# grace, are killed; as few as possible; nobody in vain; called off when the reason is gone.
# vm: -T multi -t 400
. ./lib.sh

evicts() {
	job_is "$1" evicting
}

told() {
	grep -q " $1 " "$work/events.out"
}

listen() {
	spawn events - gpuwardctl events
	must never 0.5 false
}

# has VARIABLE VM: a program of it that has what it wants
has() {
	client "$1" "$2"
	must matches "$(ask "$1" context)" "context ret=0 *"
}

# wants VARIABLE VM: one that waits for it
wants() {
	client "$1" "$2"
	tell "$1" context
}

# nobody_goes: for some time
nobody_goes() {
	never 0.5 nr_jobs_is evicting 1
}

# Both GPUs are taken by spot programs: $s, and later $t; $a wants one.
full() {
	has s spot1
	has t spot2
	wants a alice
}

# And the younger was told to go.
pressed() {
	full
	must wait_for 5 evicts "$t"
}

# clean PID...: they end, and nothing is left
clean() {
	end "$@"
	must wait_for 5 is_quiet
}

notice() {
	gpuwardctl setting set evict_ms="$(ms 3000)"
	listen
	full
	check "one spot program has to go, the younger" wait_for 5 evicts "$t"
	check "not the other" runs "$s"
	check "that is told" wait_for 5 told evict-notice
	like "to whom, for whom, until when" "$(grep evict-notice "$work/events.out")" \
		"* evict-notice vm=\"spot2\" accel=0 job=* pid=$t command=\"nvclient *\" left=*s for_vm=\"alice\""
	like "its own VM sees it" "$(in_vm spot2 gpuward-smi)" "WARNING: device 0: job * has to go for others; its processes are killed in *s"
	like "with the deadline" "$(gpuwardctl job show "$(job "$t" id)" --json)" '"deadline_ns": *'
	like "and so does who asks why" "$(gpuwardctl explain spot2)" "It must give its GPUs back for a program of a higher class, in *s at the latest."
	like "who waits is told who goes for it" "$(gpuwardctl explain alice)" 'VM "spot2", accelerator 0 was told to go for it: its GPUs come free within *s.'
	like "in the queue, too" "$(gpuwardctl queue)" 'Position 1: VM "spot2", accelerator 0 was told to go for it: *'
	is "with the deadline" "$(job "$a" evicting_deadline_ns) $(job "$a" nr_evicting)" "$(job "$t" deadline_ns) 1"
	is "its VM does not see for whom it waits" "$(in_vm alice gpuward-smi | grep -c spot2)" 0
	like "meanwhile it goes on" "$(ask t alloc 1M)" "alloc ret=0 errno=0 status=0x0 *"
	check "then it is killed" wait_for 8 gone "$t"
	like "and who waited starts" "$(reply a 5)" "context ret=0 *"
	check "the other spot program lives" runs "$s"
	check "it was told that it was time" told job-reap
	is "the record says so" "$(evicted spot2)" "1 evicted"
	clean "$events" "$s" "$a"
	is "who was not evicted has no eviction" "$(evicted spot1)" "0 ended"
}

# evicted VM: of its last record
evicted() {
	gpuwardctl usage --json | objects usage | grep " vm=$1 " | tail -n 1 | while read -r evicted_line; do
		echo "$(field nr_evictions " $evicted_line ") $(field end " $evicted_line ")"
	done
}

by_itself() {
	gpuwardctl setting set evict_ms=60000
	pressed
	end "$t"
	like "a spot program that ends in time makes room at once" "$(reply a 5)" "context ret=0 *"
	clean "$s" "$a"
}

called_off() {
	gpuwardctl setting set evict_ms=60000
	listen
	pressed
	end "$a"
	check "who waited is gone: the notice is called off" wait_for 5 runs "$t"
	check "and that is told" wait_for 5 told evict-cancel
	wants a alice
	must wait_for 5 evicts "$t"
	end "$s"
	like "another GPU is free: who waited has that" "$(reply a 5)" "context ret=0 *"
	check "and the notice is called off" wait_for 5 runs "$t"
	clean "$events" "$t" "$a"
	pressed
	gpuwardctl vm set spot2 --class on-demand
	check "who is no spot VM any more need not go" wait_for 5 runs "$t"
	check "another one must" wait_for 5 evicts "$s"
	gpuwardctl vm set spot2 --class spot
	clean "$s" "$t" "$a"
}

smallest() {
	gpuwardctl setting set evict_ms=60000
	has s half1
	has t half2
	has u spot1
	is "two on one GPU, one on the other" "$(placed half1) $(placed half2) $(placed spot1)" "0 0 1"
	wants a alice
	check "the fewest have to go: one" wait_for 5 evicts "$u"
	check "not two" never 0.3 evicts "$s"
	end "$a"
	must wait_for 5 runs "$u"
	wants a big
	check "all of them, if need be" wait_for 5 nr_jobs_is evicting 3
	like "who waits is told how many" "$(gpuwardctl explain big)" '3 accelerators were told to go for it, the last one is VM "*: their GPUs come free within *'
	end "$s" "$t"
	check "the notice stays while one is left" evicts "$u"
	end "$u"
	like "the last one gone, it starts" "$(reply a 5)" "context ret=0 *"
	clean "$a"
}

in_vain() {
	gpuwardctl setting set evict_ms=200
	has b bob
	has s spot1
	wants a big
	must wait_for 5 places "$a"
	check "nobody goes in vain" nobody_goes
	is "who waits is told of nobody" "$(gpuwardctl explain big | grep -c 'told to go')" 0
	wants t spot2
	must wait_for 5 places "$t"
	check "nor for a spot VM" nobody_goes
	end "$a" "$t"
	gpuwardctl gpu drain 1
	gpuwardctl gpu drain 0
	wants a alice
	must wait_for 5 places "$a"
	check "nor for GPUs that are drained" nobody_goes
	gpuwardctl gpu resume 0
	gpuwardctl gpu resume 1
	like "when they are back, somebody does" "$(reply a 8)" "context ret=0 *"
	check "the spot program" wait_for 5 gone "$s"
	check "not the other" runs "$b"
	clean "$b" "$a"
}

# More than one program on the accelerator that goes: one runs, one waits, one looks.
several() {
	gpuwardctl setting set evict_ms=500
	has o bob
	has s spot1
	wants w spot1
	must wait_for 5 waits "$w"
	client l spot1
	ask l open ctl >/dev/null
	ask l open gpu1 >/dev/null
	ask l client >/dev/null
	ask l device 1 >/dev/null
	wants a alice
	check "the one that runs is killed" wait_for 8 gone "$s"
	check "the wait of the one behind ends" wait_for 5 said w "chgroup ret=-1 errno=125 *"
	like "who waited starts, though two look" "$(reply a 5)" "context ret=0 *"
	check "these live" kill -0 "$w" "$l"
	is "and have no GPUs" "$(placed spot1)" ""
	tell l chgroup
	check "whoever of them claims waits for GPUs anew" wait_for 5 places "$l"
	end "$a"
	like "until there are some" "$(reply l 5)" "chgroup ret=0 *"
	clean "$o" "$w" "$l"

	has o bob
	client l spot1
	ask l open ctl >/dev/null
	ask l open gpu1 >/dev/null
	wants a alice
	like "who only looks loses the GPUs" "$(reply a 5)" "context ret=0 *"
	check "and lives" kill -0 "$l"
	clean "$o" "$l" "$a"
}

daemon() {
	: >"$work/daemon.out"
	spawn daemon - gpuwardd --stdout --config "${1:-/dev/null}"
	must never 0.5 false
}

by_the_daemon() {
	gpuwardctl setting set evict_ms=60000
	daemon
	has o bob
	spawn s spot1 ./orphan_worker gpu1 polite worker
	must wait_for 10 grep -q ready "$work/s.out"
	wants a alice
	check "a program that handles SIGTERM is told by it" wait_for 5 grep -q terminated "$work/s.out"
	like "its terminal is told, too" "$(cat "$work/daemon.out")" "$s: ?warning? AI Accelerator is needed by others.*killed in 5? seconds..."
	must wait_for 5 nr_jobs_is orphaned 1
	worker=$(sed -n 's/^worker //p' "$work/s.out")
	clients="$clients $worker"
	gpuwardctl setting set orphan_ms=100
	check "its worker, left behind, is killed as an orphan" wait_for 8 gone "$worker"
	like "then who waited starts" "$(reply a 5)" "context ret=0 *"
	gpuwardctl setting set orphan_ms=5000
	end "$a"
	must wait_for 5 nr_jobs_is running 1

	gpuwardctl setting set evict_ms="$(ms 3000)"
	has s spot1
	wants a alice
	must wait_for 5 evicts "$s"
	check "a program that does not handle it has its grace" never 0.5 gone "$s"
	like "then the daemon kills it" "$(reply a 8)" "context ret=0 *"
	like "and says so" "$(cat "$work/daemon.out")" "gpuwardd: job * of VM \"spot1\": 1 processes killed"
	end "$daemon" "$a"

	echo "evict_signal=none" >"$work/conf"
	daemon "$work/conf"
	gpuwardctl setting set evict_ms=1000
	spawn s spot1 ./orphan_worker gpu1 polite
	must wait_for 10 grep -q ready "$work/s.out"
	wants a alice
	must wait_for 8 gone "$s"
	is "without a signal nobody is told by one" "$(grep -c terminated "$work/s.out")" 0
	clean "$daemon" "$a" "$o"
	echo "evict_signal=NONSENSE" >"$work/conf"
	is "nonsense for a signal is refused" "$(gpuwardd --config "$work/conf" 2>/dev/null; echo $?)" 2
}

# Served by its age, it is not the first to go for those it went before.
protected() {
	gpuwardctl setting set evict_ms=100 age_ms="$(ms 2000)"
	has o bob
	has p carol
	wants s spot1
	must wait_for 5 places "$s"
	must never $((2 * patience + 1)) false
	wants a alice
	must wait_for 5 places "$a"
	end "$p"
	like "a spot program is served by its age" "$(reply s 5)" "context ret=0 *"
	check "and is left alone" never 1 gone "$s"
	check "not for ever" wait_for 8 gone "$s"
	like "then the other one has its turn" "$(reply a 5)" "context ret=0 *"
	gpuwardctl setting set age_ms=3600000
	clean "$o" "$a"
}

# Killed at each step, in any order, nothing is left.
killed() {
	gpuwardctl setting set evict_ms=100
	for killed_pause in 0 20000 60000 100000 140000 300000; do
		for killed_who in s a both; do
			full
			usleep $killed_pause
			case $killed_who in
			s) end "$t" "$s" ;;
			a) end "$a" ;;
			both) end "$s" "$a" "$t" ;;
			esac
			end "$s" "$a" "$t"
			wait_for 10 is_quiet || not_ok "killed: $killed_who after $killed_pause us"
		done
	done
	ok "killed at each step, nothing is left"
}

setup 550 gpus=2 mem=16384
model half 8 1
model both 32 2
vm alice small.16gb
vm bob small.16gb
vm carol small.16gb
vm big both
vm spot1 small.16gb --class spot
vm spot2 small.16gb --class spot
vm half1 half --class spot
vm half2 half --class spot
notice
by_itself
called_off
smallest
in_vain
several
by_the_daemon
protected
killed
teardown
finish
