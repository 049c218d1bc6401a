// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the same VMs with several ways of serving, prints what each is worth, and judges what must
 * hold whatever the machine: the bounds, the books, fairness, and that passing gains something.
 * Owns the words and the judgement; the world is sim.c's.
 */
#include "sim.h"

#include <linux/limits.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/ktap.h"

static struct sim_config base = {
	.nr_vms = 10000, .nr_gpus = 1000, .end_ns = 3 * 24 * HOUR, .seed = 1,
};
static struct sim fifo, passing, evicting, greedy;

static int by_size(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void print_waits(const struct sim *s)
{
	u32 class;

	for (class = 0; class < NR_CLASSES; class++) {
		const struct sim_waits *w = &s->waits[class];
		double sum = 0;
		u32 i;

		if (!w->nr)
			continue;
		qsort(w->at, w->nr, sizeof(*w->at), by_size);
		for (i = 0; i < w->nr; i++)
			sum += w->at[i];
		printf("#   wait %-9s mean %8.0f s, half %8.0f s, 95 %% %8.0f s, worst %8.0f s (%u jobs)\n",
		       sim_classes[class], sum / w->nr / SECOND, (double)w->at[w->nr / 2] / SECOND,
		       (double)w->at[(u64)w->nr * 95 / 100] / SECOND,
		       (double)w->at[w->nr - 1] / SECOND, w->nr);
	}
}

/*
 * What each got. Jobs alone do not tell: equal VMs draw other jobs, and who drew long ones does few
 * of them. For counts of n jobs each that leaves an index of 1 / (1 + c / n) even where nobody ever
 * waits, c being the squared coefficient of variation of thinking and holding together (0.4 here):
 * below 0.97 in a day, above 0.99 in ten. So jobs are held against those that the same VM would
 * have done alone, and service is the time in which it did not wait, of all its time.
 */
static double jobs(const struct sim *s, const struct sim_vm *vm)
{
	(void)s;
	return vm->nr_jobs;
}

static double alone(const struct sim *s, const struct sim_vm *vm)
{
	(void)s;
	return vm->nr_alone;
}

static double service(const struct sim *s, const struct sim_vm *vm)
{
	return 1 - (double)vm->wait_ns / s->now;
}

static double mean_wait(const struct sim *s, const struct sim_vm *vm)
{
	(void)s;
	return (double)vm->wait_ns / vm->nr_jobs;
}

typedef double (*measure)(const struct sim *s, const struct sim_vm *vm);

/* Jain's index of the VMs of one class and model: 1 when all are served alike. 0: too few. */
static double jain(const struct sim *s, u32 class, u32 model, measure got)
{
	double sum = 0, squares = 0, x;
	u32 i, nr = 0;

	for (i = 0; i < s->config.nr_vms; i++) {
		const struct sim_vm *vm = &s->vms[i];

		if (vm->class != class || vm->model != model || !vm->nr_jobs)
			continue;
		x = got(s, vm);
		sum += x;
		squares += x * x;
		nr++;
	}
	return nr < 2 ? 0 : sum * sum / (nr * squares);
}

/* The class and model whose VMs are served least alike; with @of, in relation to that. */
static double worst_jain(const struct sim *s, measure got, measure of, u32 *class, u32 *model)
{
	double worst = 2, index;
	u32 c, m;

	for (c = 0; c < NR_CLASSES; c++) {
		for (m = 0; m < NR_MODELS; m++) {
			index = jain(s, c, m, got);
			if (index && of)
				index /= jain(s, c, m, of);
			if (!index || index > worst)
				continue;
			worst = index;
			*class = c;
			*model = m;
		}
	}
	return worst;
}

static void print_jain(const struct sim *s, const char *what, measure got, measure of)
{
	u32 class = 0, model = 0;
	double index = worst_jain(s, got, of, &class, &model);

	printf("#   %s %.4f (%s, %s)\n", what, index, sim_classes[class], sim_models[model].name);
}

static void print_fairness(const struct sim *s)
{
	printf("#   fairness: Jain index among equal VMs, of those served least alike:\n");
	print_jain(s, "  of service, the time not spent waiting", service, NULL);
	print_jain(s, "  of jobs", jobs, NULL);
	print_jain(s, "  of jobs if nobody ever waited: chance", alone, NULL);
	print_jain(s, "  of jobs, in relation to that", jobs, alone);
	print_jain(s, "  of mean waits", mean_wait, NULL);
}

static double utilisation(const struct sim *s)
{
	return s->byte_ns / ((double)s->config.nr_gpus * s->offers[0].total_bytes * s->now);
}

static void report(const struct sim *s, const char *name)
{
	printf("# %s: %u VMs, %u GPUs, %.0f days\n", name, s->config.nr_vms, s->config.nr_gpus,
	       (double)s->now / (24 * HOUR));
	printf("#   utilisation %.2f %%, %llu jobs, waiting mean %.0f, most %u\n",
	       100 * utilisation(s), (unsigned long long)s->nr_served, s->waiting_ns / s->now,
	       s->most_waiting);
	print_waits(s);
	print_fairness(s);
	printf("#   first in the queue at most %.0f s, longest hold %.0f s; worst wait %.3f of its bound\n",
	       (double)s->worst_head_ns / SECOND, (double)s->longest_hold / SECOND, s->worst_bound);
	printf("#   passed %.2f times in the mean, at most %llu times; %llu evictions\n",
	       (double)s->nr_passes / s->nr_served, (unsigned long long)s->most_passes,
	       (unsigned long long)s->nr_evictions);
	printf("#   cost: %.1f us for each of %llu serves", s->serve_ns / 1e3 / s->nr_serves,
	       (unsigned long long)s->nr_serves);
	if (s->nr_evicts)
		printf(", %.1f us for each look at victims", s->evict_ns / 1e3 / s->nr_evicts);
	printf("\n");
}

static void run(struct sim *s, const char *name, u32 max_backfill, bool evicts)
{
	struct sim_config config = base;

	config.max_backfill = max_backfill;
	config.evicts = evicts;
	sim_run(s, &config);
	report(s, name);
	fflush(stdout);
}

static void check_bounds(const struct sim *s)
{
	u32 i, waiting = 0;

	CHECK_SAY(!s->broken, "(%s)", s->broken ?: "");
	CHECK(s->worst_head_ns <= s->longest_hold + GRACE);
	CHECK(s->worst_bound <= 1);
	CHECK(s->most_passes <= s->config.max_backfill);
	for (i = 0; i < s->config.nr_vms; i++)
		waiting += s->vms[i].want.queued;
	CHECK(waiting == s->q.nr && s->nr_served > s->config.nr_vms);
}

static void check_fairness(const struct sim *s)
{
	u32 class, model;

	CHECK(worst_jain(s, service, NULL, &class, &model) >= 0.99);
	CHECK(worst_jain(s, jobs, alone, &class, &model) >= 0.99);
}

static void test_fifo(void)
{
	run(&fifo, "first come first served", 0, false);
	check_bounds(&fifo);
	CHECK(!fifo.nr_passes);
}

static double wait_hours(const struct sim *s)
{
	double sum = 0;
	u32 i;

	for (i = 0; i < s->config.nr_vms; i++)
		sum += s->vms[i].wait_ns;
	return sum / HOUR / s->config.nr_vms;
}

static void print_gain(const struct sim *s, const char *what)
{
	printf("# gain of %s: utilisation %+.2f points, jobs %+.2f %%, hours waited by a VM %+.2f %%\n", what,
	       100 * (utilisation(s) - utilisation(&fifo)),
	       100.0 * s->nr_served / fifo.nr_served - 100,
	       100 * wait_hours(s) / wait_hours(&fifo) - 100);
}

static void test_passing(void)
{
	run(&passing, "with passing", GW_QUEUE_MAX_PASSES, false);
	check_bounds(&passing);
	check_fairness(&passing);
	print_gain(&passing, "passing");
	/* On a large host that is full it gains nothing, see test_greedy(); chance decides the rest. */
	CHECK(passing.nr_passes &&
	      passing.nr_served > fifo.nr_served * (base.nr_gpus > 100 ? 0.995 : 1));
}

static void test_evicting(void)
{
	run(&evicting, "with passing and eviction", GW_QUEUE_MAX_PASSES, true);
	check_bounds(&evicting);
	check_fairness(&evicting);
	CHECK(evicting.nr_evictions);
}

/*
 * What it costs that nobody who is ahead is delayed: none of the bounds holds here. Run times are not
 * known, so a GPU that a blocked want could get is given to others only where it is ready for that
 * want just as soon. On 1,000 GPUs that are all in demand some want of each size is blocked, so nearly
 * every GPU is held back for one of them, and passing gains next to nothing; with 50 GPUs it does. To
 * hold back only as many GPUs as the blocked wants will take, chosen when each is blocked, would gain
 * a part of this, but the choice is a guess: others may be left sooner, so those ahead would wait
 * longer than now.
 */
static void test_greedy(void)
{
	base.greedy = true;
	run(&greedy, "whoever fits goes, whomever that delays", 0, false);
	base.greedy = false;
	CHECK_SAY(!greedy.broken, "(%s)", greedy.broken ?: "");
	print_gain(&greedy, "delaying others, which is not done");
}

static const struct ktap_test tests[] = {
	{ "sim: first come first served: the bounds hold", test_fifo },
	{ "sim: passing: more is done, equals are served alike, the bounds hold", test_passing },
	{ "sim: evicting spot: likewise", test_evicting },
	{ "sim: the books hold without the rule, too", test_greedy },
};

int main(int argc, char **argv)
{
	int opt, ret;

	while ((opt = getopt(argc, argv, "v:g:d:s:")) != -1) {
		u64 n = strtoull(optarg ?: "", NULL, 0);

		if (opt == 'v' && n) {
			base.nr_vms = n;
		} else if (opt == 'g' && n) {
			base.nr_gpus = n;
		} else if (opt == 'd' && n) {
			base.end_ns = n * 24 * HOUR;
		} else if (opt == 's' && n) {
			base.seed = n;
		} else {
			fprintf(stderr, "usage: %s [-v VMS] [-g GPUS] [-d DAYS] [-s SEED]\n", argv[0]);
			return 2;
		}
	}
	ret = ktap_main(tests, sizeof(tests) / sizeof(tests[0]));
	sim_free(&fifo);
	sim_free(&passing);
	sim_free(&evicting);
	sim_free(&greedy);
	return ret;
}
