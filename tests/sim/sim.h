/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host's queue and GPUs in simulated time: many VMs that think, wait, hold and come again,
 * served by the very files of kmod/core. Owns the figures of a run; nothing is judged here.
 */
#ifndef GPUWARD_SIM_H
#define GPUWARD_SIM_H

#include "core/evict.h"

#define SECOND 1000000000ull
#define HOUR (3600 * SECOND)

#define NR_CLASSES 3
#define SPOT 2
#define NR_MODELS 8
#define GRACE (30 * SECOND)

/**
 * struct sim_config - A scenario
 * @nr_vms: how many, each with one accelerator
 * @nr_gpus: how many, 80 GiB each, eight to an NVLink domain
 * @end_ns: simulated time
 * @seed: of all that is random; the jobs of a VM depend on it and on its number only
 * @max_backfill: 0 is first come first served
 * @evicts: spot grants are evicted for others
 * @greedy: not the core's rule: whoever fits goes, whomever that delays; a bound for what passing can gain
 */
struct sim_config {
	u32 nr_vms;
	u32 nr_gpus;
	u64 end_ns;
	u64 seed;
	u32 max_backfill;
	bool evicts;
	bool greedy;
};

/**
 * struct sim_vm - A VM
 * @want: its accelerator's
 * @class: enum gpuward_class
 * @model: index into sim_models
 * @random: state of its own generator
 * @left_ns: what its job has still to hold
 * @is_again: its job was evicted and goes on
 * @life: counts grants, so that an event of an earlier one is known as stale
 * @held_ns: time held in all
 * @wait_ns: time waited in all, also when the run ended while it did
 * @nr_jobs: jobs that were granted, once each
 * @nr_alone: jobs that would have been granted if it never had to wait: its own demand, by chance
 * @ahead: how many were ahead of it when it turned aged
 * @is_noted: @ahead is right
 */
struct sim_vm {
	struct gw_want want;
	u32 class;
	u32 model;
	u64 random;
	u64 left_ns;
	u32 life;
	bool is_again;
	u64 held_ns;
	u64 wait_ns;
	u64 nr_jobs;
	u64 nr_alone;
	u32 ahead;
	bool is_noted;
};

struct sim_model {
	const char *name;
	u32 nr_gpus;
	u32 gib_per_gpu;
	u32 percent;		/* of the VMs */
};
extern const struct sim_model sim_models[NR_MODELS];
extern const char *const sim_classes[NR_CLASSES];

/** struct sim_waits - All waits of a class in ns, in the order in which they ended */
struct sim_waits {
	u64 *at;
	u32 nr, room;
};

/** struct sim - A run and its figures */
struct sim {
	struct sim_config config;
	struct gw_queue q;
	struct gw_board b;
	struct gw_offer *offers;
	struct sim_vm *vms;
	u64 now;

	/* Events by time; of the same time the one made first. */
	struct sim_event {
		u64 at, made;
		u32 vm, kind, life;
	} *events;
	u32 nr_events;
	u64 nr_made;

	struct sim_waits waits[NR_CLASSES];
	u64 placed_bytes;
	double byte_ns;			/* integral of placed bytes */
	double waiting_ns;		/* integral of the queue's length */
	u64 nr_served, nr_events_done, nr_evictions, nr_passes, most_passes;
	u32 most_waiting;
	u64 longest_hold;
	u64 worst_head_ns;		/* longest time that anybody was first in the queue */
	const struct gw_want *head;
	u64 head_since;
	double worst_bound;		/* worst wait over its own bound */
	u64 serve_ns, nr_serves;	/* processor time in the core */
	u64 evict_ns, nr_evicts;
	const char *broken;		/* what the books say, or NULL */
};

/** sim_run() - Run a scenario to its end; *@s is to be freed by sim_free() */
void sim_run(struct sim *s, const struct sim_config *config);
void sim_free(struct sim *s);

#endif /* GPUWARD_SIM_H */
