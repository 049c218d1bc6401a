#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What people see while programs take turns: gpuwardd on the terminals of those that wait, events,
# the boxes, the menu that refuses and then switches; and a module that goes away under all of them.
. ./lib.sh

pty=/tests/e2e/tools_pty
[ -e /dev/pts/ptmx ] || { mkdir -p /dev/pts; mount -t devpts devpts /dev/pts; }

# program NAME VM MS: on a terminal of its own, whose text is in $work/NAME.out
program() {
	spawn "$1" "$2" "$pty" nvclient infer "$3"
}

# shows NAME TEXT: the terminal has shown it, as a whole line
shows() {
	tr -d '\r' <"$work/$1.out" | grep -qxF -- "$2"
}

# lines_of NAME TEXT: how many have it
lines_of() {
	tr -d '\r' <"$work/$1.out" | grep -cF -- "$2"
}

# no_gap FILE: the numbers of the events in it rise by one; there are some
no_gap() {
	sed -n 's/.*"sequence":\([0-9]*\),.*/\1/p' "$1" | awk '
		NR > 1 && $1 != last + 1 { exit bad = 1 }
		{ last = $1 }
		END { exit bad || NR < 10 }'
}

setup 550 gpus=1
vm alice small.16gb
vm bob small.16gb
gpuwardctl events --json >"$work/events" 2>&1 &
events=$!
gpuwardd >"$work/gpuwardd" 2>&1 &
daemon=$!
sleep 1

client a alice
ask a context >/dev/null
holder=$(job "$a" pid)
program b alice 1500
check "a program waits for the accelerator" wait_for 10 nr_jobs_is waiting 1
check "its terminal is told: requesting" wait_for 5 shows b \
	"[info] Requesting resources for AI Accelerator..."
check "in use" wait_for 5 shows b "[warning] AI Accelerator is already in use by another process:"
check "by whom" wait_for 5 shows b "[warning]   (pid: $holder) nvclient -"
check "and that it goes on by itself" wait_for 5 shows b "[warning] Two or more processes cannot use AI Accelerator at the same time. The program will resume automatically after the process $holder terminates..."
program c bob 1400
check "a program waits for GPUs" wait_for 10 nr_jobs_is placing 1
check "its terminal is told" wait_for 5 shows c "[warning] Not enough resources are currently available for AI Accelerator. All resources in the system are being used by other users. The program will resume automatically when resources become available..."
program d alice 1400
check "another one waits for the accelerator" wait_for 10 nr_jobs_is waiting 2
first=$(jobs | sed -n 's/.* pid=\([0-9]*\) .*infer 1500.*/\1/p')

like "the tenant's box has those that wait" "$(in_vm alice gpuward-smi)" "*infer 1500*  1 *accelerator*"
like "the administrator's has all VMs'" "$(gpuward-smi)" "*bob*infer 1400*GPUs*"
is "switching is refused" "$(in_vm alice gpuward-switch-model -M 2 >"$work/switch" 2>&1; echo $?)" 5
like "and names the process" "$(cat "$work/switch")" "*(pid: $holder) nvclient *"
# shellcheck disable=SC2016
is "in the menu too" "$(in_vm alice sh -c 'printf "2\nq\n" | gpuward-switch-model >/dev/null 2>&1; echo $?')" 5

end "$a"
check "the holder is gone: the first in line is told" wait_for 10 shows b "[info] AI Accelerator is ready to use."
check "the next one of whom it waits for now" wait_for 10 shows d \
	"[warning]   (pid: $first) nvclient infer 1500"
check "then it is its turn" wait_for 20 shows d "[info] AI Accelerator is ready to use."
check "and that of the other VM" wait_for 20 shows c "[info] AI Accelerator is ready to use."
is "each was told to be ready once" "$(lines_of b 'is ready') $(lines_of c 'is ready') $(lines_of d 'is ready')" "1 1 1"
is "and why it waits once for each reason" \
	"$(lines_of b 'in use by') $(lines_of c 'Not enough') $(lines_of d 'in use by')" "1 1 2"
check "all end" wait_for 10 gone "$b" "$c" "$d"
is "switching works now" "$(in_vm alice gpuward-switch-model -M small.16gb)" \
	'The AI Accelerator model is successfully switched to "small.16gb".'
like "memory is not shown while nothing runs" "$(in_vm alice gpuward-smi)" \
	"|  \* 0     |  AI Accelerator  |  \*\*\*\*\*\*\*\*  |  small.16gb  |  -             |  -             |"
check "events have no gap" no_gap "$work/events"

teardown
check "events and daemon let the module go, and end" wait_for 5 gone "$events" "$daemon"
is "with a word" "$(tail -n 1 "$work/events")|$(cat "$work/gpuwardd")" \
	"gpuwardctl: events: the module was unloaded|gpuwardd: the module was unloaded"
finish
