/* SPDX-License-Identifier: GPL-2.0-only */
/* exit.h - exit codes of every tool; scripts rely on them. */
#ifndef GPUWARD_EXIT_H
#define GPUWARD_EXIT_H

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NOT_FOUND = 3,
	EXIT_UNAVAILABLE = 4,	/* no module, no permission, not bound */
	EXIT_BUSY = 5,
};

#endif /* GPUWARD_EXIT_H */
