// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated world: VMs come, wait, hold, leave; the core says who goes.
 * Owns time and chance. Must not decide who is served.
 */
#include "sim.h"

#include <linux/limits.h>

#include <stdlib.h>
#include <time.h>

enum { ARRIVE, LEAVE, EVICTED };

/* Holds are heavy-tailed: as many of each length as of all twice as long together. */
#define SHORTEST_HOLD (300 * SECOND)
#define LONGEST_HOLD (12 * HOUR)
#define MEAN_THINK (7 * HOUR / 4)
#define GIB (1ull << 30)
#define GPU_BYTES (80 * GIB)

const struct sim_model sim_models[NR_MODELS] = {
	{ "small.16gb", 1, 16, 40 }, { "medium.32gb", 1, 32, 25 }, { "large.48gb", 1, 48, 12 },
	{ "large.64gb", 1, 64, 8 }, { "xlarge.96gb", 2, 48, 7 }, { "2xlarge.192gb", 4, 48, 5 },
	{ "3xlarge.288gb", 6, 48, 2 }, { "4xlarge.384gb", 8, 48, 1 },
};
const char *const sim_classes[NR_CLASSES] = { "reserved", "on-demand", "spot" };

static double chance(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double)(*state >> 11) / (1ull << 53);
}

static u64 draw_hold(struct sim_vm *vm)
{
	double part = 1 - (double)SHORTEST_HOLD / LONGEST_HOLD;

	return SHORTEST_HOLD / (1 - chance(&vm->random) * part);
}

static u64 draw_think(struct sim_vm *vm)
{
	return 2 * MEAN_THINK * chance(&vm->random);
}

static u64 processor_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec;
}

/* --- events --------------------------------------------------------------------------------- */

static bool is_sooner(const struct sim_event *a, const struct sim_event *b)
{
	return a->at != b->at ? a->at < b->at : a->made < b->made;
}

static void add_event(struct sim *s, u64 at, u32 vm, u32 kind)
{
	struct sim_event e = { at, s->nr_made++, vm, kind, s->vms[vm].life };
	u32 i = s->nr_events++, up;

	for (; i; i = up) {
		up = (i - 1) / 2;
		if (!is_sooner(&e, &s->events[up]))
			break;
		s->events[i] = s->events[up];
	}
	s->events[i] = e;
}

static struct sim_event next_event(struct sim *s)
{
	struct sim_event first = s->events[0], last = s->events[--s->nr_events];
	u32 i = 0, child;

	for (; (child = 2 * i + 1) < s->nr_events; i = child) {
		if (child + 1 < s->nr_events &&
		    is_sooner(&s->events[child + 1], &s->events[child]))
			child++;
		if (!is_sooner(&s->events[child], &last))
			break;
		s->events[i] = s->events[child];
	}
	s->events[i] = last;
	return first;
}

/* --- what happens ----------------------------------------------------------------------------- */

static struct sim_vm *vm_of(const struct gw_want *w)
{
	return (struct sim_vm *)((char *)w - offsetof(struct sim_vm, want));
}

static void pass_time(struct sim *s, u64 to)
{
	s->byte_ns += (double)s->placed_bytes * (to - s->now);
	s->waiting_ns += (double)s->q.nr * (to - s->now);
	s->now = to;
}

static void note_wait(struct sim *s, struct sim_vm *vm)
{
	struct sim_waits *waits = &s->waits[vm->class];
	u64 waited = s->now - vm->want.since_ns;
	double bound;

	if (waits->nr == waits->room) {
		waits->room = waits->room ? 2 * waits->room : 1024;
		waits->at = realloc(waits->at, waits->room * sizeof(*waits->at));
	}
	waits->at[waits->nr++] = waited;
	vm->wait_ns += waited;
	vm->nr_jobs += !vm->is_again;
	s->nr_served += !vm->is_again;
	s->nr_passes += vm->want.nr_passed;
	if (vm->want.nr_passed > s->most_passes)
		s->most_passes = vm->want.nr_passed;
	if (vm->is_noted) {
		bound = s->q.age_ns + (vm->ahead + 1.0) * (LONGEST_HOLD + GRACE);
		if (waited / bound > s->worst_bound)
			s->worst_bound = waited / bound;
	}
}

static void granted(struct sim *s, struct sim_vm *vm)
{
	note_wait(s, vm);
	s->placed_bytes += vm->want.ask.bytes_per_gpu * vm->want.ask.nr_gpus;
	/* One that had to wait for its age would be the first to go for those it went before. */
	vm->want.grant.is_evictable = vm->class == SPOT && !vm->want.is_aged;
	vm->life++;
	vm->is_noted = false;
	if (vm->left_ns > s->longest_hold)
		s->longest_hold = vm->left_ns;
	gw_want_done(&vm->want);
	add_event(s, s->now + vm->left_ns, vm - s->vms, LEAVE);
}

static void note_head(struct sim *s)
{
	if (s->head && s->now - s->head_since > s->worst_head_ns)
		s->worst_head_ns = s->now - s->head_since;
	if (gw_queue_head(&s->q) == s->head)
		return;
	s->head = gw_queue_head(&s->q);
	s->head_since = s->now;
}

/* Those who turned aged just now are the last of the aged. */
static void note_ahead(struct sim *s)
{
	struct gw_want *w;

	list_for_each_entry_reverse(w, &s->q.aged, link) {
		struct sim_vm *vm = vm_of(w);

		if (vm->is_noted)
			break;
		vm->is_noted = true;
		vm->ahead = gw_queue_position(&s->q, w) - 1;
	}
}

static void evict(struct sim *s)
{
	u64 begin = processor_ns();
	struct list_head victims;
	struct gw_grant *g;

	INIT_LIST_HEAD(&victims);
	s->nr_evictions += gw_evict(&s->q, &s->b, SPOT, &victims);
	s->evict_ns += processor_ns() - begin;
	s->nr_evicts++;
	while ((g = gw_evict_pop(&victims))) {
		struct sim_vm *vm = (struct sim_vm *)((char *)g - offsetof(struct sim_vm,
									     want.grant));

		g->is_going = true;
		add_event(s, s->now + GRACE, vm - s->vms, EVICTED);
	}
}

/* In the queue's order, all that fit: a model that did not fit once does not until somebody leaves. */
static void serve_greedily(struct sim *s, struct list_head *go)
{
	struct gw_want *w = gw_queue_head(&s->q), *next;
	bool is_full[NR_MODELS] = { };
	u32 gpus[GW_GRANT_GPUS];

	gw_queue_age(&s->q, s->now);
	for (; w; w = next) {
		next = gw_queue_next(&s->q, w);
		if (is_full[vm_of(w)->model])
			continue;
		is_full[vm_of(w)->model] = gw_place_choose(&s->b, &w->ask, gpus);
		if (is_full[vm_of(w)->model])
			continue;
		gw_queue_remove(&s->q, w);
		gw_board_take(&s->b, &w->grant, &w->ask, gpus, s->now);
		list_add_tail(&w->link, go);
	}
}

static void serve(struct sim *s)
{
	u64 begin = processor_ns();
	struct list_head go;
	struct gw_want *w;

	INIT_LIST_HEAD(&go);
	/* The time as first is over when it is granted, so look before and after. */
	note_head(s);
	if (s->config.greedy)
		serve_greedily(s, &go);
	else
		gw_serve(&s->q, &s->b, s->now, &go);
	s->serve_ns += processor_ns() - begin;
	s->nr_serves++;
	while ((w = gw_serve_pop(&go)))
		granted(s, vm_of(w));
	note_head(s);
	note_ahead(s);
	if (s->q.nr > s->most_waiting)
		s->most_waiting = s->q.nr;
	if (s->config.evicts && s->q.nr)
		evict(s);
}

static void release(struct sim *s, struct sim_vm *vm)
{
	u64 held = s->now - vm->want.grant.since_ns;

	vm->held_ns += held;
	vm->left_ns -= held < vm->left_ns ? held : vm->left_ns;
	vm->life++;
	s->placed_bytes -= vm->want.ask.bytes_per_gpu * vm->want.ask.nr_gpus;
	gw_board_give(&s->b, &vm->want.grant);
}

static void happen(struct sim *s, const struct sim_event *e)
{
	struct sim_vm *vm = &s->vms[e->vm];

	if (e->kind != ARRIVE && e->life != vm->life)
		return;			/* it was evicted before, or left before its grace was over */
	if (e->kind != ARRIVE)
		release(s, vm);
	if (e->kind == ARRIVE)
		vm->left_ns = draw_hold(vm);
	vm->is_again = e->kind == EVICTED;
	if (e->kind == LEAVE)
		add_event(s, s->now + draw_think(vm), e->vm, ARRIVE);
	else
		gw_queue_insert(&s->q, &vm->want, s->now);
	serve(s);
}

/* The jobs that @vm, fresh, would have done by @end_ns alone in the world. */
static u64 count_alone(struct sim_vm vm, u64 end_ns)
{
	u64 at = draw_think(&vm), nr = 0;

	for (; at <= end_ns; at += draw_think(&vm)) {
		nr++;
		at += draw_hold(&vm);
	}
	return nr;
}

/* --- the run ----------------------------------------------------------------------------------- */

static void make_vm(struct sim *s, u32 i)
{
	struct sim_vm *vm = &s->vms[i];
	u32 percent = i * 37 % 100, model = 0, sum = sim_models[0].percent;
	u32 tenth = (i % 10 + i / 10 + i / 100) % 10;

	/* The same shares in each class: of ten VMs one is reserved, seven on demand, two spot. */
	vm->class = !tenth ? 0 : tenth < 8 ? 1 : SPOT;
	while (percent >= sum)
		sum += sim_models[++model].percent;
	vm->model = model;
	vm->random = s->config.seed * 0x9e3779b97f4a7c15ull + (i + 1) * 0xbf58476d1ce4e5b9ull;
	gw_want_init(&vm->want);
	vm->want.class = vm->class;
	vm->want.ask.vm = i;
	vm->want.ask.nr_gpus = sim_models[model].nr_gpus;
	vm->want.ask.bytes_per_gpu = sim_models[model].gib_per_gpu * GIB;
	chance(&vm->random);
	chance(&vm->random);
	vm->nr_alone = count_alone(*vm, s->config.end_ns);
	add_event(s, draw_think(vm), i, ARRIVE);
}

static void make_world(struct sim *s)
{
	u32 i;

	s->vms = calloc(s->config.nr_vms, sizeof(*s->vms));
	s->offers = calloc(s->config.nr_gpus, sizeof(*s->offers));
	/* An arrival or a leaving for each, and perhaps an eviction that comes too late. */
	s->events = calloc(4 * s->config.nr_vms, sizeof(*s->events));
	gw_queue_init(&s->q);
	s->q.max_backfill = s->config.max_backfill;
	gw_board_init(&s->b, s->offers, s->config.nr_gpus);
	for (i = 0; i < s->config.nr_gpus; i++) {
		s->offers[i].use = GW_OFFER_READY;
		s->offers[i].groups = 1;
		s->offers[i].total_bytes = GPU_BYTES;
		s->offers[i].nvlink = 1 + i / 8;
		s->offers[i].pcie = 1 + i / 4;
		s->offers[i].numa = i / 4;
	}
	gw_board_link(&s->b);
	for (i = 0; i < s->config.nr_vms; i++)
		make_vm(s, i);
}

void sim_run(struct sim *s, const struct sim_config *config)
{
	struct sim_event e;
	u64 age;
	u32 i;

	*s = (struct sim){ .config = *config };
	make_world(s);
	while (!s->broken) {
		age = gw_queue_next_age(&s->q);
		if (age < s->events[0].at ? age > config->end_ns :
					    s->events[0].at > config->end_ns)
			break;
		if (age < s->events[0].at) {
			pass_time(s, age);
			serve(s);
		} else {
			e = next_event(s);
			pass_time(s, e.at);
			happen(s, &e);
		}
		if (!(s->nr_events_done++ % 1000) && !gw_board_sane(&s->b))
			s->broken = "the board is not sane";
		if (!(s->nr_events_done % 1000) && !gw_queue_sane(&s->q))
			s->broken = "the queue is not sane";
	}
	for (i = 0; i < config->nr_vms; i++)
		if (s->vms[i].want.queued)
			s->vms[i].wait_ns += s->now - s->vms[i].want.since_ns;
}

void sim_free(struct sim *s)
{
	u32 i;

	for (i = 0; i < NR_CLASSES; i++)
		free(s->waits[i].at);
	free(s->vms);
	free(s->offers);
	free(s->events);
}
