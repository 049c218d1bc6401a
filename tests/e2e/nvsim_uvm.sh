#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: UVM's own reference on memory, both layouts, managed memory in the books.
set -u
. ./lib_nvsim.sh

used() {
	[ "$(book 0 used)" = "$1" ] || { echo "# used $(book 0 used), wanted $1"; return 1; }
}

start() {
	rm -f a.in a.out
	mkfifo a.in
	: >a.out
	nvclient - <a.in >a.out 2>&1 &
	a=$!
	exec 5>a.in
}

# The program's own status says that a verb was refused, as one was meant to be.
stop() {
	exec 5>&-
	wait $a
	return 0
}

# said VERB LINES: the verb's own line is the last of more than so many
said() {
	[ "$(wc -l <a.out)" -gt "$2" ] && tail -n 1 a.out | grep -q "^$1 "
}

# line VERB...: says it and wants it to succeed
line() {
	before=$(wc -l <a.out)
	echo "$*" >&5
	wait_until said "$1" "$before" || return 1
	tail -n 1 a.out
}

fine() {
	expect "$(line "$@")" "^$1 ret=[0-9]* errno=0 status=0x0"
}

answers() {
	want=$1
	shift
	expect "$(line "$@")" "$want"
}

for variant in 535 550 610; do
	p="$variant:"
	nvsim_up "$variant" gpus=1 mem=256
	start
	check "$p context" fine context
	check "$p VA space" fine uvm-init
	check "$p GPU, address space and channel" fine uvm-register
	line alloc 8M >/dev/null
	check "$p external mapping" fine ext-map last 8M
	check "$p free of the handle" fine free last
	check "$p the mapping keeps the memory" used 8388608
	check "$p half of it unmapped" fine ext-unmap last 0 4M
	check "$p still keeps it" used 8388608
	check "$p free of the range" fine ext-free
	check "$p gives it back" used 0

	line alloc 4M >/dev/null
	check "$p mapped, unmapped, freed" fine ext-map last 4M
	check "$p " fine ext-unmap
	check "$p " fine free last
	check "$p nothing is left" used 0

	check "$p managed memory" fine managed 16M
	check "$p takes nothing until it moves" used 0
	check "$p move to the GPU" fine migrate
	check "$p takes what it needs" used 16777216
	check "$p unmap of its middle" fine munmap last 4M 4M
	check "$p gives that part back" used 12582912
	check "$p unmap of the rest" fine munmap last 0 16M
	check "$p gives all back" used 0
	line managed 8M >/dev/null
	line migrate >/dev/null
	check "$p a moved mapping" fine mremap 8M
	check "$p loses its range" used 0
	line managed 512M >/dev/null
	check "$p more than there is: 0x51" answers 'migrate ret=0 errno=0 status=0x51' migrate
	stop
	check "$p the close of everything balances" balanced 0
	check "$p unloads" nvsim_down
done

# The mapped memory of another process, by guessed handles.
nvsim_up 550 gpus=1 mem=256
start
line context >/dev/null
line alloc 2M >/dev/null
memory=$(sed -n 's/^alloc .*handle=\(0x[0-9a-f]*\) .*/\1/p' a.out)
client=$(sed -n 's/^client .*handle=\(0x[0-9a-f]*\)$/\1/p' a.out)
out=$(nvclient context , uvm-init , uvm-register , ext-map "$memory" 2M "$client")
check "another process's memory cannot be mapped" expect "$out" 'ext-map ret=0 errno=0 status=0x1b'
out=$(nvclient context , uvm-init , uvm-register , close gpu0 , close ctl , sleep 1)
stop
check "UVM's own hold on the GPU goes with its file" balanced 0
nvclient context , uvm-init , uvm-register , alloc 4M , ext-map last 4M , managed 8M , migrate , ready , hold >k.out &
wait_for READY k.out
check "all kinds at once" used 12582912
kill -9 $!
wait $! 2>/dev/null
wait_until balanced 0
check "kill -9 gives back all kinds" balanced 0
check "unloads" nvsim_down
finish
