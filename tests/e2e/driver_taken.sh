#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Somebody else redirects a function of the driver: tenants are refused with its name, nothing is half-hooked; where even the
# refusal can not be hooked, that is said loudly. What gpuward has, nobody else can take or switch off.
. ./lib.sh
. ./lib_hook.sh

taker=/modules/e2e/hooktaker.ko

# under FUNCTION: gpuward loaded while that one is taken
under() {
	prefix="$1 taken: "
	check "it is taken" insmod $taker function="$1"
	log_from
	check "gpuward loads" insmod /modules/gpuward.ko
	log=$(log_since)
	gpuwardctl gpu add 0 --memory 16GiB
	gpuwardctl gpu add 1 --memory 16GiB
	vm alice small.16gb
}

# after: the function is given back; attaching again is enough
after() {
	check "it is given back" rmmod hooktaker
	check "gpuward lets go" quietly gpuwardctl driver detach --yes
	check "and attaches" gpuwardctl driver attach
	is "to all of it" "$(status state) $(status uvm_state)" "attached attached"
	tenants_are_served "attached" alice
	clear
	check "gpuward unloads" rmmod gpuward
}

driver 550 gpus=2 mem=16384
busy="is redirected by somebody else (livepatch or a probe)"

under nvidia_unlocked_ioctl
is "tenants are refused" "$(status state)" refusing
is "the reason names it" "$(gpuwardctl status | sed -n 's/^reason  *//p')" "nvidia: function nvidia_unlocked_ioctl $busy"
like "the log, too" "$log" "*nvidia: function nvidia_unlocked_ioctl $busy: tenants are refused"
tenants_are_refused "refusing" alice
is "only opening is hooked" "$(hooked | grep ^nvidia_ | sort | tr '\n' ' ')" "nvidia_open nvidia_unlocked_ioctl "
after

under uvm_mmap_entry
is "tenants are refused" "$(status state) $(status uvm_state)" "refusing refusing"
is "the reason names it" "$(gpuwardctl status | sed -n 's/^reason  *//p')" "nvidia_uvm: function uvm_mmap_entry $busy"
tenants_are_refused "refusing" alice
after

under nvidia_open
is "it is said that tenants can not be refused" "$(status state)" unprotected
like "loudly" "$log" "*nvidia: function nvidia_open $busy: tenants CAN NOT BE refused"
like "by every tool" "$(gpuwardctl vm list 2>&1 >/dev/null)" "*UNPROTECTED*"
is "by the tenant's own" "$(in_vm alice gpuward-smi -s 2>/dev/null | sed -n 's/^State: //p')" unprotected
is "nothing of it is hooked" "$(hooked | grep '^nvidia_')" nvidia_open
is "what can be refused is" "$(how alice open uvm)" "$refused"
after

prefix="taken by gpuward: "
log_mark=$(dmesg | wc -l)
check "gpuward loads" insmod /modules/gpuward.ko
gpuwardctl gpu detect --apply >/dev/null
vm alice small.16gb
for function in nvidia_open nvidia_close nvidia_unlocked_ioctl nvidia_mmap uvm_open_entry uvm_release_entry \
	uvm_unlocked_ioctl_entry uvm_mmap_entry uvm_tools_open_entry; do
	check "$function is out of others' reach" eval "! insmod $taker function=$function 2>/dev/null"
done
like "tracing can not be switched off" "$(sysctl -w kernel.ftrace_enabled=0 2>&1)" "*busy*"
is "it is on" "$(cat /proc/sys/kernel/ftrace_enabled)" 1
tenants_are_served "after that" alice
teardown
is "without gpuward it can" "$(sysctl -w kernel.ftrace_enabled=0 >/dev/null 2>&1; cat /proc/sys/kernel/ftrace_enabled)" 0
check "a driver comes without tracing" driver 550 gpus=2 mem=16384
check "gpuward loads" insmod /modules/gpuward.ko
gpuwardctl gpu add 0 --memory 16GiB
vm alice small.16gb
is "and says what it is worth" "$(status state)" unprotected
is "and why" "$(gpuwardctl status 2>/dev/null | sed -n 's/^reason  *//p')" \
	"nvidia: function os_memcpy_from_user cannot be hooked while kernel.ftrace_enabled is 0"
clear
sysctl -w kernel.ftrace_enabled=1 >/dev/null
check "everything unloads" unload
finish
