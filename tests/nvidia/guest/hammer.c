// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens NVIDIA's nodes, asks something, closes them, again and again. It owns
 * a count of what went wrong; nothing may, whatever is loaded meanwhile.
 *
 * usage: hammer STOP-FILE	runs until that file exists
 * Prints "rounds N failed N" and exits 1 when anything failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define NV_ESC_SYS_PARAMS	_IOWR('F', 214, unsigned long long)
#define UVM_INITIALIZE		0x30000001
#define UVM_MM_INITIALIZE	75

struct uvm_initialize {
	unsigned long long flags;
	unsigned int status;
	unsigned int pad;
};

struct uvm_mm_initialize {
	int uvm_fd;
	unsigned int status;
};

static unsigned long failed;

static void expect(int good, const char *what)
{
	if (good)
		return;
	if (failed++ < 10)
		fprintf(stderr, "hammer: %s: %s\n", what, strerror(errno));
}

static void round_control(void)
{
	unsigned long long memblock = ~0ULL;
	int fd = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);

	expect(fd >= 0, "open nvidiactl");
	if (fd < 0)
		return;
	expect(!ioctl(fd, NV_ESC_SYS_PARAMS, &memblock), "SYS_PARAMS");
	expect(!close(fd), "close nvidiactl");
}

static void round_uvm(void)
{
	struct uvm_initialize init = { .status = ~0U };
	struct uvm_mm_initialize mm = { .status = ~0U };
	int fd = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);
	int fd2 = open("/dev/nvidia-uvm", O_RDWR | O_CLOEXEC);

	expect(fd >= 0 && fd2 >= 0, "open nvidia-uvm");
	if (fd >= 0 && fd2 >= 0) {
		expect(!ioctl(fd, UVM_INITIALIZE, &init) && !init.status,
		       "UVM_INITIALIZE");
		mm.uvm_fd = fd;
		expect(!ioctl(fd2, UVM_MM_INITIALIZE, &mm) && !mm.status,
		       "UVM_MM_INITIALIZE");
	}
	if (fd2 >= 0)
		expect(!close(fd2), "close nvidia-uvm");
	if (fd >= 0)
		expect(!close(fd), "close nvidia-uvm");
}

int main(int argc, char **argv)
{
	unsigned long rounds = 0;

	if (argc != 2)
		return 2;
	while (access(argv[1], F_OK)) {
		round_control();
		round_uvm();
		rounds++;
	}
	printf("rounds %lu failed %lu\n", rounds, failed);
	return failed != 0;
}
