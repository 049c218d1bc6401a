/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One decoded request of a tenant, vendor-neutral. Made by kmod/nv/decode, judged by the
 * rest of the house.
 */
#ifndef _GW_CORE_OP_H
#define _GW_CORE_OP_H

#include <linux/types.h>

/**
 * enum gw_op_kind - What a request means to gpuward
 * @GW_OP_PASS: neither holds nor runs anything on a GPU
 * @GW_OP_HOLD: makes a GPU hold or run something for the caller: needs the accelerator
 * @GW_OP_DEVICE: opens the GPU of device instance @arg: must be in the placement
 * @GW_OP_DEVICE_PTR: the same, the instance is the u32 at user address @arg
 * @GW_OP_WRAPPED: indirect form: the request numbered @nr, @size bytes at user address
 *	@arg, is to be decoded instead
 * @GW_OP_REFUSE: nothing a tenant may do (unknown encoding, window over all memory)
 */
enum gw_op_kind {
	GW_OP_PASS = 0,
	GW_OP_HOLD,
	GW_OP_DEVICE,
	GW_OP_DEVICE_PTR,
	GW_OP_WRAPPED,
	GW_OP_REFUSE,
};

/**
 * struct gw_op - A decoded request
 * @kind: enum gw_op_kind
 * @nr: number of the request (of the inner one for GW_OP_WRAPPED)
 * @size: size of its parameters in bytes
 * @class: class or command that decided, 0 when none did; for people
 * @arg: see @kind
 * @what: short name of the request for people, never NULL
 */
struct gw_op {
	u32 kind;
	u32 nr;
	u32 size;
	u32 class;
	u64 arg;
	const char *what;
};

#endif /* _GW_CORE_OP_H */
