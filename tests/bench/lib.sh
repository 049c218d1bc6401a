# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the benches in the guest share: a program's calls, timed, and the best of them.
cd /tests/e2e || exit 1
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh
# shellcheck disable=SC2154 # work is lib.sh's
out=$work

calls=${BENCH_CALLS:-3000}

# bench CASE CGROUP: adds to $work/CASE, "what ns" per line
bench() {
	in_cgroup "$2" nvclient context, bench "$calls" 2>&1 |
		sed -n 's/^bench ret=0 .*what=\([a-z_]*\) ns=\([0-9]*\).*/\1 \2/p' >>"$out/$1"
	[ -s "$out/$1" ] || not_ok "bench $1"
}

# value CASE WHAT: the best of all passes
value() {
	sed -n "s/^$2 //p" "$out/$1" | sort -n | head -n 1
}
