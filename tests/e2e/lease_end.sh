#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is shown of a job, and how it is ended: by an administrator, by the VM itself, waiting or
# running; an ended program is gone and the next one goes on.
# vm: -T multi
. ./lib.sh

shown() {
	client a alice
	ask a context >/dev/null
	usleep 300000
	line=$(job "$a")
	is "a running job: VM, accelerator, state, position" \
		"$(field vm "$line") $(field accelerator "$line") $(field state "$line") $(field position "$line")" \
		"alice 0 running 0"
	like "its command" "$line" "*command=nvclient -*"
	is "its files" "$(field nr_files "$line")" 2
	is "it did not wait" "$(field wait_ns "$line")" 0
	held=$(field held_ns "$line")
	check "it has held for a while" [ "$held" -ge 300000000 ]
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	clock
	from=$now
	usleep 500000
	line=$(job "$b")
	clock
	is "a waiting one: state and position" "$(field state "$line") $(field position "$line")" "waiting 1"
	waited=$(field wait_ns "$line")
	check "it has waited as long as it has" \
		[ "$waited" -ge 450000000 -a "$waited" -le $(((now - from) * 10000000 + 5000000000)) ]
	is "it has held nothing" "$(field held_ns "$line")" 0
	like "the VM sees both" "$(in_vm alice gpuward-smi)" "*$a*nvclient*"
	is "by number, too" "$(gpuwardctl job show "$(field id "$line")" --json | objects jobs | grep -c " pid=$b ")" 1
	end "$a"
	reply b >/dev/null
	line=$(job "$b")
	kept=$(field wait_ns "$line")
	check "when it runs, its wait is kept" [ "$kept" -ge "$waited" ]
	usleep 100000
	is "and grows no more" "$(job "$b" wait_ns)" "$kept"
	end "$b"
}

ended_by_admin() {
	client a alice
	ask a context >/dev/null
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	client c alice
	tell c context
	must wait_for 5 waits "$c"
	gpuwardctl job end "$(job "$b" id)"
	is "a waiting job is ended" $? 0
	like "its call fails" "$(reply b)" "context ret=-1 *"
	check "with ECANCELED" said b "chgroup ret=-1 errno=125 *"
	is "the one behind moves up" "$(job "$c" position)" 1
	check "its program lives" test -d "/proc/$b"
	tell b chgroup
	check "and may wait again" wait_for 5 waits "$b"
	is "at the end" "$(job "$b" position)" 2
	id=$(job "$a" id)
	gpuwardctl job end "$id"
	is "a running job is ended" $? 0
	check "its program is killed" wait_for 5 gone "$a"
	like "the next one goes on" "$(reply c)" "context ret=0 *"
	gpuwardctl job end "$id" 2>/dev/null
	is "what is over can not be ended" $? 3
	end "$b" "$c"
}

reset() {
	client a alice
	ask a context >/dev/null
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	client x bob
	ask x context >/dev/null
	out=$(in_vm alice gpuward-smi --reset)
	is "a VM resets its accelerator" $? 0
	like "told what it ended" "$out" "*2 programs ended*"
	check "the running program is killed" wait_for 5 gone "$a"
	like "the waiting one's call fails" "$(reply b)" "context ret=-1 *"
	check "with ECANCELED" said b "chgroup ret=-1 errno=125 *"
	like "then it is free" "$(ask b chgroup)" "chgroup ret=0 *"
	check "another VM's program noticed nothing" runs "$x"
	end "$b" "$x"
	must wait_for 5 is_quiet
	out=$(in_vm alice gpuward-smi --reset)
	is "a reset of nothing is done" $? 0
	like "and says so" "$out" "*0 programs ended*"
	out=$(gpuward-smi --reset 2>&1)
	is "the host has nothing to reset" $? 4
}

setup 550 gpus=2
vm alice small.16gb
vm bob small.16gb
shown
ended_by_admin
reset
check "never two at once" exclusive 0
teardown
finish
