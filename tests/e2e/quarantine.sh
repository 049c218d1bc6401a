#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory that is held after the last file was closed: the GPU is being cleaned, nothing new is placed on
# it, and after a grace it goes to quarantine, with evidence, until an administrator returns it. Memory
# that another process holds is no such case. A module keeps what programs give back.
# vm: -T multi
. ./lib.sh
holdback=/modules/e2e/holdback.ko

gpu_is() {
	[ "$(gpu "$1" state)" = "$2" ]
}

# leak VM: a program of the VM ends, and 8 MiB of it stay charged
leak() {
	must insmod $holdback
	client l "$1"
	ask l context >/dev/null
	ask l alloc 8M >/dev/null
	end "$l"
	must wait_for 5 [ "$(jobs | wc -l)" = 0 ]
}

cleaning() {
	gpuwardctl setting set quarantine_ms=0
	leak alice
	check "its last file closed, memory held: the GPU is being cleaned" wait_for 5 gpu_is 0 CLEANING
	is "with what was reserved" "$(gpu 0 reserved_bytes)" $((16 << 30))
	client b bob
	tell b context
	check "nobody is placed there, though half of it is free" wait_for 5 places "$b"
	is "the reason" "$(job "$b" reason)" busy
	check "with the grace off, for ever" never 0.5 gpu_is 0 QUARANTINE
	must rmmod holdback
	like "given back, who waits goes on" "$(reply b)" "context ret=0 * gpu=0"
	end "$b"
	check "and nothing is left" wait_for 5 gpu_is 0 IDLE
}

# evidence KEY: of GPU 0
evidence() {
	gpuwardctl gpu show 0 --json | sed -n "s/^ *\"$1\": \"*\([^\",]*\)\"*,*\$/\1/p"
}

isolated() {
	gpuwardctl setting set quarantine_ms="$(ms 1500)"
	gpuwardctl events --json >"$work/events" 2>&1 &
	listener=$!
	clients="$clients $listener"
	must wait_for 5 test -e "$work/events"
	leak alice
	check "the grace over, it goes to quarantine" wait_for 10 gpu_is 0 QUARANTINE
	is "shown: bytes" "$(evidence held_bytes)" $((8 << 20))
	is "VM and accelerator" "$(evidence vm) $(evidence accelerator)" "alice 0"
	like "why" "$(evidence reason)" "8388608 bytes are held *ms after the last file was closed"
	check "since when" [ "$(evidence since_ns)" -gt 0 ]
	like "in the list, too" "$(gpuwardctl gpu list)" 'GPU 0 is in quarantine since *: VM "alice", accelerator 0: 8388608 bytes*'
	check "and as an event" wait_for 5 grep -q '"gpu-state".*"alice".*8388608 bytes are held' "$work/events"
	end "$listener"
	client b bob
	tell b context
	check "nobody is placed there" wait_for 5 places "$b"
	is "the reason" "$(job "$b" reason)" quarantined
	client a alice
	like "whose memory it is may go on there" "$(ask a context)" "context ret=0 * gpu=0"
	is "what is held counts" "$(accel alice memory_used_bytes)" $((8 << 20))
	end "$a"
	gpuwardctl gpu resume 0
	is "returned with memory held it is cleaned again" "$(gpu 0 state)" CLEANING
	check "nobody gets it" never 0.2 answered b
	check "and after another grace it is back" wait_for 10 gpu_is 0 QUARANTINE
	must rmmod holdback
	check "once given back it stays, until somebody has looked" never 0.3 answered b
	is "with nothing placed on it" "$(gpu 0 state) $(gpu 0 nr_placed)" "QUARANTINE 0"
	gpuwardctl gpu resume 0
	like "returned, who waits goes on" "$(reply b)" "context ret=0 * gpu=0"
	is "the evidence is gone" "$(evidence reason)" ""
	end "$b"
}

# A setting that is lowered while memory is held; a reservation steps aside.
reserved() {
	gpuwardctl setting set quarantine_ms=3600000
	vm rosa small.16gb --class reserved
	is "reserved on" "$(placed rosa)" 0
	must insmod $holdback
	client r rosa
	ask r context >/dev/null
	ask r alloc 8M >/dev/null
	end "$r"
	check "its GPU is being cleaned" wait_for 5 gpu_is 0 CLEANING
	is "and kept" "$(accel rosa state)" reserved
	gpuwardctl setting set quarantine_ms=1
	check "a shorter grace is in force at once" wait_for 5 gpu_is 0 QUARANTINE
	is "what is held stays there" "$(placed rosa)" 0
	must rmmod holdback
	is "given back, the reservation is elsewhere" "$(accel rosa state)$(placed rosa)" pending
	gpuwardctl gpu resume 0
	is "or there, once it is returned" "$(accel rosa state) $(placed rosa)" "reserved 0"
	gpuwardctl vm del rosa
	gpuwardctl setting set quarantine_ms=10000
}

# Memory on a file of another process of the VM, which opened no GPU: somebody is known to hold it.
known() {
	gpuwardctl setting set quarantine_ms=1
	client h alice
	ask h open ctl >/dev/null
	client a alice
	ask a context >/dev/null
	ask a alloc 16M >/dev/null
	tell a recvfd "$work/socket"
	ask h sendfd "$work/socket" ctl >/dev/null
	reply a >/dev/null
	like "memory is exported to another process's file" "$(ask a export last)" "* errno=0 status=0x0 *"
	end "$a"
	is "which holds it" "$(accel alice memory_used_bytes)" $((16 << 20))
	check "that is no case for quarantine" never 0.3 gpu_is 0 QUARANTINE
	client b bob
	like "and others may have the rest" "$(ask b context)" "context ret=0 * gpu=0"
	end "$h"
	check "it ends with the process" wait_for 5 [ "$(accel alice memory_used_bytes)" = 0 ]
	end "$b"
	gpuwardctl setting set quarantine_ms=10000
}

setup 550 gpus=1 mem=32768
vm alice small.16gb
vm bob small.16gb
cleaning
isolated
reserved
known
teardown
finish
