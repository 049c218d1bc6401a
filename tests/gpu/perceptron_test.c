// SPDX-License-Identifier: GPL-2.0-only
/*
 * perceptron_test.c - the sample's formulas on the CPU: right gradients, a loss that falls.
 * Owns the reference: gradients by finite differences, never by the formulas themselves.
 */
#include "../../user/sample/perceptron.h"

#include <stdio.h>

#define SEED 7

static struct weights w;
static struct pass p;
static int nr, bad;

static void check(int is_good, const char *what)
{
	bad |= !is_good;
	printf("%sok %d - %s\n", is_good ? "" : "not ", ++nr, what);
}

static void start(void)
{
	uint64_t i;

	for (i = 0; i < UNITS * INPUTS; i++)
		w.first[i / INPUTS][i % INPUTS] = first_weight(SEED, i, INPUTS);
	for (i = 0; i < CLASSES * HIDDEN; i++)
		w.second[i / HIDDEN][i % HIDDEN] = first_weight(SEED, UNITS * INPUTS + i, HIDDEN);
}

/* The mean loss of the batch that begins with an image. */
static real forth(uint64_t first)
{
	real sum = 0;
	int n, i;

	for (n = 0; n < BATCH; n++) {
		for (i = 0; i < INPUTS; i++)
			fill_input(&p, SEED, first, n, i);
		for (i = 0; i < HIDDEN; i++)
			forth_hidden(&p, &w, n, i);
		forth_output(&p, &w, n, image_label(SEED, first + (uint64_t)n));
		sum += p.loss[n];
	}
	return sum / BATCH;
}

static void back(void)
{
	int n, i;

	for (n = 0; n < BATCH; n++)
		for (i = 0; i < UNITS; i++)
			back_hidden(&p, &w, n, i);
}

static real difference(real *weight)
{
	const real step = 1e-5, was = *weight;
	real more, less;

	*weight = was + step;
	more = forth(0);
	*weight = was - step;
	less = forth(0);
	*weight = was;
	return (more - less) / (2 * step);
}

static int is_near(real a, real b)
{
	return fabs(a - b) <= 1e-6 * (fabs(a) + fabs(b)) + 1e-9;
}

/* Of both layers the corners, the biases and what lies between. */
static void gradients(void)
{
	static real first[UNITS][INPUTS], second[CLASSES][HIDDEN];
	int i, is_same = 1, is_flat = 1;

	start();
	forth(0);
	back();
	for (i = 0; i < UNITS * INPUTS; i++)
		first[i / INPUTS][i % INPUTS] = first_gradient(&p, i / INPUTS, i % INPUTS);
	for (i = 0; i < CLASSES * HIDDEN; i++)
		second[i / HIDDEN][i % HIDDEN] = second_gradient(&p, i / HIDDEN, i % HIDDEN);
	for (i = 0; i < UNITS * INPUTS; i += INPUTS * 9 - 1) {
		real g = first[i / INPUTS][i % INPUTS];

		is_same &= is_near(g, difference(&w.first[i / INPUTS][i % INPUTS]));
		is_flat &= fabs(g) < 1e-6;
	}
	is_same &= is_near(first[5][PIXELS], difference(&w.first[5][PIXELS]));
	check(is_same && !is_flat, "gradients of the first layer are those of finite differences");
	for (i = 0, is_same = is_flat = 1; i < CLASSES * HIDDEN; i += HIDDEN - 4) {
		real g = second[i / HIDDEN][i % HIDDEN];

		is_same &= is_near(g, difference(&w.second[i / HIDDEN][i % HIDDEN]));
		is_flat &= fabs(g) < 1e-6;
	}
	is_same &= is_near(second[3][UNITS], difference(&w.second[3][UNITS]));
	check(is_same && !is_flat, "gradients of the second layer are those of finite differences");
}

/* Some images again and again, as an epoch would; then some that it has never seen. */
static void learning(void)
{
	const real rate = 1;
	const int rounds = 6, batches = 8;
	real loss[6] = {}, fresh;
	int round, batch, i, is_falling = 1;

	start();
	for (round = 0; round < rounds; round++) {
		for (batch = 0; batch < batches; batch++) {
			loss[round] += forth((uint64_t)batch * BATCH) / batches;
			back();
			for (i = 0; i < UNITS * INPUTS; i++)
				w.first[i / INPUTS][i % INPUTS] -=
					rate * first_gradient(&p, i / INPUTS, i % INPUTS);
			for (i = 0; i < CLASSES * HIDDEN; i++)
				w.second[i / HIDDEN][i % HIDDEN] -=
					rate * second_gradient(&p, i / HIDDEN, i % HIDDEN);
		}
		printf("# round %d loss %f\n", round, (double)loss[round]);
		is_falling &= !round || loss[round] < loss[round - 1];
	}
	fresh = forth(1 << 20);
	printf("# fresh images: loss %f\n", (double)fresh);
	check(is_falling && loss[rounds - 1] < loss[0] / 2, "the loss falls with each round");
	check(fresh < loss[0] / 2, "and that of images that it has never seen");
}

int main(void)
{
	if (sizeof(real) == sizeof(double))
		gradients();
	learning();
	printf("1..%d\n", nr);
	return bad;
}
