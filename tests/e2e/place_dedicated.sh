#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Dedicated VMs never share a GPU with another VM, with their own accelerators they may. A class that
# changes is in force at once, or refused where others are on the GPU already.
# vm: -T multi
. ./lib.sh

# Two GPUs of 32 GiB, models of 16
alone() {
	client a alice
	like "on demand, a VM" "$(ask a context)" "context ret=0 * gpu=0"
	client d dora
	like "a dedicated one gets another GPU, though the first has room" "$(ask d context)" "context ret=0 * gpu=1"
	client b bob
	like "nobody joins it: the next one goes to the first" "$(ask b context)" "context ret=0 * gpu=0"
	gpuwardctl accel add dora --model small.16gb >/dev/null
	gpuwardctl accel set dora:1 --default
	client e dora
	like "its own second accelerator may join it" "$(ask e context)" "context ret=0 * gpu=1"
	end "$e"
	client c carol
	tell c context
	check "full: the next one waits, beside half a GPU that is free" wait_for 5 places "$c"
	is "which is the dedicated one's" "$(($(gpu 1 reserved_bytes) >> 30))" 16
	like "explain says why" "$(gpuwardctl explain carol)" "1 *it is another VM's alone*"
	check "and goes on waiting" never 0.3 answered c
	client e dora
	tell e context
	check "so does its own second one, that would delay who is ahead" wait_for 5 places "$e"
	end "$d"
	like "when it ends the GPU is for others" "$(reply c)" "context ret=0 * gpu=1"
	check "and no longer for its own" places "$e"
	end "$e"
	gpuwardctl accel set dora:0 --default
	gpuwardctl accel del dora:1
}

# alice and bob on GPU 0, carol on GPU 1
waits_for_one() {
	client d dora
	tell d context
	must wait_for 5 places "$d"
	end "$a"
	check "half of each GPU is free: a dedicated one waits" never 0.3 answered d
	end "$b"
	like "until one is empty" "$(reply d)" "context ret=0 * gpu=0"
	end "$d"
}

changes() {
	client a alice
	like "alice" "$(ask a context)" "context ret=0 * gpu=1"
	out=$(gpuwardctl vm set alice --class dedicated 2>&1)
	is "with carol on her GPU she can not be dedicated" $? 5
	like "which is said, with the GPU" "$out" '*VM "alice": accelerator 0 is in use and shares GPU 1 with another VM'
	like "nothing has changed" "$(gpuwardctl vm list)" "* alice *on-demand*"
	end "$c"
	check "alone, she can" gpuwardctl vm set alice --class dedicated
	client b bob
	like "and nobody joins her" "$(ask b context)" "context ret=0 * gpu=0"
	client c carol
	like "but him" "$(ask c context)" "context ret=0 * gpu=0"
	client d dora
	tell d context
	must wait_for 5 places "$d"
	gpuwardctl vm set dora --class on-demand
	check "waiting, a dedicated one that is so no more still may not join her" never 0.3 answered d
	gpuwardctl vm set alice --class spot
	like "until she is no more, either" "$(reply d)" "context ret=0 * gpu=1"
	gpuwardctl vm set alice --class on-demand
	end "$a" "$b" "$c" "$d"
	# A reservation that is idle steps aside
	gpuwardctl vm set alice --class reserved
	client b bob
	like "beside an idle reservation" "$(ask b context)" "context ret=0 * gpu=0"
	is "is" "$(placed alice)" 0
	gpuwardctl vm set bob --class dedicated 2>/dev/null
	is "a VM can not become dedicated" $? 5
	check "but the reservation can: it gives its GPUs up" gpuwardctl vm set alice --class dedicated
	is "which it has no more" "$(placed alice)" ""
	check "and then the other one can" gpuwardctl vm set bob --class dedicated
	client a alice
	like "each has a GPU" "$(ask a context)" "context ret=0 * gpu=1"
	end "$a" "$b"
}

setup 550 gpus=2 mem=32768,32768
for name in alice bob carol; do
	vm $name small.16gb
done
vm dora small.16gb --class dedicated
is "shown as what it is" "$(gpuwardctl vm show dora --json | grep -c '"class": "dedicated"')" 1
alone
waits_for_one
changes
teardown
finish
