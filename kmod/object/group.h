/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Groups: which models a VM may choose (model groups), on which GPUs a model may be placed (GPU
 * groups). A set of groups is a mask, a bit each; what is in none of its own is in the default
 * one, bit 0, so that a host that uses no groups has one of each with everything in it.
 *
 *	VM, model -> model groups;  model group -> GPU groups;  GPU -> GPU groups
 *
 * A VM may choose a model when both are in one model group; that group's GPU groups are where it
 * may be placed.
 */
#ifndef _GW_GROUP_H
#define _GW_GROUP_H

#include "object/types.h"

#define GW_MAX_GROUPS 64		/* of each kind, the default one included */

struct gw_group {
	/* gw_admin: */
	char name[GPUWARD_NAME_LEN];
	u32 kind;			/* const; enum gpuward_group_kind */
	u32 bit;			/* const */
	u64 gpu_groups;			/* of a model group; 0: the default one */
};

/* What joins or leaves a group; one of them is given. */
struct gw_member {
	struct gw_vm *vm;
	struct gw_model *model;
	struct gw_group *gpu_group;	/* of a model group: a GPU group to place on */
	bool has_gpu;
	u32 gpu;			/* minor */
};

/* gw_admin held by all below. */
struct gw_group *gw_group_find(u32 kind, const char *name);
/* The group of that kind with bit @bit or the next above, NULL when there is none. */
struct gw_group *gw_group_next(u32 kind, u32 bit);
int gw_group_add(u32 kind, const char *name);	/* EINVAL name, EEXIST, ENOSPC, ENOMEM */
int gw_group_rename(struct gw_group *g, const char *name);	/* EINVAL, EEXIST */
/* EINVAL the default one; EBUSY something is in it, or it is placed on */
int gw_group_del(struct gw_group *g);
/* EINVAL of another kind; ENOENT no such GPU, or it is not in; EEXIST it is in */
int gw_group_join(struct gw_group *g, const struct gw_member *m, bool joins);
/* How many models or GPUs, and VMs, were put into @g by name? */
void gw_group_count(const struct gw_group *g, u32 *nr_members, u32 *nr_vms);

/* Where may @vm's accelerators of model @m be placed: a mask of GPU groups, 0: @vm may not have it. */
u64 gw_group_gpus(const struct gw_vm *vm, const struct gw_model *m);
/* A model group of @m, to name it to someone who is in none of them. */
const char *gw_group_of_model(const struct gw_model *m);

void gw_group_exit(void);

#endif /* _GW_GROUP_H */
