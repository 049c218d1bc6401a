// SPDX-License-Identifier: GPL-2.0-only
/*
 * entry.c - the callbacks of the char devices: open, release, ioctl, poll, mmap, by the real
 * driver's names.
 * Owns: the life of an open file, the one copy of the outer struct in and out, and the requests
 * answered before RM.
 * Must not: read the outer struct a second time, or be inlined: interposers sit on these functions.
 */
#include "nvsim.h"

#include <linux/capability.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

static struct workqueue_struct *close_q;

static void open_deferred(struct work_struct *work)
{
	struct nv_file *nvlfp = container_of(work, struct nv_file, open_work);
	struct nv_state *nv = nvlfp->open_nv;

	down(&nv->ldata_lock);
	nvlfp->open_rc = nv_open_device(nv);
	nvlfp->adapter_status = nvlfp->open_rc ? NV_ERR_OPERATING_SYSTEM : NV_OK;
	if (!nvlfp->open_rc)
		nvlfp->nv = nv;
	up(&nv->ldata_lock);
	complete_all(&nvlfp->open_complete);
}

static struct nv_file *file_new(struct inode *inode, struct file *file)
{
	struct nv_file *nvlfp = kzalloc(sizeof(*nvlfp), GFP_KERNEL);

	if (!nvlfp)
		return NULL;
	init_completion(&nvlfp->open_complete);
	spin_lock_init(&nvlfp->event_lock);
	init_waitqueue_head(&nvlfp->waitq);
	INIT_LIST_HEAD(&nvlfp->events);
	INIT_LIST_HEAD(&nvlfp->clients);
	/*
	 * Each GPU file has an address space of its own, so that its mappings can be revoked alone.
	 */
	address_space_init_once(&nvlfp->mapping);
	nvlfp->mapping.host = inode;
	nvlfp->mapping.a_ops = inode->i_mapping->a_ops;
	file->private_data = nvlfp;
	return nvlfp;
}

static void file_free(struct nv_file *nvlfp)
{
	kfree(nvlfp);
}

/*
 * From 550.40.07 an O_NONBLOCK open of a GPU that is not initialised yet returns at once and is
 * done in the background.
 */
static bool lock_for_foreground(struct file *file, struct nv_state *nv)
{
	if (!(file->f_flags & O_NONBLOCK) || !nvsim_at_least(550, 40, 7)) {
		down(&nv->ldata_lock);
		return true;
	}
	if (down_trylock(&nv->ldata_lock))
		return false;
	if (nv->usage_count)
		return true;
	up(&nv->ldata_lock);
	return false;
}

static int gpu_open(struct inode *inode, struct file *file, struct nv_file *nvlfp)
{
	struct nv_state *nv = nvsim_gpu_by_minor(iminor(inode));
	int rc;

	if (!nv)
		return -ENODEV;
	file->f_mapping = &nvlfp->mapping;
	nvlfp->open_nv = nv;
	if (!lock_for_foreground(file, nv)) {
		INIT_WORK(&nvlfp->open_work, open_deferred);
		queue_work(nv->open_q, &nvlfp->open_work);
		return 0;
	}
	rc = nv_open_device(nv);
	nvlfp->open_rc = rc;
	if (!rc)
		nvlfp->nv = nv;
	up(&nv->ldata_lock);
	complete_all(&nvlfp->open_complete);
	if (rc)
		file->f_mapping = inode->i_mapping;
	return rc;
}

noinline int nvidia_open(struct inode *inode, struct file *file)
{
	struct nv_file *nvlfp = file_new(inode, file);
	int rc = 0;

	if (!nvlfp)
		return -ENOMEM;
	if (nvsim_is_control(inode)) {
		nvlfp->nv = &nv_ctl_device;
		atomic64_inc(&nv_ctl_device.opens);
		complete_all(&nvlfp->open_complete);
		return 0;
	}
	rc = gpu_open(inode, file, nvlfp);
	if (rc) {
		file->private_data = NULL;
		file_free(nvlfp);
	}
	return rc;
}

static void close_now(struct nv_file *nvlfp)
{
	struct nv_state *nv = nvlfp->nv;

	if (nv) {
		rm_cleanup_file_private(nvlfp);
		nv_detach_gpus(nvlfp);
		if (!nv->ctl)
			nv_close_device_locking(nv);
		atomic64_inc(&nv->closes);
	}
	file_free(nvlfp);
}

static void close_deferred(struct work_struct *work)
{
	struct nv_file *nvlfp = container_of(work, struct nv_file, close_work);

	wait_for_completion(&nvlfp->open_complete);
	close_now(nvlfp);
}

/*
 * A release that cannot wait (a signal is pending while the open still runs) is finished by a
 * worker, as from 550.
 */
noinline int nvidia_close(struct inode *inode, struct file *file)
{
	struct nv_file *nvlfp = file->private_data;

	file->private_data = NULL;
	if (wait_for_completion_interruptible(&nvlfp->open_complete)) {
		INIT_WORK(&nvlfp->close_work, close_deferred);
		queue_work(close_q, &nvlfp->close_work);
		return 0;
	}
	close_now(nvlfp);
	return 0;
}

noinline __poll_t nvidia_poll(struct file *file, struct poll_table_struct *wait)
{
	struct nv_file *nvlfp = file->private_data;
	__poll_t mask = 0;

	if (!completion_done(&nvlfp->open_complete) || !nvlfp->nv)
		return EPOLLERR;
	if (!(file->f_flags & O_NONBLOCK))
		poll_wait(file, &nvlfp->waitq, wait);
	spin_lock_irq(&nvlfp->event_lock);
	if (nvlfp->event_pending) {
		mask = EPOLLPRI | EPOLLIN;
		nvlfp->event_pending = false;
	}
	spin_unlock_irq(&nvlfp->event_lock);
	return mask;
}

noinline int nvidia_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct nv_file *nvlfp = file->private_data;

	if (nvlfp->exports)
		return -EINVAL;
	if (wait_for_completion_interruptible(&nvlfp->open_complete))
		return -ERESTARTSYS;
	if (!nvlfp->nv)
		return -EIO;
	return nvsim_mmap_helper(nvlfp, vma);
}


static int sys_params(struct nv_file *nvlfp, const struct nv_sys_params *p, size_t size)
{
	struct nv_state *nv = nvlfp->nv;

	if (size != sizeof(*p))
		return -EINVAL;
	if (!nv->memblock_size) {
		nv->memblock_size = p->memblock_size;
		return 0;
	}
	return nv->memblock_size == p->memblock_size ? 0 : -EBUSY;
}

/*
 * Compares like the real driver: "relaxed" is satisfied at the first point, any other word but
 * "query" is strict.
 */
static bool version_fits(const struct nv_version *v, const char *ours)
{
	unsigned int i;

	for (i = 0; i < sizeof(v->string); i++) {
		if (v->string[i] != ours[i])
			return false;
		if (!ours[i] || (ours[i] == '.' && v->cmd == NV_VERSION_CMD_RELAXED))
			return true;
	}
	return false;
}

static int check_version(struct nv_version *v, size_t size)
{
	const char *ours = nvsim_answer_version ?: nvsim_version;

	if (size != sizeof(*v))
		return -EINVAL;
	v->reply = 1;
	if (v->cmd != NV_VERSION_CMD_QUERY) {
		if (version_fits(v, ours))
			return 0;
		v->string[sizeof(v->string) - 1] = 0;
		pr_info_ratelimited("NVRM: API mismatch: the client has the version %s, but\n"
				    "NVRM: this kernel module has the version %s.\n",
				    v->string, ours);
	}
	strscpy(v->string, ours, sizeof(v->string));
	return v->cmd == NV_VERSION_CMD_QUERY ? 0 : -EINVAL;
}

/* An interposer finds the kernel's copy of the block in nv_dma_buf_export(). */
static int export_dmabuf(struct nv_file *nvlfp, void *params, size_t size)
{
	u32 status;

	if (size != nvsim_dmabuf_size() || nvlfp->nv->ctl)
		return -EINVAL;
	status = nv_dma_buf_export(nvlfp->nv, params);
	if (nvsim_at_least(570, 86, 15))
		((struct nv_dmabuf_570 *)params)->status = status;
	else
		((struct nv_dmabuf *)params)->status = status;
	return 0;
}

/* The requests that never reach RM; *done says whether this was one. Most want one kind of node. */
static int answer_early(struct nv_file *nvlfp, u32 nr, void *data, size_t size, bool *done)
{
	bool ctl = nvlfp->nv->ctl;

	*done = true;
	switch (nr) {
	case NV_ESC_CARD_INFO:
		return ctl ? nvidia_read_card_info(data, size / sizeof(struct nv_card_info))
			   : -EINVAL;
	case NV_ESC_ATTACH_GPUS_TO_FD:
		return ctl ? nv_attach_gpus(nvlfp, data, size) : -EINVAL;
	case NV_ESC_CHECK_VERSION_STR:
		return ctl ? check_version(data, size) : -EINVAL;
	case NV_ESC_SYS_PARAMS:
		return ctl ? sys_params(nvlfp, data, size) : -EINVAL;
	case NV_ESC_QUERY_DEVICE_INTR:
		if (ctl || size < sizeof(struct nv_intr))
			return -EINVAL;
		memset(data, 0, sizeof(struct nv_intr));
		return 0;
	case NV_ESC_NUMA_INFO:
		return -EINVAL;
	case NV_ESC_SET_NUMA_STATUS:
		return capable(CAP_SYS_ADMIN) ? -EINVAL : -EACCES;
	case NV_ESC_EXPORT_TO_DMABUF_FD:
		return export_dmabuf(nvlfp, data, size);
	}
	*done = false;
	return 0;
}

static inline long nvidia_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct nv_file *nvlfp = file->private_data;
	void __user *uptr = (void __user *)arg;
	size_t size = _IOC_SIZE(cmd);
	u32 nr = _IOC_NR(cmd);
	nvidia_stack_t stack = { 0 };
	struct nv_xfer xfer;
	void *copy = NULL;
	bool done;
	int rc = 0;

	if (!nvsim_is_control(file_inode(file)) &&
	    wait_for_completion_interruptible(&nvlfp->open_complete))
		return -ERESTARTSYS;
	if (nr == NV_ESC_IOCTL_XFER_CMD) {
		if (size != sizeof(xfer))
			return -EINVAL;
		if (copy_from_user(&xfer, uptr, sizeof(xfer)))
			return -EFAULT;
		nr = xfer.cmd;
		size = xfer.size;
		uptr = (void __user *)(unsigned long)xfer.ptr;
		if (size > NV_XFER_MAX_SIZE)
			return -EINVAL;
	}
	nvsim_count_ioctl(nr);
	copy = kmalloc(size, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	if (copy_from_user(copy, uptr, size)) {
		rc = -EFAULT;
		goto out;
	}
	if (nr == NV_ESC_WAIT_OPEN_COMPLETE && nvsim_at_least(550, 40, 7)) {
		struct nv_wait_open *w = copy;

		if (size >= sizeof(*w)) {
			w->rc = nvlfp->open_rc;
			w->adapter_status = nvlfp->adapter_status;
		}
		goto out;
	}
	if (!nvlfp->nv) {
		rc = -EIO;
		goto out;
	}
	rc = answer_early(nvlfp, nr, copy, size, &done);
	if (!done)
		rc = rm_ioctl(&stack, nvlfp->nv, nvlfp, nr, copy, size) ? -EINVAL : 0;
out:
	if (rc != -EFAULT && copy_to_user(uptr, copy, size))
		rc = -EFAULT;
	kfree(copy);
	return rc;
}

noinline long nvidia_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return nvidia_ioctl(file, cmd, arg);
}

int nvsim_entry_init(void)
{
	close_q = alloc_workqueue("nvidia_close", WQ_UNBOUND, 0);
	return close_q ? 0 : -ENOMEM;
}

/* No file is left; what a worker still has to finish is finished here, before the text goes. */
void nvsim_entry_exit(void)
{
	destroy_workqueue(close_q);
}
