#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A program that waits can be interrupted, stopped, killed; a call that is restarted keeps its
# place; nothing is left in the queue of one that gave up.
# vm: -T multi
. ./lib.sh

# program VARIABLE WORD...
program() {
	program_name=$1
	shift
	spawn "$program_name" alice ./lease_program "$@"
}

# printed VARIABLE PATTERN
printed() {
	matches "$(cat "$work/$1.out")" "$2"
}

position_is() {
	[ "$(job "$1" position)" = "$2" ]
}

nobody_waits() {
	nr_jobs_is waiting 0
}

holder() {
	client a alice
	ask a context >/dev/null
}

interrupted() {
	program p open 0 claim wait
	must wait_for 5 waits "$p"
	kill -INT "$p"
	check "SIGINT ends a waiting program" wait_for 5 gone "$p"
	check "and its wait" wait_for 5 nobody_waits

	program p eintr 2 open 0 claim claim wait
	must wait_for 5 waits "$p"
	kill -INT "$p"
	check "with a handler, the call fails with EINTR" wait_for 5 printed p "claim ret=-4 *"
	check "and may be made again" wait_for 5 waits "$p"
	is "at the end of the queue" "$(job "$p" position)" 1
	end "$a"
	check "it gets what it waits for" wait_for 5 printed p "claim ret=0 *"
	end "$p"
	holder
}

killed() {
	program p open 0 claim wait
	must wait_for 5 waits "$p"
	kill -9 "$p"
	check "SIGKILL ends a waiting program" wait_for 5 gone "$p"
	check "and its wait: nobody waits" wait_for 5 nobody_waits
	is "the running one is still there" "$(job "$a" state)" running
}

restarted() {
	program p alarm 20 open 0 claim wait
	must wait_for 5 waits "$p"
	program q open 0 claim wait
	must wait_for 5 waits "$q"
	must wait_for 10 printed p "alarms are over"
	check "calls that were restarted keep the program in its place" wait_for 5 position_is "$p" 1
	is "before who came later" "$(job "$q" position)" 2
	end "$a"
	check "it is the next" wait_for 5 printed p "claim ret=0 alarms=20"
	check "the other one still waits" position_is "$q" 1
	end "$p"
	check "and is served then" wait_for 5 printed q "claim ret=0 *"
	end "$q"
	holder
}

stopped() {
	program p open 0 claim wait
	must wait_for 5 waits "$p"
	program q open 0 claim wait
	must wait_for 5 waits "$q"
	kill -STOP "$p"
	kill -CONT "$p"
	check "stopped and continued at once, it waits on" wait_for 5 waits "$p"
	is "in its place" "$(job "$p" position) $(job "$q" position)" "1 2"
	kill -STOP "$p"
	check "stopped, it is not in the queue" wait_for 5 position_is "$q" 1
	end "$a"
	check "a stopped program holds nobody up" wait_for 5 printed q "claim ret=0 *"
	kill -CONT "$p"
	check "continued, it waits again" wait_for 5 waits "$p"
	end "$q"
	check "and is served" wait_for 5 printed p "claim ret=0 *"
	end "$p"
	holder
}

# A program that stops only after it was granted keeps what it has.
stopped_running() {
	program p open 0 claim wait
	must wait_for 5 waits "$p"
	kill -STOP "$a"
	check "a running program that is stopped keeps the accelerator" never 0.3 printed p "claim ret=*"
	kill -CONT "$a"
	end "$p"
}

setup 550 gpus=1
vm alice small.16gb
holder
interrupted
killed
restarted
stopped
stopped_running
check "never two at once" exclusive 0
teardown
finish
