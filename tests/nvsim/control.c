// SPDX-License-Identifier: GPL-2.0-only
/*
 * control.c - RM_CONTROL: finds the control, fetches its block late, runs it, writes the block
 * back.
 * Owns: the checks common to all controls, in the real driver's order. Must not: know any single
 * control.
 */
#include "nvsim.h"

#include <linux/slab.h>

#define FLAG_IRQL	1
#define FLAG_BYPASS	2
#define FLAG_FINN	4
#define LIST_MAX	512

static const struct nvsim_control *const families[] = { nvsim_controls_client, nvsim_controls_gpu,
							nvsim_controls_export };

static const struct nvsim_control *find_control(u32 cmd)
{
	const struct nvsim_control *c;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		for (c = families[i]; c->cmd; c++)
			if (c->cmd == cmd)
				return c;
	return NULL;
}

static u32 size_of(const struct nvsim_control *c)
{
	return c->size_by_version ? c->size_by_version() : c->size;
}

static bool client_exists(u32 handle)
{
	bool found;

	mutex_lock(&rm_lock);
	found = nvsim_client_find(handle);
	mutex_unlock(&rm_lock);
	return found;
}

static u32 run(struct nvsim_sec *sec, const struct nvsim_control *c, const struct nvos54 *p,
	       void *params)
{
	struct nvsim_client *client;
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_client_check(p->client, sec, &client);
	if (status)
		goto out;
	obj = nvsim_obj_find(client, p->object);
	if (!obj)
		status = NV_ERR_OBJECT_NOT_FOUND;
	else if (!c || (c->hclass ? obj->hclass != c->hclass : !obj->mem))
		status = NV_ERR_NOT_SUPPORTED;
	else
		status = c->run(sec, obj, params, p->params_size);
out:
	mutex_unlock(&rm_lock);
	return status;
}

/* The lists of a kernel client are the kernel's. */
static u32 fetch(struct nvsim_sec *sec, void *to, const void *from, u32 n)
{
	if (!sec->kernel)
		return os_memcpy_from_user(to, from, n);
	memcpy(to, from, n);
	return NV_OK;
}

static u32 store(struct nvsim_sec *sec, void *to, const void *from, u32 n)
{
	if (!sec->kernel)
		return os_memcpy_to_user(to, from, n);
	memcpy(to, from, n);
	return NV_OK;
}

/*
 * A block that points at a list: the list is fetched after the block, and handed over in its place.
 */
static u32 run_list(struct nvsim_sec *sec, const struct nvsim_control *c, const struct nvos54 *p,
		    struct nv_ctrl_list *head)
{
	void *user = (void *)(unsigned long)head->list;
	u32 bytes = head->count * sizeof(struct nv_ctrl_pair), status;
	struct { struct nv_ctrl_list head; struct nv_ctrl_pair list[]; } *copy;

	if (!head->count || head->count > LIST_MAX || !user)
		return NV_ERR_INVALID_ARGUMENT;
	copy = kzalloc(sizeof(*copy) + bytes, GFP_KERNEL);
	if (!copy)
		return NV_ERR_NO_MEMORY;
	copy->head = *head;
	status = fetch(sec, copy->list, user, bytes);
	if (!status)
		status = run(sec, c, p, copy);
	if (!status)
		status = store(sec, user, copy->list, bytes);
	kfree(copy);
	return status;
}

/* From another module: the block is the kernel's and used where it is. */
u32 rm_control_kernel(struct nvsim_sec *sec, struct nvos54 *p)
{
	const struct nvsim_control *c = find_control(p->cmd);
	void *params = (void *)(unsigned long)p->params;

	if (!c || !params != !p->params_size || p->params_size != size_of(c))
		return NV_ERR_INVALID_ARGUMENT;
	return c->list ? run_list(sec, c, p, params) : run(sec, c, p, params);
}

u32 rm_control(struct nvsim_sec *sec, struct nvos54 *p)
{
	const struct nvsim_control *c = find_control(p->cmd);
	void *params = NULL;
	u32 status, wrote;

	if (!(p->cmd & 0xffff))
		return NV_OK;
	if (p->flags & (FLAG_IRQL | FLAG_BYPASS | FLAG_FINN))
		return NV_ERR_INVALID_ARGUMENT;
	if (!client_exists(p->client))
		return NV_ERR_INVALID_CLIENT;
	if (!p->params_size != !p->params || (c && p->params_size != size_of(c)))
		return NV_ERR_INVALID_ARGUMENT;
	if (!c || !p->params_size)
		return run(sec, c, p, NULL);
	params = kvzalloc(p->params_size, GFP_KERNEL);
	if (!params)
		return NV_ERR_NO_MEMORY;
	status =
		os_memcpy_from_user(params, (const void *)(unsigned long)p->params, p->params_size);
	if (status)
		goto out;
	status = c->list ? run_list(sec, c, p, params) : run(sec, c, p, params);
	wrote = os_memcpy_to_user((void *)(unsigned long)p->params, params, p->params_size);
	if (!status)
		status = wrote;
out:
	kvfree(params);
	return status;
}
