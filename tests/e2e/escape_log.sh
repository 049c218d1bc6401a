#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A tenant that is refused and asks again, ten thousand times, fills neither the kernel log nor the
# queue of events; and who listens is told how much was wanted.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

listen() {
	gpuwardctl events --json >"$work/events" 2>&1 &
	listener=$!
	must wait_for 5 test -e "$work/events"
	sleep 0.5
}

events() {
	grep -c '"out.of.memory"' "$work/events"
}

# ask_again NAME VERB...
ask_again() {
	again_name=$1
	shift
	clock
	again_from=$now
	tell a "$@"
	again_answer=$(reply a 120)
	clock
	again_most=$((((now - again_from) / 100 + 2) * 10))
	like "$again_name: each is refused" "$again_answer" "retry ret=0 * made=0 full=10000 other=0"
	again_lines=$(dmesg | wc -l)
	check "$again_name: the log has not grown by more than a few lines" [ $((again_lines - lines)) -le 5 ]
	again_events=$(events)
	check "$again_name: some events tell of it, ten in a second at most" \
		[ "$again_events" -ge 1 -a "$again_events" -le "$again_most" ]
	echo "# $((again_lines - lines)) lines, $again_events events"
}

quota_setup 550
listen
begin
ask a fill >/dev/null
lines=$(dmesg | wc -l)
ask_again "at the brim" retry 10000 64K
like "the event tells what was wanted, what was there, and the limit" \
	"$(tr -d '\n ' <"$work/events")" "*\"requested_bytes\":[1-9]*,\"used_bytes\":$quota,\"limit_bytes\":$quota*"
brim "ten thousand refusals"
kill "$listener"
wait "$listener" 2>/dev/null
teardown
finish
