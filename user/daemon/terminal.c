// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal.c - write to the terminal of another user's process. It may change its files at any
 * moment, may have anything open, may not read. What is no terminal must not be opened: an open
 * alone can rewind a tape or arm a watchdog.
 */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define PTS_MAJOR_FIRST 136
#define PTS_MAJOR_LAST 143

#define PATIENCE_MS 20		/* that one terminal may cost */

static int is_terminal(dev_t device)
{
	char path[64], link[256];
	ssize_t len;

	if (major(device) >= PTS_MAJOR_FIRST && major(device) <= PTS_MAJOR_LAST)
		return 1;	/* not in sysfs */
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/subsystem", major(device),
		 minor(device));
	len = readlink(path, link, sizeof(link) - 1);
	if (len <= 0)
		return 0;
	link[len] = '\0';
	return len >= 4 && !strcmp(link + len - 4, "/tty");
}

/* The terminal behind a descriptor of a process, opened for writing, or -1. */
static int open_terminal(uint32_t pid, int number)
{
	char path[48];
	struct stat st;
	int held, fd = -1;

	snprintf(path, sizeof(path), "/proc/%u/fd/%d", pid, number);
	/* The link's own mode says whether the process may write there. */
	if (lstat(path, &st) || !(st.st_mode & S_IWUSR))
		return -1;
	/* Hold on to it first: what is checked is what is opened. */
	held = open(path, O_PATH | O_CLOEXEC);
	if (held < 0)
		return -1;
	if (!fstat(held, &st) && S_ISCHR(st.st_mode) && is_terminal(st.st_rdev)) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", held);
		fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	}
	close(held);
	if (fd >= 0 && !isatty(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * The kernel answers EAGAIN also while the program itself is writing, which a program that goes
 * on does at once; that is over in a moment. A stopped terminal is given up after that moment.
 */
static int write_soon(int fd, const char *text)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	int64_t end = now_ms() + PATIENCE_MS, left;
	size_t len = strlen(text);
	ssize_t written;

	while (len) {
		written = write(fd, text, len);
		if (written > 0) {
			text += written;
			len -= (size_t)written;
			continue;
		}
		left = end - now_ms();
		if (written < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (left <= 0 || poll(&poll_fd, 1, (int)left) <= 0)
			return -EAGAIN;
	}
	return 0;
}

int terminal_write(uint32_t pid, const char *text)
{
	int fd = open_terminal(pid, STDERR_FILENO), err;

	if (fd < 0)
		fd = open_terminal(pid, STDOUT_FILENO);
	if (fd < 0)
		return -ENOTTY;
	err = write_soon(fd, text);
	close(fd);
	return err;
}
