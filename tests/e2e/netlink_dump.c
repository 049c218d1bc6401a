// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps of large tables: complete, in order, resumed where they stopped; what changes meanwhile
 * is told by NLM_F_DUMP_INTR, and only then.
 */
// vm: -t 300
#include "genl_client.h"

#include <time.h>

#define MAX_VMS 10000
#define SMALL 8192		/* of a reader's buffer: many rounds */

static unsigned int nr_vms;
static struct gnl g, other;
static struct gnl_packet packet;

struct seen {
	uint8_t marks[2 * MAX_VMS];
	uint32_t key_attr;
	uint32_t last;
	unsigned int nr;
	unsigned int nr_twice;
	unsigned int nr_back;
};

static void mark(const struct nlmsghdr *nlh, void *arg)
{
	struct seen *s = arg;
	uint32_t id = gnl_u32(nlh, s->key_attr);

	if (id >= sizeof(s->marks))
		bail("a VM of number %u", id);
	s->nr_twice += s->marks[id];
	s->nr_back += id < s->last;
	s->marks[id] = 1;
	s->last = id;
	s->nr++;
}

static void clear(struct seen *s, uint32_t key_attr)
{
	memset(s, 0, sizeof(*s));
	s->key_attr = key_attr;
}

static int add_vm(struct gnl *by, unsigned int i)
{
	char name[16];

	snprintf(name, sizeof(name), "vm%u", i);
	return GNL_DO(by, GPUWARD_CMD_VM_ADD, { GPUWARD_A_VM_NAME, strlen(name) + 1, name },
		      STR(GPUWARD_A_VM_MODEL, "small.16gb")).err;
}

static int del_vm(struct gnl *by, uint32_t id)
{
	return GNL_DO(by, GPUWARD_CMD_VM_DEL, U32(GPUWARD_A_VM_ID, id)).err;
}

/* Begin a dump and read @rounds buffers of it. */
static void dump_begin(uint8_t cmd, unsigned int rounds, struct answer *a, struct seen *s)
{
	memset(a, 0, sizeof(*a));
	gnl_begin(&g, &packet, cmd, NLM_F_DUMP);
	gnl_send(&g, &packet);
	while (rounds-- && !a->is_done)
		gnl_read(&g, a, 20000, mark, s);
}

static unsigned int dump_finish(struct answer *a, struct seen *s)
{
	unsigned int rounds = 0;

	while (!a->is_done && gnl_read(&g, a, 20000, mark, s))
		rounds++;
	return rounds;
}

static void test_complete(uint8_t cmd, uint32_t key_attr, const char *what)
{
	static struct seen s;
	struct answer a;
	unsigned int rounds;

	clear(&s, key_attr);
	dump_begin(cmd, 0, &a, &s);
	rounds = dump_finish(&a, &s);
	ok(a.is_done && !a.err, "%s: the dump ends well, in %u rounds", what, rounds);
	ok(rounds > nr_vms / 100, "%s: in many rounds", what);
	is(s.nr, nr_vms, "%s: all are there", what);
	is(s.nr_twice + s.nr_back, 0, "%s: once each, in order", what);
	ok(!a.is_interrupted, "%s: not interrupted", what);
}

/* While a dump waits to go on, @change happens by another socket. */
static void test_change(const char *what, void (*change)(struct seen *s), bool interrupts)
{
	static struct seen s;
	struct answer a;

	clear(&s, GPUWARD_A_VM_ID);
	dump_begin(GPUWARD_CMD_VM_GET, 3, &a, &s);
	ok(!a.is_done && !a.is_interrupted, "%s: in the middle of a dump", what);
	change(&s);
	dump_finish(&a, &s);
	ok(a.is_done && !a.err, "%s: the dump ends", what);
	is(a.is_interrupted, interrupts, "%s: interrupted or not", what);
	is(s.nr_twice + s.nr_back, 0, "%s: nothing twice", what);
}

static void change_nothing(struct seen *s)
{
	(void)s;
	ok(!GNL_DO(&other, GPUWARD_CMD_VM_GET, U32(GPUWARD_A_VM_ID, 1)).err, "reading");
	ok(!GNL_DO(&other, GPUWARD_CMD_GPU_ADD, U32(GPUWARD_A_GPU_MINOR, 1),
		   U64(GPUWARD_A_GPU_MEMORY, 1 << 30)).err, "changing another table");
}

static void change_add(struct seen *s)
{
	(void)s;
	is(add_vm(&other, nr_vms + 1), 0, "adding one");
}

/* The very ones where the dump will go on. */
static void change_delete(struct seen *s)
{
	unsigned int i, failed = 0;

	for (i = 1; i <= 300; i++)
		failed += !!del_vm(&other, s->last + i);
	is(failed, 0, "deleting the next 300");
}

static void change_failed(struct seen *s)
{
	(void)s;
	is(add_vm(&other, 1), -EEXIST, "a change that is refused");
}

/* A second dump on the same socket has to wait for the first. */
static void test_two(void)
{
	static struct seen s;
	struct answer a;

	clear(&s, GPUWARD_A_VM_ID);
	dump_begin(GPUWARD_CMD_VM_GET, 1, &a, &s);
	gnl_begin(&g, &packet, GPUWARD_CMD_VM_GET, NLM_F_DUMP);
	gnl_send(&g, &packet);
	while (!a.is_done)
		gnl_read(&g, &a, 20000, mark, &s);
	is(a.err, -EBUSY, "a second dump on one socket is EBUSY");
	a = (struct answer) { };
	dump_finish(&a, &s);
	ok(a.is_done && !a.err, "the first goes on to its end");
	ok(s.nr > nr_vms - 400 && !(s.nr_twice + s.nr_back), "and is complete");
}

/* A socket closed in the middle leaves nothing behind: unloading shows. */
static void test_abandoned(void)
{
	static struct seen s;
	struct gnl third = { .family = g.family, .read_size = SMALL };
	struct answer a = { };

	clear(&s, GPUWARD_A_VM_ID);
	gnl_open(&third);
	gnl_begin(&third, &packet, GPUWARD_CMD_VM_GET, NLM_F_DUMP);
	gnl_send(&third, &packet);
	gnl_read(&third, &a, 20000, mark, &s);
	ok(a.nr && !a.is_done, "a dump is abandoned in the middle");
	is(unload_module("gpuward"), -EAGAIN, "no unloading in the middle of a dump");
	gnl_close(&third);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(void)
{
	unsigned int i, failed = 0;
	double start;

	nr_vms = large(MAX_VMS);
	load_module("/modules/gpuward.ko", "");
	g.read_size = SMALL;
	gnl_connect(&g);
	gnl_connect(&other);
	start = seconds();
	for (i = 1; i <= nr_vms; i++)
		failed += !!add_vm(&g, i);
	is(failed, 0, "%u VMs", nr_vms);
	printf("# in %.1f s\n", seconds() - start);

	start = seconds();
	test_complete(GPUWARD_CMD_VM_GET, GPUWARD_A_VM_ID, "VM_GET");
	printf("# in %.2f s\n", seconds() - start);
	test_complete(GPUWARD_CMD_ACCEL_GET, GPUWARD_A_ACCEL_VM_ID, "ACCEL_GET");
	test_change("no change", change_nothing, false);
	test_change("a refused change", change_failed, false);
	test_change("an addition", change_add, true);
	test_change("a deletion", change_delete, true);
	test_two();
	test_abandoned();

	for (i = 1, failed = 0; i <= nr_vms + 1; i++)
		failed += !!del_vm(&g, i);
	is(failed, 300, "all are deleted, but for those that were");
	gnl_close(&g);
	gnl_close(&other);
	is(unload_module("gpuward"), 0, "and it can be unloaded");
	return ktap_end();
}
