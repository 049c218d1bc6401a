// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's answer to a request whose effect is known, and an answer in its place.
 * Owns nothing. Must not trust a number in the answer to be one that it could be.
 */
#include "nv/decode/effect.h"

#include "nv/decode/effect_priv.h"

static u32 number(u32 place, const void *outer, const void *nested)
{
	u32 v = 0;

	if (place == GW_NV_NOWHERE)
		return 0;
	if (!(place & GW_NV_IN_NESTED))
		memcpy(&v, (const u8 *)outer + place, sizeof(v));
	else if (nested)
		memcpy(&v, (const u8 *)nested + (place & ~GW_NV_IN_NESTED), sizeof(v));
	return v;
}

u32 gw_nv_status(const struct gw_nv_effect *e, const void *outer)
{
	return number(e->status_at, outer, NULL);
}

void gw_nv_fail(const struct gw_nv_effect *e, void *outer, u32 status)
{
	if (e->status_at != GW_NV_NOWHERE)
		memcpy((u8 *)outer + e->status_at, &status, sizeof(status));
}

u32 gw_nv_new_handle(const struct gw_nv_effect *e, const void *outer)
{
	return number(e->handle_at, outer, NULL);
}

u32 gw_nv_listed(const struct gw_nv_effect *e, const void *outer, const void *nested, u32 i)
{
	if (i >= e->nr_list)
		return 0;
	return number(e->list_at + i * (u32)sizeof(u32), outer, nested);
}

u64 gw_nv_real_bytes(const struct gw_nv_effect *e, const void *outer, const void *nested)
{
	u64 bytes = number(e->size_at, outer, nested);

	if (e->size_at == GW_NV_NOWHERE)
		return 0;
	bytes |= (u64)number(e->size_at + 4, outer, nested) << 32;
	return gw_nv_pages(bytes, e->slack, number(e->attr_at, outer, nested),
			   number(e->attr2_at, outer, nested));
}
