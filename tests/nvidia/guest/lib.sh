# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What the guest's scripts share: KTAP, the driver up and down, the product up
# and down, programs in cgroups. Sourced; runs no test by itself.

LD_LIBRARY_PATH=/nv/lib
PATH=/nv/bin:$PATH
export LD_LIBRARY_PATH PATH
nr=0
tmp=/tmp/nvidia
mkdir -p $tmp

ok() {
	nr=$((nr + 1))
	echo "ok $nr - $1"
}

not_ok() {
	nr=$((nr + 1))
	echo "not ok $nr - $1"
}

skip() {
	nr=$((nr + 1))
	echo "ok $nr - $1 # SKIP $2"
}

done_testing() {
	echo "1..$nr"
}

# check NAME COMMAND...: ok when the command succeeds; else its output is shown.
check() {
	name=$1
	shift
	if "$@" >$tmp/check.out 2>&1; then
		ok "$name"
		return 0
	fi
	not_ok "$name"
	sed 's/^/# /' $tmp/check.out
	return 1
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

# until_true SECONDS COMMAND...: polls, because what it waits for says nothing.
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

loaded() {
	[ -d "/sys/module/$1" ]
}

# The harness may have loaded some of the kernel's own modules already.
kernel_modules() {
	while read -r module; do
		loaded "$(echo "$module" | tr - _)" ||
			insmod "/nv/kernel/$module.ko" || return 1
	done <"/nv/kernel/$1"
}

# NVIDIA's modules make no nodes of their own.
make_nodes() {
	rm -f /dev/nvidia0 /dev/nvidia1 /dev/nvidiactl /dev/nvidia-uvm*
	mknod -m 666 /dev/nvidiactl c 195 255
	mknod -m 666 /dev/nvidia0 c 195 0
	mknod -m 666 /dev/nvidia1 c 195 1
	uvm=$(awk '$2 == "nvidia-uvm" { print $1 }' /proc/devices)
	if [ -n "$uvm" ]; then
		mknod -m 666 /dev/nvidia-uvm c "$uvm" 0
		mknod -m 666 /dev/nvidia-uvm-tools c "$uvm" 1
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

driver_version() {
	cat /sys/module/nvidia/version
}

# What adapters fakeopen has started: it tells who reached the driver.
starts() {
	cat /sys/module/fakeopen/parameters/starts
}
