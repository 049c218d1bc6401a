// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of NVIDIA's modules that are replaced, and the replacements: each counts itself
 * in, asks access.c, calls the original, counts itself out. Decides nothing.
 *
 * In 535 the outermost open is nvidia_frontend_open(): it holds a semaphore across the inner
 * nvidia_open(), where nobody may sleep. 545 removed the frontend.
 */
#include "nv/dmabuf.h"
#include "nv/nv.h"
#include "nv/uvm/managed.h"

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/mm_types.h>

typedef int (*mmap_fn)(struct file *filp, struct vm_area_struct *vma);
typedef int (*drm_fn)(void *a, void *b, void *c);

#define REPLACE(name, function) \
	static struct gw_hook name = { .replacement = function }
#define REPLACE_WHERE(name, function, wanted) \
	static struct gw_hook name = { .replacement = function, .is_wanted = wanted }

/* For functions that are not called through pointers: see gw_hook_jump(). */
#define JUMP(hook, a, b, c, d, e)						\
	gw_hook_jump((unsigned long)(a), (unsigned long)(b), (unsigned long)(c),	\
		     (unsigned long)(d), (unsigned long)(e), (hook).original)

/* --- nvidia.ko ------------------------------------------------------------------------- */

static int nv_open(struct inode *inode, struct file *filp);
static int nv_release(struct inode *inode, struct file *filp);
static long nv_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
static long nv_compat_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
static int nv_mmap(struct file *filp, struct vm_area_struct *vma);
static u32 copy_in(void *to, const void *from, u32 n);
static u32 copy_out(void *to, const void *from, u32 n);
static u32 dma_buf_export(void *gpu, void *params);
static int dma_buf_fd_for(void *buf, int flags);
static void *dma_buf_of(int fd);
static void dma_buf_release(void *buf);

REPLACE(open_hook, nv_open);
REPLACE(release_hook, nv_release);
REPLACE(ioctl_hook, nv_ioctl);
REPLACE(compat_hook, nv_compat_ioctl);
REPLACE(mmap_hook, nv_mmap);
REPLACE_WHERE(copy_in_hook, copy_in, gw_pin_is_wanted);
REPLACE_WHERE(copy_out_hook, copy_out, gw_pin_is_wanted);
REPLACE_WHERE(dma_buf_hook, dma_buf_export, gw_nv_export_is_wanted);
REPLACE_WHERE(dma_buf_fd_hook, dma_buf_fd_for, gw_nv_export_is_wanted);
REPLACE_WHERE(dma_buf_get_hook, dma_buf_of, gw_nv_export_is_wanted);
REPLACE(dma_buf_release_hook, dma_buf_release);

static int nv_open(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_open(inode, filp, open_hook.original);
	gw_hook_leave();
	return ret;
}

static int nv_release(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_release(inode, filp, release_hook.original);
	gw_hook_leave();
	return ret;
}

static long nv_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	long ret;

	gw_hook_enter();
	ret = gw_nv_ioctl(filp, cmd, arg, ioctl_hook.original);
	gw_hook_leave();
	return ret;
}

static long nv_compat_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	long ret;

	gw_hook_enter();
	ret = gw_nv_ioctl(filp, cmd, arg, compat_hook.original);
	gw_hook_leave();
	return ret;
}

static int judged_mmap(struct file *filp, struct vm_area_struct *vma, mmap_fn original)
{
	int ret = gw_nv_judge_mmap(filp);

	return ret ? ret : original(filp, vma);
}

static int nv_mmap(struct file *filp, struct vm_area_struct *vma)
{
	int ret;

	gw_hook_enter();
	ret = judged_mmap(filp, vma, mmap_hook.original);
	gw_hook_leave();
	return ret;
}

/*
 * The driver's own two do no more than these; with a function of its that is not called through a
 * pointer anywhere, a processor with IBT would not let us call it through one.
 */
static u32 copy_in(void *to, const void *from, u32 n)
{
	u32 status;

	gw_hook_enter();
	status = gw_pin_copy_in(to, from, n);
	gw_hook_leave();
	return status;
}

static u32 copy_out(void *to, const void *from, u32 n)
{
	u32 status;

	gw_hook_enter();
	status = gw_pin_copy_out(to, from, n);
	gw_hook_leave();
	return status;
}

static u32 dma_buf_export(void *gpu, void *params)
{
	u32 status;

	gw_hook_enter();
	status = gw_nv_dma_buf_export(gpu, params, dma_buf_hook.original);
	gw_hook_leave();
	return status;
}

static int call_dma_buf_fd(void *buf, int flags)
{
	return JUMP(dma_buf_fd_hook, buf, flags, 0, 0, 0);
}

static int dma_buf_fd_for(void *buf, int flags)
{
	int fd;

	gw_hook_enter();
	fd = gw_nv_dma_buf_fd(buf, flags, call_dma_buf_fd);
	gw_hook_leave();
	return fd;
}

static void *call_dma_buf_get(int fd)
{
	return (void *)JUMP(dma_buf_get_hook, fd, 0, 0, 0, 0);
}

static void *dma_buf_of(int fd)
{
	void *buf;

	gw_hook_enter();
	buf = gw_nv_dma_buf_get(fd, call_dma_buf_get);
	gw_hook_leave();
	return buf;
}

static void dma_buf_release(void *buf)
{
	gw_hook_enter();
	gw_nv_dma_buf_release(buf, dma_buf_release_hook.original);
	gw_hook_leave();
}

bool gw_nv_follows_dma_bufs(void)
{
	return dma_buf_hook.original && dma_buf_fd_hook.original && dma_buf_get_hook.original &&
	       dma_buf_release_hook.original;
}

/* --- where the driver makes a file of a descriptor ---------------------------------------- */

static void *nv_file_private(int fd, u8 ctl, void **filp);
REPLACE(file_hook, nv_file_private);

/* As nv_put_file_private() does; the reference is a struct file's in all branches. */
static void *nv_file_private(int fd, u8 ctl, void **filp)
{
	void *nvfp;

	gw_hook_enter();
	nvfp = (void *)JUMP(file_hook, fd, ctl, filp, 0, 0);
	if (nvfp && !gw_nv_judge_descriptor(*filp)) {
		fput(*filp);
		nvfp = NULL;
	}
	gw_hook_leave();
	return nvfp;
}

/* --- nvidia-uvm.ko ---------------------------------------------------------------------- */

static int uvm_open(struct inode *inode, struct file *filp);
static int uvm_release(struct inode *inode, struct file *filp);
static long uvm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);
static int uvm_mmap(struct file *filp, struct vm_area_struct *vma);
static int uvm_tools_open(struct inode *inode, struct file *filp);
static void uvm_vma_close(struct vm_area_struct *vma);
static u32 uvm_register(void *params, struct file *filp);
static u32 uvm_clean_up(void *params, struct file *filp);
static u32 uvm_space_create(struct address_space *mapping, void **space, u64 flags);
static u32 uvm_dup(void *device, u32 client, u32 memory, u32 *handle, void *info);
static u32 uvm_undup(void *device, u32 handle);

REPLACE(uvm_open_hook, uvm_open);
REPLACE(uvm_release_hook, uvm_release);
REPLACE(uvm_ioctl_hook, uvm_ioctl);
REPLACE(uvm_mmap_hook, uvm_mmap);
REPLACE(uvm_tools_open_hook, uvm_tools_open);
REPLACE(uvm_vma_close_hook, uvm_vma_close);
REPLACE(uvm_register_hook, uvm_register);
REPLACE(uvm_clean_up_hook, uvm_clean_up);
REPLACE(uvm_space_hook, uvm_space_create);
REPLACE(uvm_dup_hook, uvm_dup);
REPLACE(uvm_undup_hook, uvm_undup);

static int uvm_open(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_open_uvm(inode, filp, uvm_open_hook.original);
	gw_hook_leave();
	return ret;
}

static int uvm_release(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_release(inode, filp, uvm_release_hook.original);
	gw_hook_leave();
	return ret;
}

static long uvm_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	long ret;

	gw_hook_enter();
	ret = gw_nv_judge_uvm(filp, cmd);
	if (!ret)
		ret = gw_uvm_ioctl(filp, cmd, arg, uvm_ioctl_hook.original);
	gw_hook_leave();
	return ret;
}

static int uvm_mmap(struct file *filp, struct vm_area_struct *vma)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_judge_mmap(filp);
	if (!ret)
		ret = gw_uvm_mmap(filp, vma, uvm_mmap_hook.original, uvm_vma_close_hook.original);
	gw_hook_leave();
	return ret;
}

static void uvm_vma_close(struct vm_area_struct *vma)
{
	gw_hook_enter();
	gw_uvm_vma_close(vma, uvm_vma_close_hook.original);
	gw_hook_leave();
}

static u32 call_register(void *params, struct file *filp)
{
	return JUMP(uvm_register_hook, params, filp, 0, 0, 0);
}

static u32 uvm_register(void *params, struct file *filp)
{
	u32 status;

	gw_hook_enter();
	status = gw_uvm_register(params, filp, call_register);
	gw_hook_leave();
	return status;
}

static u32 call_clean_up(void *params, struct file *filp)
{
	return JUMP(uvm_clean_up_hook, params, filp, 0, 0, 0);
}

static u32 uvm_clean_up(void *params, struct file *filp)
{
	u32 status;

	gw_hook_enter();
	status = gw_uvm_clean_up(params, filp, call_clean_up);
	gw_hook_leave();
	return status;
}

static u32 call_space_create(struct address_space *mapping, void **space, u64 flags)
{
	return JUMP(uvm_space_hook, mapping, space, flags, 0, 0);
}

static u32 uvm_space_create(struct address_space *mapping, void **space, u64 flags)
{
	u32 status;

	gw_hook_enter();
	status = gw_uvm_space_create(mapping, space, flags, call_space_create);
	gw_hook_leave();
	return status;
}

/* These two are nvidia.ko's, called by nvidia-uvm.ko. */
static u32 call_dup(void *device, u32 client, u32 memory, u32 *handle, void *info)
{
	return JUMP(uvm_dup_hook, device, client, memory, handle, info);
}

static u32 call_undup(void *device, u32 handle)
{
	return JUMP(uvm_undup_hook, device, handle, 0, 0, 0);
}

static u32 uvm_dup(void *device, u32 client, u32 memory, u32 *handle, void *info)
{
	u32 status;

	gw_hook_enter();
	status = gw_uvm_dup(device, client, memory, handle, info, call_dup);
	gw_hook_leave();
	return status;
}

static u32 uvm_undup(void *device, u32 handle)
{
	u32 status;

	gw_hook_enter();
	status = gw_uvm_undup(device, handle, call_undup);
	gw_hook_leave();
	return status;
}

static int uvm_tools_open(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_open_closed(inode, filp, uvm_tools_open_hook.original);
	gw_hook_leave();
	return ret;
}

/* --- nodes and calls that are not for tenants ---------------------------------------------- */

static int kms_open(struct inode *inode, struct file *filp);
static int drm_alloc(void *dev, void *data, void *file);
static int drm_dumb(void *file, void *dev, void *args);

REPLACE(kms_open_hook, kms_open);
REPLACE(drm_alloc_hook, drm_alloc);
REPLACE(drm_dumb_hook, drm_dumb);

static int kms_open(struct inode *inode, struct file *filp)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_open_closed(inode, filp, kms_open_hook.original);
	gw_hook_leave();
	return ret;
}

/* Video memory for a kernel client, which no per-process account of the driver's shows. */
static int drm_alloc(void *dev, void *data, void *file)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_judge_closed("video memory through a render node");
	if (!ret)
		ret = ((drm_fn)drm_alloc_hook.original)(dev, data, file);
	gw_hook_leave();
	return ret;
}

static int drm_dumb(void *file, void *dev, void *args)
{
	int ret;

	gw_hook_enter();
	ret = gw_nv_judge_closed("a dumb buffer");
	if (!ret)
		ret = ((drm_fn)drm_dumb_hook.original)(file, dev, args);
	gw_hook_leave();
	return ret;
}

/* --- the table ------------------------------------------------------------------------------ */

const struct gw_nv_function gw_nv_functions[] = {
	{ "nvidia", "nvidia_frontend_open",		0, 544, GW_NV_GUARD,	&open_hook },
	{ "nvidia", "nvidia_frontend_close",		0, 544, 0,		&release_hook },
	{ "nvidia", "nvidia_frontend_unlocked_ioctl",	0, 544, 0,		&ioctl_hook },
	{ "nvidia", "nvidia_frontend_compat_ioctl",	0, 544, 0,		&compat_hook },
	{ "nvidia", "nvidia_frontend_mmap",		0, 544, 0,		&mmap_hook },
	{ "nvidia", "nvidia_open",			545, U32_MAX, GW_NV_GUARD, &open_hook },
	{ "nvidia", "nvidia_close",			545, U32_MAX, 0,	&release_hook },
	{ "nvidia", "nvidia_unlocked_ioctl",		545, U32_MAX, 0,	&ioctl_hook },
	{ "nvidia", "nvidia_mmap",			545, U32_MAX, 0,	&mmap_hook },
	{ "nvidia", "os_memcpy_from_user",		0, U32_MAX, GW_NV_INNER, &copy_in_hook },
	{ "nvidia", "os_memcpy_to_user",		0, U32_MAX, GW_NV_INNER, &copy_out_hook },
	{ "nvidia", "nv_dma_buf_export",		0, U32_MAX, GW_NV_INNER, &dma_buf_hook },
	{ "nvidia", "nv_dma_buf_release",		0, U32_MAX,
	  GW_NV_INNER | GW_NV_OPTIONAL, &dma_buf_release_hook },
	{ "nvidia", "dma_buf_fd",			0, U32_MAX,
	  GW_NV_INNER | GW_NV_OPTIONAL | GW_NV_KERNEL, &dma_buf_fd_hook },
	{ "nvidia", "dma_buf_get",			0, U32_MAX,
	  GW_NV_INNER | GW_NV_OPTIONAL | GW_NV_KERNEL, &dma_buf_get_hook },
	{ "nvidia", "nv_get_file_private",		0, U32_MAX, 0,		&file_hook },
	{ "nvidia", "nvUvmInterfaceDupMemory",		0, U32_MAX, 0,		&uvm_dup_hook },
	{ "nvidia", "nvUvmInterfaceFreeDupedHandle",	0, U32_MAX, 0,		&uvm_undup_hook },
	{ "nvidia_uvm", "uvm_open_entry",		0, U32_MAX, GW_NV_GUARD, &uvm_open_hook },
	{ "nvidia_uvm", "uvm_release_entry",		0, U32_MAX, 0,		&uvm_release_hook },
	{ "nvidia_uvm", "uvm_unlocked_ioctl_entry",	0, U32_MAX, 0,		&uvm_ioctl_hook },
	{ "nvidia_uvm", "uvm_mmap_entry",		0, U32_MAX, 0,		&uvm_mmap_hook },
	{ "nvidia_uvm", "uvm_vm_close_managed_entry",	0, U32_MAX, 0,		&uvm_vma_close_hook },
	{ "nvidia_uvm", "uvm_api_register_gpu_va_space", 0, U32_MAX, 0,		&uvm_register_hook },
	{ "nvidia_uvm", "uvm_api_clean_up_zombie_resources", 0, U32_MAX, 0,	&uvm_clean_up_hook },
	{ "nvidia_uvm", "uvm_va_space_create",		0, U32_MAX, 0,		&uvm_space_hook },
	{ "nvidia_uvm", "uvm_tools_open_entry",		0, U32_MAX, GW_NV_GUARD, &uvm_tools_open_hook },
	{ "nvidia_modeset", "nvkms_open",		550, U32_MAX, GW_NV_GUARD, &kms_open_hook },
	{ "nvidia_drm", "nv_drm_gem_alloc_nvkms_memory_ioctl", 0, U32_MAX,
	  GW_NV_GUARD | GW_NV_OPTIONAL, &drm_alloc_hook },
	{ "nvidia_drm", "nv_drm_dumb_create",		0, U32_MAX,
	  GW_NV_GUARD | GW_NV_OPTIONAL, &drm_dumb_hook },
};
const size_t gw_nv_nr_functions = ARRAY_SIZE(gw_nv_functions);
