#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several accelerators of one VM: added, removed and made the default by the VM's own programs and
# by an administrator; refused while a program is on one, and for the last and a bound one; a
# program that runs keeps its accelerator, with all its processes, whatever the default becomes.
# vm: -T multi
. ./lib.sh

smi() {
	in_vm alice gpuward-smi device "$@" 2>&1
}

indices() {
	gpuwardctl accel list alice --json | sed -n 's/^ *"index": \([0-9]*\).*/\1/p' | tr '\n' ' '
}

# default_is NAME INDEX
default_is() {
	is "$1" "$(gpuwardctl accel list alice --json | objects accelerators |
		while read -r line; do
			[ "$(field is_default " $line")" != true ] || field index " $line"
		done)" "$2"
}

adding() {
	spawn e - gpuwardctl events -n 1
	must wait_for 5 asleep "$e"
	usleep 300000
	like "the VM adds one" "$(smi --add medium.32gb)" 'Device 1 with model "medium.32gb" is added.'
	must wait_for 10 gone "$e"
	like "listeners are told" "$(cat "$work/e.out")" '*accelerator vm="alice" accel=1*text="added"'
	like "another, from the menu, through a pipe" "$(echo 1 | smi --add)" "Device 2 *small.16gb*"
	is "an unknown model is not found" "$(smi --add none >/dev/null; echo $?)" 3
	is "nor is a number behind the list" "$(smi --add 9 >/dev/null; echo $?)" 3
	smi --add 1 >/dev/null
	smi --add 1 >/dev/null
	out=$(smi --add 1)
	is "not more than it may have" $? 1
	like "and it is told" "$out" "*as many accelerators as it may"
	is "there are five" "$(indices)" "0 1 2 3 4 "
	is "an administrator is held to that, too" "$(gpuwardctl accel add alice 2>/dev/null; echo $?)" 1
	gpuwardctl vm set alice --max-accels 6
	is "until it is raised" "$(gpuwardctl accel add alice:9 --name nine)" 9
	default_is "the first is still the default" 0
}

removing() {
	like "the VM removes one" "$(smi --rm 3)" "Device 3 is removed."
	is "an administrator another" "$(gpuwardctl accel del alice:9; echo $?)" 0
	is "the others keep their numbers" "$(indices)" "0 1 2 4 "
	is "what is gone can not be removed" "$(smi --rm 3 >/dev/null; echo $?)" 3
	like "the default one can be removed" "$(smi --rm 0)" "Device 0 is removed."
	default_is "then the lowest that is left is" 1
	like "a gap is filled first" "$(smi --add small.16gb)" "Device 0 *"
	default_is "without being the default for it" 1
	like "it can be made that" "$(smi --switch 0)" "Device 0 is the default now."
	default_is "and is" 0
	mkdir -p $cg/alice/own
	gpuwardctl binding add alice alice/own --accel 4
	out=$(smi --rm 4)
	is "one that a cgroup is bound to stays" $? 5
	like "and says so" "$out" "*a cgroup is bound to accelerator 4*"
	out=$(gpuwardctl accel del alice:4 2>&1)
	is "for an administrator, too" $? 5
	like "who is told how many" "$out" "*1 cgroups are bound to it"
	is "the others can go" "$(smi --rm 2 >/dev/null; echo $?)" 0
}

# in_use NAME INDEX PID: not to be removed, naming the program
in_use() {
	out=$(smi --rm "$2")
	is "$1: it can not be removed" $? 5
	like "$1: the program is named" "$out" "*(pid: $3) nvclient*"
	out=$(gpuwardctl accel del alice:"$2" 2>&1)
	is "$1: nor by an administrator" $? 5
	like "$1: who is told, too" "$out" "*$3*nvclient*"
}

programs() {
	client a alice
	ask a context >/dev/null
	is "a program starts on the default one" "$(job "$a" accelerator)" 0
	in_use "while it runs" 0 "$a"
	like "the default can be changed meanwhile" "$(smi --switch 1)" "Device 1 *"
	client b alice
	like "the next program goes there, at once" "$(ask b context)" "context ret=0 *"
	is "that is number 1" "$(job "$b" accelerator)" 1
	like "the first may open more" "$(ask a open ctl)" "open ret=[0-9]* errno=0 *"
	is "and stays where it is" "$(gpuwardctl job list --json | grep -c '"accelerator": 0')" 1
	client c alice
	tell c context
	must wait_for 5 waits "$c"
	end "$b"
	like "who waited runs" "$(reply c)" "context ret=0 *"
	in_use "when that runs" 1 "$c"
	spawn d alice/own nvclient context , hold
	must wait_for 5 runs "$d"
	is "a bound cgroup has its own" "$(job "$d" accelerator)" 4
	end "$a" "$c" "$d"
	client m alice
	ask m open ctl >/dev/null
	in_use "while somebody has it open" 1 "$m"
	end "$m"
	must wait_for 5 is_quiet
	is "when nobody has, it goes" "$(smi --rm 1 >/dev/null; echo $?)" 0
}

# A tree's workers that come after the default was changed are still its workers.
tree() {
	gpuwardctl accel set alice:0 --program tree --default
	smi --add small.16gb >/dev/null
	# shellcheck disable=SC2016
	spawn t alice sh -c 'nvclient context , hold & nvclient_1=$!
		while [ ! -e '"$work"'/go ]; do usleep 10000; done
		nvclient context , hold & wait $nvclient_1'
	must wait_for 10 nr_jobs_is running 1
	smi --switch 1 >/dev/null
	: >"$work/go"
	check "a worker that starts later joins its program" wait_for 10 two_contexts
	is "which is one job" "$(nr_jobs running)" 1
	# shellcheck disable=SC2046
	end $(cat $cg/alice/cgroup.procs)
	rm -f "$work/go"
}

two_contexts() {
	[ "$(gpuwardctl job list --json | sed -n 's/^ *"nr_files": \([0-9]*\).*/\1/p')" -ge 4 ]
}

# Added and removed as fast as can be while programs come and go on them.
hammer() {
	smi --switch 0 >/dev/null
	spawn h1 alice sh -c 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do nvclient context; done'
	spawn h2 alice sh -c 'for i in 1 2 3 4 5 6 7 8; do gpuward-smi device --add 1; gpuward-smi device --switch 2
		gpuward-smi device --rm 2; gpuward-smi device --switch 0; done'
	wait "$h1" "$h2"
	check "programs, additions and removals side by side leave nothing behind" wait_for 10 is_quiet
}

setup 550 gpus=4 mem=65536
vm alice small.16gb
adding
removing
programs
tree
hammer
gpuwardctl binding del alice/own
rmdir $cg/alice/own
teardown
finish
