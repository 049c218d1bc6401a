/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pinned arguments: the driver acts on, and answers into, a copy of a tenant's request that no
 * tenant can reach, the very bytes that were judged. It takes three things of the driver's:
 *
 *   rm_ioctl()			a probe turns its pointer to the outer struct to ours
 *   os_memcpy_from_user()	a pointer in it is a number that no address is: only our
 *				replacement can read from there, so that a missing one fails
 *   os_memcpy_to_user()	answers end in our copy; the caller gets them after the call
 *
 *	p = gw_pin_take(nr, size, arg);
 *	gw_pin_take_nested(p, at, len);
 *	... judge p->outer and p->nested.data, gates, books ...
 *	ret = gw_pin_call(p, filp, original);
 *	if (p->is_answered)	settle, from p->outer and p->nested.data only
 *	gw_pin_write_back(p);
 *	gw_pin_drop(p);
 *
 * A request that another thread changes meanwhile, or whose memory goes away, changes nothing of
 * this. All in the task that makes the request; nothing here takes a lock of job.h.
 */
#ifndef _GW_NV_PIN_H
#define _GW_NV_PIN_H

#include <linux/compiler.h>
#include <linux/list_nulls.h>
#include <linux/types.h>

struct file;

#define GW_PIN_OUTER_MAX	192	/* NVOS32, the largest that is pinned, has 184 */
#define GW_PIN_NESTED_MAX	56000	/* the largest block has 55888 */
#define GW_PIN_SMALL		256	/* blocks up to here stand in the record itself */

/* The driver's own answer to an address that cannot be read or written (nvstatus.h). */
#define GW_PIN_INVALID_ADDRESS	0x1e

typedef long (*gw_nv_ioctl_fn)(struct file *filp, unsigned int cmd, unsigned long arg);

/* A block that a pointer in another one leads to. */
struct gw_pin_block {
	u8 *data;			/* NULL: not pinned, or the caller's pointer is NULL */
	u32 len;
	u32 at;				/* offset of the pointer to it */
	u64 user;			/* the caller's pointer */
	u64 cookie;			/* what stands there for the driver */
	bool is_dirty;			/* to be written back: the driver wrote it, or you did */
	bool is_read;			/* the driver read it */
};

struct gw_pin {
	struct hlist_nulls_node node;	/* during the call, found by task */
	struct task_struct *task;	/* key; others may look at it at any time */
	u32 nr;				/* const: of the request, not the indirect form's */
	u32 size;			/* const: of the caller's outer struct */
	u64 arg;			/* const: where that is */
	bool is_answered;		/* RM ran, on our bytes: there may be objects; they are its answer */
	bool is_torn;			/* RM was called with another number or size: made to fail */
	struct gw_pin_block nested;	/* its pointer is in outer */
	struct gw_pin_block list;	/* its pointer is in nested.data */
	u32 small_used;
	/* What is copied to and from user space, together: */
	u8 outer[GW_PIN_OUTER_MAX] __aligned(8);
	u8 small[GW_PIN_SMALL] __aligned(8);
};

int gw_pin_init(void);
void gw_pin_exit(void);

/* Copy the outer struct: ERR_PTR(-EFAULT, -ENOMEM, -EINVAL larger than any that can be pinned). */
struct gw_pin *gw_pin_take(u32 nr, u32 size, u64 arg);
/*
 * Copy the block that the pointer at @at of outer (of nested.data) leads to: 0, -EFAULT, -ENOMEM,
 * -EINVAL. A NULL pointer, or @len 0: 0, and nothing is pinned. @len must be what the driver reads:
 * it is refused more.
 */
int gw_pin_take_nested(struct gw_pin *p, u32 at, u32 len);
int gw_pin_take_list(struct gw_pin *p, u32 at, u32 len);
/*
 * Let the driver answer. Returns what its ioctl returned, which may be an error though RM has
 * answered; -EPERM when the pins do not act, which is a fault of the host and is said in the log.
 */
long gw_pin_call(struct gw_pin *p, struct file *filp, gw_nv_ioctl_fn original);
/* Copy the answers to the caller, with its own pointers: 0, -EFAULT */
int gw_pin_write_back(struct gw_pin *p);
void gw_pin_drop(struct gw_pin *p);

/* Are arguments pinned at all? (module parameter pin_arguments) */
bool gw_pin_is_on(void);
/* Have pins failed to act of late? What it is; NULL: all is well. */
const char *gw_pin_fault(void);

/* Replacements of os_memcpy_from_user() and os_memcpy_to_user(), for tasks that have a record. */
bool gw_pin_is_wanted(void);
u32 gw_pin_copy_in(void *to, const void *from, u32 n);
u32 gw_pin_copy_out(void *to, const void *from, u32 n);

/* --- for attach.c ----------------------------------------------------------------------------- */

/* The driver's nvidia.ko is there: 0, -ENOENT no rm_ioctl(), -EBUSY, -ENOMEM, -EINVAL */
int gw_pin_install(void);
/* Before its text goes, with no pinned call in flight. Harmless when not installed. */
void gw_pin_remove(void);

#endif /* _GW_NV_PIN_H */
