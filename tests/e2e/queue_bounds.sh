#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The bounds of the capacity queue: who has waited long enough goes before all others, whatever their
# class; how often one that waits may be passed. Changed while programs wait, both count at once.
# vm: -T multi
. ./lib.sh

queue_of() {
	for queue_pid in "$@"; do
		job "$queue_pid" position
	done | tr -d '\n'
}

queue_is() {
	queue_want=$1
	shift
	[ "$(queue_of "$@")" = "$queue_want" ]
}

# Two GPUs, both taken
ages() {
	client s spot
	tell s context
	must wait_for 5 places "$s"
	client a alice
	tell a context
	must wait_for 5 places "$a"
	is "a spot VM stands behind who came later" "$(queue_of "$s" "$a")" 21
	gpuwardctl setting set age_ms=1
	is "both have waited long enough: arrival alone counts" "$(queue_of "$s" "$a")" 12
	end "$h1"
	like "so it is served first" "$(reply s)" "context ret=0 *"
	check "the other one waits" places "$a"
	gpuwardctl setting set age_ms=0
	client p prior
	tell p context
	must wait_for 5 places "$p"
	is "nobody ages any more; who is aged stays so" "$(queue_of "$a" "$p")" 12
	end "$s" "$a" "$p"
	occupy 1
	gpuwardctl setting set age_ms="$(ms 3000)"
	client s spot
	tell s context
	must wait_for 5 places "$s"
	usleep 500000
	client p prior
	tell p context
	must wait_for 5 places "$p"
	is "not yet: class counts" "$(queue_of "$s" "$p")" 21
	check "it ages with nobody coming or leaving" wait_for 10 queue_is 12 "$s" "$p"
	end "$s" "$p"
	gpuwardctl setting set age_ms=3600000
}

occupy() {
	client "h$1" "h$1"
	ask "h$1" context >/dev/null
}

# A large one that wants half of each GPU, and small ones that fit beside what runs.
passes() {
	end "$h1" "$h2"
	client k keeper
	ask k context >/dev/null
	is "24 of 32 GiB of GPU 0 are taken" "$(placed keeper)" 0
	client w wide
	tell w context all
	must wait_for 5 places "$w"
	gpuwardctl setting set max_backfill=0
	client t tiny
	tell t context
	check "never to be passed: a small one waits, though it would delay nobody" wait_for 5 places "$t"
	check "as long as that holds" never 0.2 answered t
	gpuwardctl setting set max_backfill=256
	like "allowed again, it goes on at once" "$(reply t)" "context ret=0 *"
	check "the large one waits" places "$w"
	end "$t" "$k"
	like "until what it wants is free" "$(reply w)" "context ret=0 *"
	end "$w"
}

setup 550 gpus=2 mem=32768,32768
gpuwardctl model add wide --memory 32GiB --gpus 2
gpuwardctl model add keeper --memory 24GiB
gpuwardctl model add tiny --memory 4GiB
vm h1 medium.32gb
vm h2 medium.32gb
vm alice medium.32gb
vm prior medium.32gb --priority 1000
vm spot medium.32gb --class spot --priority -1000
vm keeper keeper
vm wide wide
vm tiny tiny
occupy 1
occupy 2
ages
passes
teardown
finish
