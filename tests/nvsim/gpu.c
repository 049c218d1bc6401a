// SPDX-License-Identifier: GPL-2.0-only
/*
 * gpu.c - the simulated GPUs: identity, opening and closing, CARD_INFO.
 * Owns: nv_gpus and each GPU's usage count. Must not: touch clients or the books of memory.
 */
#include "nvsim.h"

#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>

struct nv_state nv_ctl_device = { .ctl = true, .minor = NV_MINOR_CTL };
struct nv_state *nv_gpus[NVSIM_MAX_GPUS];
unsigned int nr_gpus;

#define GPU_DOMAIN	1
#define GPU_BUS		0x41

static void name_gpu(struct nv_state *nv, unsigned int i)
{
	static const u8 salt[8] = { 0x67, 0x77, 0x4e, 0x56, 0x53, 0x49, 0x4d, 0x00 };

	nv->minor = i;
	nv->instance = i;
	nv->domain = GPU_DOMAIN;
	nv->bus = GPU_BUS + i / 32;
	nv->slot = i % 32;
	nv->gpu_id = (nv->domain << 16) | (nv->bus << 8) | nv->slot;
	memcpy(nv->uuid, salt, sizeof(salt));
	nv->uuid[8] = 0x80;
	nv->uuid[15] = i + 1;
	strscpy(nv->name, "NVIDIA NVSIM Stand-in", sizeof(nv->name));
	nv->reg_address = 0x50000000ull + i * (16ull << 20);
	nv->reg_size = 16ull << 20;
	nv->bar1_address = 0x800000000ull + i * (256ull << 20);
	nv->bar1_size = 256ull << 20;
}

static u64 memory_of(unsigned int i)
{
	if (!nvsim_nr_mem)
		return 16384ull << 20;
	return (u64)nvsim_mem_mib[min_t(unsigned int, i, nvsim_nr_mem - 1)] << 20;
}

static int add_gpu(unsigned int i)
{
	struct nv_state *nv = kzalloc(sizeof(*nv), GFP_KERNEL);

	if (!nv)
		return -ENOMEM;
	name_gpu(nv, i);
	nv->fb_size = memory_of(i);
	nv->fb_reserved = min_t(u64, (u64)nvsim_reserved_mib << 20, nv->fb_size);
	sema_init(&nv->ldata_lock, 1);
	INIT_LIST_HEAD(&nv->holders);
	if (nvsim_shared_init(nv))
		goto err_shared;
	nv->open_q = alloc_ordered_workqueue("nvidia_open%u", 0, i);
	if (!nv->open_q)
		goto err_queue;
	nv_gpus[i] = nv;
	nr_gpus = i + 1;
	return 0;

err_queue:
	nvsim_shared_exit(nv);
err_shared:
	kfree(nv);
	return -ENOMEM;
}

int nvsim_gpus_init(void)
{
	unsigned int i;
	int ret = 0;

	if (nvsim_gpus > NVSIM_MAX_GPUS)
		return -EINVAL;
	for (i = 0; i < nvsim_gpus && !ret; i++)
		ret = add_gpu(i);
	if (ret)
		nvsim_gpus_exit();
	return ret;
}

void nvsim_gpus_exit(void)
{
	unsigned int i;

	for (i = 0; i < nr_gpus; i++) {
		destroy_workqueue(nv_gpus[i]->open_q);
		nvsim_books_free(nv_gpus[i]);
		nvsim_shared_exit(nv_gpus[i]);
		kfree(nv_gpus[i]);
	}
	nr_gpus = 0;
}

struct nv_state *nvsim_gpu_by_minor(u32 minor)
{
	return minor < nr_gpus ? nv_gpus[minor] : NULL;
}

struct nv_state *nvsim_gpu_by_id(u32 gpu_id)
{
	unsigned int i;

	for (i = 0; i < nr_gpus; i++)
		if (nv_gpus[i]->gpu_id == gpu_id)
			return nv_gpus[i];
	return NULL;
}

/* ldata_lock held. The first open initialises the adapter and takes time; later ones only count. */
int nv_open_device(struct nv_state *nv)
{
	if (!nv->usage_count) {
		if (nvsim_open_ms)
			msleep(nvsim_open_ms);
		if (nvsim_open_fail & (1u << nv->instance)) {
			atomic64_inc(&nv->open_fails);
			pr_info_ratelimited("NVRM: RmInitAdapter failed! (stand-in)\n");
			return -EIO;
		}
	}
	WRITE_ONCE(nv->usage_count, nv->usage_count + 1);
	nv->uuid_known = true;
	atomic64_inc(&nv->opens);
	return 0;
}

/*
 * The last close shuts the adapter down: whatever clients still have on this GPU dies with it,
 * whoever holds the client.
 */
void nv_close_device_locking(struct nv_state *nv)
{
	down(&nv->ldata_lock);
	WRITE_ONCE(nv->usage_count, nv->usage_count - 1);
	if (!nv->usage_count) {
		mutex_lock(&rm_lock);
		nvsim_clients_drop_gpu(nv);
		nvsim_exports_drop_gpu(nv);
		mutex_unlock(&rm_lock);
	}
	up(&nv->ldata_lock);
}

/*
 * A GPU that was never initialised has not told its UUID yet: it is opened to find out, and that
 * may fail.
 */
static int open_if_candidate(struct nv_state *nv, const u8 *uuid)
{
	bool match = !memcmp(nv->uuid, uuid, sizeof(nv->uuid));
	int rc = -ENODEV;

	down(&nv->ldata_lock);
	if (match || !nv->uuid_known)
		rc = nv_open_device(nv);
	up(&nv->ldata_lock);
	if (!rc && !match) {
		nv_close_device_locking(nv);
		rc = -ENODEV;
	}
	return rc;
}

int nv_get_by_uuid(const u8 *uuid, struct nv_state **nv)
{
	unsigned int i;
	int rc = -ENODEV;

	for (i = 0; i < nr_gpus && rc == -ENODEV; i++) {
		*nv = nv_gpus[i];
		rc = open_if_candidate(*nv, uuid);
	}
	return rc;
}

static void detach(const u32 *ids, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		struct nv_state *nv = ids[i] ? nvsim_gpu_by_id(ids[i]) : NULL;

		if (nv)
			nv_close_device_locking(nv);
	}
}

/* As an open of its node; ended by nv_close_device_locking(). */
int nvsim_gpu_hold(struct nv_state *nv)
{
	int rc;

	down(&nv->ldata_lock);
	rc = nv_open_device(nv);
	up(&nv->ldata_lock);
	return rc;
}

static int attach(u32 id)
{
	struct nv_state *nv = nvsim_gpu_by_id(id);

	return nv && !nvsim_gpu_hold(nv) ? 0 : -EINVAL;
}

int nv_attach_gpus(struct nv_file *nvlfp, const u32 *ids, size_t size)
{
	u32 count = size / sizeof(u32), i;

	if (!count || nvlfp->nr_attached || size % sizeof(u32))
		return -EINVAL;
	nvlfp->attached = kmemdup(ids, size, GFP_KERNEL);
	if (!nvlfp->attached)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (ids[i] && attach(ids[i])) {
			detach(nvlfp->attached, i);
			kfree(nvlfp->attached);
			nvlfp->attached = NULL;
			return -EINVAL;
		}
	}
	nvlfp->nr_attached = count;
	return 0;
}

void nv_detach_gpus(struct nv_file *nvlfp)
{
	detach(nvlfp->attached, nvlfp->nr_attached);
	kfree(nvlfp->attached);
	nvlfp->attached = NULL;
	nvlfp->nr_attached = 0;
}

int nvidia_read_card_info(struct nv_card_info *ci, size_t count)
{
	unsigned int i;

	memset(ci, 0, count * sizeof(*ci));
	if (count < nr_gpus)
		return -EINVAL;
	for (i = 0; i < nr_gpus; i++) {
		const struct nv_state *nv = nv_gpus[i];

		ci[i].valid = 1;
		ci[i].domain = nv->domain;
		ci[i].bus = nv->bus;
		ci[i].slot = nv->slot;
		ci[i].vendor = 0x10de;
		ci[i].device = 0x2330;
		ci[i].gpu_id = nv->gpu_id;
		ci[i].irq = 16;
		ci[i].reg_address = nv->reg_address;
		ci[i].reg_size = nv->reg_size;
		ci[i].fb_address = nv->bar1_address;
		ci[i].fb_size = nv->bar1_size;
		ci[i].minor = nv->minor;
	}
	return 0;
}
