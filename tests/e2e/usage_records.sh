#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Accounting: a record for each program that ran, with the time it waited and held, memory over time
# and its peak; sums per VM; numbers without gaps; kept until acknowledged, and what gives way
# before that is counted.
# vm: -t 300
. ./lib.sh

# record N KEY: of the Nth record
record() {
	field "$2" "$(gpuwardctl usage --json | objects usage | sed -n "$1p")"
}

# between NAME VALUE LOW HIGH
between() {
	check "$1: $3 <= $2 <= $4" [ "$2" -ge "$3" -a "$2" -le "$4" ]
}

nr_records() {
	gpuwardctl usage --csv | tail -n +2 | wc -l
}

nr_records_is() {
	[ "$(nr_records)" = "$1" ]
}

one() {
	is "nothing ran yet" "$(nr_records)" 0
	client a alice
	ask a context >/dev/null
	ask a alloc 256M >/dev/null
	client b alice
	tell b context
	must wait_for 5 waits "$b"
	sleep 2
	is "who runs has no record" "$(nr_records)" 0
	end "$a"
	reply b >/dev/null
	end "$b"
	check "each that ran has one" wait_for 5 nr_records_is 2
	is "they are numbered" "$(record 1 sequence) $(record 2 sequence)" "1 2"
	is "whose, and what" "$(record 1 vm) $(record 1 model) $(record 1 accelerator)" "alice small.16gb 0"
	is "the first did not wait" "$(record 1 wait_ns)" 0
	between "it held two seconds and a little" "$(($(record 1 held_ns) / 1000000))" 2000 20000
	between "256 MiB for that time" "$(($(record 1 memory_byte_seconds) >> 20))" 500 6000
	between "that was the most" "$(($(record 1 memory_peak_bytes) >> 20))" 256 512
	between "the second waited as long" "$(($(record 2 wait_ns) / 1000000))" 2000 20000
	between "and the times add up" "$((($(record 2 end_ns) - $(record 2 begin_ns) - $(record 2 wait_ns) - $(record 2 held_ns)) / 1000000))" 0 200
	is "one GPU" "$(record 1 gpu_ns)" "$(record 1 held_ns)"
	is "the sum is that of both" "$(gpuwardctl usage --total --csv | grep -c '^"alice",2,')" 1
	is "bob used nothing" "$(gpuwardctl usage --total --csv | grep -c '^"bob",')" 0
}

acknowledged() {
	is "only newer ones" "$(gpuwardctl usage --since 1 --csv | tail -n +2 | wc -l)" 1
	is "acknowledged" "$(gpuwardctl usage --ack 1; echo $?)" 0
	is "it is gone" "$(record 1 sequence)" 2
	is "not what is not there yet" "$(gpuwardctl usage --ack 3 2>/dev/null; echo $?)" 1
	is "all" "$(gpuwardctl usage --ack 2; nr_records)" 0
	is "the sum stays" "$(gpuwardctl usage --total --csv | grep -c '^"alice",2,')" 1
	spawn e - gpuwardctl events -n 2 --json
	sleep 1
	in_vm alice nvclient context >/dev/null
	must wait_for 10 gone "$e"
	like "the end of a job tells its record" "$(cat "$work/e.out")" '*"type":"job-end"*"record":3*'
	is "numbers go on" "$(record 1 sequence)" 3
	gpuwardctl vm del bob
	client c alice
	ask c context >/dev/null
	end "$c"
	gpuwardctl vm set alice --priority 1
	check "records outlive their VM" wait_for 5 nr_records_is 2
}

lost() {
	seq 1030 | sed 's/.*/context\nclose gpu0\nclose gpu1\nclose ctl/' >"$work/jobs"
	in_vm alice nvclient - <"$work/jobs" >/dev/null
	check "1024 are kept" wait_for 5 nr_records_is 1024
	like "what gave way is told" "$(gpuwardctl usage --csv 2>&1 >/dev/null)" "*8 records were lost*"
	is "the oldest went" "$(gpuwardctl usage --csv 2>/dev/null | sed -n 2p | sed 's/,.*//')" 11
	is "the sum has all" "$(gpuwardctl usage --total --csv 2>/dev/null | grep -c '^"alice",1034,')" 1
}

setup 550 gpus=2 mem=16384
vm alice small.16gb
vm bob small.16gb
one
acknowledged
lost
teardown
finish
