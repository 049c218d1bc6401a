#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by doing things at once: a thread that changes the request while it is under way,
# results that cannot be written back, threads and clients that all take what is left, death in between.
# vm: -T multi -t 400
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# changed FIELD: what was checked fits, what another thread puts there does not
changed() {
	begin
	tell a race 3000 64K 2G "$1"
	changed_said=$(reply a 30)
	echo "# $changed_said"
	is "another thread changes the $1: never more than was checked" \
		"$(field big " $changed_said ")" 0
	brim "another thread changes the $1"
}

# lost HOW...: failed write-backs are no way to memory that nobody counts
lost() {
	begin
	echo 100 >/sys/module/nvidia/parameters/alloc_us
	tell a writeback 2500 256K "$@"
	lost_said=$(reply a 30)
	echo 0 >/sys/module/nvidia/parameters/alloc_us
	echo "# $lost_said"
	within "results that cannot be written back ($*)"
}

swarms() {
	begin
	said_all=$(ask a threads 8 2M)
	like "eight threads that all take what is left" "$said_all" "threads ret=0 * total=$quota full=8 *"
	brim "threads"
	begin
	tell a threads 8 192K churn
	reply a 60 >/dev/null
	within "threads that take and give back"
}

# forks: processes of one program
forks() {
	gpuwardctl accel set alice --program cgroup
	books_reset
	client a alice
	ask a open ctl >/dev/null
	tell a forks 12 32M
	forks_said=$(reply a 60)
	like "twelve processes of one program that all take what is left" "$forks_said" \
		"forks ret=0 * made=12 total=$quota"
	is "have never had more" "$(book 0 peak)" "$quota"
	is "and leave nothing" "$(ended)" "0 0"
	gpuwardctl accel set alice --program process
}

# Processes and clients without end, of one program; then all of them die at once.
bombs() {
	gpuwardctl accel set alice --program cgroup
	books_reset
	client a alice
	ask a open ctl >/dev/null
	ask a open gpu0 >/dev/null
	tell a bomb 6 2M
	bombs_said=$(reply a 60)
	like "64 processes with 20 clients each, all of which want all" "$bombs_said" "bomb ret=0 * made=64 total=$quota"
	is "have never had more" "$(book 0 peak)" "$quota"
	echo 1 >"$cg/alice/cgroup.kill"
	is "and leave nothing when all die at once" "$(ended)" "0 0"
	gpuwardctl accel set alice --program process
}

# Killed while the driver is about to allocate, again and again.
killed() {
	books_reset
	echo 20000 >/sys/module/nvidia/parameters/alloc_us
	killed_rounds=0
	while [ $killed_rounds -lt 8 ]; do
		client a alice
		ask a context >/dev/null
		tell a retry 100 96M
		usleep $((20000 + killed_rounds * 9000))
		must [ "$(ended)" = "0 0" ]
		killed_rounds=$((killed_rounds + 1))
	done
	echo 0 >/sys/module/nvidia/parameters/alloc_us
	check "killed in the middle of an allocation, never more than the quota" [ "$(book 0 peak)" -le $quota ]
	begin
	brim "nor is anything lost by it"
}

races() {
	quota_setup "$1"
	changed size
	changed pointer
	changed class
	lost protect
	lost unmap
	lost protect outer
	lost unmap outer
	swarms
	forks
	bombs
	killed
	teardown
}

# The other shape: its own compat entry, a shorter block.
old_shape() {
	quota_setup 535
	changed size
	changed pointer
	lost protect
	swarms
	teardown
}

races 550
old_shape
finish
