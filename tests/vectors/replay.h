/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One vector of an effect against kmod/nv/decode/effect.h, which the including file brings: by the unit
 * tests and by the module's own test. The caller brings memory of exactly the sizes in the vector.
 */
#ifndef GPUWARD_VECTORS_REPLAY_H
#define GPUWARD_VECTORS_REPLAY_H

#include "effect.h"

#include <linux/errno.h>

static inline const char *gw_replay_fields(const struct gw_effect_vector *v,
					   const struct gw_nv_effect *e)
{
	if (e->act != v->act || e->class != v->class)
		return "act or class";
	if (e->client != v->client || e->parent != v->parent || e->object != v->object)
		return "client, parent or object";
	if (e->src_client != v->src_client || e->src_object != v->src_object)
		return "source";
	if (e->fd != (v->fd ? v->fd : -1) || e->first != v->place || e->nr_list != v->nr_list)
		return "file or list";
	if (e->at != v->at || e->gathers != v->gathers || e->is_context != v->is_context || e->is_device != v->is_device ||
	    e->instance != v->instance || e->space != v->space)
		return "context or device";
	if (e->takes != !!v->charge || e->asked != v->asked || e->charge != v->charge)
		return "memory";
	return NULL;
}

static inline const char *gw_replay_answer(const struct gw_effect_vector *v,
					   const struct gw_nv_effect *e, u8 *outer, u8 *nested)
{
	u32 status = 0x51, i;

	if (!gw_vector_write(v->answer ? v->answer : "", outer, v->size) ||
	    !gw_vector_write(v->nested_answer ? v->nested_answer : "", nested, v->wanted))
		return "text of the answer";
	if (v->answer && gw_nv_new_handle(e, outer) != v->handle)
		return "new handle";
	if (v->real && gw_nv_real_bytes(e, outer, nested) != v->real)
		return "real size";
	if (!v->charge && gw_nv_real_bytes(e, outer, nested))
		return "real size of nothing";
	if (v->nr_list && gw_nv_listed(e, outer, nested, 0) != v->listed)
		return "list";
	if (gw_nv_listed(e, outer, nested, v->nr_list))
		return "end of the list";
	/* The status is where the vector says, and nothing else is written. */
	for (i = 0; i < v->size; i++)
		outer[i] = 0;
	gw_nv_fail(e, outer, status);
	for (i = 0; i < v->size; i++)
		if (outer[i] != (i == v->status_at ? status : 0))
			return "place of the status";
	return gw_nv_status(e, outer) == status ? NULL : "status";
}

/* NULL: all as the vector says; otherwise what is not. @filler stands in all other bytes. */
static inline const char *gw_replay(const struct gw_effect_vector *v, u32 branch, u8 filler,
				    u8 *outer, u8 *nested)
{
	struct gw_nv_effect e;
	u32 at, i;
	int ret;

	for (i = 0; i < v->size; i++)
		outer[i] = filler;
	for (i = 0; i < v->wanted; i++)
		nested[i] = filler;
	if (!gw_vector_write(v->outer, outer, v->size) ||
	    !gw_vector_write(v->nested ? v->nested : "", nested, v->wanted))
		return "text";
	if (v->nr != 0xd9 && !gw_nv_is_effective(branch, v->nr, v->size))
		return "not looked at";
	if (gw_nv_nested_wanted(branch, v->nr, v->size, outer, &at) != v->wanted)
		return "wanted";
	if (v->wanted && at != 16)
		return "place of the pointer";
	ret = gw_nv_effect(branch, v->nr, v->size, outer, v->nested ? nested : NULL, v->wanted,
			   &e);
	if (!e.what || !*e.what)
		return "no name";
	if (ret || v->is_refused)
		return ret == -EINVAL && v->is_refused ? NULL : "refusal";
	return gw_replay_fields(v, &e) ?: gw_replay_answer(v, &e, outer, nested);
}

#endif /* GPUWARD_VECTORS_REPLAY_H */
