#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A call that the driver keeps for longer than detaching waits for: detaching says so and can be finished later; until then
# there is no attaching; a call that ends in time is waited for.
. ./lib.sh
. ./lib_hook.sh

# keep CLIENT PID SECONDS: a call inside the driver
keep() {
	echo $(($3 * 1000000)) >/sys/module/nvidia/parameters/alloc_us
	tell "$1" alloc 4M
	check "a call stays $3 s inside the driver" wait_for 60 in_ioctl "$2"
	echo 0 >/sys/module/nvidia/parameters/alloc_us
}

# The pins of a request hold until it has ended; new ones go to the driver itself.
none_comes_in() {
	hooked | grep -q '^os_memcpy_' && ! hooked | grep -qE '^nvidia_|_entry$'
}

setup 550 gpus=2 mem=16384
vm alice small.16gb
client host -
client t alice
ask host context >/dev/null
ask t context >/dev/null

# shellcheck disable=SC2154
keep t "$t" 2
check "detaching waits for a tenant's call" quietly gpuwardctl driver detach --yes
check "which has ended" eval "! in_ioctl $t"
like "well" "$(reply t)" "alloc ret=0 errno=0 status=0x0 *"
check "it attaches" quietly gpuwardctl driver attach

# shellcheck disable=SC2154
keep host "$host" 25
gpuwardctl driver detach --yes >"$work/detach" 2>&1
is "detaching gives up after a while" $? 5
check "while the call is inside" in_ioctl "$host"
is "nothing is enforced any more" "$(status state)" detached
is "what is left to do is said" "$(gpuwardctl status 2>/dev/null | sed -n 's/^reason  *//p')" \
	"detaching: calls are still inside the driver"
check "only what the call inside needs is hooked" none_comes_in
gpuwardctl driver attach >/dev/null 2>&1
is "attaching has to wait" $? 5
is "tenants are not held back" "$(how alice open gpu1)" "ok 0x0"
like "the call ends well" "$(reply host 60)" "alloc ret=0 errno=0 status=0x0 *"
check "then detaching ends" quietly gpuwardctl driver detach --yes
check "nothing is hooked" nothing_is_hooked
check "and it attaches" quietly gpuwardctl driver attach
end "$host" "$t"
clients=
tenants_are_served "after that" alice
teardown
finish
