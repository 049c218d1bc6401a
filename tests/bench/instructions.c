// SPDX-License-Identifier: GPL-2.0-only
/*
 * What calls cost in instructions, in a guest whose time is what it executes (tests/qemu/run -I).
 * Prints "what median least mean", a line each; judges nothing but that it could measure.
 *
 *   instructions hand|turns	how one program follows the other: told by hand, or by gpuward
 *
 * A sample is one repetition, from before the call to after it, less what reading the clock costs.
 * The clock is the processor's own counter, which the guest's kernel keeps its time by, too, but
 * only to what it took for its frequency. The median is free of the timer's ticks (one in four
 * million instructions); what is done later, by other tasks, is in the mean, with the ticks.
 */
#define _GNU_SOURCE
#include "../e2e/lease_rm.h"
#include "../nvsim/nvctrl.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <x86intrin.h>

#define RM_SUBDEVICE 0x5d000004
#define ROUNDS 1000
#define ROUNDS_OF_JOBS 200
#define PAUSE_US 200000		/* an idle guest's clock goes on at once */
#define MAX_RING 33
#define MINUTES 5
#define PASSES 25

struct samples {
	uint64_t v[ROUNDS];
	unsigned int nr;
	uint64_t all;		/* from the first to after the last one */
};

static struct rm rm = { .ctl = -1, .gpu = -1 };
static uint64_t clock_cost;
static struct samples samples;
static volatile struct {
	uint64_t from, v[ROUNDS_OF_JOBS + MAX_RING];
	unsigned int nr;
	int is_open[MAX_RING];
} *shared;

static void die(const char *what, int ret)
{
	printf("%s: %s (%d)\n", what, ret < 0 ? strerror(-ret) : "refused", ret);
	exit(1);
}

/* One instruction advances it by one: calibrate() makes sure. */
static uint64_t now(void)
{
	return __rdtsc();
}

static void must(const char *what, int ret)
{
	if (ret)
		die(what, ret);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void print(const char *what, struct samples *s)
{
	qsort(s->v, s->nr, sizeof(*s->v), compare);
	printf("%s %lu %lu %lu\n", what, s->v[s->nr / 2], s->v[0], s->all / s->nr);
}

static void sample(struct samples *s, uint64_t from, uint64_t to)
{
	s->v[s->nr++] = to - from - clock_cost;
	s->all += to - from - clock_cost;
}

/* --- the clock ------------------------------------------------------------------------------- */

static void spin(uint64_t loops)
{
	__asm__ volatile("1: dec %0; jnz 1b" : "+r"(loops));
}

static uint64_t least_of(uint64_t loops)
{
	uint64_t from, took, least = ~0ull;
	int i;

	for (i = 0; i < 20; i++) {
		from = now();
		if (loops)
			spin(loops);
		took = now() - from;
		if (took < least)
			least = took;
	}
	return least;
}

static void calibrate(void)
{
	const uint64_t loops = 100000;
	uint64_t took;

	clock_cost = least_of(0);
	took = least_of(loops) - clock_cost;
	if (took < 2 * loops || took > 2 * loops + 10) {
		printf("the clock does not count instructions: %lu for %lu (tests/qemu/run -I)\n", took,
		       2 * loops);
		exit(1);
	}
}

/* --- calls ----------------------------------------------------------------------------------- */

static int open_close(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 || close(fd) ? -errno : 0;
}

static int open_close_ctl(void)
{
	return open_close("/dev/nvidiactl");
}

static int open_close_gpu(void)
{
	return open_close("/dev/nvidia0");
}

/* All of a program's life with a GPU, with nobody in its way. */
static int whole_job(void)
{
	int ret = rm_open(&rm, 0);

	if (!ret)
		ret = rm_claim(&rm);
	rm_close(&rm);
	return ret;
}

static int sys_params(void)
{
	struct nv_sys_params p = { .memblock_size = ~0ull };

	return ioctl(rm.ctl, NV_IOWR(NV_ESC_SYS_PARAMS, sizeof(p)), &p) ? -errno : 0;
}

static int card_info(void)
{
	struct nv_card_info cards[NV_MAX_CARDS] = { { 0 } };

	return ioctl(rm.ctl, NV_IOWR(NV_ESC_CARD_INFO, sizeof(cards)), cards) ? -errno : 0;
}

/* Its answer is rewritten for a tenant. */
static int attached_ids(void)
{
	uint32_t ids[NV_MAX_ATTACHED];

	return rm_control(&rm, rm.root, NV0000_CTRL_GET_ATTACHED_IDS, ids, sizeof(ids));
}

/* Nobody minds. */
static int control(void)
{
	struct nv_ctrl_name p = { 0 };

	return rm_control(&rm, RM_SUBDEVICE, NV2080_CTRL_GET_NAME_STRING, &p, sizeof(p));
}

static int memory_info(void)
{
	struct nv_ctrl_pair pair = { .index = NV_FB_HEAP_FREE };
	struct nv_ctrl_list p = { .count = 1, .list = (uintptr_t)&pair };

	return rm_control(&rm, RM_SUBDEVICE, NV2080_CTRL_FB_GET_INFO, &p, sizeof(p));
}

static int alloc_free_of(uint32_t parent, uint32_t class, struct nv_memory_params *p)
{
	uint32_t handle = 0;
	int ret = rm_new(&rm, parent, 0, class, p, sizeof(*p), &handle);

	return ret ? ret : rm_free(&rm, handle);
}

static int alloc_free(void)
{
	struct nv_memory_params p = { .owner = rm.root, .size = 2 << 20 };

	return alloc_free_of(RM_DEVICE, NV01_MEMORY_LOCAL_USER, &p);
}

static int host_alloc_free(void)
{
	struct nv_memory_params p = { .owner = rm.root, .size = 4096,
				      .attr = NVOS32_LOCATION_PCI << NVOS32_ATTR_LOCATION_SHIFT };

	return alloc_free_of(rm.root, NV01_MEMORY_DEVICELESS, &p);
}

struct op {
	const char *name;
	int (*call)(void);
	int is_job;		/* after a pause, as programs come: what was left to do is done */
};

/* By a program that has nothing open, so each of them is its first and last. */
static const struct op ops_alone[] = {
	{ "first_open_close_ctl", open_close_ctl, 0 },
	{ "first_open_close_gpu", open_close_gpu, 0 },
	{ "whole_job", whole_job, 1 },
};

/* By a program that has its turn. */
static const struct op ops_running[] = {
	{ "sys_params", sys_params, 0 },
	{ "card_info", card_info, 0 },
	{ "control", control, 0 },
	{ "attached_ids", attached_ids, 0 },
	{ "memory_info", memory_info, 0 },
	{ "open_close_ctl", open_close_ctl, 0 },
	{ "open_close_gpu", open_close_gpu, 0 },
	{ "alloc_free", alloc_free, 0 },
	{ "host_alloc_free", host_alloc_free, 0 },
};

#define NR_RUNNING (sizeof(ops_running) / sizeof(*ops_running))

static void repeat(const struct op *op, int rounds, struct samples *s)
{
	uint64_t from;
	int i;

	for (i = 0; i < 20; i++)	/* what is made once is there then */
		must(op->name, op->call());
	for (i = 0; i < rounds; i++) {
		if (op->is_job)
			usleep(PAUSE_US);
		from = now();
		must(op->name, op->call());
		sample(s, from, now());
	}
}

static void measure_alone(void)
{
	const struct op *op;
	size_t i;

	for (i = 0; i < sizeof(ops_alone) / sizeof(*ops_alone); i++) {
		op = &ops_alone[i];
		samples = (struct samples){ 0 };
		repeat(op, op->is_job ? ROUNDS_OF_JOBS : ROUNDS, &samples);
		print(op->name, &samples);
	}
}

static void run(void)
{
	struct nv2080_params subdevice = { 0 };

	must("open", rm_open(&rm, 0));
	must("claim", rm_claim(&rm));
	must("subdevice", rm_new(&rm, RM_DEVICE, RM_SUBDEVICE, NV20_SUBDEVICE_0, &subdevice,
				 sizeof(subdevice), NULL));
}

/*
 * Files and objects are found by hashes, with addresses and random numbers in them: what shares
 * a bucket is luck, some 30 instructions of it, as long as they live. So the same is done with new
 * ones, at other addresses, and the median says what most have.
 */
static void measure_running(void)
{
	static struct samples all[NR_RUNNING];
	size_t i;
	int pass;

	for (pass = 0; pass < PASSES; pass++) {
		run();
		for (i = 0; i < NR_RUNNING; i++)
			repeat(&ops_running[i], ROUNDS / PASSES, &all[i]);
		rm_close(&rm);
		if (open("/dev/null", O_RDONLY) < 0 || open("/dev/null", O_RDONLY) < 0 ||
		    open("/dev/null", O_RDONLY) < 0)
			die("/dev/null", -errno);
	}
	for (i = 0; i < NR_RUNNING; i++)
		print(ops_running[i].name, &all[i]);
}

/* --- one program after the other ------------------------------------------------------------- */

/*
 * Programs of one VM that have the GPU in turn, round and round. A sample goes from the last close
 * of one until the next has its channel: what the driver frees and makes included. Without gpuward
 * they tell each other, by an eventfd, which is the least that anybody would have to do: close, a
 * write, a read, the same claim. All of them ask in time, so the one CPU is never idle within a
 * sample: were it, the clock would go on to the next timer, and the figure be millions.
 */
struct ring {
	int nr;			/* programs */
	int by_hand;
	int go[MAX_RING];
};

static void wait_on(int fd)
{
	uint64_t one;

	if (read(fd, &one, sizeof(one)) != sizeof(one))
		_exit(1);
}

static void tell(int fd)
{
	uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		_exit(1);
}

static void ring_turn(const struct ring *r, int i)
{
	uint64_t to;

	if (rm_open(&rm, 0))
		_exit(1);
	shared->is_open[i] = 1;
	if (r->by_hand)
		wait_on(r->go[i]);
	if (rm_claim(&rm))
		_exit(1);
	to = now();
	if (shared->from)
		shared->v[shared->nr++] = to - shared->from - clock_cost;
	usleep(PAUSE_US);	/* the one that was before asks again */
	close(rm.gpu);
	shared->from = now();
	close(rm.ctl);
	if (r->by_hand)
		tell(r->go[(i + 1) % r->nr]);
	usleep(5000);		/* the next one has it */
}

static void ring_check(void)
{
	if (waitpid(-1, NULL, WNOHANG) > 0)
		die("one of those that take turns", 1);
	usleep(10000);
}

static void ring_run(const struct ring *r)
{
	pid_t pids[MAX_RING];
	int i;

	for (i = 0; i < r->nr; i++) {
		pids[i] = fork();
		while (!pids[i])
			ring_turn(r, i);
		while (!shared->is_open[i])
			ring_check();
	}
	if (r->by_hand)
		tell(r->go[0]);
	while (shared->nr < ROUNDS_OF_JOBS)
		ring_check();
	for (i = 0; i < r->nr; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
}

static void grants(const char *what, int nr, int by_hand)
{
	struct ring r = { .nr = nr, .by_hand = by_hand };
	unsigned int i;

	memset((void *)shared, 0, sizeof(*shared));
	for (i = 0; i < (unsigned int)nr; i++)
		r.go[i] = eventfd(0, EFD_CLOEXEC);
	ring_run(&r);
	samples = (struct samples){ 0 };
	for (i = ROUNDS_OF_JOBS / 2; i < ROUNDS_OF_JOBS; i++)	/* all have had a turn before */
		sample(&samples, 0, shared->v[i] + clock_cost);
	print(what, &samples);
	for (i = 0; i < (unsigned int)nr; i++)
		close(r.go[i]);
}

/* --- and nothing at all ---------------------------------------------------------------------- */

/* A number of a file: in that column (from 0) of the first line that begins so. */
static uint64_t number_of(const char *path, const char *name, int column)
{
	char line[512], *at;
	uint64_t found = 0;
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, strlen(name)))
			continue;
		for (at = strtok(line, " "); at && column; at = strtok(NULL, " "))
			column--;
		found = at ? strtoull(at, NULL, 10) : 0;
		break;
	}
	if (f)
		fclose(f);
	if (!found)
		die(path, -ENOENT);
	return found;
}

/* What all tasks have executed, less the guest's own init, which looks after the test. */
static uint64_t executed(void)
{
	return number_of("/proc/schedstat", "cpu0 ", 7) - number_of("/proc/1/schedstat", "", 0);
}

/*
 * A program has its turn and asks nothing: what is executed in a minute, in the background. The
 * first one begins half way between two of the things that are done every five seconds, so that
 * each has twelve of them.
 */
static void steady(void)
{
	uint64_t from;
	int i;

	usleep(2500000);
	samples = (struct samples){ 0 };
	for (i = 0; i < MINUTES; i++) {
		from = executed();
		usleep(60000000);
		sample(&samples, from, executed() + clock_cost);
	}
	print("steady_minute", &samples);
}

int main(int argc, char **argv)
{
	int by_hand = argc == 2 && !strcmp(argv[1], "hand");

	if (argc != 2 || (!by_hand && strcmp(argv[1], "turns")))
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return 1;
	calibrate();
	measure_alone();
	measure_running();
	run();
	steady();	/* so many seconds after the claim */
	rm_close(&rm);
	grants("grant", 2, by_hand);
	grants("grant_of_many", MAX_RING, by_hand);
	return 0;
}
