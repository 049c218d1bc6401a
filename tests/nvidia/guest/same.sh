#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A host without tenants: nvidia-smi, libcuda, the conformance client and plain
# opens end, print and call the kernel the same with gpuward loaded as without.
# It must not run anything in a VM.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# One thread's trace without what differs from one run to the next: process
# ids, clocks, random bytes, addresses, what /proc says of the process itself,
# when a child's death is told, and the calls of malloc and of locks, which
# depend on who comes first.
# Every other call stays, with its arguments and its result.
normalise() {
	sed -e '/^--- SIGCHLD/d' -e '/^\(brk\|munmap\|mprotect\|madvise\|futex\)(/d' \
		-e '/^mmap(.*, -1, 0)/d' \
		-e 's/ *= /= /' \
		-e 's/0x[57][0-9a-f]\{11\}/ADDR/g' \
		-e 's|/proc/[0-9]\{1,\}|/proc/PID|g' \
		-e 's|/task/[0-9]\{1,\}|/task/TID|g' \
		-e 's/\(socket\|pipe\):\[[0-9]*\]/\1:[N]/g' \
		-e 's/^\(getrandom\|clock_gettime\|gettimeofday\)(.*)/\1()/' \
		-e 's/^clone3\{0,1\}(.*/clone()/' \
		-e 's/^\(set_tid_address(.*)=\) .*/\1 PID/' \
		-e 's/^\(get[pt]id()=\) .*/\1 PID/' \
		-e 's/^sched_getaffinity([0-9]*/sched_getaffinity(PID/' \
		-e 's/^wait4([0-9]*\(.*\)= [0-9]*$/wait4(PID\1= PID/' \
		-e 's|^readlink("/proc/self", .*|readlink("/proc/self", PID)|' \
		-e 's|^\(read([0-9]*</proc/PID/[a-z]*>\).*|\1)|' "$1"
}

# record WHERE NAME COMMAND...: output, exit status and trace of one program.
record() {
	dir=$tmp/$1
	prog=$2
	shift 2
	mkdir -p "$dir"
	rm -f $tmp/trace.*
	strace -ff -y -X raw -o $tmp/trace "$@" >$tmp/out 2>&1 </dev/null
	echo "exit $?" >>$tmp/out
	cp $tmp/out "$dir/$prog.out"
	for thread in $(find $tmp -name 'trace.*' | sort -t . -k 2 -n); do
		echo "thread"
		normalise "$thread"
	done >"$dir/$prog.calls"
}

programs="smi-list smi cuda conform open open-nonblock"

record_all() {
	record "$1" smi-list nvidia-smi -L
	record "$1" smi nvidia-smi
	record "$1" cuda cuprobe
	record "$1" conform nvclient conform
	record "$1" open nvopen -o /dev/nvidia0 /dev/nvidia1 /dev/nvidia-uvm-tools
	record "$1" open-nonblock nvopen -n -o /dev/nvidia0 /dev/nvidiactl
}

# The reference goes into the results, so that a run's log keeps it.
show() {
	for prog in $programs; do
		sed "s|^|# $1 $prog: |" "$tmp/$1/$prog.out"
	done
}

# compare NAME BEFORE AFTER: output, exit status and calls of every program.
compare() {
	for prog in $programs; do
		check "$1: $prog ends and prints the same" \
			diff "$tmp/$2/$prog.out" "$tmp/$3/$prog.out"
		check "$1: $prog calls the kernel the same" \
			diff "$tmp/$2/$prog.calls" "$tmp/$3/$prog.calls"
	done
}

# Does the comparison see anything? Each program must have asked the driver.
check_reference() {
	for prog in smi-list smi cuda conform; do
		check "$1: $prog asked the driver" \
			grep -q '^ioctl(.*/dev/nvidiactl' "$tmp/$1/$prog.calls"
	done
	check "$1: cuInit used UVM" \
		grep -q '^ioctl([0-9]*</dev/nvidia-uvm>, 0x4b, ADDR)= 0' \
		"$tmp/$1/cuda.calls"
}

# again NAME: all programs, against the reference.
again() {
	record_all now
	compare "$1" "$reference" now
}

echo 0 >/proc/sys/kernel/randomize_va_space
must "driver loads" driver_up 2
echo "# driver $(driver_version)"
record_all warm			# nvidia-smi makes nodes the first time
reference=plain
record_all plain
show plain
check_reference plain
again "without gpuward, twice"

must "gpuward loads after the driver" gpuward_up
check "its functions are hooked" is_hooked uvm_open_entry
again "gpuward loaded"
must "GPUs are declared" declare_gpus
must "a VM is bound" add_vm alice
again "a VM exists"
check "detach" gpuwardctl driver detach --yes
check "nothing is hooked" none_hooked
again "detached"
check "attach" gpuwardctl driver attach
check "its functions are hooked again" is_hooked uvm_open_entry
must "gpuward unloads" rmmod gpuward
again "unloaded"

must "fakeopen loads" insmod /nv/fakeopen.ko
reference=opened
record_all opened
show opened
check_reference opened
must "gpuward loads again" gpuward_up
again "gpuward loaded, GPU nodes open"
check "gpuward unloads again" rmmod gpuward
check "fakeopen unloads" rmmod fakeopen
check "driver unloads" driver_down
done_testing
