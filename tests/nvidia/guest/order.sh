#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gpuward and NVIDIA's modules come and go in any order: hooks follow the
# driver, rules hold whenever both are there. It must not need fakeopen.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# Alice's placement is GPU 0, so GPU 1 tells whether rules are enforced: the
# driver's own answer to anybody is EIO, there being no firmware.
enforced() {
	same "$1: a tenant is refused" EPERM "$(opens alice /dev/nvidia1)"
	same "$1: the host is not" EIO "$(nvopen -o /dev/nvidia1 | sed 's/.* //')"
	check "$1: nvidia is hooked" is_hooked $open
	check "$1: nvidia-uvm is hooked" is_hooked uvm_open_entry
	check "$1: dma-bufs are seen coming" is_hooked dma_buf_fd
	check "$1: dma-bufs are seen going" is_hooked nv_dma_buf_release
}

gpuward_first() {
	must "gpuward loads without a driver" gpuward_up
	check "it says so" sh -c "gpuwardctl status | grep -qi 'driver'"
	gpuwardctl status | sed 's/^/# status: /'
	must "GPUs are declared" declare_gpus
	must "a VM is bound" add_vm alice
	must "driver loads" driver_up 2
	enforced "driver after gpuward"
}

reload_uvm() {
	must "nvidia-uvm unloads" rmmod nvidia_uvm
	check "nvidia stays hooked" is_hooked $open
	check "nvidia-uvm is not hooked" sh -c \
		"! grep -q '\[nvidia_uvm\]' /sys/kernel/tracing/enabled_functions"
	must "nvidia-uvm loads again" uvm_up
	enforced "nvidia-uvm reloaded"
}

reload_driver() {
	must "the whole driver unloads" driver_down
	check "nothing is hooked" none_hooked
	must "it loads again" driver_up 2
	enforced "driver reloaded"
}

detach() {
	check "detach" gpuwardctl driver detach --yes
	check "nothing is hooked" none_hooked
	same "detached: a tenant is not refused" EIO "$(opens alice /dev/nvidia1)"
	check "attach" gpuwardctl driver attach
	enforced "attached again"
	check "detach before unloading the driver" gpuwardctl driver detach --yes
	must "driver unloads while detached" driver_down
	must "driver loads while detached" driver_up 2
	same "still detached" EIO "$(opens alice /dev/nvidia1)"
	check "attach to it" gpuwardctl driver attach
	enforced "attached to another driver"
}

# Unloading gpuward would lose the rules for a tenant's open file.
unload_in_use() {
	start alice ctl nvopen /dev/nvidiactl
	holder=$pid
	check "a tenant has a file open" until_true 10 said ctl "/dev/nvidiactl ok"
	check "gpuward does not unload" sh -c "! rmmod gpuward"
	check "detach gives the file up" gpuwardctl driver detach --yes
	must "gpuward unloads" rmmod gpuward
	end $holder
	must "gpuward loads" gpuward_up
	must "GPUs are declared" declare_gpus
	must "a VM is bound" add_vm alice
	enforced "gpuward after driver"
}

# A tenant's file and a host's file opened before gpuward came.
files_before() {
	must "gpuward unloads" rmmod gpuward
	start alice early nvopen /dev/nvidiactl /dev/nvidia-uvm
	holder=$pid
	check "files are open before" until_true 10 said early "/dev/nvidia-uvm ok"
	must "gpuward loads" gpuward_up
	must "GPUs are declared" declare_gpus
	must "a VM is bound" add_vm alice
	end $holder
	enforced "files open before"
	must "gpuward unloads after them" rmmod gpuward
}

open=nvidia_open
[ "$NV_BRANCH" -ge 545 ] || open=nvidia_frontend_open
gpuward_first
reload_uvm
reload_driver
detach
unload_in_use
files_before
check "driver unloads" driver_down
done_testing
