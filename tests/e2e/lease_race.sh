#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A grant and a signal, or a grant and death, at the same instant: the accelerator is never lost
# and never given twice. A hundred programs are served in the order in which they came.
# vm: -T multi
# vm-debug: -T multi -t 1200
. ./lib.sh

# race NAME PATH ARGUMENT...
race() {
	race_name=$1
	shift
	if race_out=$(in_cgroup "$@" 2>&1); then
		ok "$race_name"
	else
		not_ok "$race_name"
	fi
	echo "# $race_out"
}

setup 550 gpus=1
vm alice small.16gb
vm bob small.16gb
books_reset
race "a hundred are served in order, each once" alice ./lease_hundred 100
race "granted and signalled" alice ./lease_race int 120 claim
race "killed while being granted" alice ./lease_race kill 100 claim
race "granted GPUs and signalled" alice ./lease_race int 120 place "$cg/bob/cgroup.procs"
race "killed while being granted GPUs" alice ./lease_race kill 100 place "$cg/bob/cgroup.procs"
race "a wait that was ended is not granted" alice ./lease_race end 60 claim
race "nor is one for GPUs" alice ./lease_race end 60 place "$cg/bob/cgroup.procs"
is "never two at once in the driver's books" "$(book 0 max_channel_procs)" 1
teardown
finish
