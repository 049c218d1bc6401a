#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The quota: what fits is had, what does not is answered as the driver does when it has none, and
# what is given back can be had again. Tools and the driver's books agree at each step.
# vm: -T multi
. ./lib.sh

MIB=1048576

# agrees NAME BYTES: what the accelerator, the job and the driver say is used
agrees() {
	is "$1: accelerator, job, driver" "$(accel alice memory_used_bytes) $(job "$a" memory_used_bytes) $(book 0 used)" \
		"$2 $2 $2"
}

full() {
	like "$1" "$2" "* ret=0 errno=0 status=0x51 *"
}

fits() {
	like "$1" "$2" "* ret=0 errno=0 status=0x0 *"
}

ways_in() {
	full "RM_ALLOC" "$(ask a alloc "$1")"
	full "heap control" "$(ask a heapalloc "$1")"
	full "heap control, pitch and height" "$(ask a heappitch 1M $(($1 / MIB)))"
	full "heap control, range" "$(ask a heaprange "$1")"
	ask a os21 on >/dev/null
	full "short RM_ALLOC" "$(ask a alloc "$1")"
	ask a os21 off >/dev/null
	ask a xfer on >/dev/null
	full "indirect form" "$(ask a alloc "$1")"
	ask a xfer off >/dev/null
}

quota() {
	setup "$1" gpus=1 mem=8192
	prefix="$1: "
	model one 1 1
	vm alice one
	client a alice
	fits "a context" "$(ask a context)"
	agrees "nothing is used" 0
	fits "600 MiB fit" "$(ask a alloc 600M)"
	agrees "600 MiB" $((600 * MIB))
	ways_in $((425 * MIB))
	full "more than a number can say" "$(ask a alloc 0xfffffffffffff000)"
	agrees "refusals cost nothing" $((600 * MIB))
	fits "the rest fits to the byte" "$(ask a alloc 424M)"
	agrees "all of it" $((1024 * MIB))
	full "64 KiB more do not" "$(ask a alloc 4K)"
	fits "one is freed" "$(ask a free last)"
	agrees "600 MiB again" $((600 * MIB))
	like "small ones are rounded up" "$(ask a alloc 4K 16)" "* status=0x0 *"
	agrees "sixteen times 64 KiB" $((601 * MIB))
	is "the most that was used" "$(accel alice memory_peak_bytes) $(job "$a" memory_peak_bytes)" \
		"$((1024 * MIB)) $((1024 * MIB))"
	fits "the client is freed" "$(ask a free root)"
	agrees "with all below" 0
	end "$a"
	check "nothing is left" wait_for 5 is_balanced
	teardown
}

quota 535
quota 550
finish
