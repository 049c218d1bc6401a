# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the stand-in driver's own books say: who held what, and how many at once. Independent of
# gpuward, so that it can prove gpuward wrong. Sourced by lib.sh.

books=/sys/kernel/debug/nvsim

# book GPU KEY
book() {
	while read -r key value; do
		[ "$key" != "$2" ] || echo "$value"
	done <"$books/gpu$1"
}

# exclusive GPU: never since books_reset had two programs a channel or memory there
exclusive() {
	[ "$(book "$1" max_channel_procs)" -le 1 ] && [ "$(book "$1" max_memory_procs)" -le 1 ]
}

books_reset() {
	echo 1 >"$books/reset"
}

# is_balanced: the driver holds nothing for anybody
is_balanced() {
	for is_balanced_file in "$books"/gpu[0-9]*; do
		while read -r key value; do
			case $key in
			used | allocations | channels | open | channel_procs | memory_procs)
				[ "$value" = 0 ] || return 1
				;;
			pid) return 1 ;;
			esac
		done <"$is_balanced_file"
	done
}
