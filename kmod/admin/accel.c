// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accelerators as a VM or an admin sets them up: adding, removing, their model and settings.
 * Owns their memory. Must not wait for programs: one that is in use is refused, by name.
 */
#include "base/event.h"
#include "object/group.h"
#include "job/job.h"
#include "object/types.h"

#include <linux/slab.h>

void gw_accel_apply_model(struct gw_accel *a, bool give_back)
{
	const struct gw_place_terms terms = {
		.nr_gpus = a->model->nr_gpus,
		.bytes_per_gpu = div_u64(a->model->memory_bytes, a->model->nr_gpus),
		.groups = gw_group_gpus(a->vm, a->model),
		.class = a->vm->class,
		.priority = a->vm->priority,
	};

	gw_place_update(a, &terms, give_back);
}

/* --- adding and removing --------------------------------------------------------------- */

static struct gw_accel *slot_alloc(struct gw_vm *vm, u32 index)
{
	struct gw_accel *a = kzalloc(sizeof(*a), GFP_KERNEL);

	if (!a)
		return NULL;
	a->vm = vm;
	a->index = index;
	a->is_gone = true;
	mutex_init(&a->lock);
	gw_lease_init(&a->lease, 1, GW_MAX_WAITERS);
	INIT_LIST_HEAD(&a->procs);
	gw_want_init(&a->want);
	gw_account_init(&a->account);
	init_waitqueue_head(&a->place_wq);
	INIT_LIST_HEAD(&a->cleaning_link);
	INIT_LIST_HEAD(&a->evict.link);
	INIT_LIST_HEAD(&a->evict.safe_link);
	return a;
}

/* The lowest index that no accelerator has; GW_MAX_ACCELS: none. */
static u32 lowest_free(const struct gw_vm *vm)
{
	u32 i;

	for (i = 0; i < GW_MAX_ACCELS && gw_accel_of(vm, i); i++)
		;
	return i;
}

static void slot_fill(struct gw_accel *a, struct gw_model *m)
{
	mutex_lock(&a->lock);
	memset(a->name, 0, sizeof(a->name));
	snprintf(a->name, sizeof(a->name), a->index ? "AI Accelerator %u" : "AI Accelerator",
		 a->index);
	a->program = GPUWARD_PROGRAM_AUTO;
	gw_lease_set_max(&a->lease, 1);
	a->model = m;
	memcpy(a->model_name, m->name, sizeof(a->model_name));
	m->nr_accels++;
	gw_accel_apply_model(a, false);
	a->is_gone = false;
	mutex_unlock(&a->lock);
}

/* What was removed stays in its slot for the next one: programs may just be about to open it. */
struct gw_accel *gw_accel_add(struct gw_vm *vm, u32 index, struct gw_model *m)
{
	struct gw_accel *a;

	lockdep_assert_held(&gw_admin);
	if (vm->is_dead)
		return ERR_PTR(-ENOENT);
	if (!gw_group_gpus(vm, m))
		return ERR_PTR(-EPERM);
	if (vm->nr_accels >= vm->max_accels)
		return ERR_PTR(-ENOSPC);
	if (index == GW_NO_ACCEL)
		index = lowest_free(vm);
	if (index >= GW_MAX_ACCELS)
		return ERR_PTR(-EINVAL);
	if (gw_accel_of(vm, index))
		return ERR_PTR(-EEXIST);
	a = vm->accels[index] ?: slot_alloc(vm, index);
	if (!a)
		return ERR_PTR(-ENOMEM);
	slot_fill(a, m);
	smp_store_release(&vm->accels[index], a);	/* gw_proc_home() and bindings look without a lock */
	WRITE_ONCE(vm->nr_slots, max(vm->nr_slots, index + 1));
	WRITE_ONCE(vm->nr_accels, vm->nr_accels + 1);
	gw_admin_changed();
	return a;
}

/* Nobody is on @a, nor can come any more: gw_proc_open() looks at is_gone under its lock. */
static bool slot_empty(struct gw_accel *a, struct gw_blame *blame)
{
	bool is_free;

	mutex_lock(&a->lock);
	is_free = !gw_job_blame(a, blame) && !gw_proc_blame(a, blame) && !gw_account_is_busy(a);
	if (is_free) {
		gw_place_retire(a);
		a->is_gone = true;
	}
	mutex_unlock(&a->lock);
	return is_free;
}

int gw_accel_del(struct gw_accel *a, u32 *why, struct gw_blame *blame)
{
	struct gw_vm *vm = a->vm;
	u32 i;

	lockdep_assert_held(&gw_admin);
	if (vm->is_dead || a->is_gone)	/* the caller looked it up before */
		return -ENOENT;
	if (vm->nr_accels == 1)
		*why = GPUWARD_BUSY_LAST;
	else if (a->nr_bindings)
		*why = GPUWARD_BUSY_BOUND;
	else if (!slot_empty(a, blame))
		*why = blame->pid ? GPUWARD_BUSY_PROGRAM : GPUWARD_BUSY_MEMORY;
	else
		*why = 0;
	if (*why)
		return -EBUSY;
	a->model->nr_accels--;
	a->model = NULL;
	WRITE_ONCE(vm->nr_accels, vm->nr_accels - 1);
	if (vm->default_accel == a->index) {
		for (i = 0; !gw_accel_of(vm, i); i++)
			;
		smp_store_release(&vm->default_accel, i);
	}
	gw_admin_changed();
	return 0;
}

int gw_accel_set_default(struct gw_accel *a)
{
	lockdep_assert_held(&gw_admin);
	if (a->vm->is_dead || a->is_gone)
		return -ENOENT;
	smp_store_release(&a->vm->default_accel, a->index);
	gw_admin_changed();
	return 0;
}

/* --- settings --------------------------------------------------------------------------- */

int gw_accel_set_model(struct gw_accel *a, struct gw_model *m, struct gw_blame *blame)
{
	struct gw_proc *p;

	lockdep_assert_held(&gw_admin);
	if (a->vm->is_dead || a->is_gone)	/* the caller looked it up before */
		return -ENOENT;
	if (a->model == m)
		return 0;
	if (!gw_group_gpus(a->vm, m))
		return -EPERM;
	mutex_lock(&a->lock);
	if (gw_job_blame(a, blame) || gw_account_is_busy(a)) {
		mutex_unlock(&a->lock);
		return -EBUSY;
	}
	a->model->nr_accels--;
	m->nr_accels++;
	a->model = m;
	memcpy(a->model_name, m->name, sizeof(a->model_name));
	/* Those who only look lose their hold; they ask again when they claim. */
	list_for_each_entry(p, &a->procs, link)
		p->is_placer = false;
	gw_accel_apply_model(a, true);
	mutex_unlock(&a->lock);
	gw_admin_changed();
	return 0;
}

void gw_accel_set_name(struct gw_accel *a, const char *name)
{
	lockdep_assert_held(&gw_admin);
	mutex_lock(&a->lock);
	strscpy_pad(a->name, name, sizeof(a->name));
	mutex_unlock(&a->lock);
	gw_admin_changed();
}

void gw_accel_set_program(struct gw_accel *a, u32 program)
{
	lockdep_assert_held(&gw_admin);
	mutex_lock(&a->lock);
	a->program = program;
	mutex_unlock(&a->lock);
	gw_admin_changed();
}

void gw_accel_set_duplicable(struct gw_accel *a, u32 n)
{
	lockdep_assert_held(&gw_admin);
	mutex_lock(&a->lock);
	gw_lease_set_max(&a->lease, n);
	gw_job_grant(a);
	mutex_unlock(&a->lock);
	gw_admin_changed();
}
