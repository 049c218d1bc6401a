// SPDX-License-Identifier: GPL-2.0-only
/*
 * client.c - RM clients and their handle tables.
 * Owns: which control file a client belongs to, and how handles are made. Must not: know classes;
 * rm_lock is held.
 */
#include "nvsim.h"

#include <linux/sched.h>
#include <linux/slab.h>

#define CLIENT_BASE	0xc1d00000u
#define CLIENT_MASK	0x000fffffu
#define OBJECT_BASE	0xcaf00000u
#define OBJECT_RANGE	0x00080000u

static DEFINE_XARRAY(clients);
static LIST_HEAD(lost);			/* of no control file any more */
static u32 next_client = 2;

struct nvsim_client *nvsim_client_find(u32 handle)
{
	lockdep_assert_held(&rm_lock);
	return xa_load(&clients, handle);
}

struct nvsim_obj *nvsim_obj_find(struct nvsim_client *client, u32 handle)
{
	return xa_load(&client->objects, handle);
}

/*
 * A client may only be used through the control file that made it, or a file linked to that one; the
 * kernel may use any.
 */
u32 nvsim_client_check(u32 handle, const struct nvsim_sec *sec, struct nvsim_client **out)
{
	struct nvsim_client *client = nvsim_client_find(handle);

	if (!client)
		return NV_ERR_INVALID_OBJECT_HANDLE;
	if (!sec->kernel && client->owner != sec->file)
		return NV_ERR_INVALID_CLIENT;
	*out = client;
	return NV_OK;
}

static u32 pick_handle(void)
{
	u32 handle;

	do {
		handle = CLIENT_BASE | (next_client & CLIENT_MASK);
		next_client++;
	} while (xa_load(&clients, handle));
	return handle;
}

u32 nvsim_client_new(struct nvsim_sec *sec, u32 *handle)
{
	struct nvsim_client *client;

	if (*handle && xa_load(&clients, *handle))
		return NV_ERR_INSERT_DUPLICATE_NAME;
	client = kzalloc(sizeof(*client), GFP_KERNEL);
	if (!client)
		return NV_ERR_NO_MEMORY;
	client->handle = *handle ?: pick_handle();
	client->owner = sec->file;
	client->kernel = sec->kernel;
	client->pid = task_tgid_nr(current);
	xa_init(&client->objects);
	client->root = nvsim_obj_new(client, NULL, client->handle, NV01_ROOT_CLIENT);
	if (!client->root)
		goto err_root;
	if (xa_err(xa_store(&clients, client->handle, client, GFP_KERNEL)))
		goto err_store;
	if (sec->kernel)
		INIT_LIST_HEAD(&client->entry);
	else
		list_add(&client->entry, &sec->file->clients);
	*handle = client->handle;
	return NV_OK;

err_store:
	nvsim_obj_free(client->root);
err_root:
	xa_destroy(&client->objects);
	kfree(client);
	return NV_ERR_NO_MEMORY;
}

void nvsim_client_free(struct nvsim_client *client)
{
	nvsim_obj_free(client->root);
	xa_erase(&clients, client->handle);
	xa_destroy(&client->objects);
	list_del(&client->entry);
	kfree(client);
}

/* Its control file goes. A fault that nobody knows of: it stays, as does all that it has. */
void nvsim_client_close(struct nvsim_client *client)
{
	lockdep_assert_held(&rm_lock);
	if (!nvsim_lost_pid || client->pid != nvsim_lost_pid) {
		nvsim_client_free(client);
		return;
	}
	client->owner = NULL;
	list_move_tail(&client->entry, &lost);
}

void nvsim_clients_find_lost(void)
{
	struct nvsim_client *client, *next;

	mutex_lock(&rm_lock);
	list_for_each_entry_safe(client, next, &lost, entry)
		nvsim_client_free(client);
	mutex_unlock(&rm_lock);
}

static struct nvsim_obj *device_on(struct nvsim_client *client, struct nv_state *nv)
{
	struct nvsim_obj *obj;

	list_for_each_entry(obj, &client->root->children, sibling)
		if (obj->hclass == NV01_DEVICE_0 && obj->nv == nv)
			return obj;
	return NULL;
}

void nvsim_clients_drop_gpu(struct nv_state *nv)
{
	struct nvsim_client *client;
	struct nvsim_obj *device;
	unsigned long index;

	lockdep_assert_held(&rm_lock);
	xa_for_each(&clients, index, client)
		while ((device = device_on(client, nv)))
			nvsim_obj_free(device);
}

/* The client after *cursor in handle order, or NULL; for controls that look at all of them. */
struct nvsim_client *nvsim_client_next(u32 *cursor)
{
	unsigned long index = *cursor;
	struct nvsim_client *client = xa_find_after(&clients, &index, ULONG_MAX, XA_PRESENT);

	*cursor = index;
	return client;
}

/* A caller's own number is taken when free; 0 asks for one of RM's. */
u32 nvsim_handle_assign(struct nvsim_client *client, u32 *handle)
{
	u32 tries;

	if (*handle) {
		if (*handle == client->handle)
			return NV_ERR_INVALID_OBJECT_HANDLE;
		return nvsim_obj_find(client, *handle) ? NV_ERR_INSERT_DUPLICATE_NAME : NV_OK;
	}
	for (tries = 0; tries < OBJECT_RANGE; tries++) {
		u32 h = OBJECT_BASE + client->next_handle++ % OBJECT_RANGE;

		if (!nvsim_obj_find(client, h)) {
			*handle = h;
			return NV_OK;
		}
	}
	return NV_ERR_INSUFFICIENT_RESOURCES;
}
