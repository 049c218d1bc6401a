#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every form of request that makes a GPU hold or run something waits for its turn: direct, indirect
# (XFER), short and long, heap control, import, nvidia-uvm, and as a 32-bit program makes it. What
# only looks does not. On both shapes of driver.
# vm: -T multi
. ./lib.sh

# prepared: $b has all but the claim
prepared() {
	client b alice
	[ -z "$mode" ] || ask b "$mode" on >/dev/null
	ask b open ctl >/dev/null
	ask b open gpu0 >/dev/null
	ask b client >/dev/null
	ask b device 0 >/dev/null
	ask b subdevice 0 >/dev/null
}

# waits_with NAME VERB [ARGUMENT]...
waits_with() {
	form_name=$1
	shift
	tell b "$@"
	check "$form_name waits" wait_for 5 waits "$b"
	is "$form_name has not come back" "$(said b "$1 ret=*" && echo answered)" ""
	end "$b"
}

# form NAME VERB [ARGUMENT]...
form() {
	prepared
	waits_with "$@"
}

# uvm NAME VERB [ARGUMENT]...
uvm() {
	prepared
	ask b uvm-init >/dev/null
	waits_with "$@"
}

# look NAME VERB [ARGUMENT]...: does not wait
look() {
	look_name=$1
	shift
	check "$look_name does not wait" matches "$(ask b "$@")" "$1 ret=0 *"
}

# compat NAME WORD: what claim_compat says
compat() {
	spawn p alice ./claim_compat "$2"
	wait_for 5 compat_came
	if grep -q '^no ' "$work/p.out"; then
		skip "$1 waits" "$(sed -n 's/^no //p' "$work/p.out")"
	else
		check "$1 waits" waits "$p"
	fi
	end "$p"
}

compat_came() {
	[ -s "$work/p.out" ] || waits "$p"
}

ways() {
	setup "$1" gpus=1
	prefix="$1: "
	vm alice small.16gb
	client a alice
	ask a context >/dev/null
	mode=
	form "a channel group" chgroup
	mode=xfer
	form "a channel group, indirect" chgroup
	compat "a channel group from a 32-bit program" direct
	compat "the same, indirect" indirect
}

all_ways() {
	mode=
	form "a channel" channel
	form "video memory (class 0x40)" alloc 1M
	form "video memory by heap control" heapalloc 1M
	form "a tiled surface by heap control" heappitch 4096 64
	form "an import of objects" import
	uvm "a channel for nvidia-uvm" uvm-channel 0x5c000001
	uvm "memory mapped by nvidia-uvm" ext-map 0x5c000001 2M
	mode=xfer
	form "video memory, indirect" alloc 1M
	form "heap control, indirect" heapalloc 1M
	mode=os21
	form "video memory, short form" alloc 1M
	mode=
}

looks() {
	client b alice
	ask b open ctl >/dev/null
	ask b open gpu0 >/dev/null
	look "a client" client
	look "a device" device 0
	look "a subdevice" subdevice 0
	look "an address space" vaspace
	look "memory information" meminfo 0
	look "a list of processes" pids
	look "an object of the host's memory (class 0x3e)" object 0x3e device 4096
	is "and is no job" "$(job "$b")" ""
}

ended() {
	check "never two at once" exclusive 0
	teardown
}

ways 550
all_ways
looks
ended
ways 535
looks
ended
finish
