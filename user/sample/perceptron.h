/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perceptron.h - a two-layer perceptron that learns to tell generated images apart.
 * Owns the formulas, one function for each element, so that a GPU's threads and a loop on the CPU
 * compute the same. Must not allocate, nor know who calls.
 */
#ifndef SAMPLE_PERCEPTRON_H
#define SAMPLE_PERCEPTRON_H

#include <stdint.h>

#ifdef __CUDACC__
#define PERCEPTRON static __host__ __device__ inline
#else
#include <tgmath.h>
#define PERCEPTRON static inline
#endif
#ifndef PERCEPTRON_REAL
#define PERCEPTRON_REAL float
#endif
typedef PERCEPTRON_REAL real;

/* The last of the INPUTS and of the HIDDEN is always 1: its weights are the biases. */
enum {
	PIXELS = 16 * 16,
	INPUTS = PIXELS + 1,
	UNITS = 128,
	HIDDEN = UNITS + 1,
	CLASSES = 10,
	BATCH = 256,
	BATCHES = 64,		/* in an epoch */
};

struct weights {
	real first[UNITS][INPUTS];
	real second[CLASSES][HIDDEN];
};

/* One batch on its way forth and back. */
struct pass {
	real input[BATCH][INPUTS];
	real hidden[BATCH][HIDDEN];
	real first_delta[BATCH][UNITS];		/* of the loss, by what goes into a unit */
	real second_delta[BATCH][CLASSES];
	real loss[BATCH];
};

/* A number from 0 to 1 that depends on all three (splitmix64). */
PERCEPTRON real random_at(uint64_t seed, uint64_t stream, uint64_t index)
{
	uint64_t x = (seed * 0x100 + stream) * 0xd1342543de82ef95ull + index * 0x9e3779b97f4a7c15ull;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	x ^= x >> 31;
	return (real)(x >> 40) / (real)(1 << 24);
}

enum { STREAM_WEIGHTS, STREAM_PATTERNS, STREAM_LABELS, STREAM_SIGNS, STREAM_NOISE };

PERCEPTRON int image_label(uint64_t seed, uint64_t image)
{
	return (int)(random_at(seed, STREAM_LABELS, image) * CLASSES);
}

/*
 * Each class has a pattern; an image is that pattern or its negative, in noise: by sums of pixels
 * alone, without a hidden layer, the classes can not be told apart.
 */
PERCEPTRON real image_pixel(uint64_t seed, uint64_t image, int pixel)
{
	uint64_t at = (uint64_t)image_label(seed, image) * PIXELS + (uint64_t)pixel;
	real pattern = random_at(seed, STREAM_PATTERNS, at) < (real)0.5 ? (real)-0.5 : (real)0.5;
	real noise = 2 * random_at(seed, STREAM_NOISE, image * PIXELS + (uint64_t)pixel) - 1;

	return (random_at(seed, STREAM_SIGNS, image) < (real)0.5 ? -pattern : pattern) + noise;
}

/* The weights at the start: the @at-th of all of them, whose row has @len. */
PERCEPTRON real first_weight(uint64_t seed, uint64_t at, int len)
{
	return (2 * random_at(seed, STREAM_WEIGHTS, at) - 1) * (real)sqrt((real)3 / (real)len);
}

PERCEPTRON void fill_input(struct pass *p, uint64_t seed, uint64_t first_image, int n, int i)
{
	p->input[n][i] = i == PIXELS ? 1 : image_pixel(seed, first_image + (uint64_t)n, i);
}

PERCEPTRON void forth_hidden(struct pass *p, const struct weights *w, int n, int unit)
{
	real sum = 0;
	int i;

	for (i = 0; unit < UNITS && i < INPUTS; i++)
		sum += w->first[unit][i] * p->input[n][i];
	p->hidden[n][unit] = unit < UNITS ? (real)tanh(sum) : 1;
}

/* Softmax and cross entropy: the loss of one image, and how it changes with each output. */
PERCEPTRON void forth_output(struct pass *p, const struct weights *w, int n, int label)
{
	real out[CLASSES], most = 0, sum = 0;
	int c, j;

	for (c = 0; c < CLASSES; c++) {
		out[c] = 0;
		for (j = 0; j < HIDDEN; j++)
			out[c] += w->second[c][j] * p->hidden[n][j];
		most = c && most > out[c] ? most : out[c];
	}
	for (c = 0; c < CLASSES; c++)
		sum += (real)exp(out[c] - most);
	p->loss[n] = (real)log(sum) + most - out[label];
	for (c = 0; c < CLASSES; c++)
		p->second_delta[n][c] = (real)exp(out[c] - most) / sum - (c == label);
}

PERCEPTRON void back_hidden(struct pass *p, const struct weights *w, int n, int unit)
{
	real sum = 0;
	int c;

	for (c = 0; c < CLASSES; c++)
		sum += w->second[c][unit] * p->second_delta[n][c];
	p->first_delta[n][unit] = sum * (1 - p->hidden[n][unit] * p->hidden[n][unit]);
}

/* How the mean loss of the batch changes with one weight. */
PERCEPTRON real first_gradient(const struct pass *p, int unit, int i)
{
	real sum = 0;
	int n;

	for (n = 0; n < BATCH; n++)
		sum += p->first_delta[n][unit] * p->input[n][i];
	return sum / BATCH;
}

PERCEPTRON real second_gradient(const struct pass *p, int c, int j)
{
	real sum = 0;
	int n;

	for (n = 0; n < BATCH; n++)
		sum += p->second_delta[n][c] * p->hidden[n][j];
	return sum / BATCH;
}

#endif /* SAMPLE_PERCEPTRON_H */
