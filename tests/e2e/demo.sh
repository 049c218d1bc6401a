#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The story of make demo, told by the tools' real output on the stand-in driver. Fails when it does not come true.
# Owns the order of the story only.
. ./lib.sh

pty=/tests/e2e/tools_pty
home=/home/alice
PATH=$home/bin:$PATH

say() {
	echo
	echo "=== $*"
}

# show WHERE COMMAND...: the command as one would type it, and what it prints ("host": no VM)
show() {
	show_vm=$1
	shift
	echo
	if [ "$show_vm" = host ]; then
		echo "host# $*"
		"$@" 2>&1
	else
		echo "$show_vm\$ $*"
		in_vm "$show_vm" "$@" 2>&1
	fi
	show_status=$?
	[ $show_status = 0 ] || echo "(exit status $show_status)"
}

# types NAME COMMAND: into a terminal of alice's, whose screen is in $work/NAME.out
types() {
	echo
	echo "alice\$ $2"
	spawn "$1" alice "$pty" sh -c "$2"
}

# screen NAME LINE: from that line on
screen() {
	tr -d '\r' <"$work/$1.out" | tail -n "+$2"
}

# has NAME TEXT: the screen has it as a whole line
has() {
	screen "$1" 1 | grep -qxF -- "$2"
}

# is_ready LOG: the program said that it has its memory
is_ready() {
	grep -qs '^READY' "$home/$1"
}

pid_of() {
	jobs | sed -n "s/.* pid=\([0-9]*\) .*$1.*/\1/p"
}

holder_ends() {
	kill -9 "$1" && wait_for 60 gone "$1"
}

# The guest has neither Python nor a GPU: "python" speaks to the driver as CUDA would, a script has the requests.
mkdir -p "$home/bin" && cd "$home" || exit 1
cp /usr/bin/nvclient bin/python
echo "train 320M" >train.py
echo "infer 300" >infer.py

driver 550 gpus=2 mem=24576 || exit 1
insmod /modules/gpuward.ko || exit 1
log_mark=$(dmesg | wc -l)
gpuwardd >"$work/gpuwardd" 2>&1 &
daemon=$!

say "A host with two GPUs of 24 GiB. gpuward asks the driver for them and declares them."
show host gpuwardctl gpu detect --apply
show host gpuwardctl status
check "gpuward is attached and has both GPUs" [ "$(status state) $(status nr_gpus)" = "attached 2" ]

say "Two VMs: a cgroup each, and an accelerator of model small.16gb each."
for name in alice bob; do
	mkdir -p "$cg/$name"
	show host gpuwardctl vm add $name --model small.16gb
	show host gpuwardctl binding add $name "$cg/$name"
	vms="$vms $name"
done
show host gpuwardctl vm list
check "two VMs are bound" [ "$(status nr_vms) $(status nr_bindings)" = "2 2" ]

say "Inside alice: an accelerator, and nothing runs."
show alice gpuward-smi

say "alice starts a training: an unchanged program that opens NVIDIA's own device nodes. It has the accelerator at once."
types train "python train.py >train.log"
check "the training has its memory" wait_for 60 is_ready train.log
train_pid=$(pid_of train.py)
show alice gpuward-smi

say "In another terminal alice starts a second program. It waits in the kernel, and its terminal is told why."
types infer "python infer.py >infer.log"
check "the second program waits" wait_for 60 nr_jobs_is waiting 1
infer_pid=$(pid_of infer.py)
wait_for 60 has infer "[warning] Two or more processes cannot use AI Accelerator at the same time. The program will resume automatically after the process $train_pid terminates..."
check "its terminal names the first one" has infer "[warning]   (pid: $train_pid) python train.py"
screen infer 1
told=$(screen infer 1 | wc -l)

say "bob has an accelerator of his own, on the other GPU, and does not notice."
show bob nvclient context, alloc 64M, free all
check "bob ran at once" [ $show_status = 0 ]

say "The administrator sees all of it."
show host gpuwardctl job list
show host gpuwardctl gpu list

say "The model can not be switched while a program runs."
show alice gpuward-switch-model -M medium.32gb
check "switching is refused" [ $show_status = 5 ]

say "The training ends; here it is killed. The second program goes on by itself, and its terminal says so."
echo
echo "alice\$ kill -9 $train_pid"
check "the training is gone" holder_ends "$train_pid"
check "the second program resumed" wait_for 60 is_ready infer.log
check "its terminal is told" wait_for 60 has infer "[info] AI Accelerator is ready to use."
screen infer $((told + 1))
check "it did its work and ended" wait_for 60 gone "$infer_pid"
check "with success" grep -q '^free ret=0' infer.log
wait_for 60 is_quiet

say "Now the model may be switched."
show alice gpuward-switch-model -M large.48gb
check "it is" [ "$show_status $(accel alice model)" = "0 large.48gb" ]
show alice gpuward-smi

say "No GPU here can hold that one: a program is refused at once instead of waiting for ever."
show alice nvclient context
check "it is refused" [ $show_status != 0 ]

say "All programs have ended. Nothing may be left."
kill $daemon
cd /tests/e2e || exit 1
clients=
teardown
[ $bad = 0 ] && say "The story came true: $n checks."
finish
