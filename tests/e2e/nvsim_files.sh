#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: who may name what. Clients belong to files, devices need the GPU's file in the caller's own
# table, memory lives as long as its last holder.
# vm: -T multi
set -u
. ./lib_nvsim.sh

nvsim_up 550 gpus=2 mem=1024

# A program driven line by line: start NAME, line NAME TEXT, stop NAME.
start() {
	mkfifo "$1.in"
	: >"$1.out"
	nvclient - <"$1.in" >"$1.out" 2>&1 5>&- 6>&- &
	eval "$1=$!"
	case $1 in
	a) exec 5>a.in ;;
	b) exec 6>b.in ;;
	esac
}

lines() {
	wc -l <"$1.out"
}

answered() {
	[ "$(lines "$1")" -gt "$2" ]
}

line() {
	before=$(lines "$1")
	case $1 in
	a) echo "$2" >&5 ;;
	b) echo "$2" >&6 ;;
	esac
	wait_until answered "$1" "$before"
	tail -n 1 "$1.out"
}

stop() {
	case $1 in
	a) exec 5>&- ;;
	b) exec 6>&- ;;
	esac
	eval "wait \$$1" 2>/dev/null
	rm -f "$1.in" "$1.out"
}

used() {
	[ "$(book 0 used)" = "$1" ]
}

# Devices: nobody has the GPU open; another has; the caller has; the caller got it by SCM_RIGHTS.
out=$(nvclient client , device 0)
check "no device of a GPU that nobody opened" expect "$out" 'device ret=0 errno=0 status=0x40'
start a
line a 'open ctl' >/dev/null
line a 'open gpu0' >/dev/null
out=$(nvclient client , device 0)
check "no device without the file in the own table" expect "$out" 'device ret=0 errno=0 status=0x1b'
start b
line b client >/dev/null
line a 'device 0' >/dev/null
(sleep 0.2; echo 'sendfd /tmp/s gpu0' >&5) &
out=$(line b 'recvfd /tmp/s gpu0')
check "a file can be passed" expect "$out" 'recvfd ret=0 errno=0'
out=$(line b 'device 0')
check "a passed file gives access to the device" expect "$out" 'device ret=0 errno=0 status=0x0'
stop b
stop a

# Memory: duplicates, sharing, export, import.
out=$(nvclient context , alloc 4M , dup self last , meminfo , free last , free all)
check "a duplicate takes no memory" expect "$out" "meminfo .* free=$((1020 * 1048576)) "
start a
for v in context 'alloc 4M'; do
	line a "$v" >/dev/null
done
memory=$(sed -n 's/^alloc .*handle=\(0x[0-9a-f]*\) .*/\1/p' a.out)
client=$(sed -n 's/^client .*handle=\(0x[0-9a-f]*\)$/\1/p' a.out)
start b
line b context >/dev/null
out=$(line b "dup $client $memory")
check "another process may not duplicate" expect "$out" 'dup ret=0 errno=0 status=0x1b'
line a "share $memory" >/dev/null
out=$(line b "dup $client $memory")
check "until the owner shares" expect "$out" 'dup ret=0 errno=0 status=0x0'
line a "free $memory" >/dev/null
check "the duplicate keeps the memory" used 4194304
line b 'free last' >/dev/null
check "its end gives it back" used 0
line a 'alloc 8M' >/dev/null
out=$(line a 'export last')
check "memory is parked on a file" expect "$out" 'export ret=0 errno=0 status=0x0'
line a 'free last' >/dev/null
check "the parked memory outlives its handle" used 8388608
(sleep 0.2; echo 'sendfd /tmp/s received' >&5) &
line b 'recvfd /tmp/s' >/dev/null
out=$(line b import)
check "and is taken by who gets the file" expect "$out" 'import ret=0 errno=0 status=0x0'
stop a
check "its maker's death does not end it" used 8388608
line b 'free last' >/dev/null
check "nor the free of the import: the file holds it" used 8388608
line b 'close received' >/dev/null
check "the file's close does" used 0
stop b

# Clients live as long as their file, and a linked file keeps it.
start a
for v in 'open ctl' 'open gpu0' client 'device 0' 'alloc 2M'; do
	line a "$v" >/dev/null
done
line a 'close ctl' >/dev/null
check "a linked GPU file keeps the control file's clients" used 2097152
line a 'close gpu0' >/dev/null
check "the last link's close frees them" balanced 0
stop a

# The GPU's last file ends what clients have on it, though the client's own file lives.
start a
for v in 'open ctl' 'open gpu0' client 'device 0' 'alloc 2M'; do
	line a "$v" >/dev/null
done
line a 'close gpu0' >/dev/null
check "the GPU's last close takes the memory with it" balanced 0
out=$(line a 'alloc 2M')
check "and the device" expect "$out" 'alloc ret=0 errno=0 status=0x57'
stop a

# What is the administrator's.
out=$(su user -c 'nvclient context , object 0xc2 device , alloc 64K , alloc02 0x40')
check "the window over all memory is refused to users" expect "$out" 'object ret=0 errno=0 status=0x1b class=0xc2'
check "an allocation is not" expect "$out" 'alloc ret=0 errno=0 status=0x0'

# Fork and exec keep files.
nvclient context , alloc 2M , exec-hold >exec.out &
wait_for READY exec.out
check "exec keeps the memory" used 2097152
kill $!
wait $! 2>/dev/null
check "and the new program's death frees it" balanced 0
check "both GPUs are empty" balanced 1
check "unloads" nvsim_down
finish
