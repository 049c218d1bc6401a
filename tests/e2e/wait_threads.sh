#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Many threads of one program wait in as many calls: it is one job with one place; a signal ends one
# call, a grant or an end all of them.
# vm: -T multi
. ./lib.sh

# came VARIABLE LINE: how many of its threads printed that
came() {
	grep -c "^$2\$" "$work/$1.out"
}

all_came() {
	[ "$(came "$1" "$2")" = "$3" ]
}

holder() {
	client a alice
	ask a context >/dev/null
}

for_the_accelerator() {
	holder
	spawn p alice ./wait_threads 6 claim
	must wait_for 5 all_came p "open ret=0" 6
	must wait_for 5 waits "$p"
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	is "six threads wait as one job" "$(nr_jobs waiting) $(job "$p" position) $(job "$b" position)" "2 1 2"
	kill -USR1 "$p"
	check "a signal ends the call of one of them" wait_for 5 all_came p "claim ret=-4" 1
	is "the others wait on, in their place" "$(job "$p" state) $(job "$p" position)" "waiting 1"
	end "$a"
	check "granted, all come back" wait_for 5 all_came p "claim ret=0" 5
	is "and the other program waits" "$(job "$b" position)" 1
	end "$p"
	reply b >/dev/null

	spawn p alice ./wait_threads 6 claim
	must wait_for 5 all_came p "open ret=0" 6
	must wait_for 5 waits "$p"
	gpuwardctl job end "$(job "$p" id)"
	check "ended, all come back" wait_for 5 all_came p "claim ret=-125" 6
	is "and nobody waits" "$(nr_jobs waiting)" 0
	end "$p"
	spawn p alice ./wait_threads 6 claim
	must wait_for 5 waits "$p"
	kill -9 "$p"
	check "killed, all are gone" wait_for 5 gone "$p"
	is "and nobody waits" "$(nr_jobs waiting)" 0
	end "$b"
	must wait_for 5 is_quiet
}

for_gpus() {
	client x bob
	ask x context >/dev/null
	spawn p alice ./wait_threads 6 open
	must wait_for 5 places "$p"
	is "six threads wait for GPUs as one job" "$(nr_jobs placing)" 1
	usleep 300000
	kill -USR1 "$p"
	check "a signal ends the call of one of them" wait_for 5 all_came p "open ret=-4" 1
	check "the others wait on" places "$p"
	end "$x"
	check "granted, all come back" wait_for 5 all_came p "open ret=0" 5
	is "one placement" "$(gpu 0 nr_placed)" 1
	end "$p"
	must wait_for 5 is_quiet

	client x bob
	ask x context >/dev/null
	spawn p alice ./wait_threads 6 open
	must wait_for 5 places "$p"
	usleep 300000
	gpuwardctl job end "$(job "$p" id)"
	check "ended, all come back" wait_for 5 all_came p "open ret=-125" 6
	end "$x" "$p"
}

# Two processes of one VM wait for GPUs, each its own job; both get them together.
two_processes() {
	client x bob
	ask x context >/dev/null
	spawn p alice ./lease_program open 0 wait
	must wait_for 5 places "$p"
	spawn q alice ./lease_program open 0 wait
	check "two programs of a VM wait for its GPUs" wait_for 5 places "$q"
	gpuwardctl job end "$(job "$p" id)"
	check "one is ended" wait_for 5 grep -q "^open ret=-125" "$work/p.out"
	check "the other waits on" places "$q"
	end "$p"
	spawn p alice ./lease_program open 0 wait
	must wait_for 5 places "$p"
	end "$x"
	check "free, both go on" wait_for 5 both_open
	end "$p" "$q"
}

both_open() {
	grep -q "^open ret=0" "$work/p.out" && grep -q "^open ret=0" "$work/q.out"
}

setup 550 gpus=1
vm alice small.16gb
vm bob small.16gb
for_the_accelerator
for_gpus
two_processes
teardown
finish
