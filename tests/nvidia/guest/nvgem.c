// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks nvidia-drm for video memory through a render node and says how that
 * ended. It owns what it got, until it exits; it must not use it.
 *
 * usage: nvgem NODE	prints "ok" or the name of the error
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* drm_nvidia_gem_alloc_nvkms_memory_params of nvidia-drm-ioctl.h */
struct gem_alloc {
	uint32_t handle;
	uint8_t block_linear;
	uint8_t compressible;
	uint16_t pad;
	uint64_t memory_size;
	uint32_t flags;
	uint32_t pad2;
};

#define GEM_ALLOC_NVKMS_MEMORY	_IOWR('d', 0x40 + 0x0b, struct gem_alloc)

int main(int argc, char **argv)
{
	struct gem_alloc alloc = { .memory_size = 1 << 20 };
	int fd = argc == 2 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0) {
		printf("open %s\n", argc == 2 ? strerrorname_np(errno) : "?");
		return 2;
	}
	if (ioctl(fd, GEM_ALLOC_NVKMS_MEMORY, &alloc)) {
		printf("%s\n", strerrorname_np(errno));
		return 1;
	}
	printf("ok\n");
	return 0;
}
