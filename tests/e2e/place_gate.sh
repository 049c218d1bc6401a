#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The gate at open: a GPU of the placement opens, every other one is refused as if a device cgroup
# did it. Which GPU it is: the one that fits most tightly; never one that is not declared or drained.
# vm: -T multi
. ./lib.sh

# opened NAME CLIENT GPU, refused NAME CLIENT GPU
opened() {
	like "$1" "$(ask "$2" open "$3")" "open ret=[0-9]* errno=0 *"
}

refused() {
	like "$1" "$(ask "$2" open "$3")" "open ret=-1 errno=1 *"
}

reserved() {
	echo $(($(gpu "$1" reserved_bytes) >> 30))
}

# Sizes 16, 24, 48, 24 GiB; small needs 16, medium 32, nineteen 19.
fits() {
	setup "$1" gpus=4 mem=16384,24576,49152,24576
	prefix="$1: "
	model nineteen 19 1
	vm alice small.16gb
	vm bob nineteen
	vm carol medium.32gb
	client a alice
	opened "the control node opens at once" a ctl
	is "and places nothing" "$(placed alice)" ""
	refused "a GPU that is not the one chosen" a gpu2
	is "the smallest that fits is chosen, whichever is tried first" "$(placed alice)" 0
	opened "that one opens" a gpu0
	for i in 1 3; do
		refused "GPU $i does not" a gpu$i
	done
	is "16 GiB are reserved" "$(reserved 0)" 16
	client b bob
	refused "GPU 0 is another VM's" b gpu0
	opened "of two equal ones the first" b gpu1
	is "19 GiB are reserved there" "$(reserved 1)" 19
	client c carol
	opened "the large one is left for who needs it" c gpu2
	is "32 of its 48 GiB are reserved" "$(reserved 2)" 32
	vm dave small.16gb
	client d dave
	opened "its rest fits a small one exactly" d gpu2
	is "all 48 GiB are reserved now" "$(reserved 2)" 48
	vm erin small.16gb
	client e erin
	opened "the next one takes an empty GPU" e gpu3
	is "the others have theirs" "$(placed alice) $(placed bob) $(placed carol) $(placed dave)" "0 1 2 2"
	end "$a" "$b" "$c" "$d" "$e"
	check "all is given back" wait_for 5 is_quiet
	clear
}

# Two VMs share a GPU by memory; each runs its own program there.
shared() {
	vm carol medium.32gb
	vm dave small.16gb
	gpuwardctl gpu drain 0
	gpuwardctl gpu drain 1
	gpuwardctl gpu drain 3
	client c carol
	like "a program of one VM" "$(ask c context)" "context ret=0 * gpu=2"
	client d dave
	like "and of another, side by side on one GPU" "$(ask d context)" "context ret=0 * gpu=2"
	is "the GPU has two placements" "$(gpu 2 nr_placed)" 2
	is "and is at work" "$(gpu 2 state)" PROCESSING
	end "$c" "$d"
	for i in 0 1 3; do
		gpuwardctl gpu resume $i
	done
	clear
}

undeclared() {
	vm alice small.16gb
	gpuwardctl gpu del 0
	client a alice
	refused "a GPU that is not declared" a gpu0
	opened "the next tightest is taken" a gpu1
	end "$a"
	gpuwardctl gpu detect --apply >/dev/null
	client a alice
	opened "declared again it opens" a gpu0
	gpuwardctl gpu del 0 2>/dev/null
	is "one in use can not be forgotten" $? 5
	gpuwardctl gpu set 0 --memory 8GiB 2>/dev/null
	is "nor shrunk below what is reserved" $? 5
	end "$a"
}

drained() {
	must gpuwardctl gpu drain 0
	client a alice
	refused "a drained GPU" a gpu0
	opened "another one is taken" a gpu1
	gpuwardctl gpu drain 1
	client b alice
	opened "drained while it is in use, the VM keeps it" b gpu1
	like "and may use it" "$(ask b context)" "context ret=0 * gpu=1"
	end "$a" "$b"
	client a alice
	refused "but once given back" a gpu1
	opened "it gets another one" a gpu3
	end "$a"
	is "the drained ones are shown so" "$(gpu 0 state) $(gpu 1 state)" "SHUTDOWN SHUTDOWN"
}

fits 550
shared
undeclared
drained
teardown
fits 535
teardown
finish
