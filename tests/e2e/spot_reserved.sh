#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Reserved and spot VMs together. What is set aside is no spot VM's; what is not yet, since spot programs
# have it, stays theirs until a program needs it: one of the reserved VM, or one that stands behind the
# reservation. Then they go, with notice; called off when that program gives up.
# vm: -T multi
. ./lib.sh

accel_is() {
	[ "$(accel "$1" state)" = "$2" ]
}

evicts() {
	job_is "$1" evicting
}

# nobody_goes: for some time
nobody_goes() {
	never 0.7 nr_jobs_is evicting 1
}

# Both GPUs are taken by spot programs: $s, and later $t.
full() {
	client s spot1
	must matches "$(ask s context)" "context ret=0 *"
	client t spot2
	must matches "$(ask t context)" "context ret=0 *"
}

set_aside() {
	gpuwardctl setting set evict_ms=60000
	gpuwardctl vm set rosa --class reserved
	is "GPUs are set aside" "$(accel rosa state) $(placed rosa)" "reserved 0"
	client s spot1
	like "a spot program gets the other one" "$(ask s context)" "context ret=0 * gpu=1"
	client t spot2
	tell t context
	check "the next one waits" wait_for 5 places "$t"
	client r rosa
	like "her program starts at once" "$(ask r context)" "context ret=0 * gpu=0"
	check "nobody has to go for it" nobody_goes
	end "$r"
	check "nor do spot programs get what is kept for her" never 0.3 answered t
	end "$s"
	like "but what others leave" "$(reply t)" "context ret=0 * gpu=1"
	end "$t"
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

pending() {
	gpuwardctl setting set evict_ms="$(ms 1500)"
	full
	gpuwardctl vm set rosa --class reserved
	is "with spot programs on all GPUs it is pending" "$(accel rosa state)" pending
	check "without a program of it nobody has to go" nobody_goes
	like "which explain says" "$(gpuwardctl explain rosa)" "GPUs are set aside for it as soon as they fit."
	client r rosa
	tell r context
	check "her program comes: one has to, the younger" wait_for 5 evicts "$t"
	check "not the other" runs "$s"
	like "for her" "$(reply r 10)" "context ret=0 * gpu=1"
	check "it was killed" gone "$t"
	end "$r"
	check "from now on the GPU is kept" wait_for 5 accel_is rosa reserved
	client t spot2
	tell t context
	check "spot programs wait for it in vain" wait_for 5 places "$t"
	client r rosa
	like "while hers start at once" "$(ask r context)" "context ret=0 * gpu=1"
	check "the other spot program goes on" runs "$s"
	end "$r" "$s" "$t"
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

# Her program gives up; the reservation waits on, and gets what a spot program leaves by itself.
gives_up() {
	gpuwardctl setting set evict_ms=60000
	full
	gpuwardctl vm set rosa --class reserved
	client r rosa
	tell r context
	must wait_for 5 evicts "$t"
	client q rosa
	tell q context
	end "$r"
	check "one of two gives up: the notice stays" never 0.5 runs "$t"
	end "$q"
	check "both did: it is called off" wait_for 5 runs "$t"
	check "for good" nobody_goes
	is "the reservation waits on" "$(accel rosa state) $(accel rosa position)" "pending 1"
	end "$s"
	check "until a spot program ends" wait_for 5 accel_is rosa reserved
	is "on its GPU" "$(placed rosa)" 0
	check "the other one goes on" runs "$t"
	end "$t"
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

# One on demand stands behind the reservation, to which goes what is left first.
behind() {
	full
	gpuwardctl vm set rosa --class reserved
	client a alice
	tell a context
	check "for one on demand behind it both have to go" wait_for 5 nr_jobs_is evicting 2
	end "$a"
	check "called off with that one" wait_for 5 nr_jobs_is running 2
	gpuwardctl setting set evict_ms=500
	client a alice
	tell a context
	like "their grace over, it starts" "$(reply a 10)" "context ret=0 *"
	check "both are gone" gone "$s" "$t"
	check "and GPUs are set aside" wait_for 5 accel_is rosa reserved
	end "$a"
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

# Her GPU goes away, and the only other one is a spot VM's.
drained() {
	gpuwardctl setting set evict_ms="$(ms 1000)"
	gpuwardctl vm set rosa --class reserved
	client s spot1
	like "a spot program beside it" "$(ask s context)" "context ret=0 * gpu=1"
	gpuwardctl gpu drain 0
	is "with her GPU drained it is pending" "$(accel rosa state)" pending
	check "and takes nobody's" nobody_goes
	client r rosa
	tell r context
	check "before a program needs it" wait_for 5 evicts "$s"
	like "which gets it" "$(reply r 10)" "context ret=0 * gpu=1"
	end "$r" "$s"
	gpuwardctl gpu resume 0
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

# A VM that becomes reserved with a program that waits for GPUs, and one with a program on spot's terms.
turned() {
	gpuwardctl setting set evict_ms=60000
	full
	client r rosa
	gpuwardctl vm set rosa --class spot
	tell r context
	must wait_for 5 places "$r"
	check "a spot program that waits has nobody ended" nobody_goes
	gpuwardctl vm set rosa --class reserved
	check "reserved, it does" wait_for 5 evicts "$t"
	end "$r"
	check "until it gives up" wait_for 5 runs "$t"
	gpuwardctl vm set spot2 --class reserved
	is "a spot VM that becomes reserved keeps what it has" "$(accel spot2 state) $(placed spot2)" "running 1"
	client r rosa
	tell r context
	check "so another one has to go" wait_for 5 evicts "$s"
	check "not that" runs "$t"
	end "$s" "$t" "$r"
	check "then it is kept for it" wait_for 5 accel_is spot2 reserved
	gpuwardctl vm set spot2 --class spot
	gpuwardctl vm set rosa --class on-demand
	must wait_for 5 is_quiet
}

setup 550 gpus=2 mem=16384
vm alice small.16gb
vm rosa small.16gb
vm spot1 small.16gb --class spot
vm spot2 small.16gb --class spot
set_aside
pending
gives_up
behind
drained
turned
teardown
finish
