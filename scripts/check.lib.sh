# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# What the static checks share: the tree to look at, its files, KTAP lines.
# Sourced by scripts/check-*, each of which takes the tree as its argument.
set -euo pipefail

tree=$(cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}" && pwd)
cd "$tree"
nr_lines=0
nr_failed=0
trap finish EXIT

# A check that dies before its end has failed, whatever it printed.
finish() {
	local status=$?

	if [[ $status != 0 ]]; then
		nr_lines=$((nr_lines + 1))
		echo "not ok - $(basename "$0") ended with $status"
	fi
	echo "1..$nr_lines"
	[[ $status == 0 && $nr_failed == 0 ]] || exit 1
}

# verdict NAME COMMAND...: ok when the command prints nothing; what it prints are the
# reasons. A status above 1 (grep has 1 for "none found") means that the check is broken.
verdict() {
	local name=$1 findings status=0

	shift
	findings=$("$@" 2>&1) || status=$?
	[[ $status -le 1 ]] || findings+="$* ended with $status"
	nr_lines=$((nr_lines + 1))
	if [[ -z $findings ]]; then
		echo "ok - $name"
	else
		nr_failed=$((nr_failed + 1))
		echo "# ${findings//$'\n'/$'\n'# }"
		echo "not ok - $name"
	fi
}

skip() {
	nr_lines=$((nr_lines + 1))
	echo "ok - $1 # SKIP $2"
}

# files PATTERN...: the tree's own files that match, build products left out.
files() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard -- "$@"
	else
		find . -name build -prune -o -type f ! -name '*.mod.c' -print |
			sed 's#^\./##' | while read -r path; do
			for pattern; do
				# shellcheck disable=SC2254
				case $path in
				$pattern) echo "$path"; break ;;
				esac
			done
		done
	fi | sort -u | while read -r path; do
		[[ ! -f $path ]] || echo "$path"
	done
}

# scripts INTERPRETER: the tree's scripts for an interpreter, an extended regular expression.
scripts() {
	# shellcheck disable=SC2016
	files '*' | tr '\n' '\0' | xargs -0r awk -v re="^#!.*$1" 'FNR == 1 {
		if ($0 ~ re) print FILENAME
		nextfile
	}'
}

# C code without comments and string contents, line numbers kept.
uncomment() {
	[[ $# -gt 0 ]] || return 0
	awk '{
		line = $0; out = ""
		while (line != "") {
			if (inside) {
				end = index(line, "*/")
				if (!end) break
				line = substr(line, end + 2); inside = 0
			} else if (match(line, /\/\*|\/\/|"([^"\\]|\\.)*"/)) {
				found = substr(line, RSTART, RLENGTH)
				out = out substr(line, 1, RSTART - 1)
				line = substr(line, RSTART + RLENGTH)
				if (found == "//") break
				if (found == "/*") inside = 1
				else if ($0 ~ /^[ \t]*#[ \t]*include/) out = out found
				else out = out "\"\""
			} else { out = out line; break }
		}
		print FILENAME ":" FNR ":" out
	}' "$@"
}
