#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The host's own programs: untouched by default, files from before a binding are refused claims
# until they are opened again, host=deny closes the door, enforce=permissive only counts.
# vm: -T multi
. ./lib.sh

refused() {
	like "$1" "$2" "* ret=-1 errno=1 *"
}

granted() {
	like "$1" "$2" "* ret=0 errno=0 status=0x0*"
}

untouched() {
	client a alice
	ask a context >/dev/null
	client h -
	granted "a program of the host does not wait for a VM's" "$(ask h context)"
	is "and is no job" "$(job "$h")" ""
	is "nor are its files counted" "$(status nr_files)" 2
	like "it opens a GPU outside any placement" "$(ask h open gpu1)" "open ret=[0-9]* errno=0 *"
	end "$h"
	end "$a"
}

opened_before() {
	mkdir -p "$cg/eve"
	spawn p eve ./lease_program open 0 wait claim wait close open 0 claim wait
	must wait_for 5 grep -q waiting "$work/p.out"
	client h eve
	ask h context >/dev/null
	gpuwardctl vm add eve --model small.16gb
	gpuwardctl binding add eve "$cg/eve"
	vms="$vms eve"
	is "files from before the binding are not counted" "$(status nr_files)" 0
	kill -USR1 "$p"
	check "they may claim nothing" wait_for 5 grep -q "^claim ret=-1 " "$work/p.out"
	refused "nor take more, when they run something" "$(ask h alloc 1M)"
	like "but may look" "$(ask h meminfo)" "meminfo ret=0 *"
	kill -USR1 "$p"
	check "opened again they may" wait_for 5 grep -q "^claim ret=0 " "$work/p.out"
	check "and are a job" runs "$p"
	end "$p" "$h"
}

# as_user COMMAND...: without privileges, on the host
as_user() {
	su user -c "$*" 2>&1
}

denied() {
	gpuwardctl setting set host=deny
	like "host=deny: a program without privileges opens nothing" "$(as_user nvclient open ctl)" \
		"open ret=-1 errno=1 *"
	like "no GPU either" "$(as_user nvclient open gpu0)" "open ret=-1 errno=1 *"
	like "nor nvidia-uvm" "$(as_user nvclient open uvm)" "open ret=-1 errno=1 *"
	like "nor the root of a user namespace of its own" "$(unshare -U -r nvclient open ctl 2>&1)" \
		"open ret=-1 errno=1 *"
	like "an administrator does" "$(nvclient open ctl , open gpu0)" "open ret=[0-9]* errno=0 *"
	out=$(in_cgroup alice su user -c "nvclient context" 2>&1)
	like "and so does a VM, without privileges" "$out" "context ret=0 *"
	gpuwardctl setting set host=allow
	like "host=allow opens again" "$(as_user nvclient open ctl)" "open ret=[0-9]* errno=0 *"
}

# What would be refused is counted and said, not done.
permissive() {
	client a alice
	ask a context >/dev/null
	gpuwardctl setting set enforce=permissive
	before=$(status nr_refused)
	client b alice
	granted "enforce=permissive: a second program does not wait" "$(ask b context)"
	check "it is counted" [ "$(status nr_refused)" -gt "$before" ]
	is "the books saw two" "$(book 0 max_channel_procs)" 2
	like "a GPU outside the placement opens" "$(ask b open gpu1)" "open ret=[0-9]* errno=0 *"
	like "every tool says so" "$(gpuwardctl job list 2>&1)" "*PERMISSIVE*"
	like "gpuward-smi too" "$(in_vm alice gpuward-smi 2>&1)" "*PERMISSIVE*"
	is "and the status" "$(status enforce)" permissive
	end "$b"
	gpuwardctl setting set enforce=on
	client b alice
	tell b context
	check "enforced again, the next one waits" wait_for 5 waits "$b"
	end "$b"
	end "$a"
}

hosts() {
	setup "$1" gpus=2
	prefix="$1: "
	vm alice small.16gb
	untouched
	opened_before
	denied
	permissive
	teardown
}

hosts 550
hosts 535
finish
