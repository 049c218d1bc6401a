// SPDX-License-Identifier: GPL-2.0-only
/*
 * One process switches its VM's model back and forth while others open a GPU, and others claim it.
 * A helper of the scripts: switch_race SECONDS MODEL MODEL; ends with 1 when something got an
 * answer that it must not get, or when nothing was ever done.
 */
#define _GNU_SOURCE
#include "lease_rm.h"

#include <linux/gpuward.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define NR_EACH 2

enum { DONE, REFUSED, STRANGE, NR_ENDS };

static struct {
	unsigned int nr[3][NR_ENDS];	/* by switches, opens, claims; each process adds its own */
} *shared;

static time_t end;

static void count(unsigned int what, int ret, int refusal)
{
	unsigned int how = !ret ? DONE : ret == refusal ? REFUSED : STRANGE;

	if (how == STRANGE)
		printf("unexpected: %d\n", ret);
	__atomic_add_fetch(&shared->nr[what][how], 1, __ATOMIC_RELAXED);
}

static bool is_time_left(void)
{
	return time(NULL) < end;
}

static void switch_models(char *const *models)
{
	struct gpuward_accel_set_model s;
	int fd = open("/dev/gpuward", O_RDWR | O_CLOEXEC);
	unsigned int i;

	for (i = 0; is_time_left(); i++) {
		s = (struct gpuward_accel_set_model){ .size = sizeof(s) };
		snprintf(s.model, sizeof(s.model), "%s", models[i & 1]);
		count(0, ioctl(fd, GPUWARD_IOC_ACCEL_SET_MODEL, &s) ? -errno : 0, -EBUSY);
	}
	close(fd);
}

/* Outside the placement: EPERM. */
static void open_only(void)
{
	int fd;

	while (is_time_left()) {
		fd = open("/dev/nvidia0", O_RDWR | O_CLOEXEC);
		count(1, fd < 0 ? -errno : 0, -EPERM);
		if (fd >= 0)
			close(fd);
	}
}

/* Between opening and claiming the GPU may have been given up. */
static void open_and_claim(void)
{
	struct rm rm;
	int ret;

	while (is_time_left()) {
		ret = rm_open(&rm, 0);
		if (!ret) {
			ret = rm_claim(&rm);
			rm_close(&rm);
		}
		count(2, ret, -EPERM);
	}
}

static void start(void (*run)(void))
{
	if (fork())
		return;
	run();
	exit(0);
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "switched", "opened", "claimed" };
	int i, bad = 0;

	if (argc != 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	end = time(NULL) + atoi(argv[1]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 2;
	for (i = 0; i < NR_EACH; i++) {
		start(open_only);
		start(open_and_claim);
	}
	switch_models(argv + 2);
	while (wait(NULL) > 0)
		;
	for (i = 0; i < 3; i++) {
		printf("%s %u, refused %u, strange %u\n", names[i], shared->nr[i][DONE],
		       shared->nr[i][REFUSED], shared->nr[i][STRANGE]);
		bad |= !shared->nr[i][DONE] || shared->nr[i][STRANGE];
	}
	return bad;
}
