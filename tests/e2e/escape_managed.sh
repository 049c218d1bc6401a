#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by managed memory: it counts in full, from when a GPU could hold it, whatever is
# remapped, cut, inherited or moved to the GPU. On both shapes of driver.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

half=536870912
quarter=268435456

# with_uvm BYTES NAME VERB...: so much is left for memory of other kinds, or has been moved to the GPU
with_uvm() {
	with_uvm_most=$1
	with_uvm_name=$2
	shift 2
	trick_at "$with_uvm_most" "$with_uvm_name" uvm-init uvm-register "$@"
}

counting() {
	with_uvm $half "managed memory counts when it is mapped" "managed 512M" "expect 0 512M"
	with_uvm 0 "in many parts" "managed 256M" "managed 256M" "managed 256M" "managed 256M" "expect 0 1G" "managed 2M"
	check "and no part more" denied_at_last managed
	with_uvm $((half + quarter)) "managed memory beside other" "alloc 512M" "managed 256M" "managed 512M" \
		"expect 512M 768M"
	check "and not more of it" denied_at_last managed
	with_uvm $quota "in front of other, then given back" "managed 1G" "alloc 64K" "munmap last" "expect 0 0"
	trick_at $half "mapped before nvidia-uvm knows the GPU" uvm-init "managed 512M" uvm-register "expect 0 512M"
	trick "more than fits, before nvidia-uvm knows the GPU" "alloc 256M" uvm-init "managed 1G" uvm-register "expect 256M"
	check "the GPU is not registered" denied uvm-register
}

# denied_at_last VERB: the last such request was refused
denied_at_last() {
	case $(grep "^$1 ret=" "$work/trick" | tail -n 1) in
	*" errno=0 status=0x0 "* | "") return 1 ;;
	esac
}

cutting() {
	with_uvm $((half + quarter)) "partial munmap gives back a part" "managed 512M" "munmap last 0 128M" \
		"munmap last 256M 128M" "expect 0 256M"
	with_uvm $half "unmapped whole, mapped again" "managed 512M" "munmap last" "managed 1G" "munmap last" \
		"managed 512M" "expect 0 512M"
	with_uvm $quota "cut while it is on the GPU" "managed 1G" "migrate" "expect 1G" "munmap last 0 512M" "expect 512M"
}

# A range that has moved is not managed any more: it may not come back as more memory.
remapping() {
	with_uvm $quota "mremap, then unmapped" "managed 512M" "mremap 512M" "migrate" "expect 0 0"
	with_uvm $quota "mremap smaller, larger" "managed 512M" "mremap 256M" "managed 512M" "mremap 1G" "migrate"
}

migrating() {
	with_uvm $quota "moved to the GPU it is the same memory" "managed 512M" "migrate" "expect 512M"
	with_uvm $quota "and lives as long as nvidia-uvm's file" "managed 512M" "migrate" "close ctl" "close gpu0" \
		"expect 512M" "open ctl" "open gpu0" "client" "device 0"
	with_uvm $quota "moved twice, freed the wrong way" "managed 512M" "migrate" "migrate" "ext-free" "ext-unmap" \
		"expect 512M"
}

inheriting() {
	with_uvm $quota "a child with the same mappings" "managed 512M" "migrate" "fork-wait" "expect 512M"
	begin
	ask_all a "uvm-init" "uvm-register" "managed 512M" "migrate" "fork-hold"
	child=$(field child " $answer ")
	must wait_for 5 gone "$a"
	a=$child
	is "a child that is left with them leaves nothing" "$(ended)" "0 0"
}

managed() {
	quota_setup "$1"
	counting
	cutting
	remapping
	migrating
	inheriting
	teardown
}

managed 550
managed 535
finish
