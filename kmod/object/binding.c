// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings, and the question asked at every open: whose is this process? Owns the table. Must
 * not sleep on lookup, nor hold anything but references on cgroups and VMs.
 */
#include "object/binding.h"

#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#define REAP_INTERVAL (5 * HZ)

static const struct rhashtable_params params = {
	.key_len = sizeof_field(struct gw_binding, cgroup_id),
	.key_offset = offsetof(struct gw_binding, cgroup_id),
	.head_offset = offsetof(struct gw_binding, node),
	.automatic_shrinking = true,
};

static struct rhashtable table;			/* by cgroup id, read under RCU */
static DEFINE_XARRAY_ALLOC1(bindings);		/* gw_admin; by index, for walks */
static u32 next_index;
u32 gw_nr_bindings;				/* gw_admin; READ_ONCE elsewhere */

static void reap_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(reaper, reap_work);	/* armed while there are bindings */

static void binding_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct gw_binding, rcu));
}

static void binding_del(struct gw_binding *b)
{
	lockdep_assert_held(&gw_admin);
	WARN_ON_ONCE(rhashtable_remove_fast(&table, &b->node, params));
	xa_erase(&bindings, b->index);
	WRITE_ONCE(gw_nr_bindings, gw_nr_bindings - 1);
	b->vm->nr_bindings--;
	if (b->accel != GW_NO_ACCEL)
		b->vm->accels[b->accel]->nr_bindings--;
	gw_admin_generation++;
	cgroup_put(b->cgroup);
	gw_vm_put(b->vm);
	call_rcu(&b->rcu, binding_free);
}

bool gw_bind_is_dead(const struct gw_binding *b)
{
	return !(READ_ONCE(b->cgroup->self.flags) & CSS_ONLINE);
}

int gw_bind_add(int fd, struct gw_vm *vm, u32 accel)
{
	struct gw_binding *b;
	struct cgroup *cgrp;
	int ret;

	lockdep_assert_held(&gw_admin);
	if (accel != GW_NO_ACCEL && !gw_accel_of(vm, accel))
		return -ENOENT;
	cgrp = cgroup_get_from_fd(fd);
	if (IS_ERR(cgrp))
		return -EBADF;
	ret = -EINVAL;
	if (!cgroup_parent(cgrp))
		goto err_cgroup;
	ret = -ENOMEM;
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		goto err_cgroup;
	b->cgroup_id = cgroup_id(cgrp);
	b->cgroup = cgrp;
	b->vm = vm;
	b->accel = accel;
	ret = xa_alloc_cyclic(&bindings, &b->index, b, XA_LIMIT(1, INT_MAX), &next_index, GFP_KERNEL);
	if (ret < 0)
		goto err_binding;
	gw_vm_get(vm);
	ret = rhashtable_lookup_insert_fast(&table, &b->node, params);
	if (ret)
		goto err_index;
	vm->nr_bindings++;
	if (accel != GW_NO_ACCEL)
		vm->accels[accel]->nr_bindings++;
	WRITE_ONCE(gw_nr_bindings, gw_nr_bindings + 1);
	gw_admin_generation++;
	schedule_delayed_work(&reaper, REAP_INTERVAL);
	return 0;

err_index:
	gw_vm_put(vm);
	xa_erase(&bindings, b->index);
err_binding:
	kfree(b);
err_cgroup:
	cgroup_put(cgrp);
	return ret;
}

struct gw_binding *gw_bind_find(u64 cgroup_id)
{
	lockdep_assert_held(&gw_admin);
	return rhashtable_lookup_fast(&table, &cgroup_id, params);
}

int gw_bind_del(u64 cgroup_id)
{
	struct gw_binding *b = gw_bind_find(cgroup_id);

	if (!b)
		return -ENOENT;
	binding_del(b);
	return 0;
}

int gw_bind_id_of_fd(int fd, u64 *id)
{
	struct cgroup *cgrp = cgroup_get_from_fd(fd);

	if (IS_ERR(cgrp))
		return -EBADF;
	*id = cgroup_id(cgrp);
	cgroup_put(cgrp);
	return 0;
}

void gw_bind_del_vm(struct gw_vm *vm)
{
	struct gw_binding *b;
	unsigned long index;

	lockdep_assert_held(&gw_admin);
	if (!vm->nr_bindings)
		return;
	xa_for_each(&bindings, index, b)
		if (b->vm == vm)
			binding_del(b);
}

/* The kernel tells no module of a cgroup's removal: look from time to time. */
static void reap_work(struct work_struct *work)
{
	struct gw_binding *b;
	unsigned long index;

	mutex_lock(&gw_admin);
	xa_for_each(&bindings, index, b)
		if (gw_bind_is_dead(b))
			binding_del(b);
	if (gw_nr_bindings)
		schedule_delayed_work(&reaper, REAP_INTERVAL);
	mutex_unlock(&gw_admin);
}

int gw_bind_walk(unsigned long *cursor, int (*fn)(struct gw_binding *b, void *arg), void *arg)
{
	struct gw_binding *b;
	unsigned long index;
	int ret;

	lockdep_assert_held(&gw_admin);
	xa_for_each_start(&bindings, index, b, *cursor) {
		*cursor = index;
		ret = fn(b, arg);
		if (ret)
			return ret;
		*cursor = index + 1;
	}
	return 0;
}

/* The nearest bound ancestor of a task's cgroup. */
static struct gw_binding *nearest_of(struct task_struct *task)
{
	struct cgroup *cgrp;
	struct gw_binding *b;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "gw_bind: nearest_of() needs RCU");
	for (cgrp = task_dfl_cgroup(task); cgrp; cgrp = cgroup_parent(cgrp)) {
		u64 id = cgroup_id(cgrp);

		b = rhashtable_lookup(&table, &id, params);
		if (b)
			return b;
	}
	return NULL;
}

/* Also right for io_uring's workers: they are threads of the process that submitted. */
static struct gw_binding *nearest(void)
{
	return nearest_of(current);
}

static struct gw_accel *binding_accel(const struct gw_binding *b)
{
	/* Pairs with the release in accel.c: the entry is filled before the index tells of it. */
	u32 index = b->accel == GW_NO_ACCEL ? smp_load_acquire(&b->vm->default_accel) : b->accel;

	return b->vm->accels[index];
}

struct gw_accel *gw_bind_current(void)
{
	struct gw_accel *a = NULL;
	struct gw_binding *b;

	if (!gw_bind_any())
		return NULL;
	rcu_read_lock();
	b = nearest();
	/* A VM whose last reference goes right now has lost this binding first. */
	if (b && refcount_inc_not_zero(&b->vm->ref))
		a = binding_accel(b);
	rcu_read_unlock();
	return a;
}

bool gw_bind_current_floats(void)
{
	struct gw_binding *b;
	bool floats;

	rcu_read_lock();
	b = nearest();
	floats = b && b->accel == GW_NO_ACCEL;
	rcu_read_unlock();
	return floats;
}

bool gw_bind_current_is(const struct gw_accel *a)
{
	struct gw_binding *b;
	bool same;

	if (!gw_bind_any())
		return !a;
	rcu_read_lock();
	b = nearest();
	if (!a || !b)
		same = !a && !b;
	else	/* a binding without an accelerator of its own goes with any of its VM */
		same = b->vm == a->vm && (b->accel == GW_NO_ACCEL || b->accel == a->index);
	rcu_read_unlock();
	return same;
}

u64 gw_bind_current_cgroup(void)
{
	struct gw_binding *b;
	u64 id;

	if (!gw_bind_any())
		return 0;
	rcu_read_lock();
	b = nearest();
	id = b ? b->cgroup_id : 0;
	rcu_read_unlock();
	return id;
}

bool gw_bind_is_inside(struct task_struct *task, const struct gw_vm *vm, u64 cgroup)
{
	struct gw_binding *b;
	struct cgroup *cgrp;
	bool is_inside;

	rcu_read_lock();
	b = nearest_of(task);
	is_inside = b && b->vm == vm;
	if (!b && cgroup)
		for (cgrp = task_dfl_cgroup(task); cgrp && !is_inside; cgrp = cgroup_parent(cgrp))
			is_inside = cgroup_id(cgrp) == cgroup;
	rcu_read_unlock();
	return is_inside;
}

bool gw_bind_is_tenant(struct task_struct *task)
{
	bool is;

	rcu_read_lock();
	is = nearest_of(task);
	rcu_read_unlock();
	return is;
}

bool gw_bind_any(void)
{
	return READ_ONCE(gw_nr_bindings);
}

int gw_bind_init(void)
{
	return rhashtable_init(&table, &params);
}

void gw_bind_exit(void)
{
	struct gw_binding *b;
	unsigned long index;

	mutex_lock(&gw_admin);
	xa_for_each(&bindings, index, b)
		binding_del(b);
	mutex_unlock(&gw_admin);
	cancel_delayed_work_sync(&reaper);	/* not armed again: there is no binding */
	rcu_barrier();		/* binding_free() is our text */
	rhashtable_destroy(&table);
	xa_destroy(&bindings);
}
