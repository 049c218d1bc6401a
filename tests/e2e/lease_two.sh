#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Two programs of one VM take turns: the second waits in its claiming call and goes on by itself
# when the first has gone, whatever way it ends. On both shapes of driver.
# vm: -T multi
. ./lib.sh

two() {
	setup "$1" gpus=2
	vm alice small.16gb
	prefix="$1: "
	client a alice
	like "the first has it at once" "$(ask a context)" "context ret=0 *"
	check "and runs" runs "$a"
	client b alice
	tell b context
	check "the second waits" wait_for 5 waits "$b"
	check "asleep in its call" asleep "$b"
	check "for as long as the first is there" never 0.3 answered b
	check "which still works" matches "$(ask a alloc 64M)" "alloc ret=0 errno=0 status=0x0 *"
	end "$a"
	like "then goes on by itself" "$(reply b)" "context ret=0 *"
	check "and runs" runs "$b"
	check "never two at once" exclusive 0
	teardown
}

two 550
two 535
finish
