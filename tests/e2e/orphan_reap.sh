#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Jobs whose program is dead while others hold its files: they are shown, told, and after the grace
# exactly those who hold the files are killed: by gpuwardd, by hand, or by the kernel. A bystander of
# the same name, session and cgroup lives, whatever NVIDIA files it has open itself.
# vm: -T multi -t 300
. ./lib.sh

# of KIND: the pid of that helper of $p
of() {
	sed -n "s/^$1 //p" "$work/p.out"
}

# program KIND...: $p is the program, its helpers are $helpers
program() {
	spawn p alice ./orphan_worker "$@"
	must wait_for 10 printed p "ready *"
	helpers=$(sed -n 's/^[a-z]* //p' "$work/p.out" | grep -vx "$p")
	clients="$clients $helpers"
}

printed() {
	matches "$(cat "$work/$1.out")" "$2"
}

# orphan KIND...: the program is dead, its helpers are not
orphan() {
	program "$@"
	orphan_job=$(job "$p" id)
	end "$p"
}

is_orphaned() {
	nr_jobs_is orphaned "$1"
}

living() {
	living_names=
	for living_name in "$@"; do
		# shellcheck disable=SC2046 # each that is so called
		gone $(of "$living_name") || living_names="$living_names $living_name"
	done
	echo "$living_names"
}

# told TYPE: an event of that type was sent
told() {
	grep -q " $1 " "$work/events.out"
}

listen() {
	spawn events - gpuwardctl events
	# shellcheck disable=SC2016 # not ours
	must wait_for 5 grep -q . "/proc/$events/net/netlink"
	must never 0.3 false
}

waiter() {
	client b alice
	tell b context
	must wait_for 5 waits "$b"
}

# --- without a daemon -------------------------------------------------------------------------------

by_the_kernel() {
	gpuwardctl setting set orphan_ms="$(ms 3000)"
	listen
	program worker worker thread $mapper clean looker
	waiter
	orphan_job=$(job "$p" id)
	end "$p"
	check "the kernel: the job is orphaned" wait_for 5 is_orphaned 1
	check "that is told" wait_for 5 told job-orphan
	like "with its end" "$(grep job-orphan "$work/events.out")" "* job-orphan vm=\"alice\" accel=0 job=$orphan_job pid=$p command=* left=*s"
	like "its own VM sees it" "$(in_vm alice gpuward-smi)" "WARNING: device 0: job * is orphaned: *; its processes are killed in *s"
	like "its holders are known" "$(holders)" "$(of worker | head -n 1) no no orphan_worker"
	is "exactly they" "$(holders | wc -l)" $((3 + nr_mappers))
	is "until then nobody is killed" "$(living worker thread $mapper clean looker)" \
		" worker thread ${mapper:+$mapper }clean looker"
	like "then the waiter goes on" "$(reply b 10)" "context ret=0 *"
	check "that it was time is told" told job-reap
	# shellcheck disable=SC2046 # two workers, perhaps no mapper
	check "all holders are dead" wait_for 5 gone $(of worker) $(of thread) $(of mapper)
	is "the bystanders live" "$(living clean looker)" " clean looker"
	# shellcheck disable=SC2086
	end "$events" "$b" $helpers
	must wait_for 5 is_quiet
}

holders() {
	gpuwardctl job holders "$orphan_job" | sed 1d | tr -s ' ' | sed 's/^ //;s/ *$//'
}

# A file on its way to somebody has no holder; when it has arrived, its holder is found.
passing() {
	gpuwardctl setting set orphan_ms=300
	orphan passer
	must wait_for 5 nr_jobs_is ending 1
	is "a file in flight has no holder" "$(holders)" ""
	check "and its job stays" never 0.5 nr_jobs_is ending 0
	# shellcheck disable=SC2086
	end $helpers
	check "until nobody could get it any more" wait_for 5 is_quiet
	orphan passer taker
	check "a process that was sent the file is found" wait_for 10 gone "$(of taker)"
	is "who sent it lives" "$(living passer)" " passer"
	# shellcheck disable=SC2086
	end $helpers
	must wait_for 5 is_quiet
}

# Who is in no cgroup of the VM got the file from somebody: it must not die for that.
outside() {
	gpuwardctl setting set orphan_ms=200
	program worker
	outsider=$(of worker)
	orphan_job=$(job "$p" id)
	echo "$outsider" >"$cg/cgroup.procs"
	end "$p"
	must wait_for 5 nr_jobs_is ending 1
	like "a holder that is not in the VM is shown as such" "$(holders)" "$outsider no yes orphan_worker"
	check "and lives" never 4 gone "$outsider"
	is "also when reaped by hand" "$(gpuwardctl job reap "$orphan_job")" 0
	is "unless the admin means it" "$(gpuwardctl job reap --outside "$orphan_job")" 1
	check "then it dies" wait_for 5 gone "$outsider"
	must wait_for 5 is_quiet
}

# Ended by an admin, or by the VM itself: nobody waits for a grace.
ended() {
	gpuwardctl setting set orphan_ms=0
	orphan worker clean
	must wait_for 5 is_orphaned 1
	check "without a grace it stays" never 2 gone "$(of worker)"
	is "it has no deadline" "$(gpuwardctl job list --json | grep -c deadline)" 0
	out=$(gpuwardctl job reap 4000000000 2>&1)
	is "no such job can be reaped" $? 3
	like "and that is told" "$out" "*no job 4000000000"
	is "it is reaped by hand" "$(gpuwardctl job reap "$orphan_job")" 1
	check "the holder dies" wait_for 5 gone "$(of worker)"
	is "the bystander lives" "$(living clean)" " clean"
	# shellcheck disable=SC2086
	end $helpers
	must wait_for 5 is_quiet

	orphan worker clean
	must wait_for 5 is_orphaned 1
	is "a VM that resets its own accelerator" "$(in_vm alice gpuward-smi --reset >/dev/null; echo $?)" 0
	check "is rid of its orphan" wait_for 5 gone "$(of worker)"
	is "the bystander lives again" "$(living clean)" " clean"
	# shellcheck disable=SC2086
	end $helpers
	must wait_for 5 is_quiet

	program worker clean
	check "an admin ends a running job" gpuwardctl job end "$(job "$p" id)"
	check "and whoever inherited its files" wait_for 5 gone "$p" "$(of worker)"
	is "not the bystander" "$(living clean)" " clean"
	out=$(gpuwardctl job reap "$(job "$p" id)" 2>&1)
	# shellcheck disable=SC2086
	end $helpers
	must wait_for 5 is_quiet

	orphan worker
	must wait_for 5 is_orphaned 1
	gpuwardctl setting set orphan_ms=300
	check "a grace that is set later is in force at once" wait_for 6 gone "$(of worker)"
	must wait_for 5 is_quiet

	program worker
	out=$(gpuwardctl job reap "$(job "$p" id)" 2>&1)
	is "a job whose program lives is not reaped" $? 5
	like "and that is told" "$out" "*its program lives"
	# shellcheck disable=SC2086
	end "$p" $helpers
	must wait_for 5 is_quiet
}

# --- with the daemon --------------------------------------------------------------------------------

daemon() {
	: >"$work/daemon.out"
	spawn daemon - gpuwardd --stdout --config /dev/null
	must never 0.5 false
}

by_the_daemon() {
	gpuwardctl setting set orphan_ms=500
	daemon
	program worker worker $mapper clean looker
	waiter
	end "$p"
	like "the daemon: the waiter goes on" "$(reply b 5)" "context ret=0 *"
	like "it killed all holders" "$(cat "$work/daemon.out")" "gpuwardd: job * of VM \"alice\": $((2 + nr_mappers)) processes killed"
	is "the bystanders live" "$(living clean looker)" " clean looker"
	# shellcheck disable=SC2086
	end "$b" $helpers
	must wait_for 5 is_quiet

	kill -STOP "$daemon"
	orphan worker
	check "a daemon that hangs: the kernel ends them" wait_for 10 gone "$(of worker)"
	must wait_for 5 is_quiet
	end "$daemon"

	gpuwardctl setting set orphan_ms=1
	orphan worker
	must wait_for 5 nr_jobs_is ending 1
	daemon
	check "a daemon that is started later ends them, or the kernel has" wait_for 5 gone "$(of worker)"
	must wait_for 5 is_quiet
	end "$daemon"
}

setup 550 gpus=2 mem=16384
is "settings are shown" "$(gpuwardctl setting list | grep -c '^orphan_ms=5000$\|^evict_ms=30000$')" 2
is "a grace of more than a day is refused" "$(gpuwardctl setting set orphan_ms=86400001 2>/dev/null; echo $?)" 2
is "a grace that is no number is refused" "$(gpuwardctl setting set orphan_ms=x 2>/dev/null; echo $?)" 2
vm alice small.16gb
mapper=mapper
nr_mappers=1
./orphan_worker can_map
map_status=$?
if [ $map_status = 22 ]; then	# EINVAL
	mapper=
	nr_mappers=0
	skip "a holder that has a mapping only" "no child of this kernel's inherits one"
else
	is "a child can inherit a mapping" $map_status 0
fi
by_the_kernel
passing
outside
ended
by_the_daemon
teardown
finish
