#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Detaching under tenants: it says what it gives up, whoever waits is told, whoever runs goes on, nothing is held back; after
# attaching again, the files from before may not hold anything until they are opened again.
. ./lib.sh
. ./lib_hook.sh

# Both wait: one for the accelerator, one for GPUs.
busy_guest() {
	setup 550 gpus=1 mem=16384
	vm alice small.16gb
	vm bob small.16gb
	client runner alice
	client waiter alice
	client placer bob
	ask runner context >/dev/null
	ask runner alloc 64M >/dev/null
	tell waiter context
	check "a program waits for the accelerator" wait_for 60 waits "$waiter"
	tell placer context
	check "one waits for GPUs" wait_for 60 places "$placer"
}

# Two of the runner and of the waiter, the control file of the one whose open of a GPU fails.
given_up() {
	like "it says what it gives up" "$(cat "$work/detach")" \
		"Detaching gave up control of 5 open files and 3 jobs: *"
	like "the waiter is told" "$(reply waiter)" "context ret=-1 *"
	check "that gpuward goes" said waiter "chgroup ret=-1 errno=19 *"
	like "the other, too" "$(reply placer)" "context ret=-1 errno=19 *"
	check "at its open" said placer "open ret=-1 errno=19 * node=gpu0"
}

busy_guest
log_from
check "it detaches" eval "gpuwardctl driver detach --yes >$work/detach 2>/dev/null"
given_up
is "it says that it is detached" "$(status state)" detached
is "the log has it" "$(log_since | grep -c "detached: 5 files and 3 jobs of tenants are no longer held back")" 1
check "nothing is hooked" nothing_is_hooked
like "the runner goes on" "$(ask runner alloc 64M)" "alloc ret=0 errno=0 status=0x0 *"
is "no file is counted" "$(status nr_files) $(status nr_jobs)" "0 0"
is "no GPU is reserved" "$(gpu 0 reserved_bytes) $(gpu 0 nr_placed)" "0 0"
is "tenants are not held back" "$(how bob context)" "$fine"
check "detaching twice is fine" quietly gpuwardctl driver detach --yes

check "it attaches" quietly gpuwardctl driver attach
is "again" "$(status state)" attached
like "a file from before may look" "$(ask runner meminfo)" "meminfo ret=0 errno=0 status=0x0 *"
like "but hold nothing more" "$(ask runner alloc 1M)" "alloc ret=-1 errno=1 *"
like "it may free" "$(ask runner free all)" "free ret=0 *"
client fresh alice
like "a new program is served" "$(ask fresh context)" "context ret=0 *"
check "and is the only job" nr_jobs_is running 1
end "$fresh"
for node in gpu0 ctl; do
	ask runner close $node >/dev/null
done
like "opened again, the old one may hold" "$(ask runner context)" "context ret=0 *"
check "as a job" runs "$runner"
check "attaching twice is fine" quietly gpuwardctl driver attach
check "and changes nothing" runs "$runner"
end "$runner" "$waiter" "$placer"
is "a GPU is placed as ever" "$(how bob context)" "$fine"
teardown

prefix="detach and unload: "
busy_guest
check "it detaches" eval "gpuwardctl driver detach --yes >$work/detach 2>/dev/null"
given_up
check "gpuward unloads under tenants' files" rmmod gpuward
like "which go on" "$(ask runner alloc 64M)" "alloc ret=0 errno=0 status=0x0 *"
check "it comes back" insmod /modules/gpuward.ko
end "$runner" "$waiter" "$placer"
clients=
vms=
rmdir $cg/alice $cg/bob
teardown
finish
