#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whose is a program: of the VM in whose cgroup it opened the files. Moved elsewhere afterwards it
# may hold and run nothing more; what it held stays its opener's. Cgroups and VMs that go away.
# vm: -T multi
. ./lib.sh

# move PID PATH
move() {
	echo "$1" >"$cg/$2/cgroup.procs"
}

# vm_field VM KEY
vm_field() {
	gpuwardctl vm list --json | objects vms | while read -r vm_line; do
		case " $vm_line " in
		*" name=$1 "*) field "$2" " $vm_line " && break ;;
		esac
	done
}

vm_has() {
	[ "$(vm_field "$1" "$2")" = "$3" ]
}

refused() {
	like "$1" "$2" "* ret=-1 errno=1 *"
}

granted() {
	like "$1" "$2" "* ret=0 errno=0 status=0x0*"
}

moved() {
	client a alice
	ask a open ctl >/dev/null
	ask a open gpu0 >/dev/null
	ask a client >/dev/null
	ask a device 0 >/dev/null
	move "$a" bob
	refused "moved to another VM: no channel" "$(ask a chgroup)"
	refused "no memory" "$(ask a alloc 1M)"
	refused "nor by heap control" "$(ask a heapalloc 1M)"
	is "its files are its opener's" "$(vm_field alice nr_files) $(vm_field bob nr_files)" "2 0"
	is "it is no job" "$(jobs)" ""
	granted "it may still look" "$(ask a subdevice 0)"
	move "$a" .
	refused "moved to the host: no channel" "$(ask a chgroup)"
	move "$a" alice
	granted "moved back: a channel" "$(ask a chgroup)"
	move "$a" bob
	refused "moved while it runs: no more memory" "$(ask a alloc 1M)"
	is "its job is its opener's" "$(job "$a" vm)" alice
	check "and runs" runs "$a"
	client b bob
	granted "which does not concern the other VM's accelerator" "$(ask b context)"
	client c alice
	tell c context
	check "but its own: the next one waits" wait_for 5 waits "$c"
	end "$a"
	granted "and goes on when it ends" "$(reply c)"
	end "$b" "$c"
}

nested() {
	mkdir -p "$cg/alice/in/deep"
	client a alice/in/deep
	granted "a cgroup below belongs to the VM" "$(ask a context)"
	is "to the nearest one bound" "$(job "$a" vm)" alice
	end "$a"
	gpuwardctl binding add bob "$cg/alice/in"
	client a alice/in/deep
	granted "bound to another one below" "$(ask a context)"
	is "the nearest binding decides" "$(job "$a" vm)" bob
	gpuwardctl binding del "$cg/alice/in"
	refused "unbound while it runs: no more memory" "$(ask a alloc 1M)"
	check "its job goes on" runs "$a"
	end "$a"
	rmdir "$cg/alice/in/deep" "$cg/alice/in"
}

removed() {
	mkdir "$cg/eve"
	gpuwardctl vm add eve --model small.16gb
	gpuwardctl binding add eve "$cg/eve"
	vms="$vms eve"
	client a eve
	granted "in a cgroup that will be removed" "$(ask a context)"
	move "$a" alice
	check "a cgroup with files open can be removed" rmdir "$cg/eve"
	check "its job goes on" runs "$a"
	refused "but gets no more" "$(ask a alloc 1M)"
	check "its binding goes by itself" wait_for 5 vm_has eve nr_bindings 0
	is "its files stay counted" "$(vm_field eve nr_files)" 2
	end "$a"
	check "and go with the program" wait_for 5 vm_has eve nr_files 0
}

deleted() {
	client a alice --name "train"
	ask a context >/dev/null
	out=$(gpuwardctl vm del alice 2>&1)
	is "a VM with a job is not deleted" $? 5
	like "the refusal names pid and command" "$out" "*$a*nvclient*"
	check "the job goes on" runs "$a"
	granted "and works" "$(ask a alloc 1M)"
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	check "by force it is deleted" gpuwardctl vm del alice --force
	check "which ends the running program" wait_for 5 gone "$a"
	like "and the waiting one's wait" "$(reply b)" "context ret=-1 *"
	like "with ECANCELED" "$(cat "$work/b.out")" "chgroup ret=-1 errno=125 *"
	end "$b"
	check "nothing is left of it" wait_for 5 is_quiet
	is "not even its name" "$(gpuwardctl vm list --json | grep -c '"alice"')" 0
	client a alice
	granted "its processes are the host's now" "$(ask a context)"
	is "and no job" "$(jobs)" ""
	end "$a"
}

looked_at() {
	client a bob
	ask a open ctl >/dev/null
	out=$(gpuwardctl vm del bob 2>&1)
	is "nor a VM with a file open" $? 5
	like "named, too" "$out" "*$a*nvclient*"
	end "$a"
}

setup 550 gpus=2
vm alice small.16gb
vm bob small.16gb
moved
nested
removed
looked_at
books_reset
deleted
teardown
finish
