#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every release that is known is served in its own shape; one that is not, or that lacks a function, is refused to tenants,
# with one clear line in the log and the reason in the tools.
# vm: -t 180
. ./lib.sh
. ./lib_hook.sh

for shape in 535 550 580 610; do
	prefix="$shape: "
	setup $shape gpus=2 mem=16384
	is "attached" "$(status state) $(status uvm_state)" "attached attached"
	vm alice small.16gb
	client a alice
	client b alice
	like "a program runs" "$(ask a context)" "context ret=0 *"
	tell b context
	check "a second one waits" wait_for 60 waits "$b"
	is "another GPU is refused" "$(how alice open gpu1)" "$refused"
	end "$a"
	like "and resumes" "$(reply b)" "context ret=0 *"
	teardown
done

# refuses SHAPE VERSION REASON
refuses() {
	prefix="$1: "
	driver "$1" gpus=2 mem=16384
	log_from
	check "gpuward loads" insmod /modules/gpuward.ko
	log=$(log_since)
	gpuwardctl gpu add 0 --memory 16GiB
	gpuwardctl gpu add 1 --memory 16GiB
	vm alice small.16gb
	is "it refuses tenants" "$(status state)" refusing
	is "it names the version" "$(status driver)" "$2"
	is "it says why" "$(gpuwardctl status | sed -n 's/^reason  *//p')" "nvidia: $3"
	is "in one line of the log" "$(echo "$log" | grep -c 'tenants are refused')" 1
	like "which has the reason" "$log" "*gpuward: nvidia: $3: tenants are refused"
	is "at the level of errors" "$(dmesg -r | grep -c "^<3>.*$3")" 1
	tenants_are_refused "refusing" alice
	is "and it counts them" "$(status nr_refused)" 4
	is "a tenant is told by its own tools" "$(in_vm alice gpuward-smi -s | sed -n 's/^State: //p')" refusing
	if [ "$1" = missing ]; then
		is "only what refuses is hooked" "$(hooked | sort | tr '\n' ' ')" \
			"nvidia_open uvm_api_clean_up_zombie_resources uvm_api_register_gpu_va_space uvm_mmap_entry uvm_open_entry uvm_release_entry uvm_tools_open_entry uvm_unlocked_ioctl_entry uvm_va_space_create uvm_vm_close_managed_entry "
	else
		is "only what refuses is hooked" "$(hooked | sort | tr '\n' ' ')" \
			"nvidia_open uvm_open_entry uvm_tools_open_entry "
	fi
	clear
	check "everything unloads" unload
}

refuses 999 999.1 "driver version 999.1 is not known"
refuses missing 550.163.01 "function nvidia_unlocked_ioctl is missing"
finish
