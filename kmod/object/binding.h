/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bindings: cgroup v2 directory -> VM (and optionally one of its accelerators). The nearest
 * bound ancestor of a process's cgroup decides. Lookup is RCU only.
 */
#ifndef _GW_BIND_H
#define _GW_BIND_H

#include "object/types.h"

#include <linux/cgroup.h>
#include <linux/rhashtable-types.h>

struct gw_binding {
	struct rhash_head node;
	u64 cgroup_id;			/* key */
	u32 index;			/* in the table that dumps walk */
	struct cgroup *cgroup;		/* reference, dropped when the binding goes */
	struct gw_vm *vm;		/* reference, ditto */
	u32 accel;			/* index or GW_NO_ACCEL */
	struct rcu_head rcu;
};

int gw_bind_init(void);
void gw_bind_exit(void);

/* gw_admin held. @fd: open cgroup v2 directory in current's table. */
int gw_bind_add(int fd, struct gw_vm *vm, u32 accel);	/* EBADF, EEXIST, EINVAL root, ENOENT accel */
int gw_bind_del(u64 cgroup_id);				/* ENOENT */
int gw_bind_id_of_fd(int fd, u64 *id);			/* EBADF */
struct gw_binding *gw_bind_find(u64 cgroup_id);
void gw_bind_del_vm(struct gw_vm *vm);			/* all of one VM */
/* Was its cgroup removed? It goes by itself a few seconds later. */
bool gw_bind_is_dead(const struct gw_binding *b);
extern u32 gw_nr_bindings;
/* Calls fn for each binding from *@cursor on (0 to start) in a stable order, keeping *@cursor;
 * stops when fn returns non-zero and returns that. gw_admin held. */
int gw_bind_walk(unsigned long *cursor, int (*fn)(struct gw_binding *b, void *arg), void *arg);

/*
 * The accelerator that current's cgroup is bound to, NULL when unbound. The caller owns a
 * reference on accel->vm and drops it with gw_vm_put(). No lock needed, never sleeps.
 */
struct gw_accel *gw_bind_current(void);
/* Does current's binding leave it to its VM which accelerator that is? */
bool gw_bind_current_floats(void);
/* Does current's binding go with @a (NULL: is it unbound)? Takes no reference. */
bool gw_bind_current_is(const struct gw_accel *a);
/* Number of the cgroup whose binding decides for current, 0: it is unbound. */
u64 gw_bind_current_cgroup(void);
/*
 * Is @task one of @vm's: by its binding or, when there is none any more, since it is below @cgroup,
 * which was bound to it?
 */
bool gw_bind_is_inside(struct task_struct *task, const struct gw_vm *vm, u64 cgroup);
/* Is @task any VM's? */
bool gw_bind_is_tenant(struct task_struct *task);
/* Is there any binding at all? For the host's fast path. */
bool gw_bind_any(void);

#endif /* _GW_BIND_H */
