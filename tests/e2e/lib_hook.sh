# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For tests about hooks: which functions are redirected, what a tenant and the host get, what the log says.
# Owns: questions only. Must not: load or unload anything.

quietly() {
	"$@" >/dev/null 2>&1
}

# log_since: lines of ours since log_from
log_from() {
	log_from_line=$(dmesg | wc -l)
}

log_since() {
	dmesg | tail -n +$((log_from_line + 1)) | grep ' gpuward: '
}

# hooked: functions of the driver, and the kernel's one, that somebody redirects, one per line
hooked() {
	awk '(/\[nvidia/ || $1 == "dma_buf_fd") && / I / { print $1 }' /sys/kernel/tracing/enabled_functions
}

is_hooked() {
	hooked | grep -qx "$1"
}

nothing_is_hooked() {
	[ -z "$(hooked)" ]
}

# in_ioctl PID: it sleeps in such a call
in_ioctl() {
	case $(cat "/proc/$1/syscall" 2>/dev/null) in
	"16 "*) ;;
	*) return 1 ;;
	esac
}

# how PATH VERB...: how the last verb of an nvclient there ends: "ret/errno/status"
how() {
	how_path=$1
	shift
	in_cgroup "$how_path" nvclient "$@" 2>&1 | tail -n 1 |
		sed 's/.* ret=\([-0-9]*\) errno=\([0-9]*\) status=\(0x[0-9a-f]*\).*/\1 \2 \3/' |
		sed 's/^[0-9][0-9]* 0 /ok /'
}

refused="-1 1 0x0"
fine="ok 0x0"

# tenants_are_served NAME VM: one with GPU 0 in its placement
tenants_are_served() {
	is "$1: a tenant gets its GPU" "$(how "$2" context)" "$fine"
	is "$1: and no other" "$(how "$2" open gpu1)" "$refused"
}

# tenants_are_refused NAME VM: at every node, the host at none
tenants_are_refused() {
	for tenants_node in ctl gpu0 uvm tools; do
		is "$1: a tenant is refused at $tenants_node" "$(how "$2" open $tenants_node)" "$refused"
	done
	is "$1: the host is not" "$(how - context)" "$fine"
}
