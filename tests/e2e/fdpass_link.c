// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links a control file that was opened as one VM to one that was opened as another, makes clients
 * through it, and closes both: fdpass_link CGROUP CGROUP own|other-first. Prints what the driver
 * said. A helper of fdpass_link.sh.
 */
#include "lease_rm.h"

#include <stdlib.h>

static void move(const char *cgroup)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	f = fopen(path, "w");
	if (!f || fprintf(f, "%d\n", getpid()) < 0 || fclose(f))
		exit(1);
}

static int open_ctl(void)
{
	int fd = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		exit(1);
	return fd;
}

int main(int argc, char **argv)
{
	struct rm rm = { .gpu = -1 };
	int other, ret, i, made = 0;

	if (argc != 4)
		return 2;
	move(argv[1]);
	rm.ctl = open_ctl();
	move(argv[2]);
	other = open_ctl();
	ret = ioctl(rm.ctl, NV_IOWR(NV_ESC_REGISTER_FD, sizeof(int)), &other) ? errno : 0;
	for (i = 0; i < 10; i++)
		made += !rm_new(&rm, 0, 0, NV01_ROOT_CLIENT, NULL, 0, &rm.root);
	printf("link %s clients %d\n", ret ? strerror(ret) : "done", made);
	if (!strcmp(argv[3], "other-first")) {
		close(other);
		close(rm.ctl);
	} else {
		close(rm.ctl);
		close(other);
	}
	return 0;
}
