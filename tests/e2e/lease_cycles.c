// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens, claims and closes, over and over, from several processes at once. A helper of the
 * scripts: lease_cycles ROUNDS PROCESSES; ends with 1 when one of them was refused.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <stdlib.h>
#include <sys/wait.h>

static int cycles(int rounds)
{
	struct rm rm;
	int i, ret;

	for (i = 0; i < rounds; i++) {
		ret = rm_open(&rm, 0);
		if (!ret)
			ret = rm_claim(&rm);
		if (ret) {
			printf("round %d: %d\n", i, ret);
			return 1;
		}
		rm_close(&rm);
	}
	return 0;
}

int main(int argc, char **argv)
{
	int i, status, failed = 0, rounds = argc > 2 ? atoi(argv[1]) : 0, nr = rounds ? atoi(argv[2]) : 0;

	if (nr < 1)
		return 2;
	for (i = 0; i < nr; i++)
		if (!fork())
			exit(cycles(rounds / nr));
	while (wait(&status) > 0)
		failed += !!status;
	printf("%d rounds by %d processes, %d failed\n", rounds, nr, failed);
	return !!failed;
}
