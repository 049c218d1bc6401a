/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vectors of nvidia-uvm's parameters: one row per request and layout. As decode.h, independent
 * of kmod/nv/abi.h.
 */
#ifndef GPUWARD_VECTORS_UVM_H
#define GPUWARD_VECTORS_UVM_H

#include "vector.h"

/**
 * struct gw_uvm_params_vector - Parameters, and what they say
 * @name: of the vector
 * @first: first branch it holds for
 * @last: last branch it holds for
 * @cmd: request
 * @size: of the parameters
 * @bytes: those that decide; see struct gw_vector
 * @is_refused: more GPUs than there is room for
 * @base: expected, as what follows
 * @length: expected
 * @offset: expected
 * @client: expected
 * @object: expected
 * @nr_gpus: expected
 * @gpu_at: offset of the last GPU's UUID
 * @status_at: offset of the status
 */
struct gw_uvm_params_vector {
	const char *name;
	u32 first;
	u32 last;
	u32 cmd;
	u32 size;
	const char *bytes;
	bool is_refused;
	u64 base;
	u64 length;
	u64 offset;
	u32 client;
	u32 object;
	u32 nr_gpus;
	u32 gpu_at;
	u32 status_at;
};

#define RANGE "0000000001000000 0000200000000000 "
#define THE_BASE .base = 0x100000000ull
#define THE_RANGE THE_BASE, .length = 0x200000

static const struct gw_uvm_params_vector gw_uvm_params_vectors[] = {
	{ "map external", 535, 545, 33, 1200,
	  RANGE "0000010000000000 @1176 2000000000000000 @1188 0100d0c1 4000feca",
	  THE_RANGE, .offset = 0x10000, .client = 0xc1d00001, .object = 0xcafe0040,
	  .nr_gpus = 32, .gpu_at = 24 + 31 * 36, .status_at = 1196 },
	{ "map external", 550, 610, 33, 9264,
	  RANGE "0000010000000000 @9240 0001000000000000 @9252 0100d0c1 4000feca",
	  THE_RANGE, .offset = 0x10000, .client = 0xc1d00001, .object = 0xcafe0040,
	  .nr_gpus = 256, .gpu_at = 24 + 255 * 36, .status_at = 9260 },
	{ "map external on no GPU", 550, 610, 33, 9264,
	  RANGE "0000000000000000 @9240 0000000000000000 @9252 0100d0c1 4000feca",
	  THE_RANGE, .client = 0xc1d00001, .object = 0xcafe0040, .status_at = 9260 },
	{ "map external on too many GPUs", 535, 545, 33, 1200, "@1176 2100000000000000",
	  .is_refused = true },
	{ "map external on too many GPUs", 550, 610, 33, 9264, "@9240 0101000000000000",
	  .is_refused = true },
	{ "map external on 2^32 GPUs", 550, 610, 33, 9264, "@9240 0000000001000000",
	  .is_refused = true },
	{ "unmap external", 535, 610, 66, 40, RANGE, THE_RANGE, .nr_gpus = 1, .gpu_at = 16,
	  .status_at = 32 },
	{ "free", 535, 580, 34, 24, RANGE, THE_RANGE, .status_at = 16 },
	{ "free", 590, 610, 34, 16, "0000000001000000", THE_BASE, .status_at = 8 },
	{ "create external range", 535, 610, 73, 24, RANGE, THE_RANGE, .status_at = 16 },
	{ "semaphore pool", 535, 545, 68, 1184, RANGE "@1168 0200000000000000", THE_RANGE,
	  .nr_gpus = 2, .gpu_at = 16 + 36, .status_at = 1176 },
	{ "semaphore pool", 550, 610, 68, 9248, RANGE "@9232 0200000000000000", THE_RANGE,
	  .nr_gpus = 2, .gpu_at = 16 + 36, .status_at = 9240 },
	{ "semaphore pool on too many GPUs", 550, 610, 68, 9248, "@9232 ffffffffffffffff",
	  .is_refused = true },
	{ "register GPU", 535, 610, 37, 40, "@28 0100d0c1", .client = 0xc1d00001, .nr_gpus = 1,
	  .status_at = 36 },
	{ "unregister GPU", 535, 610, 38, 20, "", .nr_gpus = 1, .status_at = 16 },
	{ "register address space", 535, 610, 25, 32, "@20 0100d0c1 4000feca",
	  .client = 0xc1d00001, .object = 0xcafe0040, .nr_gpus = 1, .status_at = 28 },
	{ "unregister address space", 535, 610, 26, 20, "", .nr_gpus = 1, .status_at = 16 },
	{ "register channel", 535, 610, 27, 56, "@20 0100d0c1 4000feca",
	  .client = 0xc1d00001, .object = 0xcafe0040, .nr_gpus = 1, .status_at = 48 },
};

#endif /* GPUWARD_VECTORS_UVM_H */
