#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# An accelerator held by a file of /dev/gpuward: in the same queues and as the same job as a program
# that uses the GPU; its holder reads from it that it has to go, need not, or was ended.
# vm: -T multi -t 200
. ./lib.sh

holder() {
	client_program=./hold_file
	client "$@"
	client_program=
}

# held NAME: it has the accelerator
held() {
	like "$1" "$(reply "$2" "${3:-10}")" "hold ret=0 job=[1-9]*"
}

turns() {
	holder a alice
	holder b alice
	tell a hold
	held "a program holds its accelerator" a
	check "and is a job that runs" runs "$a"
	is "with the VM's GPU" "$(placed alice)" 0
	is "of which it uses nothing" "$(book 0 open) $(book 0 used)" "0 0"
	like "to hold again changes nothing" "$(ask a again)" "again ret=0 job=$(job "$a" id)"
	like "its own channel is part of it" "$(ask a claim 0)" "claim ret=0"
	check "of the same job" nr_jobs_is running 1
	like "another one may try" "$(ask b hold try)" "hold ret=-16 job=0 *"
	is "and is no job then" "$(job "$b")" ""
	tell b hold
	check "or wait" wait_for 5 waits "$b"
	client c alice
	tell c context
	check "as does a program that knows nothing of it" wait_for 5 waits "$c"
	is "to switch the model is refused meanwhile" \
		"$(in_vm alice gpuward-switch-model -M medium.32gb >"$work/switch" 2>&1; echo $?)" 5
	like "for that very process" "$(cat "$work/switch")" "*$a*hold_file*"
	ask a close >/dev/null
	check "its files on the GPU keep the job" never 0.3 answered b
	ask a unclaim >/dev/null
	held "the last one closed, it is the next one's turn" b
	end "$b"
	like "killed, it has let go" "$(reply c 5)" "context ret=0 *"
	tell a hold
	must wait_for 5 waits "$a"
	end "$c"
	held "and who holds waits for who uses" a
	check "never two at once" exclusive 0
	end "$a"
	must wait_for 5 is_quiet
}

refused() {
	holder h -
	like "the host's own has nothing to hold" "$(ask h hold)" "hold ret=-6 *not bound to a VM"
	holder a alice
	like "before it holds there is nothing to read" "$(ask a early)" "early ret=-6 * in=0 hup=0 err=1"
	ask a hold >/dev/null
	like "nor a notice" "$(ask a notice)" "notice ret=-11 type=none * in=0 hup=0 err=0"
	like "too small a buffer" "$(ask a short)" "short ret=-22"
	like "a child on its parent's file" "$(ask a foreign)" "foreign ret=-1"
	check "takes nothing" runs "$a"
	holder b alice
	ask b interruptible >/dev/null
	tell b hold
	must wait_for 5 waits "$b"
	kill -USR1 "$b"
	like "a signal ends the wait" "$(reply b)" "hold ret=-4 *"
	must wait_for 5 nr_jobs_is waiting 0
	tell b hold
	must wait_for 5 waits "$b"
	gpuwardctl job cancel "$(job "$b" id)" >/dev/null
	like "an administrator, too" "$(reply b)" "hold ret=-125 *ended by an administrator"
	gpuwardctl vm set alice --wait fail
	like "a VM that may not wait" "$(ask b hold)" "hold ret=-16 *"
	gpuwardctl vm set alice --wait queue
	end "$a" "$b" "$h"
	must wait_for 5 is_quiet
}

# No GPU is free for one VM: placed first, then refused by TRY.
for_gpus() {
	holder a alice
	ask a hold >/dev/null
	client o spot
	ask o context >/dev/null
	holder b bob
	gpuwardctl vm set spot --class on-demand
	like "no GPU is free: one may try" "$(ask b hold try)" "hold ret=-16 *"
	tell b hold
	check "or wait" wait_for 5 places "$b"
	end "$a"
	held "for the next that comes free" b
	end "$b" "$o"
	gpuwardctl vm set spot --class spot
	must wait_for 5 is_quiet
}

evicted() {
	gpuwardctl setting set evict_ms=60000
	holder s spot
	ask s hold >/dev/null
	holder o bob
	ask o hold >/dev/null
	tell s read
	holder a alice
	tell a hold
	like "who has to go reads it" "$(reply s 5)" "read ret=0 type=evict job=$(job "$s" id) left_ms=5???? *"
	like "once" "$(ask s notice)" "notice ret=-11 *"
	end "$a"
	like "poll() tells that it need not" "$(ask s notice 5000)" "notice ret=0 type=evict-cancel * left_ms=0 in=1 hup=0 err=0"
	holder a alice
	tell a hold
	like "and that it must, after all" "$(ask s notice 5000)" "notice ret=0 type=evict * in=1 hup=0 err=0"
	ask s close >/dev/null
	held "it lets go: who waits has it at once" a
	check "and the one that went lives" kill -0 "$s"
	end "$a"

	gpuwardctl setting set evict_ms="$(ms 1000)"
	ask s hold >/dev/null
	tell s read
	holder a alice
	tell a hold
	like "one that stays is told" "$(reply s 5)" "read ret=0 type=evict *"
	tell s read
	like "that its time is over" "$(reply s 20)" "read ret=0 type=end * left_ms=0 *"
	held "is killed, and who waited has it" a 20
	check "it is gone" wait_for 5 gone "$s"
	end "$a" "$o"
	must wait_for 5 is_quiet
}

ended() {
	holder a alice
	ask a hold >/dev/null
	ask a orphan >/dev/null
	child=$(sed -n 's/.*child=//p' "$work/a.out")
	clients="$clients $child"
	must wait_for 5 gone "$a"
	check "a child with the file alone is an orphan's holder" wait_for 5 nr_jobs_is orphaned 1
	like "found by it" "$(gpuwardctl job holders "$(jobs | sed -n 's/.* id=\([0-9]*\) .*/\1/p')")" "*$child *"
	gpuwardctl setting set orphan_ms=100
	check "and killed for it" wait_for 8 gone "$child"
	gpuwardctl setting set orphan_ms=5000
	must wait_for 5 is_quiet

	holder a alice
	ask a hold >/dev/null
	tell a read
	check "a module whose file is open stays" eval "! rmmod gpuward 2>/dev/null"
	must gpuwardctl driver detach --yes >/dev/null 2>&1
	like "detached, it is told" "$(reply a 5)" "read ret=0 type=end *"
	like "poll() says so for good" "$(ask a notice)" "notice ret=-11 type=none * in=0 hup=1 err=0"
	like "nothing can be held" "$(ask a hold)" "hold ret=-19 *"
	must gpuwardctl driver attach
	tell a hold
	held "attached again, it can" a
	gpuwardctl job end "$(job "$a" id)" >/dev/null
	check "its job ended by an administrator, it is killed" wait_for 8 gone "$a"
	must wait_for 5 is_quiet
}

audit() {
	client o alice
	ask o context >/dev/null
	gpuwardctl setting set enforce=permissive
	holder a alice
	like "enforce=permissive: what would wait goes on, and holds nothing" "$(ask a hold)" "hold ret=0 job=0"
	gpuwardctl setting set enforce=on
	end "$a" "$o"
	must wait_for 5 is_quiet
}

setup 550 gpus=2 mem=16384
model medium.32gb 32 1 2>/dev/null
vm alice small.16gb
vm bob small.16gb
vm spot small.16gb --class spot
turns
refused
for_gpus
evicted
ended
audit
teardown
driver_gone() {
	insmod /modules/gpuward.ko
	vm alice small.16gb
	holder a alice
	like "without NVIDIA's driver there is nothing to hold" "$(ask a hold)" "hold ret=-19 *driver is not loaded*"
	clear
	check "and nothing keeps the module" rmmod gpuward
}
driver_gone
finish
