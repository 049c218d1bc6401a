#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that loads signed modules only: gpuwardctl says that this is the reason.
# vm: -a "module.sig_enforce=1"
# vm-debug: skip this kernel checks no signatures
. ./lib.sh

said=$(gpuwardctl module load --file /modules/gpuward.ko 2>&1)
is "it exits with 4" $? 4
like "a module that is not signed is refused as such" "$said" \
	"*/gpuward.ko: it is not signed, and the kernel loads signed modules only: sign it *"
like "the status shows the rule" "$(gpuwardctl module --file /modules/gpuward.ko)" "kernel *, signed modules only"
like "and that the file is not signed" "$(gpuwardctl module --file /modules/gpuward.ko)" "file signed *no"
finish
