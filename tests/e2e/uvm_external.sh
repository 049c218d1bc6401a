#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# External mappings: nvidia-uvm holds RM memory by handles of its own, so its charge stays when the
# program's handle is freed, until the last piece of the last mapping goes.
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh

M=1048576

used() {
	awk -v vm="\"$1\"" -v gpu="${2:-0}" '
		$1 == "vm" { here = index($0, vm) > 0 }
		here && $1 == "account" && $3 == gpu { print $5 }' /sys/kernel/debug/gpuward/vms
}

used_is() {
	[ "$(used "$1")" = "$2" ]
}

# both NAME MIB: charged and taken are the same
both() {
	is "$1" "$(used a) $(book 0 used)" "$(($2 * M)) $(($2 * M))"
}

fine() {
	fine_name=$1
	shift
	like "$fine_name" "$(ask "$@")" "$2 ret=0 errno=0 status=0x0*"
}

# started NAME VM: a program with a context and a VA space
started() {
	client "$1" "$2"
	ask "$1" context >/dev/null
	ask "$1" uvm-init >/dev/null
	ask "$1" uvm-register >/dev/null
}

holds() {
	started p a
	ask p alloc 8M >/dev/null
	both "an allocation is charged" 8
	fine "a mapping of it" p ext-map last 8M
	both "takes nothing" 8
	fine "its handle freed" p free last
	both "the mapping keeps it" 8
	fine "a part unmapped" p ext-unmap last 2M 4M
	both "the rest keeps it" 8
	fine "another part" p ext-unmap last 0 2M
	both "the last part keeps it" 8
	fine "the last part" p ext-unmap last 6M 2M
	both "gives it back" 0

	ask p alloc 4M >/dev/null
	fine "mapped and unmapped again" p ext-map last 4M
	fine "while its handle lives" p ext-unmap
	both "it stays charged" 4
	fine "mapped again" p ext-map last 4M
	fine "its handle freed" p free last
	fine "the range freed" p ext-free
	both "gives it back" 0

	ask p alloc 4M >/dev/null
	handle=$(ask p alloc 2M)
	handle=${handle#*handle=}
	handle=${handle%% *}
	ask p ext-map last 2M >/dev/null
	ask p ext-map last 2M >/dev/null
	fine "the handle of what is mapped twice" p free "$handle"
	both "freed: both mappings keep it" 6
	fine "one of them gone" p ext-free
	both "the other keeps it" 6
	fine "all handles freed" p free all
	both "it alone is left" 2
	end "$p"
	check "which ends with the file" used_is a ''
	check "in the driver, too" wait_for 5 is_balanced
}

guards() {
	started p a
	fine "memory of one VM" p alloc 4M
	handle=${answer#*handle=}
	handle=${handle%% *}
	client_of_p=$(ask p client)
	client_of_p=${client_of_p#*handle=}
	started q b
	ask q alloc 2M >/dev/null
	like "is not another's to map" "$(ask q ext-map "$handle" 4M 0xc1d00001)" \
		"ext-map ret=0 errno=0 status=0x[1-9a-f]*"
	like "nor by its true client" "$(ask q ext-map "$handle" 4M "$client_of_p")" \
		"ext-map ret=0 errno=0 status=0x[1-9a-f]*"
	like "nor is memory that does not exist" "$(ask q ext-map 0x12345 4M)" \
		"ext-map ret=0 errno=0 status=0x[1-9a-f]*"
	fine "its own is" q ext-map last 2M
	fine "a pool of semaphores" p pool 2M
	is "no mapping was charged twice" "$(used a) $(used b)" "$((4 * M)) $((2 * M))"
	end "$p" "$q"
}

# Killed at any moment, nothing is left.
killed() {
	for ms in 1 5 20 60; do
		spawn k a nvclient context , uvm-init , uvm-register , alloc 4M , ext-map last 4M , \
			free last , managed 8M , migrate , alloc 4M , ext-map last 4M , ext-unmap , hold
		usleep $((ms * 1000))
		end "$k"
	done
	check "killed at any moment" wait_for 10 used_is a ''
	check "nothing is left in the driver" wait_for 10 is_balanced
}

for shape in 535 550 610; do
	prefix="$shape: "
	setup "$shape" gpus=2 mem=40960
	must vm a small.16gb
	must vm b small.16gb
	holds
	guards
	killed
	teardown
done
finish
