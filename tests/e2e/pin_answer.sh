#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Answers to pinned requests: a tenant gets what the host gets, byte for byte, but where the driver fails to
# write an answer. There the memory is the tenant's, the call fails, and nothing is lost sight of.
# vm: -T multi
. ./lib.sh

# but_for TEXT: without the lines where they differ
but_for() {
	echo "$1" | grep -vE '^(read-only block|null) '
}

for shape in 550 535; do
	case $shape in
	535) bytes=120 ;;
	*) bytes=128 ;;
	esac
	prefix="$shape: "
	setup $shape gpus=1 mem=16384
	vm alice small.16gb
	host=$(./pin_answer $bytes 2>&1)
	tenant=$(in_cgroup alice ./pin_answer $bytes 2>&1)
	is "a tenant gets the host's answers" "$(but_for "$tenant")" "$(but_for "$host")"
	like "a block at the end of a page is not read beyond" "$tenant" "exact ret=0 errno=0 status=0x0 mine made=1"
	like "its answer comes back" "$tenant" "exact size=65536"
	like "the indirect form's, too" "$tenant" "indirect size=65536"
	like "the number that stands for an address cannot be guessed" "$tenant" \
		"no address ret=0 errno=0 status=0x1e mine made=0"
	like "the driver alone loses sight of what it cannot answer" "$host" \
		"read-only block ret=0 errno=0 status=0x1e mine made=1"
	like "a tenant's call fails, its status tells the truth" "$tenant" \
		"read-only block ret=-1 errno=14 status=0x0 mine made=1"
	like "memory without parameters is refused" "$tenant" "null ret=-1 errno=1 status=0x0 mine made=0"
	like "an outer struct that cannot be written" "$tenant" "read-only struct ret=-1 errno=14 * made=1"
	is "nothing is left in the driver" "$(book 0 used)" 0
	teardown
done
prefix=
finish
