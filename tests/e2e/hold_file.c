// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that holds its accelerator by a file, through libgpuward, driven line by line as nvclient
 * is: "VERB ret=N ..." for each. A helper of hold_file.sh.
 *
 *   hold [try]      gpuward_claim()
 *   again           the same request on the file that holds already
 *   notice [MS]     waits so long for one (0), with poll(), then reads it: its type, the time left
 *   read            reads one, however long that takes
 *   short           reads into too small a buffer
 *   early           reads and polls a file that holds nothing
 *   foreign         a child asks on the file that its parent holds by
 *   claim GPU       NVIDIA's nodes and a channel
 *   unclaim
 *   interruptible   SIGUSR1 ends what waits
 *   orphan          a child keeps the file, the parent ends
 *   close
 */
#include "lease_rm.h"

#include <gpuward/libgpuward.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

static struct gpuward *g;
static int file = -1;
static struct rm rm = { .ctl = -1, .gpu = -1 };

static void on_signal(int sig)
{
	(void)sig;
}

static void hold(unsigned int flags)
{
	uint64_t job = 0;
	int ret = gpuward_claim(g, flags, &file, &job);

	printf("hold ret=%d job=%llu %s\n", ret, (unsigned long long)job, ret ? gpuward_error(g) : "");
}

static void again(void)
{
	struct gpuward_claim arg = { .size = sizeof(arg) };
	int ret = ioctl(file, GPUWARD_IOC_CLAIM, &arg) ? -errno : 0;

	printf("again ret=%d job=%llu\n", ret, (unsigned long long)arg.out_job);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void say_notice(const char *verb, int ret, const struct gpuward_notice *n, int events)
{
	static const char *const types[] = { "none", "evict", "evict-cancel", "end" };
	long long left = n->deadline_ns ? ((long long)n->deadline_ns - now_ns()) / 1000000 : 0;

	printf("%s ret=%d type=%s job=%llu left_ms=%lld in=%d hup=%d err=%d\n", verb, ret,
	       n->type < 4 ? types[n->type] : "?", (unsigned long long)n->job, left,
	       !!(events & POLLIN), !!(events & POLLHUP), !!(events & POLLERR));
}

static void notice(int ms)
{
	struct pollfd p = { .fd = file, .events = POLLIN };
	struct gpuward_notice n = { 0 };
	int ret = poll(&p, 1, ms) < 0 ? -errno : 0;

	fcntl(file, F_SETFL, O_NONBLOCK);
	if (!ret)
		ret = gpuward_notice(g, file, &n);
	fcntl(file, F_SETFL, 0);
	say_notice("notice", ret, &n, p.revents);
}

static void read_one(void)
{
	struct gpuward_notice n = { 0 };
	int ret = gpuward_notice(g, file, &n);

	say_notice("read", ret, &n, 0);
}

static void read_short(void)
{
	char buf[sizeof(struct gpuward_notice) - 1];
	int ret = read(file, buf, sizeof(buf)) < 0 ? -errno : 0;

	printf("short ret=%d\n", ret);
}

static void early(void)
{
	struct gpuward_notice n = { 0 };
	struct pollfd p = { .fd = open("/dev/gpuward", O_RDWR), .events = POLLIN };
	int ret;

	poll(&p, 1, 0);
	ret = gpuward_notice(g, p.fd, &n);
	say_notice("early", ret, &n, p.revents);
	close(p.fd);
}

static void foreign(void)
{
	struct gpuward_claim arg = { .size = sizeof(arg) };
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		_exit(ioctl(file, GPUWARD_IOC_CLAIM, &arg) ? errno : 0);
	waitpid(pid, &status, 0);
	printf("foreign ret=%d\n", -WEXITSTATUS(status));
}

static void claim(int minor)
{
	int ret = rm_open(&rm, minor);

	printf("claim ret=%d\n", ret ? ret : rm_claim(&rm));
}

static void orphan(void)
{
	pid_t pid = fork();

	if (pid) {
		printf("orphan ret=%d child=%d\n", pid < 0, pid);
		exit(0);
	}
	for (;;)
		pause();
}

static void run(char *line)
{
	struct sigaction sa = { .sa_handler = on_signal };
	char *verb = strtok(line, " \n"), *arg = strtok(NULL, " \n");

	if (!verb)
		return;
	if (!strcmp(verb, "hold"))
		hold(arg && !strcmp(arg, "try") ? GPUWARD_CLAIM_TRY : 0);
	else if (!strcmp(verb, "again"))
		again();
	else if (!strcmp(verb, "notice"))
		notice(arg ? atoi(arg) : 0);
	else if (!strcmp(verb, "read"))
		read_one();
	else if (!strcmp(verb, "short"))
		read_short();
	else if (!strcmp(verb, "early"))
		early();
	else if (!strcmp(verb, "foreign"))
		foreign();
	else if (!strcmp(verb, "claim") && arg)
		claim(atoi(arg));
	else if (!strcmp(verb, "unclaim"))
		rm_close(&rm), printf("unclaim ret=0\n");
	else if (!strcmp(verb, "interruptible"))
		printf("interruptible ret=%d\n", sigaction(SIGUSR1, &sa, NULL));
	else if (!strcmp(verb, "orphan"))
		orphan();
	else if (!strcmp(verb, "close"))
		printf("close ret=%d\n", close(file));
	else if (!strcmp(verb, "ready"))
		printf("READY pid=%d\n", getpid());
	else
		exit(2);
}

int main(void)
{
	char line[128];

	setvbuf(stdout, NULL, _IOLBF, 0);
	g = gpuward_new();
	while (g && fgets(line, sizeof(line), stdin))
		run(line);
	return !g;
}
