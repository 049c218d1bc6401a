#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Asking NVIDIA's real driver for its books, as far as it goes without a GPU: its table of operations, a
# client of RM's own and its end, a device that is not there. Nothing may be left in the driver.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# The handle that RM gives the next client: it counts them.
next_client() {
	nvclient open ctl , client | sed -n 's/^client .*handle=\(0x[0-9a-f]*\).*/\1/p'
}

audits() {
	i=0
	while [ $i -lt "$1" ]; do
		gpuwardctl gpu audit >/dev/null || return 1
		i=$((i + 1))
	done
}

asked() {
	start alice hold nvclient open ctl , open gpu0 , client , hold
	holder=$pid
	check "a program of a VM has a client" until_true 10 grep -q "^client ret=0" $tmp/hold.out
	first=$(next_client)
	must "the driver is asked" gpuwardctl gpu audit
	second=$(next_client)
	check "RM made a client for that, and the counter's own" test $((second)) -gt $((first + 1))
	gpuwardctl gpu audit --json >$tmp/audit
	check "the program is in the list" grep -q '"vm": "alice"' $tmp/audit
	check "with nothing" grep -q '"driver_bytes": 0' $tmp/audit
	check "a hundred times" audits 100
	check "the driver complains of nothing" sh -c '! dmesg | grep NVRM | grep -i "error\|assert\|leak"'
	end $holder
}

must "driver loads" driver_up 2
must "fakeopen loads" insmod /nv/fakeopen.ko
must "gpuward loads" gpuward_up
must "GPUs are declared" declare_gpus
must "VM alice is bound" add_vm alice
check "status says that books are compared" sh -c 'gpuwardctl status | grep -q "^driver.s books  *compared"'
asked
must "fakeopen unloads" rmmod fakeopen
check "the driver unloads under gpuward" driver_down
check "then there is nobody to ask about" gpuwardctl gpu audit
check "gpuward unloads" rmmod gpuward
done_testing
