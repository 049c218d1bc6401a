#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A host without tenants: nvidia-smi, libcuda and the conformance client end,
# print and call the kernel the same with gpuward loaded as without. It must
# not bind a VM.

. /tests/nvidia/lib.sh

# A trace without what differs from one run to the next: the process's id,
# clocks, random bytes, what /proc says of the process itself. Every call, its
# arguments and its result stay. Addresses are not random here.
normalise() {
	sed -e 's/^[0-9]* *//' \
		-e 's/ *= /= /' \
		-e 's|/proc/[0-9]\{1,\}|/proc/PID|g' \
		-e 's/socket:\[[0-9]*\]/socket:[N]/g' \
		-e 's/^\(getrandom\|clock_gettime\|gettimeofday\)(.*)/\1()/' \
		-e 's/^\(set_tid_address(.*)=\) .*/\1 PID/' \
		-e 's/^\(getpid()=\) .*/\1 PID/' \
		-e 's/^\(gettid()=\) .*/\1 PID/' \
		-e 's/^sched_getaffinity([0-9]*/sched_getaffinity(PID/' \
		-e 's|^readlink("/proc/self", .*|readlink("/proc/self", PID)|' \
		-e 's|^\(read([0-9]*</proc/PID/[a-z]*>\).*|\1)|' "$1"
}

# record WHERE NAME COMMAND...: output, exit status and trace of one program.
record() {
	dir=$tmp/$1
	prog=$2
	shift 2
	mkdir -p "$dir"
	strace -f -y -X raw -o $tmp/trace "$@" >$tmp/out 2>&1 </dev/null
	echo "exit $?" >>$tmp/out
	cp $tmp/out "$dir/$prog.out"
	normalise $tmp/trace >"$dir/$prog.calls"
}

record_all() {
	record "$1" smi-list nvidia-smi -L
	record "$1" smi nvidia-smi
	record "$1" cuda cuprobe
	command -v nvclient >/dev/null && record "$1" conform nvclient conform
}

# Prints the reference as diagnostics, so that a run's log keeps it.
show() {
	for file in "$tmp/$1"/*."$2"; do
		sed "s|^|# ${file##*/}: |" "$file"
	done
}

compare() {
	for file in "$tmp/before"/*.out "$tmp/before"/*.calls; do
		name=${file##*/}
		check "$2: $name" diff "$file" "$tmp/$1/$name"
	done
}

echo 0 >/proc/sys/kernel/randomize_va_space
check "driver loads" driver_up 1 || exit 1
echo "# driver $(driver_version)"
record_all warm		# makes /dev/nvidia-caps, once
record_all before
show before out
record_all again
compare again "two runs without gpuward agree"
for name in smi-list smi cuda; do
	check "$name asked the driver" grep -q '^ioctl(.*/dev/nvidiactl' \
		"$tmp/before/$name.calls"
done
check "driver unloads" driver_down
done_testing
