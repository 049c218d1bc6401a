// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charges of one accelerator against its quota on each GPU.
 * Owns the arithmetic: nothing wraps, nothing goes below zero. Must not lock, allocate, or know
 * what a charge is for.
 */
#include "core/ledger.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

static struct gw_ledger_slot *placed(struct gw_ledger *l, u32 slot)
{
	return slot < GW_LEDGER_SLOTS && l->slots[slot].is_placed ? &l->slots[slot] : NULL;
}

static const struct gw_ledger_slot *placed_const(const struct gw_ledger *l, u32 slot)
{
	return slot < GW_LEDGER_SLOTS && l->slots[slot].is_placed ? &l->slots[slot] : NULL;
}

static u64 smaller(u64 a, u64 b)
{
	return a < b ? a : b;
}

void gw_ledger_init(struct gw_ledger *l)
{
	memset(l, 0, sizeof(*l));
}

int gw_ledger_place(struct gw_ledger *l, u32 slot, u64 limit)
{
	if (slot >= GW_LEDGER_SLOTS)
		return -EINVAL;
	if (l->slots[slot].is_placed)
		return -EEXIST;
	l->slots[slot].is_placed = true;
	l->slots[slot].limit = limit;
	return 0;
}

int gw_ledger_unplace(struct gw_ledger *l, u32 slot)
{
	struct gw_ledger_slot *s = placed(l, slot);

	if (!s)
		return -EINVAL;
	if (s->used)
		return -EBUSY;
	memset(s, 0, sizeof(*s));
	return 0;
}

static void set_used(struct gw_ledger_slot *s, u64 used)
{
	s->used = used;
	if (used > s->peak)
		s->peak = used;
}

static void note_over(struct gw_ledger_slot *s)
{
	if (s->used > s->limit && s->used - s->limit > s->over)
		s->over = s->used - s->limit;
}

int gw_ledger_charge(struct gw_ledger *l, u32 slot, u64 bytes)
{
	struct gw_ledger_slot *s = placed(l, slot);

	if (!s)
		return -EINVAL;
	if (bytes > gw_ledger_left(l, slot))
		return -EDQUOT;
	set_used(s, s->used + bytes);
	return 0;
}

int gw_ledger_uncharge(struct gw_ledger *l, u32 slot, u64 bytes)
{
	struct gw_ledger_slot *s = placed(l, slot);

	if (!s)
		return -EINVAL;
	if (bytes > s->used)
		return -ERANGE;
	s->used -= bytes;
	return 0;
}

int gw_ledger_settle(struct gw_ledger *l, u32 slot, u64 charged, u64 real)
{
	struct gw_ledger_slot *s = placed(l, slot);
	u64 others;

	if (!s)
		return -EINVAL;
	if (charged > s->used)
		return -ERANGE;
	others = s->used - charged;
	if (real > U64_MAX - others)
		return -EOVERFLOW;
	set_used(s, others + real);
	if (!l->is_unlimited)
		note_over(s);
	return 0;
}

int gw_ledger_set_limit(struct gw_ledger *l, u32 slot, u64 limit)
{
	struct gw_ledger_slot *s = placed(l, slot);

	if (!s)
		return -EINVAL;
	if (limit < s->limit && limit < s->used)
		return -EBUSY;
	s->limit = limit;
	return 0;
}

void gw_ledger_set_unlimited(struct gw_ledger *l, bool is_unlimited)
{
	u32 i;

	for (i = 0; !is_unlimited && i < GW_LEDGER_SLOTS; i++)
		note_over(&l->slots[i]);
	l->is_unlimited = is_unlimited;
}

u64 gw_ledger_room(const struct gw_ledger *l, u32 slot)
{
	const struct gw_ledger_slot *s = placed_const(l, slot);

	return s ? s->limit - smaller(s->used, s->limit) : 0;
}

u64 gw_ledger_left(const struct gw_ledger *l, u32 slot)
{
	const struct gw_ledger_slot *s = placed_const(l, slot);

	return s && l->is_unlimited ? U64_MAX - s->used : gw_ledger_room(l, slot);
}

void gw_ledger_view(const struct gw_ledger *l, u32 slot, u64 gpu_bytes,
		    struct gw_ledger_view *v)
{
	const struct gw_ledger_slot *s = placed_const(l, slot);

	memset(v, 0, sizeof(*v));
	if (!s)
		return;
	v->total = l->is_unlimited ? gpu_bytes : smaller(s->limit, gpu_bytes);
	v->used = smaller(s->used, v->total);
	v->free = v->total - v->used;
}

bool gw_ledger_is_zero(const struct gw_ledger *l)
{
	u32 i;

	for (i = 0; i < GW_LEDGER_SLOTS; i++)
		if (l->slots[i].used)
			return false;
	return true;
}

static bool slot_sane(const struct gw_ledger_slot *s, bool is_unlimited)
{
	if (!s->is_placed)
		return !s->limit && !s->used && !s->peak && !s->over;
	if (s->used > s->peak)
		return false;
	return is_unlimited || s->used <= s->limit || s->used - s->limit <= s->over;
}

bool gw_ledger_sane(const struct gw_ledger *l)
{
	u32 i;

	for (i = 0; i < GW_LEDGER_SLOTS; i++)
		if (!slot_sane(&l->slots[i], l->is_unlimited))
			return false;
	return true;
}
