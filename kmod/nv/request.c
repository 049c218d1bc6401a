// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request on nvidiactl or a GPU node, from its number to its answer: does it matter, what do
 * its pinned bytes say, may it, what did the driver answer. Owns nothing. What judges and what
 * keeps books is elsewhere; must not read the caller's memory but through pin.h.
 */
#include "nv.h"
#include "../bind.h"
#include "../file.h"
#include "../policy.h"
#include "abi.h"
#include "decode.h"

#include <linux/fs.h>
#include <linux/ioctl.h>
#include <linux/uaccess.h>

struct request {
	struct file *filp;
	gw_nv_ioctl_fn original;
	struct gw_file *file;		/* NULL: nobody's */
	u32 nr;
	u32 size;
	unsigned long arg;
};

/* Number and size alone: the hot path for all that does not matter. */
static bool may_matter(u32 nr, u32 size)
{
	return gw_nv_outer_wanted(nr, size);
}

/* Controls are many, and few of them matter. */
static bool is_control(u32 nr, u32 size)
{
	return nr == NV_ESC_RM_CONTROL && size == NVOS54_SIZE;
}

static bool is_sensitive(u32 cmd)
{
	return cmd == NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD ||
	       cmd == NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD;
}

/*
 * All that matters comes with a record, but for the controls that did not matter when their number
 * was looked at.
 */
bool gw_nv_came_round(u32 nr, u32 size, const void *outer)
{
	u32 cmd;

	if (!may_matter(nr, size))
		return false;
	if (is_control(nr, size)) {
		memcpy(&cmd, outer + NVOS54_CMD, sizeof(cmd));
		if (!is_sensitive(cmd))
			return false;
	}
	return gw_nv_stance() != GW_NV_ASIDE && !gw_is_audit() && !gw_bind_current_is(NULL);
}

static struct gw_accel *accel_of(const struct request *r)
{
	return r->file ? r->file->proc->accel : NULL;
}

/* The direct form: whatever number, size and address were, they are no one's to change now. */
static long let_through(const struct request *r)
{
	return r->original(r->filp, _IOC(_IOC_READ | _IOC_WRITE, 'F', r->nr, r->size), r->arg);
}

/* The indirect form becomes the direct one, so that its header is not read again. */
static int unwrap(struct request *r)
{
	u8 header[NV_XFER_SIZE];
	struct gw_op op;
	int ret;

	if (copy_from_user(header, (void __user *)r->arg, sizeof(header)))
		return -EFAULT;
	gw_nv_decode(gw_nv_branch_now(), r->nr, r->size, header, sizeof(header), &op);
	if (op.kind == GW_OP_WRAPPED && op.size > _IOC_SIZEMASK)
		op.kind = GW_OP_REFUSE;
	if (op.kind != GW_OP_WRAPPED) {
		ret = gw_nv_judge(r->file, &op);
		return ret ?: -EINVAL;		/* as the driver, to what is out of bounds */
	}
	r->nr = op.nr;
	r->size = op.size;
	r->arg = op.arg;
	return 0;
}

/* 1: its number is harmless, and cannot become another without the probe; 0: no; -EFAULT */
static int is_plain_control(const struct request *r)
{
	u32 cmd;

	if (!is_control(r->nr, r->size))
		return 0;
	if (get_user(cmd, (u32 __user *)(r->arg + NVOS54_CMD)))
		return -EFAULT;
	return !is_sensitive(cmd) && gw_bind_current_is(accel_of(r));
}

/* The block behind the outer struct, where something in it decides. */
static int take_nested(struct gw_pin *p, struct gw_op *op)
{
	int ret;

	if (op->kind != GW_OP_DEVICE_PTR)
		return 0;
	ret = gw_pin_take_nested(p, NVOS21_ALLOC_PARMS, NV0080_SIZE);
	if (ret)
		return ret;
	op->kind = GW_OP_DEVICE;
	op->arg = 0;
	memcpy(&op->arg, p->nested.data + NV0080_INSTANCE, sizeof(u32));
	return 0;
}

/* What the pinned bytes say, and whether that may be. */
static int judge(const struct request *r, struct gw_pin *p)
{
	struct gw_op op;
	int ret;

	gw_nv_decode(gw_nv_branch_now(), p->nr, p->size, p->outer, p->size, &op);
	ret = take_nested(p, &op);
	return ret ?: gw_nv_judge(r->file, &op);
}

static long answer(const struct request *r, struct gw_pin *p)
{
	long ret = judge(r, p);
	int err;

	if (ret)
		return ret;
	ret = gw_pin_call(p, r->filp, r->original);
	if (!p->is_answered)
		return ret;
	err = gw_pin_write_back(p);
	return ret < 0 ? ret : err ?: ret;
}

long gw_nv_ioctl(struct file *filp, unsigned int cmd, unsigned long arg, gw_nv_ioctl_fn original)
{
	struct request r = { .filp = filp, .original = original, .nr = _IOC_NR(cmd),
			     .size = _IOC_SIZE(cmd), .arg = arg };
	struct gw_pin *p;
	long ret;

	if (!may_matter(r.nr, r.size))
		return original(filp, cmd, arg);
	r.file = gw_file_find(filp);
	if (!r.file && gw_bind_current_is(NULL))	/* the host's own */
		return original(filp, cmd, arg);
	if (r.nr == NV_ESC_IOCTL_XFER_CMD) {
		ret = unwrap(&r);
		if (ret)
			return ret;
		if (!may_matter(r.nr, r.size))
			return let_through(&r);
	}
	ret = is_plain_control(&r);
	if (ret)
		return ret < 0 ? ret : let_through(&r);
	p = gw_pin_take(r.nr, r.size, r.arg);
	if (IS_ERR(p))
		return PTR_ERR(p);
	p->file = r.file;
	ret = answer(&r, p);
	gw_pin_drop(p);
	return ret;
}
