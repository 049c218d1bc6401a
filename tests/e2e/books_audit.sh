#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The driver's own books against gpuward's: a program whose allocations take more than the driver says is
# reported and ended, that one alone; honest ones never are, whatever they do; permissive mode only reports; a
# driver that can not be asked is shown as such.
# vm: -T multi -t 240
. ./lib.sh

MIB=1048576
hidden=/sys/module/nvidia/parameters

# audit JOB KEY: of the row of the job on GPU 0, from a comparison made now
audit() {
	gpuwardctl gpu audit --json | tr -d ' \n' | tr '{' '\n' |
		sed -n "/\"gpu\":0,/s/.*\"job\":$1,.*\"$2\":\([a-z0-9]*\).*/\1/p"
}

# hide MIB [PID]: what each allocation takes beyond what its user is told
hide() {
	echo "${2:-0}" >$hidden/hidden_pid
	echo "$1" >$hidden/hidden_mib
}

program() {
	client "$1" "$2"
	must matches "$(ask "$1" context)" "context ret=0 *"
}

honest() {
	program a alice
	id=$(job "$a" id)
	ask a alloc 300M >/dev/null
	ask a alloc 4K 20 >/dev/null
	is "what is known is what the driver says" "$(audit "$id" excess_bytes)" 0
	is "and is all of it" "$(audit "$id" driver_bytes)" $((300 * MIB + 20 * 65536))
	ask a dup self last >/dev/null
	is "a duplicate counts in both" "$(audit "$id" charged_bytes) $(audit "$id" excess_bytes)" \
		"$((300 * MIB + 21 * 65536)) 0"
	ask a export last >/dev/null
	ask a import >/dev/null
	is "so does an import" "$(audit "$id" charged_bytes) $(audit "$id" excess_bytes)" \
		"$((300 * MIB + 22 * 65536)) 0"
	ask a free all >/dev/null
	is "all is given back" "$(audit "$id" charged_bytes) $(audit "$id" driver_bytes)" "0 0"
	end "$a"
	is "nothing is left to compare" "$(audit "$id" excess_bytes)" ""
}

# A loop of allocations while books are compared without end: not once is it taken for a cheat.
busy() {
	gpuwardctl setting set audit_tolerance_bytes=0 audit_seconds=1
	program a alice
	spawn churn alice nvclient context , threads 4 32M churn
	i=0
	while [ $i -lt 20 ]; do
		gpuwardctl gpu audit >/dev/null || break
		i=$((i + 1))
	done
	is "compared 20 times" $i 20
	is "nobody was accused" "$(grep -c '"type":"excess"' "$work/events.out")" 0
	check "the program lives" kill -0 "$a"
	end "$a"
	end "$churn"
	gpuwardctl setting set audit_tolerance_bytes=64MiB audit_seconds=0
}

cheat() {
	program a alice
	program b bob
	hide 128 "$a"
	ask a alloc 1M >/dev/null
	hide 0
	ask b alloc 1M >/dev/null
	is "the VM's own quota does not show it" "$(accel alice memory_used_bytes)" $MIB
	gpuwardctl gpu audit --json >"$work/found"
	like "it is found" "$(tr -d ' \n' <"$work/found")" "*\"excess_bytes\":134217728,\"ended\":true*"
	check "and ended" wait_for 10 gone "$a"
	like "which is told" "$(grep '"type":"excess"' "$work/events.out" | tr -d ' ')" \
		"*\"requested_bytes\":134217728,\"used_bytes\":135266304,\"limit_bytes\":1048576*"
	like "in the log, too" "$(dmesg)" "*gpuward: VM alice job *: the driver says 135266304 bytes on GPU 0, 1048576 are charged: ended*"
	check "no other" kill -0 "$b"
	is "who has nothing more" "$(grep -c '"ended": true' "$work/found") $(audit "$(job "$b" id)" excess_bytes)" "1 0"
	end "$b"
}

# Below the tolerance it is shown, no more.
tolerance() {
	program a alice
	id=$(job "$a" id)
	hide 32
	ask a alloc 2M >/dev/null
	hide 0
	is "less than the tolerance is shown" "$(audit "$id" excess_bytes) $(audit "$id" ended)" \
		"$((32 * MIB)) false"
	check "and no more" kill -0 "$a"
	gpuwardctl setting set audit_tolerance_bytes=16MiB audit_seconds=1
	check "nobody has to ask" wait_for 15 gone "$a"
	gpuwardctl setting set audit_tolerance_bytes=64MiB audit_seconds=0
	end "$a"
}

audit_mode() {
	gpuwardctl setting set enforce=permissive
	program a alice
	hide 128
	ask a alloc 2M >/dev/null
	hide 0
	before=$(grep -c '"type":"excess"' "$work/events.out")
	is "permissive mode: found, not ended" "$(audit "$(job "$a" id)" ended)" false
	wait_for 5 more_events "$before"
	check "reported" more_events "$before"
	check "alive" kill -0 "$a"
	gpuwardctl setting set enforce=on
	gpuwardctl gpu audit >/dev/null
	check "enforced it is ended" wait_for 10 gone "$a"
	end "$a"
}

more_events() {
	[ "$(grep -c '"type":"excess"' "$work/events.out")" -gt "$1" ]
}

# Programs, detach and attach come and go while books are compared.
races() {
	gpuwardctl setting set audit_seconds=1
	spawn asker - sh -c 'while :; do gpuwardctl gpu audit; done >/dev/null 2>&1'
	i=0
	while [ $i -lt 8 ]; do
		in_vm alice nvclient context , alloc 64M , free all >/dev/null 2>&1 &
		in_vm bob nvclient context , alloc 64M >/dev/null 2>&1
		wait $!
		gpuwardctl driver detach -y >/dev/null && gpuwardctl driver attach
		i=$((i + 1))
	done
	end "$asker"
	check "after all that the books can be read" gpuwardctl gpu audit
	gpuwardctl setting set audit_seconds=0
}

refusals() {
	is "seconds have a limit" "$(gpuwardctl setting set audit_seconds=86401 2>/dev/null; echo $?)" 2
	is "the tolerance, too" "$(gpuwardctl setting set audit_tolerance_bytes=65GiB 2>/dev/null; echo $?)" 2
	like "they are shown" "$(gpuwardctl setting list)" "audit_seconds=5"
	like "both" "$(gpuwardctl setting list)" "audit_tolerance_bytes=67108864"
}

books() {
	setup "$1" gpus=2 mem=8192
	prefix="$1: "
	model one 1 1
	vm alice one
	vm bob one
	must gpuwardctl accel set alice:0 --duplicable 2
	spawn events - gpuwardctl events --json
	refusals
	gpuwardctl setting set audit_seconds=0
	honest
	busy
	cheat
	tolerance
	audit_mode
	end "$events"
	races
	is "the log has one line for each, nothing else" "$(log_surprises | grep -vc ': the driver says ')" 0
	log_mark=$(dmesg | wc -l)
	teardown
}

# A release whose way in for other modules is not known.
unknown() {
	setup 610 gpus=1 mem=8192
	prefix="610: "
	like "status says that books are not read" "$(gpuwardctl status)" "*driver's books*NOT READ: *not known*"
	like "so does who asks" "$(gpuwardctl gpu audit 2>&1)" "*not available: *not known*"
	is "which is no failure" "$(gpuwardctl gpu audit 2>/dev/null; echo $?)" 4
	teardown
}

books 535
books 550
books 580
unknown
finish
