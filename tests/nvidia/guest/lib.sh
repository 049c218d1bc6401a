# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest's scripts share: KTAP, the driver up and down, the product up
# and down, programs in cgroups. Sourced; runs no test by itself.

LD_LIBRARY_PATH=/nv/lib
PATH=/nv/bin:$PATH
export LD_LIBRARY_PATH PATH
nr=0
tmp=/tmp/nvidia
cgroups=/sys/fs/cgroup
mkdir -p $tmp

ok() {
	nr=$((nr + 1))
	echo "ok $nr - $1"
}

not_ok() {
	nr=$((nr + 1))
	echo "not ok $nr - $1"
}

done_testing() {
	echo "1..$nr"
}

# check NAME COMMAND...: ok when the command succeeds; else its output is shown.
check() {
	check_name=$1
	shift
	if "$@" >$tmp/check.out 2>&1; then
		ok "$check_name"
		return 0
	fi
	not_ok "$check_name"
	sed 's/^/# /' $tmp/check.out
	return 1
}

# must NAME COMMAND...: nothing that follows makes sense without it.
must() {
	check "$@" && return 0
	done_testing
	exit 1
}

# same NAME EXPECTED SEEN
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
		return 0
	fi
	not_ok "$1"
	echo "# expected: $2"
	echo "# seen:     $3"
	return 1
}

# until_true SECONDS COMMAND...: polls, for what cannot be waited for.
until_true() {
	tries=$(($1 * 20))
	shift
	while [ $tries -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		tries=$((tries - 1))
		usleep 50000
	done
	return 1
}

# --- the driver ---

# kernel_modules LIST: those that are not there yet.
kernel_modules() {
	while read -r module; do
		[ -d "/sys/module/$(echo "$module" | tr - _)" ] ||
			insmod "/nv/kernel/$module.ko" || return 1
	done <"/nv/kernel/$1"
}

# NVIDIA's modules make no nodes of their own.
make_nodes() {
	rm -f /dev/nvidia0 /dev/nvidia1 /dev/nvidiactl /dev/nvidia-uvm*
	mknod -m 666 /dev/nvidiactl c 195 255
	mknod -m 666 /dev/nvidia0 c 195 0
	mknod -m 666 /dev/nvidia1 c 195 1
	uvm_major=$(awk '$2 == "nvidia-uvm" { print $1 }' /proc/devices)
	if [ -n "$uvm_major" ]; then
		mknod -m 666 /dev/nvidia-uvm c "$uvm_major" 0
		mknod -m 666 /dev/nvidia-uvm-tools c "$uvm_major" 1
	fi
}

uvm_up() {
	insmod /nv/nvidia-uvm.ko && make_nodes
}

# driver_up NDEV: the PCI functions, the driver, its nodes.
driver_up() {
	kernel_modules order &&
		insmod /nv/fakegpu.ko ndev="$1" &&
		insmod /nv/nvidia.ko && uvm_up
}

driver_down() {
	rmmod nvidia_uvm && rmmod nvidia && rmmod fakegpu
}

# nvidia-modeset and nvidia-drm, which drives no display here.
display_up() {
	kernel_modules order-display && insmod /nv/nvidia-modeset.ko &&
		insmod /nv/nvidia-drm.ko
}

driver_version() {
	cat /sys/module/nvidia/version
}

# How many adapters were started: with fakeopen it tells who reached the driver.
starts() {
	cat /sys/module/fakeopen/parameters/starts
}

# --- the product ---

gpuward_up() {
	insmod /modules/gpuward.ko
}

# Both GPUs, and a model that takes the whole of one.
declare_gpus() {
	gpuwardctl gpu add 0 --memory 80GiB --pci 0001:41:00.0 &&
		gpuwardctl gpu add 1 --memory 80GiB --pci 0001:41:01.0 &&
		gpuwardctl model add whole.80gb --memory 80GiB --gpus 1
}

# add_vm NAME: a VM that needs a whole GPU, bound to a cgroup of its name.
add_vm() {
	mkdir -p "$cgroups/$1" &&
		gpuwardctl vm add "$1" --model whole.80gb &&
		gpuwardctl binding add "$1" "$cgroups/$1"
}

# Functions that are redirected now, one name per line; one is fakeopen's.
hooked() {
	awk '(/\[nvidia/ || $1 == "dma_buf_fd") && / I / && $1 != "nvidia_dev_get_uuid" { print $1 }' \
		/sys/kernel/tracing/enabled_functions
}

is_hooked() {
	hooked | grep -qx "$1"
}

none_hooked() {
	[ -z "$(hooked)" ]
}

# --- programs of a VM ---

# in_vm NAME COMMAND...: runs it there.
in_vm() {
	vm=$1
	shift
	sh -c 'echo $$ >"$0" && exec "$@"' "$cgroups/$vm/cgroup.procs" "$@"
}

# start NAME LABEL COMMAND...: the same, in the background; its output is in
# $tmp/LABEL.out, its id in $pid. Its input never ends, so that nvopen holds.
start() {
	vm=$1
	label=$2
	shift 2
	[ -p $tmp/never ] || mkfifo $tmp/never
	: >"$tmp/$label.out"
	sh -c 'echo $$ >"$0" && exec "$@"' "$cgroups/$vm/cgroup.procs" "$@" \
		<>$tmp/never >"$tmp/$label.out" 2>&1 &
	# shellcheck disable=SC2034 # for the caller
	pid=$!
}

# said LABEL TEXT: the program has printed that line.
said() {
	grep -qxF "$2" "$tmp/$1.out"
}

# end PID: and wait until its files are closed.
end() {
	kill -9 "$1"
	wait "$1" 2>/dev/null
	:
}

# opens NAME PATH: how an open by a program of that VM ends.
opens() {
	in_vm "$1" timeout 10 nvopen -o "$2" | sed 's/.* //'
}
