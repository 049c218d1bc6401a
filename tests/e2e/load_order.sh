#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gpuward before the driver and after it; the driver comes and goes twenty times under gpuward; a driver that fails to load.
# vm: -t 180
. ./lib.sh
. ./lib_hook.sh

reload() {
	rmmod nvidia_uvm && rmmod nvidia && nothing_is_hooked && [ "$(status state)" = no-driver ] &&
		driver 550 gpus=2 mem=16384 && [ "$(status state)" = attached ]
}

reload_uvm() {
	rmmod nvidia_uvm && [ "$(status uvm_state)" = no-driver ] && is_hooked nvidia_open &&
		! is_hooked uvm_open_entry && insmod /modules/nvsim/550/nvidia-uvm.ko && nodes 8 &&
		[ "$(status uvm_state)" = attached ]
}

rounds() {
	rounds_left=$1
	shift
	while [ "$rounds_left" -gt 0 ]; do
		"$@" || return 1
		rounds_left=$((rounds_left - 1))
	done
}

served() {
	[ "$(how alice context)" = "$fine" ] && [ "$(how alice open gpu1)" = "$refused" ]
}

log_mark=$(dmesg | wc -l)
log_from
check "gpuward loads without a driver" insmod /modules/gpuward.ko
is "it says that there is none" "$(status state) $(status uvm_state)" "no-driver no-driver"
check "a GPU is declared" gpuwardctl gpu add 0 --memory 16GiB
check "another GPU is declared" gpuwardctl gpu add 1 --memory 16GiB
check "a VM is made" vm alice small.16gb

check "the driver loads" driver 550 gpus=2 mem=16384
is "it is taken at once" "$(status state) $(status uvm_state)" "attached attached"
is "its version is known" "$(status driver)" "550.163.01"
tenants_are_served "driver after gpuward" alice
is "the log names both modules" "$(log_since | grep -c 'attached to nvidia')" 2

check "nvidia-uvm goes and comes" reload_uvm
tenants_are_served "after another nvidia-uvm" alice
check "the driver goes and comes twenty times" rounds 20 reload
tenants_are_served "after twenty drivers" alice
check "served in each of three more" rounds 3 eval "reload && served"

rmmod nvidia_uvm
rmmod nvidia
check "a driver that fails to start fails" eval "! insmod /modules/nvsim/550/nvidia.ko gpus=33 2>/dev/null"
check "nothing is hooked after it" nothing_is_hooked
check "one with a wrong parameter, too" eval "! insmod /modules/nvsim/550/nvidia.ko open_ms=x 2>/dev/null"
check "nothing is hooked after it" nothing_is_hooked
is "and no driver is there" "$(status state)" "no-driver"
check "another shape of the driver is taken" driver 535 gpus=2 mem=16384
check "at its own functions" is_hooked nvidia_frontend_open
tenants_are_served "driver 535 after 550" alice
teardown

check "the driver loads alone" driver 550 gpus=2 mem=16384
check "gpuward loads after it" insmod /modules/gpuward.ko
is "and has it" "$(status state) $(status uvm_state)" "attached attached"
gpuwardctl gpu detect --apply >/dev/null
vm bob small.16gb
tenants_are_served "gpuward after the driver" bob
teardown
finish
