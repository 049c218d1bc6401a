// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake_nv.c - NVIDIA's driver, as far as finding GPUs needs it.
 * Owns its answers, with numbers of its own. Must not use user/lib/nvrm.h.
 */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * card minor=0 bus=65 gpu_id=16640 instance=0 total_kib=83886080 name="..." numa=1
 *	link="../../../devices/..."	where sysfs has it
 *	open_errno=5	its node does not open
 *	fb_size=460	only the second form of FB info, with this size
 *	no_uuid no_name	refused
 */
static const struct line *current;	/* whose node was opened last */

static struct line *card(int number)
{
	struct line *line;

	for (line = fake_lines(); line; line = line->next)
		if (!strcmp(line->verb, "card") && !number--)
			return line;
	return NULL;
}

static int numa_file(const struct line *line)
{
	const char *numa = line_get(line, "numa");
	int fd = numa ? memfd_create("numa", MFD_CLOEXEC) : -1;

	if (fd < 0)
		return -ENOENT;
	if (write(fd, numa, strlen(numa)) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -EIO;
	return fd;
}

/* link="../../../devices/pci0000:40/...": where sysfs has it */
ssize_t fake_nv_readlink(const char *path, char *buf, size_t size)
{
	const char *link;
	unsigned int bus;
	size_t len;
	int i;

	if (sscanf(path, "/sys/bus/pci/devices/0000:%x:", &bus) != 1)
		return -ENOENT;
	for (i = 0; card(i); i++) {
		link = line_get(card(i), "link");
		if (line_number(card(i), "bus", 0) != bus || !link)
			continue;
		len = strlen(link) < size ? strlen(link) : size;
		memcpy(buf, link, len);
		return (ssize_t)len;
	}
	return -ENOENT;
}

int fake_nv_open(const char *path)
{
	unsigned int number, bus;
	int i;

	if (!strcmp(path, "/dev/nvidiactl"))
		return card(0) || find_line("nvidia", "empty") ? open("/dev/null", O_RDWR | O_CLOEXEC) :
		       -ENOENT;
	if (sscanf(path, "/sys/bus/pci/devices/0000:%x:", &bus) == 1) {
		for (i = 0; card(i); i++)
			if (line_number(card(i), "bus", 0) == bus)
				return numa_file(card(i));
		return -ENOENT;
	}
	if (sscanf(path, "/dev/nvidia%u", &number) != 1)
		return 1;
	for (i = 0; card(i); i++) {
		if (line_number(card(i), "minor", 0) != number)
			continue;
		current = card(i);
		if (line_get(current, "open_errno"))
			return -(int)line_number(current, "open_errno", 0);
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	}
	return -ENODEV;
}

static void put(void *at, size_t offset, size_t size, uint64_t value)
{
	memcpy((char *)at + offset, &value, size);
}

static uint64_t get(const void *at, size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)at + offset, size);
	return value;
}

static int card_info(void *arg)
{
	char *entry = arg;
	int i;

	for (i = 0; card(i) && i < 32; i++, entry += 72) {
		put(entry, 0, 1, 1);
		put(entry, 8, 1, line_number(card(i), "bus", 0));
		put(entry, 16, 4, line_number(card(i), "gpu_id", 0));
		put(entry, 56, 4, line_number(card(i), "minor", 0));
	}
	return 0;
}

/* FB info: what is asked for, in KiB; index 8 is the total. */
static uint32_t fb_info(void *params, uint32_t size, int is_second)
{
	uint64_t only = line_number(current, "fb_size", 0);
	char *list = is_second ? (char *)params + 4 : (char *)(uintptr_t)get(params, 8, 8);

	if (is_second ? size != only : !!only)
		return 0x3a;
	if (get(params, 0, 4) != 1 || get(list, 0, 4) != 8)
		return 0x1f;
	put(list, 4, 4, line_number(current, "total_kib", 0));
	return 0;
}

static uint32_t control(uint32_t cmd, void *params, uint32_t size)
{
	if (!current)
		return 0x40;
	switch (cmd) {
	case 0x205:
		if (size != 32 || get(params, 0, 4) != line_number(current, "gpu_id", 0))
			return 0x1f;
		put(params, 8, 4, line_number(current, "instance", 0));
		return 0;
	case 0x20801301:
		return size == 16 ? fb_info(params, size, 0) : 0x3a;
	case 0x20801303:
		return fb_info(params, size, 1);
	case 0x2080014a:
		if (line_get(current, "no_uuid") || get(params, 4, 4) != 2)
			return 0x56;
		put(params, 8, 4, 16);
		memset((char *)params + 12, 0xa0 + (int)line_number(current, "minor", 0), 16);
		return 0;
	case 0x20800110:
		if (line_get(current, "no_name") || size != line_number(current, "name_size", 132))
			return 0x56;
		strncpy((char *)params + 4, line_get(current, "name") ?: "GPU", 64);
		return 0;
	default:
		return 0x24;
	}
}

int fake_nv_ioctl(unsigned long request, void *arg)
{
	if (_IOC_TYPE(request) != 'F')
		return 1;
	switch (_IOC_NR(request)) {
	case 200:
		return _IOC_SIZE(request) == 32 * 72 ? card_info(arg) : -EINVAL;
	case 201:
		return _IOC_SIZE(request) == 4 ? 0 : -EINVAL;
	case 0x29:
		put(arg, 12, 4, 0);
		return _IOC_SIZE(request) == 16 ? 0 : -EINVAL;
	case 0x2b:
		if (_IOC_SIZE(request) != 32)
			return -EINVAL;
		if (get(arg, 12, 4) == 0x41)
			put(arg, 8, 4, 0xc1d00002);
		put(arg, 28, 4, get(arg, 12, 4) == 0x80 && !current ? 0x40 : 0);
		return 0;
	case 0x2a:
		if (_IOC_SIZE(request) != 32)
			return -EINVAL;
		put(arg, 28, 4, control((uint32_t)get(arg, 8, 4), (void *)(uintptr_t)get(arg, 16, 8),
					(uint32_t)get(arg, 24, 4)));
		return 0;
	default:
		return -EINVAL;
	}
}
