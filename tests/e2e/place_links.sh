#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several GPUs of one NVLink domain before those of one PCIe switch, those before one NUMA node; what
# the driver takes of the memory is never placed. Changed while programs wait, it counts at once.
# vm: -T multi
. ./lib.sh

unplaced() {
	[ -z "$(placed alice)" ]
}

# pair_on NAME MINORS NEAR
pair_on() {
	like "$1: explain knows" "$(gpuwardctl explain alice)" "*it would be taken: $3*"
	client a alice
	ask a context all >/dev/null
	is "$1" "$(placed alice)" "$2"
	end "$a"
	must wait_for 5 unplaced
}

# Six GPUs, all alike
near() {
	client a alice
	ask a context all >/dev/null
	is "with nothing known the first two are taken" "$(placed alice)" "0 1"
	end "$a"
	must wait_for 5 is_quiet
	gpuwardctl gpu set 1 --numa 0
	gpuwardctl gpu set 2 --numa 0
	pair_on "one NUMA node" "1 2" "one NUMA node"
	gpuwardctl gpu set 2 --pcie-switch 0000:3e:00.0
	gpuwardctl gpu set 4 --pcie-switch 0000:3e:00.0
	gpuwardctl gpu set 3 --pcie-switch 0000:3e:00.1
	pair_on "one PCIe switch before that" "2 4" "one PCIe switch"
	gpuwardctl gpu set 3 --nvlink 7
	gpuwardctl gpu set 5 --nvlink 7
	gpuwardctl gpu set 0 --nvlink 8
	pair_on "one NVLink domain before that" "3 5" "one NVLink domain"
	is "all that is shown" "$(gpu 3 nvlink_domain) $(gpu 2 pcie_switch) $(gpu 1 numa_node)" "7 0000:3e:00.0 0"
	client b bob
	gpuwardctl gpu drain 0
	gpuwardctl gpu drain 1
	gpuwardctl gpu drain 2
	gpuwardctl gpu drain 4
	like "with one of the domain taken" "$(ask b context)" "context ret=0 *"
	for i in 0 1 2 4; do
		gpuwardctl gpu resume $i
	done
	pair_on "the next best is taken" "2 4" "one PCIe switch"
	gpuwardctl gpu set 4 --pcie-switch ""
	pair_on "unknown again" "1 2" "one NUMA node"
	end "$b"
	must wait_for 5 is_quiet
}

# What the driver takes: GPUs of 16 GiB
reserve() {
	for i in 1 2 3 4 5; do
		gpuwardctl gpu drain $i
	done
	gpuwardctl gpu set 0 --driver-reserve 512MiB
	is "shown" "$(gpu 0 driver_reserve_bytes)" $((512 << 20))
	client b bob
	tell b context
	check "less is left than the model wants" wait_for 5 places "$b"
	like "so it waits for the others" "$(gpuwardctl explain bob)" "It waits for GPUs to be returned*"
	like "of this one, that it is too small" "$(gpuwardctl explain bob)" "0 *15872 MiB *it is too small*"
	end "$b"
	client c carol
	like "a model that fits exactly is placed" "$(ask c context)" "context ret=0 * gpu=0"
	gpuwardctl gpu set 0 --driver-reserve 513MiB 2>/dev/null
	is "more can not be taken from what is placed" $? 5
	gpuwardctl gpu set 0 --memory 16383MiB 2>/dev/null
	is "nor by another size" $? 5
	client b bob
	tell b context
	must wait_for 5 places "$b"
	gpuwardctl gpu set 0 --driver-reserve 0
	end "$c"
	like "taken back, who waits goes on" "$(reply b)" "context ret=0 * gpu=0"
	end "$b"
	out=$(gpuwardctl gpu set 0 --driver-reserve 16GiB 2>&1)
	is "all of it is refused" $? 1
	like "by name" "$out" "*GPU 0: DRIVER leaves nothing of its MEMORY to place"
	for i in 1 2 3 4 5; do
		gpuwardctl gpu resume $i
	done
}

setup 550 gpus=6
model pair 32 2
gpuwardctl model add tight --memory 15872MiB
vm alice pair
vm bob small.16gb
vm carol tight
for i in 0 1 2 3 4 5; do
	gpuwardctl gpu set $i --numa -1
done
near
reserve
teardown
finish
