// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long sequences on a capacity queue with many wants, against the naive twin.
 * Owns the shape of an input only: an operation a byte.
 */
#include <stdlib.h>
#include <string.h>

#define WANTS 12
#include "../exhaustive/queue_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	size_t i;

	queue_world_init();
	for (i = 0; i < len; i++)
		if (queue_step(data[i] % QUEUE_OPS))
			abort();
	return 0;
}
