// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a call on an NVIDIA node means for whoever makes it: who is it, may it, must it wait. Owns
 * nothing. Must not hold a lock when it lets the driver's own function run.
 */
#include "nv/nv.h"
#include "object/binding.h"
#include "job/file.h"
#include "base/refuse.h"
#include "base/trace.h"
#include "nv/decode/request.h"
#include "nv/object/objects.h"
#include "nv/driver/rm_client.h"
#include "nv/uvm/managed.h"

#include <linux/capability.h>
#include <linux/fs.h>

#define MODESET_MINOR 254	/* nv-chardev-numbers.h; in 535 behind the same open */

/* --- opening ---------------------------------------------------------------------------- */

static int open_as_host(struct inode *inode, struct file *filp, gw_nv_open_fn original)
{
	if (READ_ONCE(gw_host) == GPUWARD_HOST_DENY && !capable(CAP_SYS_ADMIN)) {
		int ret = gw_refuse(NULL, -EPERM, "host=deny");

		if (ret)
			return ret;
	}
	return original(inode, filp);
}

/* The first gate: the accelerator has GPUs, and this is one of them. */
static int gate_gpu(struct gw_proc *p, u32 minor)
{
	struct gw_accel *a = p->accel;
	int ret = gw_proc_place(p);

	if (ret)
		return gw_is_audit() ? 0 : ret;
	/*
	 * CUDA and NVML try every node and skip those they may not open: too ordinary to report,
	 * the tracepoint of open tells.
	 */
	if (!gw_place_has(a, minor))
		return gw_is_audit() ? 0 : -EPERM;
	gw_proc_note_gpu(p, minor);
	return 0;
}

static int open_as_tenant(struct gw_accel *a, enum gw_node kind, struct inode *inode,
			  struct file *filp, gw_nv_open_fn original)
{
	u32 minor = iminor(inode);
	struct gw_file *f = gw_file_open(filp, kind, minor, a);
	int ret;

	if (IS_ERR(f))
		return PTR_ERR(f);
	ret = gw_nv_objects_open(f);
	if (!ret && kind == GW_NODE_UVM)
		ret = gw_uvm_open(f);
	if (!ret && kind == GW_NODE_GPU)
		ret = gate_gpu(f->proc, minor);
	if (!ret)
		ret = original(inode, filp);
	if (!ret && kind != GW_NODE_UVM)
		gw_truth_note(filp->f_op->owner);
	if (ret) {	/* no release will follow */
		gw_uvm_close(f);
		gw_nv_objects_close(f);
		gw_file_del(f);
	}
	return ret;
}

/* May a tenant open this kind of node at all? 0, or -errno. */
static int gate_node(struct gw_accel *a, enum gw_node kind, enum gw_nv_stance stance,
		     struct inode *inode)
{
	if (stance == GW_NV_REFUSING)
		return gw_refuse(a->vm, -EPERM, "tenants are not served: see gpuwardctl status");
	if (kind == GW_NODE_OTHER)
		return gw_refuse(a->vm, -EPERM, "node %u:%u is not for tenants", imajor(inode),
				 iminor(inode));
	return 0;
}

static int open_node(enum gw_node kind, struct inode *inode, struct file *filp,
		     gw_nv_open_fn original)
{
	struct gw_accel *a = gw_proc_home(gw_bind_current());
	enum gw_nv_stance stance = gw_nv_stance();
	int ret;

	if (!a)
		return open_as_host(inode, filp, original);
	ret = gate_node(a, kind, stance, inode);
	/* Without a record: not ours to follow, or (enforce=permissive) a node that is not for them. */
	if (!ret && (kind == GW_NODE_OTHER || stance != GW_NV_SERVING))
		ret = original(inode, filp);
	else if (!ret)
		ret = open_as_tenant(a, kind, inode, filp, original);
	trace_gpuward_open(a->vm->id, a->index, kind, iminor(inode), ret);
	gw_vm_put(a->vm);
	return ret;
}

int gw_nv_open(struct inode *inode, struct file *filp, gw_nv_open_fn original)
{
	u32 minor = iminor(inode);
	enum gw_node kind = GW_NODE_CTL;

	if (minor < GW_MAX_MINOR)
		kind = GW_NODE_GPU;
	else if (minor == MODESET_MINOR)
		kind = GW_NODE_OTHER;
	return open_node(kind, inode, filp, original);
}

int gw_nv_open_uvm(struct inode *inode, struct file *filp, gw_nv_open_fn original)
{
	return open_node(GW_NODE_UVM, inode, filp, original);
}

int gw_nv_open_closed(struct inode *inode, struct file *filp, gw_nv_open_fn original)
{
	return open_node(GW_NODE_OTHER, inode, filp, original);
}

int gw_nv_judge_closed(const char *what)
{
	struct gw_accel *a = gw_bind_current();
	int ret;

	if (!a)
		return 0;
	ret = gw_refuse(a->vm, -EPERM, "%s is not for tenants", what);
	gw_vm_put(a->vm);
	return ret;
}

/* The driver's own release first: what it frees is free before the next program is let in. */
int gw_nv_release(struct inode *inode, struct file *filp, gw_nv_open_fn original)
{
	struct gw_file *f = gw_file_find(filp);
	int ret = original(inode, filp);

	if (f) {
		gw_uvm_close(f);
		gw_nv_objects_close(f);
		gw_file_del(f);
	}
	return ret;
}

/* --- requests ------------------------------------------------------------------------------ */

/* A file and a caller that do not go together: neither may hold or run anything with it. */
static int refuse_foreign(struct gw_file *f, const char *what)
{
	struct gw_accel *a = gw_bind_current();
	struct gw_vm *vm = a ? a->vm : f ? f->proc->accel->vm : NULL;	/* unbound since */
	int ret;

	ret = gw_refuse(vm, -EPERM, f ? "%s with a file of another VM"
				      : "%s with a file that was opened outside the VM", what);
	if (a)
		gw_vm_put(a->vm);
	return ret;
}

/*
 * The device's node may have come from another process, and the device outlives it: noted here,
 * too, so that a process with a GPU that is no longer its own can not claim.
 */
static int judge_device(struct gw_proc *p, u32 instance)
{
	int minor = gw_place_minor_of(p->accel, instance);

	if (minor < 0)
		return gw_refuse(p->accel->vm, -EPERM, "device %u is not in the placement", instance);
	gw_proc_note_gpu(p, minor);
	return 0;
}

/* The second gate. Whose the caller is may have changed while it waited. */
static int judge_hold(struct gw_file *f, const struct gw_op *op)
{
	struct gw_accel *a = f->proc->accel;
	int ret = gw_proc_claim(f->proc, true);

	if (ret == -EPERM)
		return gw_refuse(a->vm, ret, "%s with a GPU that is no longer its own", op->what);
	if (!ret && !gw_bind_current_is(a))
		return refuse_foreign(f, op->what);
	return ret;
}

int gw_nv_judge(struct gw_file *f, const struct gw_op *op)
{
	struct gw_accel *a = f ? f->proc->accel : NULL;

	if (op->kind == GW_OP_PASS)
		return 0;
	if (!gw_bind_current_is(a))
		return refuse_foreign(f, op->what);
	if (!a)
		return 0;
	switch (op->kind) {
	case GW_OP_DEVICE:
		return judge_device(f->proc, op->arg);
	case GW_OP_HOLD:
		return judge_hold(f, op);
	default:
		return gw_refuse(a->vm, -EPERM, "%s (class 0x%x) is not for tenants", op->what,
				 op->class);
	}
}

int gw_nv_judge_uvm(struct file *filp, unsigned int cmd)
{
	struct gw_file *f = gw_file_find(filp);
	struct gw_op op;

	if (!f && !gw_bind_any())
		return 0;
	gw_nv_decode_uvm(gw_nv_branch_now(), cmd, &op);
	return gw_nv_judge(f, &op);
}

bool gw_nv_judge_descriptor(struct file *filp)
{
	return gw_nv_objects_resolved(filp);
}

int gw_nv_judge_mmap(struct file *filp)
{
	struct gw_file *f = gw_file_find(filp);

	if (gw_bind_current_is(f ? f->proc->accel : NULL))
		return 0;
	return refuse_foreign(f, "mmap");
}
