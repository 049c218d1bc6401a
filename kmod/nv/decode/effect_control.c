// SPDX-License-Identifier: GPL-2.0-only
/*
 * What RM_CONTROL does to objects and to video memory, and which of its answers are rewritten; and
 * the export to dma-bufs, which has a list of handles, too.
 * Owns the table of controls that matter. Must not do what effect.c must not.
 */
#include "nv/decode/effect.h"

#include "nv/decode/abi.h"
#include "nv/decode/request.h"
#include "nv/decode/effect_priv.h"

/*
 * All controls that matter, with the size of their parameters; 0 where that grows from branch to
 * branch and the caller's is good: the driver takes its own only. All others act on what is held
 * already, or on nothing.
 */
static const struct control_row {
	u32 cmd;
	u32 size;
	u32 act;
	const char *what;
} controls[] = {
	{ NV2080_CTRL_CMD_FB_GET_INFO_V2, 0, GW_NV_VIEW, "FB_GET_INFO_V2" },
	{ NV2080_CTRL_CMD_FB_GET_INFO, NV2080_FB_INFO_SIZE, GW_NV_VIEW, "FB_GET_INFO" },
	{ NV2080_CTRL_CMD_GPU_GET_PIDS, NV2080_PIDS_SIZE, GW_NV_VIEW, "GPU_GET_PIDS" },
	{ NV2080_CTRL_CMD_GPU_GET_PID_INFO, NV2080_PID_INFO_SIZE, GW_NV_VIEW,
	  "GPU_GET_PID_INFO" },
	{ NV2080_CTRL_CMD_PERF_GET_UTIL_SAMPLES, 0, GW_NV_VIEW, "UTIL_SAMPLES" },
	{ NV0000_CTRL_CMD_GPUACCT_GET_PROC_ACCOUNTING_INFO, NV0000_ACCT_INFO_SIZE, GW_NV_VIEW,
	  "GET_PROC_ACCOUNTING_INFO" },
	{ NV0000_CTRL_CMD_GPUACCT_GET_ACCOUNTING_PIDS, NV0000_ACCT_PIDS_SIZE, GW_NV_VIEW,
	  "GET_ACCOUNTING_PIDS" },
	{ NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD, NV0000_EXPORT_SIZE, GW_NV_EXPORT,
	  "export of an object" },
	{ NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECTS_TO_FD, NV0000_EXPORTS_SIZE, GW_NV_EXPORT,
	  "export of objects" },
	{ NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD, NV0000_IMPORT_SIZE, GW_NV_IMPORT,
	  "import of an object" },
	{ NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECTS_FROM_FD, NV0000_IMPORTS_SIZE, GW_NV_IMPORT,
	  "import of objects" },
	{ NV0000_CTRL_CMD_CLIENT_SET_INHERITED_SHARE_POLICY, NV0000_SHARE_POLICY_SIZE, GW_NV_SHARE,
	  "share policy" },
	{ NV0000_CTRL_CMD_CLIENT_SHARE_OBJECT, NV0000_SHARE_OBJECT_SIZE, GW_NV_SHARE,
	  "share of an object" },
	{ NV00FD_CTRL_CMD_ATTACH_MEM, NV00FD_ATTACH_MEM_SIZE, GW_NV_ATTACH,
	  "attachment to multicast memory" },
	{ NV00FD_CTRL_CMD_DETACH_MEM, NV00FD_DETACH_MEM_SIZE, GW_NV_DETACH,
	  "detachment from multicast memory" },
	/* The driver, or the GPU's firmware, does not ask whose the client is that they are about. */
	{ NV2080_CTRL_CMD_GPU_EXEC_REG_OPS, 0, GW_NV_NAME, "EXEC_REG_OPS" },
	{ NV2080_CTRL_CMD_GPU_MIGRATABLE_OPS, 0, GW_NV_NAME, "MIGRATABLE_OPS" },
	{ NV2080_CTRL_CMD_FIFO_DISABLE_CHANNELS, 0, GW_NV_NAME, "DISABLE_CHANNELS" },
	{ NV2080_CTRL_CMD_FIFO_DISABLE_FOR_KEYS, 0, GW_NV_NAME, "DISABLE_CHANNELS_FOR_KEY_ROTATION" },
	{ NV2080_CTRL_CMD_GR_CTXSW_ZCULL_BIND, 0, GW_NV_NAME, "CTXSW_ZCULL_BIND" },
	{ NV2080_CTRL_CMD_GR_CTXSW_PM_BIND, 0, GW_NV_NAME, "CTXSW_PM_BIND" },
	{ NV2080_CTRL_CMD_GR_CTXSW_PREEMPTION_BIND, 0, GW_NV_NAME, "CTXSW_PREEMPTION_BIND" },
	{ NV2080_CTRL_CMD_GR_CTXSW_SETUP_BIND, 0, GW_NV_NAME, "CTXSW_SETUP_BIND" },
	{ NV208F_CTRL_CMD_FIFO_GET_CHANNEL_STATE, 0, GW_NV_NAME, "GET_CHANNEL_STATE" },
	/* They reach memory by ways that could not be followed: refused whatever they say. */
	{ NV00E0_CTRL_CMD_EXPORT_MEM, 0, GW_NV_NONE, "export to another node" },
	{ NV00E0_CTRL_CMD_IMPORT_MEM, 0, GW_NV_NONE, "import from another node" },
	{ NV00F8_CTRL_CMD_ATTACH_MEM, 0, GW_NV_NONE, "attachment to fabric memory" },
};

/*
 * From 570 what is attached to multicast memory is not kept: it goes with the memory's object, or with the
 * one that it was attached by (refAddInterMapping()). Before, the driver has a duplicate of it.
 */
static bool is_kept(u32 branch, u32 act)
{
	return branch < 570 || (act != GW_NV_ATTACH && act != GW_NV_DETACH);
}

static const struct control_row *find_control(u32 branch, u32 cmd)
{
	size_t i;

	for (i = 0; i < NR_ROWS(controls); i++)
		if (controls[i].cmd == cmd)
			return is_kept(branch, controls[i].act) ? &controls[i] : NULL;
	return NULL;
}

bool gw_nv_control_is_sensitive(u32 branch, u32 cmd)
{
	return !gw_nv_branch_is_known(branch) || find_control(branch, cmd);
}

u32 gw_nv_control_cmd(const void *outer)
{
	struct gw_bytes b = { .at = outer, .len = NVOS54_SIZE };

	return gw_bytes_u32(&b, NVOS54_CMD);
}

/* FB_GET_INFO_V2: a count and whole entries, as many as the driver's release has room for. */
static bool is_v2_size(u32 size)
{
	return size >= NV2080_FB_INFO_V2_LIST + NV2080_FB_INFO_STEP &&
	       size <= NV2080_FB_INFO_V2_LIST + NV2080_FB_INFO_MAX * NV2080_FB_INFO_STEP &&
	       (size - NV2080_FB_INFO_V2_LIST) % NV2080_FB_INFO_STEP == 0;
}

/* Is this the size of the control's parameters in any driver that is known? */
static bool is_good_size(const struct control_row *row, u32 size)
{
	if (row->cmd == NV2080_CTRL_CMD_PERF_GET_UTIL_SAMPLES)
		return size == NV2080_UTIL_SIZE_535 || size == NV2080_UTIL_SIZE_550 ||
		       size == NV2080_UTIL_SIZE_570;
	if (row->act == GW_NV_NAME)
		return size && size <= NV2080_NAMES_SIZE_MAX;
	return row->size ? size == row->size : is_v2_size(size);
}

u32 gw_nv_control_wanted(u32 branch, const void *outer, u32 *at)
{
	struct gw_bytes b = { .at = outer, .len = NVOS54_SIZE };
	const struct control_row *row = find_control(branch, gw_nv_control_cmd(outer));
	u32 size = gw_bytes_u32(&b, NVOS54_PARAMS_SIZE);

	*at = NVOS54_PARAMS;
	if (!gw_nv_branch_is_known(branch) || !row || row->act == GW_NV_NONE)
		return 0;
	return is_good_size(row, size) ? size : 0;
}

/* --- by control -------------------------------------------------------------------------- */

static u32 half(struct gw_bytes *b, size_t offset)
{
	return gw_bytes_u32(b, offset & ~(size_t)3) >> (offset & 2 ? 16 : 0) & 0xffff;
}

static void list(struct gw_nv_request *r, u32 at, u32 count, u32 first)
{
	r->e->list_at = GW_NV_IN_NESTED | at;
	r->e->nr_list = count;
	r->e->first = first;
}

static int export_effect(struct gw_nv_request *r)
{
	struct gw_bytes *b = &r->nested;
	u32 count;

	if (r->e->class == NV0000_CTRL_CMD_OS_UNIX_EXPORT_OBJECT_TO_FD) {
		r->e->fd = (s32)gw_bytes_u32(b, NV0000_EXPORT_FD);
		list(r, NV0000_EXPORT_OBJECT, 1, 0);
		return 0;
	}
	count = half(b, NV0000_EXPORTS_COUNT);
	if (count > NV0000_EXPORTS_MAX)
		return gw_nv_refuse(r, "export of too many objects");
	r->e->fd = (s32)gw_bytes_u32(b, NV0000_EXPORTS_FD);
	list(r, NV0000_EXPORTS_OBJECTS, count, half(b, NV0000_EXPORTS_INDEX));
	return 0;
}

static int import_effect(struct gw_nv_request *r)
{
	struct gw_bytes *b = &r->nested;
	u32 count;

	if (r->e->class == NV0000_CTRL_CMD_OS_UNIX_IMPORT_OBJECT_FROM_FD) {
		r->e->fd = (s32)gw_bytes_u32(b, NV0000_IMPORT_FD);
		r->e->parent = gw_bytes_u32(b, NV0000_IMPORT_PARENT);
		list(r, NV0000_IMPORT_OBJECT, 1, 0);
		return 0;
	}
	count = half(b, NV0000_IMPORTS_COUNT);
	if (count > NV0000_IMPORTS_MAX)
		return gw_nv_refuse(r, "import of too many objects");
	r->e->fd = (s32)gw_bytes_u32(b, NV0000_IMPORTS_FD);
	r->e->parent = gw_bytes_u32(b, NV0000_IMPORTS_PARENT);
	list(r, NV0000_IMPORTS_OBJECTS, count, half(b, NV0000_IMPORTS_INDEX));
	return 0;
}

/* The policy of a client is that of all its objects: the client stands for them. */
static int share_control_effect(struct gw_nv_request *r)
{
	struct gw_nv_effect *e = r->e;

	e->object = e->client;
	if (e->class == NV0000_CTRL_CMD_CLIENT_SHARE_OBJECT)
		e->object = gw_bytes_u32(&r->nested, NV0000_SHARE_OBJECT_OBJECT);
	return 0;
}

static int name_effect(struct gw_nv_request *r)
{
	u32 at = NV2080_NAMES_CLIENT, count = 1;

	switch (r->e->class) {
	case NV2080_CTRL_CMD_FIFO_DISABLE_CHANNELS:
		count = gw_bytes_u32(&r->nested, NV2080_DISABLE_COUNT);
		at = NV2080_DISABLE_CLIENTS;
		break;
	case NV2080_CTRL_CMD_FIFO_DISABLE_FOR_KEYS:
		count = gw_bytes_u32(&r->nested, NV2080_DISABLE_FOR_KEYS_COUNT);
		at = NV2080_DISABLE_FOR_KEYS_CLIENTS;
		break;
	case NV2080_CTRL_CMD_GR_CTXSW_PREEMPTION_BIND:
		at = NV2080_PREEMPTION_BIND_CLIENT;
		break;
	case NV208F_CTRL_CMD_FIFO_GET_CHANNEL_STATE:
		at = NV208F_CHANNEL_STATE_CLIENT;
		break;
	}
	if (count > NV2080_DISABLE_MAX || at + count * sizeof(u32) > r->nested.len)
		return gw_nv_refuse(r, "list of a wrong length");
	list(r, at, count, 0);
	return 0;
}

static int multicast_effect(struct gw_nv_request *r, u32 handle_at, u32 offset_at)
{
	list(r, handle_at, 1, 0);
	r->e->at = gw_bytes_u64(&r->nested, offset_at);
	return 0;
}

/*
 * The lists have room for so many and no more: what the driver would do with a larger count is
 * its own affair, and its answer could not be rewritten.
 */
static int view_effect(struct gw_nv_request *r)
{
	u32 count = 0, most = 0;

	switch (r->e->class) {
	case NV2080_CTRL_CMD_FB_GET_INFO:
		count = gw_bytes_u32(&r->nested, NV2080_FB_INFO_COUNT);
		most = NV2080_FB_INFO_MAX;
		break;
	case NV2080_CTRL_CMD_FB_GET_INFO_V2:
		count = gw_bytes_u32(&r->nested, NV2080_FB_INFO_COUNT);
		most = (r->nested.len - NV2080_FB_INFO_V2_LIST) / NV2080_FB_INFO_STEP;
		break;
	case NV2080_CTRL_CMD_GPU_GET_PID_INFO:
		count = gw_bytes_u32(&r->nested, NV2080_PID_INFO_COUNT);
		most = NV2080_PID_INFO_MAX;
		break;
	}
	return count > most ? gw_nv_refuse(r, "list of a wrong length") : 0;
}

static int act(struct gw_nv_request *r)
{
	switch (r->e->act) {
	case GW_NV_EXPORT:
		return export_effect(r);
	case GW_NV_IMPORT:
		return import_effect(r);
	case GW_NV_SHARE:
		return share_control_effect(r);
	case GW_NV_NAME:
		return name_effect(r);
	case GW_NV_ATTACH:
		return multicast_effect(r, NV00FD_ATTACH_MEM_MEMORY, NV00FD_ATTACH_MEM_OFFSET);
	case GW_NV_DETACH:
		return multicast_effect(r, NV00FD_DETACH_MEM_SUBDEVICE, NV00FD_DETACH_MEM_OFFSET);
	default:
		return view_effect(r);
	}
}

int gw_nv_control_effect(struct gw_nv_request *r)
{
	struct gw_nv_effect *e = r->e;
	const struct control_row *row;

	e->client = gw_bytes_u32(&r->outer, NVOS54_CLIENT);
	e->object = gw_bytes_u32(&r->outer, NVOS54_OBJECT);
	e->class = gw_bytes_u32(&r->outer, NVOS54_CMD);
	e->status_at = NVOS54_STATUS;
	row = find_control(r->branch, e->class);
	if (!row)
		return 0;
	e->act = row->act;
	e->what = row->what;
	if (row->act == GW_NV_NONE)
		return gw_nv_refuse(r, row->what);
	if (gw_bytes_u32(&r->outer, NVOS54_FLAGS) & NVOS54_FLAGS_FINN_SERIALIZED)
		return gw_nv_refuse(r, "serialised parameters");
	if (!is_good_size(row, gw_bytes_u32(&r->outer, NVOS54_PARAMS_SIZE)))
		return gw_nv_refuse(r, "parameters of a wrong size");
	if (r->nested.len != gw_bytes_u32(&r->outer, NVOS54_PARAMS_SIZE))
		return gw_nv_refuse(r, "control without its parameters");
	return act(r);
}

/* --- dma-bufs ------------------------------------------------------------------------------ */

bool gw_nv_is_dmabuf(u32 branch, u32 nr, u32 size)
{
	return nr == NV_ESC_EXPORT_TO_DMABUF_FD &&
	       size == (branch < 570 ? NV_DMABUF_SIZE_535 : NV_DMABUF_SIZE_570);
}

int gw_nv_dmabuf_effect(struct gw_nv_request *r)
{
	struct gw_nv_effect *e = r->e;
	bool is_old = r->branch < 570;

	e->act = GW_NV_ATTACH;
	e->what = "export of a dma-buf";
	e->client = gw_bytes_u32(&r->outer, NV_DMABUF_CLIENT);
	e->fd = (s32)gw_bytes_u32(&r->outer, NV_DMABUF_FD);
	e->nr_list = gw_bytes_u32(&r->outer, NV_DMABUF_COUNT);
	e->list_at = is_old ? NV_DMABUF_HANDLES_535 : NV_DMABUF_HANDLES_570;
	e->status_at = is_old ? NV_DMABUF_STATUS_535 : NV_DMABUF_STATUS_570;
	if (e->nr_list <= NV_DMABUF_MAX)
		return 0;
	e->nr_list = 0;
	return gw_nv_refuse(r, "dma-buf of too many objects");
}
