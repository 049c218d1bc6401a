// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long sequences on a pool with several wants, against the judge of the explored world.
 * Owns the shape of an input only: the world's bounds, then an operation a byte.
 */
#include <stdlib.h>
#include <string.h>

#define WANTS 6
#include "../exhaustive/pool_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	size_t i;

	if (!len)
		return 0;
	pool_init(2 + data[0] % 2, data[0] / 2 % 4);
	for (i = 1; i < len; i++)
		if (pool_step(data[i] % OPS))
			abort();
	return 0;
}
