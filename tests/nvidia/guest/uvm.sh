#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Managed memory of a tenant on NVIDIA's real nvidia-uvm: what is counted when it is mapped,
# split, moved, copied and unmapped. No GPU can be registered here, so nothing stays charged.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

trace=/sys/kernel/tracing

# verbs NAME VERB...: in alice; what the module decided is in NAME.trace
verbs() {
	verbs_name=$1
	shift
	: >$trace/trace
	in_vm alice nvclient "$@" >"$tmp/$verbs_name.out" 2>&1
	grep -o 'gpuward_\(managed\|charge\): .*' $trace/trace >"$tmp/$verbs_name.trace"
}

# decided NAME: "DELTA/MAPPED/CHARGED ..." of each decision about managed memory
decided() {
	sed -n 's/^gpuward_managed: .*delta=\(-*[0-9]*\) mapped=\([0-9]*\) charged=\([01]\) .*/\1\/\2\/\3/p' \
		"$tmp/$1.trace" | tr '\n' ' ' | sed 's/ $//'
}

M=1048576

mapping() {
	verbs map uvm-init , managed 8M , munmap last 2M 4M , munmap last
	check "managed memory is mapped" grep -q '^managed ret=0' $tmp/map.out
	same "counted, and given back in three parts" \
		"$((8 * M))/$((8 * M))/0 -$((4 * M))/$((4 * M))/0 -$((2 * M))/$((2 * M))/0 -$((2 * M))/0/0" \
		"$(decided map)"
	verbs exit uvm-init , managed 4M
	same "given back on exit" "$((4 * M))/$((4 * M))/0 -$((4 * M))/0/0" "$(decided exit)"
	verbs move uvm-init , managed 4M , mremap 4M
	check "a mapping is moved" grep -q '^mremap ret=0' $tmp/move.out
	same "which the driver gives up" "$((4 * M))/$((4 * M))/0 -$((4 * M))/0/0" "$(decided move)"
	verbs copy uvm-init , managed 4M , dofork , fork-wait , pageable , exit
	check "a mapping is copied" grep -q '^dofork ret=0' $tmp/copy.out
	same "which counts once" "$((4 * M))/$((4 * M))/0 -$((4 * M))/0/0" "$(decided copy)"
	verbs pool uvm-init , pool 2M
	check "a pool of semaphores is mapped" grep -q '^pool ret=0 errno=0 status=0x0' $tmp/pool.out
	same "and is no managed memory" "" "$(decided pool)"
	verbs shared uvm-init 2 , managed 4M
	same "in a shared space it is kept until the close" \
		"$((4 * M))/$((4 * M))/0 -$((4 * M))/$((4 * M))/0 -$((4 * M))/0/0" "$(decided shared)"
	verbs clean uvm-init 2 , uvm-clean-up
	check "zombies are cleaned up" grep -q '^uvm-clean-up ret=0 errno=0 status=0x0' $tmp/clean.out
}

# The driver knows no such GPU: charged before it is asked, given back after.
registering() {
	verbs vaspace open gpu0 , uvm-init , managed 4M , uvm-vaspace
	check "an address space is refused by the driver" \
		grep -q '^uvm-vaspace ret=0 errno=0 status=0x[1-9]' $tmp/vaspace.out
	same "its memory was charged before" "$((4 * M)) -$((4 * M))" \
		"$(sed -n 's/^gpuward_charge: .*delta=\(-*[0-9]*\) .*/\1/p' $tmp/vaspace.trace |
			tr '\n' ' ' | sed 's/ $//')"
	verbs over open gpu0 , uvm-init , managed 81G , uvm-vaspace
	check "more than the quota is refused by us" \
		grep -q '^uvm-vaspace ret=0 errno=0 status=0x51' $tmp/over.out
}

hmm() {
	verbs hmm uvm-init , pageable
	check "the GPU takes mapped memory only" grep -q '^pageable .*access=0' $tmp/hmm.out
	verbs again uvm-init , uvm-init
	check "asked for again" sh -c "grep -c '^uvm-init .*status=0x\(0\|40\) ' $tmp/again.out | grep -q 2"
	nvclient uvm-init , pageable >$tmp/host.out
	echo "# the host: $(grep pageable $tmp/host.out)"
}

must "driver loads" driver_up 2
must "fakeopen loads" insmod /nv/fakeopen.ko
must "gpuward loads" gpuward_up
must "GPUs are declared" declare_gpus
must "the VM is bound" add_vm alice
echo 1 >$trace/events/gpuward/enable
mapping
registering
hmm
echo 0 >$trace/events/gpuward/enable
check "gpuward unloads" rmmod gpuward
check "driver unloads" driver_down
done_testing
