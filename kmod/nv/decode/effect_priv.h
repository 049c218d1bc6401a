/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What effect.c and effect_control.c have in common: a request while it is being read, and how a
 * place in its bytes is written down. For nobody else. Pure.
 */
#ifndef _GW_NV_EFFECT_PRIV_H
#define _GW_NV_EFFECT_PRIV_H

#include "nv/decode/effect.h"

#include "core/bytes.h"

#include <linux/errno.h>

#define NR_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* Places: an offset in the outer struct, or in the nested block with the highest bit set. */
#define GW_NV_IN_NESTED		0x80000000u
#define GW_NV_NOWHERE		0xffffffffu

/**
 * struct gw_nv_request - A request while it is being read
 * @branch: of the driver
 * @nr: its number
 * @size: of the outer struct
 * @outer: the outer struct
 * @nested: the nested block; empty when there is none
 * @e: what is found out
 */
struct gw_nv_request {
	u32 branch;
	u32 nr;
	u32 size;
	struct gw_bytes outer;
	struct gw_bytes nested;
	struct gw_nv_effect *e;
};

static inline int gw_nv_refuse(struct gw_nv_request *r, const char *what)
{
	r->e->act = GW_NV_NONE;
	r->e->what = what;
	return -EINVAL;
}

/* --- effect.c: sizes -------------------------------------------------------------------- */

/** gw_nv_pages() - @bytes and @slack in whole pages of the size in @attr and @attr2 */
u64 gw_nv_pages(u64 bytes, u64 slack, u32 attr, u32 attr2);

/* --- effect_control.c: RM_CONTROL ----------------------------------------------------- */

/** gw_nv_control_wanted() - gw_nv_nested_wanted() of RM_CONTROL, where its command decides */
u32 gw_nv_control_wanted(u32 branch, const void *outer, u32 *at);

/** gw_nv_control_effect() - gw_nv_effect() of RM_CONTROL */
int gw_nv_control_effect(struct gw_nv_request *r);

/** gw_nv_is_dmabuf() - Is it EXPORT_TO_DMABUF_FD of this branch? */
bool gw_nv_is_dmabuf(u32 branch, u32 nr, u32 size);

/** gw_nv_dmabuf_effect() - gw_nv_effect() of EXPORT_TO_DMABUF_FD */
int gw_nv_dmabuf_effect(struct gw_nv_request *r);

#endif /* _GW_NV_EFFECT_PRIV_H */
