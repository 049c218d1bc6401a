#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The stand-in driver alone: it answers the conformance list word by word as NVIDIA's modules of the same release did in
# a guest (nvsim_conform.535, .550), in the direct and in the indirect form.
set -u
. ./lib_nvsim.sh

answers_like() {
	if diff nvsim_conform."$1" answers.out >answers.diff; then
		return 0
	fi
	sed 's/^/# /' answers.diff
	return 1
}

for variant in 535 550; do
	nvsim_up "$variant" gpus=1 open_fail=0xffffffff
	nvclient conform >answers.out
	check "$variant: as the real driver" answers_like "$variant"
	nvclient xfer on , conform | sed '/^xfer/d' >answers.out
	check "$variant: in the indirect form too" answers_like "$variant"
	nvclient conform json >answers.out
	check "$variant: as JSON, as many" test "$(grep -c '"name"' answers.out)" = 121
	check "$variant: unloads" nvsim_down
done

nvsim_up 550 gpus=1 mem=64
nvclient conform gpu >answers.out
check "with a GPU: memory is rounded to 64 KiB" \
	expect "$(cat answers.out)" 'gpu: memory ret=0 errno=0 status=0x0 asked=65537 size=131072 page=2'
check "with a GPU: from 2 MiB on to 2 MiB" \
	expect "$(cat answers.out)" 'gpu: memory ret=0 errno=0 status=0x0 asked=2097153 size=4194304 page=3'
check "with a GPU: one device of a kind in a client" \
	expect "$(cat answers.out)" 'gpu: second device ret=0 errno=0 status=0x1a'
check "unloads" nvsim_down
finish
