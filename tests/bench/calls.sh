#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In the guest: the same calls without gpuward, and as host and tenant with it; then what
# "measure" measures. Prints a table; a result line says only that it was printed.
# shellcheck source=tests/bench/lib.sh
. /tests/bench/lib.sh

# objects_beside CASE CGROUP: allocate and free beside 10, 1,000 and 100,000 live allocations of the same program
objects_beside() {
	for objects_n in 10 1000 100000; do
		in_cgroup "$2" nvclient context, retry $objects_n 64K, bench "$calls" 2>&1 |
			sed -n 's/^bench ret=0 .*what=\(alloc_free\) ns=\([0-9]*\).*/\1 \2/p' \
				>>"$out/$1.$objects_n"
		[ -s "$out/$1.$objects_n" ] || not_ok "bench $1 beside $objects_n"
	done
}

# What pinning costs: a tenant's calls without it.
unpinned() {
	insmod /modules/gpuward.ko pin_arguments=N
	gpuwardctl gpu detect --apply >/dev/null 2>&1
	vm alice small.16gb 2>/dev/null
	bench unpinned alice
	objects_beside unpinned alice
	clear
	rmmod gpuward
}

# Without gpuward, then with it. Twice: a disturbance rarely hits the same case again.
pass() {
	bench none -
	objects_beside none -
	unpinned
	insmod /modules/gpuward.ko
	gpuwardctl gpu detect --apply >/dev/null
	bench host -
	for name in alice bob; do
		vm $name small.16gb
	done
	bench bound -
	bench tenant alice
	objects_beside tenant alice
}

table() {
	echo "# ns per call (ratio to none): best of short runs, 10 x $calls calls, kernel $(uname -r), nvsim $1"
	printf '# %-16s %10s %18s %18s %18s %18s\n' request none "host, no VM" "host, VMs" tenant \
		"tenant, no pins"
	for what in sys_params control open_close host_alloc_free alloc_free; do
		none=$(value none $what)
		[ -n "$none" ] || continue
		line=$(printf '# %-16s %10d' $what "$none")
		for case in host bound tenant unpinned; do
			ns=$(value $case $what)
			[ -n "$ns" ] || continue
			line="$line $(printf '%10d (%d.%02d)' "$ns" $((ns / none)) $((ns * 100 / none % 100)))"
		done
		echo "$line"
	done
}

objects_table() {
	echo "# ns to allocate and free video memory beside live allocations (ratio to none, added)"
	printf '# %-14s %10s %28s %28s\n' beside none tenant "tenant, no pins"
	for objects_n in 10 1000 100000; do
		echo "$(value none.$objects_n alloc_free) $(value tenant.$objects_n alloc_free)" \
			"$(value unpinned.$objects_n alloc_free)" |
			awk -v n=$objects_n '{ printf "# %-14d %10d %10d (%.2f, %+7d) %10d (%.2f, %+7d)\n",
				n, $1, $2, $2 / $1, $2 - $1, $3, $3 / $1, $3 - $1 }'
	done
}

driver 550 gpus=2 mem=24576 || exit 1
pass
clear
rmmod gpuward
pass
table 550
objects_table
check "the same calls without, beside and under gpuward" [ -s "$out/tenant" ]
check "grants, attaching, memory" /tests/bench/measure alice
check "every count is back to zero" wait_for 60 is_quiet
clear
check "everything unloads" unload
finish
