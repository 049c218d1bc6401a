// SPDX-License-Identifier: GPL-2.0-only
/*
 * One request on nvidiactl or a GPU node, from its number to its answer: does it matter, what do
 * its pinned bytes say, may it, what did the driver answer. Owns nothing. What judges and what
 * keeps books is elsewhere; must not read the caller's memory but through bounce.h.
 */
#include "nv/nv.h"
#include "object/binding.h"
#include "job/file.h"
#include "base/refuse.h"
#include "nv/decode/abi.h"
#include "nv/decode/request.h"
#include "nv/dmabuf.h"
#include "nv/decode/effect.h"
#include "nv/object/objects.h"

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
	if (nr == NV_ESC_IOCTL_XFER_CMD)
		return gw_nv_outer_wanted(nr, size);
	if (nr == NV_ESC_EXPORT_TO_DMABUF_FD || nr == NV_ESC_REGISTER_FD)
		return true;
	return gw_nv_is_effective(gw_nv_branch_now(), nr, size);
}

/*
 * All that matters comes with a record, but for the controls that did not matter when their number
 * was looked at.
 */
bool gw_nv_came_round(u32 nr, u32 size, const void *outer)
{
	if (!gw_bind_any() || !may_matter(nr, size) || nr == NV_ESC_REGISTER_FD)
		return false;
	if (gw_nv_is_control(nr, size) &&
	    !gw_nv_control_is_sensitive(gw_nv_branch_now(), gw_nv_control_cmd(outer)))
		return false;
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

	if (!gw_nv_is_control(r->nr, r->size))
		return 0;
	if (get_user(cmd, (u32 __user *)(r->arg + NVOS54_CMD)))
		return -EFAULT;
	return !gw_nv_control_is_sensitive(gw_nv_branch_now(), cmd) &&
	       gw_bind_current_is(accel_of(r));
}

/* Another holder of memory holds as much as the first; a parked one is for others of the VM. */
static bool makes_holders(const struct request *r, const struct gw_nv_effect *e)
{
	if (e->act == GW_NV_EXPORT)
		return !gw_bind_current_is(accel_of(r));
	return e->act == GW_NV_DUP || e->act == GW_NV_IMPORT || e->act == GW_NV_ATTACH;
}

/*
 * What the pinned bytes say, and whether that may be; pins the block that they point to. > 0: the
 * status that the driver is to have answered.
 */
static int judge(const struct request *r, struct gw_pin *p, struct gw_nv_effect *e)
{
	u32 branch = gw_nv_branch_now(), at;
	u32 len = gw_nv_nested_wanted(branch, p->nr, p->size, p->outer, &at);
	int fault = gw_pin_take_nested(p, at, len), bad;
	struct gw_op op;

	if (fault && fault != -EFAULT)
		return fault;
	bad = gw_nv_effect(branch, p->nr, p->size, p->outer, p->nested.data, p->nested.len, e);
	if (fault)
		return GW_PIN_INVALID_ADDRESS;
	gw_nv_decode(branch, p->nr, p->size, p->outer, p->size, &op);
	if (bad) {
		op.kind = GW_OP_REFUSE;
		op.what = e->what;
	} else if (op.kind == GW_OP_DEVICE_PTR) {
		op.kind = GW_OP_DEVICE;
		op.arg = e->instance;
	} else if (op.kind == GW_OP_PASS && makes_holders(r, e)) {
		op.kind = GW_OP_HOLD;
		op.what = e->what;
	}
	return gw_nv_judge(r->file, &op);
}

static long answer_instead(struct gw_pin *p, const struct gw_nv_effect *e, u32 status)
{
	gw_nv_fail(e, p->outer, status);
	return gw_pin_write_back(p);
}

/*
 * The driver's answer is its status in the struct, which it does not set where it gives up early:
 * a number stands there that is none of its own, so that the caller's is not taken for an answer.
 */
#define NO_ANSWER 0xfffffffe

static long call(const struct request *r, struct gw_pin *p, const struct gw_nv_effect *e,
		 struct gw_nv_call *c)
{
	u32 before = gw_nv_status(e, p->outer);
	long ret;
	int err;

	gw_nv_fail(e, p->outer, NO_ANSWER);
	ret = gw_pin_call(p, r->filp, r->original);
	if (!p->is_answered) {
		gw_nv_objects_undo(c);
		return ret;
	}
	gw_nv_objects_after(c, p->outer, p->nested.data);
	if (gw_nv_status(e, p->outer) == NO_ANSWER)
		gw_nv_fail(e, p->outer, before);
	gw_nv_look_after(r->file, p, e);
	err = gw_pin_write_back(p);
	return ret < 0 ? ret : err ?: ret;
}

static long answer(const struct request *r, struct gw_pin *p)
{
	struct gw_nv_effect e;
	struct gw_nv_call c;
	long ret = judge(r, p, &e);

	if (!ret)
		ret = gw_nv_look_before(p, &e);
	if (!ret)
		ret = gw_nv_objects_before(&c, r->file, &e, p->outer, p->nested.data);
	if (ret > 0)
		return answer_instead(p, &e, ret);
	return ret ?: call(r, p, &e, &c);
}

static long serve_pinned(const struct request *r)
{
	struct gw_pin *p = gw_pin_take(r->nr, r->size, r->arg);
	long ret;

	if (IS_ERR(p))
		return PTR_ERR(p);
	ret = answer(r, p);
	gw_pin_drop(p);
	return ret;
}

/* --- export to a dma-buf: the driver has its own copy, which gw_nv_dma_buf_export() gets ------ */

static long serve_dma_buf(const struct request *r)
{
	struct gw_op op = { .kind = GW_OP_HOLD, .nr = r->nr, .what = "export to a dma-buf" };
	long ret = gw_nv_judge(r->file, &op);
	struct gw_nv_export x;
	int again;

	if (ret || !r->file)
		return ret ?: let_through(r);
	do {
		gw_nv_export_begin(&x, r->file, r->size);
		ret = let_through(r);
		again = gw_nv_export_end(&x);
	} while (again == -EAGAIN);
	return again ?: ret;
}

/* --- REGISTER_FD: the file behind its one number is judged, and is then the one that is used --- */

static long serve_link(const struct request *r)
{
	struct gw_nv_call c;
	long ret;
	int fd;

	if (get_user(fd, (int __user *)r->arg))
		return -EFAULT;
	ret = gw_nv_objects_link_before(&c, r->file, fd);
	if (ret)
		return ret;
	ret = let_through(r);
	gw_nv_objects_link_after(&c, ret);
	return ret;
}

/* --- all of them -------------------------------------------------------------------------------- */

long gw_nv_ioctl(struct file *filp, unsigned int cmd, unsigned long arg, gw_nv_ioctl_fn original)
{
	struct request r = { .filp = filp, .original = original, .nr = _IOC_NR(cmd),
			     .size = _IOC_SIZE(cmd), .arg = arg };
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
	if (r.nr == NV_ESC_EXPORT_TO_DMABUF_FD)
		return serve_dma_buf(&r);
	if (r.nr == NV_ESC_REGISTER_FD && r.size == sizeof(int))
		return serve_link(&r);
	ret = is_plain_control(&r);
	if (ret)
		return ret < 0 ? ret : let_through(&r);
	return serve_pinned(&r);
}
