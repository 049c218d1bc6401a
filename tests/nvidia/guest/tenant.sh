#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Tenants on NVIDIA's real driver: which GPU nodes they may open, waiting in
# open, and looking without claiming. It must not need a GPU that works.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# Nothing of a VM runs or waits, and no GPU is reserved.
idle() {
	! gpuwardctl job list --json | grep -q '"id"' &&
		! gpuwardctl gpu list --json | grep -q '"reserved_bytes": *[1-9]'
}

placement() {
	before=$(starts)
	start alice hold nvopen /dev/nvidia0
	holder=$pid
	check "a GPU inside the placement opens" \
		until_true 10 said hold "/dev/nvidia0 ok"
	same "the driver was reached" $((before + 1)) "$(starts)"
	same "a GPU outside is refused" EPERM "$(opens alice /dev/nvidia1)"
	same "O_NONBLOCK makes no difference" EPERM \
		"$(in_vm alice nvopen -n -o /dev/nvidia1 | sed 's/.* //')"
	mkdir -p $tmp/dev
	mknod $tmp/dev/other c 195 1
	same "another node of the same device is refused" EPERM \
		"$(opens alice $tmp/dev/other)"
	same "refused opens did not reach the driver" $((before + 1)) "$(starts)"
	same "the control node opens" ok "$(opens alice /dev/nvidiactl)"
	same "UVM opens" ok "$(opens alice /dev/nvidia-uvm)"
	same "the host opens any GPU" ok \
		"$(nvopen -o /dev/nvidia1 | sed 's/.* //')"
	end $holder
	check "nothing is left" until_true 10 idle
}

# Alice and bob hold a GPU each; carol waits.
fill_pool() {
	start alice hold-a nvopen /dev/nvidia0
	holder_a=$pid
	check "alice has GPU 0" until_true 10 said hold-a "/dev/nvidia0 ok"
	start bob hold-b nvopen /dev/nvidia1
	holder_b=$pid
	check "bob has GPU 1" until_true 10 said hold-b "/dev/nvidia1 ok"
	before=$(starts)
}

waiting() {
	fill_pool
	start carol wait nvopen /dev/nvidia0
	waiter=$pid
	start carol wait-nonblock nvopen -n /dev/nvidia0
	waiter2=$pid
	sleep 1
	same "a full pool makes open wait" "" "$(cat $tmp/wait.out)"
	same "O_NONBLOCK waits as well" "" "$(cat $tmp/wait-nonblock.out)"
	same "nobody has reached the driver" "$before" "$(starts)"
	same "the control node does not wait" ok "$(opens carol /dev/nvidiactl)"
	check "the waiters are listed" sh -c \
		"gpuwardctl job list --json | grep -q '\"vm\": *\"carol\"'"
	end $holder_a
	check "the waiter resumes" until_true 10 said wait "/dev/nvidia0 ok"
	check "its other program resumes" \
		until_true 10 said wait-nonblock "/dev/nvidia0 ok"
	end $waiter
	end $waiter2
	end $holder_b
	check "nothing is left" until_true 10 idle
}

# GPU 1 becomes free: a waiter that asked for GPU 0 is not let in there.
wrong_node() {
	fill_pool
	start carol wrong nvopen /dev/nvidia0
	waiter=$pid
	sleep 1
	end $holder_b
	check "a waiter gets its answer for the GPU it asked for" \
		until_true 10 said wrong "/dev/nvidia0 EPERM"
	end $waiter
	end $holder_a
	check "nothing is left" until_true 10 idle
}

killed_waiter() {
	fill_pool
	start carol killed nvopen /dev/nvidia0
	waiter=$pid
	sleep 1
	check "a waiter can be killed" sh -c "kill -TERM $waiter"
	check "and is gone at once" until_true 5 sh -c "! kill -0 $waiter"
	wait $waiter 2>/dev/null
	end $holder_a
	end $holder_b
	check "nothing is left" until_true 10 idle
	same "the driver was not reached for it" "$before" "$(starts)"
}

# in_both NAME COMMAND...: the same output and exit status in a VM as on the
# host, less what the host's says of the GPU that the VM does not have.
in_both() {
	what=$1
	shift
	"$@" >$tmp/all.out 2>&1
	echo "exit $?" >>$tmp/all.out
	grep -v 0001:41:01.0 $tmp/all.out >$tmp/host.out
	in_vm alice "$@" >$tmp/vm.out 2>&1
	echo "exit $?" >>$tmp/vm.out
	check "$what ends in a VM as on the host" diff $tmp/host.out $tmp/vm.out
}

# nvidia-smi and cuInit in a VM see its GPU, no other, and start no job.
looking() {
	gpuwardctl events >$tmp/events 2>&1 &
	watcher=$!
	sleep 1
	in_both "nvidia-smi -L" nvidia-smi -L
	same "nvidia-smi -L on the host names both GPUs" 2 \
		"$(nvidia-smi -L 2>&1 | grep -c 0001:41:0)"
	in_both nvidia-smi nvidia-smi
	in_both cuInit cuprobe
	check "nothing is left" until_true 10 idle
	same "a GPU opens" ok "$(opens alice /dev/nvidia0)"
	same "a refusal, to see that events arrive" EPERM \
		"$(opens alice /dev/nvidia-uvm-tools)"
	check "it does" until_true 5 grep -q refused $tmp/events
	kill $watcher
	wait $watcher 2>/dev/null
	same "looking started no job" 0 "$(grep -c job-start $tmp/events)"
}

# A request of a VM gets the driver's own answer, or EPERM; one about a client that
# it does not have gets the driver's word for that (0x23), whatever else is wrong
# with it. What follows a node that did not open, UVM's tools, is left out.
requests() {
	nvclient conform | grep -v ' tools: ' >$tmp/host.out
	in_vm alice nvclient conform | grep -v ' tools: ' >$tmp/vm.out
	same "as many answers in a VM" "$(wc -l <$tmp/host.out)" \
		"$(wc -l <$tmp/vm.out)"
	grep -vxFf $tmp/host.out $tmp/vm.out >$tmp/other
	sed 's/^/# only in a VM: /' $tmp/other
	check "some requests are not for tenants" [ -s $tmp/other ]
	check "they all get EPERM" \
		sh -c "! grep -vE ' ret=-1 errno=1 | client.* ret=0 errno=0 status=0x23' $tmp/other"
	check "nothing is left" until_true 10 idle
}

# Without fakeopen the driver itself fails the open, which needs a GPU.
real_answer() {
	must "fakeopen unloads" rmmod fakeopen
	same "inside the placement the driver answers" EIO \
		"$(opens alice /dev/nvidia0)"
	check "a failed open gives the placement back" until_true 10 idle
	if [ "$NV_BRANCH" -ge 550 ]; then
		same "a deferred open succeeds" ok \
			"$(in_vm alice nvopen -n -o /dev/nvidia0 | sed 's/.* //')"
		check "its close gives the placement back" until_true 10 idle
	fi
}

undeclared() {
	gpuwardctl gpu del 1
	start alice hold nvopen /dev/nvidiactl
	holder=$pid
	same "an undeclared GPU is refused" EPERM "$(opens alice /dev/nvidia1)"
	end $holder
}

must "driver loads" driver_up 2
must "fakeopen loads" insmod /nv/fakeopen.ko
must "gpuward loads" gpuward_up
must "GPUs are declared" declare_gpus
same "detect finds both" 2 "$(gpuwardctl gpu detect | grep -c 0001:41:0)"
for vm in alice bob carol; do
	must "VM $vm is bound" add_vm $vm
done
placement
waiting
wrong_node
killed_waiter
looking
requests
real_answer
undeclared
check "gpuward unloads" rmmod gpuward
check "driver unloads" driver_down
done_testing
