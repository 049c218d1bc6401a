// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctrl_export.c - objects parked on a control file and taken from it again: how memory passes
 * between processes.
 * Owns: the parked references. Must not: let a parked object die before its file is closed.
 */
#include "nvsim.h"

#include <linux/slab.h>

static LIST_HEAD(exporting);	/* under rm_lock */

static void park(struct nvsim_mem **place, struct nvsim_mem *mem)
{
	if (*place)
		nvsim_mem_put(*place);
	*place = mem;
}

void nvsim_exports_release(struct nv_file *nvfp)
{
	u32 i;

	lockdep_assert_held(&rm_lock);
	if (!nvfp->exports)
		return;
	for (i = 0; i < nvfp->nr_exports; i++)
		park(&nvfp->exports[i], NULL);
	list_del(&nvfp->exporting);
	kfree(nvfp->exports);
	nvfp->exports = NULL;
	nvfp->nr_exports = 0;
}

void nvsim_exports_drop_gpu(struct nv_state *nv)
{
	struct nv_file *nvfp;
	u32 i;

	list_for_each_entry(nvfp, &exporting, exporting)
		for (i = 0; i < nvfp->nr_exports; i++)
			if (nvfp->exports[i] && nvfp->exports[i]->nv == nv)
				park(&nvfp->exports[i], NULL);
}

/* A file is prepared for exports once; its mmap() is refused from then on. */
static u32 prepare(struct nv_file *nvfp, u32 count)
{
	if (nvfp->exports)
		return NV_ERR_STATE_IN_USE;
	nvfp->exports = kcalloc(count, sizeof(*nvfp->exports), GFP_KERNEL);
	if (!nvfp->exports)
		return NV_ERR_NO_MEMORY;
	nvfp->nr_exports = count;
	list_add(&nvfp->exporting, &exporting);
	return NV_OK;
}

static u32 exportable(struct nvsim_client *client, u32 handle, struct nvsim_mem **mem)
{
	struct nvsim_obj *obj = nvsim_obj_find(client, handle);

	if (!obj)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (!obj->mem || obj->mem->kind == NVSIM_VIRTMEM)
		return NV_ERR_INVALID_ARGUMENT;
	*mem = obj->mem;
	return NV_OK;
}

static u32 export_one(struct nvsim_sec *sec, struct nvsim_obj *root, void *params, u32 size)
{
	struct nv_ctrl_export *p = params;
	struct nvsim_mem *mem;
	struct nv_file *nvfp;
	void *filp;
	u32 status;

	if (p->type != NV_EXPORT_TYPE_RM || p->fd == -1 || p->flags)
		return NV_ERR_INVALID_PARAMETER;
	status = exportable(root->client, p->object, &mem);
	if (status)
		return status;
	nvfp = nv_get_file_private(p->fd, true, &filp);
	if (!nvfp)
		return NV_ERR_INVALID_PARAMETER;
	status = prepare(nvfp, 1);
	if (!status) {
		nvsim_mem_get(mem);
		nvfp->exports[0] = mem;
	}
	nv_put_file_private(filp);
	return status;
}

static u32 class_of_import(const struct nvsim_mem *mem)
{
	if (mem->kind == NVSIM_FABRIC)
		return NV_MEMORY_FABRIC;
	if (mem->kind == NVSIM_MULTICAST)
		return NV_MEMORY_MULTICAST_FABRIC;
	return mem->kind == NVSIM_VIDMEM ? NV01_MEMORY_LOCAL_USER : NV01_MEMORY_SYSTEM;
}

static u32 import_mem(struct nvsim_client *client, u32 hparent, u32 *handle, struct nvsim_mem *mem)
{
	struct nvsim_obj *parent = nvsim_obj_find(client, hparent), *obj;
	u32 status;

	if (!parent)
		return NV_ERR_OBJECT_NOT_FOUND;
	if (mem->nv && parent->nv != mem->nv)	/* multicast memory is no GPU's */
		return NV_ERR_INVALID_OBJECT_PARENT;
	status = nvsim_handle_assign(client, handle);
	if (status)
		return status;
	obj = nvsim_obj_new(client, parent, *handle, class_of_import(mem));
	if (!obj)
		return NV_ERR_NO_MEMORY;
	nvsim_mem_get(mem);
	obj->mem = mem;
	return NV_OK;
}

static u32 import_one(struct nvsim_sec *sec, struct nvsim_obj *root, void *params, u32 size)
{
	struct nv_ctrl_import *p = params;
	struct nv_file *nvfp;
	void *filp;
	u32 status;

	if (p->type != NV_EXPORT_TYPE_RM || p->fd == -1)
		return NV_ERR_INVALID_PARAMETER;
	nvfp = nv_get_file_private(p->fd, true, &filp);
	if (!nvfp)
		return NV_ERR_INVALID_PARAMETER;
	if (nvfp->nr_exports != 1 || !nvfp->exports[0])
		status = NV_ERR_INVALID_PARAMETER;
	else
		status = import_mem(root->client, p->parent, &p->object, nvfp->exports[0]);
	nv_put_file_private(filp);
	return status;
}

static u32 export_list(struct nv_file *nvfp, struct nvsim_client *client,
		       const struct nv_ctrl_exports *p)
{
	struct nvsim_mem *mem;
	u32 status = NV_OK, i;

	if (p->count > NV_EXPORT_MAX)
		return NV_ERR_INVALID_PARAMETER;
	if (p->count + p->index > nvfp->nr_exports)
		return NV_ERR_OUT_OF_RANGE;
	for (i = 0; i < p->count && !status; i++)
		if (p->objects[i])
			status = exportable(client, p->objects[i], &mem);
	for (i = 0; i < p->count && !status; i++) {
		mem = NULL;
		if (p->objects[i])
			status = exportable(client, p->objects[i], &mem);
		if (mem)
			nvsim_mem_get(mem);
		park(&nvfp->exports[p->index + i], mem);
	}
	return status;
}

static u32 export_many(struct nvsim_sec *sec, struct nvsim_obj *root, void *params, u32 size)
{
	struct nv_ctrl_exports *p = params;
	struct nv_file *nvfp;
	void *filp;
	bool fresh;
	u32 status = NV_OK;

	nvfp = nv_get_file_private(p->fd, true, &filp);
	if (!nvfp)
		return NV_ERR_INVALID_PARAMETER;
	fresh = !nvfp->exports;
	if (fresh)
		status = p->max_objects ? prepare(nvfp, p->max_objects) : NV_ERR_INVALID_PARAMETER;
	if (!status)
		status = export_list(nvfp, root->client, p);
	if (status && fresh)
		nvsim_exports_release(nvfp);
	nv_put_file_private(filp);
	return status;
}

static u32 import_list(struct nv_file *nvfp, struct nvsim_client *client, struct nv_ctrl_imports *p)
{
	u32 status = NV_OK, i, done;

	if (!nvfp->exports || p->count > NV_IMPORT_MAX)
		return NV_ERR_INVALID_PARAMETER;
	if (p->count + p->index > nvfp->nr_exports)
		return NV_ERR_OUT_OF_RANGE;
	for (i = 0; i < p->count; i++) {
		struct nvsim_mem *mem = nvfp->exports[p->index + i];

		p->types[i] = 0;
		if (!mem) {
			p->objects[i] = 0;
			continue;
		}
		status = import_mem(client, p->parent, &p->objects[i], mem);
		if (status)
			break;
		p->types[i] = mem->kind == NVSIM_VIDMEM ? NV_IMPORT_VIDMEM : NV_IMPORT_SYSMEM;
	}
	for (done = 0; status && done < i; done++) {
		struct nvsim_obj *obj = p->objects[done] ? nvsim_obj_find(client, p->objects[done])
							 : NULL;

		if (obj)
			nvsim_obj_free(obj);
	}
	return status;
}

static u32 import_many(struct nvsim_sec *sec, struct nvsim_obj *root, void *params, u32 size)
{
	struct nv_ctrl_imports *p = params;
	struct nv_file *nvfp;
	void *filp;
	u32 status;

	nvfp = nv_get_file_private(p->fd, true, &filp);
	if (!nvfp)
		return NV_ERR_INVALID_PARAMETER;
	status = import_list(nvfp, root->client, p);
	nv_put_file_private(filp);
	return status;
}

const struct nvsim_control nvsim_controls_export[] = {
	{ NV0000_CTRL_EXPORT_OBJECT_TO_FD, NV01_ROOT_CLIENT, sizeof(struct nv_ctrl_export),
	  export_one },
	{ NV0000_CTRL_IMPORT_OBJECT_FROM_FD, NV01_ROOT_CLIENT, sizeof(struct nv_ctrl_import),
	  import_one },
	{ NV0000_CTRL_EXPORT_OBJECTS_TO_FD, NV01_ROOT_CLIENT, sizeof(struct nv_ctrl_exports),
	  export_many },
	{ NV0000_CTRL_IMPORT_OBJECTS_FROM_FD, NV01_ROOT_CLIENT, sizeof(struct nv_ctrl_imports),
	  import_many },
	{}
};
