#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Models with several GPUs: all of them or none, never in pieces, without deadlock; a program uses all.
# vm: -T multi
. ./lib.sh

all_or_nothing() {
	client a alice
	like "a program with two GPUs" "$(ask a context all)" "context ret=0 *"
	is "has two" "$(placed alice)" "0 1"
	is "each with half of the memory" "$(gpu 0 reserved_bytes) $(gpu 1 reserved_bytes)" "$((16 << 30)) $((16 << 30))"
	like "opens both and no other" "$(ask a open gpu2)" "open ret=-1 errno=1 *"
	is "works on both" "$(book 0 channels)$(book 1 channels)$(book 2 channels)" 110
	client t carol
	ask t context >/dev/null
	is "another VM has the third" "$(placed carol)" 2
	client b bob
	tell b context all
	check "for two more there is one GPU left: it waits" wait_for 5 places "$b"
	is "and holds none meanwhile" "$(gpu 3 reserved_bytes)" 0
	end "$t"
	like "two are free: it goes on" "$(reply b)" "context ret=0 *"
	is "on both" "$(placed bob)" "2 3"
	end "$a" "$b"
	check "all is given back" wait_for 5 is_quiet
}

# Four VMs want two of four GPUs, then three of four, over and over: all get their turns.
crowd() {
	for name in alice bob carol dave; do
		gpuwardctl accel set $name --model "$1"
	done
	i=0
	for name in alice bob carol dave; do
		i=$((i + 1))
		spawn "p$i" $name sh -c 'for k in 1 2 3; do nvclient context all , sleep 20 || exit 1; done; echo finished'
	done
	check "VMs with $1 take turns without deadlock" wait_for 60 gone "$p1" "$p2" "$p3" "$p4"
	is "each had all its turns" "$(cat "$work"/p[1234].out | grep -c finished)" 4
	is "and all of its GPUs each time" "$(cat "$work"/p[1234].out | grep -c '^chgroup ret=0')" "$2"
	for i in 0 1 2 3; do
		is "GPU $i never had two programs" "$(book $i max_channel_procs)" 1
	done
}

# Nodes: two GPUs of one NUMA node before two of different ones.
numa() {
	gpuwardctl gpu set 0 --numa 0
	gpuwardctl gpu set 1 --numa 1
	gpuwardctl gpu set 2 --numa 0
	gpuwardctl gpu set 3 --numa 1
	gpuwardctl accel set alice --model pair
	gpuwardctl accel set bob --model pair
	client a alice
	ask a context all >/dev/null
	is "two GPUs of one node" "$(placed alice)" "0 2"
	client b bob
	ask b context all >/dev/null
	is "and of the other" "$(placed bob)" "1 3"
	end "$a" "$b"
}

setup 550 gpus=4
model pair 32 2
model three 48 3
vm alice pair
vm bob pair
vm carol small.16gb
vm dave small.16gb
all_or_nothing
crowd pair 24
crowd three 36
numa
teardown
finish
