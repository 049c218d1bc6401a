#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that is locked down: gpuwardctl says that this is the reason.
# vm: -a "lockdown=integrity"
# vm-debug: skip this kernel has no lockdown
. ./lib.sh

mount -t securityfs none /sys/kernel/security

said=$(gpuwardctl module load --file /modules/gpuward.ko 2>&1)
is "it exits with 4" $? 4
like "a module that is not signed is refused as such" "$said" \
	"*/gpuward.ko: it is not signed, and the kernel is locked down (integrity): sign it *"
like "the status shows the rule" "$(gpuwardctl module --file /modules/gpuward.ko)" "kernel *, lockdown integrity"
like "and that the file is not signed" "$(gpuwardctl module --file /modules/gpuward.ko)" "file signed *no"
finish
