#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# An honest program notices nothing: it sees a GPU of the quota's size, takes all of it, is told that
# there is no more in the driver's own way, gives some back, and goes on.
# vm: -T multi -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

half=$((quota / 2))

# shows NAME FREE: every way to ask for sizes gives the quota, and that much free of it
shows() {
	like "$1" "$(ask a meminfo)" \
		"meminfo ret=0 * total=$quota heap=$quota free=$2 total2=$quota free2=$2"
	like "$1: the old heap call agrees" "$(ask a heapinfo)" "heapinfo ret=0 * total=$quota free=$2"
}

lives() {
	begin
	shows "a GPU of the quota's size" "$quota"
	like "takes half" "$(ask a alloc $half)" "alloc ret=0 errno=0 status=0x0 *"
	shows "half is left" $half
	ask a fill >/dev/null
	shows "nothing is left" 0
	like "no more: 0x51, and no error" "$(ask a alloc 64K)" "alloc $full"
	like "frees all" "$(ask a free all)" "free ret=0 errno=0 status=0x0 *"
	shows "all is there again" "$quota"
	like "and goes on" "$(ask a alloc $quota)" "alloc ret=0 errno=0 status=0x0 *"
	brim "a life"
}

# What CUDA and nvidia-smi do, in VMs side by side: each has its own.
side_by_side() {
	spawn t alice nvclient train 768M
	wait_for 10 grep -q READY "$work/t.out"
	check "trains" grep -q '^READY' "$work/t.out"
	like "a monitor beside it sees the VM's GPU" "$(in_vm alice nvclient monitor)" \
		"monitor ret=0 * gpu=0 total=$quota free=$((quota / 4)) *"
	like "in another VM all of its own is free" "$(in_vm bob nvclient monitor)" \
		"monitor ret=0 * gpu=0 total=$quota free=$quota *"
	like "the host sees the GPU as it is" "$(nvclient monitor)" \
		"monitor ret=0 * gpu=0 total=17179869184 free=$((17179869184 - quota * 3 / 4)) *"
	check "infers in the other VM meanwhile" in_vm bob nvclient infer 50
	like "and lists no process of another" "$(in_vm bob nvclient context , pids)" "pids ret=0 * count=1"
	end "$t"
	must wait_for 10 nothing_charged
}

honest() {
	quota_setup "$1"
	lives
	side_by_side
	teardown
}

honest 550
honest 535
finish
