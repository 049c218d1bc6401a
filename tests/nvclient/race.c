// SPDX-License-Identifier: GPL-2.0-only
/*
 * race.c - the double fetch: one thread asks for a small allocation, another changes the request
 * while it is under way.
 * Owns: the count of what the driver really gave, asked from the driver itself and never read from
 * the racing structs.
 * Must not: judge; a driver alone gives what it read last, a guarded one must never give more than
 * was checked.
 */
#include "nvclient.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HANDLE		0x5cf00000u
#define P64(p)		((__u64)(uintptr_t)(p))

enum field { SIZE, POINTER, CLASS };

static struct {
	struct nvos64 outer;
	struct nv_memory_params block[2];	/* small, big */
	enum field field;
	__u64 small, big;
	__u32 small_class, big_class;
	volatile bool stop;
} race;

static void tamper(bool big)
{
	switch (race.field) {
	case SIZE:
		*(volatile __u64 *)&race.block[0].size = big ? race.big : race.small;
		break;
	case POINTER:
		*(volatile __u64 *)&race.outer.params = P64(&race.block[big]);
		break;
	case CLASS:
		*(volatile __u32 *)&race.outer.hclass = big ? race.big_class : race.small_class;
		break;
	}
}

static void *tamperer(void *arg)
{
	unsigned int n = 0;

	(void)arg;
	while (!race.stop)
		tamper(++n & 1);
	return NULL;
}

/* Video memory: RM tells what lies behind a handle. 0: nothing does. */
static __u64 truth_gpu(struct client *c)
{
	struct nv_ctrl_pair pair[3] = { { NV_SURFACE_SIZE_LO, 0 },
					{ NV_SURFACE_SIZE_HI, 0 },
					{ NV_SURFACE_SPACE, 0 } };
	struct nv_ctrl_list p = { .count = 3, .list = P64(pair) };

	if (!ok(rm_control(c, HANDLE, NV0041_CTRL_GET_SURFACE_INFO, &p, sizeof(p))))
		return 0;
	return pair[2].data == NV_SURFACE_VIDMEM ? (__u64)pair[1].data << 32 | pair[0].data : 1;
}

static bool can_map(struct client *c, __u64 length)
{
	int fd = open_raw(c, "nvidiactl", 2);
	struct nvos33_fd m = {
		.client = c->root, .device = c->root, .memory = HANDLE, .length = length, .fd = fd
	};
	struct result r = call(c, c->ctl, NV_ESC_RM_MAP_MEMORY, &m, sizeof(m));

	r.status = m.status;
	close(fd);
	return ok(r);
}

/* Host memory, where there is no GPU: what can be mapped is there. */
static __u64 truth_host(struct client *c)
{
	if (can_map(c, race.small + 4096))
		return race.big;
	return can_map(c, 4096) ? race.small : 0;
}

static void prepare(struct client *c, bool gpu)
{
	__u32 attr = gpu ? 0 : NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT;

	race.big_class = gpu ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_DEVICELESS;
	race.small_class = race.field != CLASS ? race.big_class
			   : gpu	       ? NV01_MEMORY_SYSTEM
					       : NV01_EVENT;
	race.block[0] = (struct nv_memory_params){
		.owner = c->root, .attr = attr, .size = race.field == CLASS ? race.big : race.small
	};
	race.block[1] = race.block[0];
	race.block[1].size = race.big;
}

static void one_call(struct client *c, bool gpu)
{
	race.outer = (struct nvos64){ .root = c->root,
				      .parent = gpu ? c->gpu[c->cur].device : c->root,
				      .new_handle = HANDLE,
				      .hclass = race.small_class,
				      .params = P64(&race.block[0]) };
	if (race.field == SIZE)
		race.block[0].size = race.small;
	else if (race.field == POINTER)
		race.block[0].size = race.small, race.block[1].size = race.big;
	else
		race.block[0].size = race.big;
	race.block[0].limit = 0;
	call(c, c->ctl, NV_ESC_RM_ALLOC, &race.outer, sizeof(race.outer));
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

/*
 * "big" counts objects as large as only the changed request asks for. until: stops when both
 * answers were seen, which shows that the race can be won.
 */
static int do_race(struct client *c, int argc, char **argv)
{
	unsigned long calls = 0, none = 0, small = 0, big = 0;
	pthread_t thread;
	double end;
	bool gpu, until;

	if (argc < 4)
		return -1;
	until = !strcmp(argv[argc - 1], "until");
	if (make_client(c))
		return 1;
	gpu = c->gpu[c->cur].device;
	race.small = parse_size(argv[2]);
	race.big = parse_size(argv[3]);
	race.field = argc > 4 && !strcmp(argv[4], "pointer") ? POINTER
		     : argc > 4 && !strcmp(argv[4], "class") ? CLASS
							     : SIZE;
	prepare(c, gpu);
	race.stop = false;
	if (pthread_create(&thread, NULL, tamperer, NULL))
		return report(c, "race", (struct result){ .ret = -1, .err = errno }, NULL);
	for (end = now() + atol(argv[1]) / 1000.0; now() < end && !(until && big && small);
	     calls++) {
		__u64 got;

		one_call(c, gpu);
		got = gpu ? truth_gpu(c) : truth_host(c);
		if (!got)
			none++;
		else if (got >= race.big)
			big++;
		else
			small++;
		rm_free(c, HANDLE);
	}
	race.stop = true;
	pthread_join(thread, NULL);
	return report(c, "race", (struct result){ 0 }, "calls=%lu none=%lu small=%lu big=%lu",
		      calls, none, small, big);
}

const struct verb verbs_race[] = {
	{ "race", do_race, "MS SIZE BIG [size|pointer|class] [until]" },
	{ NULL, NULL, NULL },
};
