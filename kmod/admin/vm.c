// SPDX-License-Identifier: GPL-2.0-only
/*
 * VMs and models: the tables an admin fills. Owns their memory and names. Must not wait for
 * programs, nor know GPUs or files: that is job.c, gpu.c, file.c. Accelerators are accel.c's.
 */
#include "object/types.h"
#include "object/binding.h"
#include "base/event.h"
#include "object/group.h"
#include "job/job.h"
#include "account/usage_totals.h"

#include <linux/hashtable.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/stringhash.h>

DEFINE_MUTEX(gw_admin);
u32 gw_admin_generation = 1;
LIST_HEAD(gw_models);
DEFINE_XARRAY_ALLOC1(gw_vms);
u32 gw_nr_vms;

static DEFINE_HASHTABLE(names, 12);	/* gw_admin; gw_vm.name_link */
static u32 nr_models;
static u32 next_vm_id;

static u32 name_hash(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

void gw_admin_changed(void)
{
	lockdep_assert_held(&gw_admin);
	gw_admin_generation++;
	if (!gw_admin_generation)	/* 0 would mean "no generation" in a dump */
		gw_admin_generation = 1;
}

bool gw_name_is_valid(const char *name)
{
	size_t i, len = strnlen(name, GPUWARD_NAME_LEN);

	if (!len || len == GPUWARD_NAME_LEN || name[0] == ' ' || name[len - 1] == ' ')
		return false;
	for (i = 0; i < len; i++)
		if ((u8)name[i] < ' ' || name[i] == 0x7f || name[i] == '/')
			return false;
	return true;
}

/* --- models ----------------------------------------------------------------------- */

struct gw_model *gw_model_find(const char *name)
{
	struct gw_model *m;

	lockdep_assert_held(&gw_admin);
	list_for_each_entry(m, &gw_models, link)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

int gw_model_check(u64 memory_bytes, u32 nr_gpus)
{
	if (!nr_gpus || nr_gpus > GPUWARD_MAX_PLACED || !memory_bytes)
		return -EINVAL;
	return div_u64(memory_bytes, nr_gpus) * nr_gpus == memory_bytes ? 0 : -EINVAL;
}

int gw_model_add(const char *name, u64 memory_bytes, u32 nr_gpus)
{
	struct gw_model *m;
	int ret = gw_model_check(memory_bytes, nr_gpus);

	lockdep_assert_held(&gw_admin);
	if (ret || !gw_name_is_valid(name))
		return -EINVAL;
	if (gw_model_find(name))
		return -EEXIST;
	if (nr_models == GW_MAX_MODELS)
		return -ENOSPC;
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	strscpy(m->name, name, sizeof(m->name));
	m->memory_bytes = memory_bytes;
	m->nr_gpus = nr_gpus;
	list_add_tail(&m->link, &gw_models);
	nr_models++;
	gw_admin_changed();
	return 0;
}

/* The accelerators of @m, kvfree() them; NULL: no memory. */
static struct gw_accel **accels_of(const struct gw_model *m, u32 *nr)
{
	struct gw_accel **accels = kvcalloc(max(m->nr_accels, 1u), sizeof(*accels), GFP_KERNEL);
	struct gw_accel *a;
	struct gw_vm *vm;
	unsigned long id;
	u32 i;

	*nr = 0;
	if (!accels)
		return NULL;
	xa_for_each(&gw_vms, id, vm)
		gw_for_each_accel(vm, i, a)
			if (a->model == m && !WARN_ON_ONCE(*nr == m->nr_accels))
				accels[(*nr)++] = a;
	return accels;
}

/* An accelerator that is idle now may start at any time: it takes what it finds. */
static bool is_idle(struct gw_accel *const *accels, u32 nr)
{
	struct gw_accel_load load;
	u32 i;

	for (i = 0; i < nr; i++) {
		gw_accel_load(accels[i], &load);
		if (load.state != GPUWARD_ACCEL_IDLE && load.state != GPUWARD_ACCEL_PENDING &&
		    load.state != GPUWARD_ACCEL_RESERVED)
			return false;
	}
	return true;
}

int gw_model_set(struct gw_model *m, u64 memory_bytes, u32 nr_gpus, struct gw_place_limit *where)
{
	struct gw_accel **accels;
	u32 i, nr;
	int ret = 0;

	lockdep_assert_held(&gw_admin);
	*where = (struct gw_place_limit){ };
	if (gw_model_check(memory_bytes, nr_gpus))
		return -EINVAL;
	accels = accels_of(m, &nr);
	if (!accels)
		return -ENOMEM;
	if (nr_gpus == m->nr_gpus)
		ret = gw_place_resize(accels, nr, div_u64(memory_bytes, nr_gpus), where);
	else if (!is_idle(accels, nr))
		ret = -EBUSY;
	if (!ret) {
		m->memory_bytes = memory_bytes;
		m->nr_gpus = nr_gpus;
		for (i = 0; i < nr; i++)
			gw_accel_apply_model(accels[i], false);
		gw_admin_changed();
	}
	kvfree(accels);
	return ret;
}

int gw_model_del(struct gw_model *m)
{
	lockdep_assert_held(&gw_admin);
	if (m->nr_accels)
		return -EBUSY;
	list_del(&m->link);
	nr_models--;
	kfree(m);
	gw_admin_changed();
	return 0;
}

/* --- VMs ---------------------------------------------------------------------------- */

struct gw_vm *gw_vm_find(u32 id)
{
	lockdep_assert_held(&gw_admin);
	return xa_load(&gw_vms, id);
}

struct gw_vm *gw_vm_find_name(const char *name)
{
	struct gw_vm *vm;

	lockdep_assert_held(&gw_admin);
	hash_for_each_possible(names, vm, name_link, name_hash(name))
		if (!strcmp(vm->name, name))
			return vm;
	return NULL;
}

static void make_token(char *token)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	u8 random[32];		/* 6 bits of each: 192 bits */
	size_t i;

	get_random_bytes(random, sizeof(random));
	for (i = 0; i < sizeof(random); i++)
		token[i] = digits[random[i] & 63];
	token[i] = '\0';
	memzero_explicit(random, sizeof(random));
}

static int config_check(const struct gw_vm_config *cfg)
{
	if ((cfg->set & GW_VM_SET_CLASS) && cfg->class > GPUWARD_CLASS_DEDICATED)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_PRIORITY) && abs(cfg->priority) > GW_MAX_PRIORITY)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_WAIT) && cfg->wait > GPUWARD_WAIT_TIMEOUT)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_WAIT_MS) && !cfg->wait_ms)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_QUOTA) && cfg->quota > GPUWARD_QUOTA_UNLIMITED)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_MANAGED) && cfg->managed > GPUWARD_MANAGED_IGNORE)
		return -EINVAL;
	if ((cfg->set & GW_VM_SET_MAX_ACCELS) &&
	    (!cfg->max_accels || cfg->max_accels > GW_MAX_ACCELS))
		return -EINVAL;
	return 0;
}

static int config_check_wait(const struct gw_vm *vm, const struct gw_vm_config *cfg)
{
	u32 wait = cfg->set & GW_VM_SET_WAIT ? cfg->wait : vm->wait;
	u32 wait_ms = cfg->set & GW_VM_SET_WAIT_MS ? cfg->wait_ms : vm->wait_ms;

	return wait == GPUWARD_WAIT_TIMEOUT && !wait_ms ? -EINVAL : 0;
}

static void config_apply(struct gw_vm *vm, const struct gw_vm_config *cfg)
{
	if (cfg->set & GW_VM_SET_CLASS)
		vm->class = cfg->class;
	if (cfg->set & GW_VM_SET_PRIORITY)
		vm->priority = cfg->priority;
	if (cfg->set & GW_VM_SET_WAIT_MS)
		WRITE_ONCE(vm->wait_ms, cfg->wait_ms);
	if (cfg->set & GW_VM_SET_WAIT)
		WRITE_ONCE(vm->wait, cfg->wait);
	if (cfg->set & GW_VM_SET_MAX_ACCELS)
		vm->max_accels = cfg->max_accels;
	if (cfg->set & GW_VM_SET_QUOTA)
		WRITE_ONCE(vm->quota, cfg->quota);
	if (cfg->set & GW_VM_SET_MANAGED)
		WRITE_ONCE(vm->managed, cfg->managed);
}

static struct gw_vm *vm_alloc(const char *name)
{
	struct gw_vm *vm = kzalloc(sizeof(*vm), GFP_KERNEL);

	if (!vm)
		return NULL;
	refcount_set(&vm->ref, 1);
	strscpy(vm->name, name, sizeof(vm->name));
	vm->class = GPUWARD_CLASS_ON_DEMAND;
	vm->max_accels = 5;
	spin_lock_init(&vm->report_lock);
	INIT_LIST_HEAD(&vm->totals);
	make_token(vm->token);
	return vm;
}

struct gw_vm *gw_vm_add(const struct gw_vm_config *cfg)
{
	struct gw_model *m;
	struct gw_vm *vm;
	int ret;

	lockdep_assert_held(&gw_admin);
	if (!gw_name_is_valid(cfg->name) || config_check(cfg))
		return ERR_PTR(-EINVAL);
	if (gw_vm_find_name(cfg->name))
		return ERR_PTR(-EEXIST);
	m = gw_model_find(cfg->model);
	if (!m)
		return ERR_PTR(-ENOENT);
	vm = vm_alloc(cfg->name);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	ret = config_check_wait(vm, cfg);
	if (ret)
		goto err_vm;
	config_apply(vm, cfg);
	vm->groups = cfg->groups;
	ret = PTR_ERR_OR_ZERO(gw_accel_add(vm, 0, m));
	if (ret)
		goto err_vm;
	ret = xa_alloc_cyclic(&gw_vms, &vm->id, vm, XA_LIMIT(1, INT_MAX), &next_vm_id, GFP_KERNEL);
	if (ret < 0)
		goto err_accel;
	hash_add(names, &vm->name_link, name_hash(vm->name));
	gw_nr_vms++;
	gw_accel_apply_model(vm->accels[0], false);	/* now that it has a number it may be set aside */
	gw_admin_changed();
	return vm;

err_accel:
	m->nr_accels--;
	kfree(vm->accels[0]);
err_vm:
	kfree(vm);
	return ERR_PTR(ret);
}

int gw_vm_set(struct gw_vm *vm, const struct gw_vm_config *cfg, struct gw_place_limit *where)
{
	struct gw_accel *a;
	int ret = 0;
	u32 i;

	lockdep_assert_held(&gw_admin);
	if (config_check(cfg) || config_check_wait(vm, cfg))
		return -EINVAL;
	*where = (struct gw_place_limit){ };
	if ((cfg->set & GW_VM_SET_MAX_ACCELS) && cfg->max_accels < vm->nr_accels)
		return -EBUSY;
	if ((cfg->set & GW_VM_SET_CLASS) && cfg->class != vm->class)
		ret = gw_place_set_class(vm, cfg->class, where);
	if (ret)
		return ret;
	config_apply(vm, cfg);
	if (cfg->set & GW_VM_SET_PRIORITY)
		gw_for_each_accel(vm, i, a)
			gw_accel_apply_model(a, false);
	gw_admin_changed();
	return 0;
}

/*
 * No process may open files of @vm from now on, unless one has some: -EBUSY, and none is turned
 * away for it.
 */
static int vm_close_doors(struct gw_vm *vm, bool force, struct gw_blame *blame)
{
	struct gw_accel *a;
	bool busy = false;
	u32 i;

	gw_for_each_accel(vm, i, a) {
		if (busy)
			break;
		mutex_lock(&a->lock);	/* gw_proc_open() looks at is_dead under it */
		busy = !force && (gw_job_blame(a, blame) || gw_proc_blame(a, blame));
		if (!busy)
			WRITE_ONCE(vm->is_dead, true);
		mutex_unlock(&a->lock);
	}
	if (busy)
		WRITE_ONCE(vm->is_dead, false);
	return busy ? -EBUSY : 0;
}

int gw_vm_del(struct gw_vm *vm, bool force, struct gw_blame *blame)
{
	int ret = vm_close_doors(vm, force, blame);
	struct gw_accel *a;
	u32 i;

	lockdep_assert_held(&gw_admin);
	if (ret)
		return ret;
	gw_bind_del_vm(vm);
	gw_for_each_accel(vm, i, a) {
		gw_job_end_all(a, false);
		gw_place_retire(a);
		a->model->nr_accels--;
		a->model = NULL;	/* what is placed keeps its own figures */
	}
	hash_del(&vm->name_link);
	xa_erase(&gw_vms, vm->id);
	gw_nr_vms--;
	gw_admin_changed();
	gw_vm_put(vm);
	return 0;
}

int gw_vm_set_token(struct gw_vm *vm, const char *token)
{
	size_t i, len = strnlen(token, GPUWARD_TOKEN_LEN);
	struct gw_vm *other;
	unsigned long id;

	lockdep_assert_held(&gw_admin);
	if (len < 8 || len == GPUWARD_TOKEN_LEN)
		return -EINVAL;
	for (i = 0; i < len; i++)
		if (token[i] <= ' ' || token[i] >= 0x7f)
			return -EINVAL;
	xa_for_each(&gw_vms, id, other)
		if (other != vm && !strcmp(other->token, token))
			return -EEXIST;
	strscpy_pad(vm->token, token, sizeof(vm->token));
	return 0;
}

void gw_vm_get(struct gw_vm *vm)
{
	refcount_inc(&vm->ref);
}

/* After a grace period: bindings are followed to their VM under RCU. */
static void vm_free(struct rcu_head *rcu)
{
	struct gw_vm *vm = container_of(rcu, struct gw_vm, rcu);
	u32 i;

	for (i = 0; i < vm->nr_slots; i++)
		kfree(vm->accels[i]);
	memzero_explicit(vm->token, sizeof(vm->token));
	kfree(vm);
}

void gw_vm_put(struct gw_vm *vm)
{
	if (!refcount_dec_and_test(&vm->ref))
		return;
	gw_totals_vm_gone(vm);
	call_rcu(&vm->rcu, vm_free);
}

int gw_vm_init(void)
{
	static const struct { const char *name; u32 gib, nr_gpus; } models[] = {
		{ "small.16gb", 16, 1 },	{ "medium.32gb", 32, 1 },
		{ "large.48gb", 48, 1 },	{ "large.64gb", 64, 1 },
		{ "xlarge.96gb", 96, 2 },	{ "2xlarge.192gb", 192, 4 },
		{ "3xlarge.288gb", 288, 6 },	{ "4xlarge.384gb", 384, 8 },
	};
	size_t i;
	int ret = 0;

	mutex_lock(&gw_admin);
	for (i = 0; i < ARRAY_SIZE(models) && !ret; i++)
		ret = gw_model_add(models[i].name, (u64)models[i].gib << 30, models[i].nr_gpus);
	mutex_unlock(&gw_admin);
	if (ret)
		gw_vm_exit();
	return ret;
}

void gw_vm_exit(void)
{
	struct gw_model *m, *next;
	struct gw_blame blame = { };
	struct gw_vm *vm;
	unsigned long id;

	mutex_lock(&gw_admin);
	xa_for_each(&gw_vms, id, vm)
		WARN_ON_ONCE(gw_vm_del(vm, false, &blame));
	list_for_each_entry_safe(m, next, &gw_models, link)
		WARN_ON_ONCE(gw_model_del(m));
	mutex_unlock(&gw_admin);
	rcu_barrier();		/* vm_free() is our text */
	gw_group_exit();
	xa_destroy(&gw_vms);
}
