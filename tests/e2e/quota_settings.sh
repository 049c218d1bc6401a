#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Settings of the quota: a constant for each context, a VM without limits, permissive mode; events of what
# is refused; and what the tools say of each.
# vm: -T multi
. ./lib.sh

MIB=1048576

used() {
	is "$1" "$(accel alice memory_used_bytes)" $(($2 * MIB))
}

contexts() {
	must gpuwardctl setting set context_bytes=100MiB
	like "the setting is shown" "$(gpuwardctl setting list)" "context_bytes=104857600"
	client a alice
	ask a context >/dev/null
	used "a context has its constant" 100
	ask a chgroup >/dev/null
	used "a second group in its address space costs nothing" 100
	like "another address space" "$(ask a vaspace)" "vaspace ret=0 *"
	space=$(sed -n 's/^vaspace .* handle=\(0x[0-9a-f]*\) .*/\1/p' "$work/a.out")
	ask a chgroup >/dev/null
	used "is another context" 200
	ask a chgroup >/dev/null
	ask a channel >/dev/null
	used "whatever is in it" 200
	ask a free "$space" >/dev/null
	used "which goes with it, and its groups" 100
	is "the driver has freed them, too" "$(sed -n 's/^pid.* channels //p' $books/gpu0)" 1
	i=0
	while [ $i -lt 20 ]; do
		ask a vaspace >/dev/null
		space=$(sed -n 's/^vaspace .* handle=\(0x[0-9a-f]*\) .*/\1/p' "$work/a.out")
		ask a chgroup >/dev/null
		ask a free "$space" >/dev/null
		i=$((i + 1))
	done
	used "nothing of them is left" 100
	like "what is left fits" "$(ask a alloc 924M)" "* status=0x0 *"
	like "no more" "$(ask a alloc 4K)" "* status=0x51 *"
	ask a free all >/dev/null
	ask a free root >/dev/null
	used "it goes with the last group" 0
	end "$a"
	must gpuwardctl setting set context_bytes=2GiB
	client a alice
	like "a context that does not fit is out of memory" "$(ask a context)" "* ret=-1 *"
	like "in the driver's words" "$(cat "$work/a.out")" "chgroup ret=0 errno=0 status=0x51 *"
	end "$a"
	must gpuwardctl setting set context_bytes=0
	is "nonsense is refused" "$(gpuwardctl setting set context_bytes=65GiB 2>/dev/null; echo $?)" 2
}

events() {
	spawn watcher - gpuwardctl events --json
	usleep 300000
	client a alice
	ask a context >/dev/null
	ask a alloc 1000M >/dev/null
	ask a retry 50 100M >/dev/null
	end "$a"
	end "$watcher"
	like "an event tells what was asked, had and allowed" "$(cat "$work/watcher.out")" \
		"*out-of-memory*requested_bytes*104857600*used_bytes*1048576000*limit_bytes*1073741824*"
	told=$(grep -c out-of-memory "$work/watcher.out")
	check "a program in a loop can not flood" test "$told" -le 20
}

unlimited() {
	must gpuwardctl vm set alice --quota unlimited
	client a alice
	ask a context >/dev/null
	like "without a limit" "$(ask a alloc 3G)" "* status=0x0 *"
	used "it counts" 3072
	like "gpuwardctl says so" "$(gpuwardctl accel list alice)" "*UNLIMITED*"
	like "gpuward-smi says so" "$(in_vm alice gpuward-smi)" "*quota=unlimited*"
	must gpuwardctl vm set alice --quota on
	like "limits in force again: no more is granted" "$(ask a alloc 4K)" "* status=0x51 *"
	used "what is held stays counted" 3072
	end "$a"
}

audit() {
	must gpuwardctl setting set enforce=permissive
	client a alice
	ask a context >/dev/null
	like "permissive mode refuses nothing" "$(ask a alloc 2G)" "* status=0x0 *"
	used "and counts" 2048
	must gpuwardctl setting set enforce=on
	like "enforced again" "$(ask a alloc 4K)" "* status=0x51 *"
	ask a free all >/dev/null
	like "until there is room" "$(ask a alloc 4K)" "* status=0x0 *"
	end "$a"
}

setup 550 gpus=1 mem=8192
model small 1 1
vm alice small
contexts
events
unlimited
audit
must gpuwardctl vm set alice --managed ignore
like "a way around is shown" "$(in_vm alice gpuward-smi)" "*managed=ignore*"
teardown
finish
