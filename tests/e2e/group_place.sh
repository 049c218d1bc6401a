#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Groups: which models a VM may choose and on which GPUs they are placed. Without groups everything
# is as without them; with them a VM sees and gets only what it shares a group with, refusals name
# the group, and a change takes effect at once, also for programs that wait.
# vm: -T multi
. ./lib.sh

models() {
	echo q | in_vm "$1" gpuward-switch-model | grep -c '^[0-9]*\. '
}

# runs_on NAME VM GPU: a program of the VM starts, and there
runs_on() {
	client r "$2"
	like "$1" "$(ask r context)" "context ret=0 * gpu=$3"
	is "$1: placed there" "$(placed "$2")" "$3"
	end "$r"
	must wait_for 5 is_quiet
}

without() {
	like "there are the default groups" "$(gpuwardctl group list)" "model*default*(others)*(others)*"
	is "two of them" "$(gpuwardctl group list | wc -l)" 3
	runs_on "a program runs anywhere" alice 0
	is "a VM may choose all models" "$(models alice)" 8
}

# GPU 1 and medium.32gb are kept for alice
making() {
	gpuwardctl group add gpu kept && gpuwardctl group join gpu kept --gpu 1 &&
		gpuwardctl group add model big && gpuwardctl group join model big --gpu-group kept &&
		gpuwardctl group join model big --model medium.32gb &&
		gpuwardctl group join model big --vm alice
	is "groups are made" $? 0
	like "and shown" "$(gpuwardctl group list)" "model*big*medium.32gb*alice*kept*"
}

with() {
	is "alice sees the model of her group" "$(models alice)" 1
	is "bob the others" "$(models bob)" 7
	out=$(in_vm bob gpuward-switch-model -M medium.32gb 2>&1)
	is "bob can not choose hers" $? 3
	out=$(gpuwardctl accel set bob --model medium.32gb 2>&1)
	is "nor can an administrator for him" $? 4
	like "who is told the group" "$out" '*model "medium.32gb" is in model group "big", in which VM "bob" is not'
	out=$(gpuwardctl accel add bob --model medium.32gb 2>&1)
	is "nor with a new accelerator" $? 4
	out=$(gpuwardctl vm add carol --model medium.32gb 2>&1)
	like "nor a new VM" "$out" '*is in model group "big"'
	is "unless it is made in the group" "$(gpuwardctl vm add carol --model medium.32gb --group big; echo $?)" 0
	gpuwardctl vm del carol
	# Her accelerator still has the model of before.
	client a alice
	like "a model of no group of hers is not placed" "$(ask a context)" "context ret=-1 *"
	end "$a"
	is "she switches" "$(in_vm alice gpuward-switch-model -M medium.32gb >/dev/null; echo $?)" 0
	runs_on "and is placed on her GPU" alice 1
	runs_on "bob is not, though it is the tighter one" bob 0
	client b bob
	ask b context >/dev/null
	client c dora
	tell c context
	must wait_for 5 places "$c"
	check "dora waits though GPU 1 is free" places "$c"
	gpuwardctl group join gpu default --gpu 1
	like "until it joins the default group, too" "$(reply c)" "context ret=0 * gpu=1"
	gpuwardctl group leave gpu default --gpu 1
	is "what is placed stays" "$(placed dora)" 1
	client a alice
	tell a context
	must wait_for 5 places "$a"
	end "$c"
	like "alice gets it when dora ends" "$(reply a)" "context ret=0 * gpu=1"
	end "$a" "$b"
}

# A program that waits hears at once that it waits in vain.
vain() {
	client b bob
	ask b context >/dev/null
	client c dora
	tell c context
	must wait_for 5 places "$c"
	gpuwardctl group add model none && gpuwardctl group add gpu empty &&
		gpuwardctl group join model none --gpu-group empty &&
		gpuwardctl group join model none --model small.16gb &&
		gpuwardctl group join model none --vm dora
	like "a group without GPUs ends a wait" "$(reply c)" "context ret=-1 *"
	is "the other runs on" "$(job "$b" state)" running
	end "$b" "$c"
	gpuwardctl group leave model none --vm dora
	gpuwardctl group leave model none --model small.16gb
	gpuwardctl group leave model none --gpu-group empty
	gpuwardctl group del model none
	gpuwardctl group del gpu empty
	is "they are gone" "$(gpuwardctl group list | wc -l)" 5
}

wrong() {
	is "a group exists once" "$(gpuwardctl group add model big 2>/dev/null; echo $?)" 1
	is "a model group with members stays" "$(gpuwardctl group del model big 2>/dev/null; echo $?)" 5
	is "a GPU group, too" "$(gpuwardctl group del gpu kept 2>/dev/null; echo $?)" 5
	is "the default one always" "$(gpuwardctl group del gpu default 2>/dev/null; echo $?)" 1
	is "no such group" "$(gpuwardctl group del model nothing 2>/dev/null; echo $?)" 3
	is "no such model" "$(gpuwardctl group join model big --model x 2>/dev/null; echo $?)" 3
	is "no such VM" "$(gpuwardctl group join model big --vm x 2>/dev/null; echo $?)" 3
	is "no such GPU group" "$(gpuwardctl group join model big --gpu-group x 2>/dev/null; echo $?)" 3
	is "no such GPU" "$(gpuwardctl group join gpu kept --gpu 77 2>/dev/null; echo $?)" 3
	is "already in it" "$(gpuwardctl group join gpu kept --gpu 1 2>/dev/null; echo $?)" 1
	is "not in it" "$(gpuwardctl group leave gpu kept --gpu 0 2>/dev/null; echo $?)" 3
	is "a GPU is no member of a model group" "$(gpuwardctl group join model big --gpu 0 2>/dev/null; echo $?)" 1
	is "a VM none of a GPU group" "$(gpuwardctl group join gpu kept --vm bob 2>/dev/null; echo $?)" 1
	out=$(gpuwardctl group add model "$(printf 'a\033b')" 2>&1)
	like "a name with an escape" "$out" '*"a?b" is no name for a model group*'
	is "renamed" "$(gpuwardctl group rename model big large; echo $?)" 0
	like "and so shown" "$(gpuwardctl group list)" "model*large*medium.32gb*alice*kept*"
	is "not to a name that is taken" "$(gpuwardctl group rename model large default 2>/dev/null; echo $?)" 1
	gpuwardctl group rename model large big
	i=2
	while gpuwardctl group add gpu "g$i" 2>/dev/null; do
		i=$((i + 1))
	done
	is "64 of a kind" $i 64
	while [ $i -gt 2 ]; do
		i=$((i - 1))
		gpuwardctl group del gpu "g$i"
	done
}

away() {
	gpuwardctl group leave gpu kept --gpu 1
	gpuwardctl group leave model big --gpu-group kept
	gpuwardctl group leave model big --model medium.32gb
	gpuwardctl group leave model big --vm alice
	is "emptied, they can be deleted" "$(gpuwardctl group del model big && gpuwardctl group del gpu kept; echo $?)" 0
	is "and all is as before" "$(models alice) $(models bob)" "8 8"
	runs_on "alice runs" alice 1
	runs_on "bob where it is tightest" bob 0
}

setup 550 gpus=2 mem=16384,32768
vm alice small.16gb
vm bob small.16gb
vm dora small.16gb
without
making
with
vain
wrong
away
teardown
finish
