#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by what nvidia-uvm maps: it has a hold of its own, which outlives handle, client and
# control file. On both shapes of driver.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# with_uvm NAME VERB...: half the quota, and nvidia-uvm with the GPU
with_uvm() {
	with_uvm_name=$1
	shift
	trick "$with_uvm_name" uvm-init uvm-register "alloc 512M" "$@"
}

mapped() {
	with_uvm "map for nvidia-uvm, then free" "ext-map last 512M" "free last" "expect 512M"
	with_uvm "unmapped in two steps" "ext-map last 512M" "free last" "ext-unmap last 0 256M" "expect 512M" \
		"ext-unmap last 0x10000000 256M" "expect 0"
	with_uvm "map, cut a hole, free the range" "ext-map last 512M" "free last" "ext-unmap last 0x8000000 128M" \
		"expect 512M" "ext-free" "expect 0"
	with_uvm "mapped three times, one freed" "ext-map last 256M" "ext-map last 256M" "ext-map last 128M" "free last" \
		"ext-free" "expect 512M"
	with_uvm "map for nvidia-uvm, then close everything else" "ext-map last 512M" "close ctl" "close gpu0" \
		"expect 512M" "open ctl" "open gpu0" "client" "device 0"
	with_uvm "map for nvidia-uvm, then close that" "ext-map last 512M" "free last" "close uvm"
	with_uvm "map what is not there, and more than there is" "ext-map 0x5cffffff 2M" "ext-map last 1G" "expect 512M"
}

# In bob a program that knows alice's numbers, and gives them to nvidia-uvm.
guessed() {
	begin
	ask_all a "alloc 512M" "share last"
	root=$(field client " $(ask a as own) ")
	client b bob
	must matches "$(ask b context)" "context ret=0 *"
	ask_all b "uvm-init" "uvm-register" "ext-map 0x5c000006 2M $root"
	check "another tenant's memory: no mapping by nvidia-uvm, though it is shared" answered_badly b
	end "$b"
	brim "nothing of it is held"
}

# answered_badly NAME: with an error or a status
answered_badly() {
	answered "$1" && ! matches "$answer" "* errno=0 status=0x0 *"
}

closing() {
	for order in "ctl gpu0 uvm" "ctl uvm gpu0" "gpu0 ctl uvm" "gpu0 uvm ctl" "uvm ctl gpu0" "uvm gpu0 ctl"; do
		# shellcheck disable=SC2086 # three nodes
		set -- $order
		trick "closing $order" "uvm-init" "uvm-register" "alloc 256M" "ext-map last 256M" "alloc 256M" \
			"export last" "alloc 256M" "expect 768M" "close $1" "close $2" "close $3" \
			"open ctl" "open gpu0" "client" "device 0"
	done
}

mapping() {
	quota_setup "$1"
	mapped
	guessed
	closing
	teardown
}

mapping 550
mapping 535
finish
