#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every decision has its tracepoint, with the values that explain it.
# shellcheck source=tests/e2e/lib.sh
. ./lib.sh

events=/sys/kernel/tracing/events/gpuward
trace=/sys/kernel/tracing/trace

# traced PATTERN: some line of the trace matches
traced() {
	grep -q "$1" "$trace"
}

driver 550 gpus=2 mem=16384 || exit 1
# shellcheck disable=SC2034 # for teardown
log_mark=$(dmesg | wc -l)
insmod /modules/gpuward.ko
echo 1 >$events/enable
: >$trace
gpuwardctl driver detach --yes >/dev/null && gpuwardctl driver attach
check "a hook that goes and one that comes" \
	eval 'traced "gpuward_hook: unhook nvidia_open ret=0" && traced "gpuward_hook: hook nvidia_open ret=0"'
gpuwardctl gpu detect --apply >/dev/null
vm alice small.16gb
client a alice
client b alice
ask a context >/dev/null
check "an open that is let in" traced "gpuward_open: vm=1 accel=0 kind=1 minor=0 ret=0"
check "an open outside the placement" traced "gpuward_open: vm=1 accel=0 kind=1 minor=1 ret=-1"
check "GPUs reserved" traced "gpuward_place: vm=1 accel=0 gpus=1 first_minor=0 bytes_per_gpu=17179869184"
check "a job that runs" traced "gpuward_job: vm=1 accel=0 job=[0-9]* state=running"
tell b context
wait_for 10 waits "$b"
check "a job that waits" traced "gpuward_job: vm=1 accel=0 job=[0-9]* state=waiting"
# shellcheck disable=SC2154 # set by client
end "$a"
check "its turn" wait_for 10 runs "$b"
check "a job that is gone" traced "gpuward_job: vm=1 accel=0 job=[0-9]* state=none"
in_vm alice sh -c 'exec 3<>/dev/nvidia-uvm-tools' 2>/dev/null
check "a refusal, with its reason" traced "gpuward_refuse: vm=1 errno=-1 node .* is not for tenants"
end "$b"
check "GPUs given back" wait_for 10 traced "gpuward_unplace: vm=1 accel=0"
echo 0 >$events/enable
teardown
finish
