#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What keeps memory alive keeps its charge: duplicates, exports to files, other processes, another
# file linked to a client's. Charged once, given back with the last one, however that one ends.
# vm: -T multi
. ./lib.sh

MIB=1048576

# used NAME MIB: accelerator and driver agree
used() {
	is "$1: accelerator, driver" "$(accel alice memory_used_bytes) $(book 0 used)" \
		"$(($2 * MIB)) $(($2 * MIB))"
}

good() {
	like "$1" "$2" "* ret=[0-9]* errno=0 status=0x0 *"
}

answers() {
	like "$1" "$2" "* ret=0 errno=0 status=$3 *"
}

# value KEY TEXT
value() {
	value_rest=${2#*" $1="}
	echo "${value_rest%% *}"
}

duplicates() {
	client a alice
	good "a context" "$(ask a context)"
	memory=$(value handle "$(ask a alloc 64M)")
	good "a duplicate" "$(ask a dup self last)"
	used "a duplicate takes nothing" 64
	copy=$(value handle "$(ask a dup self last)")
	good "the first is freed" "$(ask a free "$memory")"
	used "the duplicates hold it" 64
	good "so is one duplicate" "$(ask a free "$copy")"
	used "the other one holds it" 64
	good "and the last" "$(ask a free all)"
	used "all is free" 0
	good "freed again, with success as ever" "$(ask a free "$memory")"
	used "nothing comes of it" 0
	good "a handle of one's choice" "$(ask a allocas 0x1234 8M)"
	like "the same one again is refused by the driver" "$(ask a allocas 0x1234 8M)" "* ret=0 errno=0 status=0x[1-9]* *"
	used "and costs nothing" 8
	end "$a"
	check "and goes with the program" wait_for 5 is_balanced
	used "its charge, too" 0
}

# Two processes of one program: the exporter dies, the importer has it still.
exports() {
	client a alice
	good "a context" "$(ask a context)"
	good "memory" "$(ask a alloc 32M)"
	good "is exported to a file" "$(ask a export last)"
	client b alice
	tell b recvfd "$work/socket"
	good "that is passed on" "$(ask a sendfd "$work/socket" received)"
	reply b >/dev/null
	good "a second process" "$(ask b context)"
	good "imports it" "$(ask b import)"
	used "it is charged once" 32
	good "freed where it was made" "$(ask a free all)"
	used "it stays charged" 32
	end "$a"
	used "even when that process is gone" 32
	good "freed where it was imported" "$(ask b free all)"
	used "the file holds it still" 32
	good "the file is closed" "$(ask b close received)"
	check "that was the last" wait_for 5 is_empty
	used "all is free" 0
	end "$b"
}

is_empty() {
	[ "$(book 0 used)" = 0 ]
}

others() {
	vm bob small
	client a alice
	client b bob
	ask a context >/dev/null
	ask b context >/dev/null
	good "memory of alice" "$(ask a alloc 16M)"
	memory=$answer
	alice=$(value client "$(ask a as own)")
	good "that all may have" "$(ask a share last)"
	answers "bob may not duplicate it" "$(ask b dup "$alice" "$(value handle "$memory")")" 0x1b
	ask b as "$alice" >/dev/null
	answers "nor allocate in alice's client" "$(ask b allocas 0x77 1M "$alice")" 0x1b
	answers "nor free what is in it" "$(ask b free "$(value handle "$memory")")" 0x1b
	answers "nor free the client" "$(ask b free root)" 0x1b
	ask b as 0xc1d0ffff >/dev/null
	answers "a client of nobody" "$(ask b allocas 0x77 1M 0xc1d0ffff)" 0x23
	is "alice still has what she had" "$(book 0 used)" $((16 * MIB))
	end "$a" "$b"
}

# A context links the GPU's file to the control file, once and for all.
linked() {
	client a alice
	ask a context >/dev/null
	good "memory" "$(ask a alloc 4M)"
	like "a second link is refused" "$(ask a register-fd gpu0 ctl)" "* ret=-1 *"
	used "4 MiB" 4
	end "$a"
	used "gone with the program" 0
}

# Many programs, each killed while it allocates.
kills() {
	for i in 1 2 3 4 5 6 7 8; do
		spawn k alice nvclient context , threads 4 2M churn
		usleep $((i * 60000))
		end "$k"
	done
	check "programs killed in the middle leave nothing" wait_for 10 is_empty
	used "nor a charge" 0
}

holders() {
	setup "$1" gpus=1 mem=8192
	prefix="$1: "
	model small 1 1
	vm alice small
	gpuwardctl accel set alice --duplicable 2
	duplicates
	exports
	linked
	kills
	others
	teardown
}

holders 535
holders 550
finish
