#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Programs of the host and of a VM use the driver without a pause while gpuward
# is attached and detached under them: no open and no call may fail. It needs a
# guest with thread=single, where patched code takes effect at once.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

rounds=1000
least_turns=3

running() {
	kill -0 "$1" 2>/dev/null
}

turn() {
	gpuwardctl driver detach --yes && none_hooked && gpuwardctl driver attach
}

must "driver loads" driver_up 2
must "fakeopen loads" insmod /nv/fakeopen.ko
must "gpuward loads" gpuward_up
must "GPUs are declared" declare_gpus
must "a VM is bound" add_vm alice
mkdir -p $cgroups/host
start host host hammer -g $rounds
host=$pid
start alice tenant hammer -g $rounds
tenant=$pid
turns=0
turns_failed=0
begin=$(date +%s)
while running $host || running $tenant; do
	turns=$((turns + 1))
	turn >$tmp/turn.out 2>&1 && continue
	turns_failed=$((turns_failed + 1))
	[ $turns_failed -gt 1 ] || sed 's/^/# first failed turn: /' $tmp/turn.out
done
echo "# $turns turns in $(($(date +%s) - begin)) s"
wait $host
host_status=$?
wait $tenant
sed 's/^/# host: /' $tmp/host.out
sed 's/^/# tenant: /' $tmp/tenant.out
same "every detach and attach worked" 0 $turns_failed
same "nothing failed on the host" 0 $host_status
# A file opened while nobody hooked it cannot be linked to one that somebody did: who
# starts at that very moment must start again. Nothing else may fail, and few rounds.
failed=$(sed -n 's/^rounds .* failed //p' $tmp/tenant.out)
check "the VM's rounds end" [ -n "$failed" ]
check "nothing but links failed in the VM" \
	sh -c "! grep '^hammer:' $tmp/tenant.out | grep -v REGISTER_FD"
check "and in few of its rounds" [ "${failed:-$rounds}" -le $((rounds / 10)) ]
check "at least $least_turns turns" [ $turns -ge $least_turns ]
check "gpuward unloads" rmmod gpuward
check "fakeopen unloads" rmmod fakeopen
check "driver unloads" driver_down
done_testing
