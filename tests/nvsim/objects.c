// SPDX-License-Identifier: GPL-2.0-only
/*
 * objects.c - the object tree: allocate, free with all that hangs below, duplicate, share.
 * Owns: parents and children, and the late copy of the nested block. Must not: know what a class
 * does (classes.c).
 */
#include "nvsim.h"

#include <linux/sched.h>
#include <linux/slab.h>

#define SHARE_ALL	1
#define SHARE_CLIENT	3
#define SHARE_REVOKE	1
#define RIGHT_DUP	1

struct nvsim_obj *nvsim_obj_new(struct nvsim_client *client, struct nvsim_obj *parent, u32 handle,
				u32 hclass)
{
	struct nvsim_obj *obj = kzalloc(sizeof(*obj), GFP_KERNEL);

	if (!obj)
		return NULL;
	obj->handle = handle;
	obj->hclass = hclass;
	obj->client = client;
	obj->parent = parent;
	obj->nv = parent ? parent->nv : NULL;
	INIT_LIST_HEAD(&obj->children);
	INIT_LIST_HEAD(&obj->sibling);
	INIT_LIST_HEAD(&obj->shares);
	if (xa_err(xa_store(&client->objects, handle, obj, GFP_KERNEL))) {
		kfree(obj);
		return NULL;
	}
	if (parent)
		list_add(&obj->sibling, &parent->children);
	return obj;
}

static void free_one(struct nvsim_obj *obj)
{
	struct nvsim_share *share, *next;

	nvsim_class_destruct(obj);
	list_for_each_entry_safe(share, next, &obj->shares, entry)
		kfree(share);
	xa_erase(&obj->client->objects, obj->handle);
	list_del(&obj->sibling);
	kfree(obj);
}

/* Deepest first, without recursion: the depth of the tree is the tenant's to choose. */
void nvsim_obj_free(struct nvsim_obj *obj)
{
	struct nvsim_obj *cur = obj;

	lockdep_assert_held(&rm_lock);
	for (;;) {
		struct nvsim_obj *up;

		while (!list_empty(&cur->children))
			cur = list_first_entry(&cur->children, struct nvsim_obj, sibling);
		if (cur == obj)
			break;
		up = cur->parent;
		free_one(cur);
		cur = up;
	}
	free_one(obj);
}

static bool alloc_fails_now(void)
{
	unsigned int n = nvsim_alloc_fail_nth;

	if (!n)
		return false;
	nvsim_alloc_fail_nth = n - 1;
	return n == 1;
}

static u32 alloc_locked(struct nvsim_sec *sec, u32 root, u32 parent, u32 *handle, u32 hclass,
			void *params)
{
	struct nvsim_client *client;
	struct nvsim_obj *up, *obj;
	u32 status;

	if (alloc_fails_now())
		return NV_ERR_INSUFFICIENT_RESOURCES;
	if (hclass == NV01_ROOT_CLIENT) {
		status = nvsim_client_new(sec, handle);
		if (!status && params)
			*(u32 *)params = *handle;
		return status;
	}
	status = nvsim_client_check(root, sec, &client);
	if (status)
		return status;
	if (hclass == NV01_MEMORY_LOCAL_PHYSICAL && !sec->admin)
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	if (*handle == root)
		return NV_ERR_INVALID_OBJECT_PARENT;
	up = nvsim_obj_find(client, parent);
	if (!up)
		return NV_ERR_OBJECT_NOT_FOUND;
	status = nvsim_class_may_hang(up, hclass);
	if (!status)
		status = nvsim_handle_assign(client, handle);
	if (status)
		return status;
	obj = nvsim_obj_new(client, up, *handle, hclass);
	if (!obj)
		return NV_ERR_NO_MEMORY;
	status = nvsim_class_construct(sec, obj, params);
	if (status)
		nvsim_obj_free(obj);
	return status;
}

/* From inside RM (heap control): the parameters are RM's own. */
u32 rm_alloc_kernel(struct nvsim_sec *sec, u32 root, u32 parent, u32 *handle, u32 hclass,
		    void *params)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = alloc_locked(sec, root, parent, handle, hclass, params);
	mutex_unlock(&rm_lock);
	return status;
}

/*
 * From the user. The nested block is fetched here, long after whoever stood before the driver
 * looked at it, and its size comes from the class, not from the caller. When it cannot be written
 * back the object lives on behind an error status.
 */
u32 rm_alloc(struct nvsim_sec *sec, struct nvsim_alloc *a)
{
	int size = nvsim_class_params(a->hclass);
	void *params = NULL;
	u32 status;

	if (size < 0)
		return NV_ERR_INVALID_CLASS;
	if (a->params && size > 0) {
		params = kzalloc(size, GFP_KERNEL);
		if (!params)
			return NV_ERR_NO_MEMORY;
		status = os_memcpy_from_user(params, (const void *)(unsigned long)a->params, size);
		if (status)
			goto out;
	} else if (nvsim_class_needs_params(a->hclass)) {
		return NV_ERR_INVALID_ARGUMENT;
	}
	status = rm_alloc_kernel(sec, a->root, a->parent, &a->handle, a->hclass, params);
	if (!status && params)
		status = os_memcpy_to_user((void *)(unsigned long)a->params, params, size);
out:
	kfree(params);
	return status;
}

/* With an address space go the channel groups in it. */
static void free_dependants(struct nvsim_client *client, const struct nvsim_obj *space)
{
	struct nvsim_obj *obj;
	unsigned long index;

	if (space->hclass != FERMI_VASPACE_A)
		return;
	xa_for_each(&client->objects, index, obj)
		if (obj->hclass == KEPLER_CHANNEL_GROUP_A && obj->vaspace == space->handle)
			nvsim_obj_free(obj);
}

/* A handle nobody knows is freed with success, as in the real driver. */
u32 rm_free(struct nvsim_sec *sec, u32 root, u32 handle)
{
	struct nvsim_client *client;
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_client_check(root, sec, &client);
	if (status)
		goto out;
	obj = nvsim_obj_find(client, handle);
	if (!obj)
		goto out;
	if (obj == client->root) {
		nvsim_client_free(client);
	} else {
		free_dependants(client, obj);
		nvsim_obj_free(obj);
	}
out:
	mutex_unlock(&rm_lock);
	return status;
}

/*
 * Inside one process always; for others only as far as the owner has shared it. dst is 0 for a
 * client of the kernel.
 */
static bool may_dup(const struct nvsim_obj *src, pid_t pid, u32 dst)
{
	const struct nvsim_share *share;
	const struct nvsim_obj *o;

	if (src->client->pid == pid)
		return true;
	for (o = src; o; o = o->parent) {
		list_for_each_entry(share, &o->shares, entry) {
			if (!(share->mask & RIGHT_DUP))
				continue;
			if (share->type == SHARE_ALL ||
			    (share->type == SHARE_CLIENT && share->target == dst))
				return true;
		}
	}
	return false;
}

/* A kernel client that acts for the calling process is judged as that process. */
bool nvsim_may_dup_kernel(const struct nvsim_obj *src, pid_t pid)
{
	lockdep_assert_held(&rm_lock);
	return may_dup(src, pid, 0);
}

static u32 dup_locked(struct nvsim_sec *sec, struct nvos55 *p)
{
	struct nvsim_client *src = nvsim_client_find(p->client_src), *dst;
	struct nvsim_obj *from, *parent, *obj;
	u32 status;

	if (!src)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	status = nvsim_client_check(p->client, sec, &dst);
	if (status)
		return status;
	from = nvsim_obj_find(src, p->object_src);
	if (!from)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!from->mem || from->hclass == NV01_MEMORY_DEVICELESS)
		return NV_ERR_INVALID_ARGUMENT;
	status = nvsim_handle_assign(dst, &p->object);
	if (status)
		return status;
	parent = nvsim_obj_find(dst, p->parent);
	if (!parent)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!may_dup(from, dst->pid, dst->handle))
		return NV_ERR_INSUFFICIENT_PERMISSIONS;
	/* Video memory may only be hung below the GPU it lies on. */
	if (from->mem->kind == NVSIM_VIDMEM && parent->nv != from->mem->nv)
		return NV_ERR_INVALID_OBJECT_PARENT;
	obj = nvsim_obj_new(dst, parent, p->object, from->hclass);
	if (!obj)
		return NV_ERR_NO_MEMORY;
	nvsim_mem_get(from->mem);
	obj->mem = from->mem;
	return NV_OK;
}

u32 rm_dup(struct nvsim_sec *sec, struct nvos55 *p)
{
	u32 status;

	mutex_lock(&rm_lock);
	status = dup_locked(sec, p);
	mutex_unlock(&rm_lock);
	return status;
}

u32 rm_share(struct nvsim_sec *sec, struct nvos57 *p)
{
	struct nvsim_client *client;
	struct nvsim_share *share, *next;
	struct nvsim_obj *obj;
	u32 status;

	mutex_lock(&rm_lock);
	status = nvsim_client_check(p->client, sec, &client);
	if (status)
		goto out;
	obj = nvsim_obj_find(client, p->object);
	if (!obj) {
		status = NV_ERR_OBJECT_NOT_FOUND;
		goto out;
	}
	if (p->policy_action & SHARE_REVOKE) {
		list_for_each_entry_safe(share, next, &obj->shares, entry) {
			if (share->type == p->policy_type && share->target == p->policy_target) {
				list_del(&share->entry);
				kfree(share);
			}
		}
		goto out;
	}
	share = kzalloc(sizeof(*share), GFP_KERNEL);
	if (!share) {
		status = NV_ERR_NO_MEMORY;
		goto out;
	}
	share->target = p->policy_target;
	share->mask = p->policy_mask;
	share->type = p->policy_type;
	list_add(&share->entry, &obj->shares);
out:
	mutex_unlock(&rm_lock);
	return status;
}
