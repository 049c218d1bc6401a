// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of nvidia-uvm against vectors, in memory of exactly the driver's size.
 * Owns no knowledge of NVIDIA's interface: that is in tests/vectors.
 */
#include "nv/uvm_decode.h"

#include <errno.h>
#include <stdlib.h>

#include "../vectors/uvm.h"
#include "ktap.h"

static const u32 known[] = { 535, 545, 550, 555, 560, 565, 570, 575, 580, 590, 595, 610 };
static const u8 fillers[] = { 0x00, 0xff, 0xa5 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void check_gpus(const struct gw_uvm_params_vector *v, const struct gw_nv_uvm *u,
		       const u8 *params)
{
	u8 uuid[GW_NV_UUID_SIZE];

	CHECK_SAY(u->nr_gpus == v->nr_gpus, "(%s: %u)", v->name, u->nr_gpus);
	if (!v->nr_gpus)
		return;
	CHECK_SAY(gw_nv_uvm_gpu(u, params, v->nr_gpus - 1) == params + v->gpu_at, "(%s)", v->name);
	memcpy(uuid, gw_nv_uvm_gpu(u, params, v->nr_gpus - 1), sizeof(uuid));
}

static void check_status(const struct gw_uvm_params_vector *v, const struct gw_nv_uvm *u,
			 u8 *params)
{
	u32 i;

	memset(params, 0, v->size);
	gw_nv_uvm_fail(u, params, 0x51);
	for (i = 0; i < v->size; i++)
		CHECK_SAY(params[i] == (i == v->status_at ? 0x51 : 0), "(%s: %u)", v->name, i);
	CHECK(gw_nv_uvm_status(u, params) == 0x51);
}

static void check_vector(const struct gw_uvm_params_vector *v, u32 branch, u8 filler)
{
	u8 *params = malloc(v->size);
	struct gw_nv_uvm u;
	int ret;

	memset(params, filler, v->size);
	memset(&u, 0xcc, sizeof(u));
	CHECK_SAY(gw_vector_write(v->bytes, params, v->size), "(%s)", v->name);
	ret = gw_nv_uvm_read(branch, v->cmd, params, &u);
	CHECK_SAY(ret == (v->is_refused ? -EINVAL : 0), "(%s on %u)", v->name, branch);
	CHECK_SAY(u.size == v->size, "(%s on %u)", v->name, branch);
	if (!ret) {
		CHECK_SAY(u.base == v->base && u.length == v->length && u.offset == v->offset,
			  "(%s on %u)", v->name, branch);
		CHECK_SAY(u.client == v->client && u.object == v->object, "(%s on %u)", v->name,
			  branch);
		check_gpus(v, &u, params);
		check_status(v, &u, params);
	}
	free(params);
}

static void test_vectors(void)
{
	u32 i, b, f, nr = 0;

	for (i = 0; i < COUNT(gw_uvm_params_vectors); i++)
		for (b = 0; b < COUNT(known); b++)
			for (f = 0; f < COUNT(fillers); f++) {
				const struct gw_uvm_params_vector *v = &gw_uvm_params_vectors[i];

				if (known[b] < v->first || known[b] > v->last)
					continue;
				check_vector(v, known[b], fillers[f]);
				nr++;
			}
	printf("# %u vectors, %u cases\n", (u32)COUNT(gw_uvm_params_vectors), nr);
	CHECK(nr > COUNT(gw_uvm_params_vectors));
}

static bool has_vector(u32 cmd)
{
	u32 i;

	for (i = 0; i < COUNT(gw_uvm_params_vectors); i++)
		if (gw_uvm_params_vectors[i].cmd == cmd)
			return true;
	return false;
}

static void test_others(void)
{
	static const u32 unknown[] = { 0, 540, 549, 615 };
	struct gw_nv_uvm u;
	u8 params[1];
	u32 cmd, b;

	for (cmd = 0; cmd < 300; cmd++)
		for (b = 0; b < COUNT(known); b++)
			if (!has_vector(cmd))
				CHECK(gw_nv_uvm_read(known[b], cmd, params, &u) == -ENOENT &&
				      !u.size && !u.nr_gpus);
	for (b = 0; b < COUNT(unknown); b++)
		CHECK(gw_nv_uvm_read(unknown[b], 33, params, &u) == -ENOENT);
}

static const struct ktap_test tests[] = {
	{ "uvm: every vector, whatever the other bytes are", test_vectors },
	{ "uvm: no other request, no other driver", test_others },
};

KTAP_MAIN(tests)
