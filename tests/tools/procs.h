/* SPDX-License-Identifier: GPL-2.0-only */
/* procs.h - processes that do nothing, and what came out of a terminal, for tests of gpuwardd. */
#ifndef TOOLS_PROCS_H
#define TOOLS_PROCS_H

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A process that sleeps with these as stdout and stderr (-1: closed). */
static inline pid_t sleeper(int out, int err)
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe(ready))
		exit(1);
	pid = fork();
	if (!pid) {
		/* Away from the numbers that are filled in. */
		int end = fcntl(ready[1], F_DUPFD_CLOEXEC, 10);

		out = out < 0 ? -1 : fcntl(out, F_DUPFD_CLOEXEC, 10);
		err = err < 0 ? -1 : fcntl(err, F_DUPFD_CLOEXEC, 10);
		close(1);
		close(2);
		if (out >= 0)
			dup2(out, 1);
		if (err >= 0)
			dup2(err, 2);
		if (write(end, "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		exit(1);
	close(ready[0]);
	return pid;
}

static inline void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* What came out of a terminal or file so far. */
static inline const char *drain(int fd)
{
	static char buf[65536];
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t got;

	while (len < sizeof(buf) - 1 && poll(&poll_fd, 1, 50) == 1) {
		got = read(fd, buf + len, sizeof(buf) - 1 - len);
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	buf[len] = '\0';
	return buf;
}

static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif /* TOOLS_PROCS_H */
