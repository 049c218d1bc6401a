#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gpuward stays as long as a tenant has a file open, and goes when none has; it may go while the host's calls are inside the
# driver, which go on to their end.
. ./lib.sh
. ./lib_hook.sh

# slow CLIENT PID VERB...: a call of the host's that takes two seconds inside the driver
slow() {
	slow_pid=$2
	echo 2000000 >/sys/module/nvidia/parameters/alloc_us
	slow_client=$1
	shift 2
	tell "$slow_client" "$@"
	check "a call of the host's is inside the driver" wait_for 60 in_ioctl "$slow_pid"
	echo 0 >/sys/module/nvidia/parameters/alloc_us
}

timed_unload() {
	clock
	unload_from=$now
	rmmod gpuward || return 1
	clock
	unload_took=$((now - unload_from))
}

for shape in 535 550; do
	prefix="$shape: "
	setup $shape gpus=2 mem=16384
	vm alice small.16gb
	for node in ctl gpu0 uvm; do
		client t alice
		ask t open $node >/dev/null
		check "it stays while a tenant has $node open" eval "! rmmod gpuward 2>/dev/null"
		is "and goes on" "$(status state)" attached
		end "$t"
	done
	client host -
	ask host context >/dev/null
	ask host open uvm >/dev/null
	like "the host works" "$(ask host alloc 1M)" "alloc ret=0 errno=0 status=0x0 *"

	# shellcheck disable=SC2154
	slow host "$host" alloc 4M
	check "gpuward goes" timed_unload
	check "when the call has ended" [ "$unload_took" -ge 100 ]
	check "and not long after" eval "! in_ioctl $host"
	like "it ended well" "$(reply host)" "alloc ret=0 errno=0 status=0x0 *"
	check "nothing is hooked any more" nothing_is_hooked
	like "the host's files go on" "$(ask host alloc 2M)" "alloc ret=0 errno=0 status=0x0 *"
	check "it comes back" insmod /modules/gpuward.ko
	like "the host's files still go on" "$(ask host alloc 2M)" "alloc ret=0 errno=0 status=0x0 *"
	is "with no VM" "$(status nr_vms)" 0
	vms=
	rmdir $cg/alice
	teardown
done
finish
