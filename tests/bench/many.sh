#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest, in one run: 10 VMs of which all wait for GPUs, 1,000 of which 200 do, 10,000 of which 2,000 do:
# what a VM and a waiter cost in memory (10 are too few to see), what an open and an entry of a dump cost in time,
# as ratios. Prints; a result line says only that it could be measured.
# shellcheck source=tests/bench/lib.sh
. /tests/bench/lib.sh

nr_vms=${BENCH_VMS:-10000}
nr_waiters=${BENCH_WAITERS:-2000}
nr_some=1000
nr_few=200

# among VMS WAITERS: figures in $work/VMS
among() {
	/tests/bench/scale "$1" "$out/scale" || not_ok "$1 VMs"
	bench "$1" alice
	bench "$1" alice
	must gpuwardctl gpu drain 1
	check "$2 processes of $1 VMs that wait for GPUs" /tests/bench/waiting "$2" "$out/waiting"
	must gpuwardctl gpu resume 1
	cat "$out/scale" "$out/waiting" >>"$out/$1"
}

# row TEXT WHAT UNIT: the last over the first that is there
row() {
	echo "$(value 10 "$2") - $(value $nr_some "$2") $(value "$nr_vms" "$2")" | awk -v text="$1" -v unit="$3" \
		'{ few = $1; some = $(NF - 1); many = $NF
		   base = few == "-" ? some : few
		   printf "# %-42s %10s %11s %12s  %s %s\n", text, few, some, many,
			  base + 0 ? sprintf("%.2f", many / base) : "-", unit }'
}

table() {
	printf '# %-42s %10s %11s %12s  %s\n' "each" "10, 10" "$nr_some, $nr_few" "$nr_vms, $nr_waiters" ratio
	row "a VM with its binding: memory" memory B
	row "to make" make us
	row "in a dump of VMs" dump us
	row "a tenant's open and close of its GPU" open_close ns
	row "a tenant's allocation and free" alloc_free ns
	row "a tenant's control" control ns
	row "a waiter: memory beyond that of a process" waiter_memory B
	row "fork, open, until all are seen to wait" waiter_open us
	row "in a dump of jobs" waiter_dump us
	row "killed, until all are seen to be gone" waiter_end us
	row "to explain the last one, in all" waiter_explain us
}

driver 550 gpus=2 mem=24576 || exit 1
must insmod /modules/gpuward.ko
gpuwardctl gpu detect --apply >/dev/null
must vm alice small.16gb
among 10 10
among $nr_some $nr_few
among "$nr_vms" "$nr_waiters"
table
check "every count is back to zero" wait_for 60 is_quiet
clear
check "everything unloads" unload
finish
