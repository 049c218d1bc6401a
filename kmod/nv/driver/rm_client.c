// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of RM's in the kernel, for the length of one look at its books. Owns what is known of the
 * driver's way in. Must not be reached with a lock of ours held but attach.c's, nor keep anything of
 * the driver's from one look to the next; must not start a GPU that nobody has open.
 *
 * Facts (kernel-open/nvidia/nv-modeset-interface.c, common/inc/nv-modeset-interface.h,
 * arch/nvalloc/unix/include/nv-kernel-rmapi-ops.h, read in all releases from 535.104.05 to
 * 595.45.04): the table has the same fields in the same places; from 575 RM_ALLOC takes its long
 * form; the version must be the driver's own. A device of a GPU that goes down is freed by RM, of
 * whichever client it is (osinit.c: rmapiDelPendingDevices()).
 */
#include "nv/driver/rm_client.h"

#include "admin/gpu.h"
#include "hook/ftrace.h"
#include "nv/decode/abi.h"

#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define FIRST_BRANCH	535
#define LAST_BRANCH	595
#define LONG_ALLOC_BRANCH 575		/* NVOS64 from here on */

#define NV01_FREE	0x00
#define NV04_ALLOC	0x15
#define NV04_CONTROL	0x36

#define STATUS_INVALID_CLASS	0x22	/* what a GPU that nobody has open is answered with: 535 */
#define STATUS_INVALID_STATE	0x40	/* and later */

/* Handles below a client of our own. */
#define DEVICE		0x67770080
#define SUBDEVICE	0x67772080

/* nvidia_modeset_rm_ops_t; what is not called is not typed. */
struct rm_ops {
	const char *version;
	u8 system_info;
	int (*alloc_stack)(void **stack);
	void (*free_stack)(void *stack);
	void *enumerate_gpus;
	void *open_gpu;
	void *close_gpu;
	void (*op)(void *stack, void *op);
	void *set_callbacks;
	u64 room[8];			/* what a release may have added */
};

/* nvidia_kernel_rmapi_ops_t */
struct rm_op {
	u32 nr;
	u8 args[248] __aligned(8);
};

struct gw_truth {
	struct module *owner;		/* reference */
	u32 branch;
	void *stack;
	u32 client;
	struct rm_ops ops;
	struct rm_op op;
	u8 params[NV2080_PID_INFO_SIZE] __aligned(8);
};

static DEFINE_MUTEX(lock);		/* inside of attach.c's; guards what follows */
static unsigned long get_rm_ops;	/* 0: no driver, or none that can be asked */
static struct module *nvidia;		/* no reference; NULL: no file of it was opened yet */
static u32 branch;
static char version[GPUWARD_VERSION_LEN];
static const char *why;			/* read without the lock */

/* --- the driver comes and goes ------------------------------------------------------------- */

void gw_truth_attach(u32 b, const char *v)
{
	const char *reason = NULL;
	unsigned long addr = 0;

	if (b < FIRST_BRANCH || b > LAST_BRANCH)
		reason = "this driver's way in for other modules is not known";
	else if (gw_hook_lookup("nvidia", "nvidia_get_rm_ops", &addr))
		reason = "the driver has no function nvidia_get_rm_ops";
	mutex_lock(&lock);
	get_rm_ops = reason ? 0 : addr;
	branch = b;
	strscpy(version, v, sizeof(version));
	WRITE_ONCE(why, reason);
	mutex_unlock(&lock);
}

void gw_truth_detach(void)
{
	mutex_lock(&lock);
	get_rm_ops = 0;
	WRITE_ONCE(nvidia, NULL);
	WRITE_ONCE(why, NULL);
	mutex_unlock(&lock);
}

void gw_truth_note(struct module *owner)
{
	if (!owner || READ_ONCE(nvidia) == owner || strcmp(owner->name, "nvidia"))
		return;
	mutex_lock(&lock);
	if (get_rm_ops)
		WRITE_ONCE(nvidia, owner);
	mutex_unlock(&lock);
}

const char *gw_truth_why(void)
{
	return READ_ONCE(why);
}

/* --- requests -------------------------------------------------------------------------------- */

static void put(u8 *at, u32 v)
{
	memcpy(at, &v, sizeof(v));
}

static void put_pointer(u8 *at, const void *p)
{
	u64 v = (uintptr_t)p;

	memcpy(at, &v, sizeof(v));
}

static u32 get(const u8 *at)
{
	u32 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static u64 get_big(const u8 *at)
{
	u64 v;

	memcpy(&v, at, sizeof(v));
	return v;
}

/* An operation that the driver does not know leaves the status as it is. */
static u32 run(struct gw_truth *t, u32 nr, u32 status_at)
{
	t->op.nr = nr;
	put(t->op.args + status_at, ~0u);
	t->ops.op(t->stack, &t->op);
	return get(t->op.args + status_at);
}

static u32 alloc(struct gw_truth *t, u32 parent, u32 handle, u32 class, void *params)
{
	bool is_long = t->branch >= LONG_ALLOC_BRANCH;

	memset(&t->op, 0, sizeof(t->op));
	put(t->op.args + NVOS21_ROOT, t->client);
	put(t->op.args + NVOS21_PARENT, parent);
	put(t->op.args + NVOS21_OBJECT, handle);
	put(t->op.args + NVOS21_CLASS, class);
	put_pointer(t->op.args + NVOS21_ALLOC_PARMS, params);
	return run(t, NV04_ALLOC, is_long ? NVOS64_STATUS : NVOS21_STATUS);
}

static u32 control(struct gw_truth *t, u32 object, u32 cmd, void *params, u32 size)
{
	memset(&t->op, 0, sizeof(t->op));
	put(t->op.args + NVOS54_CLIENT, t->client);
	put(t->op.args + NVOS54_OBJECT, object);
	put(t->op.args + NVOS54_CMD, cmd);
	put_pointer(t->op.args + NVOS54_PARAMS, params);
	put(t->op.args + NVOS54_PARAMS_SIZE, size);
	return run(t, NV04_CONTROL, NVOS54_STATUS);
}

static void free_object(struct gw_truth *t, u32 object)
{
	memset(&t->op, 0, sizeof(t->op));
	put(t->op.args + NVOS00_ROOT, t->client);
	put(t->op.args + NVOS00_OBJECT, object);
	run(t, NV01_FREE, NVOS00_STATUS);
}

static int make_client(struct gw_truth *t)
{
	u32 handle = 0;

	if (alloc(t, 0, 0, NV01_ROOT, &handle))
		return -EIO;
	t->client = handle ? handle : get(t->op.args + NVOS21_OBJECT);
	return t->client ? 0 : -EIO;
}

/* --- a look ------------------------------------------------------------------------------------ */

/* The driver stays until it is let go. */
static int hold_driver(struct gw_truth *t, char *v, unsigned long *addr)
{
	int ret = 0;

	mutex_lock(&lock);
	if (why)
		ret = -EOPNOTSUPP;
	else if (!get_rm_ops || !nvidia || !try_module_get(nvidia))
		ret = -ENODEV;
	if (!ret) {
		t->owner = nvidia;
		t->branch = branch;
		memcpy(v, version, sizeof(version));
		*addr = get_rm_ops;
	}
	mutex_unlock(&lock);
	return ret;
}

/* It compares @v with its own version, and puts that in its place. */
static int get_ops(struct gw_truth *t, const char *v, unsigned long addr)
{
	t->ops.version = v;
	if (gw_hook_jump((unsigned long)&t->ops, 0, 0, 0, 0, (void *)addr) || !t->ops.op ||
	    !t->ops.alloc_stack || !t->ops.free_stack) {
		WRITE_ONCE(why, "the driver names another version of itself");
		return -EOPNOTSUPP;
	}
	return 0;
}

int gw_truth_begin(struct gw_truth **out)
{
	struct gw_truth *t = kvzalloc(sizeof(*t), GFP_KERNEL);
	char v[sizeof(version)];
	unsigned long addr;
	int ret = t ? hold_driver(t, v, &addr) : -ENOMEM;

	if (ret)
		goto err_free;
	ret = get_ops(t, v, addr);
	if (!ret && t->ops.alloc_stack(&t->stack))
		ret = -ENOMEM;
	if (ret)
		goto err_driver;
	ret = make_client(t);
	if (ret)
		goto err_stack;
	*out = t;
	return 0;

err_stack:
	t->ops.free_stack(t->stack);
err_driver:
	module_put(t->owner);
err_free:
	kvfree(t);
	return ret;
}

void gw_truth_end(struct gw_truth *t)
{
	free_object(t, t->client);
	t->ops.free_stack(t->stack);
	module_put(t->owner);
	kvfree(t);
}

static int ask_device(struct gw_truth *t, const u32 *pids, u32 nr, u64 *bytes)
{
	u8 *entry = t->params + NV2080_PID_INFO_LIST, *data;
	u32 subdevice = 0, i;

	if (alloc(t, DEVICE, SUBDEVICE, NV20_SUBDEVICE_0, &subdevice))
		return -EIO;
	memset(t->params, 0, sizeof(t->params));
	put(t->params + NV2080_PID_INFO_COUNT, nr);
	for (i = 0; i < nr; i++)
		put(entry + i * NV2080_PID_INFO_STEP + NV2080_PID_INFO_PID, pids[i]);
	if (control(t, SUBDEVICE, NV2080_CTRL_CMD_GPU_GET_PID_INFO, t->params, sizeof(t->params)))
		return -EIO;
	for (i = 0; i < nr; i++) {	/* its own, others' that it opened to them, others' */
		data = entry + i * NV2080_PID_INFO_STEP + NV2080_PID_INFO_DATA;
		bytes[i] = get_big(data) + get_big(data + 8) + get_big(data + 16);
	}
	return 0;
}

int gw_truth_ask(struct gw_truth *t, u32 minor, const u32 *pids, u32 nr, u64 *bytes)
{
	u8 device[NV0080_SIZE] __aligned(8) = { };
	struct gw_gpu gpu;
	u32 status;
	int ret;

	memset(bytes, 0, nr * sizeof(*bytes));
	if (WARN_ON_ONCE(nr > NV2080_PID_INFO_MAX) || gw_gpu_get(minor, false, &gpu))
		return 0;	/* no such GPU any more */
	put(device + NV0080_INSTANCE, gpu.instance);
	status = alloc(t, t->client, DEVICE, NV01_DEVICE_0, device);
	if (status == STATUS_INVALID_CLASS || status == STATUS_INVALID_STATE)
		return 0;
	if (status)
		return -EIO;
	ret = ask_device(t, pids, nr, bytes);
	free_object(t, DEVICE);
	return ret;
}
