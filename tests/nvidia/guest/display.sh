#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nodes and calls that are not for tenants: modeset, UVM's tools, video memory
# through nvidia-drm. The host keeps them all. It must not need a display.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# host_only NAME PATH: the host opens it, a tenant may not.
host_only() {
	same "the host opens $1" ok "$(nvopen -o "$2" | sed 's/.* //')"
	same "a tenant does not" EPERM "$(opens alice "$2")"
}

# What the driver says to the host, here that it drives no display, is not
# what a tenant gets.
video_memory() {
	node=/dev/dri/renderD128
	check "there is a render node" [ -c $node ]
	reference=$(nvgem $node)
	echo "# video memory through a render node, on the host: $reference"
	check "that is the driver's own answer" [ "$reference" != EPERM ]
	same "a tenant is refused" EPERM "$(in_vm alice nvgem $node)"
	check "detach" gpuwardctl driver detach --yes
	same "detached, it gets the driver's answer" "$reference" \
		"$(in_vm alice nvgem $node)"
	check "attach" gpuwardctl driver attach
	same "attached, it is refused" EPERM "$(in_vm alice nvgem $node)"
	same "the host is not" "$reference" "$(nvgem $node)"
}

must "driver loads" driver_up 1
must "gpuward loads" gpuward_up
must "GPUs are declared" declare_gpus
must "a VM is bound" add_vm alice
host_only "UVM's tools" /dev/nvidia-uvm-tools
must "display modules load" display_up
check "nvidia-drm is hooked" is_hooked nv_drm_gem_alloc_nvkms_memory_ioctl
mknod /dev/nvidia-modeset c 195 254
host_only "modeset" /dev/nvidia-modeset
video_memory
check "display modules unload" rmmod nvidia_drm nvidia_modeset
check "gpuward unloads" rmmod gpuward
check "driver unloads" driver_down
done_testing
