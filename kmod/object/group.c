// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of models and of GPUs, and who is in them. Owns their names and bits. Must not place
 * anything: it tells the pool which groups an accelerator may use.
 */
#include "object/group.h"
#include "placement/pool.h"

#include <linux/slab.h>

#define DEFAULT_BIT 0

static struct gw_group default_groups[2] = {
	{ .name = "default", .kind = GPUWARD_GROUP_MODEL, .bit = DEFAULT_BIT },
	{ .name = "default", .kind = GPUWARD_GROUP_GPU, .bit = DEFAULT_BIT },
};

/* gw_admin; by kind, then bit */
static struct gw_group *groups[2][GW_MAX_GROUPS] = {
	{ &default_groups[0] }, { &default_groups[1] },
};

static struct gw_group **table(u32 kind)
{
	lockdep_assert_held(&gw_admin);
	return groups[kind == GPUWARD_GROUP_GPU];
}

static u64 effective(u64 mask)
{
	return mask ?: BIT_ULL(DEFAULT_BIT);
}

struct gw_group *gw_group_next(u32 kind, u32 bit)
{
	for (; bit < GW_MAX_GROUPS; bit++)
		if (table(kind)[bit])
			return table(kind)[bit];
	return NULL;
}

struct gw_group *gw_group_find(u32 kind, const char *name)
{
	struct gw_group *g;
	u32 bit = 0;

	for (; (g = gw_group_next(kind, bit)); bit = g->bit + 1)
		if (!strcmp(g->name, name))
			return g;
	return NULL;
}

int gw_group_add(u32 kind, const char *name)
{
	struct gw_group *g;
	u32 bit = 0;

	if (!gw_name_is_valid(name))
		return -EINVAL;
	if (gw_group_find(kind, name))
		return -EEXIST;
	while (bit < GW_MAX_GROUPS && table(kind)[bit])
		bit++;
	if (bit == GW_MAX_GROUPS)
		return -ENOSPC;
	g = kzalloc(sizeof(*g), GFP_KERNEL);
	if (!g)
		return -ENOMEM;
	strscpy(g->name, name, sizeof(g->name));
	g->kind = kind;
	g->bit = bit;
	table(kind)[bit] = g;
	gw_admin_changed();
	return 0;
}

int gw_group_rename(struct gw_group *g, const char *name)
{
	struct gw_group *other = gw_group_find(g->kind, name);

	if (!gw_name_is_valid(name))
		return -EINVAL;
	if (other && other != g)
		return -EEXIST;
	strscpy_pad(g->name, name, sizeof(g->name));
	gw_admin_changed();
	return 0;
}

/* --- who is in it ------------------------------------------------------------------------- */

void gw_group_count(const struct gw_group *g, u32 *nr_members, u32 *nr_vms)
{
	struct gw_model *m;
	struct gw_vm *vm;
	unsigned long id;

	*nr_vms = 0;
	if (g->kind == GPUWARD_GROUP_GPU) {
		*nr_members = gw_gpu_count_groups(BIT_ULL(g->bit));
		return;
	}
	*nr_members = 0;
	list_for_each_entry(m, &gw_models, link)
		*nr_members += !!(m->groups & BIT_ULL(g->bit));
	xa_for_each(&gw_vms, id, vm)
		*nr_vms += !!(vm->groups & BIT_ULL(g->bit));
}

static bool is_placed_on(const struct gw_group *g)
{
	struct gw_group *other;
	u32 bit = 0;

	if (g->kind != GPUWARD_GROUP_GPU)
		return false;
	for (; (other = gw_group_next(GPUWARD_GROUP_MODEL, bit)); bit = other->bit + 1)
		if (other->gpu_groups & BIT_ULL(g->bit))
			return true;
	return false;
}

int gw_group_del(struct gw_group *g)
{
	u32 nr_members, nr_vms;

	if (g->bit == DEFAULT_BIT)
		return -EINVAL;
	gw_group_count(g, &nr_members, &nr_vms);
	if (nr_members || nr_vms || is_placed_on(g))
		return -EBUSY;
	table(g->kind)[g->bit] = NULL;
	kfree(g);
	gw_admin_changed();
	return 0;
}

static int change(u64 *mask, const struct gw_group *g, bool joins)
{
	if (joins == !!(*mask & BIT_ULL(g->bit)))
		return joins ? -EEXIST : -ENOENT;
	*mask ^= BIT_ULL(g->bit);
	return 0;
}

static int change_gpu(u32 minor, const struct gw_group *g, bool joins)
{
	u64 mask;
	int ret = gw_gpu_get_groups(minor, &mask);

	if (!ret)
		ret = change(&mask, g, joins);
	if (!ret)
		ret = gw_gpu_set_groups(minor, mask);	/* ENOENT: it went just now */
	return ret;
}

/* Accelerators whose model or VM is concerned; all, for that is rare. */
static void apply_all(void)
{
	struct gw_accel *a;
	struct gw_vm *vm;
	unsigned long id;
	u32 i;

	xa_for_each(&gw_vms, id, vm)
		gw_for_each_accel(vm, i, a)
			gw_accel_apply_model(a, false);
	gw_pool_recheck();
}

int gw_group_join(struct gw_group *g, const struct gw_member *m, bool joins)
{
	int ret;

	lockdep_assert_held(&gw_admin);
	if (m->has_gpu != (g->kind == GPUWARD_GROUP_GPU))
		return -EINVAL;
	if (m->has_gpu)
		ret = change_gpu(m->gpu, g, joins);
	else if (m->gpu_group)
		ret = change(&g->gpu_groups, m->gpu_group, joins);
	else
		ret = change(m->vm ? &m->vm->groups : &m->model->groups, g, joins);
	if (ret)
		return ret;
	gw_admin_changed();
	if (!m->has_gpu)
		apply_all();
	return 0;
}

u64 gw_group_gpus(const struct gw_vm *vm, const struct gw_model *m)
{
	u64 common = effective(vm->groups) & effective(m->groups), gpus = 0;
	struct gw_group *g;
	u32 bit = 0;

	for (; common && (g = gw_group_next(GPUWARD_GROUP_MODEL, bit)); bit = g->bit + 1)
		if (common & BIT_ULL(g->bit))
			gpus |= effective(g->gpu_groups);
	return gpus;
}

const char *gw_group_of_model(const struct gw_model *m)
{
	return table(GPUWARD_GROUP_MODEL)[__ffs64(effective(m->groups))]->name;
}

void gw_group_exit(void)
{
	u32 kind, bit;

	for (kind = 0; kind < 2; kind++) {
		for (bit = DEFAULT_BIT + 1; bit < GW_MAX_GROUPS; bit++) {
			kfree(groups[kind][bit]);
			groups[kind][bit] = NULL;
		}
	}
}
