// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress.c - verbs that ask the same thing many times: hammer counts failures, bench measures.
 * Owns: loops and clocks. Must not: hide a failure in a mean.
 */
#include "nvclient.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

struct tally {
	unsigned long rounds;
	unsigned long errors[256]; /* by errno; 0: a request that succeeded with a bad status */
	unsigned long failed;
};

static void count(struct tally *t, int err)
{
	t->errors[err & 255]++;
	t->failed++;
}

/* One round: open, ask, close. A node "ctl" or "gpuN". */
static void round_once(struct client *c, struct tally *t, const char *path, bool ctl)
{
	struct nv_sys_params sp = { .memblock_size = ~0ull };
	struct nv_wait_open w;
	struct result r;
	int fd = open_raw(c, path, 2);

	t->rounds++;
	if (fd < 0) {
		count(t, errno);
		return;
	}
	if (ctl)
		r = call(c, fd, NV_ESC_SYS_PARAMS, &sp, sizeof(sp));
	else if (at_least(c, 550, 40, 7))
		r = call(c, fd, NV_ESC_WAIT_OPEN_COMPLETE, &w, sizeof(w));
	else
		r = (struct result){ 0 };
	if (r.ret < 0)
		count(t, r.err);
	if (close(fd))
		count(t, errno);
}

/*
 * hammer 5s | hammer 1000 [ctl|gpuN]: failures by errno; none are forgiven here, the caller
 * decides.
 */
static int do_hammer(struct client *c, int argc, char **argv)
{
	struct tally t = { 0 };
	double end;
	char path[32] = "nvidiactl";
	bool ctl = true, timed;
	long n;
	int i;

	if (argc < 2)
		return -1;
	n = atol(argv[1]);
	timed = strchr(argv[1], 's') != NULL;
	open_ctl(c);
	if (argc > 2 && strncmp(argv[2], "gpu", 3) == 0) {
		snprintf(path, sizeof(path), "nvidia%d", atoi(argv[2] + 3));
		ctl = false;
	}
	end = now() + n;
	for (i = 0; timed ? now() < end : i < n; i++)
		round_once(c, &t, path, ctl);
	printf("hammer ret=%d errno=0 status=0x0 rounds=%lu failed=%lu", t.failed ? -1 : 0,
	       t.rounds, t.failed);
	for (i = 0; i < 256; i++)
		if (t.errors[i])
			printf(" errno%d=%lu", i, t.errors[i]);
	say("%s", "");
	if (t.failed)
		c->failed = true;
	return t.failed ? 1 : 0;
}

static bool bench_sys_params(struct client *c)
{
	struct nv_sys_params sp = { .memblock_size = ~0ull };

	return call(c, c->ctl, NV_ESC_SYS_PARAMS, &sp, sizeof(sp)).ret >= 0;
}

static bool bench_control(struct client *c)
{
	__u32 ids[NV_MAX_ATTACHED];

	return ok(rm_control(c, c->root, NV0000_CTRL_GET_ATTACHED_IDS, ids, sizeof(ids)));
}

static bool bench_alloc(struct client *c)
{
	struct nv_memory_params p = { .owner = c->root, .size = 2 << 20 };
	__u32 handle = 0;

	return ok(rm_alloc(c, c->gpu[c->cur].device, &handle, NV01_MEMORY_LOCAL_USER, &p,
			   sizeof(p))) &&
	       ok(rm_free(c, handle));
}

static bool bench_host_memory(struct client *c)
{
	struct nv_memory_params p = { .owner = c->root,
				      .size = 4096,
				      .attr = NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT };
	__u32 handle = 0;

	return ok(rm_alloc(c, c->root, &handle, NV01_MEMORY_DEVICELESS, &p, sizeof(p))) &&
	       ok(rm_free(c, handle));
}

static bool bench_open(struct client *c)
{
	int fd = open_raw(c, "nvidiactl", 2);

	return fd >= 0 && !close(fd);
}

/* On a shared machine the least disturbed run says most: short ones, so that one fits into a slice of time. */
#define RUN 50

static int bench_one(struct client *c, const char *name, bool (*f)(struct client *c), long n)
{
	long run, runs = (5 * n + RUN - 1) / RUN;
	double best = 1e9;
	int i;

	for (run = 0; run < runs; run++) {
		double t = now();

		for (i = 0; i < RUN; i++)
			if (!f(c))
				return report(c, "bench",
					      (struct result){ .ret = -1, .err = errno }, "what=%s",
					      name);
		t = (now() - t) / RUN * 1e9;
		if (t < best)
			best = t;
	}
	return report(c, "bench", (struct result){ 0 }, "what=%s ns=%.0f n=%ld", name, best, n);
}

static int do_bench(struct client *c, int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 1000;

	if (make_client(c))
		return 1;
	bench_one(c, "sys_params", bench_sys_params, n);
	bench_one(c, "control", bench_control, n);
	bench_one(c, "open_close", bench_open, n);
	bench_one(c, "host_alloc_free", bench_host_memory, n);
	if (c->gpu[c->cur].device)
		bench_one(c, "alloc_free", bench_alloc, n);
	return 0;
}

const struct verb verbs_test[] = {
	{ "hammer", do_hammer, "ROUNDS|SECONDSs [ctl|gpuN]" },
	{ "bench", do_bench, "[N]" },
	{ "conform", do_conform, "[json] [gpu]" },
	{ NULL, NULL, NULL },
};
