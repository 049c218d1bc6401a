#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Another model for an accelerator: refused while a program runs or waits on it, naming the program;
# done when it is free, also while somebody looks, who can then take nothing outside the new GPUs,
# however he came by the old one.
# vm: -T multi
. ./lib.sh

model_is() {
	is "$1" "$(accel alice model)" "$2"
}

# refused NAME PID: both by the VM itself and by an administrator, with the program's name
refused() {
	out=$(in_vm alice gpuward-switch-model -M medium.32gb 2>&1)
	is "$1: the VM is refused" $? 5
	like "$1: told who is in the way" "$out" "*$2*nvclient*"
	out=$(gpuwardctl accel set alice --model medium.32gb 2>&1)
	is "$1: so is an administrator" $? 5
	like "$1: told, too" "$out" "*$2*nvclient*"
	model_is "$1: nothing has changed" small.16gb
}

running() {
	client a alice
	ask a context >/dev/null
	refused "while a program runs" "$a"
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	refused "while another one waits" "$a"
	is "neither noticed" "$(job "$a" state) $(job "$b" state)" "running waiting"
	end "$a"
	reply b >/dev/null
	refused "when that one runs" "$b"
	end "$b"
}

waiting_for_gpus() {
	client h bob
	ask h context >/dev/null
	client a alice
	tell a context
	must wait_for 5 places "$a"
	refused "while a program waits for GPUs" "$a"
	check "it waits on" places "$a"
	end "$h"
	like "and gets them" "$(reply a)" "context ret=0 *"
	end "$a"
}

free() {
	must wait_for 5 is_quiet
	out=$(in_vm alice gpuward-switch-model -M medium.32gb 2>&1)
	is "when it is free the VM switches" $? 0
	like "and is told so" "$out" '*successfully switched to "medium.32gb".*'
	model_is "it has the new one" medium.32gb
	client a alice
	like "a program runs with it" "$(ask a context)" "context ret=0 * gpu=1"
	is "on the GPU it needs" "$(placed alice)" 1
	in_vm alice gpuward-switch-model -M medium.32gb >/dev/null
	is "the same model again is done at once" $? 0
	end "$a"
	out=$(in_vm alice gpuward-switch-model -M nonsense 2>&1)
	is "an unknown model is not found" $? 3
	check "an administrator switches back" gpuwardctl accel set alice --model small.16gb
	model_is "and it is" small.16gb
}

looked_at() {
	client m alice
	ask m open ctl >/dev/null
	ask m open gpu0 >/dev/null
	ask m client >/dev/null
	ask m device 0 >/dev/null
	is "somebody looks" "$(placed alice)" 0
	check "that does not hinder a switch" gpuwardctl accel set alice --model medium.32gb
	is "the placement is given back" "$(placed alice)" ""
	like "he may look on" "$(ask m subdevice 0)" "subdevice ret=0 *"
	like "but not claim the old GPU" "$(ask m chgroup)" "chgroup ret=-1 errno=1 *"
	like "nor open its device anew" "$(ask m client)" "client ret=0 *"
	like "with another client" "$(ask m object 0x80 root)" "object ret=-1 errno=1 *"
	is "he is no job" "$(job "$m")" ""
	client a alice
	like "a program gets the new one" "$(ask a context)" "context ret=0 * gpu=1"
	is "which is placed" "$(placed alice)" 1
	like "which he may open then" "$(ask m open gpu1)" "open ret=[0-9]* errno=0 *"
	end "$a"
	like "but not claim with the old one open" "$(ask m chgroup)" "chgroup ret=-1 errno=1 *"
	like "once that is closed" "$(ask m close gpu0)" "close ret=0 *"
	end "$m"
}

# A file of a GPU that another program of the VM opened, and passed on; the GPU then goes to bob.
received() {
	client a alice
	client b alice
	ask a open gpu0 >/dev/null
	tell b recvfd "$work/socket" gpu0
	ask a sendfd "$work/socket" gpu0 >/dev/null
	must matches "$(reply b)" "recvfd ret=0 *"
	for verb in "open ctl" client "device 0"; do
		# shellcheck disable=SC2086
		ask b $verb >/dev/null
	done
	like "with a GPU's file of another program one may look" "$(ask b subdevice 0)" "subdevice ret=0 *"
	check "that does not hinder a switch, either" gpuwardctl accel set alice --model medium.32gb
	client c bob
	like "another VM gets the GPU" "$(ask c open gpu0)" "open ret=[0-9]* errno=0 *"
	is "to itself" "$(placed alice):$(placed bob)" ":0"
	like "no memory is taken there by the received file" "$(ask b alloc 1M)" "alloc ret=-1 errno=1 *"
	like "nothing run" "$(ask b chgroup)" "chgroup ret=-1 errno=1 *"
	end "$a" "$b" "$c"
	must gpuwardctl accel set alice --model small.16gb
}

# Between an open and the placement it got, or gives back, a switch takes nothing from anybody.
raced() {
	books_reset
	if raced_out=$(in_vm alice ./switch_race 4 small.16gb medium.32gb 2>&1); then
		ok "switched while others open and claim: done or refused, nothing else"
	else
		not_ok "switched while others open and claim"
	fi
	echo "$raced_out" | sed 's/^/# /'
	check "never two at once on the one GPU" exclusive 0
	check "nor on the other" exclusive 1
	check "nothing is left placed" wait_for 5 is_quiet
	gpuwardctl accel set alice --model small.16gb
	client a alice
	like "the VM gets its GPU as before" "$(ask a context)" "context ret=0 * gpu=0"
	end "$a"
}

setup 550 gpus=2 mem=16384,49152
vm alice small.16gb
vm bob small.16gb
running
# One GPU that fits both VMs only one after the other
gpuwardctl gpu drain 1
waiting_for_gpus
gpuwardctl gpu resume 1
free
looked_at
gpuwardctl accel set alice --model small.16gb
received
raced
teardown
finish
