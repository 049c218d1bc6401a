#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One byte more by what keeps memory when its handle has gone: exported files, dma-bufs, fabric
# and multicast memory, mappings for the CPU. On both shapes of driver.
# vm: -T single -t 300
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

exported() {
	trick "export, then free" "alloc 512M" "export last" "free last" "expect 512M"
	trick "export, import, free some" "alloc 512M" "export last" "import" "free last" "import" "free 0x5c000006" \
		"expect 512M"
	trick "export, then close the exporter" "alloc 512M" "export last" "close ctl" "expect 512M" \
		"open ctl" "client" "device 0" "import" "expect 512M"
	trick "export, then close the file" "alloc 512M" "export last" "free last" "close received" "expect 0"
	trick "export twice to one file" "alloc 512M" "export last" "alloc 64K" "export last" "free last" "expect 512M"
}

others() {
	trick "a dma-buf, then free" "alloc 512M" "dmabuf last 512M" "free last" "expect 512M"
	trick "of a part of the memory" "alloc 512M" "dmabuf last 4K" "free last" "expect 512M"
	trick "by the indirect form" "alloc 512M" "xfer on" "dmabuf last 512M" "xfer off" "free last" "expect 512M"
	trick "with other bits" "alloc 512M" "bits 0" "dmabuf last 512M" "bits off" "free last" "expect 512M"
	trick "a second one of the same memory" "alloc 512M" "dmabuf last 512M" "dmabuf last 4K" "free last" \
		"dmabuf-close" "expect 512M"
	trick "a dma-buf that is closed" "alloc 512M" "dmabuf last 512M" "free last" "dmabuf-close" "expect 0"
	trick "of what is not there" "dmabuf 0x5cffffff 4K" "expect 0"
	trick "the client gone, the dma-buf not" "alloc 512M" "dmabuf last 512M" "free root" "expect 512M" "client" \
		"device 0"
	trick "fabric memory, then free what lies behind it" "alloc 512M" "fabric last 512M" "free 0x5c000006" \
		"expect 512M"
	trick "fabric memory that is freed, too" "alloc 512M" "fabric last 512M" "free last" "free last" "expect 0"
	trick "mapped for the CPU, then freed" "alloc 256M" "map last 2M" "free last" "alloc 256M" "map last 64K" \
		"expect 256M"
}

# Memory behind a multicast address stays as long as any object that stands for it, whichever it was attached by.
multicast() {
	trick "multicast memory, then free what lies behind it" "alloc 512M" "multicast 512M" \
		"attach 0x5c000007 0x5c000006" "free 0x5c000006" "expect 512M"
	trick "multicast memory that is freed, too" "alloc 512M" "multicast 512M" "attach 0x5c000007 0x5c000006" \
		"free 0x5c000006" "free 0x5c000007" "expect 0"
	trick "multicast memory with a duplicate, then free all but that" "alloc 512M" "multicast 512M" \
		"attach 0x5c000007 0x5c000006" "dup self 0x5c000007" "free 0x5c000007" "free 0x5c000006" "expect 512M"
	trick "attached by a duplicate that is freed" "alloc 512M" "multicast 512M" "dup self 0x5c000007" \
		"attach 0x5c000008 0x5c000006" "free 0x5c000008" "free 0x5c000006" "expect 512M"
	trick "multicast memory on a file, then free" "alloc 512M" "multicast 512M" "attach 0x5c000007 0x5c000006" \
		"export 0x5c000007" "free 0x5c000007" "free 0x5c000006" "expect 512M" "import" "close received" \
		"expect 512M" "free last" "expect 0"
	trick "attached to what is no multicast memory" "alloc 512M" "attach 0x5c000006 0x5c000006" \
		"attach 0x5cffffff 0x5c000006" "free 0x5c000006" "expect 0"
}

# What is detached is let go, once; what is not stays.
detached() {
	trick "detached, then freed" "alloc 512M" "multicast 512M" "attach 0x5c000007 0x5c000006 4M" \
		"detach 0x5c000007 4M" "free 0x5c000006" "expect 0"
	trick "detached elsewhere, and from elsewhere" "alloc 512M" "multicast 512M" "attach 0x5c000007 0x5c000006 4M" \
		"detach 0x5c000007 2M" "detach 0x5c000006 4M" "free 0x5c000006" "expect 512M"
	trick "detached by a duplicate, twice, while it is used" "alloc 512M" "multicast 512M" "dup self 0x5c000007" \
		"attach 0x5c000008 0x5c000006" "detach 0x5c000007" "detach 0x5c000007" "expect 512M" \
		"free 0x5c000006" "expect 0" "free 0x5c000008" "expect 0"
}

# From 570 on an attachment holds nothing.
detached_with_it() {
	quota_setup "$1"
	trick "attached memory is freed" "alloc 512M" "multicast 512M" "attach 0x5c000007 0x5c000006" \
		"free 0x5c000006" "expect 0" "free 0x5c000007" "expect 0"
	teardown
}

# alice's memory on a file, which then is bob's; and bob's file, on which alice puts hers.
to_others() {
	begin
	client b bob
	must matches "$(ask b context)" "context ret=0 *"
	tell b recvfd "$work/socket"
	ask_all a "alloc 512M" "export last" "sendfd $work/socket received"
	must matches "$(reply b)" "recvfd ret=0 *"
	ask b import >/dev/null
	check "export to a file, which another VM gets: it imports nothing" answered_badly b
	tell a recvfd "$work/socket"
	ask b sendfd "$work/socket" ctl >/dev/null
	must matches "$(reply a)" "recvfd ret=0 *"
	ask a export last >/dev/null
	check "export to a file of another VM" answered_badly a
	end "$b"
	brim "nothing of it has changed the quota"
}

# answered_badly NAME: with an error or a status
answered_badly() {
	answered "$1" && ! matches "$answer" "* errno=0 status=0x0 *"
}

holders() {
	quota_setup "$1"
	exported
	others
	multicast
	detached
	to_others
	teardown
}

holders 550
holders 535
detached_with_it 580
finish
