// SPDX-License-Identifier: GPL-2.0-only
/*
 * detect.c - which GPUs there are, by NVIDIA's driver and by sysfs. Nothing is registered or left
 * open.
 */
#include "internal.h"
#include "nvrm.h"
#include "nvrm_client.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HANDLE_DEVICE 0x67770001
#define HANDLE_SUBDEVICE 0x67770002

struct search {
	int ctl;
	uint32_t client;
};

/* The first thing that could not be found out is the one worth telling. */
static void note(struct gpuward_gpu_info *gpu, const char *what, int ret)
{
	if (gpu->note[0])
		return;
	if (ret < 0)
		snprintf(gpu->note, sizeof(gpu->note), "%s: %s", what, strerror(-ret));
	else
		snprintf(gpu->note, sizeof(gpu->note), "%s: driver status 0x%x", what,
			 (unsigned int)ret);
}

static void ask_numa(struct gpuward_gpu_info *gpu)
{
	char path[64], text[16];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/numa_node", gpu->pci);
	fd = gw_sys_open(path, O_RDONLY);
	if (fd < 0)
		return;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len <= 0)
		return;
	text[len] = '\0';
	gpu->numa = (int32_t)strtol(text, NULL, 10);
	if (gpu->numa < 0)
		gpu->numa = GPUWARD_GPU_NO_NUMA;
	gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_NUMA);
}

/* Is it like 0000:40:00.0? */
static int is_address(const char *at, size_t len)
{
	return len >= 12 && len < 16 && at[len - 8] == ':' && at[len - 5] == ':' && at[len - 2] == '.';
}

/*
 * A GPU on a switch is below a port of its own, and that is below the bridge that all GPUs on the
 * switch have in common: .../0000:40:00.0/0000:41:08.0/0000:42:00.0 is on 0000:40:00.0. A GPU on a
 * root port has only that one above it. What is not found is left as an admin has set it.
 */
static void ask_switch(struct gpuward_gpu_info *gpu)
{
	char path[64], link[512];
	const char *end, *at = link;
	int level;
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", gpu->pci);
	len = gw_sys_readlink(path, link, sizeof(link));
	end = link + (len > 0 ? len : 0);
	for (level = 0; level < 3; level++) {
		if (level)
			end = at - 1;
		for (at = end; at > link && at[-1] != '/'; at--)
			;
		if (at == link || !is_address(at, (size_t)(end - at)))
			return;
	}
	gw_copy_text(gpu->pcie, sizeof(gpu->pcie), at, (size_t)(end - at));
	gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_PCIE);
}

static void ask_subdevice(const struct search *s, struct gpuward_gpu_info *gpu)
{
	int ret;

	ret = nvrm_total_ram(s->ctl, s->client, HANDLE_SUBDEVICE, &gpu->memory_bytes);
	if (ret)
		note(gpu, "memory size", ret);
	else
		gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_MEMORY);
	ret = nvrm_uuid(s->ctl, s->client, HANDLE_SUBDEVICE, gpu->uuid);
	if (ret)
		note(gpu, "UUID", ret);
	else
		gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_UUID);
	ret = nvrm_name(s->ctl, s->client, HANDLE_SUBDEVICE, gpu->name, sizeof(gpu->name));
	if (ret)
		note(gpu, "name", ret);
	else
		gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_NAME);
}

static void ask_device(const struct search *s, struct gpuward_gpu_info *gpu)
{
	struct nv_id_info id = { .gpu_id = gpu->id };
	struct nv_device_params device = {};
	struct nv_subdevice_params subdevice = {};
	int ret;

	ret = nvrm_control(s->ctl, s->client, s->client, NV_CTRL_GPU_ID_INFO, &id, sizeof(id));
	if (ret) {
		note(gpu, "device instance", ret);
		return;
	}
	gpu->instance = id.device_instance;
	gpu->fields |= GPUWARD_FIELD(GPUWARD_A_GPU_INSTANCE);
	device.device_instance = id.device_instance;
	ret = nvrm_alloc(s->ctl, s->client, s->client, HANDLE_DEVICE, NV_CLASS_DEVICE, &device,
			 sizeof(device), NULL);
	if (ret) {
		note(gpu, "device", ret);
		return;
	}
	ret = nvrm_alloc(s->ctl, s->client, HANDLE_DEVICE, HANDLE_SUBDEVICE, NV_CLASS_SUBDEVICE,
			 &subdevice, sizeof(subdevice), NULL);
	if (ret)
		note(gpu, "subdevice", ret);
	else
		ask_subdevice(s, gpu);
	nvrm_free(s->ctl, s->client, s->client, HANDLE_DEVICE);
}

/* The driver brings a GPU up, and numbers it, only while its own node is open. */
static void ask_gpu(const struct search *s, struct gpuward_gpu_info *gpu)
{
	int32_t ctl = s->ctl;
	char path[32];
	int fd, ret;

	snprintf(path, sizeof(path), "/dev/nvidia%u", gpu->minor);
	fd = gw_sys_open(path, O_RDWR);
	if (fd < 0) {
		note(gpu, path, fd);
		return;
	}
	ret = gw_sys_ioctl(fd, NV_REGISTER_FD, &ctl);
	if (ret < 0)
		note(gpu, "register file", ret);
	else
		ask_device(s, gpu);
	close(fd);
}

static int walk_cards(struct gpuward *g, const struct search *s, struct gw_list *list)
{
	struct nv_card cards[NV_MAX_GPUS] = {};
	unsigned int i;
	int err;

	err = gw_sys_ioctl(s->ctl, NV_CARD_INFO, cards);
	if (err < 0)
		return gw_fail(g, -EIO, "list of GPUs: %s", strerror(-err));
	for (i = 0; i < NV_MAX_GPUS; i++) {
		struct gpuward_gpu_info *gpu;

		if (!cards[i].valid)
			continue;
		gpu = gw_list_add(list, sizeof(*gpu));
		if (!gpu)
			return gw_fail(g, -ENOMEM, "out of memory");
		gpu->minor = cards[i].minor;
		gpu->id = cards[i].gpu_id;
		gpu->numa = GPUWARD_GPU_NO_NUMA;
		snprintf(gpu->pci, sizeof(gpu->pci), "%04x:%02x:%02x.%x", cards[i].domain & 0xffff,
			 cards[i].bus, cards[i].slot & 0x1f, cards[i].function & 7);
		gpu->fields = GPUWARD_FIELD(GPUWARD_A_GPU_MINOR) |
			      GPUWARD_FIELD(GPUWARD_A_GPU_ID) | GPUWARD_FIELD(GPUWARD_A_GPU_PCI);
		ask_numa(gpu);
		ask_switch(gpu);
		ask_gpu(s, gpu);
	}
	return 0;
}

int gpuward_detect(struct gpuward *g, struct gpuward_gpu_info **out)
{
	struct gw_list list = {};
	struct search s = {};
	int ret;

	*out = NULL;
	s.ctl = gw_sys_open("/dev/nvidiactl", O_RDWR);
	if (s.ctl == -ENOENT || s.ctl == -ENXIO || s.ctl == -ENODEV)
		return gw_fail(g, -ENODEV, "open /dev/nvidiactl: %s; is NVIDIA's driver loaded and are its device nodes made (nvidia-modprobe)?",
			       strerror(-s.ctl));
	if (s.ctl < 0)
		return gw_fail(g, s.ctl, "open /dev/nvidiactl: %s", strerror(-s.ctl));
	ret = nvrm_alloc(s.ctl, 0, 0, 0, NV_CLASS_ROOT_CLIENT, NULL, 0, &s.client);
	if (ret > 0)
		ret = gw_fail(g, -EIO, "client of the driver: status 0x%x", (unsigned int)ret);
	else if (ret < 0)
		ret = gw_fail(g, -EIO, "client of the driver: %s", strerror(-ret));
	else
		ret = walk_cards(g, &s, &list);
	close(s.ctl);
	if (ret)
		gw_list_drop(&list);
	else
		*out = list.first;
	return ret;
}
