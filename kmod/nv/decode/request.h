/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NVIDIA's requests, decoded: bytes in, struct gw_op out. Pure. Numbers and layouts are in
 * abi.h, with the driver branches that they hold for; they are the same from 535 to 610
 * unless a row says otherwise.
 */
#ifndef _GW_NV_DECODE_H
#define _GW_NV_DECODE_H

#include "core/op.h"

#include <linux/types.h>

#define GW_NV_BRANCH_MIN 535
#define GW_NV_BRANCH_MAX 610

/* Most bytes of an outer struct that any decoder wants. */
#define GW_NV_OUTER_MAX 192

/**
 * gw_nv_branch() - Branch ("550") of a version string ("550.163.01")
 * @version: may be NULL
 *
 * Return: 0 when it has none, or is a release that is unlike its branch.
 */
u32 gw_nv_branch(const char *version);

/** gw_nv_branch_is_known() - Are the requests of this branch known? (a table, not a range) */
bool gw_nv_branch_is_known(u32 branch);

/**
 * gw_nv_outer_wanted() - How many bytes of the outer struct gw_nv_decode() wants
 * @nr: _IOC_NR of the request, or the inner number of the indirect form
 * @size: size of the outer struct as the caller gave it
 *
 * Return: 0 when the request cannot matter (the hot path: nothing is copied), else at most
 * min(@size, GW_NV_OUTER_MAX).
 */
u32 gw_nv_outer_wanted(u32 nr, u32 size);

/**
 * gw_nv_decode() - Decode a request on nvidiactl or a GPU node
 * @branch: driver branch, 535 ...
 * @nr: request number; type and direction bits are ignored, as the driver does
 * @size: size of the outer struct as the caller gave it
 * @outer: gw_nv_outer_wanted() bytes of it
 * @len: how many they are
 * @op: result, always filled
 *
 * The driver accepts sizes by exact match per number; a wrong size is PASS (the driver
 * answers EINVAL by itself) except where it could be taken for another form: REFUSE.
 */
void gw_nv_decode(u32 branch, u32 nr, u32 size, const void *outer, size_t len,
		  struct gw_op *op);

/** gw_nv_heap_class() - The class that the driver makes of a heap allocation */
u32 gw_nv_heap_class(u32 branch, u32 flags, u32 attr, u32 attr2);

/**
 * gw_nv_decode_uvm() - Decode a request on nvidia-uvm
 * @branch: driver branch
 * @cmd: the whole number, UVM does not use the _IOC coding
 * @op: result, always filled
 */
void gw_nv_decode_uvm(u32 branch, u32 cmd, struct gw_op *op);

#endif /* _GW_NV_DECODE_H */
