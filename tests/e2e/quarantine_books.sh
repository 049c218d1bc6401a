#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The driver keeps memory of a program that has ended: its own books tell, gpuward's are at zero. After the
# grace the GPU goes to quarantine, with evidence, until an administrator returns it and the driver has
# found what it lost. Never for what the host's programs have, nor for one that lives and may have it.
# vm: -T multi -t 400
. ./lib.sh

MIB=1048576
lost=/sys/module/nvidia/parameters/lost_pid

gpu_is() {
	[ "$(gpu "$1" state)" = "$2" ]
}

# evidence KEY: of GPU 0
evidence() {
	gpuwardctl gpu show 0 --json | sed -n "s/^ *\"$1\": \"*\([^\",]*\)\"*,*\$/\1/p"
}

# program VARIABLE VM SIZE: it has that, and the driver will lose its client
program() {
	client "$1" "$2"
	must matches "$(ask "$1" context)" "context ret=0 *"
	must matches "$(ask "$1" alloc "$3")" "alloc ret=0 *"
	eval "echo \$$1" >$lost
}

# leak VARIABLE VM SIZE: and ends
leak() {
	program "$@"
	eval "end \$$1"
	echo 0 >$lost
}

no_jobs() {
	[ "$(jobs | wc -l)" = 0 ]
}

told_twice() {
	[ "$(grep -c 'the driver says' "$work/events.out")" = 2 ]
}

find_lost() {
	echo 1 >$books/find
}

is_back() {
	find_lost
	gpuwardctl gpu resume 0
	check "found and returned, it stays" never 1.5 gpu_is 0 QUARANTINE
}

isolated() {
	spawn events - gpuwardctl events --json
	must never 0.5 false
	leak a alice 100M
	is "our own books are at zero" "$(accel alice memory_used_bytes) $(gpu 0 state)" "0 IDLE"
	is "those of the driver are not" "$(book 0 pid)" "$a bytes $((100 * MIB)) allocations 1 channels 1"
	check "it has time" never 0.5 gpu_is 0 QUARANTINE
	check "then the GPU goes to quarantine" wait_for 10 gpu_is 0 QUARANTINE
	is "shown: bytes" "$(evidence held_bytes)" $((100 * MIB))
	is "VM and accelerator" "$(evidence vm) $(evidence accelerator)" "alice 0"
	like "which process, and since when" "$(evidence reason)" "the driver says that process $a has 104857600 bytes *ms after its last file was closed"
	like "in the list, too" "$(gpuwardctl gpu list)" 'GPU 0 is in quarantine since *: VM "alice", accelerator 0: the driver says that process *'
	check "and as an event" wait_for 5 grep -q '"gpu-state".*"alice".*the driver says' "$work/events.out"
	client b bob
	tell b context
	check "nobody is placed there" wait_for 5 places "$b"
	is "the reason" "$(job "$b" reason)" quarantined
	like "which explain says" "$(gpuwardctl explain bob)" "0 *it is in quarantine*"
	end "$b"
	gpuwardctl gpu resume 0
	check "an administrator can return it" wait_for 5 grep -q '"text":"returned"' "$work/events.out"
	check "with the next look it is back, which is told" wait_for 10 told_twice
	is "in quarantine" "$(gpu 0 state)" QUARANTINE
	is_back
	client b bob
	like "and others get it" "$(ask b context)" "context ret=0 * gpu=0"
	end "$b" "$events"
}

# A GPU that another program has, too; what several left is one sum.
shared() {
	client b bob
	ask b context >/dev/null
	must gpuwardctl accel set alice:0 --duplicable 2
	program a alice 40M
	client c alice
	ask c context >/dev/null
	ask c alloc 50M >/dev/null
	end "$a"
	echo "$c" >$lost
	check "while its accelerator is in use nothing is said" never 3 gpu_is 0 QUARANTINE
	end "$c"
	echo 0 >$lost
	check "what both have left is too much" wait_for 10 gpu_is 0 QUARANTINE
	like "which is shown" "$(evidence reason)" "the driver says that process $a and 1 others have $((90 * MIB)) bytes *"
	check "who is there goes on" runs "$b"
	end "$b"
	is_back
}

settings() {
	leak a alice 40M
	check "less than the tolerance is borne" never 4 gpu_is 0 QUARANTINE
	gpuwardctl setting set quarantine_ms=0 audit_tolerance_bytes=1MiB
	check "with the grace off, more, too" never 3 gpu_is 0 QUARANTINE
	gpuwardctl setting set audit_seconds=0
	must never "$patience" false		# who looks already is done
	gpuwardctl setting set quarantine_ms=1
	check "nobody looks when told not to" never 3 gpu_is 0 QUARANTINE
	gpuwardctl gpu audit >/dev/null
	check "but by hand" gpu_is 0 QUARANTINE
	gpuwardctl setting set quarantine_ms="$(ms 1500)" audit_seconds=1 audit_tolerance_bytes=64MiB
	is_back
}

# Who lives and has closed all of its files.
alive() {
	gpuwardctl setting set quarantine_ms=1
	program a alice 100M
	ask a close gpu0 >/dev/null
	ask a close ctl >/dev/null
	check "a tenant's program that lives, without a file" wait_for 10 gpu_is 0 QUARANTINE
	find_lost
	end "$a"
	is_back

	program a alice 100M
	echo "$a" >$cg/cgroup.procs
	ask a close gpu0 >/dev/null
	ask a close ctl >/dev/null
	check "one that is the host's by now may have it" never 4 gpu_is 0 QUARANTINE
	echo "$a" >$cg/bob/cgroup.procs
	check "one that is another VM's may not" wait_for 10 gpu_is 0 QUARANTINE
	find_lost
	end "$a"
	is_back
	gpuwardctl setting set quarantine_ms="$(ms 1500)"
}

# The host's own, alive or dead; and its daemon, whose parent has died.
hosts() {
	leak x - 200M
	spawn d - nvclient context , alloc 200M , fork-hold
	must wait_for 10 gone "$d"
	client a alice
	ask a context >/dev/null
	ask a alloc 100M >/dev/null
	end "$a"
	check "what the host's programs have, or left, is no tenant's affair" never 4 gpu_is 0 QUARANTINE
	find_lost
	# shellcheck disable=SC2046
	end $(pidof nvclient | tr ' ' '\n' | grep -vx "$host")
}

# Honest ones, many, while everything is looked at all the time.
honest() {
	gpuwardctl setting set quarantine_ms=1 audit_tolerance_bytes=0 audit_seconds=1
	spawn asker - sh -c 'while :; do gpuwardctl gpu audit; done >/dev/null 2>&1'
	i=0
	while [ $i -lt 15 ]; do
		in_vm alice nvclient context , alloc 64M , exit >/dev/null 2>&1 &
		in_vm bob nvclient context , alloc 64M , free all , alloc 32M >/dev/null 2>&1
		wait $!
		gpu_is 0 QUARANTINE && break
		i=$((i + 1))
	done
	is "programs that leave nothing are never taken for such" $i 15
	end "$asker"
	gpuwardctl setting set quarantine_ms="$(ms 1500)" audit_tolerance_bytes=64MiB
}

# More than can be remembered: each VM pushes out its own.
many() {
	leak a alice 100M
	gpuwardctl setting set quarantine_ms="$(ms 1500)" audit_seconds=0
	must gpuwardctl accel set bob:0 --program cgroup
	in_vm bob nvclient context , forks 300 32G >"$work/many" 2>&1
	like "300 programs" "$(cat "$work/many")" "forks * made=300 *"
	must wait_for 20 no_jobs
	must never $((2 * patience)) false
	gpuwardctl gpu audit >/dev/null
	check "what one VM left is not forgotten for another's many programs" gpu_is 0 QUARANTINE
	gpuwardctl setting set audit_seconds=1
	is_back
}

# Detached, files are nobody's any more; and what was remembered is forgotten.
detached() {
	leak a alice 100M
	gpuwardctl driver detach -y >/dev/null
	gpuwardctl driver attach
	check "a detach forgets" never 4 gpu_is 0 QUARANTINE
	find_lost
}

books_of() {
	setup "$1" gpus=1 mem=32768
	prefix="$1: "
	gpuwardctl setting set quarantine_ms="$(ms 1500)" audit_seconds=1
	vm alice small.16gb
	vm bob small.16gb
	# Else the driver would find all at the GPU's last close.
	client host -
	ask host open ctl >/dev/null
	ask host open gpu0 >/dev/null
	isolated
	if [ "$1" = 550 ]; then
		shared
		settings
		alive
		hosts
		honest
		many
		detached
	fi
	teardown
}

# Of those who ended under a driver that has gone nobody is to be asked any more.
driver_gone() {
	setup 550 gpus=1 mem=32768
	prefix="driver gone: "
	gpuwardctl setting set audit_seconds=0
	vm alice small.16gb
	client a alice
	ask a context >/dev/null
	end "$a"
	must rmmod nvidia_uvm
	must rmmod nvidia
	check "those who ended under it are forgotten" gpuwardctl gpu audit
	clear
	must rmmod gpuward
}

unasked() {
	setup 610 gpus=1 mem=32768
	prefix="610: "
	gpuwardctl setting set quarantine_ms=1 audit_seconds=1
	vm alice small.16gb
	client host -
	ask host open ctl >/dev/null
	ask host open gpu0 >/dev/null
	leak a alice 100M
	check "a driver that can not be asked tells nothing" never 3 gpu_is 0 QUARANTINE
	like "which is said" "$(gpuwardctl status)" "*driver's books*NOT READ: *not known*"
	find_lost
	teardown
}

books_of 550
books_of 535
books_of 580
driver_gone
unasked
finish
