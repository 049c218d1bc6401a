#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the commands of a transcript against the fake module and compares what they print.
# Owns the format. Must not run anything as root or outside build/.
#
# usage: transcript.sh [-u] BUILD FILE...     -u: write what was printed into the files
#
#   # scenario NAME      the commands below see scenarios/NAME
#   $ COMMAND            run by bash; its output follows, stdout and stderr as they come
#   [N]                  its exit status, when it is not 0
#
# `requests` prints, and forgets, what the tools asked of the module. host.sh makes a host.
set -u
here=$(cd "$(dirname "$0")" && pwd)
update=0
if [[ ${1:-} == -u ]]; then
	update=1
	shift
fi
build=$(cd "$1" && pwd)
shift
number=0
bad=0
export LC_ALL=C.UTF-8 ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1
export PATH=$build:$PATH GPUWARD_FAKE=/nonexistent GPUWARD_FAKE_LOG SCENARIOS=$here/scenarios
work=$(mktemp -d)
GPUWARD_FAKE_LOG=$work/log
trap 'rm -rf "$work"' EXIT

cat > "$work/prelude" <<-'END'
	shopt -s lastpipe
	requests() { local rc=$?; uniq -c "$GPUWARD_FAKE_LOG" 2>/dev/null | sed -e 's/^ *1 /> /' -e 's/^ *\([0-9]\+\) \(.*\)/> \2 (\1 times)/'; rm -f "$GPUWARD_FAKE_LOG"; return $rc; }
	scenario() { cat > "$GPUWARD_FAKE_DIR/inline"; export GPUWARD_FAKE=$GPUWARD_FAKE_DIR/inline; }
	export GPUWARD_FAKE_DIR=$(dirname "$GPUWARD_FAKE_LOG")
	export GPUWARD_FAKE_ROOT=$GPUWARD_FAKE_DIR/root
	. "$SCENARIOS/../host.sh"
END

# Run one command in a folder of its own, print its output and status.
run_one() {
	local rc
	mkdir -p "$work/cwd"
	rm -f "$GPUWARD_FAKE_LOG"
	(cd "$work/cwd" && timeout 60 bash -c ". '$work/prelude'; $1" < /dev/null) > "$work/out" 2>&1
	rc=$?
	sed "s|$work|WORK|g" "$work/out"
	[[ ! -s $work/out || -z $(tail -c1 "$work/out") ]] || echo "%"	# no newline at the end
	[[ $rc == 0 ]] || echo "[$rc]"
}

report() {
	number=$((number + 1))
	if diff -u "$work/want" "$work/got" > "$work/diff"; then
		echo "ok $number - $1"
	else
		sed 's/^/# /' "$work/diff"
		echo "not ok $number - $1"
		bad=1
	fi
}

run_file() {
	local file=$1 name line command="" any=0
	name=$(basename "$file" .txt)
	: > "$work/new"
	: > "$work/want"
	while IFS= read -r line || [[ -n $line ]]; do
		if [[ $line == '$ '* || $line == '# '* || $line == '#' ]]; then
			finish "$name"
			command=
			echo "$line" >> "$work/new"
			: > "$work/want"
			case $line in
			'# scenario '*) GPUWARD_FAKE=$here/scenarios/${line#\# scenario } ;;
			'$ '*) command=${line#\$ } any=1 ;;
			esac
		elif [[ -n $command ]]; then
			printf '%s\n' "$line" >> "$work/want"
		fi
	done < "$file"
	finish "$name"
	[[ $any == 1 ]] || { echo "not ok $((++number)) - $name: no command"; bad=1; }
	[[ $update == 0 ]] || cp "$work/new" "$file"
}

finish() {
	[[ -n $command ]] || return 0
	run_one "$command" > "$work/got"
	cat "$work/got" >> "$work/new"
	report "$1: ${command:0:100}"
}

echo "KTAP version 1"
for file; do
	run_file "$file"
done
echo "1..$number"
exit $bad
