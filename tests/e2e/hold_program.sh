#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What one program is: a process, a tree of processes, a cgroup; several programs at once where that
# is allowed; by itself according to the model.
# vm: -T multi
. ./lib.sh

accel_set() {
	gpuwardctl accel set "$@"
}

by_process() {
	accel_set alice --program process
	spawn p alice ./hold_workers 2
	wait_for 5 runs_one
	is "process: of two workers of one parent one runs, the other waits" \
		"$(nr_jobs running)$(nr_jobs waiting)" 11
	end "$p"
	must wait_for 5 is_quiet
}

runs_one() {
	[ "$(nr_jobs running)$(nr_jobs waiting)" = 11 ]
}

by_tree() {
	accel_set alice --program tree
	spawn p alice ./hold_workers 3
	check "tree: workers of one parent run together" wait_for 5 printed p "worker 3 runs"
	is "as one job" "$(nr_jobs running)" 1
	spawn q alice ./hold_workers 1
	check "the worker of another parent waits" wait_for 5 nr_jobs_is waiting 1
	spawn r alice ./hold_workers 2
	check "and so do two more, as one job" wait_for 5 nr_jobs_is waiting 2
	kill -USR1 "$p"
	check "a child of a worker, that comes later, runs, too" wait_for 5 printed p "grandchild runs"
	kill -USR2 "$p"
	check "its parent and all but one worker gone, the tree still holds" never 0.3 printed q "worker 1 runs"
	kill -9 "$(sed -n 's/^last worker //p' "$work/p.out")"
	check "the last worker gone, the next tree runs" wait_for 5 printed q "worker 1 runs"
	check "alone" never 0.2 printed r "worker * runs"
	end "$q"
	check "then the third, whole" wait_for 5 printed r "worker 2 runs"
	end "$p" "$r"
	must wait_for 5 is_quiet
}

# Orphans are everybody's children of init: no tree.
by_tree_of_init() {
	spawn p alice sh -c './lease_program open 0 claim wait & ./lease_program open 0 claim wait & exit 0'
	must wait_for 5 gone "$p"
	check "tree: processes without a parent are no tree" wait_for 5 runs_one
	xargs kill -9 <"$cg/alice/cgroup.procs"
	must wait_for 5 is_quiet
}

by_cgroup() {
	accel_set alice --program cgroup
	mkdir "$cg/alice/one" "$cg/alice/two"
	spawn p alice/one ./lease_program open 0 claim wait
	must wait_for 5 runs "$p"
	spawn q alice/one ./lease_program open 0 claim wait
	check "cgroup: another process of the same one runs, too" wait_for 5 printed q "claim ret=0 *"
	is "as one job" "$(nr_jobs running)" 1
	spawn r alice/two ./lease_program open 0 claim wait
	check "one of another cgroup waits" wait_for 5 waits "$r"
	end "$p"
	check "as long as any is left" never 0.2 runs "$r"
	end "$q"
	check "then it runs" wait_for 5 runs "$r"
	end "$r"
	rmdir "$cg/alice/one" "$cg/alice/two"
	must wait_for 5 is_quiet
}

several() {
	accel_set alice --program process --duplicable 2
	for name in p q r; do
		spawn $name alice ./lease_program open 0 claim wait
		must wait_for 5 grep -q "open ret=0" "$work/$name.out"
		usleep 100000
	done
	check "duplicable 2: two run, the third waits" wait_for 5 waits "$r"
	is "two are running" "$(nr_jobs running)" 2
	end "$p"
	check "one goes, the third runs" wait_for 5 runs "$r"
	spawn p alice ./lease_program open 0 claim wait
	must wait_for 5 waits "$p"
	accel_set alice --duplicable 3
	check "raised to 3, the next one runs at once" wait_for 5 runs "$p"
	accel_set alice --duplicable 1
	is "lowered to 1, nobody is thrown out" "$(nr_jobs running)" 3
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	end "$p" "$q"
	check "but nobody let in before it is below" never 0.2 answered b
	end "$r"
	like "then it is" "$(reply b)" "context ret=0 *"
	end "$b"
	must wait_for 5 is_quiet
}

# The memory of the model's GPUs is one; what several programs share is the same quota.
by_model() {
	accel_set alice --program auto
	is "auto, one GPU: a process" "$(in_vm alice gpuward-smi --json | json program)" process
	gpuwardctl accel set alice --model pair
	is "auto, several GPUs: a tree" "$(in_vm alice gpuward-smi --json | json program)" tree
	spawn p alice ./hold_workers 2
	check "its workers run together" wait_for 5 printed p "worker 2 runs"
	end "$p"
	must wait_for 5 is_quiet
}

# printed VARIABLE PATTERN
printed() {
	matches "$(cat "$work/$1.out")" "$2"
}

# json KEY: the first value of that name
json() {
	sed -n "s/^ *\"$1\": \"*\([^\",]*\).*/\1/p" | head -n 1
}

setup 550 gpus=2
model pair 32 2
vm alice small.16gb
by_process
by_tree
by_tree_of_init
by_cgroup
books_reset
several
by_model
teardown
finish
