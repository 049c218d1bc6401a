#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: each variant has its release's names, devices, version and ways of opening.
set -u
. ./lib_nvsim.sh

# Reading all of kallsyms is slow: once per variant.
read_symbols() {
	grep '\[nvidia\]$' /proc/kallsyms >symbols.out
}

symbol() {
	grep -q " $1	" symbols.out
}

no_symbol() {
	! symbol "$1"
}

has_cdev() {
	grep -q "^195 $1\$" /proc/devices
}

works() {
	out=$(nvclient context , alloc 1M , free all)
	expect "$out" 'free ret=0 errno=0 status=0x0 count=1'
}

# milliseconds that a command takes
ms() {
	t0=$(cut -d' ' -f1 /proc/uptime)
	"$@" >/dev/null 2>&1
	t1=$(cut -d' ' -f1 /proc/uptime)
	echo "$t0 $t1" | awk '{ printf "%d", ($2 - $1) * 1000 }'
}

slow_start() {
	echo "$1" >/sys/module/nvidia/parameters/open_ms
}

# Another node's open, measured while the first GPU is being initialised.
open_during_start() {
	slow_start 1500
	nvclient open gpu0 >/dev/null &
	sleep 0.4
	t=$(ms nvclient open ctl)
	wait $!
	slow_start 0
}

# Does open(O_NONBLOCK) come back while the GPU is being initialised?
returns_early() {
	slow_start 1500
	rm -f early.out
	nvclient --nonblock open gpu1 >early.out &
	sleep 0.7
	early=$(cat early.out)
	wait $!
	slow_start 0
	[ -n "$early" ]
}

returns_late() {
	! returns_early
}

busy() {
	! "$@" 2>/dev/null
}

for variant in 535 550 580 610 999; do
	case $variant in
	535) version=535.261.03 ;;
	550) version=550.163.01 ;;
	580) version=580.142 ;;
	610) version=610.43.02 ;;
	999) version=999.1 ;;
	esac
	check "$variant loads" nvsim_up "$variant" gpus=2
	check "$variant: module version" test "$(cat /sys/module/nvidia/version)" = "$version"
	check "$variant: uvm's version" test "$(cat /sys/module/nvidia_uvm/version)" = "$version"
	check "$variant: /proc/driver/nvidia/version" \
		grep -q "^NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  $version  Release Build" \
		/proc/driver/nvidia/version
	check "$variant: a context" works
	case $variant in
	580 | 610 | 999)
		check "$variant: unloads" nvsim_down
		continue
		;;
	esac
	read_symbols
	if [ $variant = 535 ]; then
		check "$variant: one cdev" has_cdev nvidia-frontend
		for f in open close unlocked_ioctl compat_ioctl mmap poll; do
			check "$variant: nvidia_frontend_$f" symbol nvidia_frontend_$f
		done
		open_during_start
		check "$variant: an open blocks every other open" test "$t" -gt 600
	else
		check "$variant: cdev for the GPUs" has_cdev nvidia
		check "$variant: cdev for nvidiactl" has_cdev nvidiactl
		check "$variant: no frontend" no_symbol nvidia_frontend_open
		open_during_start
		check "$variant: nvidiactl opens meanwhile" test "$t" -lt 600
	fi
	for f in open close unlocked_ioctl mmap poll; do
		check "$variant: nvidia_$f" symbol nvidia_$f
	done
	if [ $variant = 535 ]; then
		check "$variant: O_NONBLOCK waits for the adapter" returns_late
	else
		check "$variant: O_NONBLOCK defers the adapter" returns_early
		out=$(nvclient --nonblock open ctl , open gpu1 , wait-open gpu1)
		check "$variant: and WAIT_OPEN_COMPLETE tells" expect "$out" 'wait-open ret=0 errno=0 status=0x0 rc=0'
	fi
	nvclient open ctl , hold >hold.out &
	wait_for open hold.out
	check "$variant: rmmod is refused while uvm is there" busy rmmod nvidia
	rmmod nvidia_uvm
	check "$variant: rmmod is refused while a file is open" busy rmmod nvidia
	kill $!
	wait $! 2>/dev/null
	wait_until rmmod nvidia 2>/dev/null
	check "$variant: unloads" test ! -d /sys/module/nvidia
done

check "missing loads" nvsim_up missing
read_symbols
check "missing: lacks one function" no_symbol nvidia_unlocked_ioctl
check "missing: works all the same" works
check "missing: unloads" nvsim_down

nvsim_up 550 gpus=2 version=551.00 open_fail=2
out=$(nvclient open ctl , cards , open gpu1 , open gpu0)
check "version= changes the answer" expect "$out" 'version=551.0.00'
check "open_fail= makes a GPU fail" expect "$out" 'open ret=-1 errno=5 status=0x0 node=gpu1'
check "and only that one" expect "$out" 'open ret=[0-9]* errno=0 status=0x0 node=gpu0'
check "unloads" nvsim_down
finish
