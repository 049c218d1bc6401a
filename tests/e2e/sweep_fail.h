/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For sweeps of failed allocations: the kernel is told to fail the Nth one of this very task
 * (/proc/self/fail-nth). Owns that file and the loop; knows no operation.
 */
#ifndef SWEEP_FAIL_H
#define SWEEP_FAIL_H

#include "ktap.h"

#define FAIL_MAX 3000

struct operation {
	const char *name;
	void (*prepare)(void);	/* before each try, with nothing armed; may be NULL */
	int (*run)(void);	/* armed: 0 or -errno, or an RM status */
	void (*undo)(int ret);	/* after each try, whatever became of it */
	bool (*is_sane)(void);	/* after that: everything as it was */
};

static int fail_fd = -1;

static void fail_write(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		printf("# %s: %s\n", path, strerror(errno));
	close(fd);
}

/* False: this kernel can not. Allocations of any kind are counted, quietly. */
static bool fail_open(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char path[96];
	size_t i;

	fail_fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_fd < 0)
		return false;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/verbose", kinds[i]);
		fail_write(path, "0");
		/* Those that may sleep are the ones of interest. */
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/ignore-gfp-wait", kinds[i]);
		fail_write(path, "N");
	}
	/* What is made of pages is left alone: such a failure is written to the log at length. */
	fail_write("/sys/kernel/debug/fail_page_alloc/min-order", "100");
	return true;
}

static void fail_arm(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_fd, text, (size_t)len, 0) != len)
		bail("arm fail-nth");
}

/* Was one failed? Reading and writing count as well: what they run into came too late for that. */
static bool fail_disarm(void)
{
	char text[16] = "";
	bool failed = pread(fail_fd, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;
	int tries;

	for (tries = 0; pwrite(fail_fd, "0", 1, 0) != 1; tries++)
		if (tries == 2)
			bail("disarm fail-nth");
	return failed;
}

/* How often each result came. */
struct fail_tally {
	int ret;
	unsigned int nr;
};

static void fail_count(struct fail_tally *tally, size_t size, int ret)
{
	size_t i;

	for (i = 0; i < size && tally[i].nr && tally[i].ret != ret; i++)
		;
	if (i == size)
		return;
	tally[i].ret = ret;
	tally[i].nr++;
}

static void fail_show(const char *name, const struct fail_tally *tally, size_t size)
{
	size_t i;

	printf("# %s:", name);
	for (i = 0; i < size && tally[i].nr; i++) {
		if (tally[i].ret < 0)
			printf(" %u x %s", tally[i].nr, strerror(-tally[i].ret));
		else if (tally[i].ret)
			printf(" %u x status 0x%x", tally[i].nr, tally[i].ret);
		else
			printf(" %u x no harm", tally[i].nr);
	}
	putchar('\n');
}

/* Fails the first, then each @step further allocation of @op until it has no more of them. */
static void sweep_with(const struct operation *op, void (*arm)(unsigned int n), bool (*disarm)(void),
		       unsigned int step)
{
	struct fail_tally tally[16] = { 0 };
	bool failed = true, sane = true;
	unsigned int n, nr = 0;
	int ret = 0;

	for (n = 1; failed && sane && n < FAIL_MAX; n += step) {
		if (op->prepare)
			op->prepare();
		arm(n);
		ret = op->run();
		failed = disarm();
		if (failed)
			fail_count(tally, sizeof(tally) / sizeof(*tally), ret);
		nr += failed;
		op->undo(ret);
		sane = op->is_sane();
		if (failed && nr % 50 == 0) {
			printf("# %s: %u failures\n", op->name, nr);
			fflush(stdout);
		}
	}
	fail_show(op->name, tally, sizeof(tally) / sizeof(*tally));
	ok(sane, "%s: as before after each of %u failures", op->name, nr);
	ok(!failed && !ret, "%s: succeeds when nothing fails", op->name);
}

__attribute__((unused))
static void sweep(const struct operation *op)
{
	sweep_with(op, fail_arm, fail_disarm, 1);
}

/* The caller is a program of whoever is bound to @cgroup. */
__attribute__((unused))
static void enter(const char *cgroup)
{
	char path[96], pid[16];
	int to, len;

	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s/cgroup.procs", cgroup);
	to = open(path, O_WRONLY | O_CLOEXEC);
	len = snprintf(pid, sizeof(pid), "%d", getpid());
	if (to < 0 || write(to, pid, (size_t)len) != len)
		bail("enter %s", path);
	close(to);
}

#endif /* SWEEP_FAIL_H */
