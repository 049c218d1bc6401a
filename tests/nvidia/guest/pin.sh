#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Pinned arguments on NVIDIA's real driver: a program changes its request while it is under way, and RM never
# acts on what the program may not do. Without a GPU RM refuses that, too, but with a status of its own, which
# shows that it was asked. With pin_arguments=N it is. For more: tests/nvidia/run -e PIN_TRIES=100000 pin.sh
# vm: -T multi

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

rounds=${PIN_TRIES:-1000}
switch=/sys/kernel/debug/kprobes/enabled

# attack FIELD TRIES|MS [until]: $line, and in $forbidden how often RM was asked for it
attack() {
	field=$1
	count=$2
	shift 2
	line=$(in_vm alice nvclient client, race "$count" 64K 256K "$field" "$@" | tail -n 1)
	echo "# $field: ${line##*status=0x0 }"
	forbidden=${line##*big=}
}

# An import claims, whatever becomes of it; who comes next may not.
claim() {
	start alice holder nvclient client, import, hold
	holder=$pid
	until_true 10 grep -q "^import " $tmp/holder.out
	gpuwardctl job list --json | grep -q '"id"'
}

is_optimized() {
	grep 'rm_ioctl' /sys/kernel/debug/kprobes/list | grep -q OPTIMIZED
}

state() {
	gpuwardctl status --json | sed -n 's/.*"state": "\([a-z]*\)".*/\1/p' | head -n 1
}

begin() {
	must "gpuward loads $*" insmod /modules/gpuward.ko "$@"
	must "GPUs are declared" declare_gpus
	must "a VM is bound" add_vm alice
	gpuwardctl vm set alice --wait fail
	check "another program has the accelerator" claim
}

over() {
	end "$holder"
	gpuwardctl vm del alice >/dev/null
	check "gpuward unloads" rmmod gpuward
}

must "driver loads" driver_up 2
begin
check "the probe became a jump" until_true 10 is_optimized
for way in refused import; do
	attack $way "${rounds}x"
	same "RM was never asked for the $way one in $rounds tries" 0 "$forbidden"
done
attack size "${rounds}x"
check "what may be changed is had, both ways" [ "${line##*big=}" -lt "$rounds" ]
same "pins acted throughout" attached "$(state)"
echo 0 >/proc/sys/debug/kprobes-optimization
attack refused "${rounds}x"
same "nor by a probe that is no jump" 0 "$forbidden"
echo 1 >/proc/sys/debug/kprobes-optimization
echo 0 >$switch
same "disarmed: a tenant gets nothing" "client ret=-1 errno=1" \
	"$(in_vm alice nvclient client 2>&1 | sed -n 's/ status.*//p')"
same "and gpuwardctl says so" refusing "$(state)"
echo 1 >$switch
over
begin pin_arguments=N
for way in refused import; do
	attack $way 30000 until
	check "with pin_arguments=N the $way one is caught" [ "$forbidden" -gt 0 ]
done
over
check "driver unloads" driver_down
done_testing
