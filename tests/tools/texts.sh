#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Manual, completion, --help, header and library say the same as the tools' own tables.
# Owns the comparison. Must not hold a list of its own.
#
# usage: texts.sh BUILD
# shellcheck disable=SC2317  # functions are called by check()
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
user=$top/user
build=$(cd "$1" && pwd)
number=0
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ASAN_OPTIONS=detect_leaks=0

# check NAME COMMAND...: the command's output is shown when it fails
check() {
	local name=$1
	shift
	number=$((number + 1))
	if "$@" > "$work/out" 2>&1; then
		echo "ok $number - $name"
	else
		sed 's/^/# /' "$work/out"
		echo "not ok $number - $name"
		bad=1
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

same() { # FILE FILE
	[[ -s $1 ]] || { echo "nothing to compare"; return 1; }
	diff -u "$1" "$2"
}

manual_of() {
	echo "$user/man/$1".[18]
}

"$build/tables" > "$work/tables" || exit 1

# --- help -----------------------------------------------------------------------------------

help_tells_all() {
	local failed=0 kind line path option
	while read -r kind line; do
		if [[ $kind == command ]]; then
			# shellcheck disable=SC2086
			(cd "$build" && ./$line --help < /dev/null 2>/dev/null) > "$work/help" ||
				{ echo "$line --help: failed"; failed=1; }
			grep -q "^Usage: $line" "$work/help" || { echo "$line: no usage"; failed=1; }
		elif [[ $kind == option ]]; then
			option=${line##* -}
			path=${line%% -*}
			# shellcheck disable=SC2086
			(cd "$build" && ./$path --help < /dev/null) |
				grep -q -- "^  .*-$option" || { echo "$path: no -$option"; failed=1; }
		fi
	done < <(sed 's/^\(option .*\) [^ ]*$/\1/' "$work/tables")
	return "$failed"
}
check "--help of every command tells every option" help_tells_all

# --- manual ---------------------------------------------------------------------------------

for tool in gpuwardctl gpuward-smi gpuward-switch-model gpuwardd; do
	# Every option anywhere in the table, in both spellings, against every Fl in the manual.
	sed -n "s/^option $tool\( .*\)* \(--*[a-zA-Z-]*\) [^ ]*\$/\2/p" "$work/tables" |
		sort -u > "$work/table"
	grep -o '\(Fl\|,\) -*[a-zA-Z-]*\( |\)*\( [a-z]\b\)*' "$(manual_of "$tool")" |
		sed -n -e 's/^Fl -\([a-z][a-z-]*\).*/--\1/p' -e 's/^, -\([a-z][a-z-]*\).*/--\1/p' \
			-e 's/^Fl \([a-zA-Z]\)\b.*/-\1/p' |
		grep -v -x -e --help | sort -u > "$work/manual"
	# "Fl s | v" names two letters
	grep -o 'Fl [a-z] | [a-z]$' "$(manual_of "$tool")" | sed 's/.*| /-/' >> "$work/manual"
	sort -u -o "$work/manual" "$work/manual"
	check "manual of $tool: its options" same "$work/table" "$work/manual"
done

sed -n 's/^command gpuwardctl //p' "$work/tables" | sort > "$work/table"
sed -n 's/^\.It Ic //p' "$user/man/gpuwardctl.8" |
	sed -e 's/ \(Ar\|Op\|Oo\|Fl\|Cm\) .*//' | sort > "$work/manual"
check "manual of gpuwardctl: its commands" same "$work/table" "$work/manual"

sed -n 's/^alias gpuwardctl //p' "$work/tables" | sort > "$work/table"
grep -A1 '^Older spellings' "$user/man/gpuwardctl.8" | sed -n 's/^\.Cm \(.*\) \.$/\1/p' |
	sed 's/ , /\n/g' | sort > "$work/manual"
check "manual of gpuwardctl: its aliases, in one line" same "$work/table" "$work/manual"

# In a paragraph of the manual, the options of that command; those of add stand for set too.
manual_of_command() {
	local failed=0 path option text
	while read -r _ path; do
		path=${path#gpuwardctl }
		option=${path##* }
		path=${path% -*}
		option=${option#-}
		text=$(awk -v start=".It Ic $path" '
			index($0, start) == 1 { on = 1 } on && /^\.Ss/ { on = 0 }
			on && /^\.It Ic/ && index($0, start) != 1 && !(start ~ / add$/ && / set /) { on = 0 }
			on' "$user/man/gpuwardctl.8")
		grep -q -- "Fl $option\b" <<< "$text" || { echo "$path: no -$option"; failed=1; }
	done < <(sed -n 's/^\(option gpuwardctl .*\) [^ ]*$/\1/p' "$work/tables")
	return "$failed"
}
check "manual of gpuwardctl: each option stands with its command" manual_of_command

(cd "$build" && GPUWARD_FAKE=$here/scenarios/tenant ./gpuward-smi --query=none 2>&1) |
	sed -n 's/^  //p' | tr , '\n' | sort > "$work/table"
sed -n '/Fl -query Ar fields$/,/Fl -format/s/^\.Cm \([a-z._]*\) .*/\1/p' \
	"$user/man/gpuward-smi.1" | sort > "$work/manual"
check "manual of gpuward-smi: the fields of --query" same "$work/table" "$work/manual"

sections() {
	local failed=0 file section
	for file in "$user"/man/*.[18]; do
		for section in OUTPUT FILES 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
			grep -q "^\.Sh $section" "$file" || { echo "$file: no $section"; failed=1; }
		done
	done
	return "$failed"
}
check "manuals have all sections" sections

lint() {
	local out
	out=$(mandoc -T lint -W warning "$user"/man/*.[148] 2>&1)
	[[ -z $out ]] || { echo "$out"; return 1; }
}
if type mandoc > /dev/null 2>&1; then
	check "manuals are well formed" lint
else
	skip "manuals are well formed" "no mandoc here"
fi

# --- completion -----------------------------------------------------------------------------

# What completion offers for words that begin with the last one given.
offers() {
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); PATH=/nonexistent
		case $1 in gpuwardctl) _gpuwardctl ;; *) _gpuward_tool "$1" ;; esac
		printf "%s\n" "${COMPREPLY[@]}"' "$user/completion/gpuward" "$@" 2>/dev/null
}

completion() {
	local failed=0 path words
	while read -r path; do
		read -r -a words <<< "$path"
		{ sed -n "s/^option $path \(-[^ ]*\) [^ ]*\$/\1/p" "$work/tables"; echo --help; } |
			sort > "$work/table"
		offers "${words[@]}" - | sort > "$work/offered"
		diff -u "$work/table" "$work/offered" || { echo "in: $path"; failed=1; }
	done < <(sed -n 's/^command //p' "$work/tables")
	for path in gpuwardctl "gpuwardctl module" "gpuwardctl vm" "gpuwardctl model" "gpuwardctl gpu" "gpuwardctl group" \
		"gpuwardctl binding" "gpuwardctl accel" "gpuwardctl job"; do
		read -r -a words <<< "$path"
		{ sed -n "s/^command $path \([a-z]*\).*/\1/p" "$work/tables"; echo --help; } |
			sort -u > "$work/table"
		offers "${words[@]}" "" | sort > "$work/offered"
		diff -u "$work/table" "$work/offered" || { echo "in: $path"; failed=1; }
	done
	return "$failed"
}
check "completion offers exactly the commands and options" completion

# They lead to a command, and help and completion keep quiet about them.
aliases() {
	local failed=0 alias
	(cd "$build" && ./gpuwardctl --help) > "$work/help"
	offers gpuwardctl "" > "$work/offered"
	while read -r alias; do
		(cd "$build" && ./gpuwardctl "$alias" --help) > /dev/null 2>&1 ||
			{ echo "$alias: leads nowhere"; failed=1; }
		! grep -q "^  $alias " "$work/help" || { echo "$alias: in --help"; failed=1; }
		! grep -qx "$alias" "$work/offered" || { echo "$alias: offered"; failed=1; }
	done < "$work/table"
	return "$failed"
}

sed -n 's/^alias gpuwardctl //p' "$work/tables" > "$work/table"
check "aliases are accepted, and shown nowhere" aliases

# --- library --------------------------------------------------------------------------------

exports() {
	grep -o '\bgpuward_[a-z0-9_]*(' "$top/include/gpuward/libgpuward.h" | tr -d '(' |
		sort -u > "$work/table"
	# The list that the linker goes by, and what came of it.
	sed -n 's/^\t\(gpuward_.*\);$/\1/p' "$user/lib/gpuward.map" > "$work/map"
	nm -D --defined-only "$user/build/libgpuward.so.1" |
		sed -n 's/^.* T \([^@]*\)@@LIBGPUWARD_1$/\1/p' | sort > "$work/exported"
	# functions that are only spoken of, like gpuward_close() in a comment, are declared too
	same "$work/table" "$work/map" && same "$work/table" "$work/exported"
}
check "the library exports exactly what its header declares" exports

# A library that is not there: one sentence, before anything is compiled.
missing() {
	local failed=0 name package file
	cat > "$work/pkg-config" <<-'END'
		#!/bin/sh
		[ "$1 $2" != "--exists $MISSING" ] || exit 1
		exec pkg-config "$@"
	END
	chmod +x "$work/pkg-config"
	while read -r name package; do
		MISSING=$name make -s --no-print-directory -C "$user" B="$work/none" PKG_CONFIG="$work/pkg-config" \
			> "$work/said" 2>&1 && { echo "$name: make did not fail"; failed=1; }
		if [[ $(wc -l < "$work/said") != 1 || -e $work/none ]] ||
			! grep -q "\*\*\* $name not found: install $package\.  Stop\.\$" "$work/said"; then
			echo "$name:"
			cat "$work/said"
			failed=1
		fi
		for file in "$top/scripts/deps" "$top/README.md"; do
			grep -qw -e "$package" "$file" || { echo "$file: no $package"; failed=1; }
		done
	done <<-END
		libnl-3.0 libnl-3-dev
		libnl-genl-3.0 libnl-genl-3-dev
		json-c libjson-c-dev
		smartcols libsmartcols-dev
		libkmod libkmod-dev
		libsystemd libsystemd-dev
		inih libinih-dev
	END
	make -s -C "$user" PKG_CONFIG="$work/nothing" > "$work/said" 2>&1 &&
		{ echo "without pkg-config: make did not fail"; failed=1; }
	grep -q 'nothing not found: install pkg-config\.' "$work/said" ||
		{ cat "$work/said"; failed=1; }
	# Cleaning up needs none of them.
	make -s -C "$user" B="$work/none" PKG_CONFIG=false clean || failed=1
	return "$failed"
}
check "a library that is missing is named, with its package" missing

versions() {
	local version
	version=$(cat "$top/VERSION")
	[[ $("$build/gpuward-smi" -v) == "gpuward-smi $version" ]] &&
		[[ $("$build/gpuwardd" --version) == "gpuwardd $version" ]] &&
		grep -q "^Version: $version\$" "$user/build/gpuward.pc"
}
check "one version everywhere" versions

header() { # COMPILER LANGUAGE
	echo '#include <gpuward/libgpuward.h>' | "$1" -x "$2" -Wall -Wextra -Werror -pedantic \
		-fsyntax-only -I"$top/include" -I"$top/include/uapi" -
}
check "the header stands alone in C" header "${CC:-cc}" c
if type c++ > /dev/null 2>&1; then
	check "the header stands alone in C++" header c++ c++
else
	skip "the header stands alone in C++" "no C++ compiler here"
fi

# A program that was never built here: headers, library and pkg-config as installed.
installed() {
	make -s -C "$user" install DESTDIR="$work/root" PREFIX=/usr > /dev/null || return 1
	cat > "$work/program.c" <<-'END'
		#include <gpuward/libgpuward.h>
		#include <stdio.h>
		int main(void)
		{
			struct gpuward *g = gpuward_new();
			uint64_t bytes;
			int err = gpuward_open(g);

			printf("%s %d %s\n", gpuward_client_version(),
			       gpuward_parse_size("16gb", &bytes), err ? gpuward_error(g) : "open");
			gpuward_close(g);
			return 0;
		}
	END
	export PKG_CONFIG_PATH=$work/root/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/root
	# shellcheck disable=SC2046
	"${CC:-cc}" -o "$work/program" "$work/program.c" $(pkg-config --cflags gpuward) \
		$(pkg-config --libs gpuward) || return 1
	# shellcheck disable=SC2046
	"${CC:-cc}" -static-pie -o "$work/static" "$work/program.c" \
		$(pkg-config --cflags --static --libs gpuward) 2>/dev/null ||
		"${CC:-cc}" -o "$work/static" "$work/program.c" $(pkg-config --cflags gpuward) \
		"$work/root/usr/lib/libgpuward.a" $(pkg-config --libs libnl-genl-3.0) || return 1
	LD_LIBRARY_PATH=$work/root/usr/lib "$work/program" > "$work/said" || return 1
	grep "^$(cat "$top/VERSION") 0 " "$work/said" && "$work/static" | cmp - "$work/said"
}
check "what is installed can be used" installed

installed_files() {
	local failed=0 file
	for file in bin/gpuward-smi bin/gpuward-switch-model sbin/gpuwardctl sbin/gpuwardd \
		lib/libgpuward.so lib/libgpuward.a lib/pkgconfig/gpuward.pc \
		include/gpuward/libgpuward.h include/gpuward/libgpuward_types.h include/linux/gpuward.h include/linux/gpuward_genl.h \
		share/man/man1/gpuward-smi.1 share/man/man4/gpuward.4 share/man/man8/gpuwardctl.8 \
		share/man/man1/gpuward-switch-model.1 share/man/man8/gpuwardd.8 \
		lib/systemd/system/gpuwardd.service lib/udev/rules.d/60-gpuward.rules \
		share/bash-completion/completions/gpuwardctl \
		share/bash-completion/completions/gpuward-smi; do
		[[ -s $work/root/usr/$file ]] || { echo "not there: $file"; failed=1; }
	done
	[[ -s $work/root/etc/gpuward/gpuwardd.conf ]] || { echo "no gpuwardd.conf"; failed=1; }
	grep -q '^ExecStart=/usr/sbin/gpuwardd$' "$work/root/usr/lib/systemd/system/gpuwardd.service" ||
		{ echo "the unit starts something else"; failed=1; }
	[[ $(grep -c '^Type=notify$\|^WatchdogSec=' \
		"$work/root/usr/lib/systemd/system/gpuwardd.service") == 2 ]] ||
		{ echo "the unit does not listen to the daemon"; failed=1; }
	echo brand=mine > "$work/root/etc/gpuward/gpuwardd.conf"
	make -s -C "$user" install DESTDIR="$work/root" PREFIX=/usr > /dev/null
	grep -q brand=mine "$work/root/etc/gpuward/gpuwardd.conf" ||
		{ echo "configuration overwritten"; failed=1; }
	return "$failed"
}
check "everything is installed, configuration is kept" installed_files

echo "1..$number"
exit $bad
