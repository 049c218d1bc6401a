#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A tenant sees a GPU of its quota's size, what is left of it, and its own processes; the host sees what there is. By every
# question that the driver answers.
# vm: -T multi
. ./lib.sh

MIB=1048576

# sees NAME CLIENT FREE-MIB: by both lists and the heap; the quota is 1 GiB
sees() {
	left=$(($3 * MIB))
	like "$1: lists" "$(ask "$2" meminfo 0)" \
		"* status=0x0 *total=1073741824 heap=1073741824 free=$left total2=1073741824 free2=$left"
	like "$1: heap" "$(ask "$2" heapinfo)" "* status=0x0 *total=1073741824 free=$left"
}

# pids CLIENT [VERB]: of the last list, in order
pids() {
	ask "$1" "${2:-pids}" >/dev/null
	sed -n 's/^[a-z]*-*pid .* *pid=\([0-9]*\).*/\1/p' "$work/$1.out" | sort -n | tr '\n' ' '
}

sorted() {
	printf '%s\n' "$@" | sort -n | tr '\n' ' '
}

memory() {
	ask a context >/dev/null
	sees "all is free" a 1024
	ask a alloc 600M >/dev/null
	sees "600 MiB less" a 424
	ask a xfer on >/dev/null
	sees "by the indirect form" a 424
	ask a xfer off >/dev/null
	ask a alloc 4K >/dev/null
	like "a small one takes 64 KiB" "$(ask a meminfo)" "* free=$((424 * MIB - 65536)) *"
	ask a alloc 422M >/dev/null
	ask a alloc 1984K >/dev/null
	sees "all is used" a 0
	ask a free all >/dev/null
	sees "all is given back" a 1024
	ask a alloc 300M >/dev/null
	sees "300 MiB less" a 724
}

# Who only looks sees the same, and does not wait.
looker() {
	client m alice
	ask m monitor >/dev/null
	like "nvidia-smi sees the quota" "$(cat "$work/m.out")" \
		"monitor *gpu=0 total=1073741824 free=$((724 * MIB)) *"
	sees "and asks on" m 724
	like "the host sees all" "$(ask h meminfo 0)" "* total=8589934592 heap=85* total2=8589934592 *"
}

processes() {
	client b bob
	ask b context >/dev/null
	ask b alloc 100M >/dev/null
	is "its own processes" "$(pids a)" "$(sorted "$a" "$m")"
	like "with their memory" "$(cat "$work/a.out")" "pid gpu=0 pid=$a result=0x0 private=314572800 *"
	is "by its looker, too" "$(pids m)" "$(sorted "$a" "$m")"
	is "another VM's" "$(pids b)" "$(sorted "$b")"
	is "the host's: all" "$(pids h)" "$(sorted "$a" "$m" "$b" "$h")"
	is "accounting, of those that run something" "$(pids a acct-pids)" "$(sorted "$a")"
	is "accounting on the host" "$(pids h acct-pids)" "$(sorted "$a" "$b" "$h")"
	is "samples of engines, of those that run something" "$(pids a util)" "$(sorted "$a")"
	like "idle but for it" "$(ask a util)" "* status=0x0 *busy=1 leaks=0"
	is "samples on the host" "$(pids h util)" "$(sorted "$a" "$b" "$h")"
	end "$b"
}

# Class 0xde, which shows the GPU's own figures from 550 on.
shared_page() {
	if [ "$1" = 535 ]; then
		like "the page tells nothing yet" "$(ask a page)" "* status=0x0 *"
	else
		like "the page is not there" "$(ask a page)" "* ret=0 errno=0 status=0x56*"
		like "but for the host" "$(ask h page)" "* status=0x0 *"
	fi
	is "nothing was refused" "$(grep -c '"type":"refused"' "$work/events.out")" 0
}

unlimited() {
	end "$a" "$m"
	gpuwardctl vm set alice --quota unlimited
	client a alice
	ask a context >/dev/null
	ask a alloc 2G >/dev/null
	like "without a limit it sees the GPU" "$(ask a meminfo 0)" "* total=8589934592 * total2=8589934592 *"
	end "$a"
	gpuwardctl vm set alice --quota on
}

view() {
	setup "$1" gpus=1 mem=8192 accounting=1
	prefix="$1: "
	model one 1 1
	vm alice one
	vm bob one
	client h -
	ask h context >/dev/null
	client a alice
	spawn events - gpuwardctl events --json
	memory
	looker
	processes
	shared_page "$1"
	unlimited
	end "$h"
	end "$events"
	teardown
}

view 535
view 550
view 580
finish
