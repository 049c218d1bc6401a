# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the scripts of tests/nvidia share: branches, places, messages.
# Sourced; it must not download, build or start anything by itself.

nv_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$nv_dir/../.." && pwd)
export GPUWARD_CACHE=${GPUWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gpuward}
nv_cache=$GPUWARD_CACHE/nvidia

# shellcheck disable=SC2034 # for those who source this
{
branches="535 550"
me=$(basename "$0")
}

say() {
	echo "$me: $*" >&2
}

die() {
	say "$*"
	exit 1
}

# What cannot be had here is skipped, with the reason, and exit status 4.
skip() {
	echo "SKIP $*"
	exit 4
}

# The kernel a branch runs on (a name of tests/vm/kernel) and Debian's suite
# that has the branch.
kernel_of() {
	case $1 in
	535) echo 6.1 ;;
	550) echo 6.12 ;;
	*) die "unknown driver branch $1, not one of: $branches" ;;
	esac
}

suite_of() {
	case $1 in
	535) echo bookworm ;;
	550) echo trixie ;;
	*) die "unknown driver branch $1, not one of: $branches" ;;
	esac
}

# Where a branch's packages are unpacked, and its full version.
root_of() {
	echo "$nv_cache/$1/root"
}

version_of() {
	cat "$nv_cache/$1/version"
}

# Holds a lock for the rest of the script's life: with_lock NAME.
with_lock() {
	local fd

	mkdir -p "$GPUWARD_CACHE/locks"
	exec {fd}>"$GPUWARD_CACHE/locks/$1"
	flock "$fd"
}
