# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the scripts of tests/nvidia share: driver branches and their places.
# Sourced; it must not download, build or start anything by itself.

nv_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/qemu/lib.sh
. "$nv_dir/../qemu/lib.sh"

# shellcheck disable=SC2034 # for those who source this
{
nv_cache=$cache/nvidia
branches="535 550"
}

# What cannot be had here is skipped, with the reason, and exit status 4.
skip() {
	echo "SKIP $*"
	exit 4
}

# The kernel a branch runs on, by its name in tests/qemu/kernel.
kernel_of() {
	case $1 in
	535) echo 6.1 ;;
	550) echo 6.12 ;;
	*) die "unknown driver branch $1, not one of: $branches" ;;
	esac
}

# The suite of Debian that has the branch.
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
