#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In pid and user namespaces a tenant sees the pids of its own namespace, in its tools and when it is refused; the host sees
# its own; a root of a user namespace is no administrator.
. ./lib.sh
. ./lib_hook.sh

# box NAME COMMAND...: a container of alice's: user, pid and mount namespaces with /proc
# shellcheck disable=SC2016
in_box='mount -t proc proc /proc && exec "$@"'
box() {
	spawn "$1" alice unshare -U -r -p -f -m sh -c "$in_box" sh sh -c "$2"
}

# inner FILE KEY: a number that the box wrote
inner() {
	sed -n "s/^$2 //p" "$work/$1.out"
}

has_line() {
	grep -qs "^$2" "$work/$1.out"
}

# waits_told N: N waits were told; told KEY N: of the Nth one
waits_told() {
	[ "$(grep -c '"type": *"job-wait"' "$work/events.out")" -ge "$1" ]
}

told() {
	grep '"type": *"job-wait"' "$work/events.out" | sed -n "$2s/.*\"$1\": *\([0-9]*\).*/\1/p"
}

setup 550 gpus=1 mem=16384
vm alice small.16gb
spawn events - gpuwardctl events --json
check "events flow" wait_for 60 eval "gpuwardctl gpu set 0 --name Box; [ -s $work/events.out ]"
rm -f /tmp/ns_pid.*

# shellcheck disable=SC2016 # for the shell in the box
box boxed 'echo user $(id -u)
	nvclient train 64M &
	holder=$!
	echo holder $holder
	until gpuward-smi --json | grep -q "\"running\""; do usleep 10000; done
	gpuward-smi --json >/tmp/ns_pid.json
	gpuward-smi >/tmp/ns_pid.boxes
	gpuward-switch-model -M medium.32gb >/tmp/ns_pid.switch 2>&1
	echo switch $?
	until [ -e /tmp/ns_pid.go ]; do usleep 10000; done
	nvclient context'
check "the box runs" wait_for 60 has_line boxed switch
holder=$(inner boxed holder)
is "as root of its own" "$(inner boxed user)" 0
outer=$(jobs | sed -n 's/.* pid=\([0-9]*\) .*/\1/p')
check "pids differ inside and outside" [ "$holder" != "$outer" ]
is "the host sees its own" "$(tr '\0' ' ' </proc/"$outer"/cmdline)" "nvclient train 64M "
is "the VM's JSON has the box's pid" "$(sed -n 's/.*"pid": \([0-9]*\).*/\1/p' /tmp/ns_pid.json)" "$holder"
is "so have the boxes" "$(sed -n 's/.*|  \([0-9]*\) *|  nvclient train 64M .*/\1/p' /tmp/ns_pid.boxes)" "$holder"
is "switching is refused there" "$(inner boxed switch)" 5
like "and names the box's pid" "$(cat /tmp/ns_pid.switch)" "*$holder*nvclient train 64M*"

# A sibling box of the same VM, and the VM's own host side.
box other 'gpuward-smi --json >/tmp/ns_pid.other; echo done 0'
check "another box looks" wait_for 60 has_line other "done"
is "it can not see that pid" "$(grep -c '"pid": null' /tmp/ns_pid.other) $(grep -c '"pid": [0-9]' /tmp/ns_pid.other)" "1 0"
is "outside of boxes the VM sees the outer pid" \
	"$(in_vm alice gpuward-smi --json | sed -n 's/.*"pid": \([0-9]*\).*/\1/p')" "$outer"

# Events name the holder to the one who waits in its own numbers, too.
touch /tmp/ns_pid.go
check "a program in the box waits" wait_for 60 waits_told 1
is "the event has the outer pid" "$(told holder_pid 1)" "$outer"
is "and the one of the box" "$(told holder_nspid 1)" "$holder"
client b alice
tell b context
check "a program outside waits" wait_for 60 waits_told 2
is "the event has the outer pid twice" "$(told holder_pid 2) $(told holder_nspid 2)" "$outer $outer"

box admin 'gpuwardctl vm list; echo list $?; gpuwardctl setting set host=deny; echo set $?
	gpuwardctl vm del alice --force; echo del $?'
check "the box tries to administer" wait_for 60 has_line admin del
is "it may not" "$(inner admin list) $(inner admin set) $(inner admin del)" "4 4 4"
end "$outer"
like "the waiter resumes" "$(reply b)" "context ret=0 *"
teardown
finish
