// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long sequences of requests on the object tree, two threads interleaved, against the naive
 * driver; everything closed in the end. Owns the shape of an input only: a step a byte.
 */
#include <stdlib.h>
#include <string.h>

#include "../exhaustive/rmtree_world.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	size_t i;

	rmtree_world_init();
	for (i = 0; i < len; i++) {
		u32 thread = data[i] >> 7, op = data[i] & 0x3f;

		if (rw.thread[thread].state == IDLE)
			rmtree_begin(thread, op % REQUESTS);
		else
			rmtree_step(thread, op > 48);
		if (rmtree_compare())
			abort();
	}
	if (rmtree_finish())
		abort();
	return 0;
}
