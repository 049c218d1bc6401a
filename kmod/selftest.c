// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replays the vectors of tests/vectors through the decoders as they are in this very module, each
 * for the first branch it holds for. Owns nothing; runs once, before anything else.
 */
#include "selftest.h"
#include "core/op.h"
#include "nv/decode/request.h"
#include "nv/decode/effect.h"

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../tests/vectors/decode.h"
#include "../tests/vectors/replay.h"

#define OUTER_MAX 9264		/* the largest parameters of nvidia-uvm */

static unsigned int selftest;
module_param(selftest, uint, 0444);
MODULE_PARM_DESC(selftest, "number of vectors that were replayed (read only)");

struct room {
	u8 outer[OUTER_MAX];
	u8 nested[GW_NV_NESTED_MAX];
	u32 nr;
	u32 nr_wrong;
};

static void result(struct room *r, const char *name, u32 branch, const char *wrong)
{
	r->nr++;
	if (!wrong)
		return;
	r->nr_wrong++;
	pr_err("gpuward: selftest: %s on %u: %s\n", name, branch, wrong);
}

static const char *replay_decode(const struct gw_vector *v, u32 branch, struct room *r)
{
	struct gw_op op;

	memset(r->outer, 0xa5, v->size);
	if (!gw_vector_bytes(v, r->outer))
		return "text";
	gw_nv_decode(branch, v->nr, v->size, r->outer, gw_nv_outer_wanted(v->nr, v->size), &op);
	if (op.kind != v->kind || op.class != v->class)
		return "kind or class";
	return v->kind != GW_OP_REFUSE && op.arg != v->arg ? "argument" : NULL;
}

static void replay_all(struct room *r)
{
	const struct gw_vector *d = gw_vectors;
	const struct gw_effect_vector *e = gw_effect_vectors;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(gw_vectors); i++, d++)
		result(r, d->name, d->first, replay_decode(d, d->first, r));
	for (i = 0; i < ARRAY_SIZE(gw_effect_vectors); i++, e++)
		result(r, e->name, e->first, gw_replay(e, e->first, 0xa5, r->outer, r->nested));
	for (i = 0; i < ARRAY_SIZE(gw_uvm_vectors); i++) {
		const struct gw_uvm_vector *v = &gw_uvm_vectors[i];
		struct gw_op op;

		gw_nv_decode_uvm(v->first, v->cmd, &op);
		result(r, v->name, v->first, op.kind != v->kind ? "kind" : NULL);
	}
}

int gw_selftest(void)
{
	struct room *r = kvmalloc(sizeof(*r), GFP_KERNEL);
	u32 nr_wrong;

	if (!r)
		return -ENOMEM;
	r->nr = 0;
	r->nr_wrong = 0;
	replay_all(r);
	nr_wrong = r->nr_wrong;
	selftest = r->nr;
	kvfree(r);
	return nr_wrong ? -EINVAL : 0;
}
