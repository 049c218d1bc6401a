#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by being somebody else: another cgroup, no cgroup, another program, another VM's
# files. On both shapes of driver.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# to CGROUP: alice's program goes there ("" is the root)
to() {
	echo "$a" >"$cg/$1/cgroup.procs"
}

# held: bytes that the driver counts for alice's program
held() {
	sed -n "s/^pid $a bytes \([0-9]*\) .*/\1/p" "$books/gpu0"
}

moving() {
	begin
	ask a alloc 768M >/dev/null
	to bob
	like "in another VM's cgroup: not even what is left" "$(ask a alloc 64K)" "alloc ret=-1 errno=1 *"
	to ""
	like "in no VM's cgroup: nothing" "$(ask a alloc 64K)" "alloc ret=-1 errno=1 *"
	ask_all a "heapalloc 64K" "alloc 1G" "dup self last" "free last"
	to alice
	is "back again: what was freed meanwhile is free" "$(book 0 used) $(ledger)" "0 0"
	brim "moving between cgroups"
	begin
	mkdir -p "$cg/alice/sub"
	for step in sub . sub . sub; do
		ask a alloc 128M >/dev/null
		to alice/$step
	done
	brim "moving below its own"
	rmdir "$cg/alice/sub"
}

# Files and a client made in alice, used up, then more wanted in bob with new files.
opening() {
	begin
	ask a alloc 1G >/dev/null
	to bob
	ask_all a "close ctl" "open ctl" "client" "device 0" "chgroup" "channel"
	ask a fill >/dev/null
	opening_most=$(book 0 peak)
	[ "$opening_most" -le $((2 * quota)) ] && [ "$(held)" -le $((2 * quota)) ] && opening_most=fine
	is "two tenants' quotas at most, for who is in two VMs" "$opening_most, then $(ended)" "fine, then 0 0"
}

unbinding() {
	begin
	ask a alloc 768M >/dev/null
	gpuwardctl binding del "$cg/alice" >/dev/null
	ask_all a "alloc 512M" "heapalloc 64K" "alloc 64K"
	is "unbound while it runs: nothing more" "$(book 0 used)" 805306368
	gpuwardctl binding add alice "$cg/alice" >/dev/null
	brim "unbound and bound again"
}

inheriting() {
	begin
	ask a alloc 768M >/dev/null
	ask a fork-hold >/dev/null
	child=$(field child " $answer ")
	must wait_for 5 gone "$a"
	is "a child that inherits the files has what is there" "$(book 0 used) $(ledger)" "805306368 805306368"
	a=$child
	clients="$clients $child"
	is "and leaves nothing" "$(ended)" "0 0"
	trick "parent and child with the same files" "alloc 512M" "fork-wait" "expect 512M"
}

# bob gets alice's control file and GPU file, and has a quota of his own.
passing() {
	begin
	ask a alloc 768M >/dev/null
	client b bob
	tell b recvfd "$work/socket" ctl
	ask a sendfd "$work/socket" ctl >/dev/null
	must matches "$(reply b)" "recvfd ret=0 *"
	tell b recvfd "$work/socket" gpu0
	ask a sendfd "$work/socket" gpu0 >/dev/null
	must matches "$(reply b)" "recvfd ret=0 *"
	ask b as "$(ask a as own | sed -n 's/.*client=//p')" >/dev/null
	for verb in "alloc 64K" "heapalloc 64K" "allocas 0x5e000009 64K 0x5c000001"; do
		# shellcheck disable=SC2086 # words
		like "files passed to another VM: no ${verb%% *}" "$(ask b $verb)" "${verb%% *} ret=-1 errno=1 *"
	done
	is "nothing came of it" "$(book 0 used)" 805306368
	end "$b"
	brim "passing files"
}

moves() {
	quota_setup "$1"
	moving
	opening
	unbinding
	inheriting
	passing
	teardown
}

moves 550
moves 535
finish
