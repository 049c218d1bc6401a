#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Threads that attach memory to one multicast object and detach it, at the same address: what is charged
# is what the driver has.
# vm: -T multi -t 200
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

raced() {
	quota_setup "$1"
	spawn r alice ./attach_race 3000 "$1"
	check "thousands are attached and detached" wait_for 60 grep -q "^detached [0-9][0-9][0-9]" "$work/r.out"
	echo "# $(tr '\n' ' ' <"$work/r.out")"
	check "what is left is charged, no more, no less" wait_for 5 agree
	check "there is one" [ "$(ledger)" -gt 0 ]
	kill -USR1 "$r"
	check "it is detached" wait_for 5 grep -q "let go 0" "$work/r.out"
	is "then nothing is" "$(ledger) $(book 0 used)" "0 0"
	end "$r"
	teardown
}

raced 550
raced 535
finish
