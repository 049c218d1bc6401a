#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A program changes its request while it is under way: what it gets is what was judged, or nothing. With
# pin_arguments=N the same attacks succeed, so that this test would see it when they do.
#
# The program may look, not hold: another one of its VM has the accelerator, and wait=fail. So video memory,
# an import and another VM's GPU are forbidden to it, host memory is not. RACE_TRIES calls altogether; for a
# million: tests/qemu/run -T multi -t 5400 -e RACE_TRIES=1000000 e2e/pin_race.sh
# vm: -T multi -t 300
. ./lib.sh

# With pins off each of these wins; the indirect form does not, it is turned into the direct one anyway.
double="class heap device devptr import"
indirect="indirect number"
tries=$((${RACE_TRIES:-30000} / 14))
total=0

# begin SHAPE [PARAMETER]: of gpuward
begin() {
	prefix="$1${2:+ $2}: "
	log_mark=$(dmesg | wc -l)
	must driver "$1" gpus=2 mem=16384
	must insmod /modules/gpuward.ko ${2:+"$2"}
	must gpuwardctl gpu detect --apply >"$work/detect" 2>&1
	vm alice small.16gb --wait fail 2>/dev/null
	client a alice
	must matches "$(ask a context)" "context ret=0 *"
	# Its accelerator has one GPU; the other one's file comes from the host, so that the driver would.
	client host -
	ask host open gpu1 >/dev/null
	client b alice
	tell b recvfd "$work/socket" gpu1
	ask host sendfd "$work/socket" gpu1 >/dev/null
	must matches "$(reply b)" "recvfd ret=0 *"
	ask b open gpu0 >/dev/null
	ask b client >/dev/null
	must matches "$(ask b device 0)" "device ret=0 *"
	ask b heapalloc 64K 0 0x02000000 >/dev/null
	must matches "$(ask b export last)" "export ret=0 *"
}

# attack FIELD TRIES|MS [until]: what it came to, in $race; $forbidden, or -1 when it did not run
attack() {
	attack_field=$1
	attack_tries=$2
	shift 2
	tell b race "$attack_tries" 64K 256K "$attack_field" "$@"
	race=$(reply b 3000)
	race_calls=${race##* calls=}
	total=$((total + ${race_calls%% *}))
	forbidden=-1
	case $race in
	"race ret=0 "*" big="*) forbidden=${race##*big=} ;;
	esac
	echo "# $prefix$attack_field: ${race##* status=0x0 }"
}

over() {
	end_clients
	check "every count is back to zero" wait_for 10 is_quiet
	clear 2>/dev/null
	check "everything unloads" unload
	is "the kernel log has nothing unexpected" "$(log_surprises | grep -v 'not pinned')" ""
	prefix=
}

for shape in 550 535; do
	begin $shape
	is "nothing is wrong" "$(status state)" attached
	for field in $double $indirect; do
		attack "$field" "${tries}x"
		is "0 of ${race_calls%% *} forbidden by changing the $field" "$forbidden" 0
	done
	is "pins acted throughout" "$(status state)" attached
	is "the driver saw one program with memory, no more" "$(book 0 max_memory_procs)$(book 1 max_memory_procs)" 00
	over
done
ok "$total tries, none forbidden"
begin 550 pin_arguments=N
is "every tool says so" "$(status state)" unprotected
for field in $double; do
	attack "$field" 30000 until
	check "the $field is caught" [ "$forbidden" -gt 0 ]
done
over
finish
