// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decoder against vectors, the census of classes, and rules that hold for all bytes.
 * Owns no knowledge of NVIDIA's interface: that is in tests/vectors.
 */
#include "nv/decode/request.h"

#include <stdlib.h>

#include "../vectors/decode.h"
#include "../vectors/classes.h"
#include "ktap.h"

static const u32 known[] = { 535, 545, 550, 555, 560, 565, 570, 575, 580, 590, 595, 610 };
static const u32 unknown[] = { 0, 1, 470, 530, 534, 536, 540, 546, 551, 585, 600, 605, 611, 615,
			       999, 5350, ~0u };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Each in turn stands for all bytes that must not matter. */
static const u8 fillers[] = { 0x00, 0xff, 0xa5 };

/* Decodes what the wrapper would copy, from a heap block of that very size. */
static void decode_copy(u32 branch, u32 nr, u32 size, const u8 *bytes, u32 len,
			struct gw_op *op)
{
	u8 *copy = malloc(len + !len);

	memcpy(copy, bytes, len);
	memset(op, 0xcc, sizeof(*op));
	gw_nv_decode(branch, nr, size, copy, len, op);
	free(copy);
	CHECK(op->kind <= GW_OP_REFUSE && op->what && *op->what);
}

static void check_vector(const struct gw_vector *v, u32 branch, u8 filler)
{
	u8 *bytes = malloc(v->size + 1);
	u32 wanted = gw_nv_outer_wanted(v->nr, v->size), len;
	bool wrapped = v->kind == GW_OP_WRAPPED;
	struct gw_op op;

	memset(bytes, filler, v->size);
	CHECK_SAY(gw_vector_bytes(v, bytes), "(%s)", v->name);
	CHECK_SAY(wanted <= v->size && wanted <= GW_NV_OUTER_MAX, "(%s)", v->name);
	decode_copy(branch, v->nr, v->size, bytes, wanted, &op);
	CHECK_SAY(op.kind == v->kind, "(%s on %u: %u, not %u)", v->name, branch, op.kind, v->kind);
	CHECK_SAY(op.class == v->class, "(%s on %u: %#x)", v->name, branch, op.class);
	CHECK_SAY(op.arg == v->arg || v->kind == GW_OP_REFUSE, "(%s)", v->name);
	if (wrapped || v->kind != GW_OP_REFUSE) {
		CHECK_SAY(op.nr == (wrapped ? v->inner_nr : v->nr), "(%s)", v->name);
		CHECK_SAY(op.size == (wrapped ? v->inner_size : v->size), "(%s)", v->name);
	}
	/* Whatever is missing, the verdict is not better than refusal. */
	for (len = 0; len < wanted; len++) {
		decode_copy(branch, v->nr, v->size, bytes, len, &op);
		CHECK_SAY(op.kind == v->kind || op.kind == GW_OP_REFUSE, "(%s, %u bytes)",
			  v->name, len);
	}
	free(bytes);
}

static void test_vectors(void)
{
	u32 i, b, f, nr = 0;

	for (i = 0; i < COUNT(gw_vectors); i++)
		for (b = 0; b < COUNT(known); b++)
			for (f = 0; f < COUNT(fillers); f++) {
				const struct gw_vector *v = &gw_vectors[i];

				if (known[b] < v->first || known[b] > v->last)
					continue;
				check_vector(v, known[b], fillers[f]);
				nr++;
			}
	printf("# %u vectors, %u cases\n", (u32)COUNT(gw_vectors), nr);
	CHECK(nr > COUNT(gw_vectors));
}

/* The class of an RM_ALLOC as the lowest byte that decides: too few bytes refuse. */
static void test_truncated(void)
{
	u8 bytes[48] = { [12] = 0x3e };
	struct gw_op op;
	u32 len;

	for (len = 0; len < 40; len++) {
		decode_copy(550, 0x2b, 48, bytes, len, &op);
		CHECK_SAY(op.kind == GW_OP_REFUSE, "(%u bytes)", len);
	}
	decode_copy(550, 0x2b, 48, bytes, 40, &op);
	CHECK(op.kind == GW_OP_PASS);
}

static bool is_listed(u32 class)
{
	u32 i;

	for (i = 0; i < COUNT(gw_class_vectors); i++)
		if (gw_class_vectors[i].class == class)
			return true;
	return false;
}

/* @serialized matters to the long form of RM_ALLOC only: 0x5a bytes have bit 0 clear. */
static u32 kind_of(u32 branch, u32 nr, u32 size, u32 class, bool serialized)
{
	u8 bytes[56];
	struct gw_op op;

	memset(bytes, 0x5a, sizeof(bytes));
	memcpy(bytes + 12, &class, sizeof(class));
	bytes[36] |= serialized;
	decode_copy(branch, nr, size, bytes, gw_nv_outer_wanted(nr, size), &op);
	CHECK(op.class == class);
	/* People are told what was held or refused, not which call it was. */
	CHECK_SAY(!strncmp(op.what, "RM_", 3) == (op.kind == GW_OP_PASS), "(%s)", op.what);
	/* What is refused by name says so; only what nobody listed is unknown. */
	CHECK_SAY(op.kind != GW_OP_REFUSE || nr == 0x27 ||
		  !strstr(op.what, "unknown") == is_listed(class), "(%#x: %s)", class, op.what);
	return op.kind;
}

static u32 kind_of_class(u32 branch, u32 nr, u32 size, u32 class)
{
	return kind_of(branch, nr, size, class, false);
}

/* Memory and devices, the low ones, must not hide their parameters; channels may. */
static void check_forms(const struct gw_class_vector *v, u32 branch)
{
	bool plain = v->class < 0x100 && v->kind != GW_OP_PASS;

	CHECK_SAY(kind_of(branch, 0x2b, 32, v->class, true) == v->kind, "(%s on %u)",
		  v->name, branch);
	CHECK_SAY(kind_of(branch, 0x2b, 48, v->class, false) == v->kind, "(%s on %u)",
		  v->name, branch);
	CHECK_SAY(kind_of(branch, 0x2b, 48, v->class, true) ==
		  (plain ? GW_OP_REFUSE : v->kind), "(%s on %u)", v->name, branch);
}

static void test_census(void)
{
	u32 i, b;

	for (i = 0; i < COUNT(gw_class_vectors); i++)
		for (b = 0; b < COUNT(known); b++) {
			const struct gw_class_vector *v = &gw_class_vectors[i];

			if (known[b] < v->first || known[b] > v->last)
				continue;
			check_forms(v, known[b]);
		}
	printf("# %u classes\n", (u32)COUNT(gw_class_vectors));
}

/* All 65,536 classes that fit: outside the census nothing low passes, nothing else is held. */
static void test_all_classes(void)
{
	u32 class, kind;

	for (class = 0; class < 0x10000; class++) {
		if (is_listed(class))
			continue;
		kind = (class & 0xff) == 0x6f ? GW_OP_HOLD :
		       class < 0x100 ? GW_OP_REFUSE : GW_OP_PASS;
		CHECK_SAY(kind_of_class(580, 0x2b, 32, class) == kind, "(%#x)", class);
		CHECK_SAY(kind_of_class(580, 0x28, 20, class) == kind, "(%#x)", class);
	}
	/* Through RM_ALLOC_MEMORY, listed or not: host memory and nothing else. */
	for (class = 0; class < 0x10000; class++) {
		kind = class == 0x3e || class == 0x70 || class == 0x71 ? GW_OP_PASS : GW_OP_REFUSE;
		CHECK_SAY(kind_of_class(580, 0x27, 56, class) == kind, "(%#x)", class);
	}
}

static void test_uvm(void)
{
	struct gw_op op;
	u32 i, b;

	for (i = 0; i < COUNT(gw_uvm_vectors); i++)
		for (b = 0; b < COUNT(known); b++) {
			const struct gw_uvm_vector *v = &gw_uvm_vectors[i];

			if (known[b] < v->first || known[b] > v->last)
				continue;
			memset(&op, 0xcc, sizeof(op));
			gw_nv_decode_uvm(known[b], v->cmd, &op);
			CHECK_SAY(op.kind == v->kind, "(%s: %u)", v->name, op.kind);
			CHECK(op.what && *op.what && op.nr == v->cmd && !op.arg);
		}
	for (i = 0; i <= 80; i++) {
		gw_nv_decode_uvm(580, i, &op);
		CHECK_SAY(op.kind == (i == 25 || i == 27 || i == 33 ? GW_OP_HOLD :
				      i == 78 ? GW_OP_REFUSE : GW_OP_PASS), "(%u)", i);
	}
}

static const char *what_of_memory(u16 class)
{
	u8 bytes[56] = { [12] = class & 0xff, [13] = class >> 8 };
	struct gw_op op;

	decode_copy(550, 0x27, 56, bytes, 16, &op);
	return op.what;
}

static void test_names(void)
{
	struct gw_op op;
	u8 import[32] = { [8] = 0x06, [9] = 0x3d }, dup[28] = { [0] = 1, [12] = 2 };

	gw_nv_decode_uvm(550, 25, &op);
	CHECK(!strcmp(op.what, "UVM_REGISTER_GPU_VASPACE"));
	gw_nv_decode_uvm(550, 27, &op);
	CHECK(!strcmp(op.what, "UVM_REGISTER_CHANNEL"));
	gw_nv_decode_uvm(550, 33, &op);
	CHECK(!strcmp(op.what, "UVM_MAP_EXTERNAL_ALLOCATION"));
	gw_nv_decode_uvm(550, 78, &op);
	CHECK(!strcmp(op.what, "UVM_ALLOC_DEVICE_P2P"));
	decode_copy(550, 0x2a, 32, import, 12, &op);
	CHECK(!strcmp(op.what, "import of objects"));
	decode_copy(550, 0x34, 28, dup, 16, &op);
	CHECK(!strcmp(op.what, "duplicate of another client's object"));
	CHECK(!strcmp(what_of_memory(0x40), "all video memory"));
	CHECK(!strcmp(what_of_memory(0xc2), "all video memory"));
	CHECK(!strcmp(what_of_memory(0x3f), "GPU registers"));
	CHECK(!strcmp(what_of_memory(0x2080), "not a memory class"));
	import[9] = 0;
	decode_copy(550, 0x2a, 32, import, 12, &op);
	CHECK(!strcmp(op.what, "RM_CONTROL"));
}

/* What is not copied can not matter, and nothing that decides is left uncopied. */
static void test_wanted(void)
{
	u8 bytes[300];
	u32 nr, size, wanted, deciding = 0;
	struct gw_op op;

	memset(bytes, 0, sizeof(bytes));
	for (nr = 0; nr < 300; nr++)
		for (size = 0; size < sizeof(bytes); size++) {
			wanted = gw_nv_outer_wanted(nr, size);
			CHECK(wanted <= size && wanted <= GW_NV_OUTER_MAX);
			deciding += !!wanted;
			decode_copy(580, nr, size, bytes, wanted, &op);
			if (!wanted)
				CHECK(op.kind == (nr < 256 ? GW_OP_PASS : GW_OP_REFUSE));
			else if (nr != 0xd3)
				CHECK(op.nr == nr && op.size == size);
			/* More bytes than wanted change nothing. */
			if (wanted && wanted < size) {
				u32 kind = op.kind;

				memset(bytes + wanted, 0xff, size - wanted);
				decode_copy(580, nr, size, bytes, size, &op);
				memset(bytes + wanted, 0, size - wanted);
				CHECK(op.kind == kind);
			}
		}
	CHECK_SAY(deciding == 8, "(%u)", deciding);
	CHECK(!gw_nv_outer_wanted(~0u, ~0u) && !gw_nv_outer_wanted(0x2b, ~0u));
}

static void test_unknown_branches(void)
{
	u8 bytes[GW_NV_OUTER_MAX] = { 0 };
	struct gw_op op;
	u32 i, nr;

	for (i = 0; i < COUNT(known); i++)
		CHECK_SAY(gw_nv_branch_is_known(known[i]), "(%u)", known[i]);
	for (i = 0; i < COUNT(unknown); i++) {
		CHECK_SAY(!gw_nv_branch_is_known(unknown[i]), "(%u)", unknown[i]);
		for (nr = 0; nr < 256; nr++) {
			decode_copy(unknown[i], nr, 32, bytes, 32, &op);
			CHECK(op.kind == GW_OP_REFUSE);
			gw_nv_decode_uvm(unknown[i], nr, &op);
			CHECK(op.kind == GW_OP_REFUSE);
		}
	}
	for (i = nr = 0; i < 2000; i++)
		nr += gw_nv_branch_is_known(i);
	CHECK(nr == COUNT(known));
}

static void test_versions(void)
{
	static const struct { const char *text; u32 branch; } versions[] = {
		{ "550.163.01", 550 }, { "535.288.01", 535 }, { "610.43.02", 610 }, { "580", 580 },
		{ "9999.1", 9999 }, { "550.", 550 }, { "", 0 }, { ".550", 0 }, { "550x", 0 },
		{ "550-server", 0 }, { " 550.1", 0 }, { "-550.1", 0 }, { "10000.1", 0 },
		{ "550.40.07", 0 }, { "550.40.07.1", 0 }, { "550.40.07a", 0 }, { "550.40.071", 550 }, { "550.40.070", 550 }, { "550.40.079", 550 }, { "550.40.0", 550 },
		{ "550.40.53", 550 }, { "550.40.7", 550 }, { "4294967846.1", 0 }, { "18446744073709552166", 0 }, { "NVIDIA", 0 },
	};
	u32 i;

	for (i = 0; i < COUNT(versions); i++)
		CHECK_SAY(gw_nv_branch(versions[i].text) == versions[i].branch, "(%s)",
			  versions[i].text);
	CHECK(gw_nv_branch(NULL) == 0);
}

static const struct ktap_test tests[] = {
	{ "decode: every vector, whatever the other bytes are", test_vectors },
	{ "decode: a truncated request is refused", test_truncated },
	{ "decode: every class of the driver", test_census },
	{ "decode: every class the driver does not have", test_all_classes },
	{ "decode: nvidia-uvm", test_uvm },
	{ "decode: people are told what it was", test_names },
	{ "decode: what is wanted is what matters", test_wanted },
	{ "decode: an unknown branch is refused", test_unknown_branches },
	{ "decode: version strings", test_versions },
};

KTAP_MAIN(tests)
