// SPDX-License-Identifier: GPL-2.0-only
/*
 * files.c - what hangs on an open file: the link to a control file, OS events, and the test of who
 * has a GPU open.
 * Owns: the identity tests of the real driver. Must not: create objects.
 */
#include "nvsim.h"

#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/sched.h>
#include <linux/slab.h>

struct os_event {
	struct list_head all;
	struct nv_file *nvfp;
	u32 client;
	int fd;
};

static LIST_HEAD(os_events);		/* under rm_lock */

/*
 * Trusts the device number of the inode and nothing else, as the real driver does in all releases.
 */
noinline struct nv_file *nv_get_file_private(s32 fd, bool ctl, void **os_private)
{
	struct file *f = fget(fd);
	dev_t rdev;

	if (!f)
		return NULL;
	rdev = file_inode(f)->i_rdev;
	if (MAJOR(rdev) != NV_MAJOR)
		goto refuse;
	if (ctl ? MINOR(rdev) != NV_MINOR_CTL : !nvsim_gpu_by_minor(MINOR(rdev)))
		goto refuse;
	if (!f->private_data)
		goto refuse;
	*os_private = f;
	return f->private_data;

refuse:
	fput(f);
	return NULL;
}

noinline void nv_put_file_private(void *os_private)
{
	fput(os_private);
}

static int match_dev_state(const void *data, struct file *filp, unsigned int fd)
{
	const struct nv_file *nvlfp;

	if (!filp || !nvsim_is_driver_file(filp))
		return 0;
	nvlfp = filp->private_data;
	return nvlfp && nvlfp->nv == data;
}

/*
 * Does the calling process have this GPU open in its own descriptor table? Every user's device
 * object rests on it.
 */
bool nv_is_gpu_accessible(struct nv_state *nv)
{
	return iterate_fd(current->files, 0, match_dev_state, nv);
}

u32 rm_register_fd(struct nv_file *nvfp, int ctl_fd)
{
	struct nv_file *ctl;
	void *filp;
	u32 status = NV_OK;

	mutex_lock(&rm_lock);
	if (nvfp->ctl) {
		status = NV_ERR_INVALID_STATE;
		goto out;
	}
	ctl = nv_get_file_private(ctl_fd, true, &filp);
	if (!ctl) {
		status = NV_ERR_INVALID_ARGUMENT;
		goto out;
	}
	/* No link to itself, none to a file that has a link: no cycles of references. */
	if (ctl == nvfp || ctl->ctl) {
		nv_put_file_private(filp);
		status = NV_ERR_INVALID_ARGUMENT;
		goto out;
	}
	nvfp->ctl_filp = filp;		/* dropped by rm_cleanup_file_private() */
	nvfp->ctl = ctl;
out:
	mutex_unlock(&rm_lock);
	return status;
}

u32 rm_alloc_os_event(u32 client, struct nv_file *nvfp, int fd)
{
	struct os_event *e, *fresh = kzalloc(sizeof(*fresh), GFP_KERNEL);

	if (!fresh)
		return NV_ERR_INSUFFICIENT_RESOURCES;
	fresh->nvfp = nvfp;
	fresh->client = client;
	fresh->fd = fd;
	mutex_lock(&rm_lock);
	list_for_each_entry(e, &os_events, all) {
		if (e->client == client && e->fd == fd) {
			mutex_unlock(&rm_lock);
			kfree(fresh);
			return NV_ERR_INSUFFICIENT_RESOURCES;
		}
	}
	list_add(&fresh->all, &os_events);
	mutex_unlock(&rm_lock);
	return NV_OK;
}

u32 rm_free_os_event(u32 client, int fd)
{
	struct os_event *e;

	mutex_lock(&rm_lock);
	list_for_each_entry(e, &os_events, all) {
		if (e->client == client && e->fd == fd) {
			list_del(&e->all);
			mutex_unlock(&rm_lock);
			kfree(e);
			return NV_OK;
		}
	}
	mutex_unlock(&rm_lock);
	return NV_ERR_INVALID_EVENT;
}

static void free_events_of(struct nv_file *nvfp)
{
	struct os_event *e, *next;

	list_for_each_entry_safe(e, next, &os_events, all) {
		if (e->nvfp == nvfp) {
			list_del(&e->all);
			kfree(e);
		}
	}
}

/*
 * The last close: exports parked here, clients made here, events, and then the reference on the
 * control file.
 */
void rm_cleanup_file_private(struct nv_file *nvfp)
{
	struct nvsim_client *client, *next;

	mutex_lock(&rm_lock);
	nvsim_exports_release(nvfp);
	list_for_each_entry_safe(client, next, &nvfp->clients, entry)
		nvsim_client_close(client);
	free_events_of(nvfp);
	if (nvfp->mmap.valid)
		nvsim_mem_unmap(nvfp->mmap.mem);
	nvfp->mmap.valid = false;
	mutex_unlock(&rm_lock);
	if (nvfp->ctl_filp)
		nv_put_file_private(nvfp->ctl_filp);
	nvfp->ctl_filp = NULL;
}
