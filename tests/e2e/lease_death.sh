#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# However a program ends, the next one goes on exactly when the last of its files is gone: not
# before, not never. On both shapes of driver.
# vm: -T multi
. ./lib.sh

# queue: $b waits behind the program that runs
queue() {
	client b alice
	tell b context
	must wait_for 5 waits "$b"
}

# kept WHY: something still holds a file
kept() {
	check "$1: the next one still waits" never 0.2 answered b
}

# passed WHY: nothing holds one any more
passed() {
	like "$1: the next one goes on" "$(reply b 5)" "context ret=0 *"
	end "$b"
}

# program WORD...: $p is a lease_program of alice
program() {
	spawn p alice ./lease_program open 0 "$@"
	must wait_for 5 grep -q waiting "$work/p.out"
}

killed() {
	client a alice
	ask a context >/dev/null
	queue
	end "$a"
	passed "killed"
}

crashed() {
	client a alice
	ask a context >/dev/null
	queue
	tell a crash
	passed "SIGSEGV"
}

exited() {
	client a alice
	ask a context >/dev/null
	queue
	tell a exit
	passed "exits and closes nothing"
}

closed() {
	client a alice
	ask a context >/dev/null
	queue
	ask a free root >/dev/null
	kept "frees everything"
	ask a close gpu0 >/dev/null
	kept "closes the GPU"
	ask a close ctl >/dev/null
	passed "closes the last file"
}

executed() {
	client a alice
	ask a context >/dev/null
	queue
	tell a exec-hold
	must wait_for 5 answered_by_exec
	kept "executes with its files open"
	is "executes with its files open: its job goes on" "$(job "$a" state)" running
	end "$a"
	passed "executes with its files open, then ends"

	program claim wait exec
	queue
	kill -USR1 "$p"
	passed "executes, files closed on exec"
	check "executes, files closed on exec: it lives" test -d "/proc/$p"
	end "$p"
}

answered_by_exec() {
	grep -q "READY pid=$a" "$work/a.out"
}

forked() {
	client a alice
	ask a context >/dev/null
	queue
	tell a fork-hold
	must wait_for 5 gone "$a"
	child=$(sed -n 's/^fork-hold .*child=//p' "$work/a.out")
	kept "forks and exits, the child keeps the files"
	check "forks and exits: the job is shown as orphaned" wait_for 5 nr_jobs_is orphaned 1
	kill -9 "$child"
	passed "forks and exits, then the child ends"
}

handed_over() {
	client a alice
	ask a context >/dev/null
	queue
	client r alice
	tell r recvfd "$work/socket" gpu0
	ask a sendfd "$work/socket" gpu0 >/dev/null
	reply r >/dev/null
	end "$a"
	kept "passes a file to another program and exits"
	ask r close gpu0 >/dev/null
	passed "passes a file on, and that is closed"
	end "$r"
}


mapped() {
	program claim map wait unmap wait
	check "a managed mapping is made" grep -q "^map ret=0" "$work/p.out"
	queue
	kept "closes all its files, a mapping holds one"
	kill -USR1 "$p"
	passed "and unmaps it"
	check "and unmaps it: it lives" test -d "/proc/$p"
	end "$p"
}

first_thread_gone() {
	program claim thread
	queue
	kept "its first thread ends, another one stays"
	kill -USR1 "$p"
	passed "its last thread ends"
}

table_shared() {
	program claim share
	queue
	kept "a process with the same table of files stays"
	kill -USR1 "$(sed -n 's/^share ret=\([0-9]*\).*/\1/p' "$work/p.out")"
	passed "the last process of the table ends"
}

# deaths SHAPE WAY...
deaths() {
	setup "$1" gpus=1
	must gpuwardctl setting set orphan_ms=0
	prefix="$1: "
	shift
	vm alice small.16gb
	for way in "$@"; do
		$way
	done
	check "never two at once" exclusive 0
	teardown
}

deaths 550 killed crashed exited closed executed forked handed_over mapped first_thread_gone table_shared
deaths 535 killed closed forked mapped
finish
