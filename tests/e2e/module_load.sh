#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# gpuwardctl module in earnest: what it says before and after loading, why the kernel refuses a file, who keeps it from
# being unloaded.
. ./lib.sh

ko=/modules/gpuward.ko

# module VERB [ARGUMENT]...: what it says is in $said, its exit status in $code
module() {
	said=$(gpuwardctl module "$@" 2>&1)
	code=$?
}

# says NAME CODE PATTERN
says() {
	like "$1" "$code $said" "$2 $3"
}

# shown NAME PATTERN [ARGUMENT]...: a line of the status
shown() {
	shown_name=$1
	shown_pattern=$2
	shift 2
	like "$shown_name" "$(gpuwardctl module "$@")" "$shown_pattern"
}

# patched SED-SCRIPT: a copy of the module
patched() {
	sed "$1" $ko >"$work/patched.ko"
	! cmp -s $ko "$work/patched.ko" || not_ok "step: nothing to patch: $1"
}

shown "before: nothing is loaded" "loaded *no"
shown "nor installed" "installed *none for this kernel"
shown "a file is shown with its kernel" "file for *$(uname -r) *" --file $ko
module unload
says "nothing to unload is done" 0 "gpuward is not loaded"
module load
says "no file is installed" 3 "*no gpuward module is installed for kernel $(uname -r): *"

module load --file $ko nonsense=1
says "an unknown parameter is told" 2 "*has no parameter \"nonsense\"; *"
module load --file $ko pin_arguments=perhaps
says "a wrong value is told by the kernel" 1 "*: Invalid argument; the kernel: *invalid for parameter*pin_arguments*"
patched 's/vermagic=./vermagic=9/; s/ mod_unload / mod_reload /'
module load --file "$work/patched.ko"
says "a build for another kernel names both" 1 "*not for this kernel: it is built for \"9.* mod_reload *\", and $(uname -r) is running; the kernel: version magic *; build it with *"
patched 's/check_zeroed_user/check_zeroed_gone/g'
module load --file "$work/patched.ko"
says "a missing symbol is named" 1 "*lacks what the module needs: Unknown symbol check_zeroed_gone (err *"
head -c 4096 $ko >"$work/patched.ko"
module load --file "$work/patched.ko"
says "half a file is none" 1 "*: not a kernel module that can be read: *"
chmod 755 "$work"
is "one who is not root is told so" \
	"$(su user -c "gpuwardctl module load --file $ko; echo \$?" 2>&1)" \
	"gpuwardctl: module load: needs root (CAP_SYS_MODULE)
4"
shown "still nothing is loaded" "loaded *no"

module load --file $ko pin_arguments=Y
is "it loads without a word" "$code $said" "0 "
like "after: the version is shown" "$(gpuwardctl module)" "loaded *$(cat /sys/module/gpuward/version), srcversion $(cat /sys/module/gpuward/srcversion)"
shown "the same build as the file" "loaded *srcversion $(cat /sys/module/gpuward/srcversion)" --file $ko
shown "the parameter has its value" "parameter pin_arguments *Y" --file $ko
shown "nobody uses it" "used by *references: 0"
shown "no driver is there" "nvidia *neither loaded nor installed"
patched 's/srcversion=./srcversion=Z/'
shown "another build says to reload" "loaded *ANOTHER build: reload to use it *" --file "$work/patched.ko"
module load --file $ko
says "loading it again is done" 0 "gpuward * is loaded already, and stays as it is: *"
is "one who is not root cannot unload it" \
	"$(su user -c "gpuwardctl module unload; echo \$?" 2>&1)" \
	"gpuwardctl: module unload: needs root (CAP_SYS_MODULE)
4"
sh -c "exec sleep 1000" </dev/gpuward &
holder=$!
check "a program holds it" wait_for 10 grep -q 1 /sys/module/gpuward/refcnt
module unload
says "it is in use by one" 5 "*in use (references: 1): *gpuwardctl detach*"
kill $holder
wait $holder 2>/dev/null
check "it unloads" gpuwardctl module unload
shown "and is gone" "loaded *no"

setup 550 gpus=1 mem=16384
vm alice small.16gb
client runner alice
ask runner context >/dev/null
shown "NVIDIA's driver is shown" "nvidia *550.163.01 (branch 550), loaded"
shown "and nvidia-uvm" "nvidia-uvm *loaded*"
module unload
says "a tenant's program keeps it" 5 "*in use (references: *"
check "it is there still" [ -e /sys/module/gpuward/initstate ]
check "after detaching" gpuwardctl detach --yes 2>"$work/detach"
module unload
is "it goes under the tenant's files" "$code $said" "0 "
end "$runner"
finish
