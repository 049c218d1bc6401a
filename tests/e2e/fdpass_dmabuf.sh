#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# dma-bufs of video memory: files of their program that hold what they are made of, whatever becomes of
# its other files, of their descriptors, of the program; the driver's own books and the ledger agree.
# vm: -T multi -t 200
# shellcheck source=tests/e2e/lib_quota.sh
. ./lib_quota.sh

# in_step BYTES: that is what both say
in_step() {
	[ "$(book 0 used) $(ledger)" = "$1 $1" ]
}

lasting() {
	begin
	ask a alloc 64M >/dev/null
	like "a dma-buf of a tenant's memory" "$(ask a dmabuf last 64M)" "dmabuf ret=0 errno=0 status=0x0 *"
	ask a close gpu0 >/dev/null
	ask a close ctl >/dev/null
	check "all other files closed, the memory is held and charged" wait_for 5 in_step $((64 << 20))
	check "and the job goes on" runs "$a"
	client b alice
	tell b context
	check "another one waits" wait_for 5 waits "$b"
	check "for as long as that" never 0.3 answered b
	is "the GPU stays where it is" "$(placed alice)" 0
	ask a dmabuf-close >/dev/null
	like "closed, the next one has its turn" "$(reply b)" "context ret=0 *"
	check "with nothing held" in_step 0
	end "$a" "$b"
}

# In more requests than one, as a range of more than 128 objects is.
grown() {
	begin
	ask_all a "alloc 64M" "dmabuf last 64M own 3" "alloc 64M"
	like "more memory for one that is there" "$(ask a dmabuf-add last 64M 1)" "dmabuf-add ret=0 errno=0 status=0x0"
	like "where there is some already: the driver's own answer" "$(ask a dmabuf-add last 64M 1)" \
		"dmabuf-add ret=0 errno=0 status=0x17"
	like "memory that is not there" "$(ask a dmabuf-add 0x1234 64M 2)" "dmabuf-add ret=0 errno=0 status=0x57"
	like "a descriptor of nothing" "$(ask a dmabuf-add last 64M 2 1000)" "$refused"
	like "of something else" "$(ask a dmabuf-add last 64M 2 0)" "$refused"
	ask a free last >/dev/null
	ask_all a "close gpu0" "close ctl"
	check "all other files closed, both are held and charged" wait_for 5 in_step $((128 << 20))
	ask a dmabuf-close >/dev/null
	check "closed, nothing is" wait_for 5 in_step 0
	end "$a"
}

# passed FROM TO: a dma-buf of one object, with place for two
passed() {
	ask_all "$1" "alloc 1M" "dmabuf last 1M own 2"
	tell "$2" recvfd "$work/socket"
	must matches "$(ask "$1" sendfd "$work/socket" received)" "sendfd ret=0 *"
	must matches "$(reply "$2")" "recvfd ret=0 *"
}

charged_is() {
	[ "$(ledger)" = "$1" ]
}

# Another program's: what it holds is that program's affair.
somebody_elses() {
	quota_setup "$1" gpus=2
	begin
	client b bob
	must matches "$(ask b context)" "context ret=0 *"
	client h -
	must matches "$(ask h context)" "context ret=0 *"
	ask_all a "alloc 1M" "alloc 1M"
	passed b a
	like "for one of another VM's" "$(ask a dmabuf-add last 1M 1 received)" "$refused"
	passed h a
	like "for one of the host's" "$(ask a dmabuf-add last 1M 1 received)" "$refused"
	end "$a"
	check "they have no memory of ours" wait_for 5 charged_is $((1 << 20))
	end "$b"
	check "but their own" wait_for 5 charged_is 0
	is "as the driver says" "$(book 0 used) $(book 1 used)" "$((1 << 20)) 0"
	end "$h"
	teardown
}

# Its program dead, another process of the VM holds one: its holder is found by it.
orphaned() {
	gpuwardctl setting set orphan_ms=60000
	client b alice
	begin
	ask a alloc 64M >/dev/null
	ask a dmabuf last 64M >/dev/null
	tell b recvfd "$work/socket"
	like "passed to another process" "$(ask a sendfd "$work/socket" received)" "sendfd ret=0 *"
	must matches "$(reply b)" "recvfd ret=0 *"
	end "$a"
	check "its maker dead, it holds the memory and the job" wait_for 5 nr_jobs_is orphaned 1
	check "at its size" in_step $((64 << 20))
	like "its holder is found" "$(gpuwardctl job holders "$(jobs | sed -n 's/.* id=\([0-9]*\) .*/\1/p')")" "*$b *"
	gpuwardctl setting set orphan_ms=100
	check "and killed when its time is over" wait_for 8 gone "$b"
	gpuwardctl setting set orphan_ms=0
	check "nothing is left" wait_for 5 nothing_charged
	must wait_for 5 is_quiet
}

# In use meanwhile: the memory's size is checked, the number of the client is not anybody's.
wrong() {
	begin
	ask a alloc 1M >/dev/null
	like "more than there is: the driver's own answer" "$(ask a dmabuf last 2M)" "dmabuf ret=0 errno=0 status=0x1f *"
	like "not there" "$(ask a dmabuf 0x1234 4K)" "dmabuf ret=0 errno=0 status=0x57 *"
	like "of nobody's client" "$(ask a dmabuf last 1M 0xc1e00000)" "dmabuf ret=0 errno=0 status=0x23 *"
	client h -
	must matches "$(ask h context)" "context ret=0 *"
	ask h alloc 1M >/dev/null
	root=$(field client " $(ask h as own) ")
	ask a dmabuf 0x5c000006 1M "$root" >/dev/null
	check "of the host's" answered_badly a
	like "the host's own are its affair" "$(ask h dmabuf last 1M)" "dmabuf ret=0 errno=0 status=0x0 *"
	end "$h"
	within "none of it has changed the quota"
}

answered_badly() {
	answered "$1" && ! matches "$answer" "* errno=0 status=0x0 *"
}

# Whatever other threads do with a descriptor the moment that it is there.
raced() {
	echo 300 >/sys/module/nvidia/parameters/dmabuf_us
	spawn r alice ./dmabuf_race 3000
	check "three thousand, with meddlers" wait_for 60 grep -q "^held" "$work/r.out"
	echo "# $(tr '\n' ' ' <"$work/r.out")"
	check "were made" [ "$(sed -n 's/^made //p' "$work/r.out")" -gt 2000 ]
	check "some were added to" [ "$(sed -n 's/^added //p' "$work/r.out")" -gt 200 ]
	check "some of them live, under whatever numbers" [ "$(sed -n 's/^held //p' "$work/r.out")" -gt 0 ]
	check "what they hold is charged, no more, no less" wait_for 5 agree
	check "there is some" [ "$(ledger)" -gt 0 ]
	check "and the rest of the quota is there" in_quota
	kill -USR1 "$r"
	must wait_for 5 grep -q "let go" "$work/r.out"
	check "all closed, nothing is" wait_for 5 in_step 0
	check "and the program runs" runs "$r"
	end "$r"
	must wait_for 5 is_quiet
}

in_quota() {
	[ "$(book 0 peak)" -le "$quota" ]
}

# Hooks come off and on while there are some.
detached() {
	begin
	ask a alloc 64M >/dev/null
	ask a dmabuf last 64M >/dev/null
	must gpuwardctl driver detach --yes >/dev/null 2>&1
	is "detached, nothing is counted" "$(status nr_files) $(ledger)" "0 0"
	like "it is closed as if nothing had been" "$(ask a dmabuf-close)" "dmabuf-close ret=0 *"
	ask a dmabuf last 64M >/dev/null
	must gpuwardctl driver attach
	like "and after attaching, too" "$(ask a dmabuf-close)" "dmabuf-close ret=0 *"
	end "$a"
	must wait_for 5 is_quiet
}

passes() {
	quota_setup "$1"
	lasting
	grown
	orphaned
	wrong
	raced
	detached
	teardown
}

refused="dmabuf-add ret=0 errno=0 status=0x1b"
passes 550
somebody_elses 550
passes 535
finish
