#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver answers as NVIDIA's own: the conformance client prints
# the same lines on both. It needs no gpuward.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# ask NAME: every answer of the driver that is loaded.
ask() {
	nvclient conform >"$tmp/$1" 2>&1
	same "$1: the client ran to its end" 0 $?
	check "$1: it got answers" [ "$(wc -l <"$tmp/$1")" -gt 50 ]
}

# sim_up [PARAMETER]...: the stand-in of this branch, with one GPU.
sim_up() {
	insmod "/modules/nvsim/$NV_BRANCH/nvidia.ko" gpus=1 \
		version="$version" "$@" &&
		insmod "/modules/nvsim/$NV_BRANCH/nvidia-uvm.ko" && make_nodes
}

sim_down() {
	rmmod nvidia_uvm && rmmod nvidia
}

must "driver loads" driver_up 1
version=$(driver_version)
ask real-no-firmware
must "fakeopen loads" insmod /nv/fakeopen.ko
ask real-open
must "driver unloads" sh -c "rmmod fakeopen nvidia_uvm nvidia fakegpu"

must "stand-in loads, its GPU does not start" sim_up open_fail=1
ask sim-no-firmware
must "stand-in unloads" sim_down
must "stand-in loads" sim_up
ask sim-open
must "stand-in unloads" sim_down

check "the same without firmware" diff $tmp/real-no-firmware $tmp/sim-no-firmware
check "the same with a GPU that opens" diff $tmp/real-open $tmp/sim-open
done_testing
