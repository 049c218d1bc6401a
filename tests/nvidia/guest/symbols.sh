#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The functions of NVIDIA's modules that gpuward hooks exist under the names
# it expects and can be hooked, on this branch. It needs no gpuward.

# shellcheck source=tests/nvidia/guest/lib.sh
. /tests/nvidia/lib.sh

# ftrace: entered through fentry. kprobe: no fentry, a kprobe takes it.
# absent: a name that this branch does not have.
frontend="nvidia_frontend_open nvidia_frontend_close
	nvidia_frontend_unlocked_ioctl nvidia_frontend_compat_ioctl
	nvidia_frontend_mmap"
inner="nvidia_open nvidia_close nvidia_mmap"
every_branch="uvm_open_entry uvm_release_entry uvm_unlocked_ioctl_entry
	uvm_mmap_entry uvm_tools_open_entry uvm_tools_release_entry
	uvm_tools_unlocked_ioctl_entry
	uvm_vm_close_managed_entry uvm_api_register_gpu_va_space
	uvm_api_clean_up_zombie_resources uvm_va_space_create
	nvUvmInterfaceDupMemory nvUvmInterfaceFreeDupedHandle
	os_memcpy_from_user os_memcpy_to_user nv_dma_buf_export nv_dma_buf_release
	nv_drm_gem_alloc_nvkms_memory_ioctl nv_drm_gem_import_nvkms_memory_ioctl
	nv_drm_gem_export_nvkms_memory_ioctl nv_drm_dumb_create"
in_binary="rm_ioctl rm_init_adapter"

case $NV_BRANCH in
535)
	traced="$frontend $inner $every_branch nvidia_ioctl nvkms_ioctl"
	absent="nvidia_unlocked_ioctl nvkms_unlocked_ioctl"
	;;
*)
	traced="$inner $every_branch nvidia_unlocked_ioctl
		nvkms_unlocked_ioctl"
	absent="$frontend nvidia_ioctl nvkms_ioctl"
	;;
esac

has_symbol() {
	grep -q " $1	*\[nvidia" $tmp/kallsyms
}

is_traceable() {
	grep -q "^$1 \[nvidia" $tmp/functions
}

in_binary_only() {
	has_symbol "$1" && ! is_traceable "$1"
}

is_absent() {
	! has_symbol "$1" && ! is_traceable "$1"
}

check "driver loads" driver_up 1 || exit 1
check "display modules load" display_up
grep '\[nvidia' /proc/kallsyms >$tmp/kallsyms
grep '\[nvidia' /sys/kernel/tracing/available_filter_functions >$tmp/functions
for name in $traced; do
	check "$name is traceable" is_traceable "$name"
done
for name in $in_binary; do
	check "$name is in the binary part" in_binary_only "$name"
done
for name in $absent; do
	check "$name does not exist" is_absent "$name"
done
for module in nvidia nvidia_uvm nvidia_drm; do
	same "$module says its version" "$(driver_version)" \
		"$(cat /sys/module/$module/version)"
done
done_testing
