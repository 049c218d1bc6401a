#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# vm: -T multi -m 768
# Many tenants and an admin at random, all at once: afterwards every count is zero, and on the
# debug kernel no lock, no memory and no list complains.
. ./lib.sh

# round SHAPE SEED
round() {
	prefix="$1, seed $2: "
	setup "$1" gpus=4 mem=16384
	model one 8 1
	model two 16 2
	model three 24 3
	for round_vm in a b c; do
		vm $round_vm one || not_ok "VM $round_vm"
	done
	check "nothing is given twice" ./chaos_tenants "${CHAOS_SECONDS:-6}" "$2" 16 4 a b c
	teardown
}

round 550 1
round 535 2
finish
