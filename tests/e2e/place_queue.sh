#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A full pool: open waits in the kernel and goes on by itself when GPUs come free, in the order of
# arrival among VMs; interrupted, killed, cancelled; for a GPU that is returned. Small and large ones.
# vm: -T multi
. ./lib.sh

# occupy N: client hN of VM hN holds one of the small GPUs
occupy() {
	client "h$1" "h$1"
	ask "h$1" context >/dev/null
}

waits_in_open() {
	client a alice
	ask a open ctl >/dev/null
	tell a open gpu0
	check "the pool is full: open waits" wait_for 5 places "$a"
	check "asleep" asleep "$a"
	check "as long as it is full" never 0.2 answered a
	is "shown with its place" "$(job "$a" position)" 1
	like "and its command" "$(job "$a")" "*command=nvclient*"
	is "the accelerator is waiting" "$(accel alice state)" waiting
	client i alice
	like "others of the VM may still open the control node" "$(ask i open ctl)" "open ret=[0-9]* errno=0 *"
	end "$i"
	end "$h1"
	like "when one goes, it goes on" "$(reply a)" "open ret=[0-9]* errno=0 *"
	is "with that one's GPU" "$(placed alice)" 0
	is "and is no job, it only looks" "$(job "$a")" ""
	end "$a"
	occupy 1
}

in_order() {
	for name in alice bob carol; do
		client "$name" "$name"
		eval "pid=\$$name"
		tell "$name" context
		must wait_for 5 places "$pid"
	done
	is "three VMs wait in order" "$(job "$alice" position)$(job "$bob" position)$(job "$carol" position)" 123
	end "$h1"
	like "the first is served first" "$(reply alice)" "context ret=0 *"
	check "the others not" never 0.2 answered bob
	is "they move up" "$(job "$bob" position)$(job "$carol" position)" 12
	end "$h2"
	like "the second second" "$(reply bob)" "context ret=0 *"
	check "the third still waits" places "$carol"
	end "$alice"
	like "the third third" "$(reply carol)" "context ret=0 *"
	end "$bob" "$carol"
	occupy 1
	occupy 2
}

gave_up() {
	spawn p alice ./lease_program open 0 wait
	must wait_for 5 places "$p"
	spawn q bob ./lease_program open 0 wait
	must wait_for 5 places "$q"
	kill -INT "$p"
	check "interrupted, it is gone" wait_for 5 gone "$p"
	check "and its place" wait_for 5 position_is "$q" 1
	spawn p alice ./lease_program eintr 2 open 0 open 0 wait
	must wait_for 5 places "$p"
	kill -INT "$p"
	check "with a handler open fails with EINTR" wait_for 5 grep -q "^open ret=-4 " "$work/p.out"
	check "and may be tried again" wait_for 5 places "$p"
	kill -9 "$q"
	check "killed, it is gone" wait_for 5 gone "$q"
	check "and its place, too" wait_for 5 position_is "$p" 1
	spawn q bob ./lease_program open 0 wait
	must wait_for 5 places "$q"
	is "the next one of its VM does not inherit that" "$(job "$p" position)$(job "$q" position)" 12
	end "$q"
	gpuwardctl job end "$(job "$p" id)"
	check "cancelled by an administrator: ECANCELED" wait_for 5 grep -q "^open ret=-125 " "$work/p.out"
	is "nobody waits" "$(nr_jobs placing)" 0
	check "it lives on" test -d "/proc/$p"
	end "$p"
	spawn p alice ./lease_program alarm 20 open 0 wait
	must wait_for 5 places "$p"
	spawn q bob ./lease_program open 0 wait
	must wait_for 5 places "$q"
	must wait_for 10 grep -q "alarms are over" "$work/p.out"
	check "an open that was restarted keeps its place" wait_for 5 position_is "$p" 1
	is "before who came later" "$(job "$q" position)" 2
	end "$h1"
	check "and is served first" wait_for 5 grep -q "^open ret=0 " "$work/p.out"
	end "$p" "$q"
	occupy 1
}

position_is() {
	[ "$(job "$1" position)" = "$2" ]
}

# A GPU is returned while somebody waits; one is drained while somebody waits for it.
returned() {
	end "$h2"
	gpuwardctl gpu drain 1
	client a alice
	tell a context
	check "what is left is drained: open waits" wait_for 5 places "$a"
	gpuwardctl gpu resume 1
	like "returned, it is given at once" "$(reply a)" "context ret=0 *"
	is "to who waited" "$(placed alice)" 1
	end "$a"
	occupy 2
	client a alice
	tell a context
	must wait_for 5 places "$a"
	gpuwardctl gpu drain 1
	end "$h2"
	check "drained while waited for: given back it goes to nobody" never 0.3 answered a
	gpuwardctl gpu add 2 --memory 16GiB
	# The driver has no such GPU: placed there, the VM is refused the others.
	check "a GPU that is declared meanwhile goes to who waits" wait_for 5 placed_on alice 2
	end "$a"
	gpuwardctl gpu del 2
	gpuwardctl gpu resume 1
	occupy 2
}

placed_on() {
	[ "$(placed "$1")" = "$2" ]
}

# One who needs both GPUs is not passed by those who need one, but passes nobody either.
large_one() {
	vm large pair
	client l large
	tell l context
	must wait_for 5 places "$l"
	client a alice
	tell a context
	must wait_for 5 places "$a"
	end "$h1"
	check "one GPU of two is free: the large one waits on" never 0.2 answered l
	check "and is not passed by a small one behind it" places "$a"
	is "nothing is held back meanwhile" "$(gpu 0 reserved_bytes)" 0
	end "$h2"
	like "both are free: it goes on" "$(reply l)" "context ret=0 *"
	is "on both" "$(placed large)" "0 1"
	check "the small one waits" places "$a"
	end "$l"
	like "until that one goes" "$(reply a)" "context ret=0 *"
	end "$a"
	occupy 1
	occupy 2
}

# A wait for two GPUs that becomes one without hope, while the other one is still in use.
hopeless() {
	client l large
	tell l open gpu0
	must wait_for 5 places "$l"
	end "$h2"
	check "one of the two it needs is free: it waits" places "$l"
	must gpuwardctl gpu del 1
	like "that one is forgotten: ENOSPC, at once" "$(reply l)" "open ret=-1 errno=28 *"
	is "nobody waits" "$(nr_jobs placing)" 0
	end "$l"
	must eval "gpuwardctl gpu detect --apply >/dev/null"
	occupy 2
}

# Priority before arrival; class before priority.
ranks() {
	gpuwardctl vm set carol --priority 5
	gpuwardctl vm set bob --class spot --priority 9
	for name in alice bob carol; do
		client "$name" "$name"
		eval "pid=\$$name"
		tell "$name" context
		must wait_for 5 places "$pid"
	done
	is "carol has priority, bob is spot" "$(job "$carol" position)$(job "$alice" position)$(job "$bob" position)" 123
	end "$h1"
	like "priority goes first" "$(reply carol)" "context ret=0 *"
	gpuwardctl vm set bob --class reserved
	is "a class set while waiting counts at once" "$(job "$bob" position)$(job "$alice" position)" 12
	end "$carol"
	like "it goes next" "$(reply bob)" "context ret=0 *"
	end "$alice" "$bob"
	gpuwardctl vm set bob --class on-demand
	occupy 1
}

setup 550 gpus=2
model pair 32 2
for name in h1 h2 alice bob carol; do
	vm $name small.16gb
done
occupy 1
occupy 2
waits_in_open
in_order
gave_up
returned
large_one
hopeless
ranks
check "never two at once" exclusive 0
teardown
finish
