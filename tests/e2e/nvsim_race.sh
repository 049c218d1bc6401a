#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: it reads user memory as late and as often as the real one, so that a request can be changed
# between anybody's check and the driver's use. Without this, a test of pinning proves nothing.
# vm: -T multi -t 200
set -u
. ./lib_nvsim.sh

nvsim_up 550 gpus=1 mem=1024

# races FIELD: the big size is got at least once, and so is the small one
races() {
	out=$(nvclient "$@")
	echo "$out" | sed -n 's/^race /# race /p'
	expect "$out" 'race ret=0 .* big=[1-9]' && expect "$out" 'race ret=0 .* small=[1-9]'
}

check "the size in the nested block" races context , race 30000 64K 4M size until
check "the pointer to it" races context , race 30000 64K 4M pointer until
check "the class" races context , race 30000 64K 256K class until
check "host memory too" races client , race 30000 64K 256K size until
check "the books balance after it" balanced 0
check "unloads" nvsim_down
finish
