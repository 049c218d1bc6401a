#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Attach and detach, again and again, under programs of the host and of a VM that open, ask and close without a pause: no
# open and no request of theirs may fail. Needs TCG's single thread, where patched code takes effect at once.
# TURNS: how many, 12 unless set; each takes a second or two in software emulation.
# vm: -T single -t 240
. ./lib.sh
. ./lib_hook.sh

turns=${TURNS:-12}

turn() {
	quietly gpuwardctl driver detach --yes && nothing_is_hooked && quietly gpuwardctl driver attach &&
		[ "$(status state)" = attached ]
}

all_turns() {
	turns_left=$turns
	while [ "$turns_left" -gt 0 ]; do
		turn || return 1
		turns_left=$((turns_left - 1))
	done
}

sum() {
	sed -n "s/^hammer ret=.* $2=\([0-9]*\).*/\1/p" "$work/$1.out" | awk '{ s += $1 } END { print s + 0 }'
}

setup 550 gpus=2 mem=16384
vm alice small.16gb
# Short programs, so that processes come and go, too; a breath between them, since detaching waits for every task.
for load in "h_ctl - ctl" "h_gpu - gpu1" "t_ctl alice ctl" "t_gpu alice gpu0"; do
	# shellcheck disable=SC2086
	set -- $load
	# shellcheck disable=SC2016
	spawn "$1" "$2" sh -c 'while [ ! -e "$1" ]; do nvclient hammer 20 "$0"; usleep 50000; done' "$3" "$work/stop"
done
check "$turns turns of detach and attach" all_turns
touch "$work/stop"
# shellcheck disable=SC2154
check "all programs end" wait_for 60 gone "$h_ctl" "$h_gpu" "$t_ctl" "$t_gpu"
clients=
for load in h_ctl h_gpu t_ctl t_gpu; do
	echo "# $load: $(sum $load rounds) rounds"
	check "$load had rounds" [ "$(sum $load rounds)" -gt "$turns" ]
	is "$load had no failure" "$(grep -v ' failed=0$' "$work/$load.out" | sort | uniq -c | head -n 5)" ""
done
tenants_are_served "after it all" alice
teardown
finish
