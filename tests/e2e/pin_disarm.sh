#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Probes disarmed by an admin: tenants' requests that matter fail, all of them, which is said once; with
# probes armed again all is as before. What cannot be hooked for pinning is a driver that is not served.
# vm: -T single
. ./lib.sh
. ./lib_hook.sh

switch=/sys/kernel/debug/kprobes/enabled

disarmed() {
	log_from
	echo 0 >$switch
	is "memory is refused" "$(ask a alloc 64K 50 | sed 's/ status.*//')" "alloc ret=-1 errno=1"
	is "and none was given" "$(book 0 used)" 0
	is "heap control, too" "$(ask a heapalloc 64K | sed 's/ status.*//')" "heapalloc ret=-1 errno=1"
	like "what does not matter goes on" "$(ask a bench 50)" "bench *"
	is "the host goes on" "$(how - context)" "$fine"
	is "gpuwardctl says so" "$(status state)" refusing
	like "and why" "$(status reason)" "the probe on rm_ioctl is disarmed*"
	is "the log says so, once" "$(log_since | grep -c 'rm_ioctl is disarmed')" 1
	echo 1 >$switch
	like "armed again, memory is given" "$(ask a alloc 64K)" "alloc ret=0 errno=0 status=0x0 *"
	is "and gpuwardctl has nothing to say" "$(status state)" attached
}

# In permissive mode nothing is refused; who is not pinned is not refused either.
audited() {
	gpuwardctl setting set enforce=permissive
	echo 0 >$switch
	like "enforce=permissive: memory is given without pins" "$(ask a alloc 64K)" "alloc ret=0 errno=0 status=0x0 *"
	echo 1 >$switch
	gpuwardctl setting set enforce=on
}

setup 550 gpus=1 mem=16384
vm alice small.16gb
client a alice
ask a context >/dev/null
disarmed
audited
end_clients
check "every count is back to zero" wait_for 10 is_quiet
clear
check "everything unloads" unload
finish
