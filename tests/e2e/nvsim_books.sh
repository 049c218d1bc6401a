#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: its books balance whatever way a program ends, and they see two programs at once.
# vm: -T multi
set -u
. ./lib_nvsim.sh

nvsim_up 550 gpus=2 mem=1024

out=$(nvclient context , alloc 64M , alloc 4K , meminfo , pids , free all)
check "a context allocates and frees" expect "$out" 'alloc ret=0 errno=0 status=0x0 .*size=67108864'
check "4 KiB become 64 KiB" expect "$out" 'alloc ret=0 errno=0 status=0x0 .*size=65536'
check "free memory is told" expect "$out" "meminfo .*free=$((1024 * 1048576 - 67108864 - 65536)) "
check "the process list has it" expect "$out" 'pid gpu=0 pid=[0-9]* result=0x0 private=67174400'
check "all is given back at exit" balanced 0

nvclient train 128M >train.out &
pid=$!
wait_for READY train.out
check "a holder shows in the books" test "$(book 0 used)" = 134217728
kill -9 $pid
wait $pid 2>/dev/null
check "kill -9 gives everything back" balanced 0

nvclient context , alloc 8M 4 , crash >/dev/null 2>&1
check "SIGSEGV gives everything back" balanced 0

nvclient context , alloc 8M , fork-hold >fork.out &
wait_for fork-hold fork.out
child=$(sed -n 's/.*child=//p' fork.out)
check "a forked child keeps the memory" test "$(book 0 used)" = 8388608
kill -9 "$child"
wait_until balanced 0
check "and its death gives it back" balanced 0

echo 1 >$books/reset
nvclient train 16M >a.out &
a=$!
nvclient train 16M >b.out &
b=$!
wait_for READY a.out
wait_for READY b.out
check "two programs at once are counted" test "$(book 0 max_channel_procs)" = 2
kill $a $b
wait $a $b 2>/dev/null
check "monitors never take a channel" monitors
check "books are empty at the end" balanced 0

out=$(nvclient context , alloc 2G , alloc 1G , alloc 64K)
check "beyond the memory: 0x51 and ret 0" expect "$out" 'alloc ret=0 errno=0 status=0x51'
check "the exact size fits" expect "$out" 'alloc ret=0 errno=0 status=0x0 .*size=1073741824'
check "the driver unloads clean" nvsim_down
finish
