#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A file that reaches a program of another VM, or the host, is of no use there: nothing can be held
# or run with it. Within a VM it works. On both shapes of driver.
# vm: -T multi
. ./lib.sh

refused() {
	like "$1" "$2" "* ret=-1 errno=1 *"
}

# received NODE: $r of VM $2 has $a's NODE
received() {
	client r "$2"
	tell r recvfd "$work/socket" "$1"
	ask a sendfd "$work/socket" "$1" >/dev/null
	must matches "$(reply r)" "recvfd ret=0 *"
}

foreign_ctl() {
	received ctl "$2"
	like "$1: may look with it" "$(ask r client)" "client ret=0 *"
	refused "$1: no device with it" "$(ask r device 0)"
	refused "$1: no memory" "$(ask r alloc 1M)"
	refused "$1: no heap" "$(ask r heapalloc 1M)"
	refused "$1: no channel group" "$(ask r chgroup)"
	refused "$1: no import" "$(ask r import)"
	ask r xfer on >/dev/null
	refused "$1: no memory by the indirect form" "$(ask r alloc 1M)"
	is "$1: no job came of it" "$(jobs)" ""
	end "$r"
}

# The GPU of alice; bob's own control file.
foreign_gpu() {
	received gpu0 bob
	ask r open ctl >/dev/null
	ask r client >/dev/null
	ask r register-fd gpu0 ctl >/dev/null
	refused "a GPU of another VM: its device is refused on the own control file" "$(ask r device 0)"
	refused "its file opens no window" "$(ask r alloc02 0x40 1M gpu0)"
	like "the own GPU is there" "$(ask r open gpu1)" "open ret=[0-9]* errno=0 *"
	like "and works" "$(ask r device 1)" "device ret=0 *"
	end "$r"
}

# used NAME VM WANTED: what fdpass_use says of file $3 of alice in VM
used() {
	spawn r "$2" ./fdpass_use "$work/socket"
	must wait_for 5 test -S "$work/socket"
	ask a sendfd "$work/socket" "$3" >/dev/null
	must wait_for 5 gone "$r"
	is "$1" "$(cat "$work/r.out")" "$4"
	rm -f "$work/socket"
}

passes() {
	setup "$1" gpus=2
	prefix="$1: "
	vm alice small.16gb
	vm bob small.16gb
	client a alice
	ask a open ctl >/dev/null
	ask a open gpu0 >/dev/null
	ask a open uvm >/dev/null
	foreign_ctl "a control file in another VM" bob
	foreign_ctl "on the host" -
	foreign_gpu
	used "in another VM nothing maps a GPU's file" bob gpu0 "map EPERM alloc EPERM"
	used "nor a control file" bob ctl "map EPERM alloc EPERM"
	used "nor nvidia-uvm's" bob uvm "map EPERM alloc EPERM"
	used "nor the host" - gpu0 "map EPERM alloc EPERM"
	used "in the same VM the driver answers" alice ctl "map driver alloc driver"
	like "and it is the opener's still" "$(ask a client)" "client ret=0 *"
	teardown
}

passes 550
passes 535
finish
