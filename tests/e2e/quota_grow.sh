#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A model's memory changes under running programs: more at once where their GPUs have room, for all
# or for none; less only as far as it is not used, and the refusal has the figures.
# vm: -T multi
. ./lib.sh

MIB=1048576

is_full() {
	like "$1" "$(ask a alloc "$2")" "* status=0x51 *"
}

fits() {
	like "$1" "$(ask a alloc "$2")" "* status=0x0 *"
}

setup 550 gpus=1 mem=4096
model small 1 1
vm alice small
vm bob small
client a alice
client b bob
ask a context >/dev/null
ask b context >/dev/null
fits "1 GiB" 1G
is_full "and no more" 4K
must gpuwardctl model set small --memory 2GiB
fits "another GiB, at once" 1G
is_full "and no more than that" 4K
is "tools and pool have it" "$(accel alice memory_total_bytes) $(gpu 0 reserved_bytes)" \
	"$((2048 * MIB)) $((4096 * MIB))"
like "less than is used is refused, with the figure" "$(gpuwardctl model set small --memory 1GiB 2>&1)" \
	"*2147483648 bytes are used on GPU 0, which accelerator 0 of VM \"alice\" has*"
like "more than the GPU has, too" "$(gpuwardctl model set small --memory 3GiB 2>&1)" "*free for it on GPU 0*"
is "and nothing changed for anybody" "$(accel alice memory_total_bytes) $(accel bob memory_total_bytes) $(gpu 0 reserved_bytes)" \
	"$((2048 * MIB)) $((2048 * MIB)) $((4096 * MIB))"
like "bob still gets his" "$(ask b alloc 2G)" "* status=0x0 *"
ask b free all >/dev/null
ask a free last >/dev/null
must gpuwardctl model set small --memory 1GiB
is "down to what is used" "$(accel alice memory_total_bytes) $(gpu 0 reserved_bytes)" "$((1024 * MIB)) $((2048 * MIB))"
is_full "in force at once" 4K
end "$a" "$b"
teardown
finish
