#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tests/bench/compare, held against files that it must accept and refuse. Needs no guest.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/gpuward-compare.XXXXXX")
trap 'rm -rf "$work"' EXIT
nr=0
bad=0

# counted FILE NAME WITHOUT WITH...
counted() {
	local file=$work/$1

	shift
	: >"$file"
	while [[ $# -gt 0 ]]; do
		printf '%s.without %d\n%s.with %d\n%s.difference %d\n' "$1" "$2" "$1" "$3" "$1" $(($3 - $2)) \
			>>"$file"
		shift 3
	done
}

# expect STATUS REGEX NAME ARGUMENT...
expect() {
	local wanted=$1 pattern=$2 name=$3 status=0

	shift 3
	(cd "$work" && "$here/compare" "$@") >"$work/out" 2>&1 || status=$?
	nr=$((nr + 1))
	if [[ $status == "$wanted" ]] && grep -qE -- "$pattern" "$work/out"; then
		echo "ok $nr - $name"
	else
		bad=1
		echo "not ok $nr - $name"
		echo "# exit status $status, wanted $wanted; \"$pattern\" in:"
		sed 's/^/# /' "$work/out"
	fi
}

counted old tenant.open 1000 2000 tenant.control 500 700 host.open 1000 1000
counted same tenant.open 1000 2009 tenant.control 500 700 host.open 1000 1000
counted more tenant.open 1000 2000 tenant.control 500 704 host.open 1000 1000
counted zero tenant.open 1000 2000 tenant.control 500 700 host.open 1000 1003
counted less tenant.open 1000 1500 tenant.control 500 700 host.open 1000 990
counted noise tenant.open 1000 2000 tenant.control 500 700 host.open 1000 1001
counted few tenant.open 1000 2000 host.open 1000 1000
counted many tenant.open 1000 2000 tenant.control 500 700 host.open 1000 1000 tenant.grant 10 30
counted ground tenant.open 1100 2100 tenant.control 500 700 host.open 1000 1000
echo "some text" >"$work/text"
: >"$work/empty"

expect 0 'tenant.open +1000 +1009 +1\.009$' "less than a percent more is the same" old same
expect 1 'tenant.control +200 +204 +1\.020  MORE$' "more than a percent is more" old more
expect 0 'tenant.control +200 +204 +1\.020$' "unless two are allowed" old more 2
expect 1 'tenant.open .* MORE$' "or none" old same 0
expect 1 'host.open +0 +3 +-  MORE$' "more than nothing is more" old zero
expect 0 'host.open +0 +1 +-$' "but two thousandths of the whole are chance" old noise
expect 0 'tenant.open +1000 +500 +0\.500$' "less is fine" old less
expect 1 'host.open .* MORE$' "also for what was less than nothing" less old
expect 1 'tenant.control .* MISSING$' "a line that is gone" old few
expect 0 'tenant.grant +- +20 +new$' "one that is new" old many
expect 0 'tenant.open .*\(without gpuward: 1000, 1100\)$' "another driver is said" old ground
expect 2 'text is no file of' "another file" old text
expect 2 'empty is no file of' "an empty file" empty old
expect 2 'absent can not be read' "no file" absent old
expect 2 'x is no number' "no number" old same x
expect 2 '^usage: ' "one file" old
echo "1..$nr"
exit $bad
