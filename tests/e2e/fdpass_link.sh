#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A control file linked to another VM's: refused; in permissive mode it is only reported, and what comes of
# it, which the driver allows, leaves both VMs' books whole.
. ./lib.sh

# linked NAME WANTED ORDER
linked() {
	is "$1, $3" "$(./fdpass_link $cg/alice $cg/bob "$3" 2>&1)" "$2"
}

links() {
	setup "$1" gpus=1
	prefix="$1: "
	vm alice small.16gb
	vm bob small.16gb
	for order in own-first other-first; do
		linked "refused" "link Operation not permitted clients 10" $order
	done
	must gpuwardctl setting set enforce=permissive
	for order in own-first other-first; do
		linked "permissive mode lets it pass" "link done clients 10" $order
	done
	must gpuwardctl setting set enforce=on
	client b bob
	like "the other VM goes on" "$(ask b context)" "context ret=0 *"
	end "$b"
	teardown
}

links 550
links 535
finish
