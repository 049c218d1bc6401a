# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the scripts of tests/qemu share: places, messages, locks.
# Sourced; starts nothing by itself.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$vm_dir/../.." && pwd)
export GPUWARD_CACHE=${GPUWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gpuward}
cache=$GPUWARD_CACHE

# shellcheck disable=SC2034 # for those who source this
{
kernels="6.1 6.12 7.2 debug"
me=$(basename "$0")
}

say() {
	echo "$me: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# Takes a lock for the rest of the script's life: with_lock NAME [FOLDER].
with_lock() {
	local dir=${2:-$cache}/locks fd

	mkdir -p "$dir"
	exec {fd}>"$dir/$1"
	flock -w 5 "$fd" || { say "waiting for another $1"; flock "$fd"; }
}

# Runs a command; shows its output only when it fails.
quietly() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 60 "$log" >&2
		say "failed: $*"
		say "log: $log"
		return 1
	fi
}

# Copies SRC/ to DST/ keeping the times of unchanged files, so that make
# rebuilds only what changed; removes files that are gone from SRC. Files that
# exist only in DST (objects) stay.
sync_tree() {
	local src=$1 dst=$2 list=$2/.sources path

	mkdir -p "$dst"
	(cd "$src" && find . -type f \( -name '*.[chS]' -o -name Kbuild \
		-o -name Makefile -o -name '*.mk' -o -name '*.lds' \) \
		! -name '*.mod.c' ! -path './build/*' ! -path './.git/*' |
		LC_ALL=C sort) >"$list.new"
	if [[ -f $list ]]; then
		LC_ALL=C comm -23 "$list" "$list.new" | while read -r path; do
			rm -f "$dst/$path"
		done
	fi
	while read -r path; do
		cmp -s "$src/$path" "$dst/$path" || {
			mkdir -p "$dst/$(dirname "$path")"
			cp "$src/$path" "$dst/$path"
		}
	done <"$list.new"
	mv "$list.new" "$list"
}
