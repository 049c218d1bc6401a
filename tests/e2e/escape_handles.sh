#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by handles: freed and used, freed twice, taken twice, guessed, duplicated, orphaned.
# The program's own: device 0x5c000001, subdevice 2, address space 3, group 4, channel 5; then memory.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

freeing() {
	trick "free and use again" "alloc 1G" "expect 1G" "free last" "expect 0" "alloc 1G" "free last" "alloc 1G" \
		"expect 1G" "free last" "alloc 1G" "free last" "expect 0"
	trick "free the same twice, and twice again" "alloc 512M" "alloc 256M" "free 0x5c000006" "free 0x5c000006" \
		"heapfree 0x5c000006" "free 0x5c000006" "expect 256M"
	trick "free what is not there" "alloc 256M" "free 0x5cffffff" "free 0xcaf00000" "free 0" "free 0xffffffff" \
		"expect 256M"
	trick "free a subdevice, an address space" "alloc 256M" "free 0x5c000002" "alloc 256M" "free 0x5c000003" \
		"expect 512M"
	trick "free the device with all below it" "alloc 768M" "free 0x5c000001" "expect 0" "client" "device 0"
	trick "free the client with all below it" "alloc 768M" "free root" "expect 0" "client" "device 0"
}

reusing() {
	trick "one handle for several allocations" "allocas 0x5e000001 256M" "allocas 0x5e000001 256M" \
		"allocas 0x5e000001 256M" "expect 256M"
	trick "the handle of what was freed" "allocas 0x5e000001 256M" "free 0x5e000001" "allocas 0x5e000001 768M" \
		"expect 768M" "free 0x5e000001" "allocas 0x5e000001 512M" "expect 512M"
	trick "the handle of the device, of the subdevice, of all ones" "allocas 0x5c000001 256M" \
		"allocas 0x5c000002 256M" "expect 0" "allocas 0xffffffff 256M"
	trick "the driver's own handles" "allocas 0 64M" "allocas 0 64M" "expect 128M" "allocas 0xcaf00003 64M" \
		"allocas 0 64M"
	trick "below the subdevice, below memory, below nothing" "allocas 0x5e000001 64M 0x5c000002" "expect 64M" \
		"allocas 0x5e000002 64M 0x5e000001" "allocas 0x5e000003 64M 0x12345678" \
		"allocas 0x5e000004 64M 0" "expect 64M"
}

duplicating() {
	trick "duplicate, then free" "alloc 512M" "dup self last" "expect 512M" "free 0x5c000006" "expect 512M"
	trick "many duplicates, freed in any order" "alloc 512M" "dup self last" "dup self last" "free 0x5c000007" \
		"free 0x5c000006" "expect 512M" "free 0x5c000007" "free 0x5c000008" "expect 0"
	trick "a duplicate for the handle of something else" "alloc 512M" "alloc 64K" "dup self 0x5c000006" \
		"dup self 0x5cffffff" "dup self 0x5c000001" "free 0x5c000006" "expect 536936448"
	trick "twenty clients, all of which want all" "clients 20 64M" "expect 1G"
}

# A client of the same program, made later, has a duplicate when the first one goes.
other_client() {
	begin
	ask a alloc 512M >/dev/null
	root=$(field client " $(ask a as own) ")
	ask_all a "client" "device 0" "dup $root 0x5c000006" "as $root" "free root"
	is "the duplicate of a client that has gone" "$(book 0 used) $(ledger)" "536870912 536870912"
	ask_all a "client" "device 0"
	brim "a duplicate in another client of the same program"
}

# foreign VERB: the last answer of b is an error or a status
foreign() {
	answered b && ! matches "$answer" "$1 ret=* errno=0 status=0x0 *"
}

# In bob a program that knows all of alice's numbers.
guessing() {
	begin
	ask_all a "alloc 256M" "share last"
	root=$(field client " $(ask a as own) ")
	client b bob
	must matches "$(ask b context)" "context ret=0 *"
	ask b dup "$root" 0x5c000006 >/dev/null
	check "another tenant's memory: no duplicate, though it is shared with everybody" foreign dup
	ask b dmabuf 0x5c000006 2M "$root" >/dev/null
	check "another tenant's memory: no dma-buf" foreign dmabuf
	ask b disable "$root" 0x5c000005 >/dev/null
	check "another tenant's channel: it is not stopped" foreign disable
	ask b event "$root" 0x5c000002 >/dev/null
	check "another tenant's object: no event of it" foreign event
	like "the own channel can be" "$(ask b disable own 0x5c000005)" "disable ret=0 errno=0 status=0x0 *"
	like "and has events" "$(ask b event own 0x5c000002)" "event ret=0 errno=0 status=0x0 *"
	own=$(field client " $(ask b as own) ")
	ask_all b "client" "device 0" "subdevice 0"
	like "and one of another client of the program" "$(ask b disable "$own" 0x5c000005)" \
		"disable ret=0 errno=0 status=0x0 *"
	ask b client >/dev/null
	ask b device 0 "$root" >/dev/null
	check "another tenant's client: no device shares its addresses" foreign device
	ask b as "$root" >/dev/null
	ask b alloc 64M >/dev/null
	check "another tenant's client: nothing for it" foreign alloc
	ask b free 0x5c000006 >/dev/null
	ask b free root >/dev/null
	is "another tenant's client: nothing is freed" "$(book 0 used)" 268435456
	end "$b"
	brim "the guesses changed nothing"
}

handles() {
	quota_setup "$1"
	freeing
	reusing
	duplicating
	other_client
	guessing
	teardown
}

handles 550
handles 535
finish
