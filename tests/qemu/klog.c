// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the guest's kernel said: warnings, bugs, leaks.
 * Reads /dev/kmsg and debugfs; decides nothing about tests.
 */
#include "klog.h"
#include "modmap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KMEMLEAK "/sys/kernel/debug/kmemleak"

/* How a complaint of the kernel begins. A "*" in front: anywhere in the line. */
static const char *const complaints[] = {
	"WARNING:", "BUG:", "UBSAN:", "KASAN:", "KCSAN:", "ODEBUG:",
	"INFO: task ", "INFO: rcu", "rcu: INFO:", "refcount_t:", "Oops",
	"general protection fault", "kernel BUG at", "list_add corruption",
	"list_del corruption", "DEBUG_LOCKS_WARN_ON", "watchdog: BUG:",
	"kernel tried to execute", "divide error:", "invalid opcode:",
	"double fault:", "Bad page state", "*scheduling while atomic",
	"*sleeping function called", "*still has pending timers",
	"*detected stalls on CPU", "*blocked for more than",
	"*Objects remaining in", "*nobody cared",
};

static int kmsg = -1;

int klog_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return kmsg < 0 ? -errno : 0;
}

static int is_complaint(const char *text)
{
	size_t i;

	for (i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		const char *c = complaints[i];

		if (*c == '*' ? !!strstr(text, c + 1)
			      : !strncmp(text, c, strlen(c)))
			return 1;
	}
	return 0;
}

/* A record: "prio,seq,usec,flags;text\n KEY=value\n...". */
static char *record_text(char *record)
{
	char *text = strchr(record, ';');

	/* Facilities other than 0 are not the kernel's own words. */
	if (!text || strtoul(record, NULL, 10) >= 8)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int klog_scan(klog_report report, void *arg)
{
	char record[8192];
	int found = 0;

	for (;;) {
		ssize_t n = read(kmsg, record, sizeof(record) - 1);
		char *text;

		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;	/* EPIPE: old records were overwritten */
		if (n <= 0)
			return found;
		record[n] = '\0';
		text = record_text(record);
		if (text && is_complaint(text)) {
			text[strnlen(text, KLOG_LINE - 1)] = '\0';
			report(text, arg);
			found++;
		}
	}
}

int klog_lockdep(void)
{
	char line[128];
	int on = -1;
	FILE *f = fopen("/proc/lockdep_stats", "re");

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, " debug_locks: %d", &on);
	if (f)
		fclose(f);
	return on;
}

int klog_has_kmemleak(void)
{
	int fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}

static void kmemleak_write(const char *word)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, word, strlen(word)) < 0)
		fprintf(stderr, "kmemleak: %s: %s\n", word, strerror(errno));
	close(fd);
}

/*
 * A line of a backtrace that is ours: "[<...>] gw_vm_add+0x1d/0x90 [gpuward]",
 * or, once the module is gone, an address without a name.
 */
static int is_module_frame(const char *line)
{
	const char *symbol = strstr(line, ">] ");

	if (!symbol)
		return 0;
	symbol += 3;
	return !strncmp(symbol, "0x", 2) || strchr(symbol, '[');
}

/*
 * What the kernel itself loses when a cache of ours can not be shown in sysfs for lack of memory:
 * its sysfs_slab_add() gives the cache back, but not the name it made for it.
 */
static int is_kernels_own(const char *record)
{
	return strstr(record, " sysfs_slab_add+") != NULL;
}

struct leak {
	char record[4096];	/* as kmemleak wrote it */
	size_t len;
	char frame[200];	/* the first frame of ours, or empty */
};

/* The symbol of a frame, or the place in a module that has gone. */
static void name_frame(const char *symbol, char *name, size_t size)
{
	unsigned long address;

	if (sscanf(symbol, "0x%lx", &address) == 1 &&
	    modmap_name(address, name, size))
		return;
	snprintf(name, size, "%.*s", (int)strcspn(symbol, "\n"), symbol);
}

static void leak_add_line(struct leak *leak, const char *line)
{
	char named[512];
	int n;

	if (is_module_frame(line)) {
		const char *symbol = strstr(line, ">] ") + 3;

		name_frame(symbol, named, sizeof(named) - 8);
		if (!leak->frame[0])
			snprintf(leak->frame, sizeof(leak->frame), "%.*s",
				 (int)sizeof(leak->frame) - 1, named);
		memmove(named + 4, named, strlen(named) + 1);
		memset(named, ' ', 4);
		strcat(named, "\n");
		line = named;
	}
	n = snprintf(leak->record + leak->len,
		     sizeof(leak->record) - leak->len, "%s", line);
	if (n > 0 && leak->len + n < sizeof(leak->record))
		leak->len += n;
}

/* Reports a leak of ours, and keeps its whole record in the kernel log. */
static int leak_end(struct leak *leak, klog_report report, void *arg)
{
	char what[KLOG_LINE];
	int fd, ours = leak->frame[0] != '\0' &&
				  !is_kernels_own(leak->record);

	if (ours) {
		snprintf(what, sizeof(what), "leak: %.*s, allocated in %s",
			 (int)strcspn(leak->record, ":\n"), leak->record,
			 leak->frame);
		report(what, arg);
		fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
		if (fd >= 0 && dprintf(fd, "%s", leak->record) < 0)
			perror("init: /dev/kmsg");
		close(fd);
	}
	memset(leak, 0, sizeof(*leak));
	return ours;
}

int klog_leaks(klog_report report, void *arg)
{
	struct leak leak = { .len = 0 };
	char line[512];
	int found = 0;
	FILE *f;

	sleep(5);
	kmemleak_write("scan");
	sleep(1);
	kmemleak_write("scan");
	f = fopen(KMEMLEAK, "re");
	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "unreferenced object", 19))
			found += leak_end(&leak, report, arg);
		leak_add_line(&leak, line);
	}
	found += leak_end(&leak, report, arg);
	fclose(f);
	kmemleak_write("clear");
	return found;
}
