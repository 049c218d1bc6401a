#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Accounting when models change: the record of a job that runs ends and goes on at the same nanosecond
# when its model is given another size; sums by VM and by model outlive both.
# vm: -t 300
. ./lib.sh

MIB=1048576

# record N KEY: of the Nth record
record() {
	field "$2" "$(gpuwardctl usage --json | objects usage | sed -n "$1p")"
}

nr_records_is() {
	[ "$(gpuwardctl usage --csv | tail -n +2 | wc -l)" = "$1" ]
}

# what N: how a record tells what it is a part of
what() {
	echo "$(record "$1" part) $(record "$1" end) $(record "$1" model) $(($(record "$1" memory_per_gpu_bytes) / MIB))"
}

# sums BY: as lines, without the figures of time
sums() {
	gpuwardctl usage --by "$1" --csv | tail -n +2 | sed 's/,[0-9]*,[0-9]*,[0-9]*,[0-9]*,[0-9]*,[0-9]*$//'
}

# column N FILE: summed
column() {
	awk -F, -v n="$1" '{ sum += $n } END { printf "%.0f\n", sum }' "$2"
}

split() {
	client a alice
	ask a context >/dev/null
	ask a alloc 512M >/dev/null
	sleep 1
	like "a size that can not be is refused" "$(gpuwardctl model set small --memory 64GiB 2>&1)" "*free for it*"
	check "and splits nothing" nr_records_is 0
	must gpuwardctl model set small --memory 2GiB
	check "another size ends a record" nr_records_is 1
	must gpuwardctl model set small --memory 2GiB
	check "the same size does not" nr_records_is 1
	ask a alloc 1G >/dev/null
	sleep 1
	ask a free last >/dev/null
	must gpuwardctl model set small --memory 1GiB
	end "$a"
	check "the end does, too" wait_for 5 nr_records_is 3
	is "the first part" "$(what 1)" "0 split small 1024"
	is "the second" "$(what 2)" "1 split small 2048"
	is "the last" "$(what 3)" "2 ended small 1024"
	is "of one job" "$(record 2 job) $(record 3 job)" "$(record 1 job) $(record 1 job)"
	is "each begins when the one before ended" "$(record 2 begin_ns) $(record 3 begin_ns)" "$(record 1 end_ns) $(record 2 end_ns)"
	is "it held all of that time" "$(record 2 held_ns) $(record 3 held_ns)" \
		"$(($(record 2 end_ns) - $(record 2 begin_ns))) $(($(record 3 end_ns) - $(record 3 begin_ns)))"
	check "what is more came after" [ "$(record 1 memory_peak_bytes)" -lt $((1024 * MIB)) -a \
		"$(record 2 memory_peak_bytes)" -ge $((1536 * MIB)) -a "$(record 3 memory_peak_bytes)" -lt $((1024 * MIB)) ]
	like "the peak of each GPU is told" "$(gpuwardctl usage --since 1 --until 2 --json | tr -d ' \n')" \
		"*\"gpus\":?{\"minor\":0,\"memory_byte_seconds\":*,\"memory_peak_bytes\":$(record 2 memory_peak_bytes)}?*"
	check "the second part has the memory over its time" [ "$(record 2 memory_byte_seconds)" -ge $((512 * MIB)) ]
	is "by VM: one job" "$(sums vm)" '"alice",1'
	is "by model: each size" "$(sums model)" "\"small\",$((1024 * MIB)),1,1
\"small\",$((2048 * MIB)),1,0"
	is "records add up to the same" "$(gpuwardctl usage --by vm,model --since 0 --csv)" "$(gpuwardctl usage --by vm,model --csv)"
	gpuwardctl usage --csv | tail -n +2 >"$work/records"
	gpuwardctl usage --by vm --csv | tail -n +2 >"$work/sums"
	is "to the nanosecond" "$(column 10 "$work/records")" "$(column 4 "$work/sums")"
}

# Two programs on one accelerator, one of which did not hold it yet.
several() {
	must gpuwardctl usage --ack 3
	must gpuwardctl accel set alice --duplicable 2
	client a alice
	client b alice
	client c alice
	ask a context >/dev/null
	ask b context >/dev/null
	tell c context
	must wait_for 5 waits "$c"
	must gpuwardctl model set small --memory 2GiB
	check "a record for each that runs" nr_records_is 2
	is "at the same nanosecond" "$(record 1 end_ns)" "$(record 2 end_ns)"
	end "$a"
	reply c >/dev/null
	end "$b"
	end "$c"
	check "all end" wait_for 5 nr_records_is 5
	is "who came later has one size only" "$(what 5)" "0 ended small 2048"
	is "jobs are counted once" "$(sums vm)" '"alice",4'
}

deleted() {
	must gpuwardctl vm del alice
	must gpuwardctl model del small
	is "a sum outlives its VM and its model" "$(sums vm,model)" "\"alice\",\"small\",$((1024 * MIB)),1,1
\"alice\",\"small\",$((2048 * MIB)),1,3"
	gpuwardctl usage --by model --csv >"$work/before"
	must gpuwardctl usage --ack "$(record 5 sequence)"
	is "its name until its records were taken" "$(sums vm)" '"",4'
	like "which people are told" "$(gpuwardctl usage --by vm | tail -1)" "-  *4 *"
	is "and no figure is lost" "$(gpuwardctl usage --by model --csv)" "$(cat "$work/before")"
	model small 1 1
	vm alice small
	client a alice
	ask a context >/dev/null
	end "$a"
	check "a new VM of that name is another one" wait_for 5 nr_records_is 1
	is "in the sums, too" "$(sums vm)" "\"\",4
\"alice\",1"
	must gpuwardctl usage --ack "$(record 1 sequence)"
	must gpuwardctl vm del alice
	is "one without records joins those that are gone at once" "$(sums vm)" '"",5'
	is "of a period that has no records there are none" "$(gpuwardctl usage --until 100d --csv | wc -l)" 1
}

setup 550 gpus=1 mem=4096
model small 1 1
vm alice small
split
several
deleted
teardown
finish
