// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens files, says how each open ended, and holds them until its standard
 * input ends. It owns those files; it must not use them.
 *
 * usage: nvopen [-n] [-o] PATH...	-n O_NONBLOCK, -o one open, do not hold
 * Prints "PATH ok" or "PATH ERRNO-NAME", one line at once for each open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int flags = O_RDWR | O_CLOEXEC, hold = 1, failed = 0, opt, i;
	char byte;

	while ((opt = getopt(argc, argv, "no")) != -1) {
		switch (opt) {
		case 'n':
			flags |= O_NONBLOCK;
			break;
		case 'o':
			hold = 0;
			break;
		default:
			return 2;
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = optind; i < argc; i++) {
		if (open(argv[i], flags) >= 0) {
			printf("%s ok\n", argv[i]);
		} else {
			printf("%s %s\n", argv[i], strerrorname_np(errno));
			failed = 1;
		}
	}
	while (hold && read(0, &byte, 1) > 0)
		;
	return failed;
}
