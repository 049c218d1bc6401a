#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by the form of the request: indirect, short, 32 bit, odd bits in its number, the old
# heap calls, the windows over all memory. Each form gets the quota, and not a byte more.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# form NAME VERB...: with these modes on
form() {
	form_name=$1
	shift
	trick "$form_name" "$@" "alloc 512M" "expect 512M" "retry 3 513M" "expect 512M" "alloc 512M" "expect 1G" "free all" \
		"expect 0"
}

# by VERB: one of the old heap calls
by() {
	trick "$1" "$1 512M" "$1 512M" "expect 1G" "heapfree last" "expect 512M" "$1 256M" "expect 768M" "$1 256M" \
		"expect 1G"
	trick "$1: too much" "$1 $((quota + 1))" "expect 0"
	check "$1: is out of memory" denied "$1" 0x51
}

by_pitch() {
	trick "heappitch" "heappitch 65536 16384" "expect 1G"
	trick "heappitch: too much" "alloc 64K" "heappitch 65536 16384"
	check "heappitch: is out of memory" denied heappitch 0x51
}

windows() {
	trick "RM_ALLOC_MEMORY" "alloc02 0x40 64K gpu0" "alloc02 0x40 2G gpu0" "alloc02 0xc2 64K gpu0" \
		"alloc02 0x3f 64K gpu0" "alloc02 0x82 64K gpu0" "alloc02 0x40 64K ctl" "expect 0"
	check "opens no window over all memory" denied alloc02
	trick "classes that are windows" "object 0xc2 device" "object 0xc2 subdevice" "object 0x82 device" \
		"object 0x3f device" "object 0x76 device"
	check "are for nobody here" denied object
}

# What is not video memory costs nothing, however much it is.
free_of_charge() {
	trick "addresses and host memory are not charged" "object 0x50a0 device 0x10000000000" \
		"heapalloc 0x10000000000 0x80000" "object 0x3e device 1M" "heapalloc 1M 0 0x2000000" "expect 0"
}

# A program whose pointers and structs are 32-bit, by the entry that such have.
process32() {
	case $(in_vm bob nvclient32 wait-open 2>&1) in
	"wait-open ret="*) ;;
	*)
		skip "a 32-bit process" "no such programs here"
		return
		;;
	esac
	nvclient=nvclient32
	form "a 32-bit process"
	form "a 32-bit process, indirect" "xfer on"
	trick_at $((quota / 2)) "a 32-bit process with managed memory" uvm-init uvm-register "managed 512M" "expect 0 512M"
	nvclient=nvclient
}

forms() {
	quota_setup "$1"
	form "indirect" "xfer on"
	form "short" "os21 on"
	form "short and indirect" "xfer on" "os21 on"
	form "no type, no direction" "bits 0"
	form "another type and direction" "bits 0x80005a00"
	form "another type, indirect" "xfer on" "bits 0x40005a00"
	case $(in_vm bob ./claim_compat direct) in
	"no "*) skip "32-bit entry" "none in this kernel" ;;
	*)
		form "32-bit entry" "compat on"
		form "32-bit entry, indirect" "compat on" "xfer on"
		;;
	esac
	process32
	by heapalloc
	by heaprange
	by_pitch
	windows
	free_of_charge
	teardown
}

forms 550
forms 535
finish
