// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of nvidia-uvm's requests.
 * Owns the table of their layouts. Must not be given anything but the driver's own copy: nothing
 * here bounds a read by what the caller says.
 */
#include "uvm_decode.h"

#include "../core/bytes.h"
#include "abi.h"
#include "decode.h"

#include <linux/errno.h>

#define NR_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* No such field: no struct is that large, and what is behind its end reads as 0. */
#define NONE 0xffffu

/*
 * Layouts by request and branch. The first address is at 0 where there is one. GPUs are either
 * one UUID, or a list of @gpus_max entries of @step bytes whose count is at @count_at. The longer
 * lists came with 550.40.53; gw_nv_branch() does not know 550.40.07, which had the shorter ones.
 */
static const struct uvm_row {
	u32 cmd;
	u16 first;
	u16 last;
	u16 size;
	u16 length_at;
	u16 offset_at;
	u16 client_at;
	u16 object_at;
	u16 gpus_at;
	u16 gpus_max;
	u16 count_at;
	u16 status_at;
	bool has_base;
} rows[] = {
	{ UVM_MAP_EXTERNAL_ALLOCATION, 535, 549, 1200, 8, 16, 1188, 1192, 24, 32, 1176, 1196, true },
	{ UVM_MAP_EXTERNAL_ALLOCATION, 550, 610, 9264, 8, 16, 9252, 9256, 24, 256, 9240, 9260,
	  true },
	{ UVM_UNMAP_EXTERNAL, 535, 610, 40, 8, NONE, NONE, NONE, 16, 1, NONE, 32, true },
	{ UVM_FREE, 535, 589, 24, 8, NONE, NONE, NONE, NONE, 0, NONE, 16, true },
	{ UVM_FREE, 590, 610, 16, NONE, NONE, NONE, NONE, NONE, 0, NONE, 8, true },
	{ UVM_CREATE_EXTERNAL_RANGE, 535, 610, 24, 8, NONE, NONE, NONE, NONE, 0, NONE, 16, true },
	{ UVM_ALLOC_SEMAPHORE_POOL, 535, 549, 1184, 8, NONE, NONE, NONE, 16, 32, 1168, 1176, true },
	{ UVM_ALLOC_SEMAPHORE_POOL, 550, 610, 9248, 8, NONE, NONE, NONE, 16, 256, 9232, 9240, true },
	{ UVM_REGISTER_GPU, 535, 610, 40, NONE, NONE, 28, NONE, 0, 1, NONE, 36, false },
	{ UVM_UNREGISTER_GPU, 535, 610, 20, NONE, NONE, NONE, NONE, 0, 1, NONE, 16, false },
	{ UVM_REGISTER_GPU_VASPACE, 535, 610, 32, NONE, NONE, 20, 24, 0, 1, NONE, 28, false },
	{ UVM_UNREGISTER_GPU_VASPACE, 535, 610, 20, NONE, NONE, NONE, NONE, 0, 1, NONE, 16, false },
	{ UVM_REGISTER_CHANNEL, 535, 610, 56, NONE, NONE, 20, 24, 0, 1, NONE, 48, false },
};

#define GPU_STEP 36	/* UUID and five numbers */

static const struct uvm_row *find_row(u32 branch, u32 cmd)
{
	size_t i;

	if (!gw_nv_branch_is_known(branch))
		return NULL;
	for (i = 0; i < NR_ROWS(rows); i++)
		if (rows[i].cmd == cmd && branch >= rows[i].first && branch <= rows[i].last)
			return &rows[i];
	return NULL;
}

int gw_nv_uvm_read(u32 branch, u32 cmd, const void *params, struct gw_nv_uvm *u)
{
	const struct uvm_row *row = find_row(branch, cmd);
	struct gw_bytes b = { .at = params };
	u64 count;

	memset(u, 0, sizeof(*u));
	if (!row)
		return -ENOENT;
	b.len = row->size;
	u->size = row->size;
	u->base = row->has_base ? gw_bytes_u64(&b, 0) : 0;
	u->length = gw_bytes_u64(&b, row->length_at);
	u->offset = gw_bytes_u64(&b, row->offset_at);
	u->client = gw_bytes_u32(&b, row->client_at);
	u->object = gw_bytes_u32(&b, row->object_at);
	u->status_at = row->status_at;
	u->gpus_at = row->gpus_at;
	u->gpu_step = GPU_STEP;
	count = row->count_at == NONE ? row->gpus_max : gw_bytes_u64(&b, row->count_at);
	if (count > row->gpus_max)
		return -EINVAL;
	u->nr_gpus = (u32)count;
	return 0;
}

const u8 *gw_nv_uvm_gpu(const struct gw_nv_uvm *u, const void *params, u32 i)
{
	return (const u8 *)params + u->gpus_at + i * u->gpu_step;
}

u32 gw_nv_uvm_status(const struct gw_nv_uvm *u, const void *params)
{
	struct gw_bytes b = { .at = params, .len = u->size };

	return gw_bytes_u32(&b, u->status_at);
}

void gw_nv_uvm_fail(const struct gw_nv_uvm *u, void *params, u32 status)
{
	memcpy((u8 *)params + u->status_at, &status, sizeof(status));
}
