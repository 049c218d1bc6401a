/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - netlink requests of the gpuward family, for any kind of object.
 * Owns framing, dumps, errors. Must not know what an attribute means.
 */
#ifndef LIBGPUWARD_NL_H
#define LIBGPUWARD_NL_H

#include <stddef.h>
#include <stdint.h>

#include <gpuward/libgpuward.h>

#include "internal.h"

enum gw_type {
	GW_NONE,	/* not an attribute of this kind */
	GW_U32,		/* u32 or s32 */
	GW_U64,
	GW_TEXT,	/* char array of .size bytes */
	GW_BYTES,	/* exactly .size bytes */
	GW_FLAG,	/* uint32_t, 1 when present */
	GW_PLACED,	/* nest of one GPU of a placement, repeated */
};

/* Where an attribute lives in the struct of its kind; the index in the table is its number. */
struct gw_field {
	uint8_t type;
	uint16_t offset;
	uint16_t size;
};

struct gw_kind {
	const struct gw_field *fields;
	unsigned int nr_fields;
	size_t size;		/* of the struct */
};

#define GW_FIELD(kind, how, member)					\
	{ .type = (how), .offset = offsetof(struct kind, member),	\
	  .size = sizeof(((struct kind *)0)->member) }

/*
 * One request and its answers. @in, of @kind, may be NULL; what its .fields names is sent.
 * @out may be NULL when no answer is wanted.
 */
int gw_nl_do(struct gpuward *g, uint8_t cmd, const struct gw_kind *kind, const void *in,
	     void *out);
int gw_nl_dump(struct gpuward *g, uint8_t cmd, const struct gw_kind *kind, const void *in,
	       void *out);

/* The socket, and the number of the family, on first use. */
int gw_nl_connect(struct gpuward *g);

struct nl_sock;
struct nlmsghdr;

/* A socket that hears the kernel alone. */
int gw_nl_open(struct gpuward *g, struct nl_sock **out);

/* Take in what has come, by the socket's callbacks. 0 or -errno, -EBADMSG for what makes no sense. */
int gw_nl_receive(struct nl_sock *sk);

/* Decode a message of @kind into a new entry of @list. */
int gw_nl_decode(struct gpuward *g, const struct nlmsghdr *msg, const struct gw_kind *kind,
		 struct gw_list *list);

#endif /* LIBGPUWARD_NL_H */
