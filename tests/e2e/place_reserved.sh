#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Reserved VMs: GPUs are set aside as soon as they fit, without a program, and kept while idle. Their
# programs start at once while others wait. Idle, they are in nobody's way: not in that of their VM's end,
# another model, a drained GPU; and they cost nothing.
# vm: -T multi
. ./lib.sh

accel_is() {
	[ "$(accel "$1" state)" = "$2" ]
}

placed_on() {
	[ "$(placed "$1")" = "$2" ]
}

gib() {
	echo $(($(gpu "$1" reserved_bytes) >> 30))
}

# Two GPUs of 16 GiB, both free
set_aside() {
	vm rosa small.16gb --class reserved
	is "made with the VM, GPUs are set aside" "$(placed rosa)" 0
	is "the accelerator is reserved, nobody runs" "$(accel rosa state) $(accel rosa nr_running)" "reserved 0"
	is "the GPU is being prepared" "$(gpu 0 state)" PREPARING
	is "with all that it wants" "$(gib 0)" 16
	is "the other one is idle" "$(gpu 1 state)" IDLE
	like "explain says so" "$(gpuwardctl explain rosa)" "It has its GPUs, and keeps them while it is idle.*"
	client a alice
	like "another VM gets the other one" "$(ask a context)" "context ret=0 * gpu=1"
	client b bob
	tell b context
	check "and the next one waits" wait_for 5 places "$b"
	like "for what reserved accelerators keep" "$(gpuwardctl explain bob)" "0 *reserved accelerators keep it*"
	is "and for the end of the one on GPU 1" "$(job "$b" reason)" too-full
}

starts_at_once() {
	client r rosa
	like "her program starts at once" "$(ask r context)" "context ret=0 * gpu=0"
	is "and has them" "$(accel rosa state) $(gpu 0 state)" "running PROCESSING"
	check "the other one waits on" places "$b"
	end "$r"
	check "when it ends they are kept" wait_for 5 accel_is rosa reserved
	is "where they were" "$(placed rosa)" 0
	check "who waits gets none of them" never 0.3 answered b
	is "nothing is charged on it" "$(accel rosa memory_used_bytes)" 0
	client r rosa
	like "and it can start again" "$(ask r context)" "context ret=0 * gpu=0"
	kill -9 "$r"
	end "$r"
	check "however it ends" wait_for 5 accel_is rosa reserved
	end "$a"
	like "who waits gets the other one" "$(reply b)" "context ret=0 * gpu=1"
	end "$b"
}

# held VM: the sum of what its jobs have held, in nanoseconds
held() {
	gpuwardctl usage --total --json | objects totals | while read -r line; do
		case " $line " in
		*" vm=$1 "*) field held_ns " $line " ;;
		esac
	done
}

costs_nothing() {
	before=$(held rosa)
	check "its jobs have cost something" [ "${before:-0}" -gt 0 ]
	usleep 300000
	is "being kept costs nothing" "$(held rosa)" "$before"
}

# A class that is changed while others wait and run
changed() {
	client a alice
	ask a context >/dev/null
	client b bob
	tell b context
	must wait_for 5 places "$b"
	gpuwardctl vm set rosa --class on-demand
	like "reserved no longer, the idle one is given to who waits" "$(reply b)" "context ret=0 * gpu=0"
	is "she has nothing" "$(accel rosa state)$(placed rosa)" idle
	gpuwardctl vm set rosa --class reserved
	is "reserved again, it is pending" "$(accel rosa state) $(accel rosa position)" "pending 1"
	like "which the queue shows" "$(gpuwardctl queue)" 'VM "rosa", accelerator 0 is reserved and waits*at position 1'
	like "and explain" "$(gpuwardctl explain rosa)" "GPUs are set aside for it as soon as they fit."
	client c carol
	tell c context
	must wait_for 5 places "$c"
	is "others wait behind it" "$(job "$c" position)" 2
	end "$a"
	check "it is served first, without a program" wait_for 5 accel_is rosa reserved
	check "the other one waits on" places "$c"
	gpuwardctl vm set bob --class reserved
	end "$b"
	check "one that became reserved with a program keeps its GPU" wait_for 5 accel_is bob reserved
	check "so nobody gets it" never 0.3 answered c
	gpuwardctl vm set bob --class spot
	like "until it is reserved no longer" "$(reply c)" "context ret=0 * gpu=0"
	gpuwardctl vm set bob --class on-demand
	end "$c"
}

# Programs of a pending reservation: they take its place, and leave it
programs_wait() {
	client a alice
	ask a context >/dev/null
	gpuwardctl vm set carol --class reserved
	is "pending" "$(accel carol state)" pending
	client c carol
	tell c context
	must wait_for 5 places "$c"
	is "a program of it waits in its place" "$(job "$c" position) $(accel carol state)" "1 waiting"
	gpuwardctl job priority "$(job "$c" id)" 7
	end "$c"
	check "it is gone, the reservation waits on" wait_for 5 accel_is carol pending
	is "with the priority of its VM" "$(gpuwardctl explain carol --json | sed -n 's/.*"priority": \([-0-9]*\),/\1/p')" 0
	client c carol
	tell c context
	must wait_for 5 places "$c"
	end "$a"
	like "the next one gets the GPU" "$(reply c)" "context ret=0 *"
	end "$c"
	check "and it is kept" wait_for 5 accel_is carol reserved
	gpuwardctl vm set carol --class on-demand
}

# Nobody's way, part one: GPUs
drained() {
	is "rosa is on" "$(placed rosa)" 1
	gpuwardctl gpu drain 1
	is "drained, the idle one goes elsewhere" "$(placed rosa)" 0
	gpuwardctl gpu drain 0
	is "with nowhere to go it is pending" "$(accel rosa state)$(placed rosa)" pending
	like "and needs GPUs" "$(gpuwardctl explain rosa)" "It waits for GPUs to be returned*"
	check "a drained GPU can be forgotten" gpuwardctl gpu del 1
	gpuwardctl gpu add 1 --memory 16GiB
	check "a GPU that is added is set aside" wait_for 5 placed_on rosa 1
	gpuwardctl gpu del 1 2>/dev/null
	is "in use, it can not be forgotten" $? 5
	gpuwardctl gpu resume 0
	is "it need not move back" "$(placed rosa)" 1
	client r rosa
	ask r open ctl >/dev/null
	gpuwardctl gpu drain 1
	is "who only looks at the driver is nobody in the way" "$(placed rosa)" 0
	end "$r"
	client r rosa
	ask r context >/dev/null
	gpuwardctl gpu drain 0
	is "with a program it stays" "$(placed rosa)" 0
	like "and may run" "$(ask r alloc 1M)" "alloc ret=0 *"
	gpuwardctl gpu resume 1
	is "still" "$(placed rosa)" 0
	end "$r"
	check "until that has ended" wait_for 5 placed_on rosa 1
	gpuwardctl gpu resume 0
	must eval "gpuwardctl gpu detect --apply >/dev/null"
}

# Part two: models, groups, accelerators
reshaped() {
	gpuwardctl accel set rosa --model pair
	is "another model: set aside anew" "$(placed rosa)" "0 1"
	gpuwardctl model set pair --memory 24GiB
	is "another size of it" "$(gib 0)$(gib 1)" 1212
	gpuwardctl model set pair --memory 12GiB --gpus 1
	is "another number of GPUs" "$(placed rosa) $(gib 0)$(gib 1)" "0 120"
	client a alice
	gpuwardctl accel set alice --model four
	ask a context >/dev/null
	is "alice is tightest beside it" "$(placed alice)" 0
	gpuwardctl model set pair --memory 14GiB
	is "a size for which there is no room there: it moves" "$?$(placed rosa)" 01
	gpuwardctl model set pair --memory 32GiB
	is "or is pending" "$?$(accel rosa state)" 0pending
	end "$a"
	gpuwardctl accel set rosa --model small.16gb
	gpuwardctl model set pair --memory 32GiB --gpus 2
	is "a smaller model fits" "$(placed rosa)" 0
	gpuwardctl group add gpu east && gpuwardctl group join gpu east --gpu 0
	is "a GPU that leaves its group is left" "$(placed rosa)" 1
	gpuwardctl group leave gpu east --gpu 0 && gpuwardctl group del gpu east
	is "another accelerator is set aside, too" "$(gpuwardctl accel add rosa --model small.16gb)" 1
	is "with its own GPU" "$(placed rosa)" "1 0"
	gpuwardctl accel del rosa:1
	is "removed, it is given back" "$?$(placed rosa)" 01
	gpuwardctl vm add vast --model 4xlarge.384gb --class reserved
	is "one that this host can never hold is pending" "$(accel vast state)" pending
	like "for ever" "$(gpuwardctl explain vast)" "It gets none: this host has too few GPUs*"
	like "and in nobody's way" "$(gpuwardctl explain bob)" "It gets GPUs at once when a program asks."
	client b bob
	like "who get their GPUs" "$(ask b context)" "context ret=0 *"
	end "$b"
	check "its VM can be deleted" gpuwardctl vm del vast
}

deleted() {
	check "so can one with GPUs set aside" gpuwardctl vm del rosa
	is "which are free then" "$(gib 0)$(gib 1)" 00
	vm rita small.16gb --class reserved
	client r rita
	ask r context >/dev/null
	check "even with a program, by force" gpuwardctl vm del rita --force
	check "and nothing stays" wait_for 5 is_quiet
	end "$r"
}

setup 550 gpus=2
model pair 32 2
model four 4 1
for name in alice bob carol; do
	vm $name small.16gb
done
set_aside
starts_at_once
costs_nothing
changed
programs_wait
drained
reshaped
deleted
check "never two at once" exclusive 0
teardown
finish
