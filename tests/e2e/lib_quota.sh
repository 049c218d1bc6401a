# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For tests that try to get one byte more than the quota: a VM of 1 GiB on a GPU of 16 GiB, and the
# verdict, by the driver's own books. Must not believe gpuward, but for what its ledger says at the end.
# shellcheck disable=SC2154 # set by client
. ./lib.sh

nvclient=nvclient	# the program that plays tricks
quota=$((1 << 30))
full="ret=0 errno=0 status=0x51 *"	# the driver's own way to say: out of memory

# quota_setup SHAPE [PARAMETER=VALUE]...
quota_setup() {
	quota_shape=$1
	shift
	setup "$quota_shape" gpus=1 mem=16384 "$@"
	must gpuwardctl setting set orphan_ms=0
	prefix="$quota_shape: "
	model one 1 1
	vm alice one
	vm bob one
}

# begin: a program of alice's with a context; from here on the driver notes its maximum
begin() {
	books_reset
	client a alice
	must matches "$(ask a context)" "context ret=0 *"
}

# ledger: bytes that gpuward has charged to anybody
ledger() {
	sed -n 's/^ *account gpu .* used \([0-9]*\) .*/\1/p' /sys/kernel/debug/gpuward/vms |
		{
			ledger_sum=0
			while read -r ledger_used; do
				ledger_sum=$((ledger_sum + ledger_used))
			done
			echo $ledger_sum
		}
}

nothing_charged() {
	[ "$(ledger)" = 0 ] && [ "$(book 0 used)" = 0 ]
}

# ended: alice's program dies; what gpuward and the driver then still count, "0 0"
ended() {
	end "$a"
	wait_for 10 nothing_charged
	echo "$(ledger) $(book 0 used)"
}

# total NAME: of its last answer
total() {
	total_rest=${answer#* total=}
	echo "${total_rest%% *}"
}

# brim NAME: the program now takes all it gets. The driver has given exactly the quota at that moment, and never more;
# when the program has gone nothing is charged and nothing held.
brim() {
	ask a fill >/dev/null
	brim_had="most $(book 0 peak) at the end $(book 0 used)"
	is "$1" "$brim_had, then $(ended)" "most $quota at the end $quota, then 0 0"
}

# within NAME: the same for what may legally end with less than the quota
within() {
	ask a fill >/dev/null
	within_peak=$(book 0 peak)
	[ "$within_peak" -le "$quota" ] && within_peak="at most the quota"
	is "$1" "$within_peak, then $(ended)" "at most the quota, then 0 0"
}

# agree: the ledger and the books of GPU 0
agree() {
	[ "$(book 0 used)" = "$(ledger)" ]
}

# trick NAME "VERB ARGUMENT..."...: a program of alice's does all this and then takes all it gets. The driver has given
# exactly the quota, never more; each "expect" came true; then nothing is charged and nothing held.
trick() {
	trick_at $quota "$@"
}

# trick_at BYTES NAME "VERB ARGUMENT..."...: the same where the driver will have given so much
trick_at() {
	trick_most=$1
	trick_name=$2
	trick_verbs=context
	shift 2
	for trick_verb in "$@"; do
		trick_verbs="$trick_verbs , $trick_verb"
	done
	books_reset
	# shellcheck disable=SC2086 # words
	in_vm alice $nvclient $trick_verbs , fill >"$work/trick" 2>&1
	wait_for 10 nothing_charged
	trick_is="most $(book 0 peak), then $(ledger) $(book 0 used)"
	if [ "$trick_is" = "most $trick_most, then 0 0" ] && ! grep -q '^expect ret=-1' "$work/trick"; then
		ok "$trick_name"
	else
		not_ok "$trick_name" "got:    $trick_is" "wanted: most $trick_most, then 0 0" \
			"$(grep -E '^[a-z0-9-]+ ret=' "$work/trick" | grep -v 'errno=0 status=0x0 ')"
	fi
}

# denied VERB [STATUS]: in the last trick each such request was answered, and none with success (or each with that status)
denied() {
	denied_all=$(grep -c "^$1 ret=" "$work/trick")
	if [ $# = 2 ]; then
		denied_so=$(grep -c "^$1 ret=0 errno=0 status=$2 " "$work/trick")
	else
		denied_so=$(grep "^$1 ret=" "$work/trick" | grep -vc ' errno=0 status=0x0 ')
	fi
	[ "$denied_all" -gt 0 ] && [ "$denied_so" = "$denied_all" ]
}

# ask_all NAME "VERB ARGUMENT..."...: one after another, answers not looked at
ask_all() {
	ask_all_name=$1
	shift
	for ask_all_line in "$@"; do
		# shellcheck disable=SC2086 # words
		ask "$ask_all_name" $ask_all_line >/dev/null
	done
}
