// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of the guest: mounts, runs the tests of /run.conf one after another,
 * powers off. Results go to the second serial port, the kernel log to the first.
 */
#define _GNU_SOURCE
#include "cleanup.h"
#include "klog.h"
#include "ktap.h"
#include "modmap.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAX_TESTS 512

struct conf {
	int timeout_s;
	int budget_s;		/* no test starts later; 0: no limit */
	int patience_s;		/* for processes and modules to go */
	int leaks_each;		/* look for leaks after each test */
	int leaks_end;		/* look for leaks once, at the end */
	int nr_tests;
	char *tests[MAX_TESTS];	/* a name, or name@seconds */
};

static int out = 2;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void mount_one(const char *type, const char *where, const char *data)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, data) && errno != EBUSY)
		ktap_say(out, "# init: mount %s on %s: %s", type, where,
			 strerror(errno));
}

static void mount_all(void)
{
	mount_one("proc", "/proc", NULL);
	mount_one("sysfs", "/sys", NULL);
	mount_one("devpts", "/dev/pts", "ptmxmode=0666");
	mount_one("tmpfs", "/dev/shm", NULL);
	mount_one("tmpfs", "/tmp", "mode=1777");
	mount_one("tmpfs", "/run", NULL);
	mount_one("cgroup2", "/sys/fs/cgroup", NULL);
	mount_one("debugfs", "/sys/kernel/debug", NULL);
	mount_one("tracefs", "/sys/kernel/tracing", NULL);
	if (symlink("/proc/self/fd", "/dev/fd") ||
	    symlink("/proc/self/fd/0", "/dev/stdin") ||
	    symlink("/proc/self/fd/1", "/dev/stdout") ||
	    symlink("/proc/self/fd/2", "/dev/stderr"))
		ktap_say(out, "# init: /dev/fd: %s", strerror(errno));
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		ktap_say(out, "# init: loopback: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* The kernel gave us no open files: take 0, 1 and 2 before anything else does. */
static void open_console(void)
{
	int fd;

	mount_one("devtmpfs", "/dev", NULL);
	do {
		fd = open("/dev/console", O_RDWR | O_NOCTTY);
	} while (fd >= 0 && fd < 2);
	if (fd > 2)
		close(fd);
}

/* The port of the results, without a terminal's ideas of line ends and echo. */
static void open_results(void)
{
	struct termios t;
	int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		perror("init: /dev/ttyS1");
		return;
	}
	if (!tcgetattr(fd, &t)) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	out = fd;
}

static void set_leaks(struct conf *c, const char *when)
{
	c->leaks_each = !strcmp(when, "each");
	c->leaks_end = !strcmp(when, "end");
}

static void read_conf(struct conf *c)
{
	char line[1024];
	FILE *f = fopen("/run.conf", "re");

	while (f && fgets(line, sizeof(line), f)) {
		char *value = line + strcspn(line, " ");

		line[strcspn(line, "\n")] = '\0';
		if (*value)
			*value++ = '\0';
		if (!strcmp(line, "timeout"))
			c->timeout_s = atoi(value);
		else if (!strcmp(line, "budget"))
			c->budget_s = atoi(value);
		else if (!strcmp(line, "patience"))
			c->patience_s = atoi(value);
		else if (!strcmp(line, "leaks"))
			set_leaks(c, value);
		else if (!strcmp(line, "env"))
			putenv(strdup(value));
		else if (!strcmp(line, "test") && c->nr_tests < MAX_TESTS)
			c->tests[c->nr_tests++] = strdup(value);
	}
	if (f)
		fclose(f);
}

/* "e2e/some.sh@300": the test's own time, cut off its name. */
static int time_of(char *test, int otherwise_s)
{
	char *at = strrchr(test, '@');

	if (!at)
		return otherwise_s;
	*at = '\0';
	return atoi(at + 1);
}

/* In the child: become the test. */
static void exec_test(const char *test, int results)
{
	char path[512], dir[512], *slash;

	snprintf(path, sizeof(path), "/tests/%s", test);
	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	*slash = '\0';
	setsid();
	if (chdir(dir) < 0)
		dprintf(results, "# init: %s: %s\n", dir, strerror(errno));
	close(STDIN_FILENO);
	open("/dev/null", O_RDWR);
	dup2(results, STDOUT_FILENO);
	dup2(results, STDERR_FILENO);
	execl(path, path, (char *)NULL);
	dprintf(STDOUT_FILENO, "# init: %s: %s\n", path, strerror(errno));
	_exit(127);
}

static void sysrq(char key)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, &key, 1) < 0)
		perror("init: sysrq");
	if (fd >= 0)
		close(fd);
}

/* Passes on what is in the pipe; returns 0 when nothing will come any more. */
static int drain(struct ktap *k, int fd)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		ktap_feed(k, buf, n);
	return n < 0 && (errno == EAGAIN || errno == EINTR);
}

/* Waits for the test itself, not for what it left behind. */
static int follow(struct ktap *k, pid_t pid, int fd, double deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int status;

	for (;;) {
		pid_t who;

		modmap_update();
		who = waitpid(-1, &status, WNOHANG);
		if (who == pid)
			break;
		if (who > 0)
			continue;	/* an orphan, handed to us */
		if (now() > deadline) {
			sysrq('w');
			sysrq('l');
			ktap_fail(k, "did not end in time");
			return 0;
		}
		poll(&p, 1, 50);
		if (!drain(k, fd)) {
			p.fd = -1;	/* closed early: only time passes */
			poll(&p, 1, 50);
		}
	}
	drain(k, fd);
	return status;
}

static void judge_status(struct ktap *k, int status)
{
	if (WIFSIGNALED(status))
		ktap_fail(k, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) && WEXITSTATUS(status) != 4 &&
		 !k->nr_failed)
		ktap_fail(k, "exit status %d", WEXITSTATUS(status));
}

static void report_finding(const char *what, void *arg)
{
	ktap_fail(arg, "kernel log: %s", what);
}

static void run_test(const struct conf *c, char *test)
{
	int timeout_s = time_of(test, c->timeout_s);
	double start = now();
	struct ktap k;
	int fds[2], status;
	pid_t pid;

	ktap_say(out, "# begin %s", test);
	ktap_init(&k, out, test);
	if (c->budget_s && start > c->budget_s) {
		ktap_say(out, "ok - %s: everything # SKIP no time left", test);
		return;
	}
	if (pipe2(fds, O_CLOEXEC)) {
		ktap_fail(&k, "pipe: %s", strerror(errno));
		return;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (!pid)
		exec_test(test, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		ktap_fail(&k, "fork: %s", strerror(errno));
	} else {
		status = follow(&k, pid, fds[0], start + timeout_s);
		judge_status(&k, status);
	}
	cleanup_processes(&k, c->patience_s);
	drain(&k, fds[0]);
	ktap_finish(&k);
	cleanup_cgroups(&k);
	cleanup_modules(&k, c->patience_s);
	if (c->leaks_each && klog_has_kmemleak())
		klog_leaks(report_finding, &k);
	klog_scan(report_finding, &k);
	close(fds[0]);
	ktap_say(out, "# end %s %.1f s", test, now() - start);
}

/* One look for the whole guest, with a line of its own. */
static void look_for_leaks(void)
{
	struct ktap k;

	ktap_say(out, "# begin leaks");
	ktap_init(&k, out, "leaks");
	if (!klog_leaks(report_finding, &k))
		ktap_say(out, "ok - leaks: kmemleak found none of ours");
	klog_scan(report_finding, &k);
	ktap_say(out, "# end leaks");
}

/* It stops at its first complaint, and at any report of memory gone bad. */
static void look_at_lockdep(void)
{
	int on = klog_lockdep();

	if (on == 0)
		ktap_say(out, "not ok - lockdep: switched itself off");
	else if (on == 1)
		ktap_say(out, "ok - lockdep: watched to the end");
}

int main(void)
{
	static struct conf c = { .timeout_s = 60, .patience_s = 5 };
	struct rlimit files = { 65536, 65536 };
	struct utsname u;
	struct ktap boot;
	int i;

	open_console();
	open_results();
	mount_all();
	uname(&u);
	ktap_say(out, "KTAP version 1");
	ktap_say(out, "# kernel %s, up after %.1f s", u.release, now());
	setrlimit(RLIMIT_NOFILE, &files);
	loopback_up();
	read_conf(&c);
	ktap_init(&boot, out, "boot");
	if (klog_open())
		ktap_fail(&boot, "no /dev/kmsg: kernel findings would be lost");
	klog_scan(report_finding, &boot);
	for (i = 0; i < c.nr_tests; i++)
		run_test(&c, c.tests[i]);
	if (c.leaks_end && klog_has_kmemleak())
		look_for_leaks();
	look_at_lockdep();
	ktap_say(out, "# guest done %d results, %.1f s", ktap_results(), now());
	tcdrain(out);
	reboot(RB_AUTOBOOT);
	return 1;
}
