#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by side doors: classes that are windows over all memory, memory of peers and of other nodes,
# nodes and requests of nvidia-uvm that are not for tenants. Each is refused by gpuward itself (errno 1), in each
# form, whatever the driver would have said. The doors of nvidia-drm and nvidia-modeset: tests/nvidia, display.sh.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# Of all branches; and of 550 and later.
windows="0x3f:registers 0xc2:all_memory 0x76:console 0x81:host_pages 0x82:video_pages 0x83:list_of_pages 0x50:copies"
peers="0xf3:memory_of_a_peer"
nodes="0xe0:export_to_another_node 0xf9:fabric_import 0xfb:imported_fabric"

# refused VERB: in the last trick gpuward itself refused each such request
refused() {
	refused_all=$(grep -c "^$1 ret=" "$work/trick")
	[ "$refused_all" -gt 0 ] && [ "$(grep -c "^$1 ret=-1 errno=1 " "$work/trick")" = "$refused_all" ]
}

# class NUMBER NAME: below all that it could be below, in both sizes, directly and not
class() {
	trick "$2" "object $1 device" "object $1 subdevice" "object $1 root" "os21 on" "object $1 device 64K" "xfer on" \
		"object $1 device 1G" "os21 off" "object $1 subdevice" "bits 0" "object $1 device" "expect 0"
	check "$2 ($1) is refused in each form" refused object
}

classes() {
	for one in $1; do
		class "${one%%:*}" "$(echo "${one#*:}" | tr _ ' ')"
	done
}

# node NAME VERB-ARGUMENT: a tenant gets no file of it, the host does
node() {
	like "$1: not for a tenant" "$(in_vm alice nvclient open "$2")" "open ret=-1 errno=1 *"
	like "$1: but for the host" "$(in_cgroup - nvclient open "$2")" "open ret=[0-9]* errno=0 *"
}

# request NUMBER NAME
request() {
	trick "$2" uvm-init uvm-register "uvm $1" "expect 0"
	check "nvidia-uvm's $2 ($1) is refused" refused uvm
}

doors() {
	quota_setup "$1"
	classes "$windows"
	classes "$peers"
	[ "$1" -lt 550 ] || classes "$nodes"
	node "nvidia-uvm's tools" tools
	request 78 "memory of a device for peers"
	for nr in 81 100 200 0x7fffffff 0xffffffff; do
		request $nr "unknown request"
	done
	teardown
}

doors 550
doors 535
finish
