#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: a dma-buf and fabric addresses keep memory as a handle does; the page of class 0xde and the
# 32-bit entry; what cannot be written back is there all the same. In both layouts of the dma-buf request.
# vm: -T multi -t 200
set -u
. ./lib_nvsim.sh

# holders SHAPE PATTERN: the pattern is of what the page shows
holders() {
	nvsim_up "$1" gpus=1 mem=1024 || return
	out=$(nvclient context , alloc 4M , dmabuf last 4M , free last , sleep 1 , dmabuf-close)
	check "$1: a dma-buf of the memory" expect "$out" 'dmabuf ret=0 errno=0 status=0x0'
	rm -f a.out
	nvclient context , alloc 4M , dmabuf last 4M , free all , hold >a.out &
	a=$!
	wait_for 'free ret' a.out
	check "$1: it keeps the memory" test "$(book 0 used)" = 4194304
	check "$1: and the GPU" test "$(book 0 open)" = 2
	kill "$a"
	wait "$a" 2>/dev/null
	check "$1: and lets it go at the end" wait_until balanced 0
	out=$(nvclient context , alloc 4M , dmabuf last 8M , dmabuf 0x1234 4M , dmabuf last 4097)
	check "$1: not more than there is" expect "$out" 'dmabuf ret=0 errno=0 status=0x1f'
	check "$1: not what is not there" expect "$out" 'dmabuf ret=0 errno=0 status=0x57'
	rm -f a.out
	nvclient context , alloc 4M , fabric last 4M , free 0x5c000006 , hold >a.out &
	a=$!
	wait_for 'free ret' a.out
	check "$1: fabric addresses" has 'fabric ret=0 errno=0 status=0x0' a.out
	check "$1: keep the memory" test "$(book 0 used)" = 4194304
	kill "$a"
	wait "$a" 2>/dev/null
	check "$1: and let it go" wait_until balanced 0
	out=$(nvclient context , alloc 4M , page)
	check "$1: the page shows what is free" expect "$out" "$2"
	nvsim_down
}

holders 535 'page ret=0 errno=0 status=0x0 total=0 free=0'
holders 550 "page ret=0 errno=0 status=0x0 total=1073741824 free=$((1020 << 20))"
holders 580 "page ret=0 errno=0 status=0x0 total=1073741824 free=$((1020 << 20))"

# lost HOW: memory that came with an error
lost() {
	rm -f a.out
	nvclient context , "$@" , hold >a.out &
	a=$!
	wait_for 'writeback ret' a.out
	sed -n 's/^writeback/# writeback/p' a.out
	used=$(book 0 used)
	kill "$a"
	wait "$a" 2>/dev/null
	[ "$used" -gt 65536 ]
}

nvsim_up 550 gpus=1 mem=1024
out=$(nvclient compat on , context , alloc 4M , bits 0x40005a00 , alloc 4M , heaprange 4M , free all)
check "the 32-bit entry, other type and direction" expect "$out" 'free ret=0 errno=0 status=0x0 count=3'
# Long enough between fetch and answer that the page goes away there.
echo 100 >/sys/module/nvidia/parameters/alloc_us
check "a page of parameters that turns read-only" lost writeback 3000 64K protect
check "or goes away" lost writeback 3000 64K unmap
check "the outer struct in it" lost writeback 3000 64K unmap outer
echo 0 >/sys/module/nvidia/parameters/alloc_us
out=$(nvclient context , threads 4 2M churn , clients 3 2M)
check "threads take all there is" expect "$out" 'threads ret=0 .* full=4 '
check "clients find nothing more" expect "$out" 'clients ret=0 .* made=3 total=0'
out=$(nvclient open ctl , forks 3 2M)
check "processes take all there is" expect "$out" 'forks ret=0 .* made=3 total=1073741824'
check "the books balance after it" wait_until balanced 0
check "unloads" nvsim_down
finish
