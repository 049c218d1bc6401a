// SPDX-License-Identifier: GPL-2.0-only
/*
 * escape.c - verbs of a program that wants more than it may have: handles used twice, other
 * clients' numbers, odd forms of requests, results that cannot be written back.
 * Owns: no state but the page it plays with. Must not: judge; the driver's own books do.
 */
#include "nvclient.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define P64(p)	((__u64)(uintptr_t)(p))
#define PAGE	4096

/* Another client's number from now on, or the own one again. Its objects have to be named. */
static int do_as(struct client *c, int argc, char **argv)
{
	static __u32 own;

	if (argc < 2)
		return -1;
	if (!own)
		own = c->root;
	c->root = !strcmp(argv[1], "own") ? own : strtoul(argv[1], NULL, 0);
	return report(c, "as", (struct result){ 0 }, "client=0x%x", c->root);
}

/* alloc with a handle of the caller's choice, below any parent */
static int do_allocas(struct client *c, int argc, char **argv)
{
	struct nv_memory_params p = { .owner = c->root };
	__u32 handle, parent = c->gpu[c->cur].device;
	struct result r;

	if (argc < 3)
		return -1;
	handle = strtoul(argv[1], NULL, 0);
	p.size = parse_size(argv[2]);
	if (argc > 3)
		parent = strtoul(argv[3], NULL, 0);
	if (argc > 4)
		p.attr = strtoul(argv[4], NULL, 0);
	if (argc > 5)
		p.attr2 = strtoul(argv[5], NULL, 0);
	r = rm_alloc(c, parent, &handle, NV01_MEMORY_LOCAL_USER, &p, sizeof(p));
	if (ok(r))
		remember(c, handle, parent, p.size);
	return report(c, "allocas", r, "handle=0x%x size=%llu", handle, (unsigned long long)p.size);
}

static int do_heaprange(struct client *c, int argc, char **argv)
{
	struct nvos32 p = { .root = c->root,
			    .parent = c->gpu[c->cur].device,
			    .function = NVOS32_ALLOC_SIZE_RANGE };
	struct result r;

	if (argc < 2)
		return -1;
	p.u.range.owner = c->root;
	p.u.range.size = parse_size(argv[1]);
	r = call(c, c->ctl, NV_ESC_RM_VID_HEAP_CONTROL, &p, sizeof(p));
	r.status = p.status;
	if (ok(r))
		remember(c, p.u.range.memory, p.parent, p.u.range.size);
	return report(c, "heaprange", r, "handle=0x%x size=%llu", p.u.range.memory,
		      (unsigned long long)p.u.range.size);
}

/* The same allocation many times, whatever comes of it. */
static int do_retry(struct client *c, int argc, char **argv)
{
	struct nv_memory_params p;
	unsigned long made = 0, full = 0, other = 0;
	long i;

	if (argc < 3)
		return -1;
	for (i = atol(argv[1]); i > 0; i--) {
		__u32 handle = fresh_handle(c);
		struct result r;

		p = (struct nv_memory_params){ .owner = c->root, .size = parse_size(argv[2]) };
		r = rm_alloc(c, c->gpu[c->cur].device, &handle, NV01_MEMORY_LOCAL_USER, &p,
			     sizeof(p));
		if (ok(r)) {
			remember(c, handle, c->gpu[c->cur].device, p.size);
			made++;
		} else if (r.ret >= 0 && r.status == NV_ERR_NO_MEMORY) {
			full++;
		} else {
			other++;
		}
	}
	return report(c, "retry", (struct result){ 0 }, "made=%lu full=%lu other=%lu", made, full,
		      other);
}

/* All there is, in pieces from SIZE (a power of two, 1G) down to 64 KiB. */
static int do_fill(struct client *c, int argc, char **argv)
{
	__u64 size = argc > 1 ? parse_size(argv[1]) : 1ull << 30, total = 0;
	struct result r = { 0 };
	unsigned long made = 0;

	for (; size >= 65536; size /= 2) {
		do {
			struct nv_memory_params p = { .owner = c->root, .size = size };
			__u32 handle = fresh_handle(c);

			r = rm_alloc(c, c->gpu[c->cur].device, &handle, NV01_MEMORY_LOCAL_USER, &p,
				     sizeof(p));
			if (!ok(r))
				break;
			remember(c, handle, c->gpu[c->cur].device, p.size);
			total += p.size;
		} while (++made < 100000);
	}
	/* Out of memory is how it has to end. */
	if (r.status == NV_ERR_NO_MEMORY)
		r.status = 0;
	return report(c, "fill", r, "made=%lu total=%llu", made, (unsigned long long)total);
}

/* What the stand-in driver has given on this GPU to anybody, and what gpuward has charged. */
static __u64 counted(const char *path, const char *format)
{
	unsigned long long used, sum = 0;
	FILE *f = fopen(path, "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, format, &used) == 1)
			sum += used;
	if (f)
		fclose(f);
	return sum;
}

/* Both have to be SIZE now, or the one and the other. */
static int do_expect(struct client *c, int argc, char **argv)
{
	__u64 used, charged, want, want_charged;
	struct result r = { 0 };
	char text[64];

	if (argc < 2)
		return -1;
	snprintf(text, sizeof(text), "/sys/kernel/debug/nvsim/gpu%d", c->cur);
	used = counted(text, "used %llu");
	snprintf(text, sizeof(text), " account gpu %d used %%llu", c->cur);
	charged = counted("/sys/kernel/debug/gpuward/vms", text);
	want = parse_size(argv[1]);
	want_charged = argc > 2 ? parse_size(argv[2]) : want;
	r.ret = used == want && charged == want_charged ? 0 : -1;
	return report(c, "expect", r, "driver=%llu gpuward=%llu want=%llu,%llu",
		      (unsigned long long)used, (unsigned long long)charged,
		      (unsigned long long)want, (unsigned long long)want_charged);
}

static int do_bits(struct client *c, int argc, char **argv)
{
	if (argc < 2)
		return -1;
	c->odd_bits = strcmp(argv[1], "off");
	c->bits = strtoul(argv[1], NULL, 0);
	return report(c, "bits", (struct result){ 0 }, "on=%d", c->odd_bits);
}

static int do_compat(struct client *c, int argc, char **argv)
{
	c->compat = argc > 1 && !strcmp(argv[1], "on");
	return report(c, "compat", (struct result){ 0 }, "on=%d", c->compat);
}

/* --- results that cannot be written back -------------------------------------------------- */

static struct {
	char *page;
	bool unmap;
	volatile bool stop;
} playing;

/* Takes the page away and gives it back, with what the other thread wrote there before. */
static void *play(void *arg)
{
	unsigned int n = 0;

	(void)arg;
	while (!playing.stop) {
		bool away = ++n & 1;

		if (!playing.unmap)
			mprotect(playing.page, PAGE, away ? PROT_READ : PROT_READ | PROT_WRITE);
		else if (away)
			munmap(playing.page, PAGE);
		else
			mmap(playing.page, PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0);
		if (n % 64 == 0)
			usleep(1);
	}
	return NULL;
}

/* The caller's own stores may hit the page while it is away: the kernel copies for it. */
static bool put(void *to, const void *from, size_t n)
{
	int fds[2];
	bool done = false;

	if (pipe(fds))
		return false;
	done = write(fds[1], from, n) == (ssize_t)n && read(fds[0], to, n) == (ssize_t)n;
	close(fds[0]);
	close(fds[1]);
	return done;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec * 1e-9;
}

static struct result alloc_in_page(struct client *c, struct nvos64 *outer, bool whole, __u64 size)
{
	struct nv_memory_params p = { .owner = c->root, .size = size };
	struct { struct nvos64 outer; struct nv_memory_params block; } *in = (void *)playing.page;
	struct nvos64 o = { .root = c->root, .parent = c->gpu[c->cur].device,
			    .new_handle = fresh_handle(c), .hclass = NV01_MEMORY_LOCAL_USER,
			    .params = P64(&in->block), .params_size = sizeof(p) };
	struct result r = { .ret = -1 };

	*outer = o;
	if (!put(&in->block, &p, sizeof(p)) || (whole && !put(&in->outer, &o, sizeof(o))))
		return r;
	r = call(c, c->ctl, NV_ESC_RM_ALLOC, whole ? &in->outer : outer, sizeof(o));
	r.status = outer->status;
	return r;
}

/*
 * Asks for memory while the page of its parameters comes and goes; what was given in order is given
 * back, what came with an error is kept, as if nothing had been allocated.
 */
static int do_writeback(struct client *c, int argc, char **argv)
{
	unsigned long calls = 0, fine = 0, failed = 0;
	struct nvos64 outer;
	pthread_t thread;
	bool whole;
	double end;

	if (argc < 3)
		return -1;
	whole = argc > 4 && !strcmp(argv[4], "outer");
	playing.unmap = argc > 3 && !strcmp(argv[3], "unmap");
	playing.stop = false;
	playing.page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (playing.page == MAP_FAILED || pthread_create(&thread, NULL, play, NULL))
		return report(c, "writeback", (struct result){ .ret = -1, .err = errno }, NULL);
	for (end = seconds() + atol(argv[1]) / 1000.0; seconds() < end; calls++) {
		struct result r = alloc_in_page(c, &outer, whole, parse_size(argv[2]));

		if (ok(r) && !whole) {
			fine++;
			rm_free(c, outer.new_handle);
		} else {
			failed++;
		}
	}
	playing.stop = true;
	pthread_join(thread, NULL);
	return report(c, "writeback", (struct result){ 0 }, "calls=%lu fine=%lu failed=%lu", calls,
		      fine, failed);
}

const struct verb verbs_escape[] = {
	{ "as", do_as, "CLIENT|own" },
	{ "allocas", do_allocas, "HANDLE SIZE [PARENT [ATTR [ATTR2]]]" },
	{ "heaprange", do_heaprange, "SIZE" },
	{ "retry", do_retry, "COUNT SIZE" },
	{ "fill", do_fill, "[SIZE]" },
	{ "expect", do_expect, "SIZE [CHARGED] (used by the driver's books, charged by gpuward's)" },
	{ "bits", do_bits, "HEX|off (type and direction of the request's number)" },
	{ "compat", do_compat, "on|off (32-bit entry)" },
	{ "writeback", do_writeback, "MS SIZE [protect|unmap [outer]]" },
	{ NULL, NULL, NULL },
};
