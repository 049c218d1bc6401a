# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# A host for transcripts: a root folder with modules, installed and loaded, and their kernel.
# Sourced by transcript.sh for each command; writes below $GPUWARD_FAKE_ROOT only.

root=$GPUWARD_FAKE_ROOT
modules=$root/lib/modules/6.1.0-test
PATH=$PATH:/usr/sbin:/sbin
export this='vermagic=6.1.0-test SMP mod_unload '

# host: anew, with all rights, one line in the kernel's log, nothing installed
host() {
	rm -rf "$root"
	mkdir -p "$modules" "$root"/{dev,proc/self,proc/sys/kernel,sys/kernel/security,sys/module}
	printf 'Name:\tx\nCapEff:\t000001ffffffffff\n' > "$root/proc/self/status"
	echo 0 > "$root/proc/sys/kernel/modules_disabled"
	echo '4,0,0,-;gpuward: an old line' > "$root/dev/kmsg"
}

# unprivileged: the same, for one who is not root
unprivileged() {
	echo 'CapEff:	0000000000000000' > "$root/proc/self/status"
}

# ko FILE KEY=VALUE...: a module file that says this of itself
ko() {
	mkdir -p "$(dirname "$1")"
	{
		echo '.section .modinfo,"a"'
		printf '.asciz "%s"\n' "${@:2}"
	} | "${CC:-cc}" -x assembler -c -o "$1" -
}

# installed NAME KEY=VALUE...
installed() {
	ko "$modules/extra/$1.ko" "name=$1" "${@:2}"
	depmod -b "$root" 6.1.0-test 2> /dev/null
}

# sign FILE SIGNER: a trailer in the kernel's format (struct module_signature), worth nothing
sign() {
	printf '%s1234' "$2" >> "$1"
	# shellcheck disable=SC2059
	printf "\\1\\4\\1\\x$(printf %x ${#2})\\0\\0\\0\\0\\0\\0\\0\\4~Module signature appended~\n" >> "$1"
}

# loaded NAME FILE=TEXT...: below /sys/module/NAME
loaded() {
	local pair

	for pair in initstate=live refcnt=0 "${@:2}"; do
		mkdir -p "$(dirname "$root/sys/module/$1/${pair%%=*}")"
		echo "${pair#*=}" > "$root/sys/module/$1/${pair%%=*}"
	done
}
