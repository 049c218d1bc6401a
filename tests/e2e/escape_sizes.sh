#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by sizes: what is rounded up, what wraps, what is nothing, what is everything.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

page_4k=0x800000
page_huge=0x1800000
huge_512m=0x200000
huge_256g=0x300000

# impossible VERB "VERB ARGUMENT..."...: none is granted, and none costs anything
impossible() {
	impossible_verb=$1
	shift
	for impossible_one in "$@"; do
		trick "$impossible_one costs nothing" "$impossible_one" "expect 0"
		check "$impossible_one is not granted" denied "$impossible_verb"
	done
}

rounding() {
	trick "allocations of one byte, each rounded up to 64 KiB" "retry 300 1"
	trick "pages of 4 KiB, of which the driver takes 64 KiB each" "alloc 4K 300 $page_4k"
	trick "64 KiB and one byte" "alloc 65537 200"
	trick "2 MiB and one byte, rounded up to 4 MiB" "retry 100 2097153"
	trick "three single bytes in pages of 512 MiB" "allocas 0x5e000001 1 0x5c000001 $page_huge $huge_512m" \
		"allocas 0x5e000002 1 0x5c000001 $page_huge $huge_512m" "expect 1G" \
		"allocas 0x5e000003 1 0x5c000001 $page_huge $huge_512m"
	trick "a byte in a page of 256 GiB" "allocas 0x5e000001 1 0x5c000001 $page_huge $huge_256g" "expect 0"
	check "is out of memory" denied allocas 0x51
}

brims() {
	trick "the quota and one byte" "alloc $((quota + 1))" "expect 0"
	check "is out of memory" denied alloc 0x51
	trick "the quota, then one byte" "alloc $quota" "expect $quota" "heapalloc 1" "expect $quota"
	check "is out of memory by the heap, too" denied heapalloc 0x51
	trick "one byte 20,000 times" "retry 20000 1" "expect $quota"
}

sizes() {
	quota_setup 550
	brims
	rounding
	impossible alloc "alloc 0" "alloc 0xffffffffffffffff" "alloc 0xffffffffffff0000" "alloc 0xffffffffffe00001" \
		"alloc 0x8000000000000000"
	impossible heapalloc "heapalloc 0" "heapalloc 0xffffffffffffffff" "heapalloc 0xffffffffffe00001"
	impossible heaprange "heaprange 0" "heaprange 0xffffffffffffffff" "heaprange $((quota + 1))"
	impossible heappitch "heappitch 0x10000 0" "heappitch 0x10000 0x4001" "heappitch 0x10000 0x10000" \
		"heappitch 0x7fffffff 0x80000001" "heappitch 0xffffffff 1" "heappitch 0xffffffff 0xffffffff" \
		"heappitch 0x80000000 0x80000000"
	teardown
}

# The shapes differ in the parameters of a memory class alone.
old_shape() {
	quota_setup 535
	brims
	impossible alloc "alloc 0" "alloc 0xffffffffffffffff"
	teardown
}

sizes
old_shape
finish
