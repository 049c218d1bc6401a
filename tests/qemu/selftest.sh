#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The harness tested: what goes wrong in a guest must come out as a failure.
# Owns tests/qemu/selftest; knows nothing of gpuward.
#
# usage: tests/qemu/selftest.sh [KERNEL]
set -euo pipefail
# shellcheck source=tests/qemu/lib.sh
. "$(dirname "$0")/lib.sh"

kernel=${1:-6.1}
work=$(mktemp -d "${TMPDIR:-/tmp}/gpuward-selftest.XXXXXX")
export GPUWARD_LOGS=$work/logs
second=
finish() {
	[[ -z $second ]] || kill "$second" 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
nr=0
bad=0

result() {
	nr=$((nr + 1))
	if [[ $1 == 0 ]]; then
		echo "ok $nr - $2"
	else
		bad=$((bad + 1))
		echo "not ok $nr - $2"
	fi
}

# has FILE NAME REGEX: a line of the stream.
has() {
	local status=0

	grep -qE -- "$3" "$work/$1" || status=1
	result "$status" "$2"
	[[ $status == 0 ]] || grep -v '/flood.sh: line' "$work/$1" | sed 's/^/# /'
}

# guest FILE WANTED-STATUS OPTION... TEST...
guest() {
	local file=$1 wanted=$2 status=0

	shift 2
	"$vm_dir/run" -n -k "$kernel" -i "$work/tree" "$@" \
		>"$work/$file" 2>&1 </dev/null || status=$?
	[[ $status == "$wanted" ]] || sed 's/^/# /' "$work/$file"
	result $((status != wanted)) "$file: exit status $wanted"
}

tests() {
	printf 'selftest/%s.sh ' "$@"
}

# The words of $(tests ...) are separate on purpose.
# shellcheck disable=SC2046
check_failures() {
	guest failures 1 $(tests pass clean fail plan nothing status signal) \
		selftest/hang.sh@5 $(tests quietwarn clean flood stay)
	has failures "a pass is a pass" '^ok 1 - selftest/pass.sh: passes on'
	has failures "a skip is a skip" '^ok 2 - .*does not apply # SKIP on purpose$'
	has failures "cgroups are removed" '^ok 3 - .*no cgroup$'
	has failures "modules are unloaded" '^ok 4 - .*no module$'
	has failures "processes are killed" '^ok 5 - .*no process$'
	has failures "a failed line" '^not ok [0-9]+ - selftest/fail.sh: second$'
	has failures "a wrong plan" '^not ok .*/plan.sh: 1 results where 3 were planned'
	has failures "no result" '^not ok .*/nothing.sh: no result at all'
	has failures "its text is kept" '^# this is no result'
	has failures "an exit status" '^not ok .*/status.sh: exit status 3'
	has failures "a signal" '^not ok .*/signal.sh: killed by signal 11'
	has failures "a test that hangs" '^not ok .*/hang.sh: did not end in time'
	has failures "a quiet kernel warning" '^not ok .*/quietwarn.sh: kernel log: WARNING: '
	has failures "the guest goes on after it" '^ok .*clean.sh: no module$'
	has failures "a module that stays" '^not ok .*/stay.sh: left a module that cannot be unloaded: splat'
	has failures "the log is named" '^# kernel log: /.*\.log$'
	has failures "the numbers add up" '^1\.\.[0-9]+$'
	"$vm_dir/summary" "$work/failures" >"$work/totals" || true
	has totals "the totals" '^3018 passed, 8 failed, 1 skipped$'
}

check_deadline() {
	GPUWARD_DEADLINE=$EPOCHSECONDS guest late 0 selftest/fail.sh
	has late "no test starts after the deadline" \
		'^ok 1 - selftest/fail.sh: everything # SKIP no time left$'
}

# shellcheck disable=SC2046
check_crashes() {
	guest crashes 2 $(tests warn pass panic clean panic clean)
	has crashes "a warning stops the guest" \
		'^not ok [0-9]+ - selftest/warn.sh: the guest died: WARNING:'
	has crashes "what came before it counts" '^ok 1 - selftest/warn.sh: before$'
	has crashes "another guest runs the rest" '^ok .*pass.sh: passes on'
	has crashes "a panic" '^not ok .*panic.sh: the guest died: Kernel panic.*sysrq'
	has crashes "three deaths are enough" '^not ok .*clean.sh: not run, the guest died three'
	has crashes "the log's words are shown" '^#   .*Kernel panic'
}

# Five minutes of a guest that waits, on one CPU; the guest says when it has slept.
check_counted() {
	local from=$SECONDS

	guest counted 0 -I -t 900 selftest/counted.sh
	has counted "-I: one CPU" '^ok .*counted.sh: one CPU$'
	has counted "-I: its clock went on" '^ok .*counted.sh: slept$'
	result $((SECONDS - from > 250)) "-I: nobody waited for it"
	guest conflict 1 -I -T multi selftest/counted.sh
	has conflict "-I -T multi" '^run: -I is for one CPU'
}

check_lockup() {
	has lockup "a guest that is silent" '^not ok .*lockup.sh: the guest said nothing more'
	has lockup "its exit status" '^status 2$'
}

# shellcheck disable=SC2046
check_debug() {
	guest debug 1 -l each $(tests leak sleep abba uaf clean)
	has debug "a leak" '^not ok .*leak.sh: kernel log: leak: .*\(size 512\), allocated in splat.init.text.* \(splat_init\)'
	has debug "a use after free" '^not ok .*uaf.sh: .*BUG: KASAN: use-after-free'
	has debug "a lock order" '^not ok .*abba.sh: .*WARNING: possible circular'
	has debug "sleeping under a spin lock" '^not ok .*sleep.sh: .*sleeping function'
	has debug "and nothing else" '^ok .*clean.sh: no process'
	has debug "lockdep that gave up" '^not ok .*- lockdep: .*off'
}

mkdir -p "$work/tree/tests/selftest"
cp "$vm_dir"/selftest/*.sh "$work/tree/tests/selftest/"
"$vm_dir/build" -s "$kernel"
if [[ $kernel == debug ]]; then
	check_debug
else
	# A guest that hangs, ended while another one works: only that one ends.
	(
		status=0
		"$vm_dir/run" -n -k "$kernel" -i "$work/tree" -s 20 \
			selftest/lockup.sh || status=$?
		echo "status $status"
	) >"$work/lockup" 2>&1 </dev/null &
	second=$!
	check_failures
	wait "$second" || true
	second=
	check_lockup
	check_deadline
	check_counted
	check_crashes
fi
echo "1..$nr"
[[ $bad == 0 ]]
