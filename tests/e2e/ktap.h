/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests written in C: result lines, the kernel log, the module. Owns the count of results.
 * Must know nothing of gpuward's interfaces.
 */
#ifndef KTAP_H
#define KTAP_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Shared with children: a test may go on in one of them, one at a time. */
static struct {
	unsigned int nr;
	unsigned int nr_failed;
	pid_t owner;		/* who prints the plan */
} *results;

__attribute__((constructor))
static void results_init(void)
{
	results = mmap(NULL, sizeof(*results), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (results == MAP_FAILED)
		abort();
	results->owner = getpid();
}

__attribute__((format(printf, 2, 3), unused))
static bool ok(bool passed, const char *fmt, ...)
{
	va_list args;

	results->nr++;
	results->nr_failed += !passed;
	printf("%s %u - ", passed ? "ok" : "not ok", results->nr);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	return passed;
}

/* Like ok(), and shows both numbers when they differ. */
#define is(got, want, ...) do {								\
	long long got_ = (got), want_ = (want);						\
	if (!ok(got_ == want_, __VA_ARGS__))						\
		printf("# got %lld, want %lld (%s:%d)\n", got_, want_, __FILE__, __LINE__);	\
} while (0)

/* The debug kernel takes its time: a tenth of large numbers is enough there. */
__attribute__((unused))
static unsigned int large(unsigned int n)
{
	const char *kernel = getenv("GUEST_KERNEL");

	return kernel && !strcmp(kernel, "debug") ? n / 10 : n;
}

__attribute__((unused))
static int ktap_end(void)
{
	printf("1..%u\n", results->nr);
	fflush(stdout);
	return results->nr_failed != 0;
}

__attribute__((format(printf, 1, 2), noreturn, unused))
static void bail(const char *fmt, ...)
{
	int error = errno;
	va_list args;

	results->nr++;
	results->nr_failed++;
	printf("not ok %u - ", results->nr);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf(": %s\n", strerror(error));
	if (getpid() == results->owner)
		ktap_end();
	fflush(stdout);
	exit(1);
}

__attribute__((unused))
static void load_module(const char *path, const char *params)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		bail("open %s", path);
	if (syscall(SYS_finit_module, fd, params, 0))
		bail("load %s %s", path, params);
	close(fd);
}

__attribute__((unused))
static int unload_module(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* The kernel log from here on. */
__attribute__((unused))
static int log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		bail("open /dev/kmsg");
	return fd;
}

/* How many lines came since, shown as diagnostics. */
__attribute__((unused))
static unsigned int log_new_lines(int fd)
{
	unsigned int nr = 0;
	char line[4096];
	ssize_t len;

	while ((len = read(fd, line, sizeof(line) - 1)) > 0 || (len < 0 && errno == EPIPE)) {
		line[len > 0 ? len : 0] = '\0';
		printf("# kernel log: %s", len > 0 ? line : "(lost some)\n");
		nr++;
	}
	return nr;
}

#endif /* KTAP_H */
