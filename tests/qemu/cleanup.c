// SPDX-License-Identifier: GPL-2.0-only
/*
 * Brings the guest back to how it was before a test.
 * Removes what a test left behind; says what it could not remove.
 */
#define _GNU_SOURCE
#include "cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CGROUP_ROOT "/sys/fs/cgroup"

static void nap(void)
{
	usleep(20 * 1000);
}

static void read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Who is left, and where in the kernel each of them sleeps. */
static void name_survivors(struct ktap *k)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && (d = readdir(proc))) {
		char path[300], exe[64], comm[64], stack[200];
		int pid = atoi(d->d_name);

		if (pid <= 1)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/exe", pid);
		if (readlink(path, exe, sizeof(exe)) < 0)
			continue;	/* a kernel thread, or already dead */
		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		read_file(path, comm, sizeof(comm));
		snprintf(path, sizeof(path), "/proc/%d/stack", pid);
		read_file(path, stack, sizeof(stack));
		ktap_say(k->out, "# not killable: %d %s at %s", pid, comm,
			 stack);
	}
	if (proc)
		closedir(proc);
}

void cleanup_processes(struct ktap *k, int patience_s)
{
	int rounds = patience_s * 50;

	while (rounds-- > 0) {
		pid_t pid;

		kill(-1, SIGKILL);
		do {
			pid = waitpid(-1, NULL, WNOHANG);
		} while (pid > 0);
		if (pid < 0 && errno == ECHILD)
			return;
		nap();
	}
	name_survivors(k);
	ktap_fail(k, "left processes that cannot be killed");
}

static int remove_dir(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	if (type == FTW_DP && ftw->level > 0)
		rmdir(path);
	return 0;
}

void cleanup_cgroups(struct ktap *k)
{
	int tries;

	for (tries = 0; tries < 50; tries++) {
		struct stat st;

		nftw(CGROUP_ROOT, remove_dir, 16, FTW_DEPTH | FTW_PHYS);
		if (stat(CGROUP_ROOT, &st) || st.st_nlink <= 2)
			return;
		nap();
	}
	ktap_fail(k, "left cgroups that cannot be removed");
}

/* One round over the modules: how many are loaded, how many went. */
static int unload_round(int *nr_gone, char *last, size_t size)
{
	char line[512];
	int nr = 0;
	FILE *f = fopen("/proc/modules", "re");

	*nr_gone = 0;
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " \n")] = '\0';
		nr++;
		if (!syscall(SYS_delete_module, line, O_NONBLOCK))
			(*nr_gone)++;
		else
			snprintf(last, size, "%.60s: %s", line,
				 strerror(errno));
	}
	if (f)
		fclose(f);
	return nr;
}

void cleanup_modules(struct ktap *k, int patience_s)
{
	int rounds = patience_s * 50, nr_gone;
	char last[128] = "";

	while (unload_round(&nr_gone, last, sizeof(last)) > nr_gone) {
		if (nr_gone)
			continue;
		if (rounds-- <= 0) {
			ktap_fail(k, "left a module that cannot be unloaded: %s",
				  last);
			return;
		}
		nap();
	}
}
