// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long sequences on a lease with many lessees, against the naive twin.
 * Owns the shape of an input only: bound of the queue, then an operation a byte.
 */
#include <stdlib.h>
#include <string.h>

#define LESSEES 12
#include "../exhaustive/lease_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	size_t i;

	if (!len)
		return 0;
	lease_world_init(1, data[0] % (LESSEES + 2));
	for (i = 1; i < len; i++)
		if (lease_step(data[i] % LEASE_OPS))
			abort();
	return 0;
}
