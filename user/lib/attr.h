/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attr.h - attributes of a message to and from a struct, by table.
 * Owns the encoding of each type. Must not send or receive.
 */
#ifndef LIBGPUWARD_ATTR_H
#define LIBGPUWARD_ATTR_H

#include "nl.h"

struct nl_msg;
struct nlmsghdr;

/* Append what @in->fields names. -EMSGSIZE when @msg has no room for it. */
int gw_attr_put(struct gpuward *g, struct nl_msg *msg, const struct gw_kind *kind,
		const void *in);

/* Fill @entry, a zeroed struct of @kind. Attributes not in the table are left out. */
int gw_attr_get(struct gpuward *g, const struct nlmsghdr *msg, const struct gw_kind *kind,
		struct gw_head *entry);

#endif /* LIBGPUWARD_ATTR_H */
