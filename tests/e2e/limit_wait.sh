#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How long a VM's programs wait, as set: for ever, not at all, or a time; for the accelerator and for
# GPUs. What can never be is refused at once.
# vm: -T multi
. ./lib.sh

# timed NAME MIN MAX: the hundredths of a second since $from; the most is for the stock kernels
timed() {
	clock
	if [ $((now - from)) -ge "$2" ] && [ $((now - from)) -le $(($3 * patience)) ]; then
		ok "$1"
	else
		not_ok "$1" "took $((now - from)) hundredths of a second, not $2 to $3"
	fi
}

# claim CLIENT: everything but the claim is done before the time runs
claim() {
	ask "$1" open ctl >/dev/null
	ask "$1" open gpu0 >/dev/null
	ask "$1" client >/dev/null
	ask "$1" device 0 >/dev/null
	clock
	from=$now
	ask "$1" chgroup
}

for_the_accelerator() {
	client a alice
	ask a context >/dev/null
	gpuwardctl vm set alice --wait fail
	client b alice
	like "wait=fail: a second program gets EBUSY" "$(claim b)" "chgroup ret=-1 errno=16 *"
	is "and is no job" "$(job "$b")" ""
	gpuwardctl vm set alice --wait 400
	clock
	from=$now
	like "wait=400: it gets EBUSY" "$(ask b chgroup)" "chgroup ret=-1 errno=16 *"
	timed "after the time, not before" 38 150
	is "and is no job" "$(job "$b")" ""
	gpuwardctl vm set alice --wait 60000
	tell b chgroup
	must wait_for 5 waits "$b"
	end "$a"
	like "wait=60000: it gets the accelerator when it comes free" "$(reply b)" "chgroup ret=0 *"
	end "$b"
	gpuwardctl vm set alice --wait queue
}

# The time counts from the beginning of the wait, whatever interrupts it.
restarted() {
	client a alice
	ask a context >/dev/null
	gpuwardctl vm set alice --wait 700
	clock
	from=$now
	spawn p alice ./lease_program alarm 50 open 0 claim wait
	check "wait=700: restarted calls get EBUSY" wait_for 5 grep -q "^claim ret=-16 " "$work/p.out"
	timed "after the whole time" 68 300
	end "$p" "$a"
	gpuwardctl vm set alice --wait queue
}

for_gpus() {
	client h bob
	ask h context >/dev/null
	gpuwardctl vm set alice --wait fail
	client a alice
	clock
	from=$now
	like "wait=fail: a full pool gives EBUSY" "$(ask a open gpu0)" "open ret=-1 errno=16 *"
	timed "at once" 0 100
	gpuwardctl vm set alice --wait 400
	clock
	from=$now
	like "wait=400: a full pool gives EBUSY" "$(ask a open gpu0)" "open ret=-1 errno=16 *"
	timed "after the time, not before" 38 150
	is "nobody waits" "$(nr_jobs placing)" 0
	gpuwardctl vm set alice --wait queue
	end "$h"
	like "wait=queue: free, it opens" "$(ask a open gpu0)" "open ret=[0-9]* errno=0 *"
	end "$a"
}

# One that tried before, and may not wait, has no turn by that.
no_turn_kept() {
	client h bob
	ask h context >/dev/null
	gpuwardctl vm set alice --wait fail
	client a alice
	ask a open gpu0 >/dev/null
	client q carol
	tell q context
	must wait_for 5 places "$q"
	gpuwardctl vm set alice --wait queue
	tell a open gpu0
	must wait_for 5 places "$a"
	is "an earlier try that failed is no place in the queue" "$(job "$q" position)$(job "$a" position)" 12
	end "$h"
	like "who waited is served" "$(reply q)" "context ret=0 *"
	end "$q" "$a"
}

# The host has one GPU of 16 GiB.
never_possible() {
	client a alice
	gpuwardctl accel set alice --model medium.32gb
	clock
	from=$now
	like "a model larger than any GPU: ENOSPC" "$(ask a open gpu0)" "open ret=-1 errno=28 *"
	gpuwardctl accel set alice --model xlarge.96gb
	like "more GPUs than there are: ENOSPC" "$(ask a open gpu0)" "open ret=-1 errno=28 *"
	timed "at once" 0 200
	like "the control node opens all the same" "$(ask a open ctl)" "open ret=[0-9]* errno=0 *"
	is "nobody waits" "$(nr_jobs placing)" 0
	gpuwardctl accel set alice --model small.16gb
	like "with one that fits it opens" "$(ask a open gpu0)" "open ret=[0-9]* errno=0 *"
	end "$a"
	# While it waits for a GPU that is then forgotten, it can not be any more.
	client h bob
	ask h context >/dev/null
	end "$h"
	gpuwardctl gpu drain 0
	client a alice
	tell a open gpu0
	check "a drained GPU may come back: it waits" wait_for 5 places "$a"
	gpuwardctl gpu del 0
	like "it is forgotten: ENOSPC" "$(reply a)" "open ret=-1 errno=28 *"
	end "$a"
	gpuwardctl gpu detect --apply >/dev/null
}

setup 550 gpus=1
vm alice small.16gb
vm bob small.16gb
vm carol small.16gb
for_the_accelerator
restarted
for_gpus
no_turn_kept
never_possible
check "never two at once" exclusive 0
teardown
finish
