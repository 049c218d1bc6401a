# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For tests of the stand-in driver alone: loading it, its nodes, its books, KTAP.
# Owns: /sys/kernel/debug/nvsim as a shell sees it. Must not: know gpuward.

books=/sys/kernel/debug/nvsim
n=0
bad=0

# check NAME COMMAND...: one result line
check() {
	name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		bad=$((bad + 1))
	fi
}

finish() {
	echo "1..$n"
	[ $bad = 0 ]
	exit
}

# expect TEXT REGEX: some line matches; shows the text when none does
expect() {
	echo "$1" | grep -q -- "$2" && return 0
	echo "$1" | sed 's/^/# /'
	return 1
}

# wait_until COMMAND...: up to ten seconds
wait_until() {
	i=0
	while [ $i -lt 200 ]; do
		"$@" && return 0
		i=$((i + 1))
		sleep 0.05
	done
	return 1
}

has() {
	grep -q -- "$1" "$2" 2>/dev/null
}

wait_for() {
	wait_until has "$1" "$2"
}

# nvsim_up VARIANT [PARAMETER=VALUE...]: loads both modules and makes the nodes
nvsim_up() {
	variant=$1
	shift
	insmod /modules/nvsim/"$variant"/nvidia.ko "$@" || return 1
	insmod /modules/nvsim/"$variant"/nvidia-uvm.ko || return 1
	rm -f /dev/nvidia*
	mknod -m 666 /dev/nvidiactl c 195 255
	for i in 0 1 2 3 4 5 6 7; do
		mknod -m 666 /dev/nvidia$i c 195 $i
	done
	major=$(sed -n 's/ nvidia-uvm$//p' /proc/devices)
	[ -n "$major" ] || return 0
	mknod -m 666 /dev/nvidia-uvm c $major 0
	mknod -m 666 /dev/nvidia-uvm-tools c $major 1
}

nvsim_down() {
	rmmod nvidia_uvm && rmmod nvidia
}

# book GPU FIELD
book() {
	sed -n "s/^$2 //p" $books/gpu"$1"
}

balanced() {
	[ "$(book "$1" used)" = 0 ] && [ "$(book "$1" allocations)" = 0 ] &&
		[ "$(book "$1" channels)" = 0 ] && [ "$(book "$1" open)" = 0 ] && ! grep -q '^pid' $books/gpu"$1"
}

monitors() {
	echo 1 >$books/reset
	nvclient monitor | grep -q 'seen=2' && [ "$(book 0 max_channel_procs)" = 0 ] &&
		[ "$(book 0 max_memory_procs)" = 0 ]
}
