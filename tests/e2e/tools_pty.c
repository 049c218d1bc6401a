// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command on a terminal of its own and copies what appears there to stdout. A helper of
 * the scripts.
 *
 *   tools_pty COMMAND [ARGUMENT]...
 */
#define _GNU_SOURCE
#include <pty.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int master, status;
	char buf[4096];
	ssize_t len;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = forkpty(&master, NULL, NULL, NULL);
	if (pid < 0) {
		perror("forkpty");
		return 1;
	}
	if (!pid) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	while ((len = read(master, buf, sizeof(buf))) > 0)
		if (write(STDOUT_FILENO, buf, (size_t)len) != len)
			return 1;
	return waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ? 1 : WEXITSTATUS(status);
}
