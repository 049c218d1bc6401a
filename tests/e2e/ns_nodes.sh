#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The device's number counts, not the path: a node of a container's own, in a mount namespace, under a chroot without /sys,
# made by the tenant itself, is gated like the one in /dev.
. ./lib.sh
. ./lib_hook.sh

setup 550 gpus=2 mem=16384
vm alice small.16gb

# In a tmpfs that only one mount namespace has.
# shellcheck disable=SC2016
own_nodes='mount -t tmpfs none /mnt && mknod -m 666 /mnt/nvidiactl c 195 255 &&
	mknod -m 666 /mnt/nvidia0 c 195 0 && mknod -m 666 /mnt/nvidia1 c 195 1 &&
	mknod -m 666 /mnt/anything c 195 1 && exec nvclient --dev /mnt "$@"'
mkdir -p /mnt

# inside VERB...: how it ends in such a namespace
inside() {
	in_vm alice unshare -m sh -c "$own_nodes" sh "$@" 2>&1 | tail -n 1 |
		sed 's/.* ret=\([-0-9]*\) errno=\([0-9]*\) .*/\1 \2/; s/^[0-9][0-9]* 0$/fine/'
}

is "its own node of its GPU opens" "$(inside open gpu0)" fine
is "its own node of another GPU does not" "$(inside open gpu1)" "-1 1"
is "under whatever name" "$(inside open anything)" "-1 1"
is "a program runs through its own nodes" "$(inside context)" fine

spawn holder alice unshare -m sh -c "$own_nodes" sh train 64M
check "as a job" wait_for 60 nr_jobs_is running 1
client b alice
tell b context
check "a program with the usual nodes waits for it" wait_for 60 waits "$b"
end "$holder"
like "and resumes" "$(reply b)" "context ret=0 *"
end "$b"

# A container's root: no /sys, no cgroup file system to be seen.
root=$work/root
mkdir -p "$root"/dev "$root"/usr/bin "$root"/proc
cp /usr/bin/nvclient "$root"/usr/bin/
for lib in $(cd / && find lib lib64 usr/lib -name 'libc.so*' -o -name 'ld-linux*.so*' -o -name 'libc-*.so' 2>/dev/null); do
	mkdir -p "$root/${lib%/*}"
	cp "/$lib" "$root/$lib"
done
mknod -m 666 "$root"/dev/nvidiactl c 195 255
mknod -m 666 "$root"/dev/nvidia0 c 195 0
mknod -m 666 "$root"/dev/nvidia1 c 195 1
is "in a chroot without /sys its GPU opens" \
	"$(in_vm alice chroot "$root" nvclient open gpu0 | tail -n 1 | cut -d ' ' -f 1,3)" "open errno=0"
is "another does not" "$(in_vm alice chroot "$root" nvclient open gpu1 | tail -n 1 | cut -d ' ' -f 2,3)" "ret=-1 errno=1"
spawn jailed alice chroot "$root" nvclient train 64M
check "a program there is a job" wait_for 60 nr_jobs_is running 1
is "of its VM" "$(job "$jailed" vm)" alice
end "$jailed"

# gpuward does not need /sys to load either: nothing is mounted there in this namespace.
check "gpuward unloads" rmmod gpuward
is "it loads where there is no /sys" "$(unshare -m sh -c 'umount -l /sys; insmod /modules/gpuward.ko; echo $?')" 0
is "and has the driver" "$(status state) $(status driver)" "attached 550.163.01"
vms=
rmdir $cg/alice
teardown
finish
