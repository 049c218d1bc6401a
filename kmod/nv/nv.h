/* SPDX-License-Identifier: GPL-2.0-only */
/* NVIDIA's driver as a backend. Inside nv/ only, but for gw_nv_backend, which main.c names. */
#ifndef _GW_NV_H
#define _GW_NV_H

#include "base/backend.h"
#include "hook/ftrace.h"
#include "nv/driver/bounce.h"

#include <linux/types.h>

struct inode;
struct file;
struct vm_area_struct;

extern const struct gw_backend gw_nv_backend;

/* --- hooks.c: what to hook ------------------------------------------------------ */

/* Hooked even when tenants are only to be refused. */
#define GW_NV_GUARD BIT(0)
/* A module without it is as good as hooked (the feature was not built). */
#define GW_NV_OPTIONAL BIT(1)
/* Further in, called by functions that are hooked, too: installed before them, removed after. */
#define GW_NV_INNER BIT(2)
/* The kernel's own, and hooked as long as the module is. */
#define GW_NV_KERNEL BIT(3)

struct gw_nv_function {
	const char *module;
	const char *name;
	u32 branch_min;
	u32 branch_max;		/* both inclusive; U32_MAX: no end known */
	u32 flags;
	struct gw_hook *hook;
};
extern const struct gw_nv_function gw_nv_functions[];
extern const size_t gw_nv_nr_functions;

/* --- attach.c: state ------------------------------------------------------------------ */

enum gw_nv_stance {
	GW_NV_REFUSING,		/* a driver that is not known, or not hooked whole: no tenant */
	GW_NV_SERVING,
	GW_NV_ASIDE,		/* on the way on or off: what opens now was "opened before" */
};
enum gw_nv_stance gw_nv_stance(void);
u32 gw_nv_branch_now(void);	/* branch of the driver in force, 0 unknown */

/* --- access.c: judging calls ---------------------------------------------------------- */

struct gw_file;
struct gw_op;

/* May current do @op with the file of @f (NULL: of nobody's)? May wait. 0, else -errno. */
int gw_nv_judge(struct gw_file *f, const struct gw_op *op);
int gw_nv_judge_uvm(struct file *filp, unsigned int cmd);
int gw_nv_judge_mmap(struct file *filp);
/* The driver made a file of a descriptor: may current use it there? */
bool gw_nv_judge_descriptor(struct file *filp);
/* A function that is not for tenants: EPERM for them. */
int gw_nv_judge_closed(const char *what);

typedef int (*gw_nv_open_fn)(struct inode *inode, struct file *filp);
/* Open a node of nvidia.ko, nvidia-uvm, or one that is not for tenants, as whoever current is. */
int gw_nv_open(struct inode *inode, struct file *filp, gw_nv_open_fn original);
int gw_nv_open_uvm(struct inode *inode, struct file *filp, gw_nv_open_fn original);
int gw_nv_open_closed(struct inode *inode, struct file *filp, gw_nv_open_fn original);
int gw_nv_release(struct inode *inode, struct file *filp, gw_nv_open_fn original);

/* --- ioctl.c: requests on nvidiactl and GPU nodes ------------------------------------- */

long gw_nv_ioctl(struct file *filp, unsigned int cmd, unsigned long arg, gw_nv_ioctl_fn original);
/*
 * A request reached RM without a record of bounce.h: has a tenant brought it round our checks? Asked
 * as in an NMI; @outer is the driver's own copy of @size bytes.
 */
bool gw_nv_came_round(u32 nr, u32 size, const void *outer);

/* --- reply.c: answers that are rewritten --------------------------------------------------- */

struct gw_nv_effect;
struct gw_pin;

/*
 * For every request: pin what its answer will be in besides, or withhold it. 0; > 0: the driver's
 * status to answer; -ENOMEM.
 */
int gw_nv_look_before(struct gw_pin *p, const struct gw_nv_effect *e);
/* Rewrite it: the driver has answered, to a request with a file of @f's (NULL: nobody's). */
void gw_nv_look_after(struct gw_file *f, struct gw_pin *p, const struct gw_nv_effect *e);

#endif /* _GW_NV_H */
