#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Managed memory: charged while it is mapped and a GPU could hold it, in full on each GPU of the
# placement, and given back with the mapping, however that ends.
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh

M=1048576

# used VM [GPU]: bytes charged, by the module's own dump
used() {
	awk -v vm="\"$1\"" -v gpu="${2:-0}" '
		$1 == "vm" { here = index($0, vm) > 0 }
		here && $1 == "account" && $3 == gpu { print $5 }' /sys/kernel/debug/gpuward/vms
}

used_is() {
	[ "$(used "$1" "${3:-0}")" = "$2" ]
}

# charged NAME MIB [GPU]: of a's accelerator
charged() {
	is "$1" "$(used a "${3:-0}")" "$(($2 * M))"
}

fine() {
	fine_name=$1
	shift
	like "$fine_name" "$(ask "$@")" "$2 ret=0 errno=0 status=0x0*"
}

counts() {
	client p a
	fine "a range without a GPU" p uvm-init
	fine "is mapped" p managed 3M
	check "and waits for one" used_is a ''
	fine "a context" p context
	charged "holds nothing of it" 0
	fine "its address space registered" p uvm-register
	charged "charges what waited" 3
	fine "another range" p managed 16M
	charged "is charged at once" 19
	fine "a move to the GPU" p migrate last 16M
	charged "is charged already" 19
	fine "its middle unmapped" p munmap last 4M 4M
	charged "gives that part back" 15
	fine "the rest unmapped" p munmap last 0 16M
	charged "gives the rest back" 3
	fine "a range" p managed 8M
	fine "that is moved" p mremap 8M
	charged "is the driver's no more" 3
	fine "a pool of semaphores" p pool 2M
	charged "is no managed memory" 3
	like "nor is an external range" "$(ask p managed 0)" "managed ret=-1 errno=22*"
	charged "nothing is nothing" 3
}

copies() {
	fine "a range for children" p managed 8M
	# Newer kernels copy no such mapping to a child (EINVAL), whoever asks.
	matches "$(ask p dofork)" "dofork ret=-1 errno=22*" ||
		fine "is copied" p dofork
	charged "is charged" 11
	ask p fork-wait >/dev/null
	charged "once" 11
	fine "the child's end" p pageable
	tell p exit
	check "the parent's" wait_for 10 gone "$p"
	check "all is given back" used_is a ''
}

quota() {
	client p a
	ask p context >/dev/null
	ask p uvm-init >/dev/null
	ask p uvm-register >/dev/null
	fine "up to the quota" p managed 16G
	charged "is granted" 16384
	like "one page more" "$(ask p managed 4K)" "managed ret=-1 errno=12 status=0x0*"
	charged "is refused" 16384
	like "RM memory, too" "$(ask p alloc 64K)" "alloc ret=0 errno=0 status=0x51*"
	fine "a part unmapped" p munmap last 0 1G
	fine "there is room again" p managed 1M
	end "$p"
	client p a
	fine "a range beyond the quota" p uvm-init
	fine "is mapped while there is no GPU" p managed 20G
	fine "a context" p context
	like "its address space" "$(ask p uvm-register)" "uvm-register ret=0 errno=0 status=0x51*"
	charged "is refused" 0
	fine "unmapped" p munmap last
	fine "it is not" p uvm-register
	end "$p"
}

keeps() {
	client p a
	ask p context >/dev/null
	ask p uvm-init >/dev/null
	ask p uvm-register >/dev/null
	fine "a range" p managed 8M
	child=$(ask p fork-hold)
	child=${child#*child=}
	child=${child%% *}
	check "the parent ends" wait_for 10 gone "$p"
	charged "a child has the file that keeps its memory" 8
	kill -9 "$child"
	check "until it ends, too" wait_for 10 used_is a ''

	client p a
	ask p context >/dev/null
	ask p uvm-init 2 >/dev/null
	ask p uvm-register >/dev/null
	fine "a range in a shared space" p managed 8M
	child=$(ask p fork-hold)
	child=${child#*child=}
	child=${child%% *}
	check "its process ends" wait_for 10 gone "$p"
	charged "the driver keeps it" 8
	kill -9 "$child"
	check "until the file is closed" wait_for 10 used_is a ''
}

cleans_up() {
	client p a
	ask p context >/dev/null
	ask p uvm-init 2 >/dev/null
	ask p uvm-register >/dev/null
	fine "a range in a shared space" p managed 8M
	client q a
	tell q recvfd "$work/socket" uvm
	fine "the file sent" p sendfd "$work/socket" uvm
	like "and received" "$(reply q)" "recvfd ret=0 errno=0 status=0x0*"
	end "$p"
	charged "its process killed, the driver keeps it" 8
	fine "until it is cleaned up" q uvm-clean-up
	charged "by the other process" 0
	end "$q"
}

hmm() {
	client p a
	ask p uvm-init >/dev/null
	like "the GPU takes mapped memory only" "$(ask p pageable)" "pageable ret=0 errno=0 status=0x0 access=0*"
	# 0x40 is UVM_MM_INITIALIZE's, which can be done once; other flags than before would be 0x1f.
	like "asked for again" "$(ask p uvm-init)" "uvm-init ret=0 errno=0 status=0x40*"
	end "$p"
	client p -
	ask p uvm-init >/dev/null
	like "the host's programs are not told so" "$(ask p pageable)" "pageable ret=0 errno=0 status=0x0 access=1*"
	end "$p"
}

# refusals: how many, by the host's count
refusals() {
	status nr_refused
}

policies() {
	must gpuwardctl vm set a --managed deny
	client p a
	ask p context >/dev/null
	ask p uvm-init >/dev/null
	ask p uvm-register >/dev/null
	was=$(refusals)
	like "denied: managed memory" "$(ask p managed 4M)" "managed ret=-1 errno=1 *"
	is "is refused, and told" "$(refusals)" $((was + 1))
	fine "a pool of semaphores is not" p pool 2M
	charged "nothing is charged" 0
	must gpuwardctl setting set enforce=permissive
	fine "in permissive mode it is let pass" p managed 4M
	charged "and counted" 4
	must gpuwardctl setting set enforce=on
	end "$p"
	must gpuwardctl vm set a --managed ignore
	client p a
	ask p context >/dev/null
	ask p uvm-init >/dev/null
	ask p uvm-register >/dev/null
	fine "ignored: more than the quota" p managed 20G
	charged "is not charged" 0
	must gpuwardctl vm set a --managed count
	fine "to a program that was there before" p managed 4M
	charged "nothing changes" 0
	like "nor was HMM declined" "$(ask p pageable)" "pageable ret=0 errno=0 status=0x0 access=1*"
	end "$p"
}

pairs() {
	client p b
	ask p context >/dev/null
	ask p uvm-init >/dev/null
	ask p uvm-register >/dev/null
	fine "on two GPUs" p managed 16G
	is "each could hold all of it" "$(used b 0) $(used b 1)" "$((16384 * M)) $((16384 * M))"
	like "both have a quota" "$(ask p managed 4K)" "managed ret=-1 errno=12 *"
	fine "and both" p munmap last 0 16G
	is "get it back" "$(used b 0) $(used b 1)" "0 0"
	end "$p"
}

for shape in 535 550; do
	prefix="$shape: "
	setup "$shape" gpus=2 mem=40960
	must gpuwardctl setting set orphan_ms=0
	must vm a small.16gb
	must model pair.32gb 32 2
	must vm b pair.32gb
	counts
	copies
	quota
	keeps
	cleans_up
	hmm
	policies
	pairs
	teardown
done
finish
