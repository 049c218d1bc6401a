#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who waits in a request of nvidia-uvm's, for the accelerator or for what another thread makes, holds none
# of the driver's locks nor the process's: its other threads map, unmap, fault and fork, what serves the
# GPU's faults goes on for all, other programs use nvidia-uvm, and it can be killed.
# vm: -T multi -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# waiter VARIABLE SCENE BRANCH
waiter() {
	waiter_name=$1
	rm -f "$work/$waiter_name.in"
	mkfifo "$work/$waiter_name.in"
	: >"$work/$waiter_name.out"
	# shellcheck disable=SC2016
	sh -c 'echo $$ >/sys/fs/cgroup/alice/cgroup.procs; exec ./uvm_wait "$@"' - "$2" "$3" \
		<>"$work/$waiter_name.in" >"$work/$waiter_name.out" 2>&1 &
	eval "$waiter_name=$!"
	clients="$clients $!"
	wait_for 40 test -s "$work/$waiter_name.out"
}

# others: of the same GPU, in another VM and in the same one
others() {
	like "$1: what serves the GPU's faults serves another VM's" "$(ask b gpu-touch last)" "gpu-touch ret=0*"
	like "which maps" "$(ask b managed 2M)" "managed ret=0 *"
	like "and unmaps" "$(ask b munmap last)" "munmap ret=0 *"
	must matches "$(ask b managed 2M)" "managed ret=0 *"
	client c alice
	ask c uvm-init >/dev/null
	like "another program of the VM maps" "$(ask c managed 2M)" "managed ret=0 *"
	end "$c"
}

# killed NAME: while it waits
killed() {
	grep -q "waits=1" "$work/p.out" || return
	kill -9 "$p"
	check "$1: killed, it is gone" wait_for 5 gone "$p"
}

# scene NAME SCENE BRANCH
scene() {
	waiter p "$2" "$3"
	if grep -q "no userfaultfd" "$work/p.out"; then
		skip "$1" "no userfaultfd"
		return
	fi
	is "$1: its process and its GPU go on" "$(cat "$work/p.out")" "waits=1 gpu=1 beside=5 of 5"
	others "$1"
	[ "$2" = making ] || end "$a"
	echo go 1<>"$work/p.in"
	wait_for 20 grep -q came "$work/p.out"
	is "$1: it goes on by itself" "$(sed -n 2p "$work/p.out")" "came=0"
	end "$p"
}

# Registered again and again, while it maps and unmaps: no lock of ours is held where the driver takes the process's.
crossed() {
	waiter p crossing "$1"
	is "VA spaces come and go beside mappings" "$(cat "$work/p.out")" "crossed"
	end "$p"
}

waits() {
	setup "$1" gpus=1 mem=40960
	prefix="$1: "
	vm alice small.16gb
	vm bob small.16gb
	client b bob
	ask_all b context uvm-init uvm-register "managed 2M"
	echo 1000000 >/sys/module/nvidia/parameters/alloc_us
	scene "for a thread that allocates" making "$1"
	waiter p making "$1"
	killed "for a thread that allocates"
	echo 0 >/sys/module/nvidia/parameters/alloc_us
	client a alice
	must matches "$(ask a context)" "context ret=0 *"
	scene "for the accelerator" turn "$1"
	client a alice
	must matches "$(ask a context)" "context ret=0 *"
	waiter p turn "$1"
	killed "for the accelerator"
	end "$a"
	crossed "$1"
	end "$b"
	teardown
}

waits 550
waits 535
finish
