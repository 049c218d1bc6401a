// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of declared GPUs. Owns their memory and what an admin says of them. Must not decide
 * who gets which: that is pool.c, under the same lock.
 */
#include "admin/gpu.h"
#include "base/event.h"
#include "placement/pool.h"
#include "reclaim/quarantine.h"

#include <linux/slab.h>

DEFINE_MUTEX(gw_pool_lock);
u32 gw_gpu_generation = 1;

static struct gw_gpu *gpus[GW_MAX_MINOR];	/* pool lock */
static u32 nr_gpus;

struct gw_gpu *gw_gpu_find(u32 minor)
{
	lockdep_assert_held(&gw_pool_lock);
	return minor < GW_MAX_MINOR ? gpus[minor] : NULL;
}

static void changed(void)
{
	gw_gpu_generation++;
	if (!gw_gpu_generation)
		gw_gpu_generation = 1;
}

/* No lock held. */
static void tell(u32 minor, const char *what)
{
	struct gw_event ev = {
		.type = GPUWARD_EVENT_GPU_STATE,
		.has_gpu = true,
		.gpu = minor,
		.text = what,
	};

	gw_event_send(&ev);
}

static void config_apply(struct gw_gpu *gpu, const struct gw_gpu_config *cfg)
{
	if (cfg->set & GW_GPU_SET_MEMORY)
		gpu->memory_bytes = cfg->memory_bytes;
	if (cfg->set & GW_GPU_SET_NAME)
		strscpy(gpu->name, cfg->name, sizeof(gpu->name));
	if (cfg->set & GW_GPU_SET_PCI)
		strscpy(gpu->pci, cfg->pci, sizeof(gpu->pci));
	if (cfg->set & GW_GPU_SET_UUID)
		memcpy(gpu->uuid, cfg->uuid, sizeof(gpu->uuid));
	if (cfg->set & GW_GPU_SET_ID)
		gpu->gpu_id = cfg->gpu_id;
	if (cfg->set & GW_GPU_SET_INSTANCE)
		gpu->instance = cfg->instance;
	if (cfg->set & GW_GPU_SET_NUMA)
		gpu->numa = cfg->numa;
	if (cfg->set & GW_GPU_SET_NVLINK)
		gpu->nvlink = cfg->nvlink;
	if (cfg->set & GW_GPU_SET_PCIE)
		gpu->pcie = cfg->pcie;
	if (cfg->set & GW_GPU_SET_DRIVER)
		gpu->driver_bytes = cfg->driver_bytes;
	if (cfg->set & GW_GPU_SET_STATE)
		gpu->is_drained = cfg->is_drained;
	if ((cfg->set & GW_GPU_SET_STATE) && !cfg->is_drained)
		gpu->is_quarantined = false;	/* somebody has looked at it */
}

/* 0; -EINVAL nothing would be left to place; -EBUSY less than is placed. */
static int check_room(const struct gw_gpu *gpu, const struct gw_gpu_config *cfg)
{
	u64 memory = cfg->set & GW_GPU_SET_MEMORY ? cfg->memory_bytes : gpu->memory_bytes;
	u64 driver = cfg->set & GW_GPU_SET_DRIVER ? cfg->driver_bytes : gpu->driver_bytes;

	if (driver >= memory)
		return -EINVAL;
	return memory - driver < gpu->reserved_bytes ? -EBUSY : 0;
}

static bool instance_is_taken(u32 minor, u32 instance)
{
	u32 i;

	for (i = 0; i < GW_MAX_MINOR; i++)
		if (gpus[i] && i != minor && gpus[i]->instance == instance)
			return true;
	return false;
}

int gw_gpu_add(const struct gw_gpu_config *cfg)
{
	u32 instance = cfg->set & GW_GPU_SET_INSTANCE ? cfg->instance : cfg->minor;
	struct gw_gpu *gpu;
	int ret = -EINVAL;

	if (cfg->minor >= GW_MAX_MINOR || !(cfg->set & GW_GPU_SET_MEMORY))
		return -EINVAL;
	gpu = kzalloc(sizeof(*gpu), GFP_KERNEL);
	if (!gpu)
		return -ENOMEM;
	gpu->minor = cfg->minor;
	gpu->numa = GPUWARD_GPU_NO_NUMA;
	gpu->instance = cfg->minor;
	ret = check_room(gpu, cfg);
	config_apply(gpu, cfg);

	mutex_lock(&gw_pool_lock);
	if (ret)
		goto err;
	ret = -EEXIST;
	if (gpus[cfg->minor] || instance_is_taken(cfg->minor, instance))
		goto err;
	gpus[cfg->minor] = gpu;
	nr_gpus++;
	changed();
	gw_pool_changed(cfg->minor);
	gw_pool_serve();
	mutex_unlock(&gw_pool_lock);
	tell(cfg->minor, "added");
	return 0;

err:
	mutex_unlock(&gw_pool_lock);
	kfree(gpu);
	return ret;
}

int gw_gpu_set(const struct gw_gpu_config *cfg)
{
	struct gw_gpu *gpu;
	int ret = -ENOENT;

	mutex_lock(&gw_pool_lock);
	gpu = gw_gpu_find(cfg->minor);
	if (!gpu)
		goto out;
	ret = check_room(gpu, cfg);
	if (ret)
		goto out;
	ret = -EBUSY;
	/* A tenant's open device is known by its instance. */
	if ((cfg->set & GW_GPU_SET_INSTANCE) && cfg->instance != gpu->instance && gpu->nr_placed)
		goto out;
	ret = -EEXIST;
	if ((cfg->set & GW_GPU_SET_INSTANCE) && instance_is_taken(cfg->minor, cfg->instance))
		goto out;
	config_apply(gpu, cfg);
	changed();
	gw_pool_changed(cfg->minor);
	if (cfg->set & GW_GPU_SET_STATE)
		gw_quarantine_again(cfg->minor);
	gw_pool_lost();		/* and serves */
	ret = 0;
out:
	mutex_unlock(&gw_pool_lock);
	if (!ret && (cfg->set & GW_GPU_SET_STATE))
		tell(cfg->minor, cfg->is_drained ? "drained" : "returned");
	else if (!ret)
		tell(cfg->minor, "changed");
	return ret;
}

int gw_gpu_del(u32 minor)
{
	struct gw_gpu *gpu;
	int ret = -ENOENT;

	mutex_lock(&gw_pool_lock);
	gpu = gw_gpu_find(minor);
	if (!gpu)
		goto out;
	ret = -EBUSY;
	if (gpu->nr_placed)
		goto out;
	gpus[minor] = NULL;
	nr_gpus--;
	changed();
	gw_pool_changed(minor);
	kfree(gpu);
	gw_pool_lost();
	ret = 0;
out:
	mutex_unlock(&gw_pool_lock);
	if (!ret)
		tell(minor, "removed");
	return ret;
}

int gw_gpu_get(u32 minor, bool next, struct gw_gpu *out)
{
	int ret = -ENOENT;

	mutex_lock(&gw_pool_lock);
	for (; minor < GW_MAX_MINOR; minor++) {
		if (gpus[minor]) {
			*out = *gpus[minor];
			ret = 0;
			break;
		}
		if (!next)
			break;
	}
	mutex_unlock(&gw_pool_lock);
	return ret;
}

int gw_gpu_get_groups(u32 minor, u64 *groups)
{
	struct gw_gpu gpu;
	int ret = gw_gpu_get(minor, false, &gpu);

	if (!ret)
		*groups = gpu.groups;
	return ret;
}

int gw_gpu_set_groups(u32 minor, u64 groups)
{
	struct gw_gpu *gpu;

	mutex_lock(&gw_pool_lock);
	gpu = gw_gpu_find(minor);
	if (gpu) {
		gpu->groups = groups;
		changed();
		gw_pool_changed(minor);
		gw_pool_lost();		/* and serves */
	}
	mutex_unlock(&gw_pool_lock);
	return gpu ? 0 : -ENOENT;
}

u32 gw_gpu_count_groups(u64 groups)
{
	u32 minor, n = 0;

	mutex_lock(&gw_pool_lock);
	for (minor = 0; minor < GW_MAX_MINOR; minor++)
		n += gpus[minor] && gpus[minor]->groups & groups;
	mutex_unlock(&gw_pool_lock);
	return n;
}

u32 gw_gpu_count(void)
{
	return READ_ONCE(nr_gpus);
}

bool gw_gpu_isolate(struct gw_gpu *gpu, const struct gw_evidence *evidence)
{
	lockdep_assert_held(&gw_pool_lock);
	if (gpu->is_quarantined)
		return false;
	gpu->is_quarantined = true;
	gpu->evidence = *evidence;
	changed();
	gw_pool_changed(gpu->minor);
	return true;
}

u32 gw_gpu_state(const struct gw_gpu *gpu)
{
	if (gpu->is_quarantined)
		return GPUWARD_GPU_QUARANTINE;
	if (gpu->is_drained)
		return GPUWARD_GPU_SHUTDOWN;
	if (gpu->nr_running)
		return GPUWARD_GPU_PROCESSING;
	if (gpu->nr_cleaning && gpu->nr_cleaning == gpu->nr_placed)
		return GPUWARD_GPU_CLEANING;
	return gpu->nr_placed ? GPUWARD_GPU_PREPARING : GPUWARD_GPU_IDLE;
}

void gw_gpu_exit(void)
{
	u32 i;

	for (i = 0; i < GW_MAX_MINOR; i++) {
		kfree(gpus[i]);
		gpus[i] = NULL;
	}
	nr_gpus = 0;
}
