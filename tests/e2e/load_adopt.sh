#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gpuward loads under files that are open: the host's go on, a tenant's may look but not hold, until it opens again.
. ./lib.sh
. ./lib_hook.sh

for shape in 535 550; do
	prefix="$shape: "
	log_mark=$(dmesg | wc -l)
	driver $shape gpus=2 mem=16384
	mkdir -p $cg/alice
	client host -
	client old alice
	client tool alice
	ask host context >/dev/null
	ask old context >/dev/null
	ask old alloc 64M >/dev/null
	ask tool open tools >/dev/null
	check "gpuward loads under open files" insmod /modules/gpuward.ko
	gpuwardctl gpu detect --apply >/dev/null
	vm alice small.16gb
	is "it counts none of them" "$(status nr_files) $(status nr_jobs)" "0 0"

	like "the host's file goes on" "$(ask host alloc 32M)" "alloc ret=0 errno=0 status=0x0 *"
	like "and frees" "$(ask host free all)" "free ret=0 errno=0 status=0x0 *"
	like "the tenant's may look" "$(ask old meminfo)" "meminfo ret=0 errno=0 status=0x0 *"
	like "but not take memory" "$(ask old alloc 1M)" "alloc ret=-1 errno=1 *"
	like "nor a channel group" "$(ask old chgroup)" "chgroup ret=-1 errno=1 *"
	like "it may free what it has" "$(ask old free all)" "free ret=0 errno=0 status=0x0 *"
	is "it is no job" "$(status nr_jobs)" 0

	client new alice
	like "a program that opens now is served" "$(ask new context)" "context ret=0 *"
	check "and is the only job" runs "$new"
	end "$new"

	for node in gpu0 gpu1 ctl; do
		ask old close $node >/dev/null
	done
	like "opened again, the old one may hold" "$(ask old context)" "context ret=0 *"
	check "as a job" runs "$old"
	teardown
done
finish
