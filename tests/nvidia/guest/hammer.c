// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens NVIDIA's nodes, asks something, closes them, again and again. It owns
 * a count of what went wrong; nothing may, whatever is loaded meanwhile.
 *
 * usage: hammer [-g] ROUNDS	-g: GPU 0 as well
 * Prints "rounds N failed N" and exits 1 when anything failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define NV_ESC_SYS_PARAMS	_IOWR('F', 214, unsigned long long)
#define NV_ESC_REGISTER_FD	_IOWR('F', 201, int)
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

/* Needs fakeopen; the control file stands for it in REGISTER_FD. */
static void round_gpu(void)
{
	int fd = open("/dev/nvidia0", O_RDWR | O_CLOEXEC);
	int ctl = open("/dev/nvidiactl", O_RDWR | O_CLOEXEC);

	expect(fd >= 0, "open nvidia0");
	expect(ctl >= 0, "open nvidiactl");
	if (fd >= 0 && ctl >= 0)
		expect(!ioctl(fd, NV_ESC_REGISTER_FD, &ctl), "REGISTER_FD");
	if (fd >= 0)
		expect(!close(fd), "close nvidia0");
	if (ctl >= 0)
		expect(!close(ctl), "close nvidiactl");
}

int main(int argc, char **argv)
{
	int gpu = argc == 3 && !strcmp(argv[1], "-g");
	unsigned long rounds = 0, wanted;

	if (argc != 2 + gpu)
		return 2;
	wanted = strtoul(argv[1 + gpu], NULL, 10);
	for (; rounds < wanted; rounds++) {
		round_control();
		round_uvm();
		if (gpu)
			round_gpu();
	}
	printf("rounds %lu failed %lu\n", rounds, failed);
	return failed != 0;
}
