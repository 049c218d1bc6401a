#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What administrators see of the capacity queue and do with it: positions, reasons, who holds;
# another priority for one that waits; waits and programs ended by number or by VM; and why an
# accelerator gets GPUs or does not, rule by rule.
# vm: -T multi
. ./lib.sh

# position PID; reason PID
position() {
	job "$1" position
}

explains() {
	like "$1" "$(gpuwardctl explain "$2" 2>&1)" "$3"
}

queue() {
	client a alice
	client b bob
	ask a context >/dev/null
	ask b context >/dev/null
	is "nobody waits" "$(gpuwardctl queue | wc -l)" 1
	explains "what would wait is told" carol "It would wait; 2 placements are on GPUs that it could get."
	client c carol
	tell c context
	must wait_for 5 places "$c"
	client d dora
	tell d context
	must wait_for 5 places "$d"
	is "two wait" "$(gpuwardctl queue | wc -l)" 3
	like "the first on top, with a reason" "$(gpuwardctl queue | sed -n 2p)" "1 *carol *on-demand *0 *1 x 16 GiB *2 *too-full *nvclient*"
	like "the second below" "$(gpuwardctl queue | sed -n 3p)" "2 *dora *too-full*"
	like "and in JSON" "$(gpuwardctl queue --json | grep -c '"reason": "too-full"')" 2
	explains "its place is explained" dora "It waits, at position 2 of the queue; 2 placements*"
	explains "with each GPU" dora "1 *too little of it is free *the end of programs on it"
}

priorities() {
	check "the second gets a higher priority" gpuwardctl job priority "$(job "$d" id)" 1000
	is "and is first" "$(position "$d") $(position "$c")" "1 2"
	is "as the queue shows" "$(gpuwardctl queue --json | sed -n 's/^ *"priority": \([-0-9]*\).*/\1/p' | tr '\n' ' ')" "1000 0 "
	check "a lower one puts it behind" gpuwardctl job priority "$(job "$d" id)" -1000
	is "the other is first" "$(position "$d") $(position "$c")" "2 1"
	gpuwardctl job priority "$(job "$d" id)" 1
	out=$(gpuwardctl job priority "$(job "$d" id)" 1001 2>&1)
	is "beyond the range it is refused" $? 1
	like "with the range" "$out" "*PRIORITY must be -1000 to 1000"
	out=$(gpuwardctl job priority "$(job "$a" id)" 1 2>&1)
	is "who runs has no priority" $? 1
	like "and that is told" "$out" "*does not wait for GPUs*"
	is "nor has nobody" "$(gpuwardctl job priority 4000000000 1 2>/dev/null; echo $?)" 3
	end "$b"
	like "when a GPU is free the one of higher priority has it" "$(reply d)" "context ret=0 *"
	is "the other waits, alone" "$(position "$c")" 1
	end "$d"
	like "until it is its turn" "$(reply c)" "context ret=0 *"
	client d dora
	tell d open gpu0
	must wait_for 5 places "$d"
	is "what was set for one wait is past in the next" "$(job "$d" priority)" 0
}

ending() {
	out=$(gpuwardctl job cancel "$(job "$c" id)" 2>&1)
	is "a running program can not be canceled" $? 5
	like "that is told" "$out" "*does not wait: it runs"
	check "a waiting one can" gpuwardctl job cancel "$(job "$d" id)"
	like "its call ends" "$(reply d)" "open ret=-1 errno=125 *"
	tell d open gpu0
	must wait_for 5 places "$d"
	client d2 dora
	tell d2 open gpu0
	must wait_for 5 places "$d2"
	is "all of a VM that wait" "$(gpuwardctl job cancel --vm dora)" 2
	like "are told" "$(reply d)" "open ret=-1 errno=125 *"
	like "both" "$(reply d2)" "open ret=-1 errno=125 *"
	is "who runs is left" "$(gpuwardctl job cancel --vm carol) $(job "$c" state)" "0 running"
	tell d context
	must wait_for 5 places "$d"
	is "ending a VM's jobs ends those that run" "$(gpuwardctl job end --vm carol:0)" 1
	check "by SIGKILL" wait_for 5 gone "$c"
	like "and others go on" "$(reply d)" "context ret=0 *"
	is "no such VM" "$(gpuwardctl job end --vm nobody 2>/dev/null; echo $?)" 3
	is "no such accelerator" "$(gpuwardctl job end --vm dora:7 2>/dev/null; echo $?)" 3
	is "the VM itself resets its own" "$(in_vm dora gpuward-smi --reset >/dev/null; echo $?)" 0
	check "and it is gone" wait_for 5 gone "$d"
	end "$a" "$d2"
	must wait_for 5 is_quiet
}

why() {
	explains "an accelerator that fits" bob "It gets GPUs at once when a program asks."
	explains "where it would be" bob "0 *it would be taken *-"
	explains "not the other" bob "1 *it fits, but others fit better *-"
	gpuwardctl gpu drain 0
	gpuwardctl gpu drain 1
	explains "drained GPUs" bob "It waits for GPUs to be returned*"
	explains "and how they come back" bob "0 *it is drained *gpuwardctl gpu resume"
	gpuwardctl gpu resume 0
	gpuwardctl gpu resume 1
	gpuwardctl accel set bob --model large.64gb
	explains "a model larger than any GPU" bob "It gets none: this host has too few GPUs*"
	explains "rule by rule" bob "0 *it is too small for it, even empty *a smaller model"
	gpuwardctl accel set bob --model 4xlarge.384gb
	explains "more GPUs than there are" bob "It gets none*"
	gpuwardctl accel set bob --model small.16gb
	gpuwardctl group add gpu kept
	gpuwardctl group join gpu kept --gpu 0
	explains "a GPU of another group" bob "0 *it is in no GPU group of the model *gpuwardctl group join"
	gpuwardctl group add model big
	gpuwardctl group join model big --model small.16gb
	explains "a model of another group" bob "It gets none: its model is in no model group of its VM*"
	gpuwardctl group leave model big --model small.16gb
	gpuwardctl group leave gpu kept --gpu 0
	gpuwardctl group del model big
	gpuwardctl group del gpu kept
	client b bob
	ask b context >/dev/null
	explains "one that has its GPUs" bob/0 "It has its GPUs*"
	like "in JSON, too" "$(gpuwardctl explain bob --json)" '"placement_status": "placed",'
	end "$b"
	is "no such VM" "$(gpuwardctl explain nobody 2>/dev/null; echo $?)" 3
	is "no such accelerator" "$(gpuwardctl explain bob:9 2>/dev/null; echo $?)" 3
	gpuwardctl gpu del 0
	gpuwardctl gpu del 1
	explains "a host without GPUs" bob "It gets none*"
	gpuwardctl gpu detect --apply >/dev/null
}

setup 550 gpus=2 mem=16384
vm alice small.16gb
vm bob small.16gb
vm carol small.16gb
vm dora small.16gb
queue
priorities
ending
why
teardown
finish
