# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the end-to-end tests share: the guest set up with driver, module, GPUs and VMs; programs
# in VMs driven line by line; what the tools and the driver's own books say; KTAP.
# Must not know what any test is about, nor look inside the module but through its interfaces.
#
#   setup 550 gpus=2 mem=16384      driver 550, gpuward, GPUs declared
#   vm alice small.16gb             a VM with cgroup /sys/fs/cgroup/alice, bound
#   client a alice                  nvclient in alice, $a is its pid; "-" is the host itself
#   ask a context                   one verb, waits for its answer: "context ret=0 errno=0 ..."
#   tell b context; waits b         one verb, does not wait; is it asleep in a wait?
#   reply b                         its answer, when it comes
#   check "name" COMMAND...         one result line
#   teardown                        every count is zero, everything unloads
#   finish                          the plan

set -u
# shellcheck source=tests/e2e/lib_books.sh
. ./lib_books.sh
work=${TMPDIR:-/tmp}/gw.$$
mkdir -p "$work"
cg=/sys/fs/cgroup
n=0
bad=0
prefix=
clients=
vms=

# --- results ---------------------------------------------------------------------------

ok() {
	n=$((n + 1))
	echo "ok $n - $prefix$1"
}

# not_ok NAME [DIAGNOSTIC]...: with what the tools and the books say at this moment
not_ok() {
	n=$((n + 1))
	bad=$((bad + 1))
	echo "not ok $n - $prefix$1"
	shift
	for line in "$@"; do
		echo "$line" | sed 's/^/# /'
	done
	explain
}

skip() {
	n=$((n + 1))
	echo "ok $n - $prefix$1 # SKIP $2"
}

# check NAME COMMAND...
check() {
	check_name=$1
	shift
	if "$@"; then
		ok "$check_name"
	else
		not_ok "$check_name" "failed: $*"
	fi
}

# must COMMAND...: a step that is not what the test is about; a result line only when it fails
must() {
	"$@" || not_ok "step: $*"
}

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "got:    $2" "wanted: $3"
	fi
}

# like NAME TEXT PATTERN: some line of the text matches the shell pattern
like() {
	if matches "$2" "$3"; then
		ok "$1"
	else
		not_ok "$1" "got:    $2" "wanted: $3"
	fi
}

matches() {
	while read -r matches_line; do
		# shellcheck disable=SC2254
		case $matches_line in
		$2) return 0 ;;
		esac
	done <<-EOF
	$1
	EOF
	return 1
}

finish() {
	rm -rf "$work"
	echo "1..$n"
	[ "$bad" = 0 ]
	exit
}

# One line for each thing that is held, waited for, or was last said.
explain() {
	{
		grep -E ' (proc|job) |placed 1|queued 1' /sys/kernel/debug/gpuward/vms
		grep -HE '(used|channels|open|procs|pid) .*[1-9]' "$books"/gpu* | sed 's@.*/@@'
		for explain_file in "$work"/*.out; do
			[ ! -s "$explain_file" ] || tail -n 1 "$explain_file" | sed "s@^@${explain_file##*/}: @"
		done
	} 2>/dev/null | sed 's/^/#   /'
}

# --- time --------------------------------------------------------------------------------

# Hundredths of a second since boot, in $now
clock() {
	read -r now _ </proc/uptime
	now=${now%.*}${now#*.}
}

# On the debug kernel everything takes several times as long; a wait that succeeds costs nothing more.
case ${GUEST_KERNEL:-} in
debug) patience=6 ;;
*) patience=1 ;;
esac
patience=$((patience * ${GUEST_PATIENCE:-1}))

# ms N: so many milliseconds of grace, or more on a slow machine: time to look before they are over
ms() {
	echo $(($1 * patience))
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	clock
	wait_end=$((now + $1 * 100 * patience))
	shift
	until "$@"; do
		clock
		[ "$now" -lt "$wait_end" ] || return 1
		usleep 10000
	done
}

# never SECONDS COMMAND...: it does not succeed in all this time, which may have tenths
never() {
	clock
	never_time=$1
	case $never_time in
	*.*) never_end=$((now + ${never_time%.*} * 100 + ${never_time#*.} * 10)) ;;
	*) never_end=$((now + never_time * 100)) ;;
	esac
	shift
	while [ "$now" -lt "$never_end" ]; do
		"$@" && return 1
		usleep 10000
		clock
	done
}

# --- driver, module, VMs -------------------------------------------------------------------

# nodes N: the device nodes, as udev would make them
nodes() {
	rm -f /dev/nvidia*
	mknod -m 666 /dev/nvidiactl c 195 255
	nodes_i=0
	while [ $nodes_i -lt "$1" ]; do
		mknod -m 666 /dev/nvidia$nodes_i c 195 $nodes_i
		nodes_i=$((nodes_i + 1))
	done
	nodes_major=$(sed -n 's/ nvidia-uvm$//p' /proc/devices)
	[ -n "$nodes_major" ] || return 0
	mknod -m 666 /dev/nvidia-uvm c "$nodes_major" 0
	mknod -m 666 /dev/nvidia-uvm-tools c "$nodes_major" 1
}

# driver SHAPE [PARAMETER=VALUE]...
driver() {
	driver_shape=$1
	shift
	insmod /modules/nvsim/"$driver_shape"/nvidia.ko "$@" &&
		insmod /modules/nvsim/"$driver_shape"/nvidia-uvm.ko && nodes 8
}

# setup SHAPE [PARAMETER=VALUE]...: exits when this is not possible
setup() {
	log_mark=$(dmesg | wc -l)
	driver "$@" && insmod /modules/gpuward.ko && gpuwardctl gpu detect --apply >"$work/detect" 2>&1 &&
		return
	not_ok "setup $*" "$(cat "$work/detect" 2>/dev/null)" "$(dmesg | tail -n 5)"
	finish
}

# vm NAME MODEL [OPTION]...: with a cgroup of its own name
vm() {
	vm_name=$1
	vm_model=$2
	shift 2
	mkdir -p "$cg/$vm_name"
	vms="$vms $vm_name"
	gpuwardctl vm add "$vm_name" --model "$vm_model" "$@" && gpuwardctl binding add "$vm_name" "$cg/$vm_name"
}

# model NAME GIB GPUS
model() {
	gpuwardctl model add "$1" --memory "$2"GiB --gpus "$3"
}

# in_cgroup PATH COMMAND...: below /sys/fs/cgroup, "-" for where we are; for "&" use spawn
in_cgroup() {
	# shellcheck disable=SC2016
	sh -c '[ "$0" = - ] || echo $$ >/sys/fs/cgroup/"$0"/cgroup.procs || exit 99; exec "$@"' "$@"
}

in_vm() {
	in_cgroup "$@"
}

# spawn VARIABLE PATH COMMAND...: in the background; its pid is in the variable, its output in $work/VARIABLE.out
spawn() {
	spawn_name=$1
	shift
	# Here, not in the child: who looks at once must not see what an earlier one said.
	: >"$work/$spawn_name.out"
	# shellcheck disable=SC2016
	sh -c '[ "$0" = - ] || echo $$ >/sys/fs/cgroup/"$0"/cgroup.procs || exit 99; exec "$@"' "$@" \
		>>"$work/$spawn_name.out" 2>&1 </dev/null &
	eval "$spawn_name=$!"
	clients="$clients $!"
}

# --- programs driven line by line ----------------------------------------------------------------

# client VARIABLE VM [OPTION]...: nvclient, or what $client_program names
client() {
	client_name=$1
	client_vm=$2
	shift 2
	rm -f "$work/$client_name.in"
	mkfifo "$work/$client_name.in"
	: >"$work/$client_name.out"
	# The fifo is opened for both, so that it never ends; the output is appended to, so that it can be cut.
	# shellcheck disable=SC2016
	sh -c '[ "$0" = - ] || echo $$ >/sys/fs/cgroup/"$0"/cgroup.procs || exit 99; exec "$@" -' \
		"$client_vm" "${client_program:-nvclient}" "$@" <>"$work/$client_name.in" >>"$work/$client_name.out" 2>&1 &
	eval "$client_name=$!"
	clients="$clients $!"
	echo ready >"$work/$client_name.in"
	eval "verb_$client_name=ready"
	wait_for 10 answered "$client_name" || echo "# $client_name did not start: $(cat "$work/$client_name.out")"
}

# tell NAME VERB [ARGUMENT]...
tell() {
	tell_name=$1
	shift
	eval "verb_$tell_name=$1"
	: >"$work/$tell_name.out"
	echo "$*" 1<>"$work/$tell_name.in"
}

# answered NAME: the last verb has come back; its line is in $answer
answered() {
	answered_verb=
	eval "answered_verb=\$verb_$1"
	while read -r answer; do
		case $answer in
		"$answered_verb ret="* | "READY pid="*) return 0 ;;
		esac
	done <"$work/$1.out"
	answer=
	return 1
}

# reply NAME [SECONDS]: prints the answer
reply() {
	if wait_for "${2:-10}" answered "$1"; then
		echo "$answer"
	else
		echo "no answer from $1: $(tail -n 1 "$work/$1.out")"
		return 1
	fi
}

ask() {
	tell "$@"
	reply "$1"
}

# said NAME PATTERN: some line of the last verb's output
said() {
	matches "$(cat "$work/$1.out")" "$2"
}

# gone PID...: ended, all its threads, and reaped if it is this shell's child
gone() {
	for gone_pid in "$@"; do
		[ ! -d "/proc/$gone_pid" ] || case $(cat "/proc/$gone_pid/stat" 2>/dev/null) in
		*") Z "*)
			wait "$gone_pid" 2>/dev/null
			[ "$(find "/proc/$gone_pid/task" -maxdepth 1 2>/dev/null | wc -l)" -le 2 ] || return 1
			;;
		"") ;;
		*) return 1 ;;
		esac
	done
}

# end PID...: kills and waits until nothing of them is left
end() {
	kill -9 "$@" 2>/dev/null
	for end_pid in "$@"; do
		wait "$end_pid" 2>/dev/null
	done
	wait_for 10 gone "$@"
}

# asleep PID: in the kernel, not running
asleep() {
	case $(cat "/proc/$1/stat" 2>/dev/null) in
	*") S "*) ;;
	*) return 1 ;;
	esac
}

# --- what the tools say -----------------------------------------------------------------------------

# objects LIST: each object of a list in gpuwardctl's JSON as a line " key=value key=value "
objects() {
	objects_in=0
	objects_depth=0
	while read -r key value; do
		case $key in
		"\"$1\":") [ "$value" != '[' ] || objects_in=1 ;;
		'{')
			[ $objects_in = 1 ] || continue
			objects_depth=$((objects_depth + 1))
			[ $objects_depth -gt 1 ] || object=
			;;
		'}' | '},')
			[ $objects_in = 1 ] || continue
			objects_depth=$((objects_depth - 1))
			[ $objects_depth -gt 0 ] || echo "$object "
			;;
		']' | '],') [ $objects_depth -gt 0 ] || objects_in=0 ;;
		'"'*)
			[ $objects_in = 1 ] || continue
			key=${key#\"}
			value=${value%,}
			value=${value#\"}
			object="$object ${key%\":}=${value%\"}"
			;;
		esac
	done
}

# field KEY LINE
field() {
	case $2 in
	*" $1="*)
		field_rest=${2#*" $1="}
		echo "${field_rest%% *}"
		;;
	esac
}

# status KEY: of gpuwardctl status
status() {
	gpuwardctl status --json | while read -r key value; do
		[ "$key" != "\"$1\":" ] || { echo "$value" | tr -d '",' && break; }
	done
}

jobs() {	# not the shell's own
	gpuwardctl job list --json | objects jobs
}

# job PID [KEY]: the line of its job, or one value
job() {
	jobs | while read -r job_line; do
		case " $job_line " in
		*" pid=$1 "*)
			if [ $# = 1 ]; then
				echo " $job_line "
			else
				field "$2" " $job_line "
			fi
			break
			;;
		esac
	done
}

# job_is PID STATE
job_is() {
	[ "$(job "$1" state)" = "$2" ]
}

# accel VM KEY [INDEX]
accel() {
	gpuwardctl accel list "$1" --json | objects accelerators | while read -r accel_line; do
		case " $accel_line " in
		*" index=${3:-0} "*) field "$2" " $accel_line " && break ;;
		esac
	done
}

# placed VM: the minors of its placement, "0 1"
placed() {
	gpuwardctl accel list "$1" --json | sed -n 's/.*"gpu_minor": \([0-9]*\).*/\1/p' | tr '\n' ' ' | sed 's/ $//'
}

# gpu MINOR KEY
gpu() {
	gpuwardctl gpu list --json | objects gpus | while read -r gpu_line; do
		case " $gpu_line " in
		*" minor=$1 "*) field "$2" " $gpu_line " && break ;;
		esac
	done
}

# runs PID, waits PID: where its job stands
runs() {
	job_is "$1" running
}

waits() {
	job_is "$1" waiting
}

places() {
	job_is "$1" placing
}

# nr_jobs STATE: how many
nr_jobs() {
	jobs | grep -c " state=$1 "
}

nr_jobs_is() {
	[ "$(nr_jobs "$1")" = "$2" ]
}

# --- the end ---------------------------------------------------------------------------------------------

# is_quiet: no file, no job, nothing reserved, nothing held
is_quiet() {
	is_balanced || return 1
	is_quiet_text=$(gpuwardctl status --json)
	case $is_quiet_text in
	*'"nr_files": 0,'*'"nr_jobs": 0,'*) ;;
	*) return 1 ;;
	esac
	! gpuwardctl gpu list --json | grep -E '"(reserved_bytes|nr_placed)":' | grep -qv ': 0,*$'
}

# Lines of ours in the kernel log that a good run does not have
log_surprises() {
	dmesg | tail -n +$((log_mark + 1)) | grep -i gpuward |
		grep -vE 'gpuward: (attached to|detached|[0-9.]+ )|loading out-of-tree|module verification|nvsim@gpuward'
}

end_clients() {
	# shellcheck disable=SC2086
	[ -z "$clients" ] || end $clients
	clients=
}

# Ends every client, forgets every VM; no result lines
clear() {
	end_clients
	for clear_vm in $vms; do
		gpuwardctl vm del "$clear_vm" 2>/dev/null
		rmdir "$cg/$clear_vm" 2>/dev/null
	done
	vms=
}

# teardown: with its own result lines
teardown() {
	end_clients
	check "every count is back to zero" wait_for 10 is_quiet
	clear
	is "no VM and no binding is left" "$(status nr_vms) $(status nr_bindings)" "0 0"
	check "everything unloads" unload
	is "the kernel log has nothing unexpected" "$(log_surprises)" ""
}

unload() {
	rmmod gpuward && rmmod nvidia_uvm && rmmod nvidia
}
